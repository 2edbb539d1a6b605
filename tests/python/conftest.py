"""Fixtures that the tests share: the shipped model, a small synthetic release, and the real release if it is available."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if "PYTEST_XDIST_WORKER" in os.environ:  # before LibTorch reads it: tests run in parallel, and its threads spin while they wait
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import musicvae_cpp as mv
import pytest
from checks import ROOT
from small_release import make_release


@pytest.fixture(scope="session")
def model() -> mv.MusicVae:
    """The shipped model."""
    return mv.load("groovae_4bar")


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the Groove MIDI Dataset's."""
    return make_release(tmp_path_factory.mktemp("small") / "release")


@pytest.fixture(scope="session")
def data(release: Path) -> mv.GrooveDataset:
    """The small release's windows. Nobody closes it."""
    return mv.GrooveDataset(release)


@pytest.fixture(scope="session")
def prepared(data: mv.GrooveDataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a prepared dataset."""
    path = tmp_path_factory.mktemp("prepared") / "small.mvds"
    data.save(path)
    return path


@pytest.fixture(scope="session")
def note_seq() -> Iterator[Any]:
    """note-seq's midi_io, with .music_pb2; its other modules are imported as note_seq.NAME.

    The package's __init__ imports librosa and more, so that is passed by."""
    spec = importlib.util.find_spec("note_seq")
    if spec is None or spec.submodule_search_locations is None:
        pytest.skip("note-seq is not installed: pip install --no-deps -r tests/python/requirements-note-seq.txt")
    package = types.ModuleType("note_seq")
    package.__path__ = list(spec.submodule_search_locations)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "note_seq", package)
        yield importlib.import_module("note_seq.midi_io")


@pytest.fixture
def tiny_config() -> dict[str, Any]:
    """A config that trains in moments."""
    config = mv.config("groovae_4bar")
    config.update(name="tiny", encoder_units=[6], decoder_units=[5, 4], latent=3)
    config["training"].update(batch=4, free_bits=1.0)
    return config


@pytest.fixture(scope="session")
def groove_zip() -> Path:
    """The Groove MIDI Dataset's zip, which is not ours to give."""
    found = sorted((ROOT.parent / "shared/groove").glob("*.zip"))
    if not found:
        pytest.skip("the Groove MIDI Dataset's zip is not beside the repository, in ../shared/groove")
    return found[0]
