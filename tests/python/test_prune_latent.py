"""scripts/prune_latent.py: the latent units that tell least say N(0, 1) whatever the groove, the others what they said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from checks import ROOT


def prune(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts/prune_latent.py", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_units_that_tell_least_are_off(model: mv.MusicVae, prepared: Path, tmp_path: Path) -> None:
    whole, pruned = tmp_path / "whole.safetensors", tmp_path / "pruned.safetensors"
    model.save(whole)
    assert prune(whole, prepared, 40, "-o", pruned).returncode == 0

    grooves = mv.GrooveDataset(prepared, split="train")
    before, after = model.encode(grooves), mv.load(pruned).encode(grooves)
    kl = (0.5 * (before.sigma**2 + before.mu**2 - 1) - np.log(before.sigma)).mean(axis=0)
    off = (after.mu == 0).all(axis=0)
    assert off.sum() == 256 - 40
    np.testing.assert_allclose(after.sigma[:, off], 1.0, rtol=1e-6)
    np.testing.assert_array_equal(after.mu[:, ~off], before.mu[:, ~off])
    np.testing.assert_array_equal(after.sigma[:, ~off], before.sigma[:, ~off])
    assert kl[off].max() <= kl[~off].min()


def test_half_precision_is_refused(model: mv.MusicVae, prepared: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.safetensors"
    model.save(half, half=True)
    refused = prune(half, prepared, 40, "-o", tmp_path / "out.safetensors")
    assert refused.returncode == 2
    assert "give a model in single precision" in refused.stderr
    assert not (tmp_path / "out.safetensors").exists()


def test_how_many_to_keep_is_checked(model: mv.MusicVae, prepared: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.safetensors"
    model.save(whole)
    for keep in (0, -1, 257):
        refused = prune("-o", tmp_path / "out.safetensors", "--", whole, prepared, keep)
        assert refused.returncode == 2
        assert f"KEEP is {keep}; the model has 256 latent units" in refused.stderr
