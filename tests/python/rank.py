"""One of the processes of a run that test_distributed.py starts. Its task is JSON: what to train, and which rank fails in which way."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import musicvae_cpp as mv


def tell(**words: Any) -> None:
    """A line, in one write: the other ranks' lines go to the same pipe."""
    os.write(1, (json.dumps(words) + "\n").encode())


def main(task: dict[str, Any]) -> None:
    rank = int(os.environ["RANK"])
    options = {**task.get("options", {}), **task.get("options_of", {}).get(str(rank), {})}
    trainer = mv.Trainer(task["config"], mv.GrooveDataset(task["data"]), out=task["out"], threads=1, **options)
    assert trainer.rank == rank

    def on_step(record: dict[str, Any]) -> None:
        tell(rank=rank, step=record["step"])
        if task.get("kill") == [rank, record["step"]]:
            os.kill(os.getpid(), signal.SIGKILL)
        if task.get("freeze") == [rank, record["step"]]:
            os.kill(os.getpid(), signal.SIGSTOP)
        if task.get("raise") == [rank, record["step"]]:
            raise KeyError("mine")

    trainer.fit(task["steps"], validate_every=2, checkpoint_every=task.get("checkpoint_every", 2), progress=False, on_step=on_step)
    tell(rank=rank, end=trainer.step, out=str(trainer.out), hits=trainer.model.sample(1, seed=1)[0].num_hits)


main(json.loads(sys.argv[1]))
