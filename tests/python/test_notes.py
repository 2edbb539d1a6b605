"""MIDI files and notes."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import GOLDEN, ROOT, answer_or_refusal, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_release import beat

MIDI = sorted((GOLDEN / "midi").glob("*.mid"))
EXPECTED: dict[str, Any] = json.loads((GOLDEN / "midi/expected.json").read_text())


def test_there_is_something_to_compare() -> None:
    assert len(MIDI) == 24


@pytest.mark.parametrize("path", MIDI, ids=lambda path: path.stem)
def test_the_reference_reads_the_same(path: Path) -> None:
    notes, expected = mv.read_midi(path), EXPECTED[path.stem]
    assert notes.ticks_per_quarter == expected["tpq"]
    assert notes.total_time == pytest.approx(expected["total_time"], abs=1e-9)
    assert np.array(notes.tempos) == pytest.approx(np.array(expected["tempos"]))
    assert np.array(notes.time_signatures) == pytest.approx(np.array(expected["time_signatures"]))
    keys = ("pitch", "velocity", "start", "end", "program", "is_drum")
    read = sorted(tuple(record[key] for key in keys) for record in notes.records())
    reference = sorted((p, v, s, e, program, drum) for p, v, s, e, _, program, drum in expected["notes"])
    assert len(read) == len(notes) == len(reference)
    for mine, theirs in zip(read, reference):
        assert mine == pytest.approx(theirs, abs=1e-9)


def test_a_file_and_its_bytes_are_the_same() -> None:
    for path in MIDI:
        data = path.read_bytes()
        assert mv.parse_midi(data) == mv.parse_midi(bytearray(data)) == mv.parse_midi(memoryview(data)) == mv.read_midi(str(path))
        assert mv.parse_midi(np.frombuffer(data, np.uint8).data) == mv.read_midi(path)


def test_written_and_read_again(tmp_path: Path) -> None:
    for path in MIDI:
        notes = mv.read_midi(path)
        notes.save(tmp_path / "again.mid")
        again = mv.read_midi(tmp_path / "again.mid")
        assert again.records() == notes.records()
        assert (again.tempos, again.time_signatures) == (notes.tempos, notes.time_signatures)
        assert (tmp_path / "again.mid").read_bytes() == notes.to_midi()


def test_a_groove_goes_to_notes_and_back() -> None:
    groove = beat(2, 3)
    notes = groove.to_notes(qpm=100)
    assert notes.tempos[0] == pytest.approx((0.0, 100), abs=1e-3)
    assert len(notes) == groove.num_hits
    assert all(record["is_drum"] and record["channel"] == 9 for record in notes.records())
    back = notes.to_drums(mv.DrumMap.roland(), bars=2)
    assert (back.cells()["hits"] == groove.cells()["hits"]).all()
    assert back.cells()["velocities"] == pytest.approx(groove.cells()["velocities"], abs=1 / 127)
    assert back.cells()["offsets"] == pytest.approx(groove.cells()["offsets"], abs=0.05)
    assert notes.to_drums(bars=1).steps == 16
    assert notes.left_out(bars=1) != {}
    assert notes.left_out(mv.DrumMap.roland()) == {}


def test_the_drum_map_decides_what_is_written_and_heard() -> None:
    groove = mv.DrumSequence(16)
    groove.set(0, "kick")
    own = mv.DrumMap("own")
    own.write_as("kick", 99)
    notes = groove.to_notes(drum_map=own)
    assert [record["pitch"] for record in notes.records()] == [99]
    assert notes.to_drums(own).num_hits == 1
    assert notes.to_drums(mv.DrumMap.roland()).num_hits == 0
    assert notes.left_out(mv.DrumMap.roland()) == {"unknown_pitch": 1}


def test_values(tmp_path: Path) -> None:
    for path in MIDI:
        notes = mv.read_midi(path)
        for same in (copy.copy(notes), copy.deepcopy(notes), pickle.loads(pickle.dumps(notes))):
            assert same == notes
            assert same.to_midi() == notes.to_midi()
    notes = beat(1, 0).to_notes()
    assert notes != beat(1, 1).to_notes()
    assert repr(notes) == f"<NoteSequence: {len(notes)} notes, {notes.total_time:.2f} s>"


def test_records_make_a_table() -> None:
    pandas = pytest.importorskip("pandas")
    notes = beat(1, 0).to_notes()
    table = pandas.DataFrame(notes.records())
    assert list(table.columns) == ["pitch", "velocity", "start", "end", "channel", "program", "track", "is_drum"]
    assert len(table) == len(notes)
    assert (table.end > table.start).all()


def test_every_cut_names_its_byte() -> None:
    data = MIDI[0].read_bytes()
    tracks = [at for at in range(len(data)) if data[at : at + 4] == b"MTrk"]
    for length in range(len(data)):
        if length in tracks[1:]:  # only whole tracks: the file is accepted, whatever number the header counts
            continue
        with refused(mv.FormatError, r"^bytes: byte \d+: .+; .+"):
            mv.parse_midi(data[:length])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MIDI), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8))
def test_damage_is_read_or_refused_with_its_byte(path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(path.read_bytes())
    for at, value in changes:
        data[at % len(data)] = value
    notes = answer_or_refusal(lambda: mv.parse_midi(data), mv.FormatError)
    if isinstance(notes, str):
        assert "bytes: byte " in notes
    else:
        assert len(notes.records()) == len(notes)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with refused(mv.FormatError, "byte"):
        mv.parse_midi(data)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_a_damaged_file_is_named(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + tail)
    notes = answer_or_refusal(lambda: mv.read_midi(path), mv.FormatError)
    if isinstance(notes, str):
        assert notes.startswith(f"{path}: byte ")


def test_bytes_that_do_not_lie_one_after_the_other() -> None:
    data = memoryview(MIDI[0].read_bytes())
    for part in (data[::-1], data[::2], data.cast("I") if len(data) % 4 == 0 else np.zeros(8, np.uint32).data):
        with refused(mv.ArgumentError, "give bytes"):
            mv.parse_midi(part)
    with pytest.raises(TypeError):
        mv.parse_midi("MThd")  # type: ignore[arg-type]


CASES = ROOT / "tests/cases/midi"


def test_hits_need_no_length() -> None:
    notes = mv.read_midi(CASES / "03_note_on_only.mid")
    assert len(notes) == 0
    assert [note["start"] for note in notes.unended()] == [note["end"] for note in notes.unended()]
    assert len(notes.unended()) == notes.to_drums().num_hits == 4
    assert repr(notes) == "<NoteSequence: 0 notes, 4 unended, 0.00 s>"
    assert pickle.loads(pickle.dumps(notes)) == notes
    assert mv.parse_midi(notes.to_midi()) == notes


def test_drums_are_found_off_channel_10() -> None:
    notes = mv.read_midi(CASES / "06_drums_on_channel_1.mid")
    assert notes.to_drums().num_hits == notes.to_drums(drum_channel=0).num_hits == notes.to_drums(drum_channel="any").num_hits == 4
    assert notes.to_drums(drum_channel=9).num_hits == 0
    assert notes.left_out(drum_channel=9) == {"not_a_drum": 4}
    assert mv.DrumSequence.from_notes(notes, drum_channel=0) == notes.to_drums()
    for wrong in (16, -1, "10"):
        with pytest.raises(mv.ArgumentError, match="drum channel"):
            notes.to_drums(drum_channel=wrong)
    data = mv.GrooveDataset([notes], bars=1)
    assert len(data) == 1
    assert data.report()[0]["guessed_drums"] is True
    assert len(mv.GrooveDataset([notes], bars=1, drum_channel=9)) == 0


def test_the_default_map_hears_general_midi() -> None:
    notes = mv.read_midi(CASES / "09_gm_kick35_tom41_clap39.mid")
    assert notes.left_out() == {}
    assert notes.left_out(mv.DrumMap.roland()) == {"unknown_pitch": 3}
    assert mv.DrumMap.roland().completed_by(mv.DrumMap.reduced()).drum(35) == mv.DrumMap.standard().drum(35) == "kick"
    assert mv.DrumMap.standard().drum(58) == "low_tom"
