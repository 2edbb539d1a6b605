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
        "files": [read(path, folder) for path in sorted((ROOT / "tests/cases/midi").glob("*.mid"))],
    }
    path = folder / "expected.json"
    path.write_text(json.dumps(wanted))
    return path


@needs_package
def test_package_makes_the_native_notes(expected: Path, tmp_path: Path) -> None:
    """npm installs the package, and Node.js runs every function of it."""
    assert PACKAGE
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", tmp_path, PACKAGE], check=True)
    shutil.copy(ROOT / "tests/web/package.mjs", tmp_path)
    done = subprocess.run(["node", "package.mjs", expected, ROOT], cwd=tmp_path, capture_output=True, text=True, check=False)
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
