#!/usr/bin/env bash
# Installs what libmusicvae needs on a fresh Debian or Ubuntu.
#   scripts/setup.sh             everything but LibTorch: the library, the command, sampling
#   scripts/setup.sh --train     LibTorch too (the pip wheel, in .venv), for training
#   scripts/setup.sh --test      what the tests and checks need, LibTorch included
#   scripts/setup.sh --docs      what the documentation site needs (in .venv)
set -euo pipefail
cd "$(dirname "$0")/.."

train=0
docs=0
packages=(build-essential cmake ninja-build pkg-config libsmf-dev libeigen3-dev nlohmann-json3-dev libcli11-dev libfmt-dev libzip-dev zlib1g-dev libprotozero-dev
  libfluidsynth3 timgm6mb-soundfont librsvg2-bin)
case "${1:-}" in
  "") ;;
  --train) train=1 ;;
  --test) train=1; packages+=(ccache python3-dev libgtest-dev libgmock-dev libbenchmark-dev clang-format protobuf-compiler) ;;
  --docs) docs=1; packages=(doxygen python3 python3-venv) ;;
  *) echo "setup.sh: unknown option $1; use --train, --test, --docs or nothing" >&2; exit 2 ;;
esac
[ "$train" = 0 ] || packages+=(python3 python3-venv)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ "$train" = 1 ]; then
  torch=2.13.0
  [ -x .venv/bin/python ] || python3 -m venv .venv
  if ! .venv/bin/python -c 'import torch' 2>/dev/null; then
    # Without a GPU the CPU build is enough and 10 times smaller; pip finds it where PyTorch's CPU index is configured.
    if command -v nvidia-smi >/dev/null || ! .venv/bin/python -m pip install -q "torch==$torch+cpu" numpy 2>/dev/null; then
      .venv/bin/python -m pip install -q "torch==$torch" numpy
    fi
  fi
fi

if [ "$docs" = 1 ]; then
  [ -x .venv/bin/python ] || python3 -m venv .venv
  .venv/bin/python -c 'import breathe, furo, myst_nb, sphinx' 2>/dev/null || .venv/bin/python -m pip install -q -r docs/requirements.txt
fi

if [ "${1:-}" = --test ]; then
  .venv/bin/python -m pip install -q -r tests/python/requirements.txt
  .venv/bin/python -c 'import google.protobuf, importlib.util as u; exit(u.find_spec("note_seq") is None)' 2>/dev/null ||
    .venv/bin/python -m pip install -q --no-deps -r tests/python/requirements-note-seq.txt
fi
