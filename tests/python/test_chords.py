"""Chords: the value, melodies that carry them, and a model that plays on them."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest

SCALE = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, -2, -2, -1, -2, -2, -2]


def test_the_value() -> None:
    chords = mv.ChordSequence("C Am:2 G:2")
    assert repr(chords) == "<ChordSequence: 32 steps, C*16 Am*8 G*8>"
    assert chords == mv.ChordSequence(["C", "Am:2", "G:2"])
    assert chords.names()[15:17] == ["C", "Am"]
    assert chords[31] == "G"
    assert chords.classes().dtype == np.uint8
    assert chords.classes()[::8].tolist() == [1, 1, 22, 8]
    assert mv.ChordSequence.from_classes(chords.classes().tolist()) == chords
    assert chords.transposed(-3).slice(16, 2).names() == ["F#m", "F#m"]
    assert len(chords + chords) == chords.repeated(64).steps == 64
    assert copy.deepcopy(chords) == chords == pickle.loads(pickle.dumps(chords))


def test_symbols_are_reduced_with_a_note_and_wrong_ones_named() -> None:
    with pytest.warns(UserWarning, match="Cmaj7 is read as C"):
        assert mv.ChordSequence("Cmaj7") == mv.ChordSequence("C")
    with pytest.raises(mv.ChordSymbolError, match='"H7": is not a chord symbol'):
        mv.ChordSequence("C H7")
    with pytest.raises(mv.ChordClassError, match='"Gsus4": is not a major'):
        mv.ChordSequence(["Gsus4"])
    with pytest.raises(mv.ArgumentError, match="whole number of beats"):
        mv.ChordSequence("C:1.5")
    with pytest.raises(mv.ArgumentError, match="49"):
        mv.ChordSequence.from_classes([49])
    assert issubclass(mv.ChordSymbolError, mv.ArgumentError)


def test_melodies_carry_chords() -> None:
    plain = mv.Melody.from_events(SCALE)
    assert plain.chords is None
    tune = plain.with_chords("C:2 F:2")
    assert tune != plain
    assert tune.chords == mv.ChordSequence("C:2 F:2")
    assert tune.transposed(2).chords == mv.ChordSequence("D:2 G:2")
    assert tune.with_chords(None) == plain
    assert copy.deepcopy(tune) == tune == pickle.loads(pickle.dumps(tune))
    notes = tune.to_notes(qpm=120)
    assert notes.chords == [(0.0, "C"), (1.0, "F")]
    assert mv.Melody.from_notes(notes) == tune
    assert pickle.loads(pickle.dumps(notes)) == notes
    with pytest.raises(mv.ArgumentError, match="32 steps of chords for 16 steps"):
        plain.with_chords("C F")


def test_chords_are_inferred_from_notes() -> None:
    arpeggio = mv.Melody.from_events([60, 64, 67, 72, 60, 64, 67, 72, 65, 69, 72, 77, 65, 69, 72, 77])
    notes = arpeggio.to_notes()
    assert notes.infer_chords() == [(0.0, "C"), (1.0, "F")]
    assert mv.Melody.from_notes(notes.with_chords(notes.infer_chords())) == arpeggio.with_chords("C:2 F:2")
    with pytest.raises(mv.ArgumentError, match="no notes"):
        mv.Melody(16).to_notes().infer_chords()


def test_records_keep_chords(tmp_path: Path) -> None:
    notes = mv.Melody.from_events(SCALE).with_chords("Am").to_notes()
    mv.write_tfrecord(tmp_path / "a.tfrecord", [notes])
    assert next(iter(mv.read_tfrecord(tmp_path / "a.tfrecord"))).chords == [(0.0, "Am")]


def test_note_seq_keeps_chords(note_seq: Any) -> None:
    music_pb2 = note_seq.music_pb2
    proto = music_pb2.NoteSequence(ticks_per_quarter=480)
    proto.text_annotations.add(time=0.5, text="Dm7", annotation_type=music_pb2.NoteSequence.TextAnnotation.CHORD_SYMBOL)
    proto.text_annotations.add(time=0.5, text="la")
    assert mv.NoteSequence.from_notes(proto).chords == [(0.5, "Dm7")]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> mv.MusicVae:
    """A small model with chords that has learned eight tunes a little."""
    folder = tmp_path_factory.mktemp("tunes")
    tunes = [mv.Melody.from_events(SCALE * 4).transposed(i) for i in range(8)]
    mv.write_tfrecord(folder / "tunes.tfrecord", [tune.with_chords("C Am F G").to_notes() for tune in tunes])
    data = mv.GrooveDataset(folder / "tunes.tfrecord", config="cat-mel_2bar_med_chords")
    assert (len(data), data.steps, data.depth) == (8 * 3, 32, 2)
    assert data[0] == tunes[0].slice(0, 32).with_chords("C Am")
    config = mv.config("cat-mel_2bar_med_chords") | {"encoder_units": [16], "decoder_units": [16, 16], "latent": 8}
    trainer = mv.Trainer(config, data, out=folder / "run", batch=8, threads=1, augmentation={"transpose": 3})
    trainer.fit(20, validate_every=0)
    return trainer.model


def test_a_model_plays_on_chords(model: mv.MusicVae) -> None:
    chords = mv.ChordSequence("C Am:2 G:2")
    melodies = model.sample(3, seed=7, chords="C Am:2 G:2")
    assert [melody.chords for melody in melodies] == [chords] * 3
    assert melodies == list(model.stream(3, seed=7, chords=["C", "Am:2", "G:2"]))
    assert melodies == model.sample(3, seed=7, chords=chords)
    assert model.sample(1, seed=7)[0].chords == mv.ChordSequence("N.C. N.C.")
    assert model.sample(1, seed=7, bars=1, chords="C")[0].steps == 16


def test_a_melody_is_harmonised_anew(model: mv.MusicVae) -> None:
    tune = model.sample(1, seed=7, chords=["C", "F"])[0]
    other = model.reconstruct(tune, chords="Dm Bdim")
    assert other.chords == mv.ChordSequence("Dm Bdim")
    mu = model.encode(tune).mu
    assert model.decode(mu, chords="Dm Bdim") == [other]
    assert model.reconstruct(tune).chords == tune.chords
    assert not np.array_equal(model.encode(tune.with_chords("Dm Bdim")).mu, mu)
    tensors, _ = model.decode_arrays(mu, chords="Dm Bdim")
    assert tensors.shape == (1, 32, 90)
    path = model.interpolate(tune, other, steps=4, chords="C C")
    assert {melody.chords[0] for melody in path} == {"C"}
    assert model.similar(tune, 2, seed=1, chords="C C")[1].chords == mv.ChordSequence("C C")


def test_new_bars_and_new_steps_are_on_chords(model: mv.MusicVae) -> None:
    tune = mv.Melody.from_events(SCALE * 4)
    new = model.continue_groove(tune, 4, seed=7, chords="C Am F G")
    assert new.chords == mv.ChordSequence("C Am F G")
    assert model.continue_groove(tune, 4, seed=7, chords=["C", "Am"]).chords == mv.ChordSequence("C Am C Am")
    assert model.continue_groove(tune, 2, seed=7).chords is None
    mask = [16 <= step < 32 for step in range(tune.steps)]
    filled = model.infill(tune, mask, seed=7, chords="C Am F G")
    assert filled.chords == mv.ChordSequence("C Am F G")
    assert filled == model.infill(tune.with_chords("C Am F G"), mask, seed=7)
    assert filled.slice(0, 16).with_chords(None) == tune.slice(0, 16)
    assert model.infill(tune, mask, seed=7).chords is None
    with pytest.raises(mv.ArgumentError, match="they last 48 steps; give chords for all 64 steps, or for a window of 32"):
        model.infill(tune, mask, chords="C F G")
    with pytest.raises(mv.ArgumentError, match="they last 48 steps; give chords for all 64 steps"):
        model.continue_groove(tune, 4, chords="C F G")
    groove = mv.DrumSequence(64)
    for refuses in (mv.load("groovae_4bar"), mv.load("infill")):
        with pytest.raises(mv.ArgumentError, match="has no chords"):
            refuses.continue_groove(groove, 2, chords="C F")
        with pytest.raises(mv.ArgumentError, match="has no chords"):
            refuses.infill(groove, bars=(0, 1), chords="C F")


def test_pictures_show_chords() -> None:
    tune = mv.Melody.from_events(SCALE * 2)
    picture = tune.with_chords("F#m Bdim:2 Eb:2")._repr_svg_()
    assert picture is not None
    assert all(f">{chord}</text>" in picture for chord in ("F#m", "Bdim", "Eb"))
    assert "on F#m, Bdim, Eb" in picture
    assert "F#m" not in (tune._repr_svg_() or "")
    several = mv.grooves_svg([tune, tune.with_chords("F#m F#m")], titles=["<plain>", "on a & b"])
    assert several.count(">F#m</text>") == 1
    assert "&lt;plain&gt;" in several
    bar = mv.Tracks(96).with_chords("Eaug")
    assert ">Eaug</text>" in (bar._repr_svg_() or "")
    assert ">Dm</text>" in (mv.Trio(tune.with_chords("Dm G"), tune, mv.DrumSequence(32))._repr_svg_() or "")


def test_chords_that_do_not_fit_are_named(model: mv.MusicVae) -> None:
    with pytest.raises(mv.ArgumentError, match="they last 64 steps, and a window 32"):
        model.sample(chords=["C", "Am", "F", "G"])
    with pytest.raises(mv.ChordSymbolError, match="H"):
        model.sample(chords="C H")
    with pytest.raises(mv.ArgumentError, match="has no chords"):
        mv.load("groovae_4bar").sample(chords="C Am F G")
