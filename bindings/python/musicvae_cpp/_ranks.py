"""The processes that train one model together: they connect through torch.distributed, and a signal waits until they agree."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType, TracebackType
from typing import Any

from ._errors import ArgumentError, DeviceError, DistributedError


@dataclass(frozen=True)
class Ranks:
    """One process among `world`, and its device. The default is a single process."""

    device: str
    rank: int = 0
    world: int = 1

    def all_reduce_sum(self, capsule: Any) -> None:
        """Replaces each number of a DLPack capsule with its sum over all processes."""
        import torch
        from torch.utils.dlpack import from_dlpack

        torch.distributed.all_reduce(from_dlpack(capsule))

    def of_first(self, make: Callable[[], str]) -> str:
        """Returns on every process what rank 0 makes."""
        if self.world == 1:
            return make()
        import torch

        told = [make() if self.rank == 0 else ""]
        try:
            torch.distributed.broadcast_object_list(told)
        except RuntimeError as error:
            raise DistributedError(f"trainer: another process is gone; start all of them again ({_line(error)})") from error
        return told[0]


def join(distributed: bool | None, device: str, timeout: float) -> Ranks | None:
    """Joins the process group that the script made, or that torchrun's environment describes. Returns None for a single process."""
    if distributed is False:
        return None
    described = {"RANK", "WORLD_SIZE"} <= os.environ.keys()
    import torch.distributed as dist

    if not dist.is_available():
        if distributed or described:
            raise DeviceError("trainer: this PyTorch was built without torch.distributed; install another build, or give distributed=False")
        return None
    if not dist.is_initialized():
        if not described:
            if distributed:
                raise ArgumentError("trainer: distributed=True, but RANK and WORLD_SIZE are not set; start the script with torchrun")
            return None
        _start(device, timeout)
    rank, world = dist.get_rank(), dist.get_world_size()
    if device == "cuda":
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return Ranks(device, rank, world)


def _start(device: str, timeout: float) -> None:
    import torch

    cuda = device.startswith("cuda") and torch.cuda.is_available()
    if cuda and device == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    try:
        torch.distributed.init_process_group("nccl" if cuda else "gloo", timeout=timedelta(seconds=timeout))
    except (RuntimeError, ValueError) as error:
        raise DistributedError(
            f"trainer: the processes cannot connect to each other; start all of them with torchrun ({_line(error)})"
        ) from error
    atexit.register(_leave)


def _leave() -> None:
    import torch.distributed as dist

    if dist.is_initialized():
        dist.destroy_process_group()


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]


class DeferredSignals:
    """While it is entered, Ctrl-C and SIGTERM are only recorded. Raised inside an all-reduce, they would leave the other processes waiting.

    It does nothing unless `wanted`, and nothing outside the main thread, because only the main thread receives signals in Python.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and threading.current_thread() is threading.main_thread()
        self._came: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> DeferredSignals:
        if self._wanted:
            self._before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if kind is None:
            self.raise_one_that_came()

    def raise_one_that_came(self) -> None:
        """Raises KeyboardInterrupt for a Ctrl-C, and SystemExit for a SIGTERM."""
        came, self._came = self._came, None
        if came == signal.SIGINT:
            raise KeyboardInterrupt
        if came is not None:
            raise SystemExit(128 + came)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came = number
