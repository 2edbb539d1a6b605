"""docs/listening.md: its sections and files are those that scripts/listening.py makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import pytest
from checks import ROOT

KIND = {"mel_2bar": mv.Melody}


@pytest.fixture(scope="module")
def listening() -> Any:
    spec = importlib.util.spec_from_file_location("listening", ROOT / "scripts/listening.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_a_section_for_each_model(listening: Any) -> None:
    page = listening.PAGE.read_text()
    assert listening.with_sections(page) == page, "run scripts/listening.py"
    assert set(KIND) <= set(listening.MODELS)


def test_the_files_are_small_and_all_there(listening: Any) -> None:
    stems = [f"{name}_{temperature:g}" for name in listening.MODELS for temperature in listening.TEMPERATURES]
    expected = {f"{stem}_{i}.mid" for stem in stems for i in range(listening.EACH)} | {f"{stem}.svg" for stem in stems}
    files = list(listening.OUT.iterdir())
    assert {path.name for path in files} == expected | {"real.svg", "real_melodies.svg"}
    assert max(path.stat().st_size for path in files) < 64_000


@pytest.mark.parametrize("name", KIND)
def test_the_seed_chose_them(listening: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "OUT", tmp_path)
    for temperature in listening.TEMPERATURES:
        listening.draw_samples(name, temperature)
        for i in range(listening.EACH):
            path = f"{name}_{temperature:g}_{i}.mid"
            page = KIND[name].from_notes(mv.read_midi(ROOT / "docs/listening" / path))
            assert KIND[name].from_notes(mv.read_midi(tmp_path / path)) == page
            assert page.num_notes > 0
