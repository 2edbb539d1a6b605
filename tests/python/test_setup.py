"""The build's requirements are the same everywhere they are stated, and a source distribution contains all of its files."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def oldest_torch() -> str:
    found = re.search(r'^train = \["torch>=([0-9.]+)"\]$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found, "scripts/setup.sh and CMakeLists.txt look for such a line"
    return found[1]


def test_the_oldest_pytorch_is_said_the_same_everywhere() -> None:
    oldest = oldest_torch()
    for page in ("README.md", "docs/training.md"):
        assert set(re.findall(r"PyTorch,? ([0-9.]+) or later", (ROOT / page).read_text())) == {oldest}, page


def test_cmake_names_the_packages_that_setup_installs() -> None:
    setup = (ROOT / "scripts/setup.sh").read_text()
    named = re.findall(r"^ +musicvae_need\(([a-z0-9-]+) ", (ROOT / "cmake/MusicvaePackages.cmake").read_text(), re.MULTILINE)
    assert len(named) > 5
    for package in [*named, "build-essential", "libgtest-dev", "libgmock-dev"]:
        assert package in setup, package


def test_a_source_distribution_carries_what_a_build_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = pytest.importorskip("scikit_build_core.build", reason="scikit-build-core is not installed; scripts/setup.sh --test does that")
    monkeypatch.chdir(ROOT)
    with tarfile.open(tmp_path / build.build_sdist(str(tmp_path))) as archive:
        files = {name.split("/", 1)[1]: archive.getmember(name).size for name in archive.getnames()}
    for path in ("CMakeLists.txt", "pyproject.toml", "README.md", "LICENSE", "scripts/setup.sh", "include/musicvae/core.hpp"):
        assert files[path] > 0, path
    for folder in ("cmake", "models", "lib/train", "bindings/python/src", "bindings/python/musicvae_cpp"):
        there = {str(path.relative_to(ROOT)) for path in (ROOT / folder).iterdir() if path.is_file()}
        assert there, folder
        assert there <= files.keys(), folder
    assert not [path for path in files if path.startswith(("build/", ".venv"))]
