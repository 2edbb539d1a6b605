"""scripts/average_weights.py: the mean of several models."""

from __future__ import annotations

from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from checks import read_safetensors, run_script, write_safetensors


def test_every_weight_is_the_mean(model: mv.MusicVae, tmp_path: Path) -> None:
    one, four, mean = (tmp_path / f"{name}.safetensors" for name in ("one", "four", "mean"))
    model.save(one)
    metadata, weights = read_safetensors(one)
    write_safetensors(four, metadata, {name: 4 * weight for name, weight in weights.items()})
    assert run_script("average_weights", one, one, four, "-o", mean).returncode == 0
    for name, weight in read_safetensors(mean)[1].items():
        np.testing.assert_allclose(weight, 2 * weights[name], rtol=1e-6)
    assert mv.load(mean).config == model.config


def test_models_of_two_configs_are_refused(model: mv.MusicVae, tmp_path: Path) -> None:
    one, other, half = (tmp_path / f"{name}.safetensors" for name in ("one", "other", "half"))
    model.save(one)
    model.save(half, half=True)
    mv.load("humanize").save(other)
    for path, why in ((other, "give models of one config"), (half, "give a model in single precision")):
        refused = run_script("average_weights", one, path, "-o", tmp_path / "out.safetensors")
        assert refused.returncode == 2
        assert why in refused.stderr
    assert not (tmp_path / "out.safetensors").exists()
