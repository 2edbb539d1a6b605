"""The package for JavaScript and the page: the same notes as the native library. scripts/web.sh builds what they test."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import ROOT
from test_interop import model_of

BUILD = ROOT / "build/web"
PAGE = ROOT / "build/demo/index.html"
PACKAGE = next(iter(sorted(BUILD.glob("musicvae-*.tgz"))), None)
MODELS = ("groovae_4bar", "hier-groove_4bar_lookback")
SEEDS = range(1, 11)

needs_package = pytest.mark.skipif(PACKAGE is None or not shutil.which("npm"), reason="build/web has no package; run scripts/web.sh")
needs_page = pytest.mark.skipif(
    not PAGE.exists() or not shutil.which("chromium"), reason="build/demo has no page or chromium is missing; run scripts/web.sh"
)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def cells(groove: mv.DrumSequence) -> str:
    """[steps, 9, 3]: hit, velocity, offset, as JavaScript has them."""
    parts = groove.cells()
    return text(np.stack([parts["hits"], parts["velocities"], parts["offsets"]], axis=2).astype(np.float32).tobytes())


def midi(groove: mv.DrumSequence, folder: Path, qpm: float = 120.0) -> str:
    groove.save(folder / "groove.mid", qpm=qpm)
    return text((folder / "groove.mid").read_bytes())


def read(path: Path, folder: Path) -> dict[str, Any]:
    """A MIDI file, and what the native library makes of it."""
    entry: dict[str, Any] = {"name": path.name, "file": text(path.read_bytes())}
    try:
        notes = mv.read_midi(path)
        groove = notes.to_drums()
    except mv.FormatError as error:
        return {**entry, "error": str(error).replace(str(path), path.name)}
    tempo = notes.tempos[0][1] if notes.tempos else 120.0
    return {**entry, "cells": cells(groove), "qpm": tempo, "midi": midi(groove, folder) if groove.steps else None}


def plain(music: Any) -> dict[str, Any]:
    """A melody, a trio, tracks or a groove as lists of numbers, under the names that JavaScript gives them."""
    if isinstance(music, mv.Melody):
        chords = {"chords": music.chords.names()} if music.chords else {}
        return {"events": music.events().tolist(), **chords}
    if isinstance(music, mv.Trio):
        return {"melody": music.melody.events().tolist(), "bass": music.bass.events().tolist(), "cells": cells(music.drums)}
    if isinstance(music, mv.Tracks):
        return {"tracks": [{**track, "notes": [n for note in track["notes"] for n in note]} for track in music.tracks]}
    return {"cells": cells(music)}


def save(music: Any, folder: Path, qpm: float = 97.0) -> str:
    music.save(folder / "music.mid", qpm=qpm)
    return text((folder / "music.mid").read_bytes())


def kind(model: mv.MusicVae, folder: Path, infill: dict[str, Any] | None = None, asked: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a model of another kind of music makes: samples of ten seeds and one result of each function. `asked` are the options in
    JavaScript of what `infill` asks for. The binding for Python has no infilling of tracks."""
    path = folder / f"{model.name}.safetensors"
    model.save(path)
    made = {seed: model.sample(1, seed=seed, temperature=1)[0] for seed in SEEDS}
    a, b = made[1], made[2]
    return {
        "model": str(path),
        "samples": {seed: {"value": plain(value), "midi": save(value, folder)} for seed, value in made.items()},
        "interpolate": [plain(value) for value in model.interpolate(a, b, steps=3)],
        "mu": text(np.asarray(model.encode([a]).mu, np.float32).tobytes()),
        "infill": plain(model.infill(a, seed=5, temperature=1, **infill)) if infill else None,
        "asked": asked,
        "similar": plain(model.similar(a, n=1, seed=2)[0]),
        "continued": plain(model.continue_groove(a, bars=1, seed=2, temperature=1)) if infill else None,
        "read": plain(type(a).from_notes(mv.read_midi(folder / "music.mid"))),
        "file": text((folder / "music.mid").read_bytes()),
    }


