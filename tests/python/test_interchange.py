"""Notes from arrays and from other packages' objects, and back. The tests of a package that is not installed are skipped with its name."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import GOLDEN, environment, refused, run_python
from hypothesis import given, settings
from hypothesis import strategies as st
from small_release import beat

MIDI = sorted((GOLDEN / "midi").glob("*.mid"))


def installed(package: str) -> Any:
    return pytest.importorskip(package, reason=f"{package} is not installed: pip install -r tests/python/requirements.txt")


def piece() -> mv.NoteSequence:
    """Several tracks, programs, tempos and meters; notes that overlap; a note that is early; an end after the last note."""
    return mv.NoteSequence.from_arrays(
        start=[-5, 0, 100, 150, 960, 960, 5000],
        end=[30, 120, 300, 200, 1000, 1920, 5001],
        pitch=[36, 42, 38, 38, 60, 64, 49],
        velocity=[100, 1, 127, 64, 80, 81, 90],
        is_drum=[True, True, True, True, False, False, True],
        program=[0, 0, 0, 0, 32, 5, 0],
        track=[0, 0, 0, 0, 1, 2, 0],
        tempos=[(0, 120), (960, 93.7), (2000, 140), (2000, 141)],
        time_signatures=[(0, 4, 4), (1920, 7, 8)],
        ticks_per_quarter=480,
        length=7680,
        unit="ticks",
    )


def times(notes: mv.NoteSequence) -> list[tuple[Any, ...]]:
    """Each note to the tick, in an order of its own."""
    a = notes.to_arrays("ticks")
    return sorted(zip(*(a[name].tolist() for name in ("start", "end", "pitch", "velocity", "is_drum", "program"))))


# ---- arrays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["seconds", "ticks"])
def test_arrays_give_the_notes_again(unit: str) -> None:
    for notes in [piece(), beat(4, 3).to_notes(93.7), mv.NoteSequence.from_arrays([], [], []), *map(mv.read_midi, MIDI)]:
        arrays = notes.to_arrays(unit)
        assert mv.NoteSequence.from_arrays(**arrays) == notes
        assert arrays["start"].dtype == (np.float64 if unit == "seconds" else np.int64)
        if unit == "seconds":
            assert arrays["start"].tolist() == [record["start"] for record in notes.records()]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_ticks_survive_the_seconds(data: st.DataObject) -> None:
    ticks = st.integers(0, 200_000)
    count = data.draw(st.integers(0, 30))
    start = data.draw(st.lists(ticks, min_size=count, max_size=count))
    notes = mv.NoteSequence.from_arrays(
        start,
        [at + data.draw(st.integers(0, 2000)) for at in start],
        data.draw(st.lists(st.integers(0, 127), min_size=count, max_size=count)),
        tempos=data.draw(st.lists(st.tuples(ticks, st.floats(20, 400)), max_size=6)),
        ticks_per_quarter=data.draw(st.integers(24, 1920)),
        unit="ticks",
    )
    assert mv.NoteSequence.from_arrays(**notes.to_arrays()) == notes


def test_what_is_left_out_is_sensible() -> None:
    notes = mv.NoteSequence.from_arrays([0.0, 0.05, 0.5], None, [36, 36, 38])
    assert [(r["velocity"], r["channel"], r["program"], r["track"], r["is_drum"]) for r in notes.records()] == [(100, 9, 0, 0, True)] * 3
    assert [(r["start"], r["end"]) for r in notes.records()] == [(0.0, 0.05), (0.05, 0.175), (0.5, 0.625)], "a 16th, or up to the next"
    assert (notes.tempos, notes.ticks_per_quarter, notes.time_signatures) == ([(0.0, 120.0)], 480, [])
    assert notes.to_drums().num_hits == 2 + 1 - 1, "the second kick shares the first's cell"
    assert mv.parse_midi(notes.to_midi()).records() == notes.records()
    pitched = mv.NoteSequence.from_arrays(np.zeros(17), np.ones(17), 60, is_drum=False, program=np.arange(17))
    assert [r["channel"] for r in pitched.records()] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 0, 1]
    assert not any(r["is_drum"] for r in pitched.records())


def test_columns_of_a_table_are_arrays() -> None:
    pandas = pytest.importorskip("pandas")
    notes = beat(2, 1).to_notes()
    table = pandas.DataFrame(notes.records())
    again = mv.NoteSequence.from_arrays(table.start, table.end, table.pitch, table.velocity, table.is_drum)
    assert again.records() == notes.records()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pitch": [36, 200]}, "note 1's pitch is 200; use 0 to 127"),
        ({"pitch": [36, 36.5]}, r"note 1's pitch is 36\.5; use a whole number"),
        ({"pitch": [36, 1e12]}, "note 1's pitch is 1000000000000; use a smaller number"),
        ({"velocity": 0.8}, r"note 0's velocity is 0\.8; use a whole number"),
        ({"velocity": [1, 2, 3]}, "velocity has 3 values, but start has 2; give one for each note, or one number for all"),
        ({"velocity": [[1, 2]]}, "velocity has 2 axes; give one"),
        ({"velocity": ["loud", "soft"]}, "velocity has dtype <U4; give numbers"),
        ({"start": [0.0, float("nan")]}, "note 1's start is nan s, out of the range of a MIDI file"),
        ({"start": 0.0}, "start has 0 axes; give one, with a number for each note"),
        ({"end": [1.0, 0.2]}, "note 1 ends before it starts; let it end later"),
        ({"end": [1.0, 1e12]}, "note 1's end is 1000000000000.000000 s, out of the range of a MIDI file"),
        ({"start": [0.5, 1], "unit": "ticks"}, r"note 0's start is 0\.5; use a whole number"),
        ({"unit": "beats"}, 'no unit is called "beats"; use seconds or ticks'),
        ({"channel": 3, "is_drum": True}, "note 0's channel is 3 and its is_drum true, but drums are on channel 9; leave out"),
        ({"channel": 16}, "note 0's channel is 16; use 0 to 15"),
        ({"track": -1}, "note 0's track is -1; use 0 to 65534"),
        ({"tempos": [120, 130]}, r"tempos is not \[n, 2\]; give the time and the quarter notes per minute of each"),
        ({"tempos": 1.0}, "tempo: 1.000000 quarter notes per minute cannot be written"),
        ({"tempos": [(-1.0, 120)]}, "a tempo's time is -1.000000 s; use 0 or more"),
        ({"tempos": [(-1, 120)], "end": [1, 2], "start": [0, 1], "unit": "ticks"}, "the tempo at tick -1"),
        ({"time_signatures": [(0, 4, 3)]}, "a time signature's denominator is 3; use a power of two"),
        ({"time_signatures": [(0, 4)]}, r"time_signatures is not \[n, 3\]"),
        ({"ticks_per_quarter": 0}, "ticks_per_quarter is 0; use 1 to 32767"),
        ({"length": -1.0}, r"length is -1\.0; use 0 or more"),
        ({"length": float("inf")}, "the end is inf s"),
    ],
)
def test_arrays_are_refused_by_name(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"start": [0.0, 0.5], "end": [1.0, 1.0], "pitch": 36, **change}
    with refused(mv.ArgumentError, "^from_arrays: .*" + message):
        mv.NoteSequence.from_arrays(**arguments)


# ---- pretty_midi ------------------------------------------------------------------------------------------------------


def test_pretty_midi_reads_the_files_as_we_do() -> None:
    pretty_midi = installed("pretty_midi")
    for path in MIDI:
        theirs = pretty_midi.PrettyMIDI(str(path))
        notes, read = mv.NoteSequence.from_notes(theirs), mv.read_midi(path)
        assert times(notes) == times(read), path.stem
        assert (notes.tempos, notes.time_signatures) == (read.tempos, read.time_signatures)
        assert notes.ticks_per_quarter == read.ticks_per_quarter
        bars = 4
        assert mv.DrumSequence.from_notes(theirs, bars=bars) == read.to_drums(bars=bars)


def test_to_pretty_midi_and_back() -> None:
    installed("pretty_midi")
    notes = piece()
    theirs = notes.to_pretty_midi()
    assert [(i.program, i.is_drum, len(i.notes)) for i in theirs.instruments] == [(0, True, 5), (32, False, 1), (5, False, 1)]
    mine = [(note.start, note.end, note.pitch, note.velocity) for i in theirs.instruments for note in i.notes]
    keys = ("start", "end", "pitch", "velocity")
    assert mine == [tuple(record[key] for key in keys) for record in sorted(notes.records(), key=lambda r: r["track"])]
    assert [(t.time, t.numerator, t.denominator) for t in theirs.time_signature_changes] == notes.time_signatures
    again = mv.NoteSequence.from_notes(theirs)
    assert times(again) == times(notes)
    assert (again.tempos, again.time_signatures) == (notes.tempos, notes.time_signatures)
    groove = beat(2, 3)
    assert times(mv.NoteSequence.from_notes(groove.to_pretty_midi(qpm=93.7))) == times(groove.to_notes(93.7))
    empty = mv.DrumSequence(16).to_pretty_midi(100)
    assert (empty.instruments, empty.get_tempo_changes()[1].tolist()) == ([], [100.0])


def test_pretty_midi_made_by_hand() -> None:
    pretty_midi = installed("pretty_midi")
    midi = pretty_midi.PrettyMIDI(resolution=96, initial_tempo=140)
    drums, bass = pretty_midi.Instrument(0, is_drum=True), pretty_midi.Instrument(33)
    drums.notes += [pretty_midi.Note(100, 36, 0.0, 0.1), pretty_midi.Note(90, 38, 60 / 140, 1.0)]
    drums.notes[1].end = 0.4  # before its start
    bass.notes += [pretty_midi.Note(80, 40, 0.0, 1.0)]
    midi.instruments += [drums, bass]
    notes = mv.NoteSequence.from_notes(midi)
    records = notes.records()
    assert [(r["pitch"], r["is_drum"], r["program"], r["track"]) for r in records] == [
        (36, True, 0, 0),
        (38, True, 0, 0),
        (40, False, 33, 1),
    ]
    assert notes.to_arrays("ticks")["start"].tolist() == [0, 96, 0]
    assert records[1]["end"] == records[1]["start"], "a note that ends before it starts has no length"
    assert mv.DrumSequence.from_notes(midi).num_hits == 2
    drums.control_changes.append(pretty_midi.ControlChange(64, 0, 4 * 4 * 60 / 140))
    assert mv.DrumSequence.from_notes(midi).bars == 4, "the piece ends with its last event"
    drums.notes[0].pitch = 200
    with refused(mv.ArgumentError, "note 0's pitch is 200; use 0 to 127"):
        mv.NoteSequence.from_notes(midi)


# ---- symusic ----------------------------------------------------------------------------------------------------------


def test_symusic_keeps_every_tick() -> None:
    symusic = installed("symusic")
    for path in MIDI:
        score = symusic.Score(str(path))
        notes = mv.NoteSequence.from_notes(score)
        assert notes.ticks_per_quarter == score.ticks_per_quarter
        assert times(notes) == sorted((n.start, n.end, n.pitch, n.velocity, t.is_drum, t.program) for t in score.tracks for n in t.notes), (
            path.stem
        )
        assert times(mv.NoteSequence.from_notes(notes.to_symusic())) == times(notes)
        for unit in ("second", "quarter"):
            assert times(mv.NoteSequence.from_notes(score.to(unit))) == times(notes), (path.stem, unit)


def test_to_symusic_and_back() -> None:
    installed("symusic")
    notes = piece()
    score = notes.to_symusic()
    assert [(t.program, t.is_drum, len(t.notes)) for t in score.tracks] == [(0, True, 5), (32, False, 1), (5, False, 1)]
    assert [(t.time, t.mspq) for t in score.tempos] == [(0, 500000), (960, 640342), (2000, 428571), (2000, 425532)]
    assert [(t.time, t.numerator, t.denominator) for t in score.time_signatures] == [(0, 4, 4), (1920, 7, 8)]
    again = mv.NoteSequence.from_notes(score)
    assert times(again) == times(notes)
    assert (again.tempos, again.time_signatures) == (notes.tempos, notes.time_signatures)
    groove = beat(2, 3)
    assert mv.DrumSequence.from_notes(groove.to_symusic(), mv.DrumMap.roland(), bars=2) == groove.to_notes().to_drums(
        mv.DrumMap.roland(), bars=2
    )
    assert mv.NoteSequence.from_notes(mv.DrumSequence(16).to_symusic(100)).tempos == [(0.0, 100.0)]


# ---- mido -------------------------------------------------------------------------------------------------------------


def test_mido_is_its_file() -> None:
    mido = installed("mido")
    for path in MIDI:
        assert times(mv.NoteSequence.from_notes(mido.MidiFile(path))) == times(mv.read_midi(path)), path.stem
    midi = mido.MidiFile(ticks_per_beat=96)
    midi.tracks.append(mido.MidiTrack())
    midi.tracks[0] += [
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(140)),
        mido.Message("note_on", channel=9, note=36, velocity=99, time=96),
        mido.Message("note_off", channel=9, note=36, time=10),
        mido.Message("note_on", channel=2, note=50, velocity=80, time=0),
        mido.Message("note_off", channel=2, note=50, time=10),
    ]
    assert times(mv.NoteSequence.from_notes(midi)) == [(96, 106, 36, 99, True, 0), (106, 116, 50, 80, False, 0)]
    assert mv.DrumSequence.from_notes(midi)[4, "kick"].hit
    midi.tracks.append(mido.MidiTrack(midi.tracks[0]))
    midi.type = 0  # type 0 with two tracks, as in some files
    assert len(mv.NoteSequence.from_notes(midi)) == 4
    assert midi.type == 0
    for time in (0.5, -3):
        midi.tracks[0][1].time = time
        with refused(mv.ArgumentError, "^from_notes: mido cannot write its MidiFile: .+; correct it first"):
            mv.NoteSequence.from_notes(midi)
    midi.tracks[0][1].time, midi.ticks_per_beat = 96, 0
    with refused(mv.FormatError, r"^mido\.MidiFile: byte 12: "):
        mv.NoteSequence.from_notes(midi)


# ---- note_seq ---------------------------------------------------------------------------------------------------------


def test_note_seq_protobufs(note_seq: Any) -> None:
    for path in MIDI:
        proto = note_seq.midi_file_to_note_sequence(str(path))
        notes, read = mv.NoteSequence.from_notes(proto), mv.read_midi(path)
        assert times(notes) == times(read), path.stem
        assert notes.tempos == read.tempos
    proto.notes[0].pitch = 200
    with refused(mv.FormatError, "^note_seq.NoteSequence: note 0's pitch is 200; use 0 to 127"):
        mv.NoteSequence.from_notes(proto)


# ---- anything else ----------------------------------------------------------------------------------------------------


def test_our_own_and_others() -> None:
    notes = beat(1, 0).to_notes()
    assert mv.NoteSequence.from_notes(notes) == notes
    assert mv.DrumSequence.from_notes(notes, mv.DrumMap.roland()) == notes.to_drums(mv.DrumMap.roland())
    assert mv.DrumSequence.from_notes(notes, grid=mv.Grid(8), bars=1).steps == 32
    for other in (None, 3, "a.mid", [1.0], object()):
        with refused(mv.ArgumentError, "^from_notes: a .+ cannot be converted; give a NoteSequence or notes of pretty_midi, symusic, mido"):
            mv.NoteSequence.from_notes(other)


def test_nothing_is_imported_unless_asked_for() -> None:
    code = """
