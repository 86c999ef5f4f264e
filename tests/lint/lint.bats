#!/usr/bin/env bats
# Each check of tests/lint finds what it is for: a copy of the tree gets one fault, and the check names its place.

bats_require_minimum_version 1.5.0

setup() {
  tree=$BATS_TEST_TMPDIR/tree
  mkdir "$tree"
  cd "$BATS_TEST_DIRNAME/../.." || exit
  (. tests/lint/common.sh && ours .) | tar -c --files-from - | tar -C "$tree" -x
  cd "$tree" || exit
  git init -q
}

# finds CHECK PLACE: it passed before, and fails now.
finds() {
  run -1 --separate-stderr "tests/lint/$1"
  [[ $output == *"$2"* ]]
}

@test "a tree that git does not read is an error, and not one without a fault" {
  rm -rf .git
  for check in layers sizes functions headers spelling "lint.sh --list-scripts"; do
    # shellcheck disable=SC2086 # words
    run -128 tests/lint/$check
    [[ $output == *"not a git repository"* ]]
  done
}

@test "layers: an include that points upward" {
  run -0 tests/lint/layers
  sed -i '1i #include "plan.h"' src/server/gate.cpp
  finds layers 'src/server/gate.cpp:1: server may not include "plan.h"'
}

@test "layers: a folder that nobody put on a floor" {
  mkdir src/misc
  echo '#include "base/error.h"' >src/misc/things.cpp
  finds layers "src/misc/things.cpp: src/LAYERS does not know the folder misc"
}

@test "sizes: a file that is too long, and one that became shorter than its exception" {
  run -0 tests/lint/sizes
  seq -f '// %g' 251 >src/base/long.h
  finds sizes "src/base/long.h: 251 lines, more than 250"
  rm src/base/long.h
  read -r _ file < <(grep -v '^#' tests/lint/sizes.allowed)
  sed -i '$d' "$file"
  finds sizes "$file: only "
}

@test "functions: one that is too long, in C++ and in shell, and one that became shorter than its exception" {
  run -0 tests/lint/functions
  { echo 'int too_long() {' && seq -f '  // %g' 59 && echo '}'; } >>src/base/error.h
  { echo 'too_long() {' && seq -f '  : %g' 59 && echo '}'; } >>image/common.sh
  finds functions "src/base/error.h: int too_long(): 61 lines, more than 60"
  [[ $output == *"image/common.sh: too_long(): 61 lines"* ]]
  sed -i "/too_long/,\$d" src/base/error.h image/common.sh
  read -r lines rest < <(grep -v '^#' tests/lint/functions.allowed)
  sed -i "s/^$lines /$((lines + 1)) /" tests/lint/functions.allowed
  finds functions "only $lines lines now"
}

@test "headers: one that needs another, a file that does not say what it is, a system header in the story" {
  run -0 tests/lint/headers
  echo 'inline std::string nothing();' >src/base/alone.h
  finds headers "src/base/alone.h: does not compile alone"
  rm src/base/alone.h
  echo 'int x;' >src/base/nobody.cpp
  finds headers "src/base/nobody.cpp: neither a header"
  rm src/base/nobody.cpp
  echo '#include <unistd.h>' >>src/decision.cpp
  finds headers "src/decision.cpp:"
}

@test "spelling: a word that is not one" {
  run -0 tests/lint/spelling
  echo "It is rec""ieved." >>README.md
  run -123 tests/lint/spelling
  [[ $output == *README.md* ]]
}

@test "README.md: a code block that nobody runs, a place that is none, and a mark without a block" {
  run -0 tests/debian/readme checkout
  [ "$output" = "make deb" ]
  sed -i '0,/<!-- run: client -->/{//d}' README.md
  run -1 tests/debian/readme client
  [[ $output == *"README.md:"*": a code block without <!-- run: WHERE --> before it"* ]]
  sed -i 's/<!-- run: checkout -->/<!-- run: the moon -->/' README.md
  run -1 tests/debian/readme checkout
  [[ $output == *"nobody runs commands at \"the moon\""* ]]
  printf '\n<!-- run: client -->\nWords.\n' >>README.md
  run -1 tests/debian/readme client
  [[ $output == *"no code block after <!-- run: client -->"* ]]
}

@test "budget: suites that take too long together, and one that nobody gave minutes" {
  run -0 tests/lint/budget
  sed -i 's/^13 loss$/43 loss/' tests/budget
  finds budget "not below 55"
  sed -i '/ loss$/d' tests/budget
  finds budget "says nothing about loss"
}
