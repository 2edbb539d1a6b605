#!/usr/bin/env bash
# The main use case from a fresh clone: installs what is needed, builds, and samples four grooves from the shipped model into out/ as MIDI,
# audio and a picture.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
cmake --preset no-torch -DMUSICVAE_TESTS=OFF -DMUSICVAE_EXAMPLES=OFF >/dev/null
cmake --build --preset no-torch
musicvae=build/no-torch/bin/musicvae
$musicvae sample -n 4 --seed 7 --qpm 110 -o out
$musicvae render out/groove_[0-3].mid -o out
$musicvae plot out/groove_[0-3].mid -o out/grooves.svg
echo
echo "Four grooves are in out/: groove_0.mid ... groove_3.mid to edit, groove_0.wav ... groove_3.wav to hear, grooves.svg to see."
