#!/usr/bin/env bash
# The main job from a fresh clone: install what is needed, build, sample four grooves from the shipped model into out/.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
cmake --preset no-torch -DMUSICVAE_TESTS=OFF -DMUSICVAE_EXAMPLES=OFF >/dev/null
cmake --build --preset no-torch
build/no-torch/bin/musicvae sample --model groovae_4bar -n 4 --temperature 0.5 --seed 7 -o out
