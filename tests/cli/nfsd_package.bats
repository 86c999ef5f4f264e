#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2030,SC2031 # variables that dkms.conf reads; each test has its own
# The package that builds the patched nfsd elsewhere: what is in it, and that it ends the build rather than guess.

bats_require_minimum_version 1.5.0

setup_file() {
  export top deb
  top=$(realpath "$BATS_TEST_DIRNAME/../..")
  "$top/image/deb.sh" "$BATS_FILE_TMPDIR"
  deb=$(echo "$BATS_FILE_TMPDIR"/pnfs-ha-nfsd-dkms_*.deb)
}

setup() {
  dpkg-deb --raw-extract "$deb" "$BATS_TEST_TMPDIR/package"
  cd "$BATS_TEST_TMPDIR" || return
  source=$(echo package/usr/src/pnfs-ha-nfsd-*)
}

# conf: reads dkms.conf as dkms does for kernel 6.12.117.
conf() {
  kernelver=${1:-6.12.117+deb13-amd64} kernel_source_dir=/kernel/build dkms_tree=/dkms
  # shellcheck source=image/nfsd/dkms.conf
  . "$source/dkms.conf"
}

# archive RELEASE [TEXT]: a linux-source-6.12.tar.xz, as Debian packs it, that has three files.
archive() {
  local part
  IFS=. read -ra part <<<"$1"
  mkdir -p linux-source-6.12/fs/nfsd
  printf '%s\n' "VERSION = ${part[0]}" "PATCHLEVEL = ${part[1]}" "SUBLEVEL = ${part[2]}" "EXTRAVERSION =" >linux-source-6.12/Makefile
  echo internal >linux-source-6.12/fs/internal.h
  printf '%s\n' one two three "${2:-four}" five six seven >linux-source-6.12/fs/nfsd/file.c
  tar -cJf linux-source-6.12.tar.xz linux-source-6.12
  rm -r linux-source-6.12
}

# small_patch: in the place of the project's patches, one for such an archive.
small_patch() {
  rm "$source"/patches/*.patch
  cat >"$source/patches/small.patch" <<'PATCH'
--- a/fs/nfsd/file.c
+++ b/fs/nfsd/file.c
@@ -3,5 +3,5 @@
 three
 four
-five
+patched
 six
 seven
PATCH
}

prepare() { "$source/prepare" linux-source-6.12.tar.xz 6.12.117+deb13-amd64 linux; }

# refused MESSAGE: what prepare says last, with its remedy.
refused() {
  [ "${lines[-2]}" = "nfsd: $1" ]
  [[ ${lines[-1]} =~ ^"  remedy: "[^\ ] ]]
}

@test "its files are root's, the patches and prepare are the project's" {
  local version
  version=$(sed -n 's/^project(pnfs-ha VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
  [ "$(basename "$deb")" = "pnfs-ha-nfsd-dkms_${version}_all.deb" ]
  [ "$(dpkg-deb -f "$deb" Package)" = pnfs-ha-nfsd-dkms ]
  [ "$(dpkg-deb -f "$deb" Version)" = "$version" ]
  [ "$source" = "package/usr/src/pnfs-ha-nfsd-$version" ]
  diff <(dpkg-deb -c "$deb" | awk '$1 !~ /^d/ && $6 !~ /share/ { print $1, $2, $6 }' | sort -k 3) - <<TEXT
-rw-r--r-- root/root ./usr/src/pnfs-ha-nfsd-$version/dkms.conf
$(cd "$top/image/nfsd" && printf -- "-rw-r--r-- root/root ./usr/src/pnfs-ha-nfsd-$version/%s\n" patches/*.patch)
-rwxr-xr-x root/root ./usr/src/pnfs-ha-nfsd-$version/prepare
TEXT
  for file in $(cd "$top/image/nfsd" && echo patches/*.patch) prepare; do
    cmp "$top/image/nfsd/$file" "$source/$file"
  done
  run -1 grep -rE '@[A-Z]+@|#[A-Z]+#' "$source" package/DEBIAN
  (cd package && md5sum --quiet -c DEBIAN/md5sums)
  for script in postinst prerm; do
    [ -x "package/DEBIAN/$script" ]
    sh -n "package/DEBIAN/$script"
    grep -qx 'name=pnfs-ha-nfsd' "package/DEBIAN/$script"
    grep -qx "version=$version" "package/DEBIAN/$script"
  done
}

@test "dkms.conf: nfsd, beside the stock one, from the source of the kernel's series" {
  conf
  [ "package/usr/src/$PACKAGE_NAME-$PACKAGE_VERSION" = "$source" ]
  [ "$AUTOINSTALL" = yes ]
  [ "${BUILT_MODULE_NAME[*]}" = nfsd ]
  [ "${DEST_MODULE_LOCATION[*]}" = /updates ]
  [ "${STRIP[*]}" = yes ]
  [ "$PRE_BUILD" = "prepare /usr/src/linux-source-6.12.tar.xz 6.12.117+deb13-amd64 linux" ]
  [[ "${MAKE[0]} " == "make -C /kernel/build M=/dkms/$PACKAGE_NAME/$PACKAGE_VERSION/build/${BUILT_MODULE_LOCATION[0]} "* ]]
  [[ "${MAKE[0]} " == *" CONFIG_NFSD=m "* ]]
}

@test "PRE_BUILD as dkms runs it makes the directory that is built" {
  archive 6.12.117
  small_patch
  conf
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private bash -euc '
    mkdir usr-src
    mv linux-source-6.12.tar.xz usr-src
    mount --bind usr-src /usr/src
    cd "$1"
    eval "$PWD/$2"' - "$source" "$PRE_BUILD"
  grep -qx patched "$source/${BUILT_MODULE_LOCATION[0]}/file.c"
}

@test "PRE_BUILD fails if the kernel's source is not installed" {
  conf 0.1.2-amd64
  cd "$source"
  run -1 bash -c "$PWD/$PRE_BUILD"
  refused "there is no /usr/src/linux-source-0.1.tar.xz"
  [[ ${lines[-1]} == *"apt-get install linux-source-0.1" ]]
  [ ! -e linux ]
}

@test "prepare refuses a missing archive" {
  small_patch
  run -1 prepare
  refused "there is no linux-source-6.12.tar.xz"
}

@test "prepare refuses a source of another release" {
  small_patch
  for release in 6.12.118 6.12.11 6.1.117; do
    archive "$release"
    run -1 prepare
    refused "the source is of Linux $release, the kernel is 6.12.117+deb13-amd64"
    run -1 grep -qx patched linux/fs/nfsd/file.c
  done
  archive 6.12.117
  run -0 prepare
}

@test "prepare refuses a patch that fits only nearly" {
  small_patch
  archive 6.12.117
  run -0 prepare
  archive 6.12.117 other # a line of context, which patch would forgive
  run -1 prepare
  refused "small.patch does not fit nfsd of Linux 6.12.117"
}

@test "prepare refuses the project's patch on a source that is not Linux" {
  archive 6.12.117
  run -1 prepare
  refused "01-late-layoutcommit.patch does not fit nfsd of Linux 6.12.117"
}
