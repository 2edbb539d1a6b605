"""scripts/sharpen_feel.py: velocities and offsets are drawn with less spread, and the hits stay the same."""

from __future__ import annotations

from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import run_script


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feel") / "whole.safetensors"
    mv.load("hier-groove_4bar_lookback").save(path)
    return path


def test_feel_is_scattered_less(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "sharp.safetensors"
    assert run_script("sharpen_feel", whole, 0.5, "-o", out).returncode == 0
    before, after = mv.load(whole), mv.load(out)
    z = np.random.default_rng(1).standard_normal((8, 256)).astype(np.float32)
    hits = before.decode_arrays(z, temperature=0.0)[0][:, :, :9] > 0.5
    one, two = (np.stack([m.decode_arrays(z, temperature=0.0, feel_temperature=1.0, seed=s)[0] for s in range(8)]) for m in (before, after))
    first = np.argmax(hits.any(axis=2), axis=1)  # up to the first hit both models have the same input
    for window, step in enumerate(first):
        np.testing.assert_array_equal(one[:, window, : step + 1, :9], two[:, window, : step + 1, :9])
    for part in (slice(9, 18), slice(18, 27)):
        drawn = [np.concatenate([x[:, w, s, part][:, hits[w, s]].std(axis=0) for w, s in enumerate(first)]) for x in (one, two)]
        assert 0.3 * drawn[0].mean() < drawn[1].mean() < 0.85 * drawn[0].mean()


def test_a_temperature_of_1_changes_nothing(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "same.safetensors"
    assert run_script("sharpen_feel", whole, 1, "-o", out).returncode == 0
    assert mv.load(out).sample(2, seed=3, temperature=1.0) == mv.load(whole).sample(2, seed=3, temperature=1.0)


def test_what_it_cannot_sharpen_is_refused(whole: Path, model: mv.MusicVae, tmp_path: Path) -> None:
    half, other = tmp_path / "half.safetensors", tmp_path / "other.safetensors"
    mv.load(whole).save(half, half=True)
    model.save(other)
    for path, temperature, why in (
        (half, 0.8, "give a model in single precision"),
        (other, 0.8, 'its head is "groove"; give a model with a feel head'),
        (whole, 0, "TEMPERATURE is 0.0; use 0.1 to 10"),
    ):
        refused = run_script("sharpen_feel", path, temperature, "-o", tmp_path / "out.safetensors")
        assert refused.returncode == 2
        assert why in refused.stderr
    assert not list(tmp_path.glob("out*"))
