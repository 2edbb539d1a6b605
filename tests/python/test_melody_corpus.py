"""scripts/melody_corpus.py: what it reads of a score, and which melodies come into which split."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import run_script

ABC_SOURCES = ("ryansMammoth", "oneills1850", "airdsAirs")
QUARTER = 480  # ticks
SEVEN_BARS = "C D E F | " * 6 + "C4 |"

Notes = list[tuple[float, float, int]]


class Corpus:
    """Small corpora, and what the script makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, 0
        for source in ABC_SOURCES:
            (folder / "music21" / source).mkdir(parents=True)
        self.songs: dict[str, bytes] = {}

    def add_abc(self, text: str, source: str = "oneills1850", name: str = "tunes") -> None:
        (self.folder / "music21" / source / f"{name}.abc").write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Path:
        with zipfile.ZipFile(self.folder / "openscore-lieder-mxl.zip", "w") as archive:
            for name, data in self.songs.items():
                archive.writestr(f"{name}.mxl", data)
        self.runs += 1
        out = self.folder / f"out{self.runs}"
        done = run_script("melody_corpus", "--corpora", self.folder, "--music21", self.folder / "music21", "-o", out, *arguments)
        assert done.returncode == 0, done.stderr
        return out


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def find(out: Path, name: str) -> Path:
    (path,) = out.glob(f"*/{name}.mid")
    return path


def arrays_of(path: Path) -> dict[str, Any]:
    return mv.read_midi(path).to_arrays(unit="ticks")


def notes_of(path: Path) -> Notes:
    """Start, end (in quarter notes) and pitch."""
    arrays = arrays_of(path)
    columns = zip(arrays["start"] / QUARTER, arrays["end"] / QUARTER, arrays["pitch"])
    return [(float(start), float(end), int(pitch)) for start, end, pitch in columns]


def meters_of(path: Path) -> list[tuple[float, int, int]]:
    return [(tick / QUARTER, int(n), int(d)) for tick, n, d in arrays_of(path)["time_signatures"]]


def info_of(out: Path) -> dict[str, Any]:
    info: dict[str, Any] = json.loads((out / "info.json").read_text(encoding="utf-8"))
    return info


def left_out(out: Path, source: str, why: str) -> Any:
    return info_of(out)["sources"][source]["left_out"][why]["which"]


def one_tune(corpus: Corpus, music: str, head: str = "M:4/4\nL:1/4\nK:C") -> Path:
    corpus.add_abc(f"X:1\nT:A Tune\n{head}\n{music}\n")
    return find(corpus.run(), "oneills1850_tunes_0001")


# ---- ABC


def test_a_melody_is_one_line_on_the_first_channel(corpus: Corpus) -> None:
    path = one_tune(corpus, SEVEN_BARS, "M:C|\nL:1/4\nQ:1/2=60\nK:C")
    arrays = arrays_of(path)
    assert set(arrays["channel"]) == set(arrays["program"]) == {0}
    assert set(arrays["velocity"]) == {80}
    np.testing.assert_allclose(arrays["tempos"], [[0, 120]])
    assert meters_of(path) == [(0, 2, 2)]
    assert notes_of(path)[:4] == [(0, 1, 60), (1, 2, 62), (2, 3, 64), (3, 4, 65)]
    assert notes_of(path)[-1] == (24, 28, 60)


def test_ties_join_notes_and_slurs_do_not(corpus: Corpus) -> None:
    notes = notes_of(one_tune(corpus, "C D E ^F- | F F (G A) | G-A- A2 |" + SEVEN_BARS))
    assert notes[3] == (3, 5, 66)  # the sharp goes over the bar line with the tie
    assert notes[4] == (5, 6, 65)
    assert notes[7:9] == [(8, 9, 67), (9, 12, 69)]


def test_accidentals_keys_and_octaves(corpus: Corpus) -> None:
    pitches = [pitch for _, _, pitch in notes_of(one_tune(corpus, "F ^G G, g | G =F c' _B |" + SEVEN_BARS, "M:4/4\nL:1/4\nK:Em"))]
    assert pitches[:8] == [66, 68, 55, 79, 67, 65, 84, 70]


def test_rhythms_chords_and_ornaments(corpus: Corpus) -> None:
    notes = notes_of(one_tune(corpus, '"C"C>D {ag}E/F/ (3GAB | [CEG]2 z ~c |!trill! d<<e f3/2 z/ |' + SEVEN_BARS))
    assert notes[:4] == [(0, 1.5, 60), (1.5, 2, 62), (2, 2.5, 64), (2.5, 3, 65)]
    np.testing.assert_allclose(notes[4:7], [(3, 3 + 2 / 3, 67), (3 + 2 / 3, 4 + 1 / 3, 69), (4 + 1 / 3, 5, 71)], atol=1e-9)
    assert notes[7][2] == 67  # the highest of the chord
    assert [round(end - start, 6) for start, end, _ in notes[9:12]] == [0.25, 1.75, 1.5]


