#!/usr/bin/env bash
# Makes shipped models anew from the Groove MIDI Dataset: models/NAME.safetensors.
#   scripts/train_models.sh GROOVE.zip [NAME ...]      (all of them unless told; run scripts/setup.sh --train and build the preset release first)
# Runs lie in run-NAME and go on where they were stopped.
set -euo pipefail
cd "$(dirname "$0")/.."
musicvae=build/release/bin/musicvae
groove=$1
shift

# Of each model: its config, the bars of a window, how many updates, and what else.
recipe() {
  case $1 in
    groovae_4bar) echo groovae_4bar 4 2500 --batch 32 ;;
    hier-groove_4bar_lookback) echo hier-groove_4bar_lookback 4 4000 --augment-velocity 0.1 --augment-timing 0.1 ;;
    humanize) echo groovae_2bar_humanize_lookback 2 2000 --augment-velocity 0.1 --augment-timing 0.1 ;;
    tap2drum) echo groovae_2bar_tap_lookback 2 2000 --augment-velocity 0.1 --augment-timing 0.1 ;;
    add-hats) echo groovae_2bar_add_closed_hh_lookback 2 2000 --augment-velocity 0.1 --augment-timing 0.1 ;;
    infill) echo groovae_2bar_infill_lookback 2 2000 --augment-velocity 0.1 --augment-timing 0.1 ;;
    *)
      echo "train_models: no shipped model is called \"$1\"; use groovae_4bar, hier-groove_4bar_lookback, humanize, tap2drum, add-hats or infill" >&2
      exit 2
      ;;
  esac
}

[ $# -gt 0 ] || set -- groovae_4bar hier-groove_4bar_lookback humanize tap2drum add-hats infill
for name in "$@"; do
  words=$(recipe "$name")
  read -r config bars steps more <<< "$words"
  data=run-groove_${bars}bar.mvds
  [ -f "$data" ] || $musicvae preprocess "$groove" --bars "$bars" -o "$data"
  resume=$(compgen -G "run-$name/checkpoint_*.safetensors" > /dev/null && echo --resume || true)
  # shellcheck disable=SC2086  # words on purpose
  $musicvae train --config "$config" --data "$data" --out "run-$name" --steps "$steps" --seed 1 --validate-every 250 --checkpoint-every 250 $more $resume
  $musicvae export "run-$name/model.safetensors" --half -o "models/$name.safetensors" \
    --licence "CC BY 4.0; trained on the Groove MIDI Dataset v1.0.0 by J. Gillick, A. Roberts, J. Engel, D. Eck and D. Bamman (CC BY 4.0)"
  if [ "$bars" = 4 ]; then  # what density, swing, style:funk, ... mean in its latent space, and where its grooves lie
    $musicvae attributes "models/$name.safetensors" --data "$data" --split train --half -o "models/$name.safetensors"
  fi
done
