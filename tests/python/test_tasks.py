"""Configs and tasks from Python: humanise, taps, hats, infill, continue. The results themselves are tested in C++."""

from __future__ import annotations

import json
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import pytest
from small_release import make_release


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, mv.MusicVae]:
    """Small models of some configs, trained for a few steps."""
    folder = tmp_path_factory.mktemp("tasks")
    release = make_release(folder / "release")
    made = {}
    for name in (
        "groovae_2bar_humanize",
        "groovae_2bar_humanize_lookback",
        "groovae_2bar_tap_fixed_velocity",
        "groovae_2bar_add_closed_hh",
        "groovae_2bar_infill",
        "groovae_2bar_hits_control",
        "cat-drums_2bar_small",
        "nade-drums_2bar_full",
    ):
        config = mv.config(name) | {"encoder_units": [8], "decoder_units": [8, 8], "latent": 4}
        full = name.endswith("full")
        data = mv.GrooveDataset(release, bars=2, cut="reference-drums" if full else "bar-aligned", classes="full" if full else "nine")
        trainer = mv.Trainer(config, data, out=folder / name, batch=4, seed=1, threads=1)
        made[name] = trainer.fit(steps=3, validate_every=0, progress=False).model
    return made


@pytest.fixture
def groove() -> mv.DrumSequence:
    made = mv.DrumSequence(48)
    for step in range(0, 48, 4):
        made.set(step, "kick" if step % 8 == 0 else "snare", velocity=0.8)
    return made


def hits(groove: mv.DrumSequence) -> list[tuple[int, str]]:
    return [(step, drum) for step in range(groove.steps) for drum in mv.DRUM_NAMES if groove[step, drum].hit]


def test_humanize_keeps_the_hits(models: dict[str, mv.MusicVae], groove: mv.DrumSequence) -> None:
    for name in ("groovae_2bar_humanize", "groovae_2bar_hits_control"):
        played = models[name].humanize(groove)
        assert hits(played) == hits(groove)
        assert played != groove
    assert models[name].humanize(groove, seed=1) != models[name].humanize(groove, seed=2)


def test_a_feel_head_plays_another_feel_with_another_seed(models: dict[str, mv.MusicVae], groove: mv.DrumSequence) -> None:
    model = models["groovae_2bar_humanize_lookback"]
    assert model.humanize(groove, seed=1) == model.humanize(groove, seed=2) == model.humanize(groove, feel_temperature=0.0)
    played = model.humanize(groove, seed=1, feel_temperature=1.0)
    assert hits(played) == hits(groove)
    assert played != model.humanize(groove, seed=2, feel_temperature=1.0)
    with pytest.raises(mv.ArgumentError, match="feel temperature"):
        model.humanize(groove, feel_temperature=-1.0)
    with pytest.raises(mv.ArgumentError, match="use humanize"):
        model.sample(1)


def test_taps_and_hats(models: dict[str, mv.MusicVae], groove: mv.DrumSequence) -> None:
    assert models["groovae_2bar_tap_fixed_velocity"].tap_to_drums(groove, seed=0).steps == 48
    with_hats = models["groovae_2bar_add_closed_hh"].add_closed_hihat(groove)
    assert [hit for hit in hits(with_hats) if hit[1] != "closed_hihat"] == hits(groove)


@pytest.mark.parametrize("name", ["groovae_2bar_infill", "cat-drums_2bar_small", "nade-drums_2bar_full"])
def test_infill_and_continue(models: dict[str, mv.MusicVae], groove: mv.DrumSequence, name: str) -> None:
    model = models[name]
    filled = model.infill(groove, drums=["snare", 2], bars=(1, 3), temperature=1.0, seed=3)
    asked = {(step, drum) for step in range(16, 48) for drum in ("snare", "closed_hihat")}
    assert [hit for hit in hits(filled) if hit not in asked] == [hit for hit in hits(groove) if hit not in asked]
    mask = np.zeros((48, 9), dtype=bool)
    mask[16:, 1:3] = True
    assert model.infill(groove, mask, temperature=1.0, seed=3) == filled
    assert model.continue_groove(groove, bars=3, seed=1).bars == 3.0
    assert model.continue_groove(groove, bars=1, seed=1) == model.continue_groove(groove, bars=3, seed=1).slice(0, 16)


