"""Trios: the value, a model of trios, and data for one."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import musicvae_cpp as mv
import pytest

HOLD = mv.Melody.HOLD


def song(bars: int = 1) -> mv.Trio:
    """Eighth notes over a bass in quarters and a beat."""
    steps = range(16 * bars)
    drums = mv.DrumSequence(16 * bars)
    for step in steps[::4]:
        drums.set(step, "kick" if step % 8 == 0 else "snare", velocity=80 / 127)
    return mv.Trio(
        melody=mv.Melody.from_events([60 + step // 2 % 7 if step % 2 == 0 else HOLD for step in steps]),
        bass=mv.Melody.from_events([36 + step // 4 % 5 if step % 4 == 0 else HOLD for step in steps]),
        drums=drums,
    )


def test_the_value() -> None:
    trio = song()
    assert repr(trio) == "<Trio: 1 bars, 16 steps, 8 melody notes, 4 bass notes, 4 hits>"
    assert trio.melody[0] == 60
    assert trio.bass[4] == 37
    assert trio.drums.num_hits == 4
    assert trio.transposed(2).bass[4] == 39
    assert trio.transposed(2).drums == trio.drums
    assert (trio + trio).slice(8, 16) == trio.repeated(32).slice(8, 16)
    assert trio.with_parts(bass=mv.Melody(16)) == mv.Trio(trio.melody, mv.Melody(16), trio.drums)
    assert copy.deepcopy(trio) == copy.copy(trio) == pickle.loads(pickle.dumps(trio)) == trio != mv.Trio(16)
    with pytest.raises(mv.ArgumentError, match="the bass 8 and the drums 16"):
        trio.with_parts(bass=mv.Melody(8))


def test_notes_and_files(tmp_path: Path) -> None:
    trio = song(2)
    notes = trio.to_notes(qpm=90, bass_program=38)
    assert len(notes) == 32
    assert mv.Trio.from_notes(notes) == trio
    trio.save(tmp_path / "song.mid", melody_program=11)
    assert mv.Trio.from_notes(mv.read_midi(tmp_path / "song.mid")) == trio
    assert mv.Trio.from_notes(trio.to_notes(bass_program=48)).bass == mv.Melody(32)
    with pytest.raises(mv.ArgumentError, match="no file of this kind"):
        trio.save(tmp_path / "song.ogg")


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four songs of six bars, and one without a bass."""
    folder = tmp_path_factory.mktemp("songs")
    for i in range(4):
        song(6).transposed(i).save(folder / f"{i}.mid")
    song(6).with_parts(bass=mv.Melody(96)).save(folder / "no_bass.mid")
    return folder