def chords(model: mv.MusicVae, folder: Path) -> dict[str, Any]:
    """What a model with chords plays on some."""
    path = folder / "chords.safetensors"
    model.save(path)
    asked = ["C", "Am:2", "G:2"]
    samples = {seed: model.sample(1, seed=seed, temperature=1, chords=asked)[0] for seed in SEEDS}
    tune = samples[1]
    return {
        "model": str(path),
        "asked": asked,
        "samples": {seed: plain(value) for seed, value in samples.items()},
        "mu": text(np.asarray(model.encode([tune]).mu, np.float32).tobytes()),
        "reconstruct": plain(model.reconstruct(tune)),
        "moved": plain(model.reconstruct(tune, chords="Dm Bdim")),
        "continued": plain(model.continue_groove(tune, bars=2, seed=2, temperature=1, chords="F G")),
        "plain": plain(model.sample(1, seed=7, temperature=1)[0]),
    }


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the native library makes, as JSON for the programs in JavaScript."""
    folder = tmp_path_factory.mktemp("expected")
    model = mv.load("groovae_4bar")
    a, b = model.sample(2, seed=7)
    samples = {}
    for name in MODELS:
        grooves = {seed: mv.load(name).sample(1, seed=seed, temperature=1)[0] for seed in SEEDS}
        samples[name] = {seed: {"cells": cells(groove), "midi": midi(groove, folder, 97)} for seed, groove in grooves.items()}
    wanted = {
        "samples": samples,
        "interpolate": [cells(groove) for groove in model.interpolate(a, b, steps=3)],
        "mu": text(np.asarray(model.encode([a, b]).mu, np.float32).tobytes()),
        "infill": cells(model.infill(a, drums=["snare", "closed_hihat"], bars=(1, 3), seed=5, temperature=1)),
        "shift": cells(model.shift_attributes(a, {"density": 1.5})),
        "funk": cells(model.sample(1, seed=3, attributes={"style:funk": 1})[0]),
        "similar": cells(model.similar(a, n=1, seed=2)[0]),
        "continued": cells(model.continue_groove(a, bars=2, seed=2, temperature=1)),
        "humanize": cells(mv.load("humanize").humanize(a)),
        "kinds": {
            "melodies": kind(mv.load("mel_2bar"), folder, {"mask": [step >= 16 for step in range(32)]}, {"bars": [1, 2]}),
            "trios": kind(
                model_of(folder / "trio", "flat-trio_16bar"),
                folder,
                {"parts": ["bass"], "bars": (2, 5)},
                {"parts": ["bass"], "bars": [2, 5]},
            ),
            "tracks": kind(model_of(folder / "tracks", "hier-multiperf_vel_1bar_med"), folder),
        },
        "chords": chords(model_of(folder / "on_chords", "cat-mel_2bar_med_chords"), folder),
        "files": [read(path, folder) for path in sorted((ROOT / "tests/cases/midi").glob("*.mid"))],
    }
    path = folder / "expected.json"
    path.write_text(json.dumps(wanted))
    return path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which npm has installed the package."""
    assert PACKAGE
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, PACKAGE], check=True)
    shutil.copy(ROOT / "tests/web/package.mjs", folder)
    return folder


def node_options() -> list[str]:
    """Node.js before 22 has relaxed SIMD only on request."""
    option = "--experimental-wasm-relaxed-simd"
    known = subprocess.run(["node", option, "-e", "0"], capture_output=True, check=False).returncode == 0
    return [option] if known else []


@needs_package
@pytest.mark.parametrize("engine", ["exact", "fused"])
def test_package_makes_the_native_notes(expected: Path, installed: Path, engine: str) -> None:
    """Node.js runs every function of the package, with either of its engines."""
    if engine == "fused":
        probe = ["node", *node_options(), "-e", "import('musicvae').then(({ fuses }) => console.log(fuses()))"]
        if subprocess.run(probe, cwd=installed, capture_output=True, text=True, check=True).stdout != "true\n":
            pytest.skip("Node.js here has no relaxed SIMD, or the processor no fused multiply-add")
    command: list[str | Path] = ["node", *node_options(), "package.mjs", expected, ROOT, engine]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(done.stdout)


@needs_page
def test_page(expected: Path, tmp_path: Path) -> None:
    """A person's way through the page, in headless Chromium."""
    done = subprocess.run(
        ["node", ROOT / "tests/web/page.mjs", expected, ROOT, tmp_path], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr + done.stdout
    print(done.stdout)


@needs_page
@pytest.mark.skipif(not shutil.which("firefox-esr"), reason="firefox-esr is missing; run scripts/setup.sh --web")
def test_page_in_firefox(expected: Path, tmp_path: Path) -> None:
    """The page loads, samples the native notes and plays in headless Firefox."""
    command: list[str | Path] = ["node", ROOT / "tests/web/firefox.mjs", expected, ROOT, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr + done.stdout
    print(done.stdout)
