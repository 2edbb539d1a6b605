"""The contents of the installed wheel."""

from __future__ import annotations

import importlib.metadata

import musicvae_cpp as mv
import pytest


def installed_files() -> list[str]:
    """The files of the installed distribution that is being tested; skips where the package comes from a build tree."""
    try:
        distribution = importlib.metadata.distribution("musicvae_cpp")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("musicvae_cpp is not installed from a wheel; scripts/test.sh does that")
    if not (mv.__file__ or "").startswith(str(distribution.locate_file(""))):
        pytest.skip("another musicvae_cpp than the installed one is imported (PYTHONPATH)")
    return [str(file) for file in distribution.files or []]


def test_it_carries_its_libraries_but_not_torch() -> None:
    files = installed_files()
    libraries = [file for file in files if file.startswith("musicvae_cpp.libs/")]
    assert any("libsmf" in file for file in libraries)
    assert any("libzip" in file for file in libraries)
    assert not [file for file in files if "torch" in file or "libc10" in file]


def test_it_carries_types_models_and_the_notices() -> None:
    files = installed_files()
    for file in ("py.typed", "_core.pyi", "_train.pyi", "models/groovae_4bar.safetensors", "models/groovae_4bar.md"):
        assert f"musicvae_cpp/{file}" in files
    assert any(file.endswith("LICENSE") for file in files)
    assert any(file.endswith("THIRD_PARTY_NOTICES.md") for file in files)


def test_its_tag_says_where_it_runs() -> None:
    installed_files()
    tag = importlib.metadata.distribution("musicvae_cpp").read_text("WHEEL") or ""
    assert "manylinux_2_" in tag
    assert importlib.metadata.version("musicvae_cpp") == mv.__version__
