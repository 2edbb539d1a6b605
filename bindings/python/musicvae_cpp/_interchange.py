"""Conversion of notes from and to pretty_midi, symusic and mido. Each package is imported when it is first needed."""

from __future__ import annotations

import copy
import importlib
import io
from typing import TYPE_CHECKING, Any

from ._core import NoteSequence, parse_midi
from ._errors import ArgumentError, DeviceError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def from_notes(notes: Any) -> NoteSequence:
    """NoteSequence.from_notes() for objects of other Python packages, which are recognised by their attributes."""
    if all(hasattr(notes, name) for name in ("instruments", "resolution", "get_tempo_changes")):
        return _from_pretty_midi(notes)
    if all(hasattr(notes, name) for name in ("tracks", "ticks_per_quarter", "to")):
        return _from_symusic(notes)
    if all(hasattr(notes, name) for name in ("tracks", "ticks_per_beat", "save")):
        return _from_mido(notes)
    raise ArgumentError(
        f"from_notes: a {type(notes).__name__} cannot be converted; give a NoteSequence or notes of pretty_midi, symusic, mido or note_seq"
    )


def _from_pretty_midi(midi: Any) -> NoteSequence:
    """Converts its seconds with its own resolution and tempos, which recovers the ticks of the file."""
    import numpy as np

    rows = [
        (note.start, max(note.start, note.end), note.pitch, note.velocity, instrument.is_drum, instrument.program, track)
        for track, instrument in enumerate(midi.instruments)
        for note in instrument.notes
    ]
    start, end, pitch, velocity, is_drum, program, track = np.array(rows, dtype=float).reshape(-1, 7).T
    return NoteSequence.from_arrays(
        start,
        end,
        pitch,
        velocity,
        is_drum,
        program=program,
        track=track,
        tempos=np.array(midi.get_tempo_changes()).T,
        time_signatures=[(meter.time, meter.numerator, meter.denominator) for meter in midi.time_signature_changes],
        ticks_per_quarter=midi.resolution,
        length=midi.get_end_time(),
    )


def _from_symusic(score: Any) -> NoteSequence:
    """Converts its ticks. symusic itself converts a score in seconds or quarters to ticks."""
    import numpy as np

    score = score.to("tick")
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in ("time", "duration", "pitch", "velocity", "is_drum", "program", "track")}
    for number, track in enumerate(score.tracks):
        values = track.notes.numpy()
        count = len(values["time"])
        values.update(is_drum=np.full(count, track.is_drum), program=np.full(count, track.program), track=np.full(count, number))
        for name, column in columns.items():
            column.append(values[name])
    joined = {name: np.concatenate([np.zeros(0), *column]) for name, column in columns.items()}
    return NoteSequence.from_arrays(
        joined["time"],
        joined["time"] + np.maximum(joined["duration"], 0),
        joined["pitch"],
        joined["velocity"],
        joined["is_drum"],
        program=joined["program"],
        track=joined["track"],
        tempos=[(tempo.time, 6e7 / tempo.mspq) for tempo in score.tempos],
        time_signatures=[(meter.time, meter.numerator, meter.denominator) for meter in score.time_signatures],
        ticks_per_quarter=score.ticks_per_quarter,
        unit="ticks",
    )


def _from_mido(midi: Any) -> NoteSequence:
    """Writes it to bytes, and reads these as a MIDI file."""
    file = io.BytesIO()
    written = copy.copy(midi)
    if midi.type == 0 and len(midi.tracks) != 1:
        written.type = 1  # mido reads such files but does not write them
    try:
        written.save(file=file)
    except (AttributeError, TypeError, ValueError) as error:  # a time that is negative or not an integer
        raise ArgumentError(f"from_notes: mido cannot write its {type(midi).__name__}: {error}; correct it first") from error
    return parse_midi(file.getvalue(), source="mido.MidiFile")


def _import(package: str, method: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise DeviceError(f"{method} needs {package}, which is not installed; pip install {package} ({error})") from error


def to_pretty_midi(notes: NoteSequence) -> Any:
    """NoteSequence.to_pretty_midi()."""
    pretty_midi = _import("pretty_midi", "to_pretty_midi")
    arrays = notes.to_arrays()
    # pretty_midi takes several tempos only from a file. The notes are added afterwards, because a file would change those that overlap.
    events = {name: arrays[name] for name in ("tempos", "time_signatures", "ticks_per_quarter")}
    midi = pretty_midi.PrettyMIDI(io.BytesIO(NoteSequence.from_arrays([], [], [], **events).to_midi()))
    instruments: dict[tuple[int, int, int], Any] = {}
    for record in notes.records():
        key = (record["track"], record["channel"], record["program"])
        if key not in instruments:
            instruments[key] = pretty_midi.Instrument(record["program"], record["is_drum"])
        instruments[key].notes.append(pretty_midi.Note(record["velocity"], record["pitch"], record["start"], record["end"]))
    midi.instruments = list(instruments.values())
    return midi


def to_symusic(notes: NoteSequence) -> Any:
    """NoteSequence.to_symusic()."""
    symusic = _import("symusic", "to_symusic")
    import numpy as np

    arrays = notes.to_arrays("ticks")
    score = symusic.Score(notes.ticks_per_quarter)
    for at, qpm in arrays["tempos"]:
        score.tempos.append(symusic.Tempo(int(at), mspq=round(6e7 / qpm)))
    for at, numerator, denominator in arrays["time_signatures"]:
        score.time_signatures.append(symusic.TimeSignature(int(at), int(numerator), int(denominator)))
    places = np.stack([arrays["track"], arrays["channel"], arrays["program"]], axis=1)
    for place in dict.fromkeys(map(tuple, places.tolist())):  # in the order of their first notes
        mine = (places == place).all(axis=1)
        track = symusic.Track("", place[2], bool(place[1] == 9))
        track.notes = symusic.Note.from_numpy(
            arrays["start"][mine].astype(np.int32),
            (arrays["end"] - arrays["start"])[mine].astype(np.int32),
            arrays["pitch"][mine].astype(np.int8),
            arrays["velocity"][mine].astype(np.int8),
        )
        score.tracks.append(track)
    return score
