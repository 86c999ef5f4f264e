#!/usr/bin/env bats
# `make install` on a server that is somebody's: it adds its own files and leaves every other one alone.

load common

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || exit
  root=$BATS_TEST_TMPDIR/root
  mkdir -p "$root"
}

# A root where each file that the appliance or a package of Debian brings is the administrator's own.
administrators_root() {
  local file
  while read -r file; do
    mkdir -p "$root/$(dirname "$file")"
    echo "the administrator's $file" >"$root/$file"
  done < <(
    git ls-files overlays/appliance | sed 's#^overlays/appliance/##'
    printf '%s\n' etc/{exports,nfs.conf,drbd.conf,drbd.d/global_common.conf,keepalived/keepalived.conf,sysctl.conf} \
      etc/systemd/{system.conf,logind.conf} usr/lib/systemd/system/{keepalived,nfs-server,nfs-mountd}.service
  )
}

install_it() { make --silent --old-file=release install DESTDIR="$root" RELEASE="$(dirname "$PNFS_HA")" >&2; }
inventory() { (cd "$root" && find . -type f -exec sha256sum {} + | sort -k 2); }

@test "make install leaves every file of an administrator alone" {
  administrators_root
  before=$(inventory)
  install_it
  [ "$(comm -23 <(sort <<<"$before") <(inventory | sort))" = "" ]
}

@test "every file that make install brings says whose it is, below /usr" {
  install_it
  foreign=$(cd "$root" && find . -type f ! -path './usr/*pnfs-ha*')
  [ "$foreign" = "" ]
}

@test "make install brings what every file of the product needs" {
  install_it
  [ -x "$root/usr/sbin/pnfs-ha" ]
  while read -r file; do [ -f "$root/$file" ]; done < <(git ls-files overlays/product | sed 's#^overlays/product/##')
  # Units name programs and files of the product by these paths.
  while read -r path; do [ -e "$root$path" ]; done < <(grep -rhoE '/usr/(sbin|lib|share)/pnfs-ha[^ ;]*' "$root/usr/lib/systemd" | sort -u)
}
