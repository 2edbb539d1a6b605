"""TFRecord files of NoteSequences: this library's read by Magenta's note-seq, note-seq's read by this library, and damaged ones."""

from __future__ import annotations

import gzip
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
MIDI = sorted((ROOT / "tests/data/golden/midi").glob("*.mid"))


# ---- TFRecord files, written from the format's description ------------------------------------------------------------


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = _table()


def masked_crc(data: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def frame(record: bytes) -> bytes:
    length = struct.pack("<Q", len(record))
    return length + masked_crc(length) + record + masked_crc(record)


def frames(data: bytes) -> Iterator[bytes]:
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert data[8:12] == masked_crc(data[:8])
        record = data[12 : 12 + length]
        assert data[12 + length : 16 + length] == masked_crc(record)
        yield record
        data = data[16 + length :]


# ---- note-seq ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """The golden MIDI files as our records."""
    path = tmp_path / "ours.tfrecord"
    names = [file.name for file in MIDI]
    assert mv.write_tfrecord(path, map(mv.read_midi, MIDI), filenames=names, collection_name="golden") == len(MIDI)
    return path


def without_track(notes: mv.NoteSequence) -> list[dict[str, Any]]:
    """A record numbers instruments, not a file's tracks and channels."""
    return [{key: value for key, value in note.items() if key not in ("track", "channel")} for note in notes.records()]


def test_there_is_something_to_compare() -> None:
    assert len(MIDI) == 24


def test_note_seq_reads_ours_as_it_reads_midi(note_seq: Any, ours: Path) -> None:
    for file, record in zip(MIDI, frames(ours.read_bytes()), strict=True):
        read = note_seq.music_pb2.NoteSequence.FromString(record)
        expected = note_seq.midi_file_to_note_sequence(str(file))
        assert len(read.notes) == len(expected.notes), file.name
        for mine, theirs in zip(read.notes, expected.notes, strict=True):
            assert mine == theirs, file.name
        assert list(read.tempos) == list(expected.tempos)
        assert list(read.time_signatures) == list(expected.time_signatures)
        assert read.ticks_per_quarter == expected.ticks_per_quarter
        assert read.total_time == expected.total_time
        assert read.source_info == expected.source_info
        assert (read.filename, read.collection_name) == (file.name, "golden")
        for extra in ("key_signatures", "pitch_bends", "control_changes", "instrument_infos"):
            expected.ClearField(extra)
        expected.id, expected.filename, expected.collection_name = read.id, read.filename, read.collection_name
        assert record == expected.SerializeToString(deterministic=True), file.name


def test_note_seq_reads_a_band_of_ours_as_it_reads_midi(note_seq: Any, tmp_path: Path) -> None:
    """Several instruments a track, a program change within, a tempo change: who plays what, and when."""
    import mido

    band = mido.MidiFile(ticks_per_beat=96)
    for number in range(3):
        track = mido.MidiTrack()
        band.tracks.append(track)
        if number == 0:
            track.append(mido.MetaMessage("set_tempo", tempo=612_345))
        for step in range(12):
            channel = (9 if step % 3 == 0 else step % 2) if number == 1 else number
            if step % 4 == 0:
                track.append(mido.Message("program_change", channel=channel, program=10 * number + step))
            track.append(mido.Message("note_on", channel=channel, note=36 + step, velocity=60 + step, time=7 * number))
            track.append(mido.Message("note_off", channel=channel, note=36 + step, time=50))
            if number == 0 and step == 5:
                track.append(mido.MetaMessage("set_tempo", tempo=431_717))
    path = tmp_path / "band.mid"
    band.save(path)
    out = tmp_path / "band.tfrecord"
    mv.write_tfrecord(out, [mv.read_midi(path)])
    read = note_seq.music_pb2.NoteSequence.FromString(next(frames(out.read_bytes())))
    expected = note_seq.midi_file_to_note_sequence(str(path))
    assert len({note.instrument for note in expected.notes}) > 5
    assert list(read.notes) == list(expected.notes)
    assert list(read.tempos) == list(expected.tempos)
    assert len(expected.tempos) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_we_read_note_seqs_as_we_read_midi(note_seq: Any, tmp_path: Path, packed: bool) -> None:
    data = b""
    for file in MIDI:
        sequence = note_seq.midi_file_to_note_sequence(str(file))
        sequence.id, sequence.filename = f"id of {file.name}", file.name
        data += frame(sequence.SerializeToString())
    path = tmp_path / "theirs.tfrecord"
    path.write_bytes(gzip.compress(data) if packed else data)
    stream = mv.read_tfrecord(path)
    for file in MIDI:
        read, expected = next(stream), mv.read_midi(file)
        assert (stream.id, stream.filename) == (f"id of {file.name}", file.name)
        assert read.ticks_per_quarter == expected.ticks_per_quarter
        assert read.tempos == expected.tempos
        assert read.time_signatures == expected.time_signatures
        assert without_track(read) == without_track(expected)
        assert read.to_drums(mv.DrumMap.roland(), bars=2) == expected.to_drums(mv.DrumMap.roland(), bars=2)
    assert list(stream) == []


def test_the_schema_is_note_seqs_and_what_we_write(note_seq: Any, ours: Path, tmp_path: Path) -> None:
    protoc = shutil.which("protoc")
    if protoc is None:
        pytest.skip("protoc is not installed (Debian: protobuf-compiler)")
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, unknown_fields

    compiled = tmp_path / "schema"
    folder = ROOT / "lib/data"
    subprocess.run([protoc, f"-I{folder}", f"--descriptor_set_out={compiled}", "note_sequence.proto"], check=True)
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file:
        pool.Add(file)
    schema = pool.FindMessageTypeByName("musicvae.records.NoteSequence")

    def compare(mine: Any, theirs: Any) -> int:
        for field in mine.fields:
            other = theirs.fields_by_name[field.name]
            assert (field.number, field.type, field.is_repeated) == (other.number, other.type, other.is_repeated), field.full_name
        for enum in mine.enum_types:
            assert enum.values_by_name.keys() == theirs.enum_types_by_name[enum.name].values_by_name.keys()
            for value in enum.values:
                assert value.number == theirs.enum_types_by_name[enum.name].values_by_name[value.name].number, value.name
        return len(mine.fields) + sum(compare(nested, theirs.nested_types_by_name[nested.name]) for nested in mine.nested_types)

    assert compare(schema, note_seq.music_pb2.NoteSequence.DESCRIPTOR) == 36

    message_class = message_factory.GetMessageClass(schema)
    for record in frames(ours.read_bytes()):
        message = message_class.FromString(record)
        parts = [message, message.source_info, *message.tempos, *message.time_signatures, *message.notes]
        assert all(len(unknown_fields.UnknownFieldSet(part)) == 0 for part in parts)
        assert message.SerializeToString(deterministic=True) == record


# ---- without note-seq -------------------------------------------------------------------------------------------------


def test_what_was_written_comes_back(ours: Path, tmp_path: Path) -> None:
    stream = mv.read_tfrecord(ours)
    assert iter(stream) is stream
    first = next(stream)
    assert without_track(first) == without_track(mv.read_midi(MIDI[0]))
    assert (stream.filename, stream.collection_name) == (MIDI[0].name, "golden")
    packed = tmp_path / "packed.tfrecord"
    assert mv.write_tfrecord(packed, mv.read_tfrecord(ours), gzip=True) == len(MIDI)
    assert gzip.decompress(packed.read_bytes())[:8] == struct.pack("<Q", len(next(frames(gzip.decompress(packed.read_bytes())))))
    for a, b in zip(mv.read_tfrecord(packed), mv.read_tfrecord(ours), strict=True):
        assert a == b
    empty = tmp_path / "empty.tfrecord"
    assert mv.write_tfrecord(empty, []) == 0
    assert list(mv.read_tfrecord(empty)) == []


def test_a_dataset_is_made_of_them(ours: Path) -> None:
    data = mv.GrooveDataset(ours)
    report = data.report()
    assert [item["path"] for item in report] == [file.name for file in MIDI]
    assert {item["split"] for item in report} == {"train"}
    assert len(data) > 0


def test_records_before_a_cut_are_kept(ours: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tfrecord"
    cut.write_bytes(ours.read_bytes()[:-10])
    read: list[mv.NoteSequence] = []
    with pytest.raises(mv.FormatError, match=r"cut\.tfrecord: byte \d+: record 23 is cut short.*get the file again") as caught:
        read.extend(mv.read_tfrecord(cut))
    assert len(read) == 23
    assert isinstance(caught.value, ValueError)


def test_records_after_a_changed_one_can_be_had(ours: Path, tmp_path: Path) -> None:
    changed = bytearray(ours.read_bytes())
    changed[40] ^= 1
    path = tmp_path / "changed.tfrecord"
    path.write_bytes(changed)
    stream = mv.read_tfrecord(path)
    with pytest.raises(mv.FormatError, match="byte 0: record 0 was changed"):
        next(stream)
    assert len(list(stream)) == len(MIDI) - 1


def test_wrong_arguments_leave_nothing(tmp_path: Path) -> None:
    notes = mv.read_midi(MIDI[0])
    path = tmp_path / "x.tfrecord"

    def failing() -> Iterator[mv.NoteSequence]:
        yield notes
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        mv.write_tfrecord(path, failing())
    with pytest.raises(mv.ArgumentError, match="sequence 1 is a str; give a NoteSequence"):
        mv.write_tfrecord(path, [notes, "notes"])  # type: ignore[list-item]
    with pytest.raises(mv.ArgumentError, match="only 1 filenames"):
        mv.write_tfrecord(path, [notes, notes], filenames=["a.mid"])
    with pytest.raises(mv.ArgumentError, match="more filenames than the 1 sequences"):
        mv.write_tfrecord(path, [notes], filenames=["a.mid", "b.mid"])
    with pytest.raises(mv.FileError, match="create the folder first"):
        mv.write_tfrecord(tmp_path / "none" / "x.tfrecord", [notes])
    with pytest.raises(mv.FileError, match="no such file"):
        mv.read_tfrecord(path)
    with pytest.raises(mv.FileError, match="is a folder"):
        mv.read_tfrecord(tmp_path)
    assert list(tmp_path.iterdir()) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5))
def test_any_bytes_are_notes_or_a_format_error(tmp_path: Path, records: list[bytes]) -> None:
    path = tmp_path / "any.tfrecord"
    path.write_bytes(b"".join(map(frame, records)))
    stream = mv.read_tfrecord(path)
    for number in range(len(records)):
        try:
            assert isinstance(next(stream), mv.NoteSequence)
        except mv.FormatError as error:
            assert f"record {number}: " in str(error)  # noqa: PT017
    assert list(stream) == []
