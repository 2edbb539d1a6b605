#!/usr/bin/env bash
# Builds the Python package's wheel with .venv's interpreter into build/wheel, and repairs it: it then carries the shared libraries
# that it needs (libsmf, libzip, ...), but not LibTorch, which comes with the package torch where one trains.
#   scripts/wheel.sh [cmake.define.NAME=VALUE ...]
# Needs scripts/setup.sh --test. Training is built where .venv has torch, for that version of it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/wheel
rm -rf "$out"
settings=()
for setting in "$@"; do settings+=(-C "$setting"); done
.venv/bin/python -m pip wheel . -q --no-deps --no-build-isolation -w "$out/raw" "${settings[@]}"
PATH="$PWD/.venv/bin:$PATH" auditwheel repair --exclude 'libtorch*' --exclude 'libc10*' --exclude 'libgomp*' -w "$out" "$out"/raw/*.whl >"$out/log.txt" 2>&1 || {
  cat "$out/log.txt" >&2
  exit 1
}
rm -r "$out/raw"
ls -1 "$out"/*.whl
