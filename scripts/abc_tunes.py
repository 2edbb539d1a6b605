"""Reads tunes in ABC notation (version 2.1, https://abcnotation.com/wiki/abc:standard:v2.1): for scripts/melody_corpus.py.

Only what a melody needs: pitches, lengths, ties, bar lines, key, meter and tempo. Of several voices the first is read; of a chord, the
highest note. Grace notes are left out, and repeats are not expanded. An accidental is valid in its own octave until the bar line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from melody_bars import Bar, Line, Meter, Note, Piece

NOTE = re.compile(r"(?P<accidental>[_=^]*)(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>\d*/*\d*)")
TOKEN = re.compile(
    rf"""(?P<text>"[^"]*"|\{{[^}}]*\}}|![\w.()<>+]+!)          # chord symbols and remarks, grace notes, decorations
    | \[(?P<field>[A-Za-z]:[^\]]*)\]
    | (?P<bar>(?:\[\||:*\||::)[|\]:]*)
    | (?P<ending>\[(?=["\d])|(?<=[|:\]])\d)
    | \((?P<tuplet>\d(?::\d?)?(?::\d?)?)
    | (?:\[(?P<chord>[^\]|]*)\]|\+(?P<old_chord>[^+|]*)\+)(?P<chord_length>\d*/*\d*)
    | (?P<broken><+|>+)
    | (?P<bars_of_rest>Z\d*)
    | [xz](?P<rest>\d*/*\d*)
    | (?P<note>{NOTE.pattern})
    | (?P<tie>-)
    | .""",
    re.VERBOSE,
)
FIELD = re.compile(r"([A-Za-z]):(?![|:])(.*)")
KEY = re.compile(r"([A-G])([#b]?)\s*([A-Za-z]*)")
FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
MODES = {"": 0, "maj": 0, "ion": 0, "m": -3, "min": -3, "aeo": -3, "dor": -2, "mix": -1, "lyd": 1, "phr": -4, "loc": -5}
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ALTERS = {"^": 1, "_": -1, "=": 0}


@dataclass
class Event:
    """A note or a rest. Its length changes while the notes after it are read."""

    length: Fraction
    pitch: int | None = None
    written: str = ""  # letter and octave
    tied: bool = False


class Tune:
    """Reads one tune, line by line."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.qpm: float | None = None
        self._meter: Meter | None = None
        self._unit: Fraction | None = None  # in quarter notes
        self._key: dict[str, int] = {}
        self._bars: list[tuple[Bar, list[Event]]] = []
        self._in_body = False
        self._voice = self._first_voice = ""
        self._last: Event | None = None
        self._accidentals: dict[str, int] = {}
        self._broken = Fraction(1)  # of the next note
        self._tuplet = (0, Fraction(1))  # for how many notes, and by what factor

    def read(self, line: str) -> None:
        if match := FIELD.match(line):
            self._read_field(match[1], match[2].strip())
        elif self._in_body:
            self._read_music(line)

    def bars(self) -> list[Bar]:
        """Those with notes or rests."""
        result = []
        for bar, events in self._bars:
            for event in events:
                if event.pitch is not None:
                    bar.notes.append(Note(bar.length, event.length, event.pitch, event.tied))
                bar.length += event.length
            if events:
                result.append(bar)
            elif bar.closes and result:
                result[-1].closes = True
        return result

    def _read_field(self, name: str, value: str) -> None:
        if name == "T":
            self.titles.append(value)
        elif name == "M":
            self._meter = {"C": (4, 4), "C|": (2, 2)}.get(value) or self._parse_meter(value)
            if self._bars and not self._bars[-1][1]:
                self._bars[-1][0].meter = self._meter
        elif name == "L":
            self._unit = 4 * Fraction(value.replace(" ", ""))
        elif name == "Q":
            # Without a note length, as in "Q:80", it is not clear what is counted.
            if self.qpm is None and (match := re.search(r"(\d+)\s*/\s*(\d+)\s*=\s*(\d+)", value)):
                self.qpm = 4 * int(match[1]) / int(match[2]) * int(match[3])
        elif name == "K":
            self._key = self._parse_key(value)
            self._in_body = True
        elif name == "V" and self._in_body:
            self._voice = value.split()[0]
            self._first_voice = self._first_voice or self._voice

    @staticmethod
    def _parse_meter(value: str) -> Meter:
        match = re.match(r"(\d+)/(\d+)", value)
        if not match:
            raise ValueError(f'"M:{value}" is no meter')
        return int(match[1]), int(match[2])

    @staticmethod
    def _parse_key(value: str) -> dict[str, int]:
        if value.lower().startswith("hp"):  # Highland pipes
            return {"F": 1, "C": 1}
        match = KEY.match(value)
        mode = match[3] if match else "?"
        mode = mode[:3].lower()
        if not match or mode not in MODES:
            raise ValueError(f'"K:{value}" is no key')
        fifths = FIFTHS[match[1]] + {"#": 7, "b": -7, "": 0}[match[2]] + MODES[mode]
        letters = sorted(FIFTHS, key=lambda letter: FIFTHS[letter])
        key = dict.fromkeys(letters[:fifths], 1) if fifths > 0 else dict.fromkeys(letters[fifths:] if fifths else [], -1)
        for accidental, letter in re.findall(r"([_=^]+)([A-Ga-g])", value):
            key[letter.upper()] = sum(ALTERS[sign] for sign in accidental)
        return key

    def _unit_length(self) -> Fraction:
        if self._unit is not None:
            return self._unit
        assert self._meter is not None
        return Fraction(1, 4) if Fraction(*self._meter) < Fraction(3, 4) else Fraction(1, 2)

    def _read_music(self, line: str) -> None:
        if self._meter is None:
            raise ValueError("it has no meter")
        if not self._bars:
            self._bars.append((Bar(self._meter), []))
        for token in TOKEN.finditer(line):
            kind = token.lastgroup
            if kind == "field":
                name, _, value = token["field"].partition(":")
                self._read_field(name, value.strip())
            elif self._voice != self._first_voice or kind in (None, "text"):
                continue
            elif kind == "bar":
                self._end_bar(token["bar"])
            elif kind == "ending":
                self._bars[-1][0].ending = True
            elif kind == "tuplet":
                self._begin_tuplet(token["tuplet"])
            elif kind == "chord_length":
                self._add_chord(token["chord"] or token["old_chord"] or "", token["chord_length"])
            elif kind == "broken":
                self._break_rhythm(token["broken"])
            elif kind == "bars_of_rest":
                full = Fraction(4 * self._meter[0], self._meter[1])
                self._bars[-1][1].append(Event(full * int(token["bars_of_rest"][1:] or 1)))
            elif kind == "rest":
                self._add(Event(self._length(token["rest"])))
            elif kind == "tie":
                if self._last:
                    self._last.tied = True
            else:
                self._add(self._parse_note(token))

    def _end_bar(self, sign: str) -> None:
        assert self._meter is not None
        bar, events = self._bars[-1]
        bar.closes = bar.closes or sign != "|"
        self._accidentals = {}
        if events:
            self._bars.append((Bar(self._meter), []))
        elif bar.closes and len(self._bars) > 1:  # a sign in two parts, such as ":| |:"
            self._bars[-2][0].closes = True
            bar.closes = False

    def _begin_tuplet(self, text: str) -> None:
        assert self._meter is not None
        p, q, r = (int(part or 0) for part in [*text.split(":"), "", ""][:3])
        compound = self._meter[0] % 3 == 0 and self._meter[0] > 3
        q = q or {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p) or (3 if compound else 2)
        self._tuplet = (r or p, Fraction(q, max(p, 1)))

    def _break_rhythm(self, signs: str) -> None:
        if not self._last:
            return
        short = Fraction(1, 2 ** len(signs))
        self._last.length *= 2 - short if signs[0] == ">" else short
        self._broken = short if signs[0] == ">" else 2 - short

    def _length(self, text: str) -> Fraction:
        numerator, slashes, denominator = re.fullmatch(r"(\d*)(/*)(\d*)", text).groups()  # type: ignore[union-attr]
        divisor = int(denominator) if denominator else 2 ** len(slashes)
        return self._unit_length() * Fraction(int(numerator or 1), divisor)

    def _parse_note(self, match: re.Match[str]) -> Event:
        letter, octave, accidental = match["letter"], match["octave"], match["accidental"]
        written = letter + octave
        last = self._last
        if accidental:
            self._accidentals[written] = sum(ALTERS[sign] for sign in accidental)
        alter = self._accidentals.get(written, self._key.get(letter.upper(), 0))
        pitch = 60 + SEMITONES[letter.upper()] + alter + 12 * (letter.islower() + octave.count("'") - octave.count(","))
        if last and last.tied and last.written == written and last.pitch is not None and not accidental:
            pitch = last.pitch  # a tie carries the accidental over the bar line
        return Event(self._length(match["length"]), pitch, written)

    def _add_chord(self, text: str, length: str) -> None:
        text = re.sub(r'"[^"]*"|![^!]*!', "", text)
        notes = [self._parse_note(match) for match in NOTE.finditer(text)]
        if not notes:
            return
        highest = max(notes, key=lambda note: note.pitch or 0)
        factor = self._length(length) / self._unit_length()
        self._add(Event(notes[0].length * factor, highest.pitch, highest.written, "-" in text))

    def _add(self, event: Event) -> None:
        left, factor = self._tuplet
        if left:
            event.length *= factor
            self._tuplet = (left - 1, factor)
        event.length *= self._broken
        self._broken = Fraction(1)
        self._bars[-1][1].append(event)
        self._last = event


def split_tunes(text: str) -> list[list[str]]:
    """The lines of each tune, without comments. A tune begins with a line "X:" and ends before an empty one."""
    tunes: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("X:"):
            tunes.append([])
            inside = True
        elif not line.strip():
            inside = False
        elif inside and not line.startswith("%"):
            tunes[-1].append(line.partition("%")[0])
    return tunes


def tune_identity(title: str) -> str:
    """The words of the title: those of "Kerry Cobbler, The -- Reel" and "The Kerry Cobbler." are the same."""
    words = re.findall(r"\w+", re.sub(r"['\u2019]", "", title.partition(" -- ")[0]).lower())
    return " ".join(word for word in words if word not in ("the", "a", "an"))


def read_tune(name: str, lines: list[str]) -> Piece:
    """Raises ValueError for a tune that cannot be read."""
    tune = Tune()
    for line in lines:
        tune.read(line)
    identity = tune_identity(tune.titles[0]) if tune.titles else ""
    return Piece(name, identity or name, [Line(name, tune.bars(), tune.qpm)])
