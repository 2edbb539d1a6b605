"""Pictures with matplotlib: grooves, losses, the latent space, datasets.

Each function returns the Axes or the Figure that it drew, to restyle or save. Functions that draw a single Axes take ``ax=``.
matplotlib is imported when the first picture is drawn. Without it, a groove can still be saved as SVG (``groove.save("x.svg")``).
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from ._core import DRUM_NAMES, DrumSequence, GrooveDataset, MusicVae
from ._errors import ArgumentError, DeviceError, FileError, FormatError

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from .training import Trainer

__all__ = ["density", "genres", "grid", "grids", "interpolation", "latent_map", "loss", "pca"]

Grooves = Union[GrooveDataset, DrumSequence, Sequence[DrumSequence]]

_VELOCITY_COLOURS = [(0.0, "#f7c48a"), (0.4, "#ec7a3c"), (0.7, "#c13442"), (1.0, "#4a0e3e")]  # those of the SVG pictures
_TRAIN = "#4f74c8"
_VALIDATION = "#d9480f"


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise DeviceError("pictures need matplotlib, which is not installed; pip install matplotlib") from error
    return plt


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    plt = _pyplot()
    if ax is not None:
        return ax
    _, new = plt.subplots(figsize=size, layout="constrained")
    result: Axes = new
    return result


def _velocity_map(cmap: str | Colormap | None) -> str | Colormap:
    if cmap is not None:
        return cmap
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("velocity", _VELOCITY_COLOURS)


# ---- grooves ---------------------------------------------------------------------------------------------------------


def _draw_lines(ax: Axes, sequence: DrumSequence) -> None:
    """Draws lines at steps, beats and bars, from weak to strong. Their gids are "steps", "beats" and "bars"."""
    per_bar = sequence.grid.steps_per_bar
    beats = sequence.grid.beats_per_bar
    bars = [step for step in range(sequence.steps + 1) if step % per_bar == 0 or step == sequence.steps]
    on_beat = [step for step in range(sequence.steps) if step % per_bar and step % per_bar * beats % per_bar == 0]
    others = sorted(set(range(sequence.steps)) - set(bars) - set(on_beat))
    for gid, at, colour, width in (("steps", others, "0.9", 0.5), ("beats", on_beat, "0.72", 0.8), ("bars", bars, "0.35", 1.2)):
        if at:
            ax.vlines(at, -0.5, len(DRUM_NAMES) - 0.5, colors=colour, linewidth=width, zorder=1).set_gid(gid)


def grid(sequence: DrumSequence, ax: Axes | None = None, *, title: str | None = None, cmap: str | Colormap | None = None) -> Axes:
    """Draw a groove: one row per drum and one line per step, with stronger lines for beats and bars.

    The left edge of a mark is the time of the hit: on the line of its step, or up to half a step before or after it. Height and colour
    show the velocity. x is in steps, y in drums (0 is the kick). cmap: the colours for velocities 0 to 1.
    The marks are one collection with the gid "hits". The gids of the lines are "steps", "beats" and "bars".
    """
    import numpy as np

    if not isinstance(sequence, DrumSequence):
        raise ArgumentError(f"grid: a {type(sequence).__name__} is not a groove; give a DrumSequence")
    ax = _axes(ax, (min(max(2.2 + 0.16 * sequence.steps, 4.0), 24.0), 2.7))
    from matplotlib.collections import PolyCollection

    for drum in range(0, len(DRUM_NAMES), 2):
        ax.axhspan(drum - 0.5, drum + 0.5, color="0.965", linewidth=0, zorder=0)
    _draw_lines(ax, sequence)

    cells = sequence.cells()
    steps, drums = np.nonzero(cells["hits"])
    velocities = cells["velocities"][steps, drums]
    left = steps + cells["offsets"][steps, drums] / 2
    right = left + 0.62
    half_height = (0.4 + 0.48 * velocities) / 2
    low, high = drums - half_height, drums + half_height
    corners = np.stack([np.stack([left, left, right, right], axis=1), np.stack([low, high, high, low], axis=1)], axis=2)
    hits = PolyCollection(list(corners), cmap=_velocity_map(cmap), linewidth=0, zorder=2)
    hits.set_array(velocities)
    hits.set_clim(0.0, 1.0)
    hits.set_gid("hits")
    ax.add_collection(hits, autolim=False)

    per_bar = sequence.grid.steps_per_bar
    ax.set_xlim(-0.6, sequence.steps + 0.6)
    ax.set_ylim(-0.5, len(DRUM_NAMES) - 0.5)
    ax.set_xticks(range(0, sequence.steps, per_bar), [str(bar + 1) for bar in range(math.ceil(sequence.steps / per_bar))])
    ax.set_yticks(range(len(DRUM_NAMES)), [drum.replace("hihat", "hi-hat").replace("_", " ") for drum in DRUM_NAMES])
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    for spine in ax.spines.values():
        spine.set_visible(False)
    if title:
        ax.set_title(title, loc="left", fontweight="bold")
    return ax


def _several(
    grooves: DrumSequence | Iterable[DrumSequence], titles: Iterable[str] | None, what: str
) -> tuple[list[DrumSequence], list[str]]:
    drawn = [grooves] if isinstance(grooves, DrumSequence) else list(grooves)
    if not drawn:
        raise ArgumentError(f"{what}: there are no grooves to draw; give one or more")
    words = [""] * len(drawn) if titles is None else [str(title) for title in titles]
    if len(words) != len(drawn):
        raise ArgumentError(f"{what}: {len(words)} titles for {len(drawn)} grooves; give one for each")
    return drawn, words


def _add_velocity_bar(figure: Figure, axes: Sequence[Axes]) -> None:
    hits = next(c for c in axes[0].collections if c.get_gid() == "hits")
    bar = figure.colorbar(hits, ax=list(axes), label="velocity", shrink=min(0.8, 4.0 / figure.get_figheight()), aspect=25, pad=0.01)
    bar.outline.set_visible(False)


def grids(
    sequences: Iterable[DrumSequence],
    titles: Iterable[str] | None = None,
    *,
    columns: int | None = None,
    cmap: str | Colormap | None = None,
) -> Figure:
    """Draw several grooves in rows. columns: the number of grooves per row; by default as many as stay legible."""
    drawn, words = _several(sequences, titles, "grids")
    longest = max(1, *(groove.steps for groove in drawn))
    if columns is None:
        columns = min(len(drawn), max(1, min(4, 128 // longest)))
    if columns < 1:
        raise ArgumentError(f"grids: {columns} columns; use 1 or more")
    columns = min(columns, len(drawn))
    rows = math.ceil(len(drawn) / columns)
    plt = _pyplot()
    width = min(max(2.4 + columns * 0.1 * longest, 6.0), 15.0)
    figure, all_axes = plt.subplots(rows, columns, figsize=(width, 2.6 * rows), layout="constrained", squeeze=False)
    axes = list(all_axes.flat)
    for i, (groove, ax, title) in enumerate(zip(drawn, axes, words)):
        grid(groove, ax, title=title, cmap=cmap)
        ax.set_xlim(-0.6, longest + 0.6)  # a step is as wide in all of them
        if i % columns:
            ax.set_yticklabels([])
    for ax in axes[len(drawn) :]:
        ax.remove()
    _add_velocity_bar(figure, axes[: len(drawn)])
    result: Figure = figure
    return result


def interpolation(sequences: Iterable[DrumSequence], titles: Iterable[str] | None = None, *, cmap: str | Colormap | None = None) -> Figure:
    """Draw an interpolation between two grooves (``model.interpolate``): one groove per row, with its position in per cent at the left."""
    drawn, words = _several(sequences, titles, "interpolation")
    if titles is None:
        words = [f"{i / max(1, len(drawn) - 1):.0%}" for i in range(len(drawn))]
    longest = max(1, *(groove.steps for groove in drawn))
    plt = _pyplot()
    size = (min(max(2.4 + 0.15 * longest, 6.0), 14.0), 0.5 + 1.3 * len(drawn))
    figure, all_axes = plt.subplots(len(drawn), 1, figsize=size, layout="constrained", squeeze=False)
    axes = list(all_axes.flat)
    for i, (groove, ax, title) in enumerate(zip(drawn, axes, words)):
        grid(groove, ax, cmap=cmap)
        ax.set_xlim(-0.6, longest + 0.6)
        ax.set_ylabel(title, rotation=0, ha="right", va="center", fontweight="bold")
        ax.tick_params(axis="y", labelsize=6.5)
        if i:
            ax.set_xticklabels([])
    _add_velocity_bar(figure, axes)
    result: Figure = figure
    return result


# ---- training --------------------------------------------------------------------------------------------------------


def _read_history(path: Path) -> dict[str, list[dict[str, Any]]]:
    if path.is_dir():
        path = path / "metrics.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}; name a training run's folder, or its metrics.jsonl") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: byte {error.start}: is not text; name a training run's folder, or its metrics.jsonl") from error
    history: dict[str, list[dict[str, Any]]] = {"train": [], "validation": []}
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            history.setdefault(record["kind"], []).append(record)
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):  # a crash cut it short
                break
            raise FormatError(
                f"{path}: line {number} is not a training record; name a training run's folder, or its metrics.jsonl"
            ) from error
    return history


def _points(records: Iterable[Mapping[str, Any]], part: str | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Steps and losses, without losses that are not finite."""
    import numpy as np

    pairs = []
    for record in records:
        try:
            value = (record[part] if part else record)["loss"]
            pairs.append((int(record["step"]), math.nan if value is None else float(value)))
        except (KeyError, TypeError, ValueError) as error:
            raise ArgumentError("loss: a record has no step or no loss; give trainer.history or a training run's folder") from error
    steps = np.array([step for step, _ in pairs], dtype=np.int64)
    losses = np.array([value for _, value in pairs], dtype=np.float64)
    good = np.isfinite(losses)
    return steps[good], losses[good]


