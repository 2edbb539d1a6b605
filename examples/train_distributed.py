"""Train with several processes: on this machine, or on many.

torchrun --standalone --nproc-per-node 2 examples/train_distributed.py groovae_4bar groove.mvds run --steps 1000
"""

from __future__ import annotations

import argparse
from pathlib import Path

import musicvae_cpp as mv


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", help="one of: " + ", ".join(mv.config_names()))
    parser.add_argument("data", type=Path, help="what GrooveDataset opens; a prepared dataset, or a folder of shards, opens at once")
    parser.add_argument("out", type=Path, help="the run's folder, which all processes see; a run in it is continued")
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--batch", type=int, help="windows an update of each process; unless told, its share of the config's")
    parser.add_argument("--device", default="cpu", help='"cpu", or "cuda" for the GPU of this process')
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--checkpoint-every", type=int, default=500)
    options = parser.parse_args()

    trainer = mv.Trainer(
        options.config,
        mv.GrooveDataset(options.data),
        options.out,
        batch=options.batch,
        device=options.device,
        threads=options.threads,
        resume=any(options.out.glob("checkpoint_*")),  # so that the same command continues the run
    )
    trainer.fit(options.steps, checkpoint_every=options.checkpoint_every)
    if trainer.rank == 0:
        print(trainer.model)


if __name__ == "__main__":
    main()
