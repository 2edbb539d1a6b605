"""The library's exceptions. Every message is one line: what went wrong, where, and how to fix it."""

from __future__ import annotations


class Error(Exception):
    """Base class of all exceptions that the library raises."""


class FileError(Error, OSError):
    """A file or folder is missing, unreadable or unwritable, or the disk is full."""


class FormatError(Error, ValueError):
    """The bytes of a file do not follow the file's format."""


class ConfigError(Error, ValueError):
    """A config has an unknown name, a wrong field or impossible sizes."""


class ModelError(Error, ValueError):
    """A model or checkpoint does not fit: another version, or a tensor that is missing, unexpected, of the wrong shape or not finite."""


class ArgumentError(Error, ValueError):
    """An argument is out of range, or has the wrong type or shape."""


class ChordSymbolError(ArgumentError):
    """A text is not a chord symbol."""


class ChordClassError(ArgumentError):
    """A chord symbol is none of the chords that a model distinguishes, such as a suspended chord."""


class DeviceError(Error, RuntimeError):
    """Something that the call needs is missing: a CUDA device, PyTorch, FluidSynth."""


class DivergenceError(Error, ArithmeticError):
    """The training diverged: its loss is not finite."""


class DistributedError(Error, ConnectionError):
    """The processes that train together lost their connection, or do not train the same thing."""
