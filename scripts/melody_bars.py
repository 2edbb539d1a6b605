"""Melodies in bars, as scores notate them: shared by scripts/abc_tunes.py, musicxml_songs.py and melody_corpus.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

TICKS_PER_QUARTER = 480

Meter = tuple[int, int]


@dataclass
class Note:
    """A note of a bar, in quarter notes."""

    start: Fraction
    length: Fraction
    pitch: int
    tied: bool = False  # to the next note


@dataclass
class Bar:
    """What is between two bar lines. Its length, in quarter notes, need not be that of its meter."""

    meter: Meter
    length: Fraction = Fraction(0)
    notes: list[Note] = field(default_factory=list)
    closes: bool = False  # a repeat sign or double bar line follows
    ending: bool = False  # a first, second, ... ending begins


@dataclass
class Line:
    """One voice of a piece."""

    name: str
    bars: list[Bar]
    qpm: float | None = None  # quarter notes per minute


@dataclass
class Piece:
    """What belongs in one split: all pieces with the same identity do."""

    name: str
    identity: str
    lines: list[Line]


@dataclass
class Melody:
    """A line in ticks: its notes as (start, end, pitch), and each meter with the tick at which it begins."""

    notes: list[tuple[int, int, int]]
    meters: list[tuple[int, int, int]]
    length: int
    odd_bars: int  # bars that need a meter of their own


def full_length(meter: Meter) -> Fraction:
    return Fraction(4 * meter[0], meter[1])


def own_meter(length: Fraction) -> Meter:
    """The meter of a bar of this length, a multiple of a 64th."""
    denominator = next(d for d in (4, 8, 16, 32, 64) if (length * d / 4).denominator == 1)
    return int(length * denominator / 4), denominator


def rounded(length: Fraction) -> Fraction:
    """To a 64th: files round the notes of tuplets, so the sum may be a little off."""
    return Fraction(round(length * 16), 16)


def to_melody(bars: list[Bar]) -> Melody:
    """Puts the bars one after another so that bar lines stay where the meter has them.

    1. Two or more short bars in a row that fill one bar together are one bar, as where a repeat sign is inside a bar.
    2. A short bar at the start of the piece or of a section is a pickup: silence before it fills the bar.
    3. After a short bar at the end of a section or of the piece, silence fills the bar.
    4. Any other bar of a wrong length gets a meter of its own.
    """
    melody = Melody([], [], 0, 0)
    now = Fraction(0)  # in quarter notes
    tied: Fraction | None = None  # where the last note ends, if it is tied to the next one
    lengths = [rounded(bar.length) for bar in bars]
    in_bar = Fraction(0)  # what a row of short bars has filled, of those that fill one bar together
    for i, (bar, length) in enumerate(zip(bars, lengths)):
        full = full_length(bar.meter)
        meter, before, after = bar.meter, Fraction(0), Fraction(0)
        if not in_bar and length < full and not fill_one_bar(bars, lengths, i):
            if bar.closes or i == len(bars) - 1:
                after = full - length
            elif i == 0 or bars[i - 1].closes:
                before = full - length
            else:
                meter = own_meter(length)
        elif in_bar or length < full:
            in_bar = (in_bar + length) % full
        elif length % full != 0:
            meter = own_meter(length)
        melody.odd_bars += meter != bar.meter
        if not melody.meters or melody.meters[-1][1:] != meter:
            melody.meters.append((ticks(now), *meter))
        now += before
        for note in bar.notes:
            start, end = ticks(now + note.start), ticks(now + note.start + note.length)
            if tied == now + note.start and melody.notes[-1][2] == note.pitch:
                melody.notes[-1] = (melody.notes[-1][0], end, note.pitch)
            else:
                melody.notes.append((start, end, note.pitch))
            tied = now + note.start + note.length if note.tied else None
        now += length + after
        if tied is not None and bar.notes and bar.notes[-1].start + bar.notes[-1].length == bar.length:
            tied = now - after  # where the rounded bar ends
    melody.length = ticks(now)
    return melody


def fill_one_bar(bars: list[Bar], lengths: list[Fraction], first: int) -> bool:
    """Whether this short bar and the ones after it fill one bar together."""
    full = full_length(bars[first].meter)
    filled = Fraction(0)
    for i in range(first, len(bars)):
        if bars[i].meter != bars[first].meter or lengths[i] >= full or (i > first and bars[i].ending):
            return False
        filled += lengths[i]
        if filled >= full:
            return filled == full
    return False


def ticks(quarters: Fraction) -> int:
    return round(quarters * TICKS_PER_QUARTER)
