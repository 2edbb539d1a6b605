#!/usr/bin/env bash
# All tests from a fresh clone: install what is needed, build every leg, run everything. Ends with one line of counts.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --test

echo "== format"
git ls-files '*.hpp' '*.cpp' | xargs clang-format --dry-run --Werror

echo "== release: everything, training included, warnings as errors"
cmake --preset release -DMUSICVAE_TRAIN=ON -DMUSICVAE_BENCHMARKS=ON
cmake --build --preset release
ctest --preset release -j "$(nproc)"

echo "== no-torch: plain CMake without LibTorch"
cmake --preset no-torch -DMUSICVAE_TESTS=OFF
cmake --build --preset no-torch

echo "== asan-ubsan"
cmake --preset asan-ubsan -DMUSICVAE_EXAMPLES=OFF
cmake --build --preset asan-ubsan
ctest --preset asan-ubsan -j "$(nproc)"
