"""The cut reference-drums compared with Magenta's note-seq, on synthetic files with tempo and meter changes, silences, long stretches."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest

# Magenta's 61 classes, one pitch each.
# fmt: off
FULL = [
    36, 35, 38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85, 42, 44, 54, 68,
    69, 70, 71, 73, 78, 80, 46, 67, 72, 74, 79, 81, 45, 29, 41, 61, 64, 84, 48, 47, 60,
    63, 77, 86, 87, 50, 30, 43, 62, 76, 83, 49, 55, 57, 58, 51, 52, 53, 59, 82,
]
# fmt: on


def made_up(seed: int) -> bytes:
    """A MIDI file: some bars of drums and other notes, off the grid, over tempos and meters of any kind."""
    rng = random.Random(seed)
    ppq = rng.choice([96, 220, 480])
    bars = rng.choice([3, 12, 40, 130])
    end = bars * 4 * ppq
    changes = rng.choice([0, 0, 1, 3])
    tempos = [(0, rng.uniform(50, 220))] + [(rng.randrange(end), rng.choice([120.0, rng.uniform(50, 220)])) for _ in range(changes)]
    meters = [(rng.randrange(0, end), *rng.choice([(4, 4), (4, 4), (2, 2), (3, 4), (8, 8)])) for _ in range(rng.choice([0, 0, 1, 3]))]
    notes = []
    at = 0
    while at < end:
        drum = rng.random() < 0.9
        pitch = rng.choice([36, 36, 38, 42, 46, 43, 52, 22, 26, 20, 88, 35, 60]) if drum else 60
        notes.append((pitch, rng.randrange(1, 128), at, at + rng.randrange(1, ppq), 9 if drum else 0))
        at += rng.choice([0, ppq // 4, ppq // 4, ppq // 3, ppq // 2, ppq, rng.randrange(1, 9 * ppq)])
    return midi(ppq, sorted(tempos), sorted(meters), notes)


def midi(
    ppq: int, tempos: list[tuple[int, float]], meters: list[tuple[int, int, int]], notes: list[tuple[int, int, int, int, int]]
) -> bytes:
    """Of one track: (tick, qpm), (tick, numerator, denominator), (pitch, velocity, start, end, channel)."""

    def number(value: int) -> bytes:
        digits = [value & 0x7F]
        while value := value >> 7:
            digits.append(0x80 | value & 0x7F)
        return bytes(reversed(digits))

    events: list[tuple[int, int, bytes]] = []
    for tick, qpm in tempos:
        events.append((tick, 0, b"\xff\x51\x03" + round(6e7 / qpm).to_bytes(3, "big")))
    for tick, numerator, denominator in meters:
        events.append((tick, 1, b"\xff\x58\x04" + bytes([numerator, denominator.bit_length() - 1, 24, 8])))
    for pitch, velocity, start, end, channel in notes:
        events.append((start, 3, bytes([0x90 | channel, pitch, velocity])))
        events.append((end, 2, bytes([0x80 | channel, pitch, 0])))
    track = b""
    last = 0
    for tick, _, message in sorted(events):
        track += number(tick - last) + message
        last = tick
    track += b"\x00\xff\x2f\x00"
    header = b"MThd" + (6).to_bytes(4, "big") + (0).to_bytes(2, "big") + (1).to_bytes(2, "big") + ppq.to_bytes(2, "big")
    return header + b"MTrk" + len(track).to_bytes(4, "big") + track


def magentas(path: Path, bars: int, class_of: dict[int, int], classes: int) -> list[bytes]:
    """The windows by note-seq's own functions, as Magenta's DrumsConverter puts them together."""
    midi_io: Any = importlib.import_module("note_seq.midi_io")
    lib: Any = importlib.import_module("note_seq.sequences_lib")
    drums_lib: Any = importlib.import_module("note_seq.drums_lib")
    rolls = []
    for part in lib.split_note_sequence_on_time_changes(midi_io.midi_file_to_note_sequence(str(path))):
        quantized = lib.quantize_note_sequence(part, 4)
        if lib.steps_per_bar_in_quantized_sequence(quantized) != 16:
            continue
        known = [note for note in quantized.notes if note.is_drum and note.pitch in class_of]
        for note in known:
            note.pitch = class_of[note.pitch]
        del quantized.notes[:]
        quantized.notes.extend(known)
        windows = set()
        search = 0
        while True:
            track = drums_lib.DrumTrack()
            track.from_quantized_sequence(quantized, search_start_step=search, gap_bars=1, pad_end=True)
            if not len(track):
                break
            search = track.end_step + (search - track.end_step) % 16
            if len(track) > 1600:
                track.set_length(1600)
            events = list(track)
            windows |= {tuple(events[i - 16 * bars : i]) for i in range(16 * bars, len(events) + 1, 16)}
        for window in windows:
            roll = np.zeros((16 * bars, classes), np.float32)
            for step, hits in enumerate(window):
                roll[step, list(hits)] = 1.0
            rolls.append(roll.tobytes())
    return sorted(rolls)


@pytest.mark.parametrize("classes", ["nine", "full"])
def test_windows_are_those_of_note_seq(note_seq: Any, tmp_path: Path, classes: str) -> None:
    reduced = mv.DrumMap.reduced()
    if classes == "nine":
        class_of = {pitch: mv.DRUM_NAMES.index(drum) for drum in mv.DRUM_NAMES for pitch in reduced.pitches(drum)}
    else:
        class_of = {pitch: i for i, pitch in enumerate(FULL)}
    compared = 0
    for seed in range(60):
        path = tmp_path / f"{seed:02d}" / "a.mid"
        path.parent.mkdir()
        path.write_bytes(made_up(seed))
        for bars in (1, 2, 4):
            expected = magentas(path, bars, class_of, len(mv.DRUM_NAMES) if classes == "nine" else 61)
            data = mv.GrooveDataset(path.parent, cut="reference-drums", bars=bars, drum_map=reduced, classes=classes)
            assert sorted(window.tobytes() for window in data.arrays()) == expected, (seed, bars)
            compared += len(expected)
    assert compared > 1000
