#!/usr/bin/env python3
"""Makes the data of the trio model: pieces with a melody, a bass and drums as MIDI files, in a training, a validation and a test split.

    PYTHONPATH=build/release/python python3 scripts/trio_corpus.py --corpora CORPORA --groove GROOVE.zip -o OUT

CORPORA holds freedoom-midi.zip, music of a game in many tracks, and openscore-lieder-mxl.zip, the OpenScore Lieder Corpus. GROOVE.zip is
the Groove MIDI Dataset. OUT/train, OUT/validation and OUT/test get one file per piece. `musicvae preprocess OUT --config trio_4bar` then
cuts it into windows. OUT/info.json has the counts, what was left out and why, and the licence and credit of each source. The same input
gives the same files.

A piece of Freedoom is used as it is. A song of the Lieder becomes a trio, bar by bar where a bar is of 4/4 or 2/2: the voice is the melody,
drums come from one performance of the same split in the Groove MIDI Dataset, which begins anew when it ends, and the bass is made by a
rule. In each half bar the bass plays the lowest note of the piano's left hand, moved by octaves to E1 to D#2. It begins with the half bar
and again with each bass drum on an eighth note.

A hash of a piece's identity selects its split: 80 % of the identities are for training, 10 % for validation and 10 % for test. The identity
of a song is its composer's last name and the title of its cycle, and that of a piece of Freedoom is its name. Then near-duplicates are left
out, as scripts/melody_corpus.py finds them: a piece of validation that is similar to one of training, and one of test that is similar to
one of the others. The phrases of a piece of Freedoom are those of the upper notes of each of its instruments.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
from melody_bars import TICKS_PER_QUARTER, Melody, to_melody
from melody_corpus import LIEDER, PHRASE, VELOCITY, phrases_of, progress, similar_tunes
from melody_corpus import SOURCES as MELODY_SOURCES
from musicxml_songs import low_line, read_root, read_song
from numpy.typing import NDArray

SPLITS = {"train": 0.8, "validation": 0.9, "test": 1.0}  # where each ends
BAR, STEP = 4 * TICKS_PER_QUARTER, TICKS_PER_QUARTER // 4  # ticks
LEAST_BARS = 4
LOWEST_BASS = 28  # E1
BASS_PROGRAM = 33
BASS_CHANNEL, DRUM_CHANNEL = 1, 9

FREEDOOM = "freedoom"
SOURCES = {
    FREEDOOM: {
        "title": "Freedoom's music",
        "licence": "BSD-3-Clause",
        "credit": "Contributors to the Freedoom project, https://freedoom.github.io; CREDITS-MUSIC names the composer of each piece",
    },
    LIEDER: MELODY_SOURCES[LIEDER],
    "groove": {
        "title": "Groove MIDI Dataset v1.0.0: the drums of the Lieder",
        "licence": "CC BY 4.0",
        "credit": "J. Gillick, A. Roberts, J. Engel, D. Eck and D. Bamman (Google LLC), https://magenta.tensorflow.org/datasets/groove",
    },
}


@dataclass
class Trio:
    """A piece on its way into a split."""

    source: str
    name: str
    split: str
    notes: mv.NoteSequence
    phrases: frozenset[int]


LeftOut = dict[str, dict[str, list[str]]]  # by source and reason


def number_of(text: str) -> float:
    """A number from 0 to 1 that looks random."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def split_of(identity: str) -> str:
    return next(split for split, end in SPLITS.items() if number_of(identity) < end)


def freedoom_pieces(path: Path, left_out: dict[str, list[str]]) -> Iterator[Trio]:
    with zipfile.ZipFile(path) as pieces:
        for member in sorted(pieces.namelist()):
            if not member.endswith(".mid"):
                continue
            name = f"{FREEDOOM}_{Path(member).stem}"
            try:
                notes = mv.parse_midi(pieces.read(member), member)
            except mv.Error as error:
                left_out.setdefault(f"unreadable: {error}", []).append(name)
                continue
            yield Trio(FREEDOOM, name, split_of(name), notes, phrases_of_instruments(notes))


