"""What the tests share: the shipped model, a small release made here, and the real one where it is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
