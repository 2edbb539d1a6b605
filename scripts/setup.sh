#!/usr/bin/env bash
# Installs what libmusicvae needs on a fresh Debian or Ubuntu.
#   scripts/setup.sh             everything except LibTorch: for the library, the command, sampling, pip install .
#   scripts/setup.sh --train     LibTorch too (the pip wheel, in .venv), for training
#   scripts/setup.sh --test      everything for the tests and checks, including LibTorch
#   scripts/setup.sh --portability   the compilers and emulators for scripts/portability.sh
#   scripts/setup.sh --plugin    what the drummer plug-in and its tests need
#   scripts/setup.sh --web       the compiler and the browsers for scripts/web.sh
#   scripts/setup.sh --clang     Clang with its sanitizers, for scripts/fuzz.sh and the sanitizer build of scripts/test.sh --all
#   scripts/setup.sh --docs      everything for the documentation site (in .venv)
# Several options may be given at once.
set -euo pipefail
cd "$(dirname "$0")/.."

train=0 docs=0 tests=0
build=(build-essential cmake ninja-build pkg-config libsmf-dev libeigen3-dev nlohmann-json3-dev libcli11-dev libfmt-dev libzip-dev zlib1g-dev libprotozero-dev
  libfluidsynth3 timgm6mb-soundfont librsvg2-bin python3 python3-venv python3-dev)
packages=()
[ $# -gt 0 ] || packages=("${build[@]}")
for option in "$@"; do
  case $option in
    --train) train=1; packages+=("${build[@]}") ;;
    --test) train=1 tests=1; packages+=("${build[@]}" ccache libgtest-dev libgmock-dev libbenchmark-dev clang-format clang-tidy protobuf-compiler) ;;
    --portability)
      packages+=("${build[@]}" ccache libgtest-dev libgmock-dev clang libc++-dev libc++abi-dev g++-aarch64-linux-gnu qemu-user g++-mingw-w64-x86-64-posix wine
        wine64)
      ;;
    --plugin) packages+=("${build[@]}" ccache libgtest-dev libgmock-dev dpf-source liblilv-dev lv2-dev lilv-utils sordi jackd2 libjack-jackd2-dev libcairo2-dev libx11-dev
      libxext-dev libxrandr-dev libxcursor-dev libxtst-dev xvfb xauth fonts-dejavu-core) ;;
    --web)
      packages+=(ccache cmake ninja-build emscripten chromium firefox-esr libeigen3-dev nlohmann-json3-dev python3)
      command -v npm >/dev/null || packages+=(nodejs npm)
      ;;
    --clang) packages+=("${build[@]}" ccache clang libclang-rt-14-dev) ;;
    --docs) docs=1; packages+=(doxygen python3 python3-venv) ;;
    *) echo "setup.sh: unknown option $option; use --train, --test, --portability, --plugin, --web, --clang, --docs or nothing" >&2; exit 2 ;;
  esac
done

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
  [ -x .venv/bin/python ] || python3 -m venv .venv
  wanted=$(sed -n 's/^train = \["\(torch>=[0-9.]*\)"\]$/\1/p' pyproject.toml)
  have=$(.venv/bin/python -m pip list --format=freeze 2>/dev/null | sed -n 's/^torch==//p')
  if [ -z "$have" ] || [ "$(printf '%s\n' "${wanted#torch>=}" "$have" | sort -V | head -1)" != "${wanted#torch>=}" ]; then
    # Without a GPU the CPU build is enough, and a tenth of the size. PyPI does not have it; pip lists it if PyTorch's CPU index is
    # configured.
    if ! command -v nvidia-smi >/dev/null; then
      cpu=$(.venv/bin/python -m pip index versions torch 2>/dev/null | sed -n 's/^Available versions: //p' | tr -d ' ' | tr ',' '\n' | grep -m1 '+cpu$' || true)
      [ -z "$cpu" ] || [ "$(printf '%s\n' "${wanted#torch>=}" "$cpu" | sort -V | head -1)" != "${wanted#torch>=}" ] || wanted=torch==$cpu
    fi
    .venv/bin/python -m pip install -q "$wanted" numpy
  fi
fi

if [ "$docs" = 1 ]; then
  [ -x .venv/bin/python ] || python3 -m venv .venv
  .venv/bin/python -c 'import breathe, furo, myst_nb, sphinx' 2>/dev/null || .venv/bin/python -m pip install -q -r docs/requirements.txt
fi

if [ "$tests" = 1 ]; then
  .venv/bin/python -m pip install -q -r tests/python/requirements.txt
  .venv/bin/python -c 'import google.protobuf, importlib.util as u; exit(u.find_spec("note_seq") is None)' 2>/dev/null ||
    .venv/bin/python -m pip install -q --no-deps -r tests/python/requirements-note-seq.txt
fi
