#!/usr/bin/env bash
# Builds the engine for JavaScript and the page that uses it (docs/web.md). Needs scripts/setup.sh --web.
#   scripts/web.sh           build/web/musicvae-VERSION.tgz, the package for npm; build/demo, the page
#   scripts/web.sh --test    the same, then their tests, in Node.js and in headless Chromium; needs a build in build/release with Python
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
  "" | --test) ;;
  *) echo "web.sh: unknown option $1; use --test or nothing" >&2; exit 2 ;;
esac
for program in emcc node npm; do
  command -v "$program" >/dev/null || { echo "web.sh: $program is missing; run scripts/setup.sh --web" >&2; exit 1; }
done
root=$PWD
build=$PWD/build/web
export CCACHE_BASEDIR="$root"
toolchain=$(dirname "$(readlink -f "$(command -v emcc)")")/cmake/Modules/Platform/Emscripten.cmake
[ -f "$toolchain" ] || toolchain=/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake

# Two engines with the same notes: musicvae.wasm for every browser, and musicvae_fused.wasm, which needs relaxed SIMD. engine FOLDER FLAGS
engine() {
  local flags="-msimd128 -mbulk-memory $2 -fwasm-exceptions -include $root/bindings/js/src/std_bit_cast.hpp"
  cmake -S . -B "$1" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" \
    -DMUSICVAE_LIBRARY=OFF -DMUSICVAE_C=OFF -DMUSICVAE_TRAIN=OFF -DMUSICVAE_TESTS=OFF -DMUSICVAE_WERROR=ON \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_EXE_LINKER_FLAGS="-msimd128 -mbulk-memory $2 -fwasm-exceptions" \
    -DEigen3_DIR=/usr/share/eigen3/cmake -Dnlohmann_json_DIR=/usr/share/cmake/nlohmann_json >/dev/null
  cmake --build "$1" --target musicvae_wasm
}
engine "$build" ""
engine "$build/fused" -mrelaxed-simd
package=$build/package
rm -rf "$package" && mkdir -p "$package"
cp "$build/bindings/js/musicvae.wasm" "$package/"
python3 bindings/js/final_opcodes.py "$build/fused/bindings/js/musicvae.wasm" "$package/musicvae_fused.wasm"
for wasm in "$package"/*.wasm; do
  size=$(gzip -9 -c "$wasm" | wc -c)
  echo "$(basename "$wasm"): $(stat -c %s "$wasm") bytes, $size after gzip"
  [ "$size" -le 409600 ] || { echo "web.sh: more than 400 KiB after gzip; find what grew" >&2; exit 1; }
done

# The package for npm.
cp bindings/js/*.mjs bindings/js/*.d.mts bindings/js/package.json bindings/js/README.md LICENSE "$package/"
(cd "$build" && npm pack --silent ./package >/dev/null)

# The page. It opens from a disk, too: there it may fetch nothing, so each file of bytes has a script with the same bytes beside it.
mkdir -p "$build/tools" build/demo/models
if [ ! -d "$build/tools/node_modules/playwright-core" ]; then
  (cd "$build/tools" && npm install --silent --ignore-scripts --no-audit --no-fund --prefix . esbuild@0.28.2 playwright-core@1.65.1)
fi
bundle() {
  "$build/tools/node_modules/.bin/esbuild" "$@" --bundle --format=iife --minify --target=es2022 --define:import.meta.url='""' \
    --external:node:fs/promises --loader:.txt=text --log-level=warning
}
bundle docs/demo/src/engine_worker.mjs --outfile="$build/engine_worker.txt"
bundle docs/demo/src/main.mjs --alias:engine-worker-text="$build/engine_worker.txt" --outfile=build/demo/demo.js
cp docs/demo/index.html docs/demo/style.css "$package"/*.wasm build/demo/
for model in hier-groove_4bar_lookback humanize tap2drum; do cp "models/$model.safetensors" build/demo/models/; done
for file in build/demo/*.wasm build/demo/models/*.safetensors; do
  { printf 'musicvaeBytes("'; base64 -w0 "$file"; printf '");\n'; } >"$file.js"
done
echo "build/demo/index.html: the page; demo.js has $(gzip -9 -c build/demo/demo.js | wc -c) bytes after gzip"

[ "${1:-}" = --test ] || exit 0
PYTHONPATH="$root/build/release/python" .venv/bin/python -m pytest -q -rs tests/python/test_web.py
