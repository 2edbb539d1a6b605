#!/usr/bin/env bash
# Trains shipped models again from the Groove MIDI Dataset and writes models/NAME.safetensors.
#   scripts/train_models.sh GROOVE.zip [NAME ...]      (default: all models of drums; first run scripts/setup.sh --test and build the preset release)
#   scripts/train_models.sh MELODIES mel_2bar          (needs music21: pip install --no-deps music21==10.5.1)
# MELODIES is a folder with openscore-lieder-mxl.zip and mel_2bar_small_dljs, the folder of Magenta's released decoder.
# Runs are in run-NAME. Those of drums continue where they were stopped.
set -euo pipefail
cd "$(dirname "$0")/.."
musicvae=build/release/bin/musicvae
groove=$1
shift

# The recipe of each model: its config, the number of bars per window, and the batch size or augmentation.
recipe() {
  local augment="--augment-velocity 0.1 --augment-timing 0.1"
  case $1 in
    groovae_4bar) echo groovae_4bar 4 --batch 32 ;;
    hier-groove_4bar_lookback) echo hier-groove_4bar_lookback 4 "$augment" ;;
    humanize) echo groovae_2bar_humanize_lookback 2 "$augment" ;;
    tap2drum) echo groovae_2bar_tap_lookback 2 "$augment" ;;
    add-hats) echo groovae_2bar_add_closed_hh_lookback 2 "$augment" ;;
    infill) echo groovae_2bar_infill_lookback 2 "$augment" ;;
    *)
      echo "train_models: no shipped model is called \"$1\"; use groovae_4bar, hier-groove_4bar_lookback, humanize, tap2drum, add-hats, infill or mel_2bar" >&2
      exit 2
      ;;
  esac
}

# The runs of a model, one per line; each starts from the weights of the one before. Columns: name, number of updates, training settings
# that differ from the config's, further options.
runs() {
  case $1 in
    hier-groove_4bar_lookback)
      echo first 3750 '{"learning_rate":0.0015,"decay_rate":0.9992,"free_bits":54,"feel_weight":0.3,"sampling_rate":0}'
      echo second 4750 '{"decay_rate":0.9995,"sampling_feel":true}'
      echo third 3750 '{}'
      echo fourth 2500 '{"learning_rate":0.0006,"decay_rate":0.999,"free_bits":60.5,"feel_weight":0.06}'
      echo fifth 750 '{"learning_rate":0.0008,"decay_rate":0.999,"free_bits":59,"feel_weight":0.08}' --augment-drums 0.5
      echo sixth 2000 '{"learning_rate":0.0006,"decay_rate":0.9986,"free_bits":56,"feel_weight":0.08,"sampling_rate":0.6}' --augment-drums 0.5
      ;;
    humanize)
      echo first 2500 '{"learning_rate":0.0015,"free_bits":48}'
      echo second 750 '{}'
      echo third 1500 '{"learning_rate":0.001,"decay_rate":0.998,"sampling_feel":false}'
      ;;
    *) echo only 2500 '{}' ;;
  esac
}

script() {
  PYTHONPATH=build/release/python .venv/bin/python "scripts/$1.py" "${@:2}"
}

# weights RUN STEP: the model file of a run after this number of updates.
weights() {
  local out=$1/weights_$2.safetensors
  $musicvae export "$(printf "%s/checkpoint_%08d.safetensors" "$1" "$2")" -o "$out" > /dev/null
  echo "$out"
}

