"""Preparing a corpus on many machines: Dask runs the converter on each part, and each part becomes one prepared dataset."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._core import DrumMap, GrooveDataset
from ._errors import ArgumentError, DeviceError, DistributedError, FileError, FormatError

if TYPE_CHECKING:
    import os


@dataclass(frozen=True)
class Shards:
    """What :func:`preprocess_shards` made."""

    #: The prepared datasets (.mvds), in the order of their sources.
    paths: list[Path]
    #: Windows in all of them.
    windows: int
    #: Counts of what they leave out, by reason.
    left_out: dict[str, int]
    #: The sources that could not be opened, and why. They have no shard.
    unreadable: dict[str, str]


@dataclass(frozen=True)
class _Part:
    """The result of one source."""

    windows: int
    left_out: dict[str, int]
    error: str = ""


def _prepare(source: str, shard: str, options: dict[str, Any]) -> _Part:
    """Prepares one source as one shard, on a worker. The shard is written atomically."""
    try:
        dataset = GrooveDataset(source, **options)
    except (FileError, FormatError) as error:
        return _Part(0, {}, str(error))
    with dataset:
        dataset.save(shard)
        return _Part(len(dataset), dataset.left_out)


def preprocess_shards(
    sources: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    client: Any,
    *,
    cut: str | None = None,
    bars: int = 4,
    drum_map: DrumMap | None = None,
    classes: str = "nine",
    drum_channel: int | str | None = None,
    config: str | None = None,
    threads: int = 1,
    progress: bool = True,
) -> Shards:
    """Prepare each source as a shard in the folder ``out``, on the workers of a Dask cluster. The folder then opens as one dataset.

    sources: what GrooveDataset opens (folders of MIDI files, zips of the release, TFRecord files), by paths that all workers can read.
    out: a new or empty folder that all workers can write. client: a ``dask.distributed.Client``.
    cut, bars, drum_map, classes, drum_channel, config: as for GrooveDataset. threads: threads per task.

    A source that cannot be opened does not stop the others. It is listed in the result, and unreadable files inside a source are counted.
    Raises ArgumentError, FileError (``out`` cannot be written), DistributedError (workers died), DeviceError (Dask is missing).
    """
    try:
        from tqdm import tqdm

        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise DeviceError(f"preprocess_shards needs Dask, which is not installed; pip install 'dask[distributed]' ({error})") from error
    if not isinstance(client, distributed.Client):
        raise ArgumentError(f"preprocess_shards: client is a {type(client).__name__}; give a dask.distributed.Client")
    if isinstance(sources, (str, bytes)) or not sources:
        raise ArgumentError("preprocess_shards: there are no sources; give a list of folders, zips or TFRecord files")
    names = [str(Path(source).absolute()) for source in sources]
    folder = Path(out).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        full = any(folder.iterdir())
    except OSError as error:
        raise FileError(f"{folder}: cannot be created or read: {error.strerror}; check the permissions or name another folder") from error
    if full:
        raise ArgumentError(f"preprocess_shards: {folder} is not empty; name a new folder")

    shards = [folder / f"shard-{i:05d}-of-{len(names):05d}.mvds" for i in range(len(names))]
    options = {"cut": cut, "bars": bars, "drum_map": drum_map, "classes": classes, "drum_channel": drum_channel}
    options |= {"config": config, "threads": threads}
    futures = client.map(_prepare, names, [str(shard) for shard in shards], options=options, pure=False)
    try:
        for _ in tqdm(distributed.as_completed(futures, raise_errors=False), total=len(futures), unit="shard", disable=not progress):
            pass
        parts: list[_Part] = client.gather(futures)
    except (distributed.KilledWorker, distributed.comm.CommClosedError) as error:
        raise DistributedError(f"preprocess_shards: workers died; give them more memory or smaller sources ({error!r})") from error
    finally:
        client.cancel(futures)  # nothing where all are done

    left_out: Counter[str] = Counter()
    for part in parts:
        left_out.update(part.left_out)
    return Shards(
        paths=[shard for shard, part in zip(shards, parts) if not part.error],
        windows=sum(part.windows for part in parts),
        left_out=dict(left_out),
        unreadable={name: part.error for name, part in zip(names, parts) if part.error},
    )
