"""Trainer: train a model on a dataset, in C++ with LibTorch."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._core import GrooveDataset, MusicVae, load, loss_svg
from ._errors import ArgumentError, DeviceError, DistributedError, ModelError
from ._ranks import DeferredSignals, Ranks, join

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from types import ModuleType

    Record = dict[str, Any]


def _training_half() -> ModuleType:
    """The extension module for training. It needs PyTorch's libraries, which ``import torch`` loads."""
    try:
        import torch
    except ImportError as error:
        raise DeviceError("training needs PyTorch, which is not installed; pip install torch, then install musicvae_cpp again") from error
    try:
        module = importlib.import_module("musicvae_cpp._train")
    except ModuleNotFoundError as error:
        raise DeviceError(
            "this installation of musicvae_cpp was built without PyTorch and cannot train; "
            "with torch installed, install it again from source"
        ) from error
    except ImportError as error:  # symbols of another version
        raise DeviceError(
            f"musicvae_cpp's training module was built for another PyTorch than the installed {torch.__version__}; "
            f"install musicvae_cpp again from source ({error})"
        ) from error
    if torch.__version__.split("+")[0] != module.TORCH_VERSION:
        raise DeviceError(
            f"musicvae_cpp's training module was built for PyTorch {module.TORCH_VERSION}, but {torch.__version__} is installed; "
            f"install that version (pip install torch=={module.TORCH_VERSION}), or install musicvae_cpp again from source"
        )
    return module


def _new_folder(name: str) -> Path:
    """runs/NAME-1, or the first number that is free."""
    number = 1
    while Path("runs", f"{name}-{number}").exists():
        number += 1
    return Path("runs", f"{name}-{number}")


