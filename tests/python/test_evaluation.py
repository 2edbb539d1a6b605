"""evaluate: measures how good a model is."""

from __future__ import annotations

import json
from pathlib import Path

import musicvae_cpp as mv
import pytest
from checks import refused


def test_a_report_is_plain_data_and_the_same_every_time(model: mv.MusicVae, data: mv.GrooveDataset) -> None:
    report = mv.evaluate(model, data, samples=20, pairs=2, seed=3)
    assert report == json.loads(json.dumps(report))
    assert report == mv.evaluate(model, data, samples=20, pairs=2, seed=3, threads=1)
    assert report != mv.evaluate(model, data, samples=20, pairs=2, seed=4)
    assert list(report) == ["split", "seed", "precision", "windows", "reconstruction", "samples", "attributes", "interpolation"]
    assert report["windows"] == sum(window["split"] == "test" for window in data.window_info())


def test_hits_are_those_of_the_reconstructions(model: mv.MusicVae, data: mv.GrooveDataset) -> None:
    scores = mv.evaluate(model, data, split="validation", samples=1, pairs=0)["reconstruction"]["from_mean"]["free_running"]
    true_positives = predicted = real = 0
    for index, window in enumerate(data.window_info()):
        if window["split"] != "validation":
            continue
        there = data[index].to_array()[:, :9] > 0.5
        made = model.reconstruct(data[index]).to_array()[:, :9] > 0.5
        true_positives += int((there & made).sum())
        predicted += int(made.sum())
        real += int(there.sum())
    assert scores["true_positives"] == true_positives
    assert scores["false_positives"] == predicted - true_positives
    assert scores["false_negatives"] == real - true_positives
    assert scores["f1"] == pytest.approx(2 * true_positives / (predicted + real))


def test_all_splits_of_a_part_count(model: mv.MusicVae, release: Path) -> None:
    part = mv.GrooveDataset(release, split="test")
    assert mv.evaluate(model, part, samples=1, pairs=0) == mv.evaluate(model, mv.GrooveDataset(release), samples=1, pairs=0)


def test_wrong_arguments(model: mv.MusicVae, data: mv.GrooveDataset) -> None:
    with refused(mv.ArgumentError, "use train, validation or test"):
        mv.evaluate(model, data, split="tests")
    with refused(mv.ArgumentError, "0 samples"):
        mv.evaluate(model, data, samples=0)
    with refused(mv.ArgumentError, "threads"):
        mv.evaluate(model, data, threads=-1)
