#!/usr/bin/env bash
# All tests from a fresh clone: install what is needed, build every leg, run everything.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --test
python="$PWD/.venv/bin/python"
export CCACHE_BASEDIR="$PWD"  # what one clone has compiled, another finds

echo "== format and types"
git ls-files '*.hpp' '*.cpp' | xargs clang-format --dry-run --Werror
"$python" -m ruff check
"$python" -m ruff format --check
"$python" -m mypy

echo "== release: everything, training included, warnings as errors"
cmake --preset release -DMUSICVAE_TRAIN=ON -DMUSICVAE_BENCHMARKS=ON
cmake --build --preset release
ctest --preset release -j "$(nproc)"

echo "== python: the wheel, first where there is no PyTorch, then its tests"
scripts/wheel.sh cmake.define.MUSICVAE_WERROR=ON cmake.define.MUSICVAE_TRAIN=ON
bare=build/wheel/bare
"$python" -m venv "$bare"
"$bare/bin/python" -m pip install -q build/wheel/*.whl
(cd "$bare" && bin/python -c 'import musicvae_cpp as mv; print(mv.load("groovae_4bar").sample(1, seed=7))')
"$python" -m pip install -q --force-reinstall --no-deps build/wheel/*.whl
"$python" scripts/stubs.py --check
"$python" -m pytest

echo "== docs"
scripts/docs.sh

echo "== no-torch: plain CMake without LibTorch"
cmake --preset no-torch -DMUSICVAE_TESTS=OFF
cmake --build --preset no-torch

echo "== asan-ubsan"
cmake --preset asan-ubsan -DMUSICVAE_EXAMPLES=OFF
cmake --build --preset asan-ubsan
ctest --preset asan-ubsan -j "$(nproc)"
