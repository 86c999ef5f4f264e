#!/usr/bin/env bash
# The root that builds everything: compiler, libraries, image tools and QEMU of Debian trixie, in build/tools.
#
#   image/stages/1-tools.sh             make build/tools, if packages/tools or the way to make it changed
#   image/stages/1-tools.sh run CMD...  run a command in it, with the checkout at /src
#
# The host needs only mmdebstrap. Nothing stays mounted: `run` mounts in a namespace of its own.
# shellcheck source=image/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
script=tools

make_tools() {
  local stamp
  stamp=$(key "$src"/image/{packages/tools,root/dpkg.docs})
  [[ $(cat "$tools/.stamp" 2>/dev/null) != "$stamp" ]] || return 0
  need_root
  only_one
  say "installing the build tools in ${tools#"$src"/}"
  rm -rf "$tools.new" "$tools.old"
  debian_root "$tools.new" "$(packages "$src/image/packages/tools")"
  mkdir -p "$tools.new/src"
  echo "$stamp" >"$tools.new/.stamp"
  [[ ! -d $tools ]] || mv "$tools" "$tools.old" # a QEMU may be running from it
  mv "$tools.new" "$tools"
  rm -rf "$tools.old"
  say "done, $(du -sh "$tools" | cut -f1)"
}

run() {
  [[ -x $tools/usr/bin/env ]] || die "there is no build root in $tools" "image/stages/1-tools.sh"
  need_root
  # shellcheck disable=SC2016 # expanded by the inner shell
  exec unshare --mount --propagation private sh -euc '
    tools=$1 src=$2
    shift 2
    mount --bind "$src" "$tools/src"
    mount --rbind /dev "$tools/dev"
    mount -t proc proc "$tools/proc"
    mount -t sysfs -o ro sys "$tools/sys"
    exec env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin \
      ${SOURCE_DATE_EPOCH:+"SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH"} \
      chroot "$tools" sh -c "cd /src && exec \"\$@\"" - "$@"
  ' - "$tools" "$src" "$@"
}

case "${1:-make}" in
  make) make_tools ;;
  run)
    shift
    run "$@"
    ;;
  *) die "unknown word: $1" "image/stages/1-tools.sh [run CMD...]" ;;
esac
