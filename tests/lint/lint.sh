#!/usr/bin/env bash
# All linters: lint.sh BUILD-DIRECTORY (for clang-tidy, of a unity build), or lint.sh --list-scripts.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts() {
  ours | while read -r file; do
    case $file in
      *.bats | *.sh | *.bash) echo "$file" ;;
      *) if head -c 64 "$file" | head -n 1 | grep -qE '^#!.*(bash|/sh)|^# shellcheck shell'; then echo "$file"; fi ;;
    esac
  done
}

if [[ $1 = --list-scripts ]]; then
  scripts
  exit
fi

mapfile -t shell < <(scripts)
mapfile -t code < <(jq -r '.[].file | select(test("/(domain|pnfs-ha)[.]dir/Unity/"))' "$1/compile_commands.json")
((${#code[@]})) || {
  echo "$1 is no unity build" >&2
  exit 1
}
mapfile -t formatted < <(ours '*.cpp' '*.h')

for check in layers sizes functions headers spelling budget; do
  echo "$check"
  "tests/lint/$check"
done
echo "the commands in README.md"
tests/debian/readme checkout >/dev/null
echo "shfmt, shellcheck: ${#shell[@]} scripts"
shfmt -d -i 2 -ci "${shell[@]}"
shellcheck -x "${shell[@]}"
echo "clang-format: ${#formatted[@]} files"
clang-format --dry-run --Werror "${formatted[@]}"
echo "clang-tidy: ${#code[@]} folders"
printf '%s\n' "${code[@]}" | xargs -P "$(nproc)" -n 1 \
  clang-tidy --quiet --checks='-bugprone-suspicious-include,-clang-analyzer-*' -p "$1"
