"""Datasets: opening, filtering, describing and saving them."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import Floats, refused
from small_release import beat


def test_opening_the_small_release(data: mv.GrooveDataset) -> None:
    assert len(data) == sum(entry["windows"] for entry in data.report())
    assert (data.steps, data.split, data.drum_map) == (64, None, mv.DrumMap.standard())
    assert repr(data) == f"<GrooveDataset: {len(data)} windows of 64 steps from 14 files>"
    arrays = data.arrays()
    assert arrays.shape == (len(data), 64, 27)
    assert arrays.dtype == np.float32
    for i in (0, 1, len(data) - 1):
        assert data[i] == mv.DrumSequence.from_array(arrays[i])
    assert data[-1] == data[len(data) - 1]
    assert len(list(data)) == len(data)  # type: ignore[call-overload]


def test_the_windows_are_the_takes(data: mv.GrooveDataset) -> None:
    """Every window of a take that is on the grid already holds the take's own hits from its bar on."""
    record = next(record for record in data.window_info() if record["path"].endswith("take3.mid") and record["bar"] == 0)
    groove = data[data.window_info().index(record)]
    assert (groove.cells()["hits"] == beat(9, 3).slice(0, 64).cells()["hits"]).all()


def test_a_report_of_every_file(data: mv.GrooveDataset) -> None:
    report = {Path(entry["path"]).stem: entry for entry in data.report()}
    assert len(report) == 14
    take = report["take0"]
    assert (take["split"], take["style"], take["full_style"], take["beat_type"]) == ("train", "funk", "funk/groove1", "beat")
    assert (take["bpm"], take["meter"], take["error"], take["notes"]) == (120.0, "4/4", "", beat(6, 0).num_hits)
    assert report["waltz"]["meter"] == "3/4"
    assert report["zz_broken"]["windows"] == 0
    assert "not MIDI" in report["zz_broken"]["error"] or "MThd" in report["zz_broken"]["error"]
    total: Counter[str] = Counter()
    for entry in data.report():
        total.update(entry["left_out"])
    assert data.left_out == dict(total)
    assert data.left_out


def test_a_record_of_every_window(data: mv.GrooveDataset) -> None:
    windows = data.window_info()
    assert len(windows) == len(data)
    assert set(windows[0]) == {"path", "split", "style", "full_style", "beat_type", "bpm", "meter", "bar"}
    counts = Counter(record["path"] for record in windows)
    assert counts == {entry["path"]: entry["windows"] for entry in data.report() if entry["windows"]}
    assert len({(record["path"], record["bar"]) for record in windows}) == len(windows)


def test_pandas_takes_both(data: mv.GrooveDataset) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(data.report())
    assert table.windows.sum() == len(data)
    assert table.groupby("style").windows.sum().to_dict() == dict(Counter(record["style"] for record in data.window_info()))
    assert set(pandas.DataFrame(data.window_info()).split) == {"train", "validation", "test"}


def test_filters(data: mv.GrooveDataset, release: Path) -> None:
    records = data.window_info()
    arrays = data.arrays()

    def check(part: mv.GrooveDataset, **wanted: str) -> None:
        kept = [i for i, record in enumerate(records) if all(record[key] == value for key, value in wanted.items())]
        assert len(part) == len(kept)
        assert (part.arrays() == arrays[kept]).all()
        assert part.window_info() == [records[i] for i in kept]

    check(mv.GrooveDataset(release, split="train"), split="train")
    check(mv.GrooveDataset(release, split="validation", style="rock"), split="validation", style="rock")
    check(mv.GrooveDataset(release, style="funk"), style="funk")
    check(data.filter(style="funk/groove1"), full_style="funk/groove1")
    check(data.filter(beat_type="beat"))
    check(data.filter())
    part = data.filter(split="test")
    check(part, split="test")
    assert part.split == "test"
    check(part.filter(style="jazz"), split="test", style="jazz")
    check(part.filter(split="train"), split="train")  # the other splits stay available, because a Trainer needs them
    assert len(data.filter(split="test", style="rock")) == 0
    assert data.filter(split="test", style="rock").arrays().shape == (0, 64, 27)
    with refused(mv.ArgumentError, 'no split is called "dev"; use train, validation or test'):
        data.filter(split="dev")
    with refused(mv.ArgumentError, 'no file has the style "polka"; use one of: funk, jazz, rock'):
        data.filter(style="polka")
    with refused(mv.ArgumentError, 'no file has the beat type "fill"; use one of: beat'):
        mv.GrooveDataset(release, beat_type="fill")


def test_saved_and_opened_again(data: mv.GrooveDataset, prepared: Path, tmp_path: Path) -> None:
    again = mv.GrooveDataset(prepared)
    assert (again.arrays() == data.arrays()).all()
    assert again.window_info() == data.window_info()
    assert again.report() == data.report()
    data.filter(split="train", style="jazz").save(tmp_path / "part.mvds")
    part = mv.GrooveDataset(tmp_path / "part.mvds")
    assert (part.arrays() == data.filter(split="train", style="jazz").arrays()).all()
    assert {(record["split"], record["style"]) for record in part.window_info()} == {("train", "jazz")}