@pytest.fixture(scope="module")
def model(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> mv.MusicVae:
    """A small model that has learned the songs a little."""
    data = mv.GrooveDataset(songs, config="trio_4bar")
    config = mv.config("trio_4bar") | {"encoder_units": [16], "decoder_units": [16], "latent": 8}
    trainer = mv.Trainer(config, data, out=tmp_path_factory.mktemp("run"), batch=8, threads=1, augmentation={"transpose": 5})
    trainer.fit(20, validate_every=0)
    return trainer.model


def test_windows_are_trios(songs: Path) -> None:
    data = mv.GrooveDataset(songs, config="trio_4bar")
    assert (len(data), data.steps, data.depth) == (4 * 3, 64, 3)
    assert data[1] == song(6).slice(16, 64)
    assert data.left_out == {"no_bass": 1, "incomplete_trio": 48 + 24}


def test_a_model_of_trios_makes_trios(model: mv.MusicVae) -> None:
    trios = model.sample(3, seed=7)
    assert [type(trio) for trio in trios] == [mv.Trio] * 3
    assert trios == list(model.stream(3, seed=7))
    assert trios[2] == model.sample(1, seed=7, first=2)[0]
    z = model.encode(trios).mu
    assert z.shape == (3, 8)
    assert model.decode(z[:1]) == [model.reconstruct(trios[0])]
    assert model.interpolate(trios[0], trios[1], steps=4)[0] == model.reconstruct(trios[0])
    assert len(model.similar(trios[0], 2, seed=1)) == 2
    assert model.continue_groove(song(4), bars=2, seed=3).steps == 32


def test_one_part_is_filled_in_from_the_others(model: mv.MusicVae) -> None:
    trio = song(4)
    filled = model.infill(trio, parts=["melody", "drums"], seed=3)
    assert filled.bass == trio.bass
    assert filled.melody != trio.melody
    half = model.infill(trio, ["bass"], bars=(2, 4), seed=3)
    assert half.bass.slice(0, 32) == trio.bass.slice(0, 32)
    assert (half.melody, half.drums) == (trio.melody, trio.drums)
    with pytest.raises(mv.ArgumentError, match='no part of a trio is called "piano"; use melody, bass or drums'):
        model.infill(trio, ["piano"])
    with pytest.raises(mv.ArgumentError, match="give parts or bars"):
        model.infill(trio)
    with pytest.raises(mv.ArgumentError, match=r"bars \(3, 5\) are not in the music"):
        model.infill(trio, bars=(3, 5))


def test_attributes(songs: Path, model: mv.MusicVae) -> None:
    with pytest.raises(mv.ArgumentError, match="has no attributes of its trios"):
        model.attribute_effects()
    shifted = model.with_attributes(mv.GrooveDataset(songs, config="trio_4bar"))
    assert "c_diatonic" in shifted.attributes
    assert "density" not in shifted.attributes, "all songs have the same rhythm"
    trios = shifted.sample(10, seed=3, attributes={"c_diatonic": 1})
    effects = shifted.attribute_effects(n=10, seed=3)
    assert effects.names[0] == "c_diatonic"
    assert effects.records()[0]["up"] == pytest.approx(sum(trio.melody.c_diatonic for trio in trios) / 10)
    assert "10 samples" in effects.svg()
    assert shifted.shift_attributes(song(4), {"c_diatonic": 0}) == model.reconstruct(song(4))


@pytest.fixture(scope="module")
def split_songs(tmp_path_factory: pytest.TempPathFactory) -> mv.GrooveDataset:
    folder = tmp_path_factory.mktemp("split")
    for split, first in (("train", 0), ("test", 3)):
        (folder / split).mkdir()
        for i in range(first, first + 3):
            song(5).transposed(i).save(folder / split / f"{i}.mid")
    return mv.GrooveDataset(folder, config="trio_4bar")


def test_evaluation(split_songs: mv.GrooveDataset, model: mv.MusicVae) -> None:
    report = mv.evaluate(model, split_songs, samples=20, pairs=2, seed=3)
    assert report == mv.evaluate(model, split_songs, samples=20, pairs=2, seed=3, threads=1)
    assert list(report) == ["split", "seed", "precision", "windows", "music", "reconstruction", "samples", "interpolation"]
    assert (report["music"], report["windows"]) == ("trios", 6)
    parts = report["reconstruction"]["from_mean"]["parts"]
    assert list(parts) == ["melody", "bass", "drums"]
    real = [split_songs[i] for i, window in enumerate(split_songs.window_info()) if window["split"] == "test"]
    made = [model.reconstruct(trio) for trio in real]
    right = sum(a.bass[step] == b.bass[step] for a, b in zip(real, made, strict=True) for step in range(64))
    assert parts["bass"]["free_running"] == pytest.approx(right / (64 * 6))
    assert report["samples"]["shares"]["same_key"].keys() == {"samples", "real", "train", "independent"}
    assert report["samples"]["features"]["bass:notes"]["real_mean"] == 16
    attributes = model.with_attributes(split_songs)
    assert "c_diatonic" in mv.evaluate(attributes, split_songs, samples=5, pairs=0)["attributes"]


def test_other_music_is_refused(model: mv.MusicVae) -> None:
    with pytest.raises(mv.ConfigError, match="its model is for trios, not grooves"):
        model.reconstruct(mv.DrumSequence(64))
    with pytest.raises(mv.ConfigError, match="its model is for grooves, not trios"):
        mv.load("groovae_4bar").encode(mv.Trio(64))
    with pytest.raises(mv.ArgumentError, match="something other than trios"):
        model.encode([mv.Trio(64), mv.Melody(64)])
    with pytest.raises(mv.ArgumentError, match="outside 21 to 108"):
        model.encode(song(4).transposed(60))
