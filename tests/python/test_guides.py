"""The Python code in the documentation's pages runs unchanged, page by page, on small data and for a few steps."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import musicvae_cpp as mv
import pytest
from small_release import beat, make_release

DOCS = Path(__file__).resolve().parents[2] / "docs"
FEW = {
    "steps=2000": "steps=2",
    "_every=500": "_every=1",
    "batch=64": "batch=4",
    "fit(50_000)": "fit(0)",
    "n_workers=8": "n_workers=1, dashboard_address=None",
}


def lines_of(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    for long, short in FEW.items():
        text = text.replace(long, short)
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "page",
    [
        "../README.md",
        "quick-start.md",
        "guides/producer.md",
        "guides/researcher.md",
        "data.md",
        "many-machines.md",
        "tasks.md",
        "coming-from-magenta.md",
    ],
)
def test_page(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    make_release(tmp_path / "groove-v1.0.0-midionly.zip")  # a folder works like a zip
    for part in ("part-000.zip", "part-001"):
        make_release(tmp_path / part)
    mv.write_tfrecord(tmp_path / "part-002.tfrecord", [beat(6, 0).to_notes()])
    mv.GrooveDataset(tmp_path / "part-001").save(tmp_path / "groove.mvds")
    beat(6, 0).save(tmp_path / "groove.mid")
    if page == "coming-from-magenta.md":
        mv.load("groovae_4bar").export_tensorflow(tmp_path / "groovae_4bar/model.ckpt-2721")
        with tarfile.open(tmp_path / "groovae_4bar.tar", "w") as tar:
            tar.add(tmp_path / "groovae_4bar", "groovae_4bar")
    (tmp_path / "out").mkdir()
    for i, groove in enumerate(mv.load().sample(2, seed=7)):
        groove.save(tmp_path / "out" / f"groove_{i}.mid")
    blocks = lines_of(page)
    assert blocks, f"{page} has no Python lines"
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)
