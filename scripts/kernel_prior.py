#!/usr/bin/env python3
"""Gives a model a prior of many narrow components, to sample from.

    scripts/kernel_prior.py MODEL DATA -o OUT [--components 1600] [--width 0.3] [--noise 0.3]

`musicvae attributes` fits a prior of 256 wide components. Between the windows of its groups lie points whose music nobody plays. Here each
component is centred on the mu of one training window (a kernel density estimate), evenly spaced over the training split. All have the
covariance

    width * (covariance of all mu) + noise * (mean of sigma^2)

A larger width makes samples that are less like the windows, and less like music. The means are stored in half precision.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from model_weights import ModelWeights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--components", type=int, default=1600)
    parser.add_argument("--width", type=float, default=0.3)
    parser.add_argument("--noise", type=float, default=0.3)
    arguments = parser.parse_args()

    weights = ModelWeights(arguments.model, parser.error)
    windows = mv.GrooveDataset(arguments.data, split="train")
    every = max(1, len(windows) // arguments.components)
    latents = mv.load(arguments.model).encode([windows[i] for i in range(0, every * arguments.components, every) if i < len(windows)])
    mu, noise = latents.mu.astype(np.float64), (latents.sigma.astype(np.float64) ** 2).mean(axis=0)
    covariance = arguments.width * np.cov(mu, rowvar=False, bias=True) + arguments.noise * np.diag(noise)
    weights.put("prior/shares", np.full(len(mu), 1 / len(mu), "<f4"))
    weights.put("prior/means", mu.astype("<f2"))
    weights.put("prior/factor", np.linalg.cholesky(covariance).astype("<f4"))
    weights.save(arguments.out)
    print(f"{arguments.out}: a prior of {len(mu)} components")


if __name__ == "__main__":
    main()
