"""libmusicvae_c from other languages: the examples in C, in Python through ctypes and in Rust make the file and notes of the command."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from checks import ROOT

BUILD = ROOT / "build/release"
LIBRARY = BUILD / "bindings/c/libmusicvae_c.so"
MODEL = ROOT / "models/hier-groove_4bar_lookback.safetensors"
PAGE = ROOT / "docs/guides/c.md"

pytestmark = pytest.mark.skipif(not LIBRARY.exists(), reason="build/release/bindings/c/libmusicvae_c.so is not built")

RUST_MAIN = """
fn main() {
    let mut arguments = std::env::args().skip(1);
    let (path, seed) = (arguments.next().unwrap(), arguments.next().unwrap());
    match sample(&path, seed.parse().unwrap()) {
        Ok(notes) => {
            for n in notes {
                println!("{} {} {} {} {} {} {}", n.start_beats, n.end_beats, n.start_seconds, n.pitch, n.velocity, n.instrument, n.drum);
            }
        }
        Err(message) => println!("{}", message),
    }
}
"""


@pytest.fixture(scope="module")
def example() -> Any:
    """The module examples/c/sample_ctypes.py."""
    spec = importlib.util.spec_from_file_location("sample_ctypes", ROOT / "examples/c/sample_ctypes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def test_examples_write_the_file_of_the_command(tmp_path: Path) -> None:
    run(BUILD / "bin/musicvae", "sample", "-n", 1, "--seed", 12, "-o", tmp_path).check_returncode()
    expected = (tmp_path / "groove_0.mid").read_bytes()
    in_c = run(BUILD / "examples/c/sample_to_midi", MODEL, tmp_path / "c.mid", 12)
    assert in_c.returncode == 0, in_c.stderr
    assert (tmp_path / "c.mid").read_bytes() == expected
    in_python = run("python3", ROOT / "examples/c/sample_ctypes.py", LIBRARY, MODEL, tmp_path / "python.mid", 12)
    assert in_python.returncode == 0, in_python.stderr
    assert (tmp_path / "python.mid").read_bytes() == expected
    assert in_python.stdout.split(":")[1] == in_c.stdout.split(":")[1]


def test_errors_reach_python_as_one_line(example: Any, tmp_path: Path) -> None:
    library = example.open_library(str(LIBRARY))
    with pytest.raises(RuntimeError, match=r"none\.safetensors: no such file; check the name"):
        example.MusicVae(library, str(tmp_path / "none.safetensors"))
    ended = run("python3", ROOT / "examples/c/sample_ctypes.py", LIBRARY, PAGE, tmp_path / "a.mid")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "c.md" in ended.stderr
    assert not (tmp_path / "a.mid").exists()


def test_rust(example: Any, tmp_path: Path) -> None:
    """The declarations in the guide compile without a warning, and give the notes that ctypes gives."""
    rustc = shutil.which("rustc")
    if rustc is None:
        pytest.skip("rustc is not installed")
    block = re.search(r"^```rust\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert block is not None
    (tmp_path / "sample.rs").write_text(block[1] + RUST_MAIN, encoding="utf-8")
    options = ["--edition", "2021", "-D", "warnings", "-L", LIBRARY.parent, "-o", tmp_path / "sample"]
    compiled = run(rustc, tmp_path / "sample.rs", *options)
    assert compiled.returncode == 0, compiled.stderr
    environment = dict(os.environ, LD_LIBRARY_PATH=str(LIBRARY.parent))
    found = subprocess.run([tmp_path / "sample", MODEL, "12"], capture_output=True, text=True, check=True, env=environment).stdout
    model = example.MusicVae(example.open_library(str(LIBRARY)), str(MODEL))
    notes, _ = model.sample(12)
    model.close()
    rows = [[float(number) for number in line.split()] for line in found.splitlines()]
    assert rows == [[n.start_beats, n.end_beats, n.start_seconds, n.pitch, n.velocity, n.instrument, n.drum] for n in notes]
    missing = subprocess.run([tmp_path / "sample", tmp_path / "none", "1"], capture_output=True, text=True, check=True, env=environment)
    assert "none: no such file" in missing.stdout


def test_the_guide_names_what_the_header_has() -> None:
    header = (ROOT / "include/musicvae.h").read_text(encoding="utf-8")
    names = set(re.findall(r"\b(?:musicvae_[a-z_]+|MUSICVAE_[A-Z_]+[A-Z])\b", PAGE.read_text(encoding="utf-8")))
    unknown = {name for name in names if not re.search(rf"\b{name}\b", header)}
    assert unknown == {"musicvae_cpp", "musicvae_c"}
