"""Preparing shards on a local Dask cluster of two processes, and datasets that are folders of shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import refused, run_python
from small_release import beat, make_release

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'dask[distributed]'")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A release, a folder of MIDI files with a broken one, and two files of records."""
    folder = tmp_path_factory.mktemp("sources")
    midi = folder / "midi"
    midi.mkdir()
    for i in range(3):
        beat(5 + i, i).save(midi / f"take{i}.mid")
    (midi / "broken.mid").write_bytes(b"this is no MIDI file")
    records = [folder / f"{name}.tfrecord" for name in ("a", "b")]
    for i, path in enumerate(records):
        mv.write_tfrecord(path, [beat(6, i + n).to_notes() for n in range(4)], gzip=i == 1)
    return [make_release(folder / "release"), midi, *records]


def test_shards_are_what_one_process_prepares(client: Any, sources: list[Path], tmp_path: Path) -> None:
    shards = mv.preprocess_shards(sources, tmp_path / "shards", client, progress=False)
    alone = [mv.GrooveDataset(source) for source in sources]
    assert [path.name for path in shards.paths] == [f"shard-{i:05d}-of-00004.mvds" for i in range(4)]
    for path, one in zip(shards.paths, alone):
        one.save(tmp_path / "one.mvds")
        assert path.read_bytes() == (tmp_path / "one.mvds").read_bytes()
    assert shards.unreadable == {}
    assert shards.windows == sum(len(one) for one in alone) > 0
    left_out: Counter[str] = Counter()
    for one in alone:
        left_out.update(one.left_out)
    assert shards.left_out == dict(left_out)
    assert shards.left_out["unreadable"] == 2, "a broken file in the release and one in the folder"

    whole = mv.GrooveDataset(tmp_path / "shards")
    np.testing.assert_array_equal(whole.arrays(), np.concatenate([one.arrays() for one in alone]))
    assert whole.window_info() == [window for one in alone for window in one.window_info()]
    assert whole.report() == [file for one in alone for file in one.report()]
    assert whole.left_out == shards.left_out
    whole.save(tmp_path / "merged.mvds")
    np.testing.assert_array_equal(mv.GrooveDataset(tmp_path / "merged.mvds").arrays(), whole.arrays())


def test_shards_train_as_the_merged_file_does(client: Any, sources: list[Path], tiny_config: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    mv.preprocess_shards(sources, tmp_path / "shards", client, progress=False)
    shards = mv.GrooveDataset(tmp_path / "shards")
    shards.save(tmp_path / "merged.mvds")
    runs = [
        mv.Trainer(tiny_config, data, out=tmp_path / name, threads=1).fit(3, validate_every=0, progress=False)
        for name, data in (("a", shards), ("b", mv.GrooveDataset(tmp_path / "merged.mvds")))
    ]
    assert runs[0].checkpoints[-1].read_bytes() == runs[1].checkpoints[-1].read_bytes()


def test_options_reach_the_workers(client: Any, sources: list[Path], tmp_path: Path) -> None:
    drum_map = mv.DrumMap.reduced()
    mv.preprocess_shards(sources[1:], tmp_path / "shards", client, bars=2, cut="reference", drum_map=drum_map, progress=False)
    whole = mv.GrooveDataset(tmp_path / "shards")
    assert (whole.steps, whole.drum_map) == (32, drum_map)
    alone = [mv.GrooveDataset(source, bars=2, cut="reference", drum_map=drum_map).arrays() for source in sources[1:]]
    np.testing.assert_array_equal(whole.arrays(), np.concatenate(alone))


def test_a_source_that_cannot_be_opened_is_told_of(client: Any, sources: list[Path], tmp_path: Path) -> None:
    shards = mv.preprocess_shards([tmp_path / "nowhere", sources[1]], tmp_path / "shards", client, progress=False)
    assert list(shards.unreadable) == [str(tmp_path / "nowhere")]
    assert str(tmp_path / "nowhere") in shards.unreadable[str(tmp_path / "nowhere")]
    assert [path.name for path in shards.paths] == ["shard-00001-of-00002.mvds"]
    assert len(mv.GrooveDataset(tmp_path / "shards")) == shards.windows > 0


def test_progress_goes_to_stderr(client: Any, sources: list[Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    mv.preprocess_shards(sources[2:], tmp_path / "shards", client)
    out, err = capfd.readouterr()
    assert out == ""
    assert "2/2" in err


def test_what_cannot_be(client: Any, sources: list[Path], tmp_path: Path) -> None:
    wrong: Any
    for wrong in ([], "groove.zip"):
        with refused(mv.ArgumentError, "there are no sources"):
            mv.preprocess_shards(wrong, tmp_path / "shards", client)
    with refused(mv.ArgumentError, "client is a NoneType"):
        mv.preprocess_shards(sources, tmp_path / "shards", None)
    assert not (tmp_path / "shards").exists()
    with refused(mv.ArgumentError, "bars"):
        mv.preprocess_shards(sources, tmp_path / "shards", client, bars=0, progress=False)
    assert list((tmp_path / "shards").iterdir()) == []
    with refused(mv.ArgumentError, "is not empty"):
        mv.preprocess_shards(sources, sources[0], client)
    with refused(mv.FileError):
        mv.preprocess_shards(sources, sources[2], client)


def test_shards_that_were_not_prepared_alike(data: mv.GrooveDataset, release: Path, tmp_path: Path) -> None:
    data.save(tmp_path / "1.mvds")
    mv.GrooveDataset(release, bars=2).save(tmp_path / "2.mvds")
    with refused(mv.FormatError, r"2\.mvds was not prepared as 1\.mvds was"):
        mv.GrooveDataset(tmp_path)


def test_a_folder_with_other_files_is_no_folder_of_shards(data: mv.GrooveDataset, tmp_path: Path) -> None:
    data.save(tmp_path / "1.mvds")
    beat(6, 0).save(tmp_path / "take.mid")
    assert [file["path"] for file in mv.GrooveDataset(tmp_path).report()] == ["take.mid"]


def test_without_dask() -> None:
    code = """
import sys
sys.modules["distributed"] = None
import musicvae_cpp as mv
try:
    mv.preprocess_shards(["a"], "b", None)
except mv.DeviceError as error:
    print(error)
"""
    assert "needs Dask, which is not installed; pip install 'dask[distributed]'" in run_python(code)
