"""scripts/whiten_latent.py: the model's grooves stay the same and cost fewer nats."""

from __future__ import annotations

from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from checks import run_script


def test_all_grooves_together_lie_around_0_with_variance_1_and_stay_what_they_are(prepared: Path, tmp_path: Path) -> None:
    whole, white = tmp_path / "whole.safetensors", tmp_path / "white.safetensors"
    mv.load("hier-groove_4bar_lookback").save(whole)
    done = run_script("whiten_latent", whole, prepared, "-o", white)
    assert done.returncode == 0, done.stderr

    grooves = mv.GrooveDataset(prepared, split="train")
    models = [mv.load(whole), mv.load(white)]
    before, after = (model.encode(grooves) for model in models)
    np.testing.assert_allclose(after.mu.mean(axis=0), 0, atol=1e-3)
    together = np.cov(after.mu, rowvar=False, bias=True) + np.diag((after.sigma**2).mean(axis=0))
    np.testing.assert_allclose(together, np.eye(256), atol=0.02)
    kl = [(0.5 * (x.sigma**2 + x.mu**2 - 1) - np.log(x.sigma)).sum(axis=1).mean() for x in (before, after)]
    assert kl[1] < kl[0]
    told = after.mu.var(axis=0)
    assert told[:3].min() > told[3:].max(), "the units that tell most are the first"

    logits = [m.decode_arrays(x.mu, temperature=0.0)[1][:, 0] for m, x in zip(models, (before, after), strict=True)]
    np.testing.assert_allclose(logits[1], logits[0], atol=2e-3)


def test_what_it_cannot_whiten_is_refused(model: mv.MusicVae, prepared: Path, tmp_path: Path) -> None:
    half, flat = tmp_path / "half.safetensors", tmp_path / "flat.safetensors"
    mv.load("hier-groove_4bar_lookback").save(half, half=True)
    model.save(flat)
    for path, why in ((half, "give a model in single precision"), (flat, "give a model with a conductor")):
        refused = run_script("whiten_latent", path, prepared, "-o", tmp_path / "out.safetensors")
        assert refused.returncode == 2
        assert why in refused.stderr
    assert not list(tmp_path.glob("out*"))
