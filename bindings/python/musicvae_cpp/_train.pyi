"""
The C++ half of the Trainer; use musicvae_cpp.Trainer.
"""
from __future__ import annotations
import collections.abc
import musicvae_cpp._core
import os
import typing
import typing_extensions
__all__: list[str] = ['Run', 'TORCH_VERSION']
class Run:
    """
    A training run in its folder.
    """
    def __init__(self, config: str | dict[str, typing.Any], dataset: musicvae_cpp._core.GrooveDataset, *, out: os.PathLike[str] | str | bytes, steps: typing.SupportsIndex, batch: typing.SupportsIndex, seed: typing.Any, device: str, precision: str, lstm: str, validate_every: typing.SupportsIndex, checkpoint_every: typing.SupportsIndex, keep_last: typing.SupportsIndex, resume: bool, threads: typing.SupportsIndex, licence: str, rank: typing.SupportsIndex, world: typing.SupportsIndex, augmentation: dict[str, typing.Any], init: os.PathLike[str] | str | bytes | None) -> None:
        ...
    def go(self, on_step: collections.abc.Callable[[dict[str, typing.Any]], None], on_validation: collections.abc.Callable[[dict[str, typing.Any]], None], all_reduce_sum: collections.abc.Callable[[typing_extensions.CapsuleType], None], notice: collections.abc.Callable[[str], None]) -> dict[str, typing.Any]:
        """
        Train up to `steps`. on_step and on_validation receive records, notice a line of text, and all_reduce_sum a DLPack capsule of numbers to sum over all processes in place.
        """
    @property
    def precision(self) -> str:
        """
        "fp32" or "bf16".
        """
    @property
    def step(self) -> int:
        """
        The number of updates done.
        """
TORCH_VERSION: str = '2.13.0'
