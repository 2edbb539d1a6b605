#!/usr/bin/env bash
# Runs clang-tidy with .clang-tidy's checks on source files, as many at once as there are cores.
#   scripts/tidy.sh           the .cpp files that differ from origin/main, or from HEAD~1 where there is no origin/main
#   scripts/tidy.sh REVISION  the .cpp files that differ from this revision
#   scripts/tidy.sh --all     every .cpp file that the build compiles
# Uncommitted and untracked files count. Headers are checked through the sources that include them.
# Needs clang-tidy and build/release/compile_commands.json, which `cmake --preset release` writes.
set -euo pipefail
cd "$(dirname "$0")/.."
database=build/release/compile_commands.json

fail() {
  echo "tidy.sh: $1" >&2
  exit "${2:-1}"
}

[ $# -le 1 ] || fail "give one revision, --all or nothing" 2
case "${1:-}" in
  --all) mapfile -t files < <(git ls-files '*.cpp') ;;
  -*) fail "unknown option $1; use a revision, --all or nothing" 2 ;;
  *)
    if [ -n "${1:-}" ]; then
      base=$1
    elif ! base=$(git merge-base HEAD origin/main 2>/dev/null); then
      base=HEAD~1
    fi
    git rev-parse -q --verify "$base^{commit}" >/dev/null || fail "git does not know the revision $base; name another one, or use --all"
    mapfile -t files < <({
      git diff --name-only --diff-filter=d "$base" -- '*.cpp'
      git ls-files --others --exclude-standard '*.cpp'
    } | sort -u)
    ;;
esac
if [ ${#files[@]} = 0 ]; then
  echo "tidy.sh: no .cpp file differs from $base"
  exit 0
fi
[ -f "$database" ] || fail "$database is missing; run cmake --preset release"
tidy=$(command -v clang-tidy-14 || command -v clang-tidy) || fail "clang-tidy is not installed; on Debian and Ubuntu: apt-get install clang-tidy"

# The build may compile several sources as one (a unity build). Clang-tidy wants one entry for each source.
mkdir -p build/tidy
known=$(python3 - "$database" build/tidy/compile_commands.json "${files[@]}" <<'PYTHON'
import json
import re
import shlex
import sys
from pathlib import Path

database, result, *wanted = sys.argv[1:]
entries = {}
for entry in json.loads(Path(database).read_text()):
    words = entry.get("arguments") or shlex.split(entry["command"])
    if Path(words[0]).name == "ccache":
        del words[0]
    words = [word for word in words if word not in ("-Werror", "-fopenmp")]  # omp.h of Clang is a package of its own
    file = Path(entry["directory"], entry["file"])
    sources = [file]
    if file.match("Unity/unity_*_cxx.cxx") and file.exists():
        sources = [Path(name) for name in re.findall(r'^#include "(.*)"$', file.read_text(), re.MULTILINE)]
    for source in sources:
        arguments = [str(source) if word == entry["file"] else word for word in words]
        entries.setdefault(source.resolve(), {"directory": entry["directory"], "file": str(source), "arguments": arguments})
Path(result).write_text(json.dumps(list(entries.values()), indent=1))
for file in wanted:
    if Path(file).resolve() in entries:
        print(file)
    else:
        print(f"tidy.sh: {file} is passed over, for build/release does not compile it", file=sys.stderr)
PYTHON
)
[ -n "$known" ] || exit 0
mapfile -t files <<<"$known"

echo "tidy.sh: ${#files[@]} files"
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" "$tidy" -p build/tidy --quiet --extra-arg=-Wno-unknown-warning-option 2>&1 |
  { grep -vE '^[0-9]+ warnings? (generated|treated as errors?)|^Suppressed [0-9]+ warnings' || true; }
