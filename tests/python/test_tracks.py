"""Tracks: the value, a model of several instruments, and data for one."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import pytest

BASS = [(40, 90, 0, 24), (43, 80, 48, 96)]
DRUMS = [(36, 100, 0, 6), (42, 60, 0, 6), (38, 100, 24, 30)]


def band(semitones: int = 0) -> mv.Tracks:
    tracks = mv.Tracks(96)
    tracks.add(BASS, program=33)
    tracks.add(DRUMS, drums=True)
    return tracks.transposed(semitones)


def test_the_value() -> None:
    tracks = band()
    assert repr(tracks) == "<Tracks: 1 bars, 2 tracks, 5 notes>"
    assert tracks.tracks == [
        {"program": 33, "drums": False, "notes": BASS},
        {"program": 0, "drums": True, "notes": DRUMS},
    ]
    assert (tracks + tracks).steps == 192
    assert (tracks + tracks).slice(96, 96) == tracks
    assert tracks.transposed(12).tracks[0]["notes"][0][0] == 52
    assert tracks.repeated(192).bars == 2
    assert copy.deepcopy(tracks) == tracks == pickle.loads(pickle.dumps(tracks))
    tracks.add([])
    assert tracks != band()


def test_notes_and_files(tmp_path: Path) -> None:
    notes = band().to_notes(qpm=90)
    assert len(notes) == 5
    assert mv.Tracks.from_notes(notes) == band()
    band().save(tmp_path / "band.mid", qpm=90)
    assert mv.Tracks.from_notes(mv.read_midi(tmp_path / "band.mid")) == band()


def test_bad_values_are_named() -> None:
    with pytest.raises(mv.ArgumentError, match="program 128"):
        band().add([], program=128)
    with pytest.raises(mv.ArgumentError, match="from step 90 to 97"):
        band().add([(60, 80, 90, 97)])
    with pytest.raises(mv.ArgumentError, match="out of 0 to 127"):
        band().transposed(100)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight pieces of two bars."""
    folder = tmp_path_factory.mktemp("songs")
    for i in range(8):
        (band(i) + band(i + 2)).save(folder / f"{i}.mid")
    return folder


@pytest.fixture(scope="module")
def model(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> mv.MusicVae:
    """A small model that has learned the pieces a little."""
    name = "hier-multiperf_vel_1bar_med"
    config = mv.config(name) | {"encoder_units": [8], "decoder_units": [8], "latent": 4}
    config["conductor"] = config["conductor"] | {"units": [8]}
    data = mv.GrooveDataset(songs, config=name)
    trainer = mv.Trainer(config, data, out=tmp_path_factory.mktemp("run"), batch=8, threads=1)
    trainer.fit(4, validate_every=0)
    return trainer.model


def test_windows_are_bars(songs: Path) -> None:
    data = mv.GrooveDataset(songs, config="hier-multiperf_vel_1bar_med")
    assert (len(data), data.steps, data.depth) == (16, 512, 1)
    # Velocities become bins of 16.
    bass = [(40, 81, 0, 24), (43, 65, 48, 96)]
    assert data[0].tracks[0]["notes"] == bass
    assert data[1].tracks[0]["notes"] == [(pitch + 2, *rest) for pitch, *rest in bass]
    assert data[0].tracks[1]["drums"]


def test_a_model_makes_bars(model: mv.MusicVae) -> None:
    made = model.sample(3, seed=7)
    assert [type(bar) for bar in made] == [mv.Tracks] * 3
    assert all(bar.steps == 96 for bar in made)
    assert made == model.sample(3, seed=7)
    latents = model.encode([band(), band(3)])
    assert latents.mu.shape == (2, 4)
    assert not np.array_equal(latents.mu[0], latents.mu[1])
    assert model.decode(latents.mu)[0].slice(0, 96) == model.reconstruct(band()), "a slice has no silent tracks"
    assert len(model.interpolate(band(), band(3), steps=4)) == 4
    assert model.reconstruct(band() + band()).steps == 192


def test_attributes(model: mv.MusicVae, tmp_path: Path) -> None:
    for i in range(8):
        tracks = band(i)
        tracks.add([(60 + i, 80, step, step + 6) for step in range(0, 96, 12)][: i + 1], program=i)
        (tracks if i % 2 else band(i)).save(tmp_path / f"{i}.mid")
    shifted = model.with_attributes(mv.GrooveDataset(tmp_path, config="hier-multiperf_vel_1bar_med"))
    assert set(shifted.attributes) == {"density", "track_count"}
    effects = shifted.attribute_effects(n=5, seed=3)
    assert effects.names == ["density", "track_count"]
    made = shifted.sample(5, seed=3, attributes={"density": 1})
    assert effects.records()[0]["up"] == pytest.approx(sum(bar.density for bar in made) / 5)
    assert band().density == 5 / 4
    assert shifted.shift_attributes(band(), {"density": 0}) == model.reconstruct(band())


def test_evaluation(model: mv.MusicVae, tmp_path: Path) -> None:
    for split, first in (("train", 0), ("test", 3)):
        (tmp_path / split).mkdir()
        for i in range(first, first + 3):
            band(i).save(tmp_path / split / f"{i}.mid")
    data = mv.GrooveDataset(tmp_path, config="hier-multiperf_vel_1bar_med")
    report = mv.evaluate(model, data, samples=5, pairs=2, seed=3)
    assert report == mv.evaluate(model, data, samples=5, pairs=2, seed=3, threads=1)
    assert (report["music"], report["windows"]) == ("tracks", 3)
    assert set(report["reconstruction"]["from_mean"]["parts"]) == {"program", "note_on", "note_off", "time_shift", "velocity", "end"}
    assert report["samples"]["shares"]["drums"]["real"] == 1
    assert report["samples"]["shares"]["bass"]["real"] == 1
    assert report["samples"]["shares"]["piano"]["real"] == 0
    assert report["samples"]["features"]["notes_per_track"]["real_mean"] == 2.5
    assert len(report["interpolation"]["slerp"]["to_first"]) == 11


def test_what_a_model_cannot_take(model: mv.MusicVae) -> None:
    with pytest.raises(mv.ConfigError, match="is for tracks, not grooves"):
        model.encode(mv.DrumSequence(96, mv.Grid(steps_per_quarter=24)))
    crowd = mv.Tracks(96)
    for _ in range(9):
        crowd.add([(60, 80, 0, 96)])
    with pytest.raises(mv.ArgumentError, match="9 tracks; a model takes 8"):
        model.encode(crowd)