def test_a_pickup_ends_at_the_first_bar_line(corpus: Corpus) -> None:
    path = one_tune(corpus, "G |" + "C D E F | " * 6 + "C3 :| G | " + "C D E F | " * 2 + "C3 |]")
    notes = notes_of(path)
    assert notes[:2] == [(3, 4, 67), (4, 5, 60)]
    assert notes[25:28] == [(28, 31, 60), (31, 32, 67), (32, 33, 60)]  # the repeat sign is inside a bar
    assert meters_of(path) == [(0, 4, 4)]


def test_short_bars_around_a_section_are_filled(corpus: Corpus) -> None:
    path = one_tune(corpus, "C D E F |" * 4 + "|1 C2 :|2 C2 || z4 || D | E F G A | B4 |]")
    notes = notes_of(path)
    assert notes[16:20] == [(16, 18, 60), (20, 22, 60), (31, 32, 62), (32, 33, 64)]  # endings are not joined to one bar
    assert meters_of(path) == [(0, 4, 4)]


def test_other_bars_of_a_wrong_length_get_a_meter_of_their_own(corpus: Corpus) -> None:
    path = one_tune(corpus, "C D E F | C D E F G/ | A B c | " + SEVEN_BARS + "\nM:3/4\nC D E |]")
    assert meters_of(path) == [(0, 4, 4), (4, 9, 8), (8.5, 3, 4), (11.5, 4, 4), (39.5, 3, 4)]


def test_only_the_first_voice_is_read(corpus: Corpus) -> None:
    notes = notes_of(one_tune(corpus, "[V:1] C D E F |\n[V:2] c d e f |\n[V:1] " + SEVEN_BARS))
    assert len(notes) == 29
    assert max(pitch for _, _, pitch in notes) == 65


def test_what_cannot_be_read_is_named(corpus: Corpus) -> None:
    corpus.songs["broken"] = b"no zip"
    corpus.add_abc(f"X:1\nT:No Key\nM:4/4\nK:?\nCDEF|\n\nX:2\nT:Short\nM:4/4\nK:C\nCDEF|\n\nX:3\nT:Good\nM:4/4\nK:C\n{SEVEN_BARS}\n")
    out = corpus.run()
    assert len(list(out.glob("*/*.mid"))) == 1
    assert left_out(out, "oneills1850", "unreadable").keys() == {"oneills1850_tunes_0001"}
    assert left_out(out, "oneills1850", "fewer than 16 notes") == ["oneills1850_tunes_0002"]
    assert left_out(out, "openscore-lieder", "unreadable") == {"openscore-lieder_broken": "BadZipFile: File is not a zip file"}


# ---- MusicXML


def note(pitch: str, duration: int, inside: str = "", word: bool = True) -> str:
    step, octave = pitch[0], pitch[-1]
    alter = {"#": "<alter>1</alter>", "b": "<alter>-1</alter>"}.get(pitch[1:-1], "")
    head, tail = (inside, "") if inside in ("<chord/>", "<grace/>") else ("", inside)
    length = f"<duration>{duration}</duration>" if duration else ""
    lyric = "<lyric><text>la</text></lyric>" if word else ""
    return f"<note>{head}<pitch><step>{step}</step>{alter}<octave>{octave}</octave></pitch>{length}{tail}<voice>1</voice>{lyric}</note>"


def song(*parts: str, title: str = "Songs", composer: str = "A. Composer") -> bytes:
    """A score with 4 divisions per quarter note, in .mxl."""
    data = io.BytesIO()
    body = "".join(f'<part id="P{i}">{part}</part>' for i, part in enumerate(parts))
    identification = f'<identification><creator type="composer">{composer}</creator></identification>'
    with zipfile.ZipFile(data, "w") as mxl:
        mxl.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>')
        mxl.writestr("score.xml", f"<score-partwise><work><work-title>{title}</work-title></work>{identification}{body}</score-partwise>")
    return data.getvalue()


def measure(*content: str, meter: tuple[int, int] | None = None, first: bool = False) -> str:
    divisions = "<divisions>4</divisions>" if first else ""
    time = f"<time><beats>{meter[0]}</beats><beat-type>{meter[1]}</beat-type></time>" if meter else ""
    return f"<measure><attributes>{divisions}{time}</attributes>{''.join(content)}</measure>"


SCALE = measure(*(note(f"{step}4", 4) for step in "CDEF"))
TIE = '<tie type="start"/>', '<tie type="stop"/>'


def test_a_vocal_line_of_musicxml(corpus: Corpus) -> None:
    voice = (
        measure(note("G4", 4), '<direction><sound tempo="90"/></direction>', meter=(4, 4), first=True)
        + SCALE * 4
        + measure(note("F#4", 12), note("C5", 4, TIE[0]))
        + measure(note("C5", 4, TIE[1]), note("D5", 0, "<grace/>"), note("E4", 4), note("G4", 4, "<chord/>"), note("Bb4", 8))
        + measure(note("C4", 12), meter=(3, 4))
    )
    piano = measure(*(note("C3", 4, word=False) for _ in range(20)), note("C3", 4), first=True)
    corpus.songs["one"] = song(piano, voice)
    path = find(corpus.run(), "openscore-lieder_one")
    notes = notes_of(path)
    assert notes[:2] == [(3, 4, 67), (4, 5, 60)]
    assert notes[17:] == [(20, 23, 66), (23, 25, 72), (25, 26, 67), (26, 28, 70), (28, 31, 60)]
    assert meters_of(path) == [(0, 4, 4), (28, 3, 4)]
    np.testing.assert_allclose(arrays_of(path)["tempos"], [[0, 90]], rtol=1e-5)


