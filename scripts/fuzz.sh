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
export CCACHE_BASEDIR="$PWD"
cmake --preset asan-ubsan -DMUSICVAE_FUZZ=ON -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
cmake --build --preset asan-ubsan --target "${targets[@]/#/fuzz_}"

# fuzz TARGET: runs one target and prints what it did.
work=build/fuzz
fuzz() {
  local target=$1 report
  mkdir -p "$work/corpus/$target"
  "build/asan-ubsan/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -artifact_prefix="$work/$target-" \
    -print_final_stats=1 "$work/corpus/$target" "tests/fuzz/corpus/$target" >"$work/$target.log" 2>&1 || true
  report=$(grep -E "^(stat::number_of_executed_units|==.*ERROR|SUMMARY|.*crash)" "$work/$target.log" || true)
  printf '%s: %s s, %s\n' "$target" "$seconds" "$report"
  grep -q "Done .* runs" "$work/$target.log" || { echo "fuzz.sh: $target found a fault; see $work/$target.log" >&2; return 1; }
}
in_parallel fuzz "${targets[@]}"
