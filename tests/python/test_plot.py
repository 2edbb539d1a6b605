"""The contents of the pictures: the number of marks, their positions, their order, the texts. No pixels are compared."""

from __future__ import annotations

import builtins
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
import musicvae_cpp as mv  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.collections import Collection


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def model() -> mv.MusicVae:
    return mv.load("groovae_4bar")


@pytest.fixture
def groove() -> mv.DrumSequence:
    s = mv.DrumSequence(steps=32)
    s.set(0, "kick", velocity=1.0)
    s.set(8, "ride", velocity=0.25, offset=-1.0)
    s.set(16, "snare", velocity=0.5, offset=0.5)
    return s


def hits(ax: Axes) -> Collection:
    found: Collection = by_gid(ax, "hits")
    return found


def by_gid(ax: Axes, gid: str) -> Any:
    return next(artist for artist in ax.get_children() if artist.get_gid() == gid)


def boxes(ax: Axes) -> list[tuple[float, float, float]]:
    """Left edge, middle and height of each mark."""
    extents = [path.get_extents() for path in hits(ax).get_paths()]
    return [(e.x0, (e.y0 + e.y1) / 2, e.height) for e in extents]


def bars_of(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def texts(labels: Any) -> list[str]:
    return [label.get_text() for label in labels]


def test_grid_puts_each_hit_where_it_is_played(groove: mv.DrumSequence) -> None:
    ax = mv.plot.grid(groove, title="Mine")
    drawn = boxes(ax)
    assert [x for x, *_ in drawn] == pytest.approx([0.0, 7.5, 16.25])
    assert [y for _, y, _ in drawn] == pytest.approx([0, 8, 1])
    heights = [height for *_, height in drawn]
    assert heights[0] > heights[2] > heights[1]
    assert list(hits(ax).get_array()) == pytest.approx([1.0, 0.25, 0.5], abs=0.01)  # type: ignore[arg-type]
    assert hits(ax).get_clim() == (0.0, 1.0)
    assert texts(ax.get_yticklabels()) == [drum.replace("hihat", "hi-hat").replace("_", " ") for drum in mv.DRUM_NAMES]
    assert texts(ax.get_xticklabels()) == ["1", "2"]
    assert ax.get_title(loc="left") == "Mine"


@pytest.mark.parametrize(
    ("steps", "grid", "bars", "beats", "others"),
    [(32, mv.Grid(), 3, 6, 24), (12, mv.Grid(4, 6, 8), 2, 5, 6), (20, mv.Grid(), 3, 3, 15)],
)
def test_grid_draws_bars_beats_and_steps(steps: int, grid: mv.Grid, bars: int, beats: int, others: int) -> None:
    ax = mv.plot.grid(mv.DrumSequence(steps, grid))
    assert [len(by_gid(ax, gid).get_segments()) for gid in ("bars", "beats", "steps")] == [bars, beats, others]


def test_grid_can_be_restyled_and_stands_in_own_axes(groove: mv.DrumSequence) -> None:
    figure, axes = plt.subplots(1, 2)
    assert mv.plot.grid(groove, axes[1], cmap="viridis") is axes[1]
    assert groove.plot(ax=axes[0], title="x") is axes[0]
    assert hits(axes[1]).get_cmap().name == "viridis"
    assert len(plt.get_fignums()) == 1
    figure.canvas.draw()


@pytest.mark.parametrize("steps", [0, 1, 17, 640])
def test_grid_of_odd_sizes(steps: int) -> None:
    ax = mv.plot.grid(mv.DrumSequence(steps))
    assert boxes(ax) == []
    ax.figure.canvas.draw()


def test_grids_stand_side_by_side(groove: mv.DrumSequence) -> None:
    long = groove + groove
    figure = mv.plot.grids([long, long, groove], titles=["a", "b", "c"])
    *axes, bar = figure.axes
    assert [ax.get_title(loc="left") for ax in axes] == ["a", "b", "c"]
    assert [len(boxes(ax)) for ax in axes] == [6, 6, 3]
    assert len({ax.get_xlim() for ax in axes}) == 1, "a step is as wide in all of them"
    assert bar.get_ylabel() == "velocity"
    figure.canvas.draw()
    places = [ax.get_position() for ax in axes]
    assert places[0].y0 == pytest.approx(places[1].y0)
    assert places[0].x0 == pytest.approx(places[2].x0), "three of 64 steps would be too small to read"
    assert len(mv.plot.grids([long] * 3, columns=3).axes) == 4


def test_grids_refuse_what_cannot_be(groove: mv.DrumSequence) -> None:
    with pytest.raises(mv.ArgumentError, match="no groove"):
        mv.plot.grids([])
    with pytest.raises(mv.ArgumentError, match="2 titles for 1 grooves"):
        mv.plot.grids([groove], titles=["a", "b"])
    with pytest.raises(mv.ArgumentError, match="0 columns"):
        mv.plot.grids([groove], columns=0)
    with pytest.raises(mv.ArgumentError, match="no groove"):
        mv.plot.interpolation([])
    with pytest.raises(mv.ArgumentError, match="a str is not a groove"):
        mv.plot.grid("groove")  # type: ignore[arg-type]


def test_interpolation_says_how_far_it_is(groove: mv.DrumSequence) -> None:
    figure = mv.plot.interpolation([groove] * 5)
    assert [ax.get_ylabel() for ax in figure.axes[:5]] == ["0%", "25%", "50%", "75%", "100%"]
    assert all(len(boxes(ax)) == 3 for ax in figure.axes[:5])
    assert [ax.get_ylabel() for ax in mv.plot.interpolation([groove], titles=["only"]).axes[:1]] == ["only"]


HISTORY: dict[str, list[dict[str, Any]]] = {
    "train": [{"step": step, "loss": 100.0 + 400.0 / (step + 1)} for step in range(500)],
    "validation": [{"step": step, "sampled": {"loss": value}} for step, value in ((100, 150.0), (200, 120.0), (300, 130.0))],
}


def test_loss_draws_both_curves_and_the_best() -> None:
    ax = mv.plot.loss(HISTORY, title="mine")
    assert len(by_gid(ax, "train").get_xdata()) == 500
    mean = by_gid(ax, "train mean")
    assert mean.get_ydata()[-1] == pytest.approx(np.mean([r["loss"] for r in HISTORY["train"][-5:]]))
    assert list(by_gid(ax, "validation").get_ydata()) == [150.0, 120.0, 130.0]
    assert (by_gid(ax, "best").get_xdata()[0], by_gid(ax, "best").get_ydata()[0]) == (200, 120.0)
    assert texts(ax.get_legend().get_texts()) == ["training", "validation", "best: 120 at step 200"]  # type: ignore[union-attr]
    assert ax.get_yscale() == "log"
    assert ax.get_title(loc="left") == "mine"


def test_loss_reads_a_run(tmp_path: Path) -> None:
    lines = [json.dumps({"kind": kind, **record}) for kind, records in HISTORY.items() for record in records]
    (tmp_path / "metrics.jsonl").write_text("\n".join([*lines, '{"kind": "train", "step"']))
    ax = mv.plot.loss(tmp_path)
    assert len(by_gid(ax, "train").get_xdata()) == 500
    assert len(by_gid(mv.plot.loss(str(tmp_path / "metrics.jsonl")), "validation").get_xdata()) == 3


def test_loss_of_few_or_odd_points(tmp_path: Path) -> None:
    ax = mv.plot.loss({"train": [{"step": 0, "loss": 3.0}], "validation": []})
    assert by_gid(ax, "train mean").get_marker() == "o"
    ax.figure.canvas.draw()
    ax = mv.plot.loss({"train": [{"step": 0, "loss": 3.0}, {"step": 1, "loss": None}, {"step": 2, "loss": -3.0}]})
    assert len(by_gid(ax, "train mean").get_xdata()) == 2
    with pytest.raises(mv.ArgumentError, match="no point"):
        mv.plot.loss({"train": [], "validation": []})
    with pytest.raises(mv.ArgumentError, match="no step or no loss"):
        mv.plot.loss({"train": [{"step": 1}]})
    with pytest.raises(mv.ArgumentError, match="is not a history"):
        mv.plot.loss(7)  # type: ignore[arg-type]
    with pytest.raises(mv.FileError, match=r"metrics\.jsonl: cannot be read"):
        mv.plot.loss(tmp_path)
    (tmp_path / "metrics.jsonl").write_text('words\n{"kind": "train", "step": 0, "loss": 1}\n')
    with pytest.raises(mv.FormatError, match="line 1 is not a training record"):
        mv.plot.loss(tmp_path)
    (tmp_path / "metrics.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(mv.FormatError, match="byte 0"):
        mv.plot.loss(tmp_path)


def test_pca_finds_the_widest_spread() -> None:
    rng = np.random.default_rng(1)
    axes = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    x = rng.normal(size=(300, 5)) * [5.0, 2.0, 0.1, 0.1, 0.1] @ axes.T + 7.0
    points, shares = mv.plot.pca(x)
    assert points.shape == (300, 2)
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert points.std(axis=0) == pytest.approx([5.0, 2.0], rel=0.15)
    assert shares.sum() == pytest.approx(1.0, abs=0.01)
    covariance = np.cov(x.T)
    assert points.var(axis=0, ddof=1) == pytest.approx(np.linalg.eigvalsh(covariance)[::-1][:2])
    again, _ = mv.plot.pca(x[::-1])
    assert again[::-1] == pytest.approx(points), "the order of the points does not turn the picture"
    assert mv.plot.pca(-x)[0] == pytest.approx(-points), "nor does the sign of a direction depend on the data's"
    assert mv.plot.pca(np.ones((3, 4)))[0] == pytest.approx(np.zeros((3, 2)))
    for bad in (np.zeros((1, 4)), np.zeros(4), np.zeros((4, 1)), np.full((3, 3), np.nan)):
        with pytest.raises(mv.ArgumentError):
            mv.plot.pca(bad)


def test_latent_map_colours_by_label(model: mv.MusicVae) -> None:
    grooves = model.sample(6, seed=3)
    ax = mv.plot.latent_map(model, grooves, label=["rock", "funk", "rock", "jazz", "rock", "funk"])
    assert [c.get_label() for c in ax.collections] == ["rock (3)", "funk (2)", "jazz (1)"]
    points, shares = mv.plot.pca(model.encode(grooves).mu)
    assert np.asarray(ax.collections[0].get_offsets()) == pytest.approx(points[[0, 2, 4]])
    assert len({str(np.asarray(c.get_facecolor())[0]) for c in ax.collections}) == 3
    assert ax.get_xlabel() == f"component 1 ({shares[0]:.1%} of the variance)"
    assert ax.get_legend() is not None
    assert mv.plot.latent_map(model, grooves, label=None).get_legend() is None


def test_latent_map_refuses_what_cannot_be(model: mv.MusicVae, monkeypatch: pytest.MonkeyPatch) -> None:
    grooves = model.sample(2, seed=3)
    with pytest.raises(mv.ArgumentError, match='no method is called "tsne"'):
        mv.plot.latent_map(model, grooves, method="tsne")
    with pytest.raises(mv.ArgumentError, match="only a GrooveDataset has labels of its own"):
        mv.plot.latent_map(model, grooves)
    with pytest.raises(mv.ArgumentError, match="3 labels for 2 grooves"):
        mv.plot.latent_map(model, grooves, label=["a", "b", "c"])
    with pytest.raises(mv.ArgumentError, match="1 grooves are too few for a map"):
        mv.plot.latent_map(model, grooves[:1], label=["a"])
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(mv.DeviceError, match="pip install umap-learn"):
        mv.plot.latent_map(model, grooves, label=None, method="umap")


def test_latent_map_with_umap(model: mv.MusicVae, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")  # to compile umap takes a minute, and there are few points
    pytest.importorskip("umap")
    ax = mv.plot.latent_map(model, model.sample(20, seed=3), label=None, method="umap", seed=1)
    assert np.asarray(ax.collections[0].get_offsets()).shape == (20, 2)
    assert ax.get_xlabel() == "UMAP 1"


@pytest.fixture
def folder(tmp_path: Path, groove: mv.DrumSequence) -> Path:
    """A small release in the Groove MIDI Dataset's form: three 4/4 beats, one in 3/4, one fill."""
    rows = ["drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split"]
    take = groove + groove + groove + groove
    for i, (style, beat_type, meter) in enumerate(
        [
            ("rock", "beat", "4-4"),
            ("funk/groove1", "beat", "4-4"),
            ("rock/slow", "beat", "4-4"),
            ("jazz", "beat", "3-4"),
            ("funk", "fill", "4-4"),
        ]
    ):
        name = f"drummer1/session1/{i}.mid"
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        take.save(tmp_path / name)
        rows.append(f"drummer1,drummer1/session1,{i},{style},120,{beat_type},{meter},{name},,8.0,train")
    (tmp_path / "info.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_genres_counts_the_files_of_each_style(folder: Path) -> None:
    data = mv.GrooveDataset(folder)
    ax = mv.plot.genres(data)
    assert [(label, bar.get_width()) for label, bar in zip(texts(ax.get_yticklabels()), bars_of(ax))] == [("rock", 2), ("funk", 1)]
    assert ax.get_title(loc="left") == "3 beats in 4/4"
    ax = mv.plot.genres(data, beat_type=None, meter=None, title="all")
    assert texts(ax.get_yticklabels()) == ["funk", "rock", "jazz"]
    assert ax.get_title(loc="left") == "all"
    with pytest.raises(mv.ArgumentError, match="no file of the dataset is of this kind"):
        mv.plot.genres(data, meter="7/8")


def test_density_counts_hits_a_bar(folder: Path, groove: mv.DrumSequence) -> None:
    ax = mv.plot.density([groove, groove, groove + groove, mv.DrumSequence(16)])
    assert sum(bar.get_height() for bar in bars_of(ax)) == 4
    assert {round(bar.get_x()): bar.get_height() for bar in bars_of(ax) if bar.get_height()} == {0: 1, 1: 3}
    assert by_gid(ax, "median").get_xdata()[0] == pytest.approx(1.5)
    data = mv.GrooveDataset(folder)
    assert len(data) > 0
    assert sum(bar.get_height() for bar in bars_of(mv.plot.density(data))) == len(data)
    with pytest.raises(mv.ArgumentError, match="no groove"):
        mv.plot.density([])


def test_latent_map_of_a_dataset(folder: Path, model: mv.MusicVae) -> None:
    data = mv.GrooveDataset(folder)
    ax = mv.plot.latent_map(model, data, label="style")
    drawn = sum(len(np.asarray(c.get_offsets())) for c in ax.collections)
    assert drawn == len(data)
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "style"
    with pytest.raises(mv.ArgumentError, match='windows have no "genre"; use one of'):
        mv.plot.latent_map(model, data, label="genre")


def test_without_matplotlib_it_says_how_to_get_it(groove: mv.DrumSequence, monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(mv.DeviceError, match="pip install matplotlib"):
        mv.plot.grid(groove)
