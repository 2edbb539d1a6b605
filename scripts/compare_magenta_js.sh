#!/usr/bin/env bash
# Times our package for JavaScript beside magenta.js (@magenta/music 1.23.1, 260 MB from npm), with groovae_4bar, in one run (docs/web.md).
# Needs scripts/web.sh and a build in build/release.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/build/magenta_js
package=$PWD/build/web/package
[ -f "$package/musicvae.wasm" ] || { echo "compare_magenta_js.sh: build/web has no package; run scripts/web.sh" >&2; exit 1; }
mkdir -p "$work"
if [ ! -d "$work/node_modules/@magenta/music" ] || [ ! -d "$work/node_modules/@tensorflow/tfjs-backend-wasm" ]; then
  (cd "$work" && npm install --silent --ignore-scripts --no-audit --no-fund --prefix . \
    @magenta/music@1.23.1 @tensorflow/tfjs-backend-wasm@2.8.6)
fi
rm -rf "$work/groovae_4bar"
build/release/bin/musicvae export models/groovae_4bar.safetensors --to magenta-js -o "$work/groovae_4bar" >/dev/null
options=()
node --experimental-wasm-relaxed-simd -e 0 2>/dev/null && options=(--experimental-wasm-relaxed-simd) # Node.js before 22
node "${options[@]}" benchmarks/magenta_js.mjs models/groovae_4bar.safetensors "$work/groovae_4bar" "$package" "$work" "$@"