# The melody model: an encoder for Magenta's decoder, then both together, then attributes and the prior. The columns of its runs: updates,
# batch, decay of the learning rate, its start, and processes.
train_melodies() {
  local run=run-mel_2bar updates batch decay rate processes init= i=0
  local data=$run.mvds licence
  [ -d "$run" ] || script melody_corpus --corpora "$groove" --without airdsAirs -o "$run/corpus"
  [ -f "$data" ] || $musicvae preprocess "$run/corpus" --config mel_2bar -o "$data"
  while read -r updates batch decay rate processes; do
    i=$((i + 1))
    # shellcheck disable=SC2086  # split into words on purpose
    script learn_encoder "$groove/mel_2bar_small_dljs" "$data" --config mel_2bar $init -o "$run/encoder_$i.safetensors" \
      --updates "$updates" --batch "$batch" --decay "$decay" --learning-rate "$rate" --processes "$processes"
    init="--init $run/encoder_$i.safetensors"
  done <<< "111 64 1 0.001 1
209 32 1 0.002 1
105 32 0.9988 0.002 1
400 32 0.9985 0.002 2"
  echo '{"base": "mel_2bar", "name": "mel_2bar", "training": {"learning_rate": 0.0005, "decay_rate": 0.9945, "max_beta": 0.06}}' > "$run/last.json"
  local common=(--data "$data" --augment-transpose 6 --precision fp32 --threads 1)
  # shellcheck disable=SC2086
  $musicvae train --config mel_2bar $init --out "$run/first" --steps 1300 --validate-every 100 "${common[@]}" < /dev/null
  $musicvae train --config-file "$run/last.json" --init "$run/first/model.safetensors" --out "$run/last" --steps 650 --validate-every 130 \
    --seed 3 "${common[@]}" < /dev/null
  script sharpen_categories "$run/last/model.safetensors" 0.3 -o "$run/sharpened.safetensors"
  licence="Apache-2.0: the decoder and most of the encoder began as Magenta's mel_2bar_small (Copyright Google LLC, Apache-2.0), changed by training"
  licence="$licence on the OpenScore Lieder Corpus (CC0 1.0) and on tunes in the public domain from Ryan's Mammoth Collection (1883) and O'Neill's Music"
  licence="$licence of Ireland (1903), as transcribed in the corpus of music21 10.5.1"
  $musicvae export "$run/sharpened.safetensors" --half -o "$run/half.safetensors" --licence "$licence"
  $musicvae attributes "$run/half.safetensors" --data "$data" --split train --half -o "$run/attributes.safetensors"
  script kernel_prior "$run/attributes.safetensors" "$data" -o models/mel_2bar.safetensors
}

if [ "${1:-}" = mel_2bar ]; then
  train_melodies
  exit
fi
[ $# -gt 0 ] || set -- groovae_4bar hier-groove_4bar_lookback humanize tap2drum add-hats infill
for name in "$@"; do
  words=$(recipe "$name")
  read -r config bars more <<< "$words"
  data=run-groove_${bars}bar.mvds
  [ -f "$data" ] || $musicvae preprocess "$groove" --bars "$bars" -o "$data"
  trained=
  while read -r which steps training also; do
    run=run-$name-$which
    echo "{\"base\": \"$config\", \"name\": \"$config\", \"training\": $training}" > "$run.json"
    on=${trained:+--init $trained}
    if compgen -G "$run/checkpoint_*.safetensors" > /dev/null; then on="$on --resume"; fi
    # shellcheck disable=SC2086  # split into words on purpose
    $musicvae train --config-file "$run.json" --data "$data" --out "$run" --seed 1 --steps "$steps" \
      --validate-every 250 --checkpoint-every 250 $more $also $on < /dev/null
    case $name-$which in
      # With its own choices as input, a model keeps improving after its loss on the validation split has stopped falling.
      hier-*-fifth | hier-*-sixth)
        trained=$run/whitened.safetensors
        script whiten_latent "$(weights "$run" "$steps")" "$data" -o "$trained"
        ;;
      hier-* | humanize-second) trained=$(weights "$run" "$steps") ;;
      # A model trained on its own feel is best in timing, and one trained on the drummers' feel has the truest spread. Their mean is nearly
      # as good at both.
      humanize-third)
        trained=$run/mean.safetensors
        script average_weights "$(weights run-humanize-second 750)" "$(weights "$run" 1250)" "$(weights "$run" 1500)" -o "$trained"
        ;;
      *) trained=$run/model.safetensors ;;
    esac
  done < <(runs "$name")
  case $name in
    hier-*) sharp=0.8 ;;
    humanize) sharp=0.7 ;;
    *) sharp= ;;
  esac
  if [ -n "$sharp" ]; then
    script sharpen_feel "$trained" "$sharp" -o "run-$name.sharpened.safetensors"
    trained=run-$name.sharpened.safetensors
  fi
  $musicvae export "$trained" --half -o "models/$name.safetensors" \
    --licence "CC BY 4.0; trained on the Groove MIDI Dataset v1.0.0 by J. Gillick, A. Roberts, J. Engel, D. Eck and D. Bamman (CC BY 4.0)"
  if [ "$bars" = 4 ]; then  # add attributes (density, swing, style:funk, ...) and the prior
    $musicvae attributes "models/$name.safetensors" --data "$data" --split train --half -o "models/$name.safetensors"
  fi
done
