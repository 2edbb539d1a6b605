"""scripts/kernel_prior.py and sharpen_categories.py: what a melody model samples."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import ROOT, run_script


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    sys.path.insert(0, str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("kernel_prior", ROOT / "scripts/kernel_prior.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def window(first: list[int], second: list[int]) -> list[int]:
    """A window of a note on each second step, as classes."""
    return [x for pitch in first + second for x in (pitch - 19, 0)]


FIRST = [60, 62, 64, 65, 67, 65, 64, 62]
SIMILAR = [60, 62, 64, 65, 67, 69, 71, 72]  # the last three notes differ
HIGHER = [pitch + 5 for pitch in SIMILAR]
ENDING = [72, 71, 69, 67, 65, 64, 62, 60]
TRILL = [60, 62] * 4
OTHER = [60, 48, 61, 49, 62, 50, 63, 51]


def test_a_first_half_goes_on_as_a_similar_one_does_in_its_key(script: ModuleType) -> None:
    windows = np.array([window(FIRST, ENDING), window(HIGHER, [pitch + 5 for pitch in TRILL]), window(OTHER, OTHER)])
    combine = script.Recombination(windows, 1)
    assert combine(0).tolist() == window(FIRST, TRILL), "transposed down by 5"
    assert combine(2).tolist() == windows[2].tolist(), "no partner"


def test_neither_copies_nor_two_keys(script: ModuleType) -> None:
    same_half = np.array([window(FIRST, ENDING), window(FIRST, TRILL)])
    assert script.Recombination(same_half, 1)(0).tolist() == same_half[0].tolist(), "that would be the other window"
    chromatic = np.array([window(FIRST, ENDING), window(SIMILAR, [61, 63, 66, 68, 70, 68, 66, 63])])
    # Its own notes are as far from one scale as the result's, so it is no better partner than a melody in F sharp.
    assert script.in_key(script.Recombination(chromatic, 1)(0)) >= min(map(script.in_key, chromatic))


@pytest.fixture(scope="module")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tunes")
    for i in range(6):
        mv.Melody.from_events([x for pitch in FIRST + ENDING for x in (pitch + i, -2)] * 2).save(folder / f"{i}.mid")
    mv.GrooveDataset(folder, config="mel_2bar").save(folder / "tunes.mvds")
    return folder / "tunes.mvds"


def test_the_prior_is_of_the_melodies(tunes: Path, tmp_path: Path) -> None:
    half, out = tmp_path / "half.safetensors", tmp_path / "out.safetensors"
    mv.load("mel_2bar").save(half, half=True)
    done = run_script("kernel_prior", half, tunes, "-o", out, "--components", 5, "--width", 0, "--noise", 1e-6)
    assert done.returncode == 0, done.stderr
    model = mv.load(out)
    known = mv.GrooveDataset(tunes, config="mel_2bar")
    expected = {known[i].events().tobytes() for i in range(len(known))}
    made = [melody.events().tobytes() for melody in model.sample(20, seed=1, temperature=0)]
    assert sum(melody in expected for melody in made) >= 15, "with narrow components, samples are the melodies"


def test_categories_are_drawn_less_at_random(tmp_path: Path) -> None:
    whole, out = tmp_path / "whole.safetensors", tmp_path / "out.safetensors"
    mv.load("mel_2bar").save(whole)
    assert run_script("sharpen_categories", whole, 0.5, "-o", out).returncode == 0
    before, after = mv.load(whole), mv.load(out)
    z = np.random.default_rng(1).standard_normal((4, 256)).astype(np.float32)
    first = [model.decode_arrays(z, temperature=0.0)[1][:, 0] for model in (before, after)]
    np.testing.assert_allclose(first[1], 2 * first[0], rtol=1e-3, atol=1e-3)
    assert before.decode(z, temperature=0.0) == after.decode(z, temperature=0.0)
    refused = run_script("sharpen_categories", whole, 0, "-o", out)
    assert refused.returncode == 2
    assert "use 0.1 to 10" in refused.stderr
