"""Helpers that several test files use: expected errors, other processes, safetensors files."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import musicvae_cpp as mv
import numpy as np
import pytest
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/data/golden"
Floats = NDArray[np.float32]
T = TypeVar("T")


@contextmanager
def refused(kind: type[mv.Error], match: str | None = None) -> Iterator[None]:
    """The block raises exactly this class, with one line that matches."""
    with pytest.raises(kind, match=match) as info:
        yield
    assert info.type is kind
    message = str(info.value)
    assert message
    assert "\n" not in message


def answer_or_refusal(call: Callable[[], T], *kinds: type[mv.Error]) -> T | str:
    """What a call returns, or the words of its error, which must be one line of one of these kinds."""
    try:
        return call()
    except mv.Error as error:
        message = str(error)
        if type(error) not in kinds or not message or "\n" in message:
            raise
        return message


def environment(**more: str) -> dict[str, str]:
    """For another process that imports the package under test."""
    return {**os.environ, "PYTHONPATH": str(Path(mv.__file__).parents[1]), **more}


def run_python(code: str, *arguments: object, **more: str) -> str:
    """What Python prints that runs `code` in a process of its own, which must end well."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(**more), timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """What came of scripts/NAME.py, well or not."""
    command = [sys.executable, f"{ROOT}/scripts/{name}.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def read_safetensors(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Metadata and tensors (32-bit ones)."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        dtype = {"F32": "<f4", "I32": "<i4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
        tensors[name] = np.frombuffer(data[8 + length + first : 8 + length + last], dtype).reshape(entry["shape"])
    return metadata, tensors


def write_safetensors(path: Path, metadata: dict[str, str], tensors: dict[str, Floats]) -> Path:
    header: dict[str, Any] = {"__metadata__": metadata}
    data = b""
    for name, tensor in tensors.items():
        part = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path