import sys, musicvae_cpp as mv
mv.NoteSequence.from_notes(mv.DrumSequence(16).to_notes())
others = {"pretty_midi", "symusic", "mido", "google", "note_seq"} & set(sys.modules)
assert not others, others
"""
    run_python(code)


@pytest.mark.parametrize("package", ["pretty_midi", "symusic"])
def test_a_missing_package_is_named(package: str) -> None:
    code = f"""
import sys
sys.modules[{package!r}] = None  # as if it were not installed
import musicvae_cpp as mv
for source in (mv.DrumSequence(16), mv.DrumSequence(16).to_notes()):
    try:
        source.to_{package}()
    except mv.DeviceError as error:
        print(error)
"""
    line = f"to_{package} needs {package}, which is not installed; pip install {package} ("
    assert [text[: len(line)] for text in run_python(code).splitlines()] == [line] * 2


# ---- read_midi --------------------------------------------------------------------------------------------------------


def test_read_midi_takes_paths_bytes_and_files(tmp_path: Path) -> None:
    path = MIDI[1]
    notes, data = mv.read_midi(path), path.read_bytes()
    assert mv.read_midi(str(path)) == notes
    for content in (data, bytearray(data), memoryview(data)):
        assert mv.read_midi(content) == notes
    assert mv.read_midi(io.BytesIO(data)) == notes
    with path.open("rb") as file:
        assert mv.read_midi(file) == notes
    with path.open("rb", buffering=0) as raw:
        assert mv.read_midi(raw) == notes
    broken = tmp_path / "broken.mid"
    broken.write_bytes(data[:30])
    with broken.open("rb") as file, refused(mv.FormatError, rf"^{broken}: byte \d+: "):
        mv.read_midi(file)
    with refused(mv.FormatError, r"^file: byte \d+: "):
        mv.read_midi(io.BytesIO(data[:30]))
    with refused(mv.FormatError, r"^bytes: byte \d+: "):
        mv.read_midi(data[:30])
    with (
        path.open(encoding="utf-8") as text,
        refused(mv.ArgumentError, f'^read midi: {path} does not return bytes; open it with mode "rb"'),
    ):
        mv.read_midi(text)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        mv.read_midi(3)  # type: ignore[arg-type]


def test_read_midi_takes_a_pipe() -> None:
    code = "import sys, musicvae_cpp as mv; print(len(mv.read_midi(sys.stdin.buffer)))"
    done = subprocess.run([sys.executable, "-c", code], input=MIDI[0].read_bytes(), capture_output=True, env=environment(), timeout=60)
    assert (done.returncode, int(done.stdout)) == (0, len(mv.read_midi(MIDI[0])))


# ---- datasets ---------------------------------------------------------------------------------------------------------


def test_a_dataset_of_a_list(tmp_path: Path) -> None:
    beat(6, 0).save(tmp_path / "a.mid")
    beat(8, 1).save(tmp_path / "b.mid")
    folder = mv.GrooveDataset(tmp_path)
    listed = mv.GrooveDataset([tmp_path / "a.mid", str(tmp_path / "b.mid")])
    assert (listed.arrays() == folder.arrays()).all()
    assert [record["path"] for record in listed.report()] == [str(tmp_path / "a.mid"), str(tmp_path / "b.mid")]
    mixed = mv.GrooveDataset(iter([mv.read_midi(tmp_path / "a.mid"), tmp_path / "b.mid"]), bars=4)
    assert (mixed.arrays() == folder.arrays()).all()
    assert [record["path"] for record in mixed.report()] == ["notes 0", str(tmp_path / "b.mid")]
    mixed.save(tmp_path / "mixed.mvds")
    assert mv.GrooveDataset(tmp_path / "mixed.mvds").report() == mixed.report()
    assert len(mv.GrooveDataset([beat(4, 0).to_notes()], bars=2, split="train", cut="reference")) == 2


def test_a_dataset_of_grooves() -> None:
    grooves = [beat(4, 0), beat(4, 3)]
    own = mv.DrumMap("own")
    for pitch, drum in enumerate(("kick", "snare", "closed_hihat")):
        own.write_as(drum, 100 + pitch)
    for drum_map in (None, own):
        data = mv.GrooveDataset(grooves, drum_map=drum_map)
        assert data.arrays()[..., :18] == pytest.approx(np.stack([groove.to_array() for groove in grooves])[..., :18], abs=0.5 / 127)
        assert data.arrays()[..., 18:] == pytest.approx(np.stack([groove.to_array() for groove in grooves])[..., 18:], abs=1 / 60)


def test_a_list_counts_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.mid").write_bytes(b"this is no MIDI file")
    data = mv.GrooveDataset([tmp_path / "missing.mid", tmp_path / "broken.mid", beat(4, 0).to_notes()])
    assert len(data) == 1
    assert data.left_out["unreadable"] == 2
    assert ["missing.mid" in data.report()[0]["error"], "broken.mid" in data.report()[1]["error"]] == [True, True]


def test_a_list_of_other_packages_notes(note_seq: Any, tmp_path: Path) -> None:
    pretty_midi, mido = installed("pretty_midi"), installed("mido")
    beat(6, 0).save(tmp_path / "a.mid")
    name = str(tmp_path / "a.mid")
    one = mv.GrooveDataset([name]).arrays()
    others = [pretty_midi.PrettyMIDI(name), mido.MidiFile(name), note_seq.midi_file_to_note_sequence(name)]
    assert (mv.GrooveDataset([name, *others]).arrays() == np.concatenate([one] * 4)).all()


def test_what_is_no_list_of_music_is_refused(tmp_path: Path) -> None:
    with refused(mv.ArgumentError, "^dataset: the list is empty; give MIDI files or notes"):
        mv.GrooveDataset([])
    with refused(mv.ArgumentError, "^dataset: .+ is a folder; list its files, or give the folder instead of a list"):
        mv.GrooveDataset([tmp_path])
    with refused(mv.ArgumentError, "^dataset: item 1: from_notes: a int cannot be converted; give"):
        mv.GrooveDataset([beat(1, 0).to_notes(), 3])
    with pytest.raises(TypeError):
        mv.GrooveDataset(3)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        mv.GrooveDataset(1 / 0 for _ in range(2))
