"""Makes cases.json: what Magenta's own converters make of self-made pieces, with many options.

Run it where magenta 2.1.4 and note_seq 0.0.5 are installed. Random choices follow numpy.random.seed(seed) of a case. Magenta's order of
examples is that of a set of Python, so compare them as sets.
"""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import note_seq
import numpy as np
from magenta.models.music_vae import data, data_hierarchical

Json = dict[str, Any]
CHORDS = {"major_minor": note_seq.MajorMinorChordOneHotEncoding, "triad": note_seq.TriadChordOneHotEncoding}
SMALL_SET = [[36, 35], [38, 40, 45, 48, 50], [42, 44, 51], [46, 49]]
OTHER_SET = [[35, 36], [38, 40, 45, 48], [50, 42, 44, 51], [49, 46]]


def drum_piece() -> Json:
    """Two stretches of playing, two bars of silence apart, with repeated bars, a silent velocity, other pitches and another instrument."""
    notes = [[36, 100, beat * 0.5, beat * 0.5 + 0.1, 9, 0, 1] for beat in range(0, 16, 2)]
    notes += [[38, 90, beat * 0.5, beat * 0.5, 9, 0, 1] for beat in range(1, 16, 2)]
    notes += [[pitch, 80, 1.3 + 0.37 * i, 1.5 + 0.37 * i, 3, 0, 1] for i, pitch in enumerate([42, 46, 49, 51, 45, 48, 50, 44, 22, 60])]
    notes += [[36, 0, 2.25, 2.3, 9, 0, 1], [101, 90, 3.0, 3.1, 9, 0, 1], [36, 90, 3.25, 3.3, 1, 0, 0]]
    notes += [[36, 70, 13.0, 13.1, 9, 0, 1], [42, 70, 13.4, 13.5, 9, 0, 1], [38, 70, 15.9, 16.4, 9, 0, 1]]
    return {"notes": notes, "tempos": [[0.0, 120.0]], "time_signatures": [[0.0, 4, 4]], "total_time": 17.2}


def changing_piece() -> Json:
    """4/4 at 90, then 3/4, then 4/4 at 150."""
    notes = [[[36, 38, 42, 46][i % 4], 100, 0.31 * i, 0.31 * i + 0.1, 9, 0, 1] for i in range(60)]
    meters = [[0.0, 4, 4], [6.0, 3, 4], [11.0, 4, 4]]
    return {"notes": notes, "tempos": [[0.0, 90.0], [11.0, 150.0]], "time_signatures": meters, "total_time": 19.0}


def groove_piece(seed: int, qpm: float, bars: int) -> Json:
    """Human timing, ties, and hits that fall into one cell."""
    rng = random.Random(seed)
    step = 15.0 / qpm
    notes = []
    for at, pitch in itertools.product(range(bars * 16), [36, 38, 40, 42, 46, 45, 48, 50, 49, 51]):
        if rng.random() < 0.13:
            start = max(0.0, (at + rng.uniform(-0.5, 0.5)) * step)
            notes.append([pitch, rng.choice([0, 1, 30, 64, 64, 90, 127]), start, start + 0.1, 9, 0, 1])
    notes += [[38, 64, 2 * step, 3 * step, 9, 0, 1], [38, 64, 2.2 * step, 3 * step, 9, 0, 1]]
    return {"notes": notes, "tempos": [[0.0, qpm]], "time_signatures": [[0.0, 4, 4]], "total_time": bars * 16 * step}


def melody_piece(chords: bool, keys: bool) -> Json:
    """Three instruments with chords of notes, overlaps, a gap, notes out of range, silent and drum notes."""
    rng = random.Random(3)
    notes = []
    for instrument, (program, low) in enumerate([(0, 60), (40, 40), (5, 72)]):
        at = 0.5 * instrument
        while at < 20.0:
            length = rng.choice([0.25, 0.5, 0.5, 1.0, 2.0])
            sounds = length * rng.choice([0.5, 1.0, 1.2]) * rng.uniform(0.9, 1.0)  # no two chords are equally likely
            notes.append([low + rng.randrange(12), rng.choice([80, 100]), at, at + sounds, instrument, program, 0])
            if rng.random() < 0.2:
                notes.append([low + 12 + rng.randrange(5), 90, at, at + length, instrument, program, 0])
            at += length + (5.0 if rng.random() < 0.08 else 0.0)
    notes += [[12, 90, 1.0, 2.0, 0, 0, 0], [115, 90, 3.0, 4.0, 0, 0, 0], [64, 0, 4.0, 5.0, 0, 0, 0], [36, 90, 0.0, 0.1, 4, 0, 1]]
    piece: Json = {"notes": notes, "tempos": [[0.0, 120.0]], "time_signatures": [[0.0, 4, 4]], "total_time": 24.0}
    if chords:
        piece["chords"] = [[0.5, "C"], [4.0, "Am7"], [8.0, "F/A"], [12.1, "G7"], [16.0, "N.C."], [18.0, "Bb"]]
    if keys:
        piece["key_signatures"] = [[0.0, 0], [9.0, 7]]
    return piece


