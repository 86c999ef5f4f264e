#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# The small first root that finds the disk. Sourced by build.sh.

# make_initrd NAME FILE [LIST]: build/image.tmp/FILE, of the root build/image.tmp/NAME.
make_initrd() {
  quietly "$build/cache/$2.log" in_tools image/initrd/make.sh "build/image.tmp/$1" "build/image.tmp/$2" "${@:3}"
}
