"""The latent tools: features of a groove, interpolate, similar, nearest, attributes and move."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import read_safetensors, refused, write_safetensors
from small_release import beat
from test_model import goes_on_during

UNTYPED: Any = mv


@pytest.fixture(scope="session")
def moved(model: mv.MusicVae, data: mv.GrooveDataset) -> mv.MusicVae:
    """The shipped model with the small release's attributes."""
    return model.with_attributes(data)


def groove_with(**cells: tuple[int, float]) -> mv.DrumSequence:
    groove = mv.DrumSequence(16)
    for drum, (step, offset) in cells.items():
        groove.set(step, drum, 0.5, offset)
    return groove


def test_what_a_groove_is_like() -> None:
    groove = groove_with(kick=(15, 0.5), snare=(4, 0.25))
    assert groove.syncopation == 3.0, "4 for the kick before a silent downbeat, 2 for the snare before it"
    assert groove.swing == 0.25, "half a half step"
    assert groove.fill == 0.0, "one bar"
    assert (groove + groove_with(**{"snare": (4, 0.0), "low_tom": (12, 0.0)})).fill == 1 / 16
    assert groove.mean_velocity == 0.5
    assert groove.velocity_spread == 0.0
    assert groove.offbeat_share == 0.5
    groove.set(8, "snare", 1.0)
    assert groove.mean_velocity == pytest.approx(2 / 3)
    assert groove.velocity_spread == pytest.approx(np.std([0.5, 0.5, 1.0]))
    silence = mv.DrumSequence(0)
    assert (silence.syncopation, silence.swing, silence.mean_velocity, silence.velocity_spread, silence.offbeat_share) == (0, 0, 0, 0, 0)


def test_interpolation_of_short_grooves_is_as_long_as_they(model: mv.MusicVae) -> None:
    a, b = beat(2, 1), beat(2, 4)
    path = model.interpolate(a, b, steps=3)
    assert [groove.steps for groove in path] == [32, 32, 32]
    assert path[0] == model.reconstruct(a)
    assert path[-1] == model.reconstruct(b)


def test_variations_of_a_seed(model: mv.MusicVae) -> None:
    groove = beat(4, 1)
    many = model.similar(groove, n=70, noise=1.0, seed=7)
    assert model.similar(groove, 3, 1.0, 7) == many[:3]
    assert model.similar(groove, 3, 1.0, seed=7, first=66) == many[66:69]
    assert model.similar(groove, 1, 1.0, seed=8) != many[:1]
    assert len({made.to_array().tobytes() for made in many}) > 1
    assert model.similar(groove, 2, noise=0) == [model.reconstruct(groove)] * 2
    assert model.similar(groove, 2, seed=7, temperature=1) != model.similar(groove, 2, seed=7)
    assert [made.steps for made in model.similar(beat(1, 1), n=2)] == [16, 16]


def test_nearest_windows(model: mv.MusicVae, data: mv.GrooveDataset) -> None:
    found = model.nearest(data[17], data, k=6)
    mu = model.encode(data).mu.astype(np.float64)
    distances = np.sqrt(((mu - mu[17]) ** 2).sum(axis=1))
    assert [row["index"] for row in found] == list(np.argsort(distances, kind="stable")[:6])
    assert [row["distance"] for row in found] == pytest.approx(np.sort(distances)[:6])
    assert found[0]["distance"] == 0
    for row in found:
        window = data.window_info()[row["index"]]
        assert {key: row[key] for key in ("path", "bar", "style")} == {key: window[key] for key in ("path", "bar", "style")}
    assert set(found[0]) == {"index", "distance", "path", "bar", "style"}


def test_attributes_are_differences_of_means(model: mv.MusicVae, moved: mv.MusicVae, data: mv.GrooveDataset) -> None:
    assert set(model.attributes) > set(moved.attributes) - {"style:rock"}, "the shipped model's own are replaced"
    attributes = moved.attributes
    assert {"density", "velocity", "style:funk", "style:rock", "style:jazz"} <= set(attributes)
    mu = model.encode(data).mu.astype(np.float64)
    order = np.argsort([groove.density for groove in (data[i] for i in range(len(data)))], kind="stable")
    quarter = len(data) // 4
    expected = mu[order[-quarter:]].mean(axis=0) - mu[order[:quarter]].mean(axis=0)
    assert attributes["density"].dtype == np.float32
    assert attributes["density"] == pytest.approx(expected, abs=1e-6)
    funk = [row["style"] == "funk" for row in data.window_info()]
    assert attributes["style:funk"] == pytest.approx(mu[funk].mean(axis=0) - mu.mean(axis=0), abs=1e-6)