def test_how_windows_are_made(release: Path) -> None:
    short = mv.GrooveDataset(release, bars=2, threads=1)
    assert short.steps == 32
    assert len(short) > len(mv.GrooveDataset(release))
    assert (short.arrays() == mv.GrooveDataset(release, bars=2, threads=2).arrays()).all()
    own = mv.DrumMap("kick only")
    own.write_as("kick", 36)
    kicks = mv.GrooveDataset(release, drum_map=own)
    other = mv.DrumMap.roland()
    other.name = "mine"
    other.unmap(37)
    assert mv.GrooveDataset(release, drum_map=other).drum_map == other
    assert all(groove.cells()["hits"][:, 1:].sum() == 0 for groove in [kicks[i] for i in range(len(kicks))])
    assert kicks.left_out["unknown_pitch"] > 0


def test_windows_of_hits(release: Path, model: mv.MusicVae, tmp_path: Path) -> None:
    nine = mv.GrooveDataset(release, cut="reference-drums", bars=2, drum_map=mv.DrumMap.reduced())
    full = mv.GrooveDataset(release, cut="reference-drums", bars=2, classes="full")
    assert (nine.depth, full.depth, full.steps) == (9, 61, 32)
    assert nine.arrays().shape == (len(nine), 32, 9)
    assert full.arrays().shape == (len(full), 32, 61)
    assert set(np.unique(full.arrays())) == {0.0, 1.0}
    assert nine.left_out["duplicate_window"] > 0
    full.save(tmp_path / "full.mvds")
    assert (mv.GrooveDataset(tmp_path / "full.mvds").arrays() == full.arrays()).all()
    with refused(mv.ArgumentError, r"its windows hold only hits, \[32, 61\], so they are not grooves; use arrays\(\)"):
        full[0]
    with refused(mv.ArgumentError, r"the dataset's windows are \[32, 61\]"):
        model.encode(full)
    with refused(mv.ArgumentError, "has nine drum classes, not the full 61"):
        mv.GrooveDataset(release, classes="full")
    with refused(mv.ArgumentError, 'no drum classes are called "ten"; use nine or full'):
        mv.GrooveDataset(release, cut="reference-drums", classes="ten")


def test_a_closed_dataset(release: Path, model: mv.MusicVae, tmp_path: Path) -> None:
    with mv.GrooveDataset(release) as data:
        part = data.filter(style="rock")
        arrays, groove = part.arrays(), data[0]
        assert not data.closed
    assert data.closed
    assert repr(data) == "<GrooveDataset: closed>"
    uses = [
        lambda: len(data),
        lambda: data[0],
        data.arrays,
        data.window_info,
        data.report,
        data.filter,
        lambda: data.save(tmp_path / "a.mvds"),
        lambda: model.encode(data),
        lambda: (data.steps, 0),
        lambda: data.left_out,
        lambda: mv.Trainer("groovae_4bar", data, out=tmp_path / "run"),
    ]
    for use in uses:
        with refused(mv.ArgumentError, "dataset: is closed; open it again"):
            use()
    assert not list(tmp_path.iterdir())
    data.close()
    assert (part.arrays() == arrays).all(), "what was taken out of it stays"
    assert groove.steps == 64


def test_closing_while_another_thread_reads(release: Path) -> None:
    expected = mv.GrooveDataset(release).arrays()
    for _ in range(20):
        data = mv.GrooveDataset(release)
        results: list[Floats] = []

        def read(data: mv.GrooveDataset = data, results: list[Floats] = results) -> None:
            try:
                while True:
                    results.append(data.arrays())
            except mv.ArgumentError:
                pass

        other = threading.Thread(target=read)
        other.start()
        while not results:
            pass
        data.close()
        other.join()
        assert all((result == expected).all() for result in results)


def test_encoding_a_dataset_is_encoding_its_arrays(data: mv.GrooveDataset, model: mv.MusicVae) -> None:
    whole, arrays = model.encode(data), model.encode(data.arrays())
    assert (whole.mu == arrays.mu).all()
    assert (whole.sigma == arrays.sigma).all()
    empty = model.encode(data.filter(split="test", style="rock"))
    assert empty.mu.shape == empty.sigma.shape == (0, 256)


@pytest.mark.parametrize("index", [10_000, -10_000, 2**40])
def test_an_index_outside(data: mv.GrooveDataset, index: int) -> None:
    with pytest.raises(IndexError, match=f"there is no window {index}; it has {len(data)}"):
        data[index]


def test_the_real_dataset(groove_zip: Path) -> None:
    data = mv.GrooveDataset(groove_zip)
    assert (len(data), len(data.report())) == (19421, 1150)
    funk = data.filter(split="train", style="funk")
    assert {(record["split"], record["style"]) for record in funk.window_info()} == {("train", "funk")}
    beats = [entry for entry in data.report() if entry["beat_type"] == "beat" and entry["meter"] == "4/4"]
    assert len(beats) == 491
    assert not any(entry["error"] for entry in data.report())
