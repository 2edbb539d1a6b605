#!/usr/bin/env bash
# Trains with several versions of PyTorch and compares the losses: the oldest version that pyproject.toml allows, one in between, and the
# newest that pip finds. Run it before a release; CI does not, as each wheel is up to 1 GB.
#   scripts/test_torch_versions.sh [VERSION ...]
# The wheels are installed without CUDA's libraries, except for the two that LibTorch's CPU part needs. LibTorch's own CUDA libraries are
# removed.
# Builds in build/torch-VERSION, which is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
export CCACHE_BASEDIR="$PWD"
oldest=$(sed -n 's/^train = \["torch>=\([0-9.]*\)"\]$/\1/p' pyproject.toml)
if [ $# = 0 ]; then
  # newest first; without local versions such as 2.13.0+cpu; only the newest of each minor version
  mapfile -t all < <("$python" -m pip index versions torch 2>/dev/null | sed -n 's/^Available versions: //p' | tr -d ' ' | tr ',' '\n' |
    grep -v + | awk -F. '!seen[$1 "." $2]++' | awk -v oldest="$oldest" '{ print } index($0 ".", oldest ".") == 1 { exit }')
  [ "${#all[@]}" -ge 3 ] || { echo "test_torch_versions.sh: pip finds ${#all[@]} versions since $oldest; name some" >&2; exit 1; }
  set -- "${all[-1]}" "${all[${#all[@]} / 2]}" "${all[0]}"
fi

first=
for version in "$@"; do
  work=build/torch-$version
  rm -rf "$work"
  "$python" -m venv "$work/venv"
  "$work/venv/bin/python" -m pip install -q --no-deps "torch==$version"
  packages=$(echo "$PWD/$work"/venv/lib/python3*/site-packages)
  # cuda-toolkit[...,cudart,cupti,...]==13.0.2, or in older versions nvidia-cuda-runtime-cu12==... and nvidia-cuda-cupti-cu12==...
  mapfile -t cuda < <(sed -n 's/^Requires-Dist: \([^;]*\).*/\1/p' "$packages"/torch-*.dist-info/METADATA | tr -d ' ' |
    sed -n -e 's/^cuda-toolkit\[[^]]*\]\(.*\)/cuda-toolkit[cudart,cupti]\1/p' -e '/^nvidia-cuda-\(runtime\|cupti\)/p')
  [ ${#cuda[@]} = 0 ] || "$work/venv/bin/python" -m pip install -q --no-warn-conflicts "${cuda[@]}"
  rm -f "$packages"/torch/lib/lib{torch,torch_cuda,torch_cuda_linalg,c10_cuda,torch_nvshmem}.so
  cmake -G Ninja -S . -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DMUSICVAE_WERROR=ON -DMUSICVAE_TRAIN=ON -DMUSICVAE_TESTS=OFF -DMUSICVAE_EXAMPLES=OFF \
    -DPython3_EXECUTABLE="$PWD/$work/venv/bin/python" >"$work/log.txt"
  grep 'training is' "$work/log.txt"
  cmake --build "$work/build" --target musicvae_train_command >>"$work/log.txt"
  "$work/build/bin/musicvae-train" --config groovae_4bar --data tests/data/golden/midi --steps 3 --batch 4 --seed 1 --threads 1 --precision fp32 --validate-every 0 --out "$work/run" \
    >"$work/train.txt"
  losses=$("$python" -c 'import json, sys; print(*("%.9g" % json.loads(line)["loss"] for line in open(sys.argv[1])))' "$work/run/metrics.jsonl")
  echo "PyTorch $version: losses $losses"
  first=${first:-$losses}
  "$python" -c '
import sys
first, now = ([float(x) for x in text.split()] for text in sys.argv[1:])
worst = max(abs(a - b) / abs(a) for a, b in zip(first, now, strict=True))
if worst > 1e-5: sys.exit(f"test_torch_versions.sh: these losses differ by a share of {worst:.1e} from the first")
' "$first" "$losses"
  rm -rf "$work"
done
