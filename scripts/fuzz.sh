#!/usr/bin/env bash
# Fuzzes the readers of files of other programs with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer.
#   scripts/fuzz.sh [SECONDS [TARGET...]]   each target of tests/fuzz for SECONDS (60), or the named ones
# What crashes a reader is left in build/fuzz/TARGET-crash-*: mend the reader, and keep the input as a test.
# Needs clang with libFuzzer (Debian: clang and libclang-rt-14-dev).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/in_parallel.sh
seconds=${1:-60}
targets=("${@:2}")
if [ ${#targets[@]} = 0 ]; then
  for file in tests/fuzz/*.cpp; do targets+=("$(basename "$file" .cpp)"); done
fi
scripts/setup.sh --clang
clang=$(command -v clang++ || command -v clang++-14)
cache=$(command -v ccache || true)
work=$PWD/build/fuzz
mkdir -p "$work/include"
python3 scripts/single_header.py "$work/include/musicvae_core.hpp"
printf '#define MUSICVAE_IMPLEMENTATION\n#include "musicvae_core.hpp"\n' >"$work/core.cpp"
flags=(-std=c++20 -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -Ilib -Itests -I"$work/include"
  -isystem /usr/include/eigen3)
read -ra packages <<<"$(pkg-config --cflags --libs smf glib-2.0)"

# compile SOURCE: to an object in the work folder. Only lib/interop is instrumented for libFuzzer.
compile() {
  local more=()
  [[ $1 != lib/interop/* ]] || more=(-fsanitize=fuzzer-no-link)
  [[ $1 != "$work"/core.cpp ]] || more=(-fno-sanitize=alignment,null,pointer-overflow)  # else its kernels take minutes to compile
  $cache "$clang" "${flags[@]}" "${more[@]}" "${packages[@]/#-l*/}" -c "$1" -o "$work/$(tr / _ <<<"${1#"$work/"}").o"
}
# link TARGET: compiles one target and links it.
link() {
  $cache "$clang" "${flags[@]}" -fsanitize=fuzzer-no-link -c "tests/fuzz/$1.cpp" -o "$work/$1.target"
  "$clang" -fsanitize=fuzzer,address,undefined "$work/$1.target" "$work"/*.o "${packages[@]}" -lz -o "$work/$1"
  mkdir -p "$work/corpus/$1"
}

# fuzz TARGET: runs one target and prints what it did.
fuzz() {
  local target=$1 report
  "$work/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -artifact_prefix="$work/$target-" -print_final_stats=1 \
    "$work/corpus/$target" "tests/fuzz/corpus/$target" >"$work/$target.log" 2>&1 || true
  report=$(grep -E "^(stat::number_of_executed_units|==.*ERROR|SUMMARY|.*crash)" "$work/$target.log" || true)
  printf '%s: %s s, %s\n' "$target" "$seconds" "$report"
  grep -q "Done .* runs" "$work/$target.log" || { echo "fuzz.sh: $target found a fault; see $work/$target.log" >&2; return 1; }
}

rm -f "$work"/*.o
in_parallel compile "$work/core.cpp" lib/interop/*.cpp lib/midi/*.cpp lib/file.cpp lib/data/{byte_source,note_sequence_record,note_sequence_wire}.cpp \
  lib/train/{augmentation,checkpoint,data_order}.cpp
in_parallel link "${targets[@]}"
in_parallel fuzz "${targets[@]}"
