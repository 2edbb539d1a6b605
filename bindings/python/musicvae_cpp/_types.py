"""Small types that the extension modules return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Latents(NamedTuple):
    """The encoding of grooves or melodies in the latent space: mean and standard deviation, each float32 [n, latent]."""

    mu: NDArray[np.float32]
    sigma: NDArray[np.float32]


class ConverterTensors(NamedTuple):
    """What one of Magenta's converters makes of a piece: arrays [rows, depth], one per window, and their lengths.

    A length is the number of rows or, for several instruments, an array with the rows of each track.
    """

    inputs: list[NDArray[Any]]
    outputs: list[NDArray[Any]]
    controls: list[NDArray[np.bool_]]
    lengths: list[Any]
