#!/usr/bin/env bash
# Builds the documentation site into build/docs/html. Warnings are errors, and links within the site are checked.
#   scripts/docs.sh            needs an importable Python package: from build/py/python, or installed in .venv
#   scripts/docs.sh --links    also checks external links, which needs a network; CI has none
# Notebooks are shown with the outputs that tests/python/test_notebooks.py left in build/notebooks.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
  "" | --links) ;;
  *) echo "docs.sh: unknown option $1; use --links or nothing" >&2; exit 2 ;;
esac

scripts/setup.sh --docs
[ ! -d build/py/python ] || export PYTHONPATH="$PWD/build/py/python"
.venv/bin/python -c 'import musicvae_cpp' || {
  echo "docs.sh: the Python package is not built; build the preset py, or pip install . into .venv" >&2
  exit 1
}

# Types, functions and constants must be documented. A member may lack a comment if its name and type say enough.
out=build/docs
rm -rf "$out/doxygen"
mkdir -p "$out/doxygen"
doxygen docs/Doxyfile 2>"$out/doxygen/warnings.txt"
if grep -vE 'Member .* of (class|struct) .* is not documented' "$out/doxygen/warnings.txt" >&2; then
  echo "docs.sh: Doxygen warned; fix the comments above" >&2
  exit 1
fi

for notebook in examples/notebooks/*.ipynb; do
  [ -e "build/notebooks/$(basename "$notebook")" ] || echo "docs.sh: $notebook is shown without outputs; run tests/python/test_notebooks.py first" >&2
done
.venv/bin/sphinx-build -q -W --keep-going -n -E -c docs -b html . "$out/html"
[ ! -d build/demo ] || cp -r build/demo "$out/html/docs/"  # the page of docs/web.md
.venv/bin/python scripts/listening.py --sound "$out/html/docs/listening" || echo "docs.sh: docs/listening.md has no sound; run scripts/setup.sh for FluidSynth" >&2
printf '<!doctype html>\n<meta http-equiv="refresh" content="0; url=docs/index.html">\n<a href="docs/index.html">libmusicvae</a>\n' >"$out/html/index.html"
if [ "${1:-}" = --links ]; then
  .venv/bin/sphinx-build -q -W --keep-going -c docs -b linkcheck . "$out/links"
fi
echo "docs.sh: $out/html/index.html"
