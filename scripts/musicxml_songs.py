"""Reads lines of songs in MusicXML 4.0 (https://www.w3.org/2021/06/musicxml40/): for scripts/melody_corpus.py and trio_corpus.py.

A vocal line is the voice of a part's staff that has the most words, if at least a quarter of its notes have some. So a piano part with
a few words for orientation is none. Of a chord, the highest note is read. The low line is the lowest notes of the last part's lowest staff,
if that part has several. Pitches are as they sound. Grace notes and cue notes are left out, and repeats are not expanded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree

from melody_bars import Bar, Line, Meter, Note, Piece

LEAST_WORDS = 0.25
ANY = ""  # voice
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

Voice = tuple[str, str]  # staff and voice


def vocal_voices(part: ElementTree.Element) -> list[Voice]:
    """The vocal line of each staff that has one."""
    notes: Counter[Voice] = Counter()
    words: Counter[Voice] = Counter()
    for note in part.iter("note"):
        if note.find("pitch") is not None and note.find("grace") is None and note.find("chord") is None:
            notes[voice_of(note)] += 1
            words[voice_of(note)] += note.find("lyric") is not None
    most: dict[str, Voice] = {}
    for voice in sorted(notes):
        if voice[0] not in most or words[voice] > words[most[voice[0]]]:
            most[voice[0]] = voice
    return [voice for voice in most.values() if words[voice] >= LEAST_WORDS * notes[voice]]


def voice_of(note: ElementTree.Element) -> Voice:
    return note.findtext("staff", "1"), note.findtext("voice", "1")


class PartReader:
    """Reads the bars of one voice of a part, or of all voices of a staff (ANY). Of notes that begin together, `choose` picks one."""

    def __init__(self, voice: Voice, choose: Callable[..., Note] = max) -> None:
        self._staff, self._voice, self._choose = *voice, choose
        self._divisions = Fraction(1)  # per quarter note
        self._meter: Meter = (4, 4)
        self._transpose = 0

    def read(self, part: ElementTree.Element) -> list[Bar]:
        bars: list[Bar] = []
        for measure in part.iter("measure"):
            bar = self._read_measure(measure)
            if bars and opens_section(measure):
                bars[-1].closes = True
            bars.append(bar)
        return [bar for bar in bars if bar.length > 0]

    def _read_measure(self, measure: ElementTree.Element) -> Bar:
        bar = Bar(self._meter)
        now = start = Fraction(0)
        for element in measure:
            if element.tag == "attributes":
                self._read_attributes(element)
                bar.meter = self._meter
            elif element.tag in ("backup", "forward"):
                length = Fraction(element.findtext("duration", "0")) / self._divisions
                now += length if element.tag == "forward" else -length
            elif element.tag == "barline":
                if element.get("location", "right") == "right":
                    style = element.findtext("bar-style", "regular")
                    bar.closes = element.find("repeat") is not None or style in ("light-light", "light-heavy", "heavy-light", "heavy-heavy")
                ending = element.find("ending")
                bar.ending = bar.ending or (ending is not None and ending.get("type") == "start")
            elif element.tag == "note" and element.find("grace") is None:
                length = Fraction(element.findtext("duration", "0")) / self._divisions
                chord = element.find("chord") is not None
                if not chord:
                    start, now = now, now + length
                staff, voice = voice_of(element)
                if staff == self._staff and self._voice in (voice, ANY) and element.find("cue") is None:
                    self._add_note(bar, element, start, length)
            bar.length = max(bar.length, now)
        bar.notes.sort(key=lambda note: note.start)
        return bar

    def _read_attributes(self, attributes: ElementTree.Element) -> None:
        if divisions := attributes.findtext("divisions"):
            self._divisions = Fraction(divisions)
        time = attributes.find("time")
        if time is not None and time.find("beats") is not None:
            beats = sum(int(part) for part in time.findtext("beats", "4").split("+"))
            self._meter = beats, int(time.findtext("beat-type", "4"))
        transpose = attributes.find("transpose")
        if transpose is not None:
            self._transpose = int(transpose.findtext("chromatic", "0")) + 12 * int(transpose.findtext("octave-change", "0"))

    def _add_note(self, bar: Bar, element: ElementTree.Element, start: Fraction, length: Fraction) -> None:
        pitch = element.find("pitch")
        if pitch is None or length == 0:
            return
        semitone = SEMITONES[pitch.findtext("step", "")] + round(float(pitch.findtext("alter", "0")))
        sounding = 12 * (int(pitch.findtext("octave", "")) + 1) + semitone + self._transpose
        note = Note(start, length, sounding, any(tie.get("type") == "start" for tie in element.iter("tie")))
        if bar.notes and bar.notes[-1].start == start:
            bar.notes[-1] = self._choose(bar.notes[-1], note, key=lambda one: one.pitch)
        else:
            bar.notes.append(note)


def low_line(root: ElementTree.Element, name: str) -> Line | None:
    """What is lowest in the piano. None if the last part has one staff."""
    part = root.findall("part")[-1]
    staff = max((note.findtext("staff", "1") for note in part.iter("note")), default="1")
    return None if staff == "1" else Line(name, PartReader((staff, ANY), min).read(part))


def opens_section(measure: ElementTree.Element) -> bool:
    return any(barline.get("location") == "left" and barline.find("repeat") is not None for barline in measure.iter("barline"))


def song_identity(root: ElementTree.Element) -> str:
    """The composer's last name and the title of the cycle or, if it is in none, of the song: spelled alike in different files."""
    composer = next((c.text or "" for c in root.iterfind("identification/creator") if c.get("type") == "composer"), "")
    composer = re.sub(r"\(.*|\[.*", "", composer).strip()
    last_name = composer.partition(",")[0].split()[-1:]
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    title = re.sub(r"[(\[].*", "", title)
    words = re.findall(r"\w+", title.lower())
    return " ".join([*last_name, *words]).lower() if words else ""


def read_root(data: bytes) -> ElementTree.Element:
    """The score of a compressed file (.mxl). Raises ValueError, ParseError, BadZipFile or KeyError for one that cannot be read."""
    with zipfile.ZipFile(io.BytesIO(data)) as mxl:
        container = ElementTree.fromstring(mxl.read("META-INF/container.xml"))
        path = next(e.get("full-path", "") for e in container.iter() if e.tag.endswith("rootfile"))
        root = ElementTree.fromstring(mxl.read(path))
    if root.tag != "score-partwise":
        raise ValueError(f"it is {root.tag}, not score-partwise")
    return root


def read_song(name: str, data: bytes) -> Piece:
    """The vocal lines of a compressed file. Raises what read_root() raises."""
    root = read_root(data)
    tempo = next((sound.get("tempo") for sound in root.iter("sound") if sound.get("tempo")), None)
    lines = []
    for part in root.iterfind("part"):
        for voice in vocal_voices(part):
            lines.append(Line(name, PartReader(voice).read(part), float(tempo) if tempo else None))
    if len(lines) > 1:
        for i, line in enumerate(lines):
            line.name = f"{name}_{i + 1}"
    return Piece(name, song_identity(root) or name, lines)
