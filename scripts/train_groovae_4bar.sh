#!/usr/bin/env bash
# Makes models/groovae_4bar.safetensors anew from the Groove MIDI Dataset.
#   scripts/train_groovae_4bar.sh GROOVE.zip STEPS      (run scripts/setup.sh --train and build the preset release first)
set -euo pipefail
cd "$(dirname "$0")/.."
musicvae=build/release/bin/musicvae
$musicvae preprocess "$1" -o run-groovae_4bar.mvds
$musicvae train --config groovae_4bar --data run-groovae_4bar.mvds --out run-groovae_4bar --steps "$2" --batch 32 --seed 1 --validate-every 500 --checkpoint-every 500
$musicvae export run-groovae_4bar/model.safetensors --half -o models/groovae_4bar.safetensors \
  --licence "CC BY 4.0; trained on the Groove MIDI Dataset v1.0.0 by J. Gillick, A. Roberts, J. Engel, D. Eck and D. Bamman (CC BY 4.0)"
