#!/usr/bin/env bats
# shellcheck disable=SC2317 # functions that run on the server
# The Debian packages, on a server that is somebody's: they add their own files, enable nothing, and leave nothing behind.

bats_require_minimum_version 1.5.0

# The root is that of the appliance's packages, without the product: what its packages depend on is there.
setup_file() {
  export top debs server
  top=$(realpath "$BATS_TEST_DIRNAME/../..") debs=$BATS_FILE_TMPDIR/debs
  "$top/image/deb.sh" "$debs"
  # shellcheck source=/dev/null
  server=$(. "$top/image/common.sh" && . "$top/image/stages/3-packages.sh" &&
    only_one && package_root server && echo "$packages_of")
}

# on_server SCRIPT: in a copy of that root that is gone afterwards, with the packages in /debs and the functions below.
on_server() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private sh -euc '
    mount -t tmpfs tmpfs "$1"
    cd "$1"
    mkdir changed work root
    mount -t overlay -o "lowerdir=$2,upperdir=changed,workdir=work" overlay root
    rm root/etc/dpkg/dpkg.cfg.d/* # which leave out documentation
    mkdir root/debs
    mount --bind "$3" root/debs
    mount -t proc proc root/proc
    exec env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/opt/systemd:/usr/sbin:/usr/bin \
      chroot root bash -euc "$4"
  ' - "$BATS_TEST_TMPDIR" "$server" "$debs" "$(declare -f administrator used inventory fake_systemd status_of install new_version fails); $1"
}

# Files that the product or what it depends on could want for itself, and services that run already.
administrator() {
  local file
  for file in etc/{exports,fstab,hosts,nfs.conf,drbd.conf,updatedb.conf,exports.d/theirs.exports,drbd.d/theirs.res} \
    etc/{nfs.conf.d/theirs.conf,keepalived/keepalived.conf,iscsi/iscsid.conf,sysctl.d/90-theirs.conf} \
    etc/systemd/system/{keepalived.service.d/theirs.conf,theirs.service} var/lib/theirs srv/theirs; do
    mkdir -p "/$(dirname "$file")"
    echo "# the administrator's $file" >"/$file"
  done
  systemctl --root=/ --quiet enable keepalived.service nfs-server.service
}

# What pnfs-ha leaves on a server of a cluster.
used() {
  mkdir -p /etc/pnfs-ha /etc/exports.d /etc/needrestart/conf.d /var/lib/pnfs-ha /run/pnfs-ha /srv/pnfs-ha
  touch /etc/pnfs-ha/{cluster.toml,keepalived.conf,mirror-secret,join-token} /etc/nfs.conf.d/pnfs-ha.conf \
    /etc/exports.d/pnfs-ha.exports /etc/drbd.d/pnfs-ha.res /etc/needrestart/conf.d/pnfs-ha.conf /var/lib/pnfs-ha/maintenance /run/pnfs-ha/pulse
  systemctl --root=/ --quiet enable pnfs-ha-agent.service
}

# inventory NAME: writes into /tmp/NAME what is on the server but for what dpkg and apt write down for themselves.
inventory() {
  local all=(/ -xdev \( -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/log -o -path /var/cache -o -path /tmp -o -path /debs \) -prune -o)
  { find "${all[@]}" -printf '%p %y %m %U:%G %l\n' && find "${all[@]}" -type f -exec sha256sum {} + | sed 's/\(.*\)  \(.*\)/\2 \1/'; } |
    sort >"/tmp/$1"
}

# A systemd that only writes down what it is asked, in /tmp/asked. Every unit is active.
fake_systemd() {
  mkdir -p /run/systemd/system /opt/systemd
  printf '#!/bin/sh\n[ "$1" != --root=/ ] || exec /usr/bin/systemctl "$@"\necho "$*" >>/tmp/asked\n' >/opt/systemd/systemctl
  chmod +x /opt/systemd/systemctl
  : >/tmp/asked
}

# status_of JSON: the agent's last word, as the product writes it.
status_of() {
  mkdir -p /run/pnfs-ha
  printf '{"uptime_ms": %s, %s}' "$(awk '{ print int($1 * 1000) }' /proc/uptime)" "$1" >/run/pnfs-ha/status.json
  pnfs-ha status --here --json >/status.json || true
  mv /status.json /run/pnfs-ha/status.json
}

install() {
  apt-get install -qq -o DPkg::Path="$PATH" -o Dpkg::Use-Pty=0 --no-install-recommends /debs/pnfs-ha{,-client}_*.deb >/dev/null
}

# A command that has to fail: `!` alone would end no script.
fails() { if "$@"; then return 1; fi; }

# new_version: /new.deb, pnfs-ha of a later version.
new_version() {
  dpkg-deb --raw-extract /debs/pnfs-ha_*.deb /new
  sed -i 's/^Version: .*/&+new/' /new/DEBIAN/control
  dpkg-deb --build /new /new.deb >/dev/null
}