def test_attributes_are_saved_with_the_model(moved: mv.MusicVae, tmp_path: Path) -> None:
    for half in (False, True):
        moved.save(tmp_path / "mine.safetensors", half=half)
        again = mv.load(tmp_path / "mine.safetensors").attributes
        assert again.keys() == moved.attributes.keys()
        assert all((again[name] == direction).all() for name, direction in moved.attributes.items())
    assert read_safetensors(tmp_path / "mine.safetensors")[1]["attributes/density"].dtype == np.float32


def test_moving_is_decoding_from_elsewhere(model: mv.MusicVae, moved: mv.MusicVae) -> None:
    groove = beat(4, 1)
    assert moved.shift_attributes(groove, {}) == moved.shift_attributes(groove, {"density": 0}) == model.reconstruct(groove)
    z = model.encode(groove).mu
    there = (z + 1.5 * moved.attributes["density"].astype(np.float64)).astype(np.float32)
    assert moved.shift_attributes(groove, {"density": 1.5}) == model.decode(there)[0]
    assert moved.shift_attributes(z, {"density": 1.5}) == model.decode(there)
    assert moved.shift_attributes(np.repeat(z, 70, axis=0), {"style:funk": 1}, temperature=1, seed=3)[:2] == moved.shift_attributes(
        np.repeat(z, 2, axis=0), {"style:funk": 1}, temperature=1, seed=3
    )
    long = moved.shift_attributes(beat(6, 1), {"density": 1})
    assert isinstance(long, mv.DrumSequence)
    assert long.steps == 96


def test_sampling_along_attributes(moved: mv.MusicVae) -> None:
    plain = moved.sample(70, temperature=1, seed=5)
    assert moved.sample(70, temperature=1, seed=5, attributes={"density": 0}) == plain
    there = moved.sample(70, temperature=1, seed=5, attributes={"density": 2, "style:jazz": -1})
    assert there != plain
    assert moved.sample(3, temperature=1, seed=5, first=66, attributes={"style:jazz": -1, "density": 2}) == there[66:69]
    assert list(moved.stream(70, temperature=1, seed=5, attributes={"density": 2, "style:jazz": -1})) == there
    with pytest.raises(mv.ArgumentError, match="no attribute is called"):
        moved.stream(70, attributes={"polka": 1})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda model, data: model.interpolate(beat(4, 1), mv.DrumSequence(0)), "has 64 steps .*, the other 0 steps"),
        (lambda model, data: model.interpolate(beat(1, 1), mv.DrumSequence(16, mv.Grid(8))), "4 per quarter note.* 8 per quarter note"),
        (lambda model, data: model.interpolate(beat(1, 1), beat(1, 1), steps=1), "1 steps; use 2 or more"),
        (lambda model, data: model.interpolate(beat(1, 1), beat(1, 1), method="curve"), '"curve"; use slerp or lerp'),
        (lambda model, data: model.similar(beat(1, 1), n=0), "ask for 1 or more"),
        (lambda model, data: model.similar(beat(1, 1), n=10**6), "GB in one list"),
        (lambda model, data: model.similar(beat(1, 1), noise=3.5), "use 0 .the reconstruction. to 3"),
        (lambda model, data: model.similar(beat(1, 1), noise=float("nan")), "noise nan is out of range"),
        (lambda model, data: model.similar(beat(1, 1), temperature=-1), "temperature"),
        (lambda model, data: model.similar(beat(5, 1)), "slice it to 1 to 64"),
        (lambda model, data: model.nearest(beat(1, 1), data, k=0), "k is 0; use 1 to "),
        (lambda model, data: model.nearest(beat(1, 1), data, k=10**6), "k is 1000000; use 1 to "),
        (lambda model, data: model.nearest(beat(5, 1), data), "slice it to 1 to 64"),
        (lambda model, data: model.shift_attributes(beat(1, 1), {"polka": 1}), 'no attribute is called "polka"; use one of: density, '),
        (lambda model, data: model.shift_attributes(beat(1, 1), {"density": 4.5}), "use -4 to 4"),
        (lambda model, data: model.shift_attributes(beat(1, 1), {"density": float("nan")}), "use -4 to 4"),
        (lambda model, data: model.shift_attributes(mv.DrumSequence(0), {}), "shift_attributes: the groove has no steps"),
        (lambda model, data: model.shift_attributes(np.zeros((1, 3), np.float32), {}), "shift_attributes: z: has shape .1, 3."),
        (lambda model, data: model.shift_attributes(np.zeros((0, 256), np.float32), {}), "shift_attributes: z holds no point"),
        (lambda model, data: model.sample(1, attributes={"polka": 1}), 'no attribute is called "polka"'),
    ],
)
def test_bad_input(moved: mv.MusicVae, data: mv.GrooveDataset, call: Callable[[Any, Any], object], words: str) -> None:
    with refused(mv.ArgumentError, words):
        call(moved, data)


