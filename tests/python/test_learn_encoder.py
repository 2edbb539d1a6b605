"""scripts/learn_encoder.py: an encoder for a decoder that was released without one."""

from __future__ import annotations

import json
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import Floats, read_safetensors, run_script

SHAPES = {
    "decoder/multi_rnn_cell/cell_0/lstm_cell": (90 + 256 + 256, 1024),
    "decoder/multi_rnn_cell/cell_1/lstm_cell": (256 + 256, 1024),
    "decoder/output_projection": (256, 90),
    "decoder/z_to_initial_state": (256, 1024),
    "encoder/cell_0/bidirectional_rnn/bw/multi_rnn_cell/cell_0/lstm_cell": (90 + 512, 2048),
    "encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell": (90 + 512, 2048),
    "encoder/mu": (1024, 256),
    "encoder/sigma": (1024, 256),
}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like Magenta's, of random tensors."""
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("released")
    random, manifest = np.random.default_rng(0), {}
    for layer, shape in SHAPES.items():
        for name, value in ((f"{layer}/kernel", shape), (f"{layer}/bias", shape[1:])):
            filename = name.replace("/", "_")
            manifest[name] = {"filename": filename, "shape": value}
            if "bidirectional" not in name or name.endswith("bias"):
                random.normal(scale=0.1, size=value).astype("<f4").tofile(folder / filename)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tunes")
    for i in range(4):
        mv.Melody.from_events([60 + i, -2, 62, -1] * 16).save(folder / f"{i}.mid")
    mv.GrooveDataset(folder, config="mel_2bar").save(folder / "tunes.mvds")
    return folder / "tunes.mvds"


def learned(released: Path, tunes: Path, out: Path, *more: object) -> dict[str, Floats]:
    done = run_script("learn_encoder", released, tunes, "--config", "mel_2bar", "--batch", 4, "--processes", 1, "-o", out, *more)
    assert done.returncode == 0, done.stderr
    return read_safetensors(out)[1]


def test_it_learns_the_encoder_and_leaves_the_decoder_as_it_was(released: Path, tunes: Path, tmp_path: Path) -> None:
    once = learned(released, tunes, tmp_path / "once.safetensors", "--updates", 1)
    for name, value in once.items():
        file = released / name.replace("/", "_")
        if not file.exists():
            continue
        most = 0.01 if name.startswith("encoder/") else 1e-6
        assert np.abs(value.ravel() - np.fromfile(file, "<f4")).max() <= most, name
    again = learned(released, tunes, tmp_path / "again.safetensors", "--updates", 1, "--init", tmp_path / "once.safetensors")
    kernel = "encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/kernel"
    change = np.abs(again[kernel] - once[kernel]).max()
    assert 0 < change < 0.01, "it goes on from there"


def test_its_model_is_the_engine_s(released: Path, tunes: Path, tmp_path: Path) -> None:
    """The loss that the script shows is the one that the engine computes: the layouts of the weights are the same."""
    out = tmp_path / "model.safetensors"
    learned(released, tunes, out, "--updates", 1)
    model = mv.load(out)
    assert model.name == "mel_2bar"
    report = mv.evaluate(model, mv.GrooveDataset(tunes, config="mel_2bar"), split="train", samples=1, pairs=0)["reconstruction"]
    done = run_script("learn_encoder", released, tunes, "--config", "mel_2bar", "--batch", 512, "--processes", 1, "--updates", 1,
                      "--learning-rate", 0, "--transpose", 0, "--init", out, "-o", tmp_path / "same.safetensors")  # fmt: skip
    shown = done.stderr.split()
    assert float(shown[shown.index("NLL") + 1].rstrip(",")) == pytest.approx(report["from_posterior"]["nll"], rel=0.02)
    assert float(shown[shown.index("KL") + 1]) == pytest.approx(report["kl"], rel=0.02)


def test_what_it_cannot_use_is_refused(released: Path, tunes: Path, prepared: Path, tmp_path: Path) -> None:
    for arguments, why in (((tmp_path, tunes), "has no manifest.json"), ((released, prepared), "prepare melodies of 2 bars")):
        refused = run_script("learn_encoder", *arguments, "--config", "mel_2bar", "-o", tmp_path / "out.safetensors")
        assert refused.returncode == 2
        assert why in refused.stderr