def trio_piece() -> Json:
    """Two melodies, a bass and drums, which rest at times."""
    rng = random.Random(4)
    notes = []
    for instrument, program, low, first, last in [(0, 0, 60, 0.0, 12.0), (1, 10, 72, 6.0, 24.0), (2, 33, 36, 2.0, 20.0)]:
        at = first
        while at < last:
            notes.append([low + rng.randrange(12), 90, at, at + 0.5, instrument, program, 0])
            at += rng.choice([0.5, 1.0, 1.5])
    notes += [[rng.choice([36, 38, 42, 49]), 90, 0.25 * i, 0.25 * i + 0.1, 3, 0, 1] for i in range(64)]
    notes += [[60, 90, 1.0, 2.0, 5, 50, 0]]
    return {"notes": notes, "tempos": [[0.0, 120.0]], "time_signatures": [[0.0, 4, 4]], "total_time": 24.5}


def band_piece(chords: bool) -> Json:
    """Up to five instruments, with notes that cross bars, a pedal, and a bar with few notes."""
    rng = random.Random(5)
    notes = []
    for instrument, (program, drum) in enumerate([(40, 0), (0, 0), (0, 1), (33, 0), (0, 1)]):
        for _ in range([14, 30, 24, 10, 6][instrument]):
            start = rng.choice([rng.uniform(0.0, 11.0), 0.25 * rng.randrange(44)])
            pitch = rng.randrange(36, 50) if drum else rng.randrange(40, 84)
            notes.append([pitch, rng.choice([1, 40, 80, 127]), start, start + rng.choice([0.1, 0.5, 2.5]), instrument, program, drum])
    piece: Json = {"notes": notes, "tempos": [[0.0, 120.0]], "time_signatures": [[0.0, 4, 4]]}
    piece["total_time"] = max(note[3] for note in notes)
    if chords:
        piece["chords"] = [[0.0, "C"], [2.5, "Am7"], [6.0, "F/A"], [9.0, "G7"]]
    else:
        piece["pedals"] = [[1.0, True, 0], [3.2, False, 0], [5.0, True, 1], [6.5, False, 1]]
    return piece


PIECES: dict[str, Json] = {
    "drums": drum_piece(),
    "changing": changing_piece(),
    "groove_120": groove_piece(1, 120.0, 2),
    "groove_97": groove_piece(2, 97.3, 3),
    "melodies": melody_piece(chords=False, keys=False),
    "melodies_chords": melody_piece(chords=True, keys=False),
    "melodies_keys": melody_piece(chords=False, keys=True),
    "melodies_both": melody_piece(chords=True, keys=True),
    "trio": trio_piece(),
    "band": band_piece(chords=False),
    "band_chords": band_piece(chords=True),
}


def drum_cases() -> list[Json]:
    forms = [{}, {"roll_input": True}, {"roll_output": True}, {"roll_input": True, "roll_output": True}]
    shapes: list[Json] = [
        {"max_tensors_per_notesequence": None},
        {"slice_bars": 2, "max_tensors_per_notesequence": None},
        {"slice_bars": 1, "max_bars": 3, "gap_bars": None, "max_tensors_per_notesequence": None},
        {"slice_bars": 1, "gap_bars": 0.25, "steps_per_quarter": 2, "add_end_token": True, "max_tensors_per_notesequence": None},
        {"pad_to_total_time": True, "gap_bars": 2.0, "steps_per_quarter": 1, "max_tensors_per_notesequence": None},
        {"pitch_classes": SMALL_SET, "add_end_token": True, "slice_bars": 2, "max_tensors_per_notesequence": None},
    ]
    cases = [{"piece": "drums", "options": {**form, **shape}} for shape in shapes for form in forms]
    more: list[Json] = [{"slice_bars": 1}, {"slice_bars": 1, "quarters_per_bar": 3}]
    return cases + [{"piece": "changing", "options": {**options, "max_tensors_per_notesequence": None}} for options in more]


