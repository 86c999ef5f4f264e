# shellcheck shell=bash disable=SC2034 # the checks use its variables
# What the checks share. Sourced, never run. Each check prints FILE:LINE: WHAT and fails; all of them together are lint.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Without a list of files every check would pass. git says itself what is wrong: no checkout, or somebody else's.
git rev-parse --git-dir >/dev/null

# ours PATTERN...: the project's files, those too that are not committed yet.
ours() {
  local file
  git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do [[ ! -f $file ]] || echo "$file"; done
}

# complain WORDS: the check fails, and goes on. Its last line is `exit $bad`.
bad=0
complain() {
  echo "$*"
  bad=1
}

# listed FILE: its lines without comments.
listed() { sed 's/ *#.*//; /^$/d' "$1"; }
