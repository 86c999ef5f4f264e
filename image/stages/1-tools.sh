#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# The root that builds everything: compiler, libraries, image tools and QEMU of Debian trixie, in build/tools. in_tools
# (common.sh) runs a program in it. Sourced by build.sh.

# make_tools: made anew only if packages/tools or the way to make it changed.
make_tools() {
  local stamp
  stamp=$(key "$src"/image/{packages/tools,root/dpkg.docs})
  [[ $(cat "$tools/.stamp" 2>/dev/null) != "$stamp" ]] || return 0
  say "installing them in ${tools#"$src"/}"
  rm -rf "$tools.new" "$tools.old"
  debian_root "$tools.new" "$(packages "$src/image/packages/tools")"
  mkdir -p "$tools.new/src"
  echo "$stamp" >"$tools.new/.stamp"
  [[ ! -d $tools ]] || mv "$tools" "$tools.old" # a QEMU may be running from it
  mv "$tools.new" "$tools"
  rm -rf "$tools.old"
}