def test_a_model_without_attributes_says_so(model: mv.MusicVae, tmp_path: Path) -> None:
    model.save(tmp_path / "whole.safetensors")
    words, tensors = read_safetensors(tmp_path / "whole.safetensors")
    entry = json.loads(words["musicvae"])
    del entry["attributes"]
    weights = {name: tensor for name, tensor in tensors.items() if not name.startswith("attributes/")}
    bare = mv.load(write_safetensors(tmp_path / "bare.safetensors", {"musicvae": json.dumps(entry)}, weights))
    assert bare.attributes == {}
    with refused(mv.ArgumentError, "the model has none"):
        bare.shift_attributes(beat(1, 1), {"density": 1})


def test_samples_where_the_grooves_of_the_data_lie(model: mv.MusicVae, moved: mv.MusicVae, data: mv.GrooveDataset, tmp_path: Path) -> None:
    assert model.prior is None
    assert moved.prior is not None
    shares, means, factor = moved.prior
    latents = model.encode([data[i] for i in range(len(data))])
    mean = shares @ means
    assert np.abs(mean - latents.mu.mean(0)).max() < 1e-4
    covariance = np.cov(latents.mu.T, bias=True) + np.diag((latents.sigma**2).mean(0))
    between = (shares[:, None] * (means - mean)).T @ (means - mean)
    assert np.abs(factor @ factor.T + between - covariance).max() < 1e-3
    moved.save(tmp_path / "moved.safetensors")
    again = mv.load(tmp_path / "moved.safetensors")
    assert again.sample(2, seed=7) == moved.sample(2, seed=7) != model.sample(2, seed=7)


def test_data_that_does_not_fit(model: mv.MusicVae, release: Path) -> None:
    with mv.GrooveDataset(release, bars=5) as long:
        with refused(mv.ArgumentError, "windows of 5 bars, and config .* takes 4; prepare"):
            model.with_attributes(long)
        with refused(mv.ArgumentError, "windows of 5 bars, and config .* takes 4; prepare"):
            model.nearest(beat(1, 1), long)
    with refused(mv.ArgumentError, "closed"):
        model.with_attributes(long)
    few = mv.GrooveDataset(release, split="test")
    if len(few) < 8:
        with refused(mv.ArgumentError, "windows are too few; give 8 or more"):
            model.with_attributes(few)


@pytest.mark.parametrize(
    "call",
    [
        lambda model: model.similar(1),
        lambda model: model.similar(UNTYPED.DrumSequence(16), "3"),
        lambda model: model.shift_attributes(UNTYPED.DrumSequence(16)),
        lambda model: model.shift_attributes(UNTYPED.DrumSequence(16), ["density"]),
        lambda model: model.nearest(UNTYPED.DrumSequence(16), "groove.mvds"),
        lambda model: model.with_attributes("groove.mvds"),
    ],
)
def test_plainly_wrong_types_are_type_errors(model: mv.MusicVae, call: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        call(model)


def test_long_calls_let_other_threads_run(moved: mv.MusicVae, data: mv.GrooveDataset) -> None:
    groove = beat(4, 1)
    calls: dict[str, Callable[[], object]] = {
        "similar": lambda: moved.similar(groove, n=20),
        "shift_attributes": lambda: moved.shift_attributes(groove, {"density": 1}),
        "shift_attributes of points": lambda: moved.shift_attributes(np.zeros((20, 256), np.float32), {"density": 1}),
        "nearest": lambda: moved.nearest(groove, data),
        "with_attributes": lambda: moved.with_attributes(data),
        "sample": lambda: moved.sample(20, attributes={"density": 1}),
    }
    for name, call in calls.items():
        assert goes_on_during(call), name
