"""MusicVAE: sample, encode, blend and train drum grooves, melodies and trios.

Importing the package does not load PyTorch, NumPy or matplotlib. Each is loaded when it is first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._core import (
    DRUM_NAMES,
    AttributeEffects,
    Cell,
    ChordSequence,
    DrumMap,
    DrumSequence,
    Grid,
    GrooveDataset,
    GrooveStream,
    Melody,
    MusicVae,
    NoteSequence,
    RecordStream,
    Tracks,
    Trio,
    __version__,
    config,
    config_names,
    configs,
    evaluate,
    find_soundfont,
    grooves_svg,
    import_checkpoint,
    load,
    loss_svg,
    notes_of_hits,
    parse_midi,
    parse_notes_json,
    read_config,
    read_midi,
    read_notes,
    read_tfrecord,
    write_tfrecord,
)
from ._errors import (
    ArgumentError,
    ChordClassError,
    ChordSymbolError,
    ConfigError,
    DeviceError,
    DistributedError,
    DivergenceError,
    Error,
    FileError,
    FormatError,
    ModelError,
)
from ._types import Latents

if TYPE_CHECKING:
    from . import plot, reference
    from .shards import Shards, preprocess_shards
    from .training import Trainer

__all__ = [
    "DRUM_NAMES",
    "ArgumentError",
    "AttributeEffects",
    "Cell",
    "ChordClassError",
    "ChordSequence",
    "ChordSymbolError",
    "ConfigError",
    "DeviceError",
    "DistributedError",
    "DivergenceError",
    "DrumMap",
    "DrumSequence",
    "Error",
    "FileError",
    "FormatError",
    "Grid",
    "GrooveDataset",
    "GrooveStream",
    "Latents",
    "Melody",
    "ModelError",
    "MusicVae",
    "NoteSequence",
    "RecordStream",
    "Shards",
    "Tracks",
    "Trainer",
    "Trio",
    "__version__",
    "config",
    "config_names",
    "configs",
    "evaluate",
    "find_soundfont",
    "grooves_svg",
    "import_checkpoint",
    "load",
    "loss_svg",
    "notes_of_hits",
    "parse_midi",
    "parse_notes_json",
    "plot",
    "preprocess_shards",
    "read_config",
    "read_midi",
    "read_notes",
    "read_tfrecord",
    "reference",
    "write_tfrecord",
]


def __getattr__(name: str) -> Any:
    if name == "Trainer":
        from .training import Trainer

        return Trainer
    if name in ("Shards", "preprocess_shards"):
        from . import shards

        return getattr(shards, name)
    if name in ("plot", "reference"):
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