@test "three packages of one version, without a fault that lintian finds" {
  version=$(sed -n 's/^project(pnfs-ha VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
  [ "$(cd "$debs" && echo *)" = "pnfs-ha-client_${version}_all.deb pnfs-ha-nfsd-dkms_${version}_all.deb \
pnfs-ha_${version}_$(dpkg --print-architecture).deb" ]
  run -0 lintian --allow-root --fail-on error,warning "$debs"/*.deb
  [ "$output" = "" ]
}

@test "nothing outside /usr, nothing that is not the product's by its name, and no file that an administrator would edit" {
  for deb in "$debs"/*.deb; do
    [ "$(dpkg-deb --fsys-tarfile "$deb" | tar -t | grep -v '/$' | grep -v '^\./usr/.*pnfs-ha')" = "" ]
    run -2 dpkg-deb --info "$deb" conffiles
  done
}

@test "pnfs-ha brings every file of the product, and pnfs-ha-client the check alone" {
  files() { dpkg-deb --fsys-tarfile "$1" | tar -t | sed 's/^\.//; s/\.gz$//' | grep -vE '/$|^/usr/share/(doc|lintian)/' | sort; }
  diff <(files "$debs"/pnfs-ha_*.deb) <(
    { git -C "$top" ls-files overlays/product | sed 's#^overlays/product##' && printf '/usr/%s\n' sbin/pnfs-ha share/man/man8/pnfs-ha.8; } | sort
  )
  diff <(files "$debs"/pnfs-ha-client_*.deb) - <<'FILES'
/usr/lib/pnfs-ha/client-check
/usr/sbin/pnfs-ha-client-check
/usr/share/man/man8/pnfs-ha-client-check.8
FILES
}

@test "pnfs-ha depends on the package of every program that check looks for" {
  depends=$(dpkg-deb --field "$debs"/pnfs-ha_*.deb Depends | tr -d ' ' | tr ',' '\n' | sed 's/(.*//')
  packages=$(grep -oE '\{"[a-z._]+", "[a-z-]+"\}' "$top/cmd/check.cpp" | cut -d'"' -f4 | sort -u)
  [ "$(wc -l <<<"$packages")" -ge 5 ]
  [ "$(comm -23 <(echo "$packages") <(sort <<<"$depends"))" = "" ]
}

@test "an installation changes no file of an administrator, and enables nothing" {
  on_server '
    administrator
    fake_systemd
    inventory before
    install
    inventory after
    [ ! "$(comm -23 /tmp/before /tmp/after)" ]
    comm -13 /tmp/before /tmp/after | cut -d" " -f1 | sort -u >/tmp/new
    [ -s /tmp/new ]
    # What systemd would have to forget at a purge.
    [ "$(dpkg -L pnfs-ha pnfs-ha-client | sort | comm -13 - /tmp/new)" = /var/lib/systemd/deb-systemd-helper-enabled/pnfs-ha-agent.service.dsh-also ]
    [ "$(systemctl --root=/ is-enabled pnfs-ha-agent.service)" = disabled ]
    fails grep pnfs-ha /tmp/asked
    pnfs-ha --version
    pnfs-ha-client-check --help >/dev/null'
}

@test "after a purge the server is as it was, whoever has something beside it" {
  for whose in true administrator; do
    on_server "$whose"'
      inventory before
      install
      dpkg --force-depends --install /debs/pnfs-ha-nfsd-dkms_*.deb
      used
      dpkg --remove pnfs-ha pnfs-ha-client pnfs-ha-nfsd-dkms
      [ -e /etc/pnfs-ha/cluster.toml ]
      [ ! -e /usr/share/pnfs-ha ]
      dpkg --purge pnfs-ha pnfs-ha-client pnfs-ha-nfsd-dkms
      inventory after
      diff /tmp/before /tmp/after'
  done
}

@test "a server that serves is not removed, and what runs there goes on" {
  on_server '
    fake_systemd
    install
    out="\"role\": \"out-of-service\""
    for holds in "\"role\": \"active\"" "$out, \"lun\": {\"mounted\": \"rw\"}" "$out, \"mirror\": {\"role\": \"Primary\"}"; do
      status_of "$holds"
      : >/tmp/asked
      fails dpkg --remove pnfs-ha 2>/tmp/why
      grep -qx "pnfs-ha: this server is active: .*" /tmp/why
      grep -qx "  remedy: pnfs-ha maintenance on, .*" /tmp/why
      fails grep pnfs-ha /tmp/asked
      [ "$(dpkg-query -W -f "\${db:Status-Status}" pnfs-ha)" = installed ]
    done'
}

@test "a removal from a standby stops the agent, then what belongs to it" {
  on_server '
    fake_systemd
    install
    status_of "\"role\": \"standby\", \"mirror\": {\"role\": \"Secondary\"}, \"lun\": {\"mounted\": \"ro\"},
      \"peers\": [{\"name\": \"beta\", \"mirror_role\": \"Primary\"}]"
    units=$(cd /usr/lib/systemd/system && echo pnfs-ha-*.service)
    dpkg --remove pnfs-ha
    [ ! -e /usr/sbin/pnfs-ha ]
    [ "$(grep -o "stop pnfs-ha.*" /tmp/asked)" = "$(printf "stop %s\n" pnfs-ha-agent.service "$units")" ]'
}

@test "an upgrade restarts nothing, and says what to do" {
  on_server '
    fake_systemd
    install
    new_version
    status_of "\"role\": \"active\""
    : >/tmp/asked
    dpkg --install /new.deb >/tmp/said
    [ "$(grep pnfs-ha /tmp/asked)" = "--quiet is-active pnfs-ha-agent.service" ]
    grep -q "^pnfs-ha: the agent goes on as version $(dpkg-deb --field /debs/pnfs-ha_*.deb Version) until" /tmp/said'
}
