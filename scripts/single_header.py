"""Writes musicvae_core.hpp: the whole core in one header, for plug-ins and programs that are built without this library.

python3 scripts/single_header.py build/musicvae_core.hpp

A program may include the file anywhere. ONE of its source files must define MUSICVAE_IMPLEMENTATION before it does. The program needs a
C++20 compiler and Eigen. nlohmann-json, which the core uses, is copied into the implementation; its headers must be installed here.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMPONENTS = ("sequence", "numerics", "model", "engine", "latent")
CORE_SOURCES = re.compile(r"target_sources\(musicvae_core PRIVATE([^)]*)\)")
INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<(nlohmann/[^>]+)>)')
TITLE = """\
// musicvae_core.hpp: the core of libmusicvae {version} in one header, made by scripts/single_header.py.
// In ONE source file of your program, before the include: #define MUSICVAE_IMPLEMENTATION
// Needs C++20 and Eigen. Apache-2.0; nlohmann-json, which the implementation contains, is MIT.
#pragma once

"""


class Expander:
    """Replaces the includes of our headers and of nlohmann-json by their text, each file once."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._done: set[Path] = set()

    def lines(self, file: Path) -> Iterator[str]:
        if file in self._done:
            return
        if file.suffix != ".inl":  # included again for each instruction set
            self._done.add(file)
        for line in file.read_text(encoding="utf-8").splitlines():
            include = INCLUDE.match(line)
            if include:
                yield from self.lines(self._find(include[1] or include[2], file))
            elif line.strip() != "#pragma once":
                yield line

    def _find(self, name: str, includer: Path) -> Path:
        for folder in self._folders:
            if (folder / name).is_file():
                return (folder / name).resolve()
        sys.exit(f"single_header.py: {includer} includes {name}, which is in none of: {', '.join(map(str, self._folders))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="the header to write")
    parser.add_argument("--nlohmann", type=Path, default=Path("/usr/include"), help="the folder that has nlohmann/json.hpp")
    options = parser.parse_args()
    version = re.search(r"project\(musicvae VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    expander = Expander([ROOT / "include", ROOT / "lib", options.nlohmann])
    text = TITLE.format(version=version[1] if version else "")
    text += "\n".join(expander.lines(ROOT / "include/musicvae/core.hpp"))
    text += "\n\n#if defined(MUSICVAE_IMPLEMENTATION)\n"
    for component in COMPONENTS:
        folder = ROOT / "lib" / component
        listed = CORE_SOURCES.search((folder / "CMakeLists.txt").read_text(encoding="utf-8"))
        for source in listed[1].split() if listed else sys.exit(f"single_header.py: {folder} lists no sources of musicvae_core"):
            text += "\n".join(expander.lines(folder / source)) + "\n"
    text += "#endif  // MUSICVAE_IMPLEMENTATION\n"
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
