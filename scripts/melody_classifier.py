#!/usr/bin/env python3
"""Tests whether a classifier can tell a model's samples from real melodies that it never saw (0.5: it cannot; 1: always).

    PYTHONPATH=build/release/python python3 scripts/melody_classifier.py MODEL DATA [--seed 0]

DATA is a prepared dataset of melodies with the splits train, validation and test. A classifier learns from the windows of validation and
as many samples. It is judged on the windows of test and as many other samples, by the area under the ROC curve (AUC). One classifier is
boosted trees on features of a melody, the other a small convolutional network on piano rolls. Beside it stands the yardstick: the same
with training windows in place of samples, which a perfect model would reach. Needs scikit-learn and PyTorch.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from torch import nn

HOLD, OFF, FIRST_PITCH, CLASSES = 0, 1, 2, 90
BAR, OCTAVE, EPOCHS = 16, 12, 12
Windows = NDArray[np.int64]  # classes, [n, steps]
Judge = Callable[[Windows, Windows, Windows], NDArray[np.float64]]


def features(window: NDArray[np.int64]) -> list[float]:
    """Counts, intervals, lengths, rhythm, scale and repetition of one window."""
    at = np.flatnonzero(window >= FIRST_PITCH)
    pitch = window[at]
    interval, length = np.diff(pitch), np.diff(np.append(at, len(window)))
    classes = np.bincount(pitch % OCTAVE, minlength=OCTAVE) / max(len(pitch), 1)
    scale = np.zeros(OCTAVE)
    scale[[0, 2, 4, 5, 7, 9, 11]] = 1
    in_key = max(float(np.roll(scale, key) @ classes) for key in range(OCTAVE))
    entropy = -float((classes[classes > 0] * np.log2(classes[classes > 0])).sum())
    spread = [float(pitch.min()), float(pitch.max()), float(pitch.mean()), float(np.ptp(pitch))] if len(pitch) else [0.0] * 4
    moves = [float(np.abs(interval).mean()), float(np.abs(interval).max()), float(np.abs(interval.sum()))] if len(interval) else [0.0] * 3
    steps = np.bincount(np.minimum(np.abs(interval), OCTAVE + 1), minlength=OCTAVE + 2) / max(len(interval), 1)
    lengths = np.bincount(np.minimum(length, BAR), minlength=BAR + 1) / max(len(length), 1)
    places = np.bincount(at % BAR, minlength=BAR)
    bars = window.reshape(-1, BAR)
    again = float((bars[1:] == bars[:-1]).mean())
    half = window.reshape(-1, BAR // 2)
    half_again = float((half[1:] == half[:-1]).mean())
    turns = float((np.sign(interval[1:]) != np.sign(interval[:-1])).mean()) if len(interval) > 1 else 0.0
    rest = float((window == OFF).sum())
    return [len(at), in_key, entropy, again, half_again, turns, rest, *spread, *moves, *steps, *lengths, *places, *np.sort(classes)]


def trees(fake: Windows, real: Windows, judged: Windows) -> NDArray[np.float64]:
    x = np.array([features(window) for window in np.concatenate([fake, real])])
    y = np.repeat([1, 0], [len(fake), len(real)])
    model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.08, max_leaf_nodes=15, l2_regularization=1.0, random_state=0)
    probabilities: NDArray[np.float64] = model.fit(x, y).predict_proba(np.array([features(window) for window in judged]))[:, 1]
    return probabilities


def rolls(windows: Windows) -> torch.Tensor:
    """[n, 2, classes, steps]: where notes begin (and hold and off, as rows of their own), and which pitch sounds."""
    result = torch.zeros(len(windows), 2, CLASSES, windows.shape[1])
    sounding = np.zeros(len(windows), np.int64)
    for step in range(windows.shape[1]):
        event = windows[:, step]
        sounding = np.where(event >= FIRST_PITCH, event, np.where(event == OFF, 0, sounding))
        result[np.arange(len(windows)), 0, event, step] = 1
        result[np.arange(len(windows)), 1, sounding, step] = 1
    return result


def network(fake: Windows, real: Windows, judged: Windows) -> NDArray[np.float64]:
    torch.manual_seed(0)
    x, y = rolls(np.concatenate([fake, real])), torch.tensor(np.repeat([1.0, 0.0], [len(fake), len(real)]), dtype=torch.float32)
    model = nn.Sequential(
        nn.Conv2d(2, 16, (13, 5), padding=(0, 2)), nn.ReLU(), nn.MaxPool2d((3, 2)),
        nn.Conv2d(16, 32, (5, 3), padding=(0, 1)), nn.ReLU(), nn.MaxPool2d((3, 2)),
        nn.Flatten(), nn.Dropout(0.4), nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, 1),
    )  # fmt: skip
    model(x[:1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
    for _ in range(EPOCHS):
        for part in torch.split(torch.randperm(len(x)), 64):
            optimizer.zero_grad()
            torch.autograd.backward(nn.functional.binary_cross_entropy_with_logits(model(x[part])[:, 0], y[part]))
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return np.concatenate([model(rolls(judged[i : i + 256]))[:, 0].numpy() for i in range(0, len(judged), 256)]).astype(np.float64)


def auc(judge: Judge, learn: tuple[Windows, Windows], test: tuple[Windows, Windows]) -> float:
    """Both pairs are what may be fake, and what is real."""
    scores = judge(learn[0], learn[1], np.concatenate(test))
    return float(roc_auc_score(np.repeat([1, 0], [len(test[0]), len(test[1])]), scores))


def to_classes(melody: mv.Melody) -> NDArray[np.int64]:
    events = melody.events().astype(np.int64)
    return np.where(events == mv.Melody.HOLD, HOLD, np.where(events == mv.Melody.OFF, OFF, events - 21 + FIRST_PITCH))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    split = {
        name: mv.GrooveDataset(arguments.data, split=name).arrays()[:, :, 0].astype(np.int64) for name in ("train", "validation", "test")
    }
    learned, judged = len(split["validation"]), len(split["test"])
    melodies = mv.load(arguments.model).sample(learned + judged, temperature=arguments.temperature, seed=arguments.seed)
    samples = np.array([to_classes(melody) for melody in melodies])
    spread = np.linspace(0, len(split["train"]) - 1, learned + judged).astype(int)  # about one window per tune
    train = split["train"][np.random.default_rng(0).permutation(spread)]
    result = {}
    for name, judge in (("trees", trees), ("network", network)):
        for what, fake in (("samples", samples), ("train", train)):
            result[f"{name}_{what}"] = auc(judge, (fake[:learned], split["validation"]), (fake[learned:], split["test"]))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
