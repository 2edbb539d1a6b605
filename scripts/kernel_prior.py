#!/usr/bin/env python3
"""Gives a melody model a prior of many narrow components, to sample from.

    scripts/kernel_prior.py MODEL DATA -o OUT [--components 1600] [--width 0.1] [--noise 0.3]

`musicvae attributes` fits a prior of 256 wide components. Between the windows of its groups lie points whose music nobody plays. Here each
component is narrow, and its centre is the mu of a melody (a kernel density estimate). If these were the training windows, samples would
be copies of them with changes. So the melodies are new: the first half of one training window goes on with the second half of another one
whose first half is similar, transposed to fit, if both are in one key. Windows with fewer than two notes in the first half, or without
such a partner, are used as they are. All components have the covariance

    width * (covariance of all mu) + noise * (mean of sigma^2)

A larger width makes samples that are less like the melodies, and less like music. The means are stored in half precision.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from model_weights import ModelWeights
from numpy.typing import NDArray

OFF, FIRST_PITCH, LAST_PITCH, LOWEST = 1, 2, 89, 21  # classes, and the pitch of class 2
MOST_TRANSPOSED = 6
SIMILAR = range(3, 6)  # how many steps of the first halves may differ; with fewer, the new melody is a copy of the other window
Windows = NDArray[np.int64]


def in_key(window: NDArray[np.int8]) -> float:
    """The share of notes in the major scale that has the most of them."""
    counts = np.bincount(window[window >= FIRST_PITCH] % 12, minlength=12)
    return float(max(np.roll(counts, key)[[0, 2, 4, 5, 7, 9, 11]].sum() for key in range(12)) / max(counts.sum(), 1))


class Recombination:
    """Puts halves of windows together."""

    def __init__(self, windows: Windows, seed: int) -> None:
        self.windows, self.half = windows.astype(np.int8), windows.shape[1] // 2
        self.notes = self.windows[:, : self.half] >= FIRST_PITCH
        self.offs = self.windows[:, : self.half] == OFF
        self.random = np.random.default_rng(seed)

    def transposition(self, index: int, other: int) -> int | None:
        """How far the other window's first half must move to be similar to that of the window; None if it is not similar."""
        both = self.notes[index] & self.notes[other]
        intervals, counts = np.unique((self.windows[index] - self.windows[other])[: self.half][both], return_counts=True)
        if not len(counts):
            return None
        best = counts.argmax()
        rhythm = ((self.notes[index] != self.notes[other]) | (self.offs[index] != self.offs[other])).sum()
        similar = int(rhythm + both.sum() - counts[best]) in SIMILAR and abs(intervals[best]) <= MOST_TRANSPOSED
        return int(intervals[best]) if similar else None

    def __call__(self, index: int) -> NDArray[np.int8]:
        window: NDArray[np.int8] = self.windows[index]
        if self.notes[index].sum() < 2:
            return window
        rhythm = ((self.notes != self.notes[index]) | (self.offs != self.offs[index])).sum(1)
        for other in self.random.permutation(np.flatnonzero(rhythm < SIMILAR.stop)):
            semitones = self.transposition(index, int(other))
            if semitones is None:
                continue
            ending = self.windows[other, self.half :]
            ending = np.where(ending >= FIRST_PITCH, np.clip(ending + semitones, FIRST_PITCH, LAST_PITCH), ending)
            result: NDArray[np.int8] = np.concatenate([window[: self.half], ending]).astype(np.int8)
            one_key = in_key(result) >= min(in_key(window), in_key(self.windows[other]))
            if one_key and (ending != window[self.half :]).sum() >= SIMILAR.start:
                return result
        return window


def to_melody(window: NDArray[np.int8]) -> mv.Melody:
    window = window.astype(np.int64)
    events = np.where(window >= FIRST_PITCH, window - FIRST_PITCH + LOWEST, np.where(window == OFF, mv.Melody.OFF, mv.Melody.HOLD))
    return mv.Melody.from_events(events.tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--components", type=int, default=1600)
    parser.add_argument("--width", type=float, default=0.1)
    parser.add_argument("--noise", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    weights = ModelWeights(arguments.model, parser.error)
    windows = mv.GrooveDataset(arguments.data, split="train").arrays()[:, :, 0].astype(np.int64)
    recombined = Recombination(windows, arguments.seed)
    chosen = np.linspace(0, len(windows) - 1, arguments.components).astype(int)
    latents = mv.load(arguments.model).encode([to_melody(recombined(index)) for index in chosen])
    mu, noise = latents.mu.astype(np.float64), (latents.sigma.astype(np.float64) ** 2).mean(axis=0)
    covariance = arguments.width * np.cov(mu, rowvar=False, bias=True) + arguments.noise * np.diag(noise)
    weights.put("prior/shares", np.full(len(mu), 1 / len(mu), np.float32))
    weights.put("prior/means", mu.astype(np.float16))
    weights.put("prior/factor", np.linalg.cholesky(covariance).astype(np.float32))
    weights.save(arguments.out)
    print(f"{arguments.out}: a prior of {len(mu)} components")


if __name__ == "__main__":
    main()
