"""Melodies: the value, a model of melodies, and data for one."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest

UNTYPED: Any = mv


FEATURES = ["c_diatonic", "density", "interval", "syncopation_16th", "syncopation_8th"]


def svg_of(value: Any) -> str:
    """What a notebook shows."""
    svg = value._repr_svg_()
    assert isinstance(svg, str)
    return svg


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


def test_pictures(tmp_path: Path) -> None:
    tune = mv.Melody.from_events(SCALE)
    svg = svg_of(tune)
    assert svg.count("<title>") == 1 + 5
    assert ">C4<" in svg
    tune.save(tmp_path / "tune.svg")
    assert (tmp_path / "tune.svg").read_text() == svg
    both = mv.grooves_svg([tune, mv.DrumSequence(16)], titles=["tune", "drums"])
    assert ">kick<" in both
    assert "tune: 1 bar of 4/4, 5 notes from C4 to G4" in both
    assert UNTYPED.Melody(0)._repr_svg_() is None


def test_features() -> None:
    tune = mv.Melody.from_events(SCALE)
    assert tune.c_diatonic == 1.0
    assert tune.transposed(1).c_diatonic == pytest.approx(1 / 5), "of C#, D#, F, F#, G#"
    assert tune.density == 5 / 16
    assert tune.interval == pytest.approx(7 / 4)
    assert (tune.syncopation_16th, tune.syncopation_8th) == (0.0, 0.0)
    late = mv.Melody.from_events([-2, 60, -2, -2, -2, -2, 62, -2])
    assert (late.syncopation_16th, late.syncopation_8th) == (0.5, 0.5)


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
    assert (len(data), data.steps, data.depth, data.music) == (8 * 3, 32, 1, "melodies")
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


def test_nearest_and_attributes(tunes: Path, model: mv.MusicVae, tmp_path: Path) -> None:
    data = mv.GrooveDataset(tunes, config="cat-mel_2bar_small")
    found = model.nearest(data[4], data, k=3)
    assert found[0]["index"] == 4
    assert found[0]["distance"] == 0.0
    shifted = model.with_attributes(data)
    assert "c_diatonic" in shifted.attributes
    assert "interval" in shifted.attributes
    tune = data[0]
    assert shifted.shift_attributes(tune, {"interval": 0}) == model.reconstruct(tune)
    assert all(type(melody) is mv.Melody for melody in shifted.sample(2, seed=1, attributes={"interval": 1}))
    effects = shifted.attribute_effects(n=10, seed=3)
    assert isinstance(effects, mv.AttributeEffects)
    assert effects.names == [name for name in FEATURES if name in shifted.attributes]
    records = effects.records()
    assert len(records) == len(effects.names) ** 2
    assert records == shifted.attribute_effects(n=10, seed=3).records()
    up = shifted.sample(10, seed=3, attributes={effects.names[0]: 1})
    assert records[0]["up"] == pytest.approx(np.mean([getattr(melody, effects.names[0]) for melody in up]))
    assert "10 samples" in svg_of(effects)
    assert effects.svg(title="Mine").count("Mine") == 2
    with pytest.raises(mv.ArgumentError, match="has no attributes of its melodies"):
        model.attribute_effects()


def test_datasets_of_another_kind_are_refused(tunes: Path, model: mv.MusicVae, tmp_path: Path) -> None:
    data = mv.GrooveDataset(tunes, config="cat-mel_2bar_small")
    grooves = mv.load("groovae_4bar")
    with pytest.raises(mv.ConfigError, match="its model is for grooves, and the dataset has melodies"):
        grooves.encode(data)
    with pytest.raises(mv.ConfigError, match="its model is for grooves, and the dataset has melodies"):
        grooves.with_attributes(data)
    with pytest.raises(mv.ConfigError, match="its model is for grooves, and the dataset has melodies"):
        mv.Trainer("groovae_2bar_humanize", data, out=tmp_path)
    with pytest.raises(mv.ConfigError, match="its model is for grooves, not melodies"):
        grooves.nearest(data[0], data)
    data.save(tmp_path / "tunes.mvds")
    assert mv.GrooveDataset(tmp_path / "tunes.mvds").music == "melodies"
    with pytest.raises(mv.ConfigError, match="its model is for grooves, and the dataset has melodies"):
        mv.GrooveDataset(tmp_path / "tunes.mvds", config="groovae_4bar")
    with pytest.raises(mv.ArgumentError, match="it is for melodies, and a drum map is for grooves"):
        mv.GrooveDataset(tunes, config="cat-mel_2bar_small", drum_map=mv.DrumMap.roland())
    with pytest.raises(mv.ArgumentError, match="its 61 drum classes need the cut reference-drums"):
        mv.GrooveDataset(tunes, config="nade-drums_2bar_full", cut="reference")


def test_other_music_is_refused(model: mv.MusicVae) -> None:
    with pytest.raises(mv.ConfigError, match="its model is for melodies, not grooves"):
        model.reconstruct(mv.DrumSequence(32))
    with pytest.raises(mv.ConfigError, match="its model is for grooves, not melodies"):
        mv.load("groovae_4bar").encode(mv.Melody(32))
    with pytest.raises(mv.ArgumentError, match="something other than melodies"):
        model.encode([mv.Melody(32), mv.DrumSequence(32)])
    with pytest.raises(mv.ArgumentError, match="pitch 120 is outside 21 to 108"):
        model.encode(mv.Melody.from_events([120] + [-2] * 31))
