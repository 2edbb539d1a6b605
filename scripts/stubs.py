#!/usr/bin/env python3
"""Generates the extension modules' type stubs from the built package, or checks that the committed ones are up to date.

    scripts/stubs.py           writes bindings/python/musicvae_cpp/_core.pyi and _train.pyi
    scripts/stubs.py --check   fails and prints the difference if they are out of date

Run it with an interpreter that can import musicvae_cpp and has pybind11-stubgen.
"""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "bindings" / "python" / "musicvae_cpp"

# Corrections that the generator cannot make, so that the stubs pass mypy --strict.
REPLACEMENTS = [
    (r"os\.PathLike \|", "os.PathLike[str] |"),
    (r"def __eq__\(self, arg0: \w+\)", "def __eq__(self, other: object)"),
    (r"__hash__: typing\.ClassVar\[None\] = None", "__hash__: typing.ClassVar[None] = None  # type: ignore[assignment]"),
    (r"DRUM_NAMES: tuple =", "DRUM_NAMES: tuple[str, ...] ="),
    (r"memo: dict\)", "memo: dict[int, typing.Any])"),
    (r"\*(\*?)(args|kwargs)([,)])", r"*\1\2: typing.Any\3"),
    (r"    def __[gs]etstate__\(.*\n        \.\.\.\n", ""),
    (r"IPython\.display\.Audio", "typing.Any"),
    (r"import IPython\.display\n", ""),
    (r"[ \t]+\n", "\n"),
]


def generated(module: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        # Import torch first: an installed _train finds PyTorch's libraries only if they are already loaded.
        run = ("import torch; " if module == "_train" else "") + "import runpy; runpy.run_module('pybind11_stubgen', run_name='__main__')"
        command = [sys.executable, "-c", run, f"musicvae_cpp.{module}", "-o", folder, "--exit-code"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"stubs: {module}: the generator failed:\n{done.stderr}")
        text = Path(folder, "musicvae_cpp", f"{module}.pyi").read_text()
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    return text


def main() -> None:
    check = sys.argv[1:] == ["--check"]
    stale = False
    for module in ("_core", "_train"):
        path = PACKAGE / f"{module}.pyi"
        text = generated(module)
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale = True
            old = path.read_text().splitlines() if path.exists() else []
            sys.stdout.writelines(line + "\n" for line in difflib.unified_diff(old, text.splitlines(), str(path), "generated", lineterm=""))
    if stale:
        sys.exit("stubs: out of date; run scripts/stubs.py and commit what it wrote")


if __name__ == "__main__":
    main()
