#!/usr/bin/env python3
"""Makes the data of the melody model: melodies of songs and traditional tunes as MIDI files, in a training, a validation and a test split.

    pip install --no-deps music21==10.5.1        (for its tunes; nothing of it is imported)
    PYTHONPATH=build/release/python python3 scripts/melody_corpus.py --corpora CORPORA -o OUT

CORPORA holds openscore-lieder-mxl.zip, the OpenScore Lieder Corpus. --music21 names music21's folder "corpus", if another Python has it,
and --without leaves out a source. OUT/train, OUT/validation and OUT/test get one file per tune or per voice of a song: one line on channel
0, with its meters and its first tempo (120 if none is given), in the key of the piece. Repeats are not expanded. OUT/info.json has the
counts, what was left out and why, and the licence and credit of each source. The same input gives the same files.

A hash of a piece's identity selects its split: 90 % of the identities are for training, 5 % for validation and 5 % for test. The identity
of a song is its composer's last name and the title of its cycle, and that of a tune is its title. Then near-duplicates are left out: a
melody of validation that is similar to one of training, and one of test that is similar to one of the others. Two melodies are similar if
their sets of 16-note phrases have a Jaccard similarity above 0.5. Phrases are equal if one is the other transposed, in the same note values
or all of them longer by the same factor; where a note ends does not matter.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import gcd
from pathlib import Path
from typing import Any, Protocol

import musicvae_cpp as mv
import numpy as np
from abc_tunes import read_tune, split_tunes
from melody_bars import TICKS_PER_QUARTER, Melody, Piece, to_melody
from musicxml_songs import read_song

SPLITS = {"train": 0.9, "validation": 0.95, "test": 1.0}  # where each ends
PHRASE = 16  # notes
MOST_SIMILAR = 0.5
VELOCITY = 80

LIEDER = "openscore-lieder"
TERMS = "; music21 distributes the transcription with the permission of its encoders, and no file states terms of its own"
SOURCES = {
    "ryansMammoth": {
        "title": "Ryan's Mammoth Collection (Boston, 1883)",
        "licence": "Tunes in the public domain" + TERMS,
        "credit": "ABC by Ray Davies, John Chambers, Bob Puckette, John B. Walsh and others; from the corpus of music21 10.5.1",
    },
    "oneills1850": {
        "title": "O'Neill's Music of Ireland (Chicago, 1903)",
        "licence": "Tunes in the public domain" + TERMS,
        "credit": "ABC by Henrik Norbeck, Bob Safranek, John Chambers, Trish O'Neil, Dan G. Petersen, Michael Hogan and others; from the "
        "corpus of music21 10.5.1",
    },
    "airdsAirs": {
        "title": "Aird's Selection of Scotch, English, Irish and Foreign Airs (Glasgow, 1778 to 1801)",
        "licence": "Tunes in the public domain" + TERMS + " (the transcriber has also sold his edition)",
        "credit": "ABC by Jack Campin, www.campin.me.uk, 2009; from the corpus of music21 10.5.1",
    },
    LIEDER: {
        "title": "OpenScore Lieder Corpus",
        "licence": "CC0 1.0",
        "credit": "OpenScore and its transcribers, https://musescore.com/openscore-lieder-corpus",
    },
}
NOT_USED = {
    "music21: essenFolksong": "its licence allows non-commercial use only, and calls its legal status unclear",
    "music21: miscFolk": "the American fife tunes are from a site that has disappeared, and no file states terms",
    "music21: nottingham-dataset": "one file, with tunes by living composers among others",
    "music21: leadSheet and the works of composers": "few melodies, or none that are marked as such",
    "freedoom-midi.zip": "music of games in many tracks, none of which is marked as the melody",
}


@dataclass
class Tune:
    """A melody on its way into a split."""

    source: str
    name: str
    split: str
    melody: Melody
    qpm: float | None
    phrases: frozenset[int]


@dataclass
class Report:
    """What is counted of a source."""

    read: int = 0  # pieces
    lines: int = 0
    odd_bars: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    no_line: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    near_duplicates: dict[str, str] = field(default_factory=dict)


def split_of(identity: str) -> str:
    place = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big") / 2**64
    return next(split for split, end in SPLITS.items() if place < end)


def phrases_of(melody: Melody) -> frozenset[int]:
    """A number for each phrase: a hash of the intervals and of the times between the notes. The hash of integers is always the same."""
    starts, pitches = [note[0] for note in melody.notes], [note[2] for note in melody.notes]
    times = [after - before for before, after in zip(starts, starts[1:])]
    intervals = [after - before for before, after in zip(pitches, pitches[1:])]
    result = set()
    for i in range(len(pitches) - PHRASE + 1):
        part = slice(i, i + PHRASE - 1)
        unit = gcd(*times[part])
        result.add(hash((*intervals[part], *(time // unit for time in times[part]))))
    return frozenset(result)


class Phrased(Protocol):
    """What similar_tunes() compares."""

    @property
    def name(self) -> str: ...
    @property
    def phrases(self) -> frozenset[int]: ...


def similar_tunes(known: Iterable[Phrased], others: Sequence[Phrased]) -> dict[str, str]:
    """The others that are similar to a known tune, each with the name of the first such tune."""
    owners: dict[int, list[int]] = {}
    for i, tune in enumerate(others):
        for phrase in tune.phrases:
            owners.setdefault(phrase, []).append(i)
    result: dict[str, str] = {}
    for tune in known:
        shared = Counter(i for phrase in tune.phrases for i in owners.get(phrase, ()))
        for i, count in shared.items():
            if count > MOST_SIMILAR * (len(tune.phrases) + len(others[i].phrases) - count):
                result.setdefault(others[i].name, tune.name)
    return result


Reader = Callable[[], Piece]


def abc_pieces(folder: Path) -> Iterator[tuple[str, Reader]]:
    """The name of each tune, and what reads it."""
    for path in sorted(folder.glob("*.abc")):
        for i, lines in enumerate(split_tunes(path.read_text(encoding="utf-8", errors="replace")), 1):
            name = f"{folder.name}_{path.stem}_{i:04}"
            yield name, partial(read_tune, name, lines)


def lieder_pieces(path: Path) -> Iterator[tuple[str, Reader]]:
    with zipfile.ZipFile(path) as songs:

        def read(name: str, member: str) -> Piece:
            return read_song(name, songs.read(member))

        for member in sorted(songs.namelist()):
            if member.endswith(".mxl"):
                name = f"{LIEDER}_{Path(member).stem}"
                yield name, partial(read, name, member)


def read_source(source: str, pieces: Iterable[tuple[str, Reader]], report: Report) -> list[Tune]:
    tunes = []
    for name, read in pieces:
        report.read += 1
        progress(f"{source}: {report.read}")
        try:
            piece = read()
            melodies = [(line, to_melody(line.bars)) for line in piece.lines]
        except Exception as error:  # whatever is wrong with a file, the others are read
            report.unreadable[name] = f"{type(error).__name__}: {error}"
            continue
        if not melodies:
            report.no_line.append(name)
        for line, melody in melodies:
            report.lines += 1
            if len(melody.notes) < PHRASE:
                report.short.append(line.name)
                continue
            report.odd_bars += melody.odd_bars
            tunes.append(Tune(source, line.name, split_of(piece.identity), melody, line.qpm, phrases_of(melody)))
    return tunes


def write_midi(tune: Tune, path: Path) -> None:
    start, end, pitch = np.array(tune.melody.notes).T
    mv.NoteSequence.from_arrays(
        start,
        end,
        pitch,
        VELOCITY,
        channel=0,
        tempos=tune.qpm or 120.0,
        time_signatures=tune.melody.meters,
        ticks_per_quarter=TICKS_PER_QUARTER,
        length=tune.melody.length,
        unit="ticks",
    ).save(path)


def report_json(report: Report, tunes: list[Tune]) -> dict[str, Any]:
    return {
        "pieces": report.read,
        "lines": report.lines,
        "written": {split: sum(tune.split == split for tune in tunes) for split in SPLITS},
        "notes": {split: sum(len(tune.melody.notes) for tune in tunes if tune.split == split) for split in SPLITS},
        "bars_with_a_meter_of_their_own": report.odd_bars,
        "left_out": {
            name: {"count": len(what), "which": what}
            for name, what in (
                ("unreadable", report.unreadable),
                ("no vocal line", report.no_line),
                (f"fewer than {PHRASE} notes", report.short),
                ("near-duplicate", report.near_duplicates),
            )
        },
    }


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--music21", type=Path, help="music21's folder corpus")
    parser.add_argument("--without", action="append", default=[], choices=SOURCES, help="leave out this source (can be repeated)")
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.out.exists() and any(arguments.out.iterdir()):
        parser.error(f"{arguments.out} is not empty; give a new folder")
    if arguments.music21 is None:
        spec = importlib.util.find_spec("music21")
        folders = (spec.submodule_search_locations if spec else None) or ["music21"]
        arguments.music21 = Path(folders[0]) / "corpus"

    reports = {source: Report() for source in SOURCES if source not in arguments.without}
    tunes: list[Tune] = []
    for source, report in reports.items():
        path = arguments.corpora / "openscore-lieder-mxl.zip" if source == LIEDER else arguments.music21 / source
        if not path.exists():
            parser.error(f"{path} does not exist; install music21, or name the right --corpora or --music21, or add --without {source}")
        tunes += read_source(source, lieder_pieces(path) if source == LIEDER else abc_pieces(path), report)

    progress("near-duplicates")
    kept = [tune for tune in tunes if tune.split == "train"]
    for split in ("validation", "test"):
        others = [tune for tune in tunes if tune.split == split]
        similar = similar_tunes(kept, others)
        for tune in others:
            if tune.name in similar:
                reports[tune.source].near_duplicates[tune.name] = similar[tune.name]
            else:
                kept.append(tune)

    for split in SPLITS:
        (arguments.out / split).mkdir(parents=True, exist_ok=True)
    for i, tune in enumerate(kept):
        progress(f"writing {i + 1} of {len(kept)}")
        write_midi(tune, arguments.out / tune.split / f"{tune.name}.mid")
    meters = Counter("{1}/{2}".format(*tune.melody.meters[0]) for tune in kept)
    written = {split: sum(tune.split == split for tune in kept) for split in SPLITS}
    info = {
        "written": written,
        "first_meters": dict(sorted(meters.items(), key=lambda item: (-item[1], item[0]))),
        "sources": {
            source: {**SOURCES[source], **report_json(report, [tune for tune in kept if tune.source == source])}
            for source, report in reports.items()
        },
        "not_used": NOT_USED,
    }
    (arguments.out / "info.json").write_text(json.dumps(info, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    progress("")
    print(f"{arguments.out}: " + ", ".join(f"{count} melodies of {split}" for split, count in written.items()))


if __name__ == "__main__":
    main()