class Trainer:
    """Train a model on a dataset. All output is written to one folder.

    config: a name from ``config_names()``, or a dict as returned by ``config()``.
    data: trains on the training split (or on the split that the dataset was filtered to) and validates on the validation split.
    out: the run's folder: metrics.jsonl, TensorBoard events, checkpoints, model.safetensors. The default is a new folder runs/NAME-N.
    batch: windows per update; by default that of the config. device: "cpu", "cuda" or "cuda:1". threads: 0 is PyTorch's choice.
    precision: "fp32" is the reference. "bf16" is several times as fast on processors with AMX and on recent GPUs. "auto" is bf16 where it
    is faster, otherwise fp32. lstm: how LSTM layers are computed: "fused" (CPU), "library" (oneDNN, cuDNN), "unfused" or "auto".
    augmentation: change each window a little every time it is used, with random numbers that the seed determines.
    {"velocity_scale": 0.2} scales its velocities by a factor of 0.8 to 1.2, and "timing_scale" does the same to its offsets. {"swing": 0.1}
    delays its off-beats by up to a tenth of a step. With {"drum_swap": 0.5}, two drums swap their parts in every second window.
    init: the name of a shipped model, or a model file. The run starts from its weights instead of random ones, to fine-tune it on other
    data or with another recipe. Its config must have the same layers.
    resume: continue from the last checkpoint in ``out``, with bit-identical results.
    distributed: train as one of several processes that ``torchrun`` started; by default if its environment is set. Each process takes
    ``batch`` windows per update (by default its share of the config's batch) and needs the same arguments. ``out`` is a folder that all
    processes can read; rank 0 writes it. "cuda" is the GPU of the process's LOCAL_RANK.
    timeout: how many seconds a process waits for the others.

    The first Trainer of a process loads PyTorch. Raises DeviceError if PyTorch or the device is missing, ArgumentError, ConfigError.
    """

    def __init__(
        self,
        config: str | Mapping[str, Any],
        data: GrooveDataset,
        out: str | os.PathLike[str] | None = None,
        *,
        batch: int | None = None,
        seed: int = 1,
        device: str = "cpu",
        precision: str = "auto",
        lstm: str = "auto",
        threads: int = 0,
        augmentation: Mapping[str, float] | None = None,
        keep_last: int = 3,
        init: str | os.PathLike[str] | None = None,
        resume: bool = False,
        licence: str = "",
        distributed: bool | None = None,
        timeout: float = 300.0,
    ) -> None:
        if not isinstance(data, GrooveDataset):
            raise ArgumentError(f"trainer: data is a {type(data).__name__}; give a GrooveDataset")
        if not isinstance(config, (str, Mapping)):
            raise ArgumentError(
                f"trainer: config is a {type(config).__name__}; give a name from config_names() or a dict as returned by config()"
            )
        if augmentation is not None and not isinstance(augmentation, Mapping):
            raise ArgumentError(f"trainer: augmentation is a {type(augmentation).__name__}; give a dict such as {{'velocity_scale': 0.2}}")
        self._extension = _training_half()
        self._config: str | dict[str, Any] = config if isinstance(config, str) else dict(config)
        self._data = data
        self._ranks = join(distributed, device, timeout) or Ranks(device=device)
        name = config if isinstance(config, str) else str(config.get("name", "model"))
        self._out = Path(self._ranks.of_first(lambda: str(_new_folder(Path(name).name or "model"))) if out is None else out)
        self._options = {
            "batch": batch or 0,
            "seed": seed,
            "device": self._ranks.device,
            "precision": precision,
            "lstm": lstm,
            "threads": threads,
            "augmentation": dict(augmentation or {}),
            "keep_last": keep_last,
            "licence": licence,
            "init": init,
            "rank": self._ranks.rank,
            "world": self._ranks.world,
        }
        self._resume = resume
        # Checks all of it now, and makes the folder, rather than when the training begins.
        run = self._run(steps=0, validate_every=0, checkpoint_every=0)
        self._step: int = run.step
        self._precision: str = run.precision

    def _run(self, *, steps: int, validate_every: int, checkpoint_every: int) -> Any:
        return self._extension.Run(
            self._config,
            self._data,
            out=self._out,
            steps=steps,
            validate_every=validate_every,
            checkpoint_every=checkpoint_every,
            resume=self._resume,
            **self._options,
        )

    def fit(
        self,
        steps: int,
        validate_every: int = 500,
        checkpoint_every: int = 500,
        progress: bool = True,
        on_step: Callable[[Record], object] | None = None,
        on_validation: Callable[[Record], object] | None = None,
    ) -> Trainer:
        """Train until the run has ``steps`` updates in total. Call it again with more steps to continue.

        validate_every, checkpoint_every: updates between validations and between checkpoints. 0 is never for validations, and only at the
        end for checkpoints.
        progress: a progress bar, and in a notebook a loss plot that is updated. on_step, on_validation receive each record of ``history``.

        Ctrl-C (the notebook's stop button) ends the run after the current step, with a checkpoint. Call fit again to continue.
        Raises DivergenceError if the loss is not finite (checkpoints stay), and FileError if the disk is full.

        All processes of a distributed run must call it. A Ctrl-C, a SIGTERM or an error in a callback of one process ends the run of all
        processes one step later, with a checkpoint. Raises DistributedError if another process stopped the run, is gone, or has other
        arguments, data or weights.
        """
        run = self._run(steps=steps, validate_every=validate_every, checkpoint_every=checkpoint_every)
        view = _Progress(self._out, run.step, steps) if progress and steps > run.step and self._ranks.rank == 0 else None
        several = self._ranks.world > 1

        def step(record: Record) -> None:
            self._step = record["step"] + 1
            if on_step:
                on_step(record)
            if view:
                view.step(record)
            signals.raise_one_that_came()

        def validation(record: Record) -> None:
            if on_validation:
                on_validation(record)
            if view:
                view.validation(record)

        def notice(text: str) -> None:
            warnings.warn(f"{self._out}: {text}", RuntimeWarning, stacklevel=4)

        try:
            with DeferredSignals(several) as signals:
                result = run.go(step, validation, self._ranks.all_reduce_sum if several else None, notice)
            if several and result["stopped"]:
                raise DistributedError(
                    f"{self._out}: another process stopped the run at step {run.step}; start all processes again with resume=True"
                )
        finally:
            self._step = run.step  # a Ctrl-C may arrive before the last step is reported
            self._precision = run.precision
            self._resume = bool(self.checkpoints)
            if view:
                view.close()
        return self

    @property
    def out(self) -> Path:
        """The run's folder."""
        return self._out

    @property
    def rank(self) -> int:
        """The rank of this process among those that train together; 0 for a single process."""
        return self._ranks.rank

    @property
    def step(self) -> int:
        """The number of updates done."""
        return self._step

    @property
    def precision(self) -> str:
        """The precision of the training: "fp32" or "bf16"."""
        return self._precision

    @property
    def checkpoints(self) -> list[Path]:
        """The checkpoints that are kept, ordered by step. ``load`` loads each as a model."""
        return sorted(self._out.glob("checkpoint_*.safetensors"))  # the step in a name has leading zeros

    @property
    def history(self) -> dict[str, list[Record]]:
        """The run's metrics: "train" has one record per update, "validation" one per validation. pandas.DataFrame accepts both."""
        records: dict[str, list[Record]] = {"train": [], "validation": []}
        path = self._out / "metrics.jsonl"
        if path.exists():
            for line in path.read_text().splitlines():
                record = json.loads(line)
                records[record.pop("kind")].append(record)
        return records

    @property
    def model(self) -> MusicVae:
        """The trained model: the best on validation, otherwise the last. Raises ModelError before fit()."""
        path = self._out / "model.safetensors"
        if not path.exists():
            raise ModelError(f"{self._out}: no model has been trained yet; call fit(steps=...)")
        return load(path)

    def __repr__(self) -> str:
        name = self._config if isinstance(self._config, str) else self._config.get("name", "model")
        return f'<Trainer "{name}": step {self._step}, {self._out}>'


class _Progress:
    """A progress bar, and in a notebook a loss plot below it that is redrawn every few seconds."""

    _redraw_seconds = 3.0

    def __init__(self, out: Path, first: int, total: int) -> None:
        from tqdm import tqdm

        self._out = out
        self._bar = tqdm(total=total, initial=first, unit="step", file=sys.stderr)
        self._plot: Any = None
        self._drawn = time.monotonic()
        self._best: Record | None = None
        if _in_notebook():
            from IPython import display

            self._plot = display.display(display_id=True)  # type: ignore[no-untyped-call]

    def step(self, record: Record) -> None:
        words = {"loss": f"{record['loss']:.2f}", "kl": f"{record['kl']:.2f}"}
        if self._best:
            words["best"] = f"{self._best['sampled']['loss']:.2f}@{self._best['step']}"
        self._bar.set_postfix(words, refresh=False)
        self._bar.update()
        if self._plot and time.monotonic() - self._drawn > self._redraw_seconds:
            self._draw()

    def validation(self, record: Record) -> None:
        if record["best"]:
            self._best = record
        if self._plot:
            self._draw()

    def close(self) -> None:
        self._bar.close()
        if self._plot:
            self._draw()

    def _draw(self) -> None:
        from IPython import display

        self._drawn = time.monotonic()
        with contextlib.suppress(ArgumentError):  # no step has been logged yet
            self._plot.update(display.SVG(loss_svg(self._out)))  # type: ignore[no-untyped-call]


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and shell.__class__.__name__ == "ZMQInteractiveShell"
