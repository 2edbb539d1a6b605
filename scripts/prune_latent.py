#!/usr/bin/env python3
"""Switches off the latent units of a model that tell least of its grooves, so that it needs fewer nats of KL.

    scripts/prune_latent.py MODEL DATA KEEP -o OUT      (MODEL in single precision)

Of each unit it takes the mean KL(q(z | groove) || N(0, I)) over the training split, and makes all but the KEEP largest say N(0, 1) whatever
the groove: their columns of the layers mu and sigma become 0, their mu bias 0, their sigma bias the inverse softplus of 1.
"""

import argparse
import math
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from model_weights import ModelWeights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("keep", type=int)
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()

    latents = mv.load(arguments.model).encode(mv.GrooveDataset(arguments.data, split="train"))
    kl = 0.5 * (latents.sigma**2 + latents.mu**2 - 1) - np.log(latents.sigma)
    order = np.argsort(-kl.mean(axis=0), kind="stable")
    if not 1 <= arguments.keep <= len(order):
        parser.error(f"KEEP is {arguments.keep}; the model has {len(order)} latent units, keep 1 or more of them")
    off = order[arguments.keep :]

    weights = ModelWeights(arguments.model, parser.error)
    for name, unused in {"mu": 0.0, "sigma": math.log(math.e - 1)}.items():
        weights[f"encoder/{name}/kernel"][:, off] = 0.0
        weights[f"encoder/{name}/bias"][off] = unused
    weights.save(arguments.out)

    before, after = kl.sum(axis=1).mean(), kl[:, order[: arguments.keep]].sum(axis=1).mean()
    print(f"{arguments.out}: {arguments.keep} of {len(order)} units are left; KL {before:.2f} -> {after:.2f} nats a training window")


if __name__ == "__main__":
    main()
