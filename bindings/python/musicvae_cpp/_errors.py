"""The library's exceptions. Every message is one line: what went wrong, where, and how to mend it."""

from __future__ import annotations


class Error(Exception):
    """Base of every exception that the library raises on purpose."""


class FileError(Error, OSError):
    """A file or folder is missing, unreadable, unwritable, or the disk is full."""


class FormatError(Error, ValueError):
    """The bytes of a file are not what the format demands."""


class ConfigError(Error, ValueError):
    """A configuration has an unknown name, a wrong field or impossible sizes."""


class ModelError(Error, ValueError):
    """A model or checkpoint does not fit: another version, a tensor missing, spare, misshapen or not finite."""


class ArgumentError(Error, ValueError):
    """An argument is out of its range, of a wrong type or shape."""


class DeviceError(Error, RuntimeError):
    """What the work needs is not there: a CUDA device, PyTorch, FluidSynth."""


class DivergenceError(Error, ArithmeticError):
    """The loss of a training is no longer a number."""


class DistributedError(Error, ConnectionError):
    """The processes that train together have lost each other, or do not train the same thing."""
