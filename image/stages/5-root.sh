#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# The appliance's file tree: the packages, then the overlays, the binary, nfsd; and what must not be the same on two machines
# taken out. Sourced by build.sh.

build_id="$(git -C "$src" describe --always --dirty 2>/dev/null || echo unknown)"

declare -A overlays=([server]="appliance" [lab]="appliance client san")

# forget_identity ROOT: whatever makes this root one particular machine, or this build differ from the next.
forget_identity() (
  cd "$1" || exit
  rm -f etc/ssh/ssh_host_* etc/iscsi/initiatorname.iscsi etc/hostname var/lib/dbus/machine-id \
    var/lib/systemd/random-seed var/cache/ldconfig/aux-cache etc/{passwd,group,shadow,gshadow,subuid,subgid}-
  rm -rf var/log/{apt,dpkg.log,alternatives.log,bootstrap.log} var/lib/apt/lists/* var/cache/apt/* boot/*
  find usr -name __pycache__ -prune -exec rm -rf {} +
  : >etc/machine-id # empty, not missing: missing means a first boot that turns on every unit
  : >etc/resolv.conf
)

# lay_over TREE ROOT: copies the tree's files, as root's and readable whatever the checkout's umask was.
lay_over() { tar -C "$1" --owner=0 --group=0 --mode=u=rwX,go=rX -c . | tar -C "$2" --no-overwrite-dir -x; }

# mask_units ROOT: the units and generators in image/root/masked.
mask_units() {
  local name kind
  for name in $(words "$src/image/root/masked"); do
    kind=system
    [[ $name != *-generator ]] || kind=system-generators
    mkdir -p "$1/etc/systemd/$kind"
    ln -sf /dev/null "$1/etc/systemd/$kind/$name"
  done
}

# skip_updates ROOT: tells systemd that /usr is no newer than /etc and /var, which would cost a rebuild of the linker's
# cache, the users and the journal's catalog at the first boot.
skip_updates() {
  touch -d '1 minute ago' "$1/usr"
  touch "$1"/{etc,var}/.updated
}

# appliance_root NAME: build/image.tmp/NAME, ready to be put on a disk.
appliance_root() {
  local name=$1 root="$work/$1" layer
  cp -a --reflink=auto "$packages_of" "$root"
  [[ $name != server ]] || cp --dereference "$root"/boot/vmlinuz-* "$work/vmlinuz"
  forget_identity "$root"
  for layer in ${overlays[$name]}; do
    lay_over "$src/overlays/$layer" "$root"
  done
  install_binary "$name"
  [[ $name != server ]] || install_nfsd "$root"
  quietly "$build/cache/preset.log" chroot "$root" systemctl --root=/ preset-all
  mask_units "$root"
  printf 'NAME=pnfs-ha\nIMAGE=%s\nVERSION=%s\nBUILD_ID=%s\n' "$name" "$version" "$build_id" >"$root/usr/lib/pnfs-ha-release"
  skip_updates "$root"
  [[ $name != server ]] || chroot "$root" dpkg-query -W | awk 'NF > 1' | column -t >"$work/manifest.txt"
}
