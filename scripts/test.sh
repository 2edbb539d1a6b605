#!/usr/bin/env bash
# Runs all tests from a fresh clone: installs what is needed, builds, runs.
#   scripts/test.sh             one build of everything; all of CTest and pytest
#   scripts/test.sh --all       what CI runs: also formats, types, the wheel, the docs, magenta.js, the web, fuzzing, Clang with sanitizers, other systems
#   scripts/test.sh --release   for a release: also what takes hours or large downloads (the drummer, TensorFlow, several versions of PyTorch, an
#                               hour of fuzzing per reader)
set -euo pipefail
case "${1:-}" in
  "" | --all | --release) ;;
  *) echo "test.sh: unknown option $1; use --all, --release or nothing" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
case "${1:-}" in
  "") scripts/setup.sh --test ;;
  *) scripts/setup.sh --test --plugin --web --clang --portability --docs ;;
esac
python="$PWD/.venv/bin/python"
export CCACHE_BASEDIR="$PWD"  # clones share compiled objects

if [ -n "${1:-}" ]; then
  echo "== $(date +%T) format and types"
  git ls-files '*.hpp' '*.inl' '*.cpp' | xargs clang-format --dry-run --Werror
  # The names and habits of all public headers that need no LibTorch; scripts/tidy.sh checks sources.
  mkdir -p build/tidy
  echo '#include "musicvae/musicvae.hpp"' >build/tidy/headers.cpp
  clang-tidy --quiet --header-filter=include/musicvae/ build/tidy/headers.cpp -- -std=c++20 -Iinclude 2>/dev/null
  "$python" -m ruff check
  "$python" -m ruff format --check
  "$python" -m mypy
fi

echo "== $(date +%T) release: everything, training included, warnings as errors"
benchmarks=OFF plugin=OFF
if [ -n "${1:-}" ]; then
  benchmarks=ON plugin=ON
fi
cmake --preset release -DMUSICVAE_TESTS=ON -DMUSICVAE_TRAIN=ON -DMUSICVAE_BENCHMARKS=$benchmarks -DMUSICVAE_PLUGIN=$plugin -DMUSICVAE_PYTHON=ON
cmake --build --preset release
ctest --preset release -j "$(nproc)"

echo "== $(date +%T) python"
PYTHONPATH="$PWD/build/release/python" "$python" scripts/stubs.py --check
PYTHONPATH="$PWD/build/release/python" "$python" -m pytest -n "$(nproc)" --dist loadfile
[ -n "${1:-}" ] || exit 0

echo "== $(date +%T) the wheel, first where there is no PyTorch, then its tests"
# Uses the release build, so that nothing is compiled twice.
scripts/wheel.sh build-dir=build/release cmake.define.MUSICVAE_{WERROR,TRAIN,C,APPS,EXAMPLES,TESTS,BENCHMARKS}=ON
"$python" -m pip install -q --force-reinstall --no-deps build/wheel/*.whl
"$python" -m pytest tests/python/test_{wheel,import,model,training}.py

echo "== $(date +%T) the client of magenta.js"
scripts/check_magenta_js.sh

echo "== $(date +%T) the web: the package for JavaScript and the page, in Node.js and Chromium"
scripts/web.sh --test

echo "== $(date +%T) docs"
scripts/docs.sh

echo "== $(date +%T) Clang: everything but training, under AddressSanitizer and UndefinedBehaviorSanitizer"
cmake --preset asan-ubsan -DMUSICVAE_TESTS=ON -DMUSICVAE_PLUGIN=ON -DMUSICVAE_FUZZ=ON -DMUSICVAE_WERROR=ON \
  -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
cmake --build --preset asan-ubsan
ctest --preset asan-ubsan -j "$(nproc)"

echo "== $(date +%T) fuzz: the readers of other programs' files"
scripts/fuzz.sh 60

scripts/portability.sh
[ "$1" = --release ] || exit 0

echo "== $(date +%T) the threads of the drummer under ThreadSanitizer"
cmake --preset tsan -DMUSICVAE_PLUGIN=ON -DMUSICVAE_TESTS=ON
cmake --build --preset tsan --target drummer_test drummer_listen_test
build/tsan/tests/drummer/drummer_test --gtest_filter='DrummerThreads.*:*AtTheSameTime'
build/tsan/tests/drummer/drummer_listen_test --gtest_filter='*WhileTheFaceLooksAndTheProjectIsSaved'

echo "== $(date +%T) an hour of the drummer"
build/release/tests/drummer/drummer_hour 60

echo "== $(date +%T) TensorFlow 2.15"
scripts/check_tensorflow.sh

echo "== $(date +%T) several versions of PyTorch"
scripts/test_torch_versions.sh

echo "== $(date +%T) an hour of fuzzing per reader"
scripts/fuzz.sh 3600
echo "test.sh: everything passed at $(git rev-parse --short HEAD), $(date +%F)"
