"""Melodies: the value, a model of melodies, and data for one."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import pytest

SCALE = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, -2, -2, -1, -2, -2, -2]


def test_the_value() -> None:
    tune = mv.Melody.from_events(SCALE)
    assert repr(tune) == "<Melody: 1 bars, 16 steps, 5 notes>"
    assert tune.events().tolist() == SCALE
    assert tune.events().dtype == np.int8
    assert tune[0] == 60
    assert tune[12] == mv.Melody.OFF
    assert tune[13] == mv.Melody.HOLD
    assert (tune + tune).steps == 32
    assert tune.transposed(-12)[0] == 48
    assert tune.slice(4, 4).events().tolist() == SCALE[4:8]
    assert copy.deepcopy(tune) == tune == pickle.loads(pickle.dumps(tune))
    tune.set(12, mv.Melody.HOLD)
    assert tune != mv.Melody.from_events(SCALE)


def test_notes_and_files(tmp_path: Path) -> None:
    tune = mv.Melody.from_events(SCALE)
    notes = tune.to_notes(qpm=90, program=73)
    assert len(notes) == 5
    assert mv.Melody.from_notes(notes) == tune
    tune.save(tmp_path / "tune.mid", qpm=90)
    assert mv.Melody.from_notes(mv.read_midi(tmp_path / "tune.mid")) == tune
    with pytest.raises(mv.ArgumentError, match="no file of this kind"):
        tune.save(tmp_path / "tune.ogg")


def test_bad_values_are_named() -> None:
    tune = mv.Melody.from_events(SCALE)
    with pytest.raises(mv.ArgumentError, match="128"):
        mv.Melody.from_events([128])
    with pytest.raises(mv.ArgumentError, match="16"):
        tune[16]
    with pytest.raises(mv.ArgumentError, match="67"):
        tune.transposed(61)


@pytest.fixture(scope="module")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight tunes of four bars."""
    folder = tmp_path_factory.mktemp("tunes")
    for i in range(8):
        tune = mv.Melody.from_events(SCALE).transposed(i)
        (tune + tune.transposed(2) + tune.transposed(5) + tune).save(folder / f"{i}.mid")
    return folder


@pytest.fixture(scope="module")
def model(tunes: Path, tmp_path_factory: pytest.TempPathFactory) -> mv.MusicVae:
    """A small model that has learned the tunes a little."""
    data = mv.GrooveDataset(tunes, config="cat-mel_2bar_small")
    config = mv.config("cat-mel_2bar_small") | {"encoder_units": [16], "decoder_units": [16, 16], "latent": 8}
    trainer = mv.Trainer(config, data, out=tmp_path_factory.mktemp("run"), batch=8, threads=1, augmentation={"transpose": 5})
    trainer.fit(20, validate_every=0)
    return trainer.model


def test_windows_are_melodies(tunes: Path) -> None:
    data = mv.GrooveDataset(tunes, config="cat-mel_2bar_small")
    assert (len(data), data.steps, data.depth) == (8 * 3, 32, 1)
    tune = mv.Melody.from_events(SCALE)
    assert data[0] == tune + tune.transposed(2)
    assert data[1] == tune.transposed(2) + tune.transposed(5)


def test_a_model_of_melodies_makes_melodies(model: mv.MusicVae) -> None:
    melodies = model.sample(3, seed=7)
    assert [type(melody) for melody in melodies] == [mv.Melody] * 3
    assert melodies == list(model.stream(3, seed=7))
    assert melodies[2] == model.sample(1, seed=7, first=2)[0]
    z = model.encode(melodies).mu
    assert z.shape == (3, 8)
    assert model.decode(z[:1]) == [model.reconstruct(melodies[0])]
    path = model.interpolate(melodies[0], melodies[1], steps=4)
    assert path[0] == model.reconstruct(melodies[0])
    assert len(model.similar(melodies[0], 2, seed=1)) == 2


def test_a_melody_can_be_filled_in_and_continued(model: mv.MusicVae) -> None:
    tune = mv.Melody.from_events(SCALE) + mv.Melody.from_events(SCALE)
    mask = [8 <= step < 16 for step in range(32)]
    filled = model.infill(tune, mask, seed=3)
    assert [filled[step] for step in range(32) if not mask[step]] == [tune[step] for step in range(32) if not mask[step]]
    assert model.continue_groove(tune, bars=2, seed=3).steps == 32


def test_other_music_is_refused(model: mv.MusicVae) -> None:
    with pytest.raises(mv.ConfigError, match="its model is for melodies, not grooves"):
        model.reconstruct(mv.DrumSequence(32))
    with pytest.raises(mv.ConfigError, match="its model is for grooves, not melodies"):
        mv.load("groovae_4bar").encode(mv.Melody(32))
    with pytest.raises(mv.ArgumentError, match="something other than melodies"):
        model.encode([mv.Melody(32), mv.DrumSequence(32)])
    with pytest.raises(mv.ArgumentError, match="pitch 120 is outside 21 to 108"):
        model.encode(mv.Melody.from_events([120] + [-2] * 31))