def phrases_of_instruments(notes: mv.NoteSequence) -> frozenset[int]:
    arrays = notes.to_arrays(unit="ticks")
    lines: dict[tuple[int, int, int], dict[int, tuple[int, int, int]]] = {}
    for start, end, *instrument, pitch in zip(
        *(arrays[name].tolist() for name in ("start", "end", "track", "program", "channel", "pitch"))
    ):
        if instrument[2] == DRUM_CHANNEL:
            continue
        line = lines.setdefault(tuple(instrument), {})
        if start not in line or pitch > line[start][2]:
            line[start] = start, end, pitch
    return frozenset().union(*(phrases_of(Melody([line[at] for at in sorted(line)], [], 0, 0)) for line in lines.values()))


class Drummer:
    """The bars of 4/4 of the Groove MIDI Dataset, one performance after another, by split."""

    def __init__(self, path: Path) -> None:
        self._pitches = [mv.DrumMap.standard().pitches(drum)[0] for drum in mv.DRUM_NAMES]
        self._kick = mv.DRUM_NAMES.index("kick")
        self._performances: dict[str, list[NDArray[np.bool_]]] = {split: [] for split in SPLITS}
        with zipfile.ZipFile(path) as archive:
            rows = csv.DictReader(io.StringIO(archive.read("groove/info.csv").decode()))
            for row in rows:
                if row["beat_type"] == "beat" and row["time_signature"] == "4-4":
                    drums = mv.parse_midi(archive.read(f"groove/{row['midi_filename']}"), row["midi_filename"]).to_drums()
                    bars = drums.to_array()[:, : len(mv.DRUM_NAMES)].reshape(-1, 16, len(mv.DRUM_NAMES)) > 0
                    if len(bars) >= LEAST_BARS:
                        self._performances[row["split"]].append(bars)

    def choose(self, name: str, split: str) -> NDArray[np.bool_]:
        """Hits of a performance, [bars, 16, drums]."""
        return self._performances[split][int(number_of(f"drums of {name}") * len(self._performances[split]))]

    def hits(self, bar: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """Step and pitch of each hit."""
        return [(int(step), self._pitches[drum]) for step, drum in zip(*np.nonzero(bar))]

    def eighths(self, bar: NDArray[np.bool_]) -> set[int]:
        """The steps of the bass drum that are on an eighth note."""
        return {int(step) for step in np.flatnonzero(bar[:, self._kick]) if step % 2 == 0}


def full_bars(melody: Melody) -> list[int]:
    """The ticks at which bars of 4/4 and 2/2 begin."""
    starts: list[int] = []
    for (start, *meter), after in zip(melody.meters, [*(tick for tick, *_ in melody.meters[1:]), melody.length]):
        if tuple(meter) in ((4, 4), (2, 2)):
            starts.extend(range(start, after - BAR + 1, BAR))
    return starts


def bass_of(left: Melody, bar: int, kicks: set[int]) -> list[tuple[int, int, int]]:
    """The bass of one bar: start, end and pitch."""
    result = []
    for half in (0, 8):
        begin, end = bar + half * STEP, bar + (half + 8) * STEP
        pitches = [pitch for start, stop, pitch in left.notes if start < end and stop > begin]
        if not pitches:
            continue
        pitch = LOWEST_BASS + (min(pitches) - LOWEST_BASS) % 12
        steps = sorted({half} | {step for step in kicks if half <= step < half + 8})
        result += [(bar + step * STEP, bar + after * STEP, pitch) for step, after in zip(steps, [*steps[1:], half + 8])]
    return result


def accompanied(name: str, voice: Melody, left: Melody, qpm: float | None, bars: NDArray[np.bool_], drummer: Drummer) -> mv.NoteSequence:
    """A trio of a song."""
    notes = [(start, end, pitch, 0, 0) for start, end, pitch in voice.notes]
    first = int(number_of(f"first bar of {name}") * len(bars))
    for i, start in enumerate(full_bars(voice)):
        bar = bars[(first + i) % len(bars)]
        notes += [(*note, BASS_PROGRAM, BASS_CHANNEL) for note in bass_of(left, start, drummer.eighths(bar))]
        notes += [(start + step * STEP, start + (step + 1) * STEP, pitch, 0, DRUM_CHANNEL) for step, pitch in drummer.hits(bar)]
    start, end, pitch, program, channel = np.array(sorted(notes)).T
    return mv.NoteSequence.from_arrays(
        start,
        end,
        pitch,
        VELOCITY,
        program=program,
        track=channel,
        channel=channel,
        tempos=qpm or 120.0,
        time_signatures=voice.meters,
        ticks_per_quarter=TICKS_PER_QUARTER,
        length=voice.length,
        unit="ticks",
    )


def lieder_pieces(path: Path, drummer: Drummer, left_out: dict[str, list[str]]) -> Iterator[Trio]:
    with zipfile.ZipFile(path) as songs:
        for member in sorted(songs.namelist()):
            if not member.endswith(".mxl"):
                continue
            name = f"{LIEDER}_{Path(member).stem}"
            try:
                data = songs.read(member)
                piece = read_song(name, data)
                low = low_line(read_root(data), name)
                left = to_melody(low.bars) if low else None
                voice = to_melody(piece.lines[0].bars) if piece.lines else None
            except Exception as error:  # whatever is wrong with a file, the others are read
                left_out.setdefault("unreadable", []).append(f"{name}: {type(error).__name__}: {error}")
                continue
            why = None
            if voice is None:
                why = "no vocal line"
            elif left is None:
                why = "no left hand"
            elif (voice.meters, voice.length) != (left.meters, left.length):
                why = "voice and left hand have different bars"
            elif len(full_bars(voice)) < LEAST_BARS:
                why = f"fewer than {LEAST_BARS} bars of 4/4 or 2/2"
            elif len(voice.notes) < PHRASE:
                why = f"fewer than {PHRASE} notes"
            if why or not voice or not left:
                left_out.setdefault(why or "", []).append(name)
                continue
            split = split_of(piece.identity)
            notes = accompanied(name, voice, left, piece.lines[0].qpm, drummer.choose(name, split), drummer)
            yield Trio(LIEDER, name, split, notes, phrases_of(voice))


def without_near_duplicates(trios: list[Trio], left_out: LeftOut) -> list[Trio]:
    kept = [trio for trio in trios if trio.split == "train"]
    for split in ("validation", "test"):
        others = [trio for trio in trios if trio.split == split]
        similar = similar_tunes(kept, others)
        for trio in others:
            if trio.name in similar:
                left_out[trio.source].setdefault("near-duplicate", []).append(f"{trio.name} of {similar[trio.name]}")
            else:
                kept.append(trio)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--groove", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.out.exists() and any(arguments.out.iterdir()):
        parser.error(f"{arguments.out} is not empty; give a new folder")
    paths = [arguments.corpora / "freedoom-midi.zip", arguments.corpora / "openscore-lieder-mxl.zip", arguments.groove]
    for path in paths:
        if not path.is_file():
            parser.error(f"{path} does not exist; name the right --corpora and --groove")

    left_out: LeftOut = {FREEDOOM: {}, LIEDER: {}}
    trios = list(freedoom_pieces(paths[0], left_out[FREEDOOM]))
    for trio in lieder_pieces(paths[1], Drummer(paths[2]), left_out[LIEDER]):
        trios.append(trio)
        progress(f"{LIEDER}: {len(trios)}")
    progress("near-duplicates")
    kept = without_near_duplicates(trios, left_out)

    for split in SPLITS:
        (arguments.out / split).mkdir(parents=True, exist_ok=True)
    for i, trio in enumerate(kept):
        progress(f"writing {i + 1} of {len(kept)}")
        trio.notes.save(arguments.out / trio.split / f"{trio.name}.mid")
    counts = Counter((trio.source, trio.split) for trio in kept)
    info: dict[str, Any] = {
        source: {
            **about,
            "written": {split: counts[source, split] for split in SPLITS},
            "left_out": {why: {"count": len(which), "which": which} for why, which in left_out.get(source, {}).items()},
        }
        for source, about in SOURCES.items()
    }
    (arguments.out / "info.json").write_text(json.dumps(info, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    progress("")
    print(f"{arguments.out}: " + ", ".join(f"{sum(trio.split == split for trio in kept)} trios of {split}" for split in SPLITS))


if __name__ == "__main__":
    main()