def test_every_config_samples_encodes_and_interpolates(models: dict[str, mv.MusicVae], groove: mv.DrumSequence) -> None:
    for name in ("cat-drums_2bar_small", "nade-drums_2bar_full", "groovae_2bar_infill"):
        model = models[name]
        loops = model.sample(2, temperature=1.0, seed=7)
        assert model.sample(2, temperature=1.0, seed=7) == loops
        assert model.encode(loops).mu.shape == (2, 4)
        tensors, logits = model.decode_arrays(model.encode(loops).mu)
        assert tensors.shape == logits.shape == (2, 32, model.config["output_depth"])
        assert len(model.interpolate(loops[0], loops[1], steps=3)) == 3
        assert len(model.similar(loops[0], n=2, seed=1)) == 2

    controlled = models["groovae_2bar_hits_control"]
    z = np.zeros((1, 4), dtype=np.float32)
    track = np.zeros((1, 32, 9), dtype=np.float32)
    track[0, ::4, 0] = 1
    assert controlled.decode(z, controls=track) != controlled.decode(z, controls=track * 0)
    assert controlled.decode_arrays(z, controls=track)[0].shape == (1, 32, 27)
    loop = groove.slice(0, 32)
    track = np.array([[[loop[step, drum].hit for drum in mv.DRUM_NAMES] for step in range(32)]], dtype=np.float32)
    again = controlled.decode(controlled.encode([loop]).mu, controls=track)
    assert controlled.similar(loop, n=2, noise=0, seed=1) == again * 2
    with pytest.raises(mv.ArgumentError, match="z and their hits"):
        controlled.sample(1)
    with pytest.raises(mv.ArgumentError, match=r"controls: has shape \[1, 16, 9\]; give \[1, 32, 9\]"):
        controlled.decode(z, controls=track[:, :16])
    with pytest.raises(mv.ArgumentError, match="has no control track"):
        models["cat-drums_2bar_small"].decode(z, controls=track)


def test_hits_of_61_classes_keep_their_pitches(models: dict[str, mv.MusicVae]) -> None:
    hits = np.zeros((32, 61), dtype=np.float32)
    hits[0, 0] = hits[4, 60] = 1
    notes = mv.notes_of_hits(hits, qpm=120).records()
    assert [(note["pitch"], note["velocity"], note["start"]) for note in notes] == [(36, 80, 0.0), (82, 80, 0.5)]
    tensors, _ = models["nade-drums_2bar_full"].decode_arrays(np.zeros((1, 4), dtype=np.float32), temperature=1.0, seed=0)
    assert len(mv.notes_of_hits(tensors[0]).records()) == tensors.sum()
    with pytest.raises(mv.ArgumentError, match=r"give \[n, 61\]"):
        mv.notes_of_hits(hits[:, :9])


def test_datasets_are_encoded_as_the_task_sees_them(models: dict[str, mv.MusicVae], tmp_path: Path) -> None:
    data = mv.GrooveDataset(make_release(tmp_path / "release"), bars=2)
    for name in ("groovae_2bar_humanize", "groovae_2bar_infill", "cat-drums_2bar_small"):
        by_window = models[name].encode(data).mu
        np.testing.assert_allclose(by_window[:3], models[name].encode([data[i] for i in range(3)]).mu, atol=1e-6)
    with pytest.raises(mv.ArgumentError, match="of other rows"):
        models["nade-drums_2bar_full"].encode(data)


def test_configs(tmp_path: Path) -> None:
    table = mv.configs()
    assert [row["name"] for row in table] == mv.config_names()
    assert table[0]["parameters"] == 4085019
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"base": "hier-groove_4bar", "latent": 32}))
    config = mv.read_config(path)
    assert config == mv.config("hier-groove_4bar") | {"latent": 32, "name": "mine"}


def test_bad_input(models: dict[str, mv.MusicVae], groove: mv.DrumSequence, tmp_path: Path) -> None:
    taps = models["groovae_2bar_tap_fixed_velocity"]
    filler = models["groovae_2bar_infill"]
    with pytest.raises(mv.ArgumentError, match="does the task tap; use a model of task humanize"):
        taps.humanize(groove)
    with pytest.raises(mv.ArgumentError, match="nothing to fill in"):
        filler.infill(groove)
    with pytest.raises(mv.ArgumentError, match=r"the mask is not \[48, 9\]"):
        filler.infill(groove, np.ones((32, 9), dtype=bool))
    with pytest.raises(mv.ArgumentError, match="not both"):
        filler.infill(groove, np.ones((48, 9), dtype=bool), bars=(0, 1))
    with pytest.raises(mv.ArgumentError, match=r"use \(first, end\) within \(0, 3\)"):
        filler.infill(groove, bars=(2, 4))
    with pytest.raises(mv.ArgumentError, match="no drum is called"):
        filler.infill(groove, drums=["cowbell"])
    with pytest.raises(mv.ArgumentError, match="0 bars; use 1 to 4096"):
        filler.continue_groove(groove, bars=0)
    path = tmp_path / "bad.json"
    path.write_text('{"stepps": 3}')
    with pytest.raises(mv.ConfigError, match='unknown field "stepps"; allowed are: base, conductor, control_depth'):
        mv.read_config(path)
    with pytest.raises(mv.FileError, match="cannot be opened"):
        mv.read_config(tmp_path / "none.json")
