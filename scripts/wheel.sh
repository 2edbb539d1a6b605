#!/usr/bin/env bash
# Builds the Python package's wheel into build/wheel and repairs it. The wheel then contains the shared libraries that it needs (libsmf,
# libzip, ...) but not LibTorch, which comes with the package torch and is needed for training only. Then samples a groove with the wheel in
# a new environment without PyTorch.
#   scripts/wheel.sh [cmake.define.NAME=VALUE ...]                          for .venv's interpreter
#   PYTHON="python3.10 python3.12" scripts/wheel.sh [...]                   one wheel for each of these, built in isolation from .venv
# Needs scripts/setup.sh --test. Training is included if the interpreter has torch, and works with that version of it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/wheel
rm -rf "$out"
settings=()
for setting in "$@"; do settings+=("--config-settings=$setting"); done  # the short form -C needs pip 23.1 or later

# build INTERPRETER [option of pip wheel ...]
build() {
  local python=$1
  shift
  "$python" -m pip wheel . -q --no-deps -w "$out/raw" "$@" ${settings[@]+"${settings[@]}"}
  PATH="$PWD/.venv/bin:$PATH" auditwheel repair --exclude 'libtorch*' --exclude 'libc10*' --exclude 'libgomp*' -w "$out/new" "$out"/raw/*.whl \
    >"$out/log.txt" 2>&1 || {
    cat "$out/log.txt" >&2
    exit 1
  }
  "$python" -m venv "$out/bare"
  "$out/bare/bin/python" -m pip install -q "$out"/new/*.whl
  (cd "$out/bare" && bin/python -c 'import musicvae_cpp as mv, sys; print("Python", sys.version.split()[0], mv.load("groovae_4bar").sample(1, seed=7))')
  mv "$out"/new/*.whl "$out"
  rm -r "$out/raw" "$out/new" "$out/bare"
}

if [ -z "${PYTHON:-}" ]; then
  build .venv/bin/python --no-build-isolation
else
  for python in $PYTHON; do build "$python"; done
fi
ls -1 "$out"/*.whl