def groove_cases() -> list[Json]:
    shapes: list[Json] = [
        {},
        {"split_bars": 1},
        {"split_bars": 1, "hop_size": 4},
        {"humanize": True, "hits_as_controls": True},
        {"tapify": True, "fixed_velocities": True},
        {"tapify": True, "max_note_dropout_probability": 0.8},
        {"max_note_dropout_probability": 1.0, "split_instruments": True, "split_bars": 1, "hop_size": 3},
        {"add_instruments": [2, 0]},
        {"num_velocity_bins": 8, "num_offset_bins": 5, "add_instruments": [3]},
        {"num_velocity_bins": 32, "num_offset_bins": 32, "split_instruments": True, "hits_as_controls": True},
        {"split_instruments": True, "hits_as_controls": True, "humanize": True},
        {"steps_per_quarter": 2, "split_instruments": True, "hop_size": 2, "split_bars": 1},
        {"pitch_classes": SMALL_SET, "inference_pitch_classes": OTHER_SET, "tapify": True},
        {"pitch_classes": SMALL_SET, "inference_pitch_classes": OTHER_SET, "num_velocity_bins": 2, "num_offset_bins": 3},
    ]
    cases = [{"piece": piece, "options": options, "seed": 7} for piece in ("groove_120", "groove_97") for options in shapes]
    return cases + [{"piece": "groove_120", "options": options, "mode": "infer", "seed": 7} for options in shapes[-2:]]


def melody_cases() -> list[Json]:
    shapes: list[Json] = [
        {},
        {"slice_bars": 2},
        {"slice_bars": 2, "gap_bars": None, "dedupe_event_lists": False, "max_bars": 4},
        {"steps_per_quarter": 1, "add_end_token": True},
        {"steps_per_quarter": 2, "pad_to_total_time": True, "min_pitch": 48, "max_pitch": 84},
        {"slice_bars": 1, "gap_bars": 0.25, "steps_per_quarter": 1, "valid_programs": [0, 40], "skip_polyphony": True},
    ]
    conditions: list[tuple[str, Json]] = [
        ("melodies", {}),
        ("melodies_chords", {"chord_encoding": "major_minor"}),
        ("melodies_keys", {"condition_on_key": True}),
        ("melodies_both", {"chord_encoding": "triad", "condition_on_key": True}),
        ("melodies", {"chord_encoding": "triad", "steps_per_quarter": 2}),
        ("melodies", {"chord_encoding": "triad", "condition_on_key": True, "steps_per_quarter": 1}),
        ("melodies_chords", {"condition_on_key": True}),
        ("melodies_keys", {"chord_encoding": "triad", "condition_on_key": True, "steps_per_quarter": 1}),
    ]
    cases = []
    for (piece, condition), shape in itertools.product(conditions, shapes):
        options = {"max_tensors_per_notesequence": None, **shape, **condition}
        if "add_end_token" in options and "condition_on_key" in options:
            continue  # Magenta stops with an error
        cases.append({"piece": piece, "options": options})
    return cases


def trio_cases() -> list[Json]:
    shapes: list[Json] = [
        {"slice_bars": 2},
        {"slice_bars": 1, "gap_bars": 0},
        {"slice_bars": 4, "gap_bars": 1, "steps_per_quarter": 2},
        {"slice_bars": 2, "max_bars": 5, "steps_per_quarter": 1},
        {"slice_bars": 3, "chord_encoding": "triad", "steps_per_quarter": 1},
        {"slice_bars": 3, "condition_on_key": True, "steps_per_quarter": 1, "gap_bars": 1},
    ]
    return [{"piece": "trio", "options": {"max_tensors_per_notesequence": None, **shape}} for shape in shapes]


def performance_cases() -> list[Json]:
    shapes: list[Json] = [
        {"num_velocity_bins": 8},
        {"hop_size_bars": 2, "chunk_size_bars": 1, "steps_per_quarter": 8},
        {"hop_size_bars": 4, "chunk_size_bars": 2, "num_velocity_bins": 4, "max_events_per_instrument": 100},
        {"hop_size_bars": 2, "chunk_size_bars": 2, "min_pitch": 36, "max_pitch": 90, "max_num_instruments": 5},
        {"max_num_instruments": 5, "max_events_per_instrument": 24, "drop_tracks_and_truncate": True, "steps_per_quarter": 4},
        {"first_subsequence_only": True, "hop_size_bars": 8, "chunk_size_bars": 4, "max_events_per_instrument": 200},
        {"min_num_instruments": 5, "min_total_events": 40},
    ]
    cases = [{"piece": "band", "options": shape} for shape in shapes]
    cases += [{"piece": "band_chords", "options": {**shape, "chord_encoding": "triad"}} for shape in shapes]
    return [*cases, {"piece": "band", "options": {**shapes[1], "chord_encoding": "major_minor"}}]


