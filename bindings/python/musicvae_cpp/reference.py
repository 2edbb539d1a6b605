"""Magenta's own converters with all their options, equal to the bit, for those who compare.

For models, read files with NoteSequence, GrooveDataset and the kinds of music; these converters are what magenta 2.1.4 has.
"""

from __future__ import annotations

from ._core import (
    DrumsConverter,
    GrooveConverter,
    MultiInstrumentPerformanceConverter,
    OneHotMelodyConverter,
    SecondsPiece,
    TrioConverter,
)
from ._types import ConverterTensors

__all__ = [
    "ConverterTensors",
    "DrumsConverter",
    "GrooveConverter",
    "MultiInstrumentPerformanceConverter",
    "OneHotMelodyConverter",
    "SecondsPiece",
    "TrioConverter",
]
