"""scripts/trio_corpus.py: the bass and the drums that it gives to a song, the splits, and what is left out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import run_script
from test_melody_corpus import SCALE, measure, note, song

EIGHTH = 240  # ticks
KICKS = [0, 3, 6, 8, 12]  # steps: 3 is on no eighth note


def groove_zip(path: Path) -> None:
    rows = ["drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split"]
    with zipfile.ZipFile(path, "w") as archive:
        for split in ("train", "validation", "test"):
            drums = mv.DrumSequence(64)
            for bar in range(4):
                for step in KICKS:
                    drums.set(16 * bar + step, "kick", 0.8)
                drums.set(16 * bar + 4, "snare", 0.8)
            archive.writestr(f"groove/{split}.mid", drums.to_notes(qpm=120).to_midi())
            rows.append(f"d,d/s,d/s/1,rock,120,beat,4-4,{split}.mid,,8.0,{split}")
        archive.writestr("groove/info.csv", "\n".join(rows) + "\n")


def piece(pitches: list[int]) -> bytes:
    """A melody, a bass and drums, a note of each per eighth note."""
    start = np.arange(len(pitches)) * EIGHTH
    columns = [(pitches, 0, 0), ([pitch - 24 for pitch in pitches], 33, 1), ([36] * len(pitches), 0, 9)]
    return mv.NoteSequence.from_arrays(
        np.tile(start, 3), np.tile(start + EIGHTH, 3), np.concatenate([column[0] for column in columns]),
        program=np.repeat([column[1] for column in columns], len(start)), track=np.repeat([0, 1, 2], len(start)),
        channel=np.repeat([column[2] for column in columns], len(start)), unit="ticks",
    ).to_midi()  # fmt: skip


def left_hand(*content: str) -> str:
    return "".join(content).replace("</note>", "<staff>2</staff></note>")


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    groove_zip(tmp_path / "groove.zip")
    random = np.random.default_rng(1)
    walk = (60 + np.cumsum(random.integers(-2, 3, 64)) % 12).tolist()
    with zipfile.ZipFile(tmp_path / "freedoom-midi.zip", "w") as archive:
        for i in range(20):
            archive.writestr(f"copy{i}.mid", piece([pitch + i % 5 for pitch in walk]))
            archive.writestr(f"other{i}.mid", piece((60 + np.cumsum(random.integers(-2, 3, 64)) % 12).tolist()))
        archive.writestr("broken.mid", b"this is no MIDI file")
    return tmp_path


def run(corpora: Path, songs: dict[str, bytes]) -> tuple[Path, dict[str, Any]]:
    with zipfile.ZipFile(corpora / "openscore-lieder-mxl.zip", "w") as archive:
        for name, data in songs.items():
            archive.writestr(f"{name}.mxl", data)
    out = corpora / "out"
    done = run_script("trio_corpus", "--corpora", corpora, "--groove", corpora / "groove.zip", "-o", out)
    assert done.returncode == 0, done.stderr
    return out, json.loads((out / "info.json").read_text(encoding="utf-8"))


def test_a_song_gets_a_bass_and_drums(corpora: Path) -> None:
    voice = measure(*(note(f"{step}4", 4) for step in "CDEF"), meter=(4, 4), first=True) + SCALE * 5 + measure(note("C4", 12), meter=(3, 4))
    chord = note("G3", 4), note("C3", 4, "<chord/>"), note("E3", 4), note("A2", 8), note("C1", 0, "<grace/>")
    piano = (
        measure(left_hand(*chord), meter=(4, 4), first=True)
        + measure(left_hand(*chord)) * 4
        + measure(note("C5", 16), left_hand("<backup><duration>16</duration></backup>", note("G2", 8)))
        + measure(left_hand(note("C3", 12)), meter=(3, 4))
    )
    out, info = run(corpora, {"one": song(voice, piano), "alone": song(voice), "short": song(measure(note("C4", 16), first=True), piano)})
    (path,) = out.glob("*/openscore-lieder_one.mid")
    notes = mv.read_midi(path)
    trio = mv.Trio.from_notes(notes)
    assert trio.melody.slice(0, 16).events().tolist() == [60, -2, -2, -2, 62, -2, -2, -2, 64, -2, -2, -2, 65, -2, -2, -2]
    bass = trio.bass.events().tolist()
    assert bass[:16] == [36, -2, -2, -2, -2, -2, 36, -2, 33, -2, -2, -2, 33, -2, -2, -2], "the lowest notes, C and A, with the bass drum"
    assert bass[80:96] == [31, -2, -2, -2, -2, -2, 31, -2, -1] + [-2] * 7, "the left hand rests in the second half"
    for step in range(96):
        assert trio.drums[step, "kick"].hit == (step % 16 in KICKS)
    assert len([1 for record in notes.records() if record["is_drum"]]) == 6 * 6, "none in the bar of 3/4"
    left_out = info["openscore-lieder"]["left_out"]
    assert left_out["no left hand"]["which"] == ["openscore-lieder_alone"]
    assert left_out["voice and left hand have different bars"]["which"] == ["openscore-lieder_short"]
    data = mv.GrooveDataset(out, config="trio_4bar")
    assert sum("openscore" in window["path"] for window in data.window_info()) == 3


def test_splits_have_no_near_duplicates(corpora: Path) -> None:
    out, info = run(corpora, {})
    written, left_out = info["freedoom"]["written"], info["freedoom"]["left_out"]
    copies = left_out["near-duplicate"]["which"]
    assert copies
    assert all(line.startswith("freedoom_copy") and " of freedoom_copy" in line for line in copies), "in any key"
    assert [why for why in left_out if why.startswith("unreadable")]
    assert sum(written.values()) + len(copies) == 40
    assert all(written.values())
    assert {path.parent.name for path in out.glob("*/freedoom_copy*")} == {"train"}
    assert info["groove"]["licence"] == "CC BY 4.0"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    done = run_script("trio_corpus", "--corpora", tmp_path, "--groove", tmp_path / "groove.zip", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "freedoom-midi.zip does not exist; name the right --corpora and --groove" in done.stderr