def loss(
    history: Trainer | Mapping[str, Sequence[Mapping[str, Any]]] | str | os.PathLike[str],
    ax: Axes | None = None,
    *,
    title: str | None = None,
) -> Axes:
    """Draw the loss of a training run over its steps: ``trainer.history``, a trainer, or the folder of a run (also one of the command).

    The training loss is drawn pale, with its running mean on top. The best point of the validation loss is marked.
    """
    import numpy as np

    if isinstance(history, (str, os.PathLike)):
        records: Any = _read_history(Path(history))
    else:
        records = getattr(history, "history", history)
    if not isinstance(records, Mapping):
        raise ArgumentError(f"loss: a {type(history).__name__} is not a history; give trainer.history or a training run's folder")
    steps, losses = _points(records.get("train", []), None)
    at, validation = _points(records.get("validation", []), "sampled")
    if not len(steps) and not len(at):
        raise ArgumentError("loss: the history has no points; train a step first")

    ax = _axes(ax, (8.0, 4.2))
    if len(steps):
        window = max(1, len(losses) // 100)
        mean = np.convolve(losses, np.ones(window) / window, mode="valid")
        middle = np.convolve(steps, np.ones(window) / window, mode="valid")
        if window > 1:
            ax.plot(steps, losses, color=_TRAIN, alpha=0.25, linewidth=0.7, gid="train")
        ax.plot(middle, mean, color=_TRAIN, linewidth=1.6, marker="o" if len(steps) == 1 else None, label="training", gid="train mean")
    if len(at):
        best = int(np.argmin(validation))
        ax.plot(at, validation, color=_VALIDATION, marker="o", markersize=3.5, linewidth=1.6, label="validation", gid="validation")
        label = f"best: {validation[best]:.4g} at step {at[best]}"
        ax.plot(at[best], validation[best], "o", color=_VALIDATION, markersize=8, label=label, gid="best")
    drawn = np.concatenate([losses, validation])
    if drawn.min() > 0 and drawn.max() / drawn.min() >= 4:
        from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0)))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("step")
    ax.set_ylabel("loss (nats per window)")
    ax.grid(axis="y", color="0.92")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    if title:
        ax.set_title(title, loc="left", fontweight="bold")
    return ax