def test_each_voice_of_a_song_is_a_file_and_sounds_as_transposed(corpus: Corpus) -> None:
    lower = SCALE.replace("<attributes>", "<attributes><transpose><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>")
    start = measure(note("C4", 16), meter=(4, 4), first=True)
    corpus.songs["duet"] = song(start + SCALE * 4, start + lower * 4)
    out = corpus.run()
    assert notes_of(find(out, "openscore-lieder_duet_1"))[1] == (4, 5, 60)
    assert notes_of(find(out, "openscore-lieder_duet_2"))[1] == (4, 5, 48)
    assert find(out, "openscore-lieder_duet_1").parent == find(out, "openscore-lieder_duet_2").parent


# ---- splits


def random_tunes(count: int, seed: int, prefix: str) -> list[str]:
    rng = np.random.default_rng(seed)
    tunes = []
    for i in range(count):
        bars = " | ".join(" ".join(rng.choice(list("CDEFGABc"), 4)) for _ in range(12))
        tunes.append(f"X:{i + 1}\nT:{prefix} {i}\nM:4/4\nL:1/4\nK:C\n{bars} |]\n")
    return tunes


def test_most_pieces_are_for_training_and_a_title_has_one_split(corpus: Corpus) -> None:
    corpus.add_abc("\n".join(random_tunes(200, 1, "Tune")))
    corpus.add_abc("\n".join(random_tunes(200, 2, "The Tune")), "ryansMammoth")
    for i in range(40):
        corpus.songs[f"song{i}"] = song(measure(note("C4", 16), meter=(4, 4), first=True) + SCALE * 5, title=f"Cycle {i % 2}")
    out = corpus.run()
    splits = {path.stem: path.parent.name for path in out.glob("*/*.mid")}
    for i in range(1, 201):
        assert splits[f"oneills1850_tunes_{i:04}"] == splits[f"ryansMammoth_tunes_{i:04}"]
    for i in range(2, 40):
        assert splits.get(f"openscore-lieder_song{i}") == splits.get(f"openscore-lieder_song{i - 2}")
    tunes = [split for name, split in splits.items() if name.startswith("oneills1850")]
    assert 0.83 < tunes.count("train") / 200 < 0.97
    assert tunes.count("validation") > 2
    assert tunes.count("test") > 2
    written = info_of(out)["written"]
    assert written == {split: list(splits.values()).count(split) for split in ("train", "validation", "test")}


def test_near_duplicates_of_training_are_left_out(corpus: Corpus) -> None:
    tunes = random_tunes(100, 3, "Tune")
    corpus.add_abc("\n".join(tunes))
    out = corpus.run()
    train, *_ = sorted((out / "train").glob("*.mid"))
    first, second, *_ = sorted((out / "test").glob("*.mid"))
    numbers = [int(path.stem[-4:]) - 1 for path in (train, first, second)]
    bars = tunes[numbers[0]].splitlines()[-1]
    # The first test tune becomes the training tune, a fifth higher and in eighths. The second takes eight of its twelve bars.
    head = tunes[numbers[1]].replace("L:1/4\nK:C", "L:1/8\nK:G").splitlines()[:-1]
    tunes[numbers[1]] = "\n".join([*head, bars.translate(str.maketrans("CDEFGABc", "GABcdefg"))]) + "\n"
    *head, own = tunes[numbers[2]].splitlines()
    tunes[numbers[2]] = "\n".join([*head, "|".join([*bars.split("|")[:8], *own.split("|")[8:]])]) + "\n"
    corpus.add_abc("\n".join(tunes))
    again = corpus.run()
    assert left_out(again, "oneills1850", "near-duplicate") == {first.stem: train.stem}
    assert not list(again.glob(f"*/{first.stem}.mid"))
    assert find(again, second.stem).parent.name == "test"


def test_the_same_input_gives_the_same_bytes(corpus: Corpus) -> None:
    corpus.add_abc("\n".join(random_tunes(20, 4, "Tune")))
    one, other = corpus.run("--without", "airdsAirs"), corpus.run("--without", "airdsAirs")
    files = sorted(path.relative_to(one) for path in one.rglob("*.*"))
    assert len(files) == 21
    for path in files:
        assert (one / path).read_bytes() == (other / path).read_bytes()
    assert "airdsAirs" not in info_of(one)["sources"]


def test_a_folder_that_is_not_empty_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    out = corpus.run()
    refused = run_script("melody_corpus", "--corpora", tmp_path, "--music21", tmp_path / "music21", "-o", out)
    assert refused.returncode == 2
    assert "is not empty; give a new folder" in refused.stderr
