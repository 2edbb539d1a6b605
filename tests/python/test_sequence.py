"""Grooves, grids, cells and drum maps as Python values."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import refused
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from small_release import beat


def copies(value: Any) -> list[Any]:
    return [copy.copy(value), copy.deepcopy(value)] + [
        pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ]


@st.composite
def grooves(draw: st.DrawFn) -> mv.DrumSequence:
    grid = mv.Grid(draw(st.integers(2, 8)), draw(st.integers(1, 9)), draw(st.sampled_from([1, 2, 4, 8])))
    groove = mv.DrumSequence(draw(st.integers(0, 20)), grid)
    if groove.steps:
        for step, drum, velocity, offset in draw(
            st.lists(st.tuples(st.integers(0, groove.steps - 1), st.integers(0, 8), st.floats(0, 1, width=32), st.floats(-1, 1, width=32)))
        ):
            groove.set(step, drum, velocity, offset)
    return groove


def test_a_new_groove_is_silent() -> None:
    groove = mv.DrumSequence()
    assert (groove.steps, groove.bars, groove.num_hits, groove.density) == (64, 4.0, 0, 0.0)
    assert groove.grid == mv.Grid(4, 4, 4)
    assert not groove[63, "ride"].hit


def test_hits_are_put_by_name_or_number_and_silenced() -> None:
    groove = mv.DrumSequence(16)
    groove.set(3, "snare", velocity=0.5, offset=-0.25)
    groove.set(4, 8)
    assert (groove[3, "snare"].hit, groove[3, "snare"].velocity, groove[3, "snare"].offset) == (True, 0.5, -0.25)
    assert groove[3, 1] == groove[3, "snare"]
    assert groove[4, "ride"].velocity == pytest.approx(0.8)
    assert (groove.num_hits, groove.density) == (2, 2 / (16 * 9))
    groove.erase(3, 1)
    assert groove.num_hits == 1
    assert mv.DRUM_NAMES == ("kick", "snare", "closed_hihat", "open_hihat", "low_tom", "mid_tom", "high_tom", "crash", "ride")


def test_cells_and_rows_differ_in_the_sign_of_time() -> None:
    groove = mv.DrumSequence(8)
    groove.set(2, "kick", velocity=0.5, offset=-0.5)
    cells = groove.cells()
    assert list(cells) == ["hits", "velocities", "offsets"]
    assert all(part.shape == (8, 9) and part.dtype == np.float32 for part in cells.values())
    assert (cells["hits"][2, 0], cells["velocities"][2, 0], cells["offsets"][2, 0]) == (1.0, 0.5, -0.5)
    assert sum(np.count_nonzero(part) for part in cells.values()) == 3
    rows = groove.to_array()
    assert rows.shape == (8, 27)
    assert rows.dtype == np.float32
    assert (rows[2, 0], rows[2, 9], rows[2, 18]) == (1.0, 0.5, 0.5)
    assert np.count_nonzero(rows) == 3


def test_an_array_belongs_to_whoever_asked() -> None:
    groove = beat(1, 0)
    rows = groove.to_array()
    expected = rows.copy()
    rows[:] = 7
    assert (groove.to_array() == expected).all()
    kept = mv.DrumSequence(16).to_array()  # its groove no longer exists
    assert kept.sum() == 0


@given(grooves())
def test_a_groove_survives_its_array_and_every_copy(groove: mv.DrumSequence) -> None:
    assert mv.DrumSequence.from_array(groove.to_array(), groove.grid) == groove
    for same in copies(groove):
        assert same == groove
        assert same.grid == groove.grid
        if groove.steps:
            same.set(0, "kick", 0.123, 0.5)
            assert same != groove, "a copy is a value of its own"


@given(hnp.arrays(np.float32, st.tuples(st.integers(0, 9), st.just(27)), elements=st.floats(-3, 3, width=32)))
def test_any_finite_rows_are_a_groove(rows: Any) -> None:
    groove = mv.DrumSequence.from_array(rows)
    cells = groove.cells()
    assert (cells["hits"] == (rows[:, :9] > 0.5)).all()
    hit = cells["hits"] == 1
    assert (cells["velocities"][hit] == np.clip(rows[:, 9:18], 0, 1)[hit]).all()
    assert (cells["offsets"][hit] == -np.clip(rows[:, 18:], -1, 1)[hit]).all()


def test_parts_and_joins() -> None:
    groove = beat(2, 1)
    first, second = groove.slice(0, 16), groove.slice(16, 16)
    assert first + second == groove
    assert (first + second).bars == 2
    assert groove.slice(3, 0).steps == 0
    with refused(mv.ArgumentError, "17 steps from step 16"):
        groove.slice(16, 17)
    with refused(mv.ArgumentError, "the two grids differ"):
        _ = groove + mv.DrumSequence(16, mv.Grid(3))


def test_equality_is_by_value_and_mutable_values_have_no_hash() -> None:
    assert beat(1, 0) == beat(1, 0)
    assert beat(1, 0) != beat(1, 1)
    assert beat(1, 0) != "a groove"
    for mutable in (beat(1, 0), mv.DrumMap.roland(), beat(1, 0).to_notes()):
        with pytest.raises(TypeError, match="unhashable"):
            hash(mutable)


@pytest.mark.parametrize("value", [mv.Grid(3, 6, 8), beat(1, 0)[0, 2]], ids=["grid", "cell"])
def test_small_values(value: Any) -> None:
    for same in copies(value):
        assert same == value
        assert hash(same) == hash(value)
    assert {value: 1}[copy.copy(value)] == 1
    assert mv.Grid(3, 6, 8).steps_per_bar == 9
    with pytest.raises(AttributeError):
        value.hit = value.beat_unit = 3


def test_reprs() -> None:
    groove = beat(2, 0)
    assert repr(groove) == f"<DrumSequence: 2 bars, 32 steps, {groove.num_hits} hits>"
    assert repr(groove[4, "snare"]) == "Cell(hit=True, velocity=0.900, offset=-0.200)"
    assert repr(mv.Grid(3)) == "Grid(steps_per_quarter=3, beats_per_bar=4, beat_unit=4)"
    assert eval(repr(mv.Grid(3, 6, 8)), {"Grid": mv.Grid}) == mv.Grid(3, 6, 8)
    assert repr(mv.DrumMap.roland()) == '<DrumMap "roland": 22 pitches>'


def test_a_notebook_gets_a_picture() -> None:
    svg = beat(1, 0)._repr_svg_()
    assert svg is not None
    assert svg.startswith("<svg")
    assert "kick" in svg
    assert mv.DrumSequence(0)._repr_svg_() is None
    assert mv.DrumSequence(1_000_000)._repr_svg_() is None, "the words will do"


def test_saved_as_what_the_name_says(tmp_path: Path) -> None:
    groove = beat(2, 0)
    groove.save(tmp_path / "a.mid", qpm=90)
    groove.save(str(tmp_path / "a.svg"))
    notes = mv.read_midi(tmp_path / "a.mid")
    assert notes.tempos[0] == pytest.approx((0.0, 90), abs=1e-3)
    assert notes.to_drums(mv.DrumMap.roland(), bars=2).cells()["hits"].tolist() == groove.cells()["hits"].tolist()
    assert (tmp_path / "a.svg").read_text() == groove._repr_svg_()
    with refused(mv.ArgumentError, r"end its name in \.mid"):
        groove.save(tmp_path / "a.mp3")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mid", "a.svg"]


def test_a_png_is_drawn_by_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    groove = beat(2, 0)
    if shutil.which("rsvg-convert") or shutil.which("cairosvg"):
        groove.save(tmp_path / "a.png")
        assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG\r\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "cairosvg", None)  # simulates that it is not installed
    with refused(mv.DeviceError, r"b\.png: a PNG needs rsvg-convert or cairosvg; apt install librsvg2-bin"):
        groove.save(tmp_path / "b.png")
    assert not (tmp_path / "b.png").exists()
    package = types.ModuleType("cairosvg")
    package.svg2png = lambda bytestring, scale: b"%d:" % scale + bytestring  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cairosvg", package)
    groove.save(tmp_path / "c.png")
    assert (tmp_path / "c.png").read_text() == f"2:{groove._repr_svg_()}"


def test_drum_maps(tmp_path: Path) -> None:
    roland = mv.DrumMap.roland()
    assert (roland.name, len(roland), roland.drum(22), roland.pitch("snare"), roland.drum(3)) == ("roland", 22, "closed_hihat", 38, None)
    own = mv.DrumMap("own")
    own.map(60, "kick")
    own.write_as("kick", 61)
    assert (own.pitches("kick"), own.pitch("kick"), len(own)) == ([60, 61], 61, 2)
    own.unmap(60)
    own.name = "mine"
    assert (own.drum(60), own.name) == (None, "mine")
    for value in (own, roland, mv.DrumMap.reduced()):
        assert all(same == value for same in copies(value))
    assert own != roland
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"name": "disk", "classes": {"kick": [60]}}))
    with refused(mv.ConfigError, "map.json"):
        mv.DrumMap.load(path)
