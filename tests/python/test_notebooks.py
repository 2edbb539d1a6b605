"""The notebooks in examples/notebooks run from the first cell to the last and show what they promise.

They use the Groove MIDI Dataset if it is next to the repository, otherwise a small synthetic release. The executed copies stay in
build/notebooks, where the documentation takes them from.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import nbclient
import nbformat
import pytest
from small_release import make_release

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples/notebooks").glob("*.ipynb"))
SCORES = re.compile(r"(checkpoint_\d+|groove) +precision ([0-9.]+)  recall ([0-9.]+)")
GROOVE = ROOT.parent / "shared/groove/groove-v1.0.0-midionly.zip"


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


class Executed:
    """A notebook after it ran, and the folder that it ran in."""

    def __init__(self, notebook: Any, folder: Path) -> None:
        self.folder = folder
        self.outputs: list[Any] = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        self.text = "".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in self.outputs)

    def count(self, mime: str, containing: str = "") -> int:
        """How many outputs of a type there are."""
        return sum(mime in output.get("data", {}) and containing in output["data"][mime] for output in self.outputs)


@pytest.fixture
def execute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    release = GROOVE if GROOVE.exists() else make_release(tmp_path / "release")
    monkeypatch.setenv("MUSICVAE_GROOVE", str(release))
    monkeypatch.setenv("MUSICVAE_STEPS", "16")
    monkeypatch.setenv("MUSICVAE_BATCH", "8")
    monkeypatch.setenv("MUSICVAE_STYLE", "jazz")  # a style with few validation windows
    monkeypatch.setenv("PYTHONPATH", str(Path(mv.__file__).parents[1]))  # the package under test, wherever the kernel starts

    def run(name: str) -> Executed:
        notebook = read(ROOT / "examples/notebooks" / f"{name}.ipynb")
        folder = tmp_path / "here"
        folder.mkdir()
        nbclient.NotebookClient(notebook, timeout=900, resources={"metadata": {"path": str(folder)}}).execute()
        copies = ROOT / "build/notebooks"
        copies.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, copies / f"{name}.ipynb")  # type: ignore[no-untyped-call]
        return Executed(notebook, folder)

    return run


def test_preprocess(execute: Any) -> None:
    ran = execute("1_preprocess")
    assert ran.count("text/html", "<audio") == 1  # the take
    assert ran.count("image/svg+xml") == 2  # the take, and a window
    records = sum(1 for _ in mv.read_tfrecord(ran.folder / "drums.tfrecord"))
    assert f"{records} records in all" in ran.text
    windows = len(mv.GrooveDataset(ran.folder / "groove.mvds"))
    assert f"{windows} windows from" in ran.text
    if GROOVE.exists():
        assert (records, windows) == (1150, 19421)
    else:
        assert (records, "'not MIDI': 1" in ran.text) == (13, True)


def test_train_and_sample(execute: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With steps enough to learn, since the documentation shows what comes of it."""
    monkeypatch.setenv("MUSICVAE_STEPS", "800")
    monkeypatch.setenv("MUSICVAE_BATCH", "16")
    monkeypatch.delenv("MUSICVAE_STYLE")
    ran = execute("2_train_and_sample")
    assert "resumed at step 400" in ran.text
    assert ran.count("image/png") == 3  # the loss, the checkpoints side by side, the grooves
    assert ran.count("text/html", "<audio") == 2
    checkpoints = [path.stem for path in sorted((ran.folder / "run").glob("checkpoint_*.safetensors"))]
    assert checkpoints == [f"checkpoint_{step:08d}" for step in (200, 400, 600, 800)]
    made = {path.name for path in (ran.folder / "midi").iterdir()}
    assert made == {f"{model}_{i}.mid" for model in [*checkpoints, "groove"] for i in range(4)}
    for path in (ran.folder / "midi").iterdir():
        assert mv.read_midi(path).to_drums(bars=4).steps == 64
    scores = {name: (float(precision), float(recall)) for name, precision, recall in SCORES.findall(ran.text)}
    assert scores.keys() == {*checkpoints, "groove"}
    assert scores[checkpoints[-1]][1] > scores[checkpoints[0]][1], "it finds more hits the longer it trains"
    if GROOVE.exists():
        assert scores[checkpoints[-1]][0] > 0.5
        assert f1(*scores["groove"]) > f1(*scores[checkpoints[-1]]), "the shipped one trained longer"


