#!/usr/bin/env bash
# Loads models that we export into the client of magenta.js itself (@magenta/music 1.23.1, 260 MB from npm) and compares what it computes.
# Needs a build in build/release with Python. Says why it checks nothing where Node.js, the registry or the client's check is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
skip() {
  echo "check_magenta_js.sh: skipped, $1"
  exit 0
}
command -v npm >/dev/null || skip "npm is not installed"
[ -f ../shared/interop/check_client.mjs ] || skip "../shared/interop/check_client.mjs is not here"
work=$PWD/build/magenta_js
mkdir -p "$work"
if [ ! -d "$work/node_modules/@magenta/music" ]; then
  (cd "$work" && npm install --silent --ignore-scripts --no-audit --no-fund --prefix . @magenta/music@1.23.1) || skip "npm cannot install @magenta/music"
fi
MUSICVAE_NODE_MODULES=$work PYTHONPATH="$PWD/build/release/python" .venv/bin/python -m pytest -q tests/python/test_interop.py -k client
