#!/usr/bin/env bash
# Tests the core with other compilers, processors and systems. Compares digests of all its results (tests/portability) where the compiler
# may fuse products with sums, with libc++, on 64-bit Arm (in qemu) and on Windows (in Wine); builds and tests everything except training
# with Clang.
#   scripts/portability.sh             every leg; one that cannot run here prints why
#   scripts/portability.sh LEG...      some of: haswell, clang-haswell, libcxx, aarch64, windows, clang
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(uname -m)" != x86_64 ]; then
  echo "portability.sh: skipped, its cross compilers are those of Debian on x86-64"
  exit 0
fi
scripts/setup.sh --portability
legs=("$@")
[ $# -gt 0 ] || legs=(haswell clang-haswell libcxx aarch64 windows clang)
work=$PWD/build/portability
# Wine links its folder to the root of the file system, so it must not lie in the tree: whoever walks the tree would leave it.
wine=$(mktemp -d)
trap 'rm -rf "$wine"' EXIT
# The core as one header, and only Eigen from /usr/include: a compiler for another system must not find this system's headers.
mkdir -p "$work/include/musicvae" "$work/eigen"
ln -sfn /usr/include/eigen3/Eigen "$work/eigen/Eigen"
python3 scripts/single_header.py "$work/include/musicvae_core.hpp"
echo '#include "musicvae_core.hpp"' >"$work/include/musicvae/core.hpp"

# digests LEG COMPILER OPTION... [-- RUNNER]: compiles the program, runs it and compares its digests.
digests() {
  local program="$work/$1.exe" compiler=()  # Windows requires this extension
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do compiler+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  "${compiler[@]}" -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror \
    -DMUSICVAE_IMPLEMENTATION -Itests -I"$work/include" -isystem "$work/eigen" tests/portability/digests.cpp -o "$program"
  "$@" "$program" models tests/portability/digests.txt
}

for leg in "${legs[@]}"; do
  echo "== $(date +%T) portability: $leg"
  if [[ $leg = *haswell ]] && ! { grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; }; then
    echo "skipped: this processor has no AVX2 or no FMA"
    continue
  fi
  case $leg in
    haswell) digests "$leg" g++ -march=haswell ;;
    clang-haswell) digests "$leg" clang++ -march=haswell -ffp-contract=fast ;;
    libcxx) digests "$leg" clang++ -stdlib=libc++ ;;
    aarch64) digests "$leg" aarch64-linux-gnu-g++ -static -- qemu-aarch64 ;;
    windows) WINEPREFIX=$wine WINEDEBUG=-all digests "$leg" x86_64-w64-mingw32-g++-posix -static -- wine ;;
    clang)
      cmake --preset no-torch -B build/clang -DCMAKE_CXX_COMPILER=clang++
      cmake --build build/clang
      ctest --test-dir build/clang --output-on-failure -j "$(nproc)"
      ;;
    *) echo "portability.sh: no leg is called $leg; use haswell, clang-haswell, libcxx, aarch64, windows or clang" >&2; exit 2 ;;
  esac
done