def sequence_of(piece: Json) -> note_seq.NoteSequence:
    sequence = note_seq.NoteSequence(total_time=piece["total_time"])
    for pitch, velocity, start, end, instrument, program, drum in piece["notes"]:
        sequence.notes.add(
            pitch=pitch, velocity=velocity, start_time=start, end_time=end, instrument=instrument, program=program, is_drum=bool(drum)
        )
    for time, qpm in piece["tempos"]:
        sequence.tempos.add(time=time, qpm=qpm)
    for time, numerator, denominator in piece["time_signatures"]:
        sequence.time_signatures.add(time=time, numerator=numerator, denominator=denominator)
    for time, text in piece.get("chords", []):
        sequence.text_annotations.add(time=time, text=text, annotation_type=1)
    for time, key in piece.get("key_signatures", []):
        sequence.key_signatures.add(time=time, key=key)
    for time, down, instrument in piece.get("pedals", []):
        sequence.control_changes.add(time=time, control_number=64, control_value=127 if down else 0, instrument=instrument)
    return sequence


def tensor_of(array: Any) -> Json:
    """The numbers that are not 0, by their index in row order; `values` only if one of them is not 1."""
    flat = np.asarray(array, np.float64).ravel()
    at = np.flatnonzero(flat)
    tensor: Json = {"rows": array.shape[0], "depth": array.shape[1], "at": at.tolist()}
    if np.any(flat[at] != 1.0):
        tensor["values"] = flat[at].tolist()
    return tensor


def notes_of(sequence: note_seq.NoteSequence) -> Json:
    notes = [[n.pitch, n.velocity, n.start_time, n.end_time, n.instrument, n.program, int(n.is_drum)] for n in sequence.notes]
    made: Json = {"notes": sorted(notes, key=lambda n: (n[4], n[2], n[0]))}
    if sequence.text_annotations:
        made["chords"] = [[a.time, a.text] for a in sequence.text_annotations]
    if sequence.key_signatures:
        made["key_signatures"] = [[k.time, k.key] for k in sequence.key_signatures]
    return made


def run(case: Json) -> Json:
    options = dict(case["options"])
    if "chord_encoding" in options:
        options["chord_encoding"] = CHORDS[options["chord_encoding"]]()
    module = data_hierarchical if case["converter"].startswith("Multi") else data
    converter = getattr(module, case["converter"])(**options)
    converter.set_mode(case.setdefault("mode", "eval"))
    np.random.seed(case.setdefault("seed", 0))
    tensors = converter.to_tensors(sequence_of(PIECES[case["piece"]]))
    case["depths"] = [converter.input_depth, converter.output_depth, converter.control_depth]
    case["examples"] = []
    for *example, length in zip(tensors.inputs, tensors.outputs, tensors.controls, tensors.lengths):
        arrays = [np.asarray(array) for array in example]
        made = {"input": tensor_of(arrays[0]), "output": tensor_of(arrays[1]), "control": tensor_of(arrays[2])}
        if made["input"] == made["output"]:
            del made["input"]
        if np.ndim(length) > 0:
            made["lengths"] = length.tolist()
        try:
            controls = [arrays[2]] if "chord_encoding" in options or "condition_on_key" in options else None
            made["notes"] = notes_of(converter.from_tensors([arrays[1]], controls)[0])
        except TypeError:
            pass  # Magenta cannot read the mark of the end in a roll
        case["examples"].append(made)
    case["examples"].sort(key=json.dumps)  # Magenta's order changes from run to run
    return case


def main() -> None:
    cases = []
    for converter, make in [
        ("DrumsConverter", drum_cases),
        ("GrooveConverter", groove_cases),
        ("OneHotMelodyConverter", melody_cases),
        ("TrioConverter", trio_cases),
        ("MultiInstrumentPerformanceConverter", performance_cases),
    ]:
        cases += [run({"converter": converter, **case}) for case in make()]
    text = json.dumps({"pieces": PIECES, "cases": cases}, separators=(",", ":"))
    Path(__file__).with_name("cases.json").write_text(text.replace(',{"converter"', ',\n{"converter"') + "\n")


if __name__ == "__main__":
    main()
