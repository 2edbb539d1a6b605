"""The commands in the README, the documentation and --help run as printed, page by page, in a folder with a new user's files.

The test runs every line of a shell block that begins with musicvae, and every code span that begins with it and has an option or writes to
a file. It skips other programs, and commands with a placeholder (FILE, RUN). Long work is shortened (SHORTER); the data is a small release.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import musicvae_cpp as mv
import pytest
from checks import ROOT
from small_release import beat, make_release

BIN = ROOT / "build/release/bin"
SHORTER = [
    (r"(musicvae train\b.*?) --steps (?:10|500)\b", r"\1 --steps 1"),
    (r"(musicvae train\b.*?) --steps \d\d+", r"\1 --steps 2"),
    (r"musicvae train(?!.* --steps)", "musicvae train --steps 1"),
    (r"(musicvae train\b.*?) --batch \d+", r"\1 --batch 4"),
    (r"musicvae train(?!.* --batch)", "musicvae train --batch 4"),
    ("checkpoint_00000020", "checkpoint_00000002"),
    (r"musicvae evaluate \S+", r"\g<0> --samples 20 --pairs 2"),
    (r"(musicvae (?:sample|attribute-effects)\b.*?) -n 256", r"\1 -n 2"),
]
TRAINS = re.compile(r"musicvae train\b|\brun\b|parts/")  # needs LibTorch

pytestmark = pytest.mark.skipif(not (BIN / "musicvae").exists(), reason="build/release/bin/musicvae is not built")


def commands_of(text: str) -> list[str]:
    """The commands of a page, in its order."""
    found = []
    block = False
    for line in text.splitlines():
        if line.startswith("```"):
            block = line == "```sh"
        elif block or line.startswith("    "):
            if re.match(r"(musicvae|cmp) ", line.strip()):
                found.append(line.strip())
        else:
            spans = re.findall(r"`(musicvae [^`]*)`", line)
            found += [span for span in spans if re.search(" -| > ", span) and not re.search(r"\b[A-Z]{2,}\b|\.\.\.|--help", span)]
    return found


def examples_of(verb: str) -> list[str]:
    """The lines that follow "Example:" in the help text of a verb."""
    text = subprocess.run([BIN / "musicvae", *verb.split(), "--help"], capture_output=True, text=True, check=True).stdout
    assert "Example: musicvae" in text, f"{verb} --help has no example"
    return re.findall(r"^(?:Example:|        ) (musicvae .*)$", text, flags=re.MULTILINE)


def verbs() -> list[str]:
    text = subprocess.run([BIN / "musicvae", "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  ([a-z][a-z0-9-]+)  ", text.split("Subcommands:")[1], flags=re.MULTILINE)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a stranger has: MIDI files of their own, the Groove release, and what other pages made of it."""
    folder = tmp_path_factory.mktemp("files")
    for i, name in enumerate(["in", "a", "b", "stiff", "taps", "beat", "mine", "my_midi/one", "my_midi/two/two"]):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        beat(8, i).save(folder / f"{name}.mid")
    (folder / "my_tunes").mkdir()
    scale = mv.Melody.from_events([60 + step // 2 % 7 if step % 2 == 0 else mv.Melody.HOLD for step in range(64)])
    for semitones in range(4):
        scale.transposed(semitones).save(folder / f"my_tunes/{semitones}.mid")
    (folder / "my_tunes/test").mkdir()
    scale.transposed(5).save(folder / "my_tunes/test/5.mid")
    for name in ["tune", "tune_a", "tune_b"]:
        scale.save(folder / f"{name}.mid")
    (folder / "my_songs").mkdir()
    bass = mv.Melody.from_events([36 if step % 8 == 0 else mv.Melody.HOLD for step in range(64)])
    song = mv.Trio(scale, bass, beat(4, 0)).repeated(256)
    for semitones in range(2):
        song.transposed(semitones).save(folder / f"my_songs/{semitones}.mid")
    (folder / "my_songs/test").mkdir()
    song.transposed(3).save(folder / "my_songs/test/3.mid")
    song.save(folder / "song.mid")
    release = make_release(folder / "groove")
    with zipfile.ZipFile(folder / "groove-v1.0.0-midionly.zip", "w") as archive:
        for path in sorted(release.rglob("*")):
            archive.write(path, path.relative_to(folder))
    shutil.rmtree(release)
    mv.GrooveDataset(folder / "groove-v1.0.0-midionly.zip").save(folder / "groove.mvds")
    model = mv.load("groovae_4bar")  # as Magenta and a web page have it
    model.export_tensorflow(folder / "groovae_4bar/model.ckpt-2721")
    with tarfile.open(folder / "groovae_4bar.tar", "w") as tar:
        tar.add(folder / "groovae_4bar", "groovae_4bar")
    model.export_magenta_js(folder / "my_page/model")
    mv.DrumSequence.from_notes(mv.read_midi(folder / "in.mid")).save(folder / "beat.json")
    return folder


def shortened(command: str) -> str:
    for long, short in SHORTER:
        command = re.sub(long, short, command)
    return command


def run_all(commands: list[str], folder: Path) -> None:
    environment = dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", OMP_NUM_THREADS="2")
    environment.pop("MUSICVAE_MODELS", None)  # a new user has not set it
    environment["JACK_DEFAULT_SERVER"] = "none"  # musicvae jack would play until it is stopped
    for command in commands:
        short = shortened(command)
        ended = subprocess.run(["bash", "-ec", short], cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode == 6 and TRAINS.search(command) and not (BIN / "musicvae-train").exists():
            continue
        if ended.returncode == 6 and command.startswith("musicvae jack"):
            continue
        assert ended.returncode == 0, f"{command}\n(as {short}) ended with {ended.returncode}:\n{ended.stderr}"


def pages() -> dict[str, list[str]]:
    """The commands of each page that has some."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "models").glob("*.md"))]
    found = {str(path.relative_to(ROOT)): commands_of(path.read_text(encoding="utf-8")) for path in paths}
    return {page: commands for page, commands in found.items() if commands}


@pytest.mark.parametrize(("page", "commands"), pages().items(), ids=pages())
def test_page(page: str, commands: list[str], files: Path, tmp_path: Path) -> None:
    shutil.copytree(files, tmp_path / "here")
    if page == "docs/listening.md":  # its files are in the repository
        (tmp_path / "here/docs").symlink_to(ROOT / "docs")
    run_all(commands, tmp_path / "here")


def test_examples_of_help(files: Path, tmp_path: Path) -> None:
    """In the order in which --help lists the verbs: what one example makes, a later one may take."""
    shutil.copytree(files, tmp_path / "here")
    listed = verbs()
    assert len(listed) == 26
    run_all([*examples_of(""), *(example for verb in listed for example in examples_of(verb))], tmp_path / "here")


def test_what_is_made_short() -> None:
    assert shortened("musicvae train --data a --steps 50000 --batch 512 --out b") == "musicvae train --data a --steps 2 --batch 4 --out b"
    assert shortened("musicvae train --data a") == "musicvae train --batch 4 --steps 1 --data a"


def test_what_is_a_command() -> None:
    page = "\n".join(
        [
            "`musicvae sample -n 4` and `musicvae VERB --help`, `musicvae sample --model PATH -n 5`, `musicvae plot`",
            "```sh",
            "musicvae info a.mid  # what is in one",
            "pip install .",
            "```",
            "```python",
            "musicvae = 1",
            "```",
        ]
    )
    assert commands_of(page) == ["musicvae sample -n 4", "musicvae info a.mid  # what is in one"]
