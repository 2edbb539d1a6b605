#!/usr/bin/env bash
# Compares checkpoints with TensorFlow 2.15 itself (500 MB from PyPI): it loads what we write, and we load what it writes.
# Needs a build in build/release with Python, and a Python that TensorFlow 2.15 supports (3.9 to 3.11): python3, or the one that PYTHON names.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/build/tensorflow
if [ ! -x "$work/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$work"
  "$work/bin/pip" install -q "tensorflow-cpu==2.15.*"
fi
MUSICVAE_TENSORFLOW_PYTHON=$work/bin/python PYTHONPATH="$PWD/build/release/python" .venv/bin/python -m pytest -q tests/python/test_interop.py -k tensorflow
