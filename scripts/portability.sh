#!/usr/bin/env bash
# Tests the core with other compilers, processors and systems. Compares digests of all its results (tests/portability) where the compiler
# may fuse products with sums, with libc++, on 64-bit Arm (in qemu) and on Windows (in Wine). On Arm and Windows it also builds the C library
# and compares the MIDI files of its example with those of build/release.
#   scripts/portability.sh             every leg; one that cannot run here prints why
#   scripts/portability.sh LEG...      some of: haswell, clang-haswell, libcxx, aarch64, windows
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/in_parallel.sh
if [ "$(uname -m)" != x86_64 ]; then
  echo "portability.sh: skipped, its cross compilers are those of Debian on x86-64"
  exit 0
fi
scripts/setup.sh --portability
legs=("$@")
[ $# -gt 0 ] || legs=(aarch64 windows haswell clang-haswell libcxx)  # what takes longest comes first
work=$PWD/build/portability
# Wine links its folder to the root of the file system, so it must not lie in the tree: whoever walks the tree would leave it.
wine=$(mktemp -d)
trap 'rm -rf "$wine"' EXIT
# The core as one header, and only Eigen and JSON from /usr/include: a compiler for another system must not find this system's headers.
mkdir -p "$work/include/musicvae" "$work/eigen" "$work/packages/include" "$work/packages/share/cmake"
ln -sfn /usr/include/eigen3/Eigen "$work/eigen/Eigen"
cp -r /usr/include/nlohmann "$work/packages/include"
cp -r /usr/share/cmake/nlohmann_json "$work/packages/share/cmake"
python3 scripts/single_header.py "$work/include/musicvae_core.hpp"
echo '#include "musicvae_core.hpp"' >"$work/include/musicvae/core.hpp"

# digests LEG COMPILER OPTION... [-- RUNNER]: compiles the program, runs it and compares its digests. The core is the one that build_c built for
# this leg, or else the single header.
digests() {
  local leg=$1 program="$work/$1.exe" compiler=() core=()  # Windows requires this extension
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do compiler+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  if [ -d "$work/c-$leg" ]; then
    core=(-Iinclude tests/portability/digests.cpp "$work/c-$leg/lib/libmusicvae_core.a")
  else
    core=(-DMUSICVAE_IMPLEMENTATION -I"$work/include" -isystem "$work/eigen" tests/portability/digests.cpp)
  fi
  "${compiler[@]}" -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror -Itests "${core[@]}" -o "$program"
  "$@" "$program" models tests/portability/digests.txt
}

# build_c LEG OPTION...: builds the C library and its example with CMake, which finds no other header of this system.
build_c() {
  local leg=$1
  shift
  cmake -S . -B "$work/c-$leg" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/packages" -DMUSICVAE_LIBRARY=OFF \
    -DMUSICVAE_TESTS=OFF -DMUSICVAE_WERROR=ON -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$work/c-$leg/bin" "$@"
  cmake --build "$work/c-$leg" --target sample_to_midi
}

# compare_c LEG EXAMPLE [RUNNER...]: samples on this system and on the other one, and compares the files.
compare_c() {
  local leg=$1 example=$2 model
  shift 2
  for model in hier-groove_4bar_lookback mel_2bar; do
    build/release/examples/c/sample_to_midi "models/$model.safetensors" "$work/native-$leg.mid" 12
    "$@" "$work/c-$leg/bin/$example" "models/$model.safetensors" "$work/$leg.mid" 12
    cmp "$work/native-$leg.mid" "$work/$leg.mid"
  done
  echo "the C library samples the same files on $leg"
}

test_leg() {
  local leg=$1
  echo "== $(date +%T) portability: $leg"
  if [[ $leg = *haswell ]] && ! { grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; }; then
    echo "skipped: this processor has no AVX2 or no FMA"
    return
  fi
  case $leg in
    haswell) digests "$leg" g++ -march=haswell ;;
    clang-haswell) digests "$leg" clang++ -march=haswell -ffp-contract=fast ;;
    libcxx) digests "$leg" clang++ -stdlib=libc++ ;;
    aarch64)
      build_c "$leg" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc \
        -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++
      digests "$leg" aarch64-linux-gnu-g++ -static -- qemu-aarch64
      compare_c "$leg" sample_to_midi qemu-aarch64 -L /usr/aarch64-linux-gnu
      ;;
    windows)
      export WINEPREFIX=$wine WINEDEBUG=-all
      build_c "$leg" -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_SYSTEM_PROCESSOR=x86_64 -DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc-posix \
        -DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix
      digests "$leg" x86_64-w64-mingw32-g++-posix -static -- wine
      compare_c "$leg" sample_to_midi.exe wine
      # The C++ runtime is inside: the library imports Windows' own libraries alone, and exports its functions alone.
      x86_64-w64-mingw32-objdump -p "$work/c-$leg/bin/libmusicvae_c.dll" >"$work/dll.txt"
      if grep 'DLL Name: lib' "$work/dll.txt"; then exit 1; fi
      if sed -n '/Ordinal\/Name Pointer/,/^$/s/^[[:space:]]*\[.*[0-9]\].* \([A-Za-z_0-9]*\)$/\1/p' "$work/dll.txt" | grep -v '^musicvae_'; then exit 1; fi
      ;;
    *) echo "portability.sh: no leg is called $leg; use haswell, clang-haswell, libcxx, aarch64 or windows" >&2; exit 2 ;;
  esac
}
# Legs run at the same time, so the output of each is shown when it ends.
test_and_show() {
  trap "cat '$work/$1.log'" EXIT
  (test_leg "$1") >"$work/$1.log" 2>&1  # a subshell, so that its exit is not the exit of this one
}
if [[ " ${legs[*]} " =~ (aarch64|windows) ]]; then  # for the files to compare with
  cmake --preset release
  cmake --build --preset release --target sample_to_midi
fi
in_parallel test_and_show "${legs[@]}"