# ---- the latent space ------------------------------------------------------------------------------------------------


def pca(x: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The first two principal components of points [n, d]: the coordinates of the points, [n, 2], and the shares of the variance, [2].

    Computed by singular value decomposition. The largest weight of each component is positive: the same points give the same picture.
    """
    import numpy as np

    points = np.asarray(x, dtype=np.float64)
    if points.ndim != 2 or points.shape[0] < 2 or points.shape[1] < 2:
        raise ArgumentError(f"pca: points of shape {list(points.shape)}; give [n, d], n and d at least 2")
    if not np.isfinite(points).all():
        raise ArgumentError("pca: a coordinate is not a finite number")
    centred = points - points.mean(axis=0)
    _, spreads, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.where(directions[np.arange(2), largest] < 0, -1.0, 1.0)[:, None]
    variances = spreads**2
    total = variances.sum()
    return centred @ directions.T, variances[:2] / total if total > 0 else np.zeros(2)


def _umap(points: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    import numpy as np

    try:
        from umap import UMAP
    except ImportError as error:
        raise DeviceError('latent map: the method "umap" needs umap-learn; pip install umap-learn, or use method="pca"') from error
    if len(points) < 4:
        raise ArgumentError(f"latent map: {len(points)} points are too few for umap; give 4 or more")
    made = UMAP(n_components=2, n_neighbors=min(15, len(points) - 1), random_state=seed, n_jobs=1).fit_transform(points)
    return np.asarray(made, dtype=np.float64)


def _labels(data: Grooves, label: str | Sequence[str] | None, n: int) -> list[str]:
    if label is None:
        return [""] * n
    if not isinstance(label, str):
        labels = [str(one) for one in label]
        if len(labels) != n:
            raise ArgumentError(f"latent map: {len(labels)} labels for {n} grooves; give one for each")
        return labels
    if not isinstance(data, GrooveDataset):
        raise ArgumentError("latent map: only a GrooveDataset has labels of its own; give label=[...], one for each groove, or label=None")
    windows = data.window_info()
    if windows and label not in windows[0]:
        raise ArgumentError(f'latent map: windows have no "{label}"; use one of {", ".join(windows[0])}')
    return [str(window[label]) for window in windows]


def latent_map(
    model: MusicVae,
    data: Grooves,
    label: str | Sequence[str] | None = "style",
    method: str = "pca",
    ax: Axes | None = None,
    *,
    seed: int = 0,
    title: str | None = None,
) -> Axes:
    """Draw where grooves lie in the latent space ("latent distribution by label"): the mu of each, reduced to two dimensions.

    label: the colour of the points: a key of ``data.window_info()`` ("style", "split", "beat_type", ...), or a list with one label per
    groove.
    method: "pca" (``pca``; the axis labels show the share of the variance), or "umap" (umap-learn; ``seed`` determines the picture).
    Each label is a separate scatter plot, the most common first, with its count in the legend.
    """
    import numpy as np

    if method not in ("pca", "umap"):
        raise ArgumentError(f'latent map: no method is called "{method}"; use pca or umap')
    grooves: Any = [data] if isinstance(data, DrumSequence) else data
    n = len(grooves)
    if n < 2:
        raise ArgumentError(f"latent map: {n} grooves are too few for a map; give 2 or more")
    labels = _labels(grooves, label, n)
    _pyplot()  # before the work
    mu = model.encode(grooves).mu
    if method == "pca":
        points, shares = pca(mu)
        names = [f"component {i + 1} ({share:.1%} of the variance)" for i, share in enumerate(shares)]
    else:
        points = _umap(mu, seed)
        names = ["UMAP 1", "UMAP 2"]

    ax = _axes(ax, (8.6, 5.8))
    from matplotlib import colormaps

    colours = colormaps["tab20"].colors  # type: ignore[attr-defined]
    colours = colours[::2] + colours[1::2]  # the strong ones first
    size = float(np.clip(30_000 / n, 7, 40))
    of_point = np.array(labels)
    counts = sorted(Counter(labels).items(), key=lambda item: (-item[1], item[0]))
    for i, (name, count) in enumerate(counts):
        own = points[of_point == name]
        marker = "osD^vP"[i // len(colours) % 6]
        words = f"{name} ({count})" if name else None
        ax.scatter(own[:, 0], own[:, 1], s=size, marker=marker, color=colours[i % len(colours)], alpha=0.75, linewidths=0, label=words)
    if label is not None:
        heading = label if isinstance(label, str) else None
        key = ax.legend(title=heading, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize="small", markerscale=1.5)
        for handle in key.legend_handles:
            if handle is not None:
                handle.set_alpha(1.0)
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(title if title is not None else f"{n} grooves in the latent space", loc="left", fontweight="bold")
    return ax


# ---- datasets --------------------------------------------------------------------------------------------------------


def genres(
    data: GrooveDataset, ax: Axes | None = None, *, beat_type: str | None = "beat", meter: str | None = "4/4", title: str | None = None
) -> Axes:
    """Draw the number of source files of each style, in descending order. By default only beats in 4/4 count; ``beat_type`` and
    ``meter`` select others (None: all)."""
    files = [
        file
        for file in data.report()
        if not file["error"] and (beat_type is None or file["beat_type"] == beat_type) and (meter is None or file["meter"] == meter)
    ]
    if not files:
        raise ArgumentError("genres: no file of the dataset is of this kind; give another beat_type or meter, or None")
    counts = Counter(str(file["style"] or "unknown") for file in files)
    items = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ax = _axes(ax, (7.0, 0.8 + 0.27 * len(items)))
    bars = ax.barh([name for name, _ in items], [count for _, count in items], color=_TRAIN, height=0.72)
    ax.bar_label(bars, padding=4, color="0.35", fontsize="small")
    ax.invert_yaxis()
    ax.set_xlabel("files")
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    counted = f"{len(files)} {beat_type or 'file'}{'s' if len(files) != 1 else ''}" + (f" in {meter}" if meter else "")
    ax.set_title(title if title is not None else counted, loc="left", fontweight="bold")
    return ax


def density(data: Grooves, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """Draw a histogram of the hits per bar, with the median marked."""
    import numpy as np

    if isinstance(data, GrooveDataset):
        rows = data.arrays()
        bars = data.steps / 16
        hits = len(DRUM_NAMES) if data.depth == 3 * len(DRUM_NAMES) else data.depth
        per_bar = rows[:, :, :hits].sum(axis=(1, 2), dtype=np.float64) / bars
    else:
        grooves = [data] if isinstance(data, DrumSequence) else list(data)
        per_bar = np.array([groove.num_hits / groove.bars for groove in grooves if groove.steps])
    if not len(per_bar):
        raise ArgumentError("density: there are no grooves to count; give one or more")
    ax = _axes(ax, (7.0, 3.6))
    last = math.ceil(float(per_bar.max())) + 1
    width = max(1, math.ceil(last / 40))
    ax.hist(per_bar, bins=list(range(0, last + width, width)), color=_TRAIN, edgecolor="white", linewidth=0.6)
    median = float(np.median(per_bar))
    ax.axvline(median, color=_VALIDATION, linewidth=1.6, label=f"median: {median:.3g}", gid="median")
    ax.set_xlabel("hits per bar")
    ax.set_ylabel("grooves")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    counted = f"{len(per_bar)} groove" + ("s" if len(per_bar) != 1 else "")
    ax.set_title(title if title is not None else counted, loc="left", fontweight="bold")
    return ax