def test_visualize(execute: Any) -> None:
    ran = execute("3_visualize")
    assert ran.count("image/png") == 7  # genres, density, matrices, a single one, through the model, latent map, interpolation
    assert ran.count("image/svg+xml") == 1
    assert ran.count("text/html", "<audio") == 1
    assert all(drum in ran.text for drum in mv.DRUM_NAMES)
    assert mv.read_midi(ran.folder / "half_way.mid").to_drums(bars=4).num_hits > 0
    assert f"{491 if GROOVE.exists() else 12} beats in 4/4" in ran.text


def test_latent_space(execute: Any) -> None:
    ran = execute("4_latent_space")
    assert ran.count("image/png") == 5  # the strip, density, styles, variations, the map
    assert ran.count("text/html", "<audio") == 1
    assert "step 0:   0 from the first" in ran.text
    assert "  0 from the last" in ran.text
    densities = [float(hits) for hits in re.findall(r"density {6}((?: +[0-9.]+){5})", ran.text)[0].split()]
    if GROOVE.exists():
        assert densities[0] < densities[2] < densities[4]  # amounts -2, 0 and 2
    assert {"density", "syncopation", "velocity"} <= set(mv.load(ran.folder / "with_attributes.safetensors").attributes)


def test_humanize_and_complete(execute: Any) -> None:
    ran = execute("5_humanize_and_complete")
    assert ran.count("image/png") == 5  # humanise, taps, hats, two infills
    assert ran.count("image/svg+xml") == 1
    assert ran.count("text/html", "<audio") == 2
    assert "groovae_4bar_infill" in ran.text
    tasks = {mv.load(path).config["task"] for path in ran.folder.glob("run_*/model.safetensors")}
    assert tasks == {"humanize", "tap", "add_closed_hihat", "infill"}
    longer = mv.read_midi(ran.folder / "longer.mid").to_drums()
    assert longer.bars == 8.0


def test_melody_and_trio(execute: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its own number of steps: it is small, and says what it has learned."""
    monkeypatch.delenv("MUSICVAE_STEPS")
    monkeypatch.delenv("MUSICVAE_BATCH")
    ran = execute("6_melody_and_trio")
    assert ran.count("text/html", "<audio") == 4  # a tune, the walk, a longer tune, the trio
    assert ran.count("image/svg+xml") == 6  # tunes, the walk, a tune of the data, on chords, on other chords, the trio
    assert ran.count("image/svg+xml", ">Dm</text>") >= 2  # the pictures have the chords that were asked for
    assert "step 0:  0 of 32 from the first" in ran.text
    asked, others, in_key, off_beat, _ = (int(share) for share in re.findall(r": +(\d+)%", ran.text))
    assert asked > 75 > 25 > others, "the model keeps to the chords"
    assert in_key > 85
    assert off_beat < 10
    made = mv.Trio.from_notes(mv.read_midi(ran.folder / "trio.mid"))
    assert made.bass[0] == 36
    assert made.melody.num_notes > 0
    assert made.drums.num_hits > 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_cleared(path: Path) -> None:
    """An output in git makes every run a difference, and hides what a reader's own run would show."""
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert not cell.outputs, f"{path.name}: clear the outputs before committing"
            assert cell.execution_count is None, f"{path.name}: clear the cell numbers before committing"
            assert len(cell.source.splitlines()) <= 25, f"{path.name}: a cell of more than 25 lines; cut it into steps"
