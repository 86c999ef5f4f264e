# shellcheck shell=bash
# The ways to write a file directly and not yet commit it. Sourced, never run.

# NAME | what a writer does before the crash. `new`, `append`, `append-in-block`, `sparse` and `allocated` are lost by stock nfsd.
cases='
new             | write direct 0 1m
append          | write direct 0 512k; fsync; write direct 512k 1m
append-bytes    | write buffered 0 10000; fsync; write buffered 10000 70000; writeback
append-in-block | write buffered 0 10000; fsync; write buffered 10000 100; writeback
sparse          | write direct 64k 64k; write direct 900k 64k; write direct 3m 4k
allocated       | allocate 0 1m; write direct 0 1m
allocated-part  | allocate 0 2m; write direct 128k 256k; write direct 1m 256k; write direct 2044k 4k
overwrite       | write direct 0 1m; fsync; write direct 256k 512k
mixed           | write direct 0 512k; fsync; write direct 256k 512k; allocate 1m 512k; write direct 1m 64k; write buffered 1100000 100
buffered        | write buffered 0 1m
written-back    | write buffered 0 1m; writeback
mapped          | truncate 1m; write mapped 0 1m
mapped-back     | truncate 1m; write mapped 100k 700k; writeback
'

# write_scripts DIRECTORY: for each case one writer that synced before the crash, one that does so while no server is
# there, one that does so afterwards.
write_scripts() {
  local name commands moment
  while IFS='|' read -r name commands; do
    read -r name <<<"$name"
    [[ $name ]] || continue
    for moment in before during after; do
      {
        sed 's/^ *//; s/ *; */\n/g' <<<"$commands"
        case $moment in
          before) echo fsync ;;
          during) printf 'wait /run/writers/cut\nfsync\n' ;;
          after) printf 'wait /run/writers/recovered\nfsync\n' ;;
        esac
        echo 'wait /run/writers/end'
      } >"$1/$name-$moment.script"
    done
  done <<<"$cases"
}
