#!/usr/bin/env bash
# All tests from a fresh clone: install what is needed, build every leg, run everything.
#   scripts/test.sh          what every change must pass
#   scripts/test.sh --all    the legs of scripts/portability.sh too: Clang, fused products, 64-bit Arm, Windows
set -euo pipefail
case "${1:-}" in
  "" | --all) ;;
  *) echo "test.sh: unknown option $1; use --all or nothing" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
scripts/setup.sh --test
python="$PWD/.venv/bin/python"
export CCACHE_BASEDIR="$PWD"  # what one clone has compiled, another finds

echo "== $(date +%T) format and types"
git ls-files '*.hpp' '*.inl' '*.cpp' | xargs clang-format --dry-run --Werror
"$python" -m ruff check
"$python" -m ruff format --check
"$python" -m mypy

echo "== $(date +%T) release: everything, training included, warnings as errors"
cmake --preset release -DMUSICVAE_TESTS=ON -DMUSICVAE_TRAIN=ON -DMUSICVAE_BENCHMARKS=ON -DMUSICVAE_PYTHON=ON
cmake --build --preset release
ctest --preset release -j "$(nproc)"

echo "== $(date +%T) python: the wheel, first where there is no PyTorch, then its tests"
# From the release build: what is compiled there is not compiled again.
scripts/wheel.sh build-dir=build/release cmake.define.MUSICVAE_{WERROR,TRAIN,APPS,EXAMPLES,TESTS,BENCHMARKS}=ON
"$python" -m pip install -q --force-reinstall --no-deps build/wheel/*.whl
"$python" scripts/stubs.py --check
"$python" -m pytest

echo "== $(date +%T) docs"
scripts/docs.sh

echo "== $(date +%T) no-torch: plain CMake without LibTorch"
cmake --preset no-torch -DMUSICVAE_TESTS=OFF -DMUSICVAE_EXAMPLES=OFF
cmake --build --preset no-torch

echo "== $(date +%T) asan-ubsan"
cmake --preset asan-ubsan -DMUSICVAE_TESTS=ON -DMUSICVAE_EXAMPLES=OFF
cmake --build --preset asan-ubsan
ctest --preset asan-ubsan -j "$(nproc)"

[ "${1:-}" != --all ] || scripts/portability.sh
