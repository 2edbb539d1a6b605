#!/usr/bin/env bash
# Makes shipped models anew from the Groove MIDI Dataset: models/NAME.safetensors.
#   scripts/train_models.sh GROOVE.zip [NAME ...]      (all of them unless told; run scripts/setup.sh --test and build the preset release first)
# Runs lie in run-NAME and go on where they were stopped.
set -euo pipefail
cd "$(dirname "$0")/.."
musicvae=build/release/bin/musicvae
groove=$1
shift

augment="--augment-velocity 0.1 --augment-timing 0.1"

# Of each model: its config, the bars of a window, how many updates, and what else.
recipe() {
  case $1 in
    groovae_4bar) echo groovae_4bar 4 2500 --batch 32 ;;
    hier-groove_4bar_lookback) echo hier-groove_4bar_lookback 4 3750 "$augment" ;;
    humanize) echo groovae_2bar_humanize_lookback 2 1446 "$augment" ;;
    tap2drum) echo groovae_2bar_tap_lookback 2 2500 "$augment" ;;
    add-hats) echo groovae_2bar_add_closed_hh_lookback 2 2500 "$augment" ;;
    infill) echo groovae_2bar_infill_lookback 2 2500 "$augment" ;;
    *)
      echo "train_models: no shipped model is called \"$1\"; use groovae_4bar, hier-groove_4bar_lookback, humanize, tap2drum, add-hats or infill" >&2
      exit 2
      ;;
  esac
}

# Of those that learn in several runs, those before the last, a line each: which, how many updates, and what of their training is not the config's.
earlier_runs() {
  case $1 in
    hier-groove_4bar_lookback)
      echo first 4000 '{"learning_rate":0.0015,"decay_rate":0.9992,"free_bits":54,"feel_weight":0.3,"sampling_rate":0}'
      echo second 4750 '{"decay_rate":0.9995,"sampling_feel":true}'
      ;;
    humanize) echo first 2500 '{"learning_rate":0.0015,"free_bits":48}' ;;
  esac
}

# train OUT OPTION ...: a run, or the rest of one.
train() {
  local out=$1
  shift
  if compgen -G "$out/checkpoint_*.safetensors" > /dev/null; then set -- "$@" --resume; fi
  $musicvae train --data "$data" --out "$out" --seed 1 --validate-every 250 --checkpoint-every 250 "$@"
}

[ $# -gt 0 ] || set -- groovae_4bar hier-groove_4bar_lookback humanize tap2drum add-hats infill
for name in "$@"; do
  words=$(recipe "$name")
  read -r config bars steps more <<< "$words"
  data=run-groove_${bars}bar.mvds
  [ -f "$data" ] || $musicvae preprocess "$groove" --bars "$bars" -o "$data"
  init=
  while read -r which earlier_steps training; do
    out=run-$name-$which
    echo "{\"base\": \"$config\", \"training\": $training}" > "$out.json"
    # shellcheck disable=SC2086  # words on purpose
    train "$out" --config-file "$out.json" --steps "$earlier_steps" $more $init < /dev/null
    init="--init $out/model.safetensors"
  done < <(earlier_runs "$name")
  # shellcheck disable=SC2086
  train "run-$name" --config "$config" --steps "$steps" $more $init
  trained=run-$name/model.safetensors
  if [ "$name" = hier-groove_4bar_lookback ]; then
    # The last weights: the hits that they make on their own get better for longer than the teacher-forced loss of the validation split does.
    $musicvae export "$(printf "run-$name/checkpoint_%08d.safetensors" "$steps")" -o "run-$name/last.safetensors"
    # A quarter of its latent units off, those that tell least, for 1.1 nats of KL; and its feel as little scattered as the drummers'.
    PYTHONPATH=build/release/python .venv/bin/python scripts/prune_latent.py "run-$name/last.safetensors" "$data" 192 -o "run-$name/pruned.safetensors"
    trained=run-$name/sharpened.safetensors
    PYTHONPATH=build/release/python .venv/bin/python scripts/sharpen_feel.py "run-$name/pruned.safetensors" 0.8 -o "$trained"
  fi
  $musicvae export "$trained" --half -o "models/$name.safetensors" \
    --licence "CC BY 4.0; trained on the Groove MIDI Dataset v1.0.0 by J. Gillick, A. Roberts, J. Engel, D. Eck and D. Bamman (CC BY 4.0)"
  if [ "$bars" = 4 ]; then  # what density, swing, style:funk, ... mean in its latent space, and where its grooves lie
    $musicvae attributes "models/$name.safetensors" --data "$data" --split train --half -o "models/$name.safetensors"
  fi
done
