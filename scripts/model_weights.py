"""The weights of a model file, for changes in place: shared by the scripts that change models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, NoReturn

import numpy as np
from numpy.typing import NDArray


class ModelWeights:
    """A safetensors file of a model in memory. `fail` ends the script with a line that says what is wrong (ArgumentParser.error)."""

    def __init__(self, path: Path, fail: Callable[[str], NoReturn]) -> None:
        self.path, self.fail = path, fail
        self._file = bytearray(path.read_bytes())
        self._start = 8 + int.from_bytes(self._file[:8], "little")
        self._header: dict[str, Any] = json.loads(self._file[8 : self._start])
        self.config: dict[str, Any] = json.loads(self._header["__metadata__"]["musicvae"])["config"]

    def names(self) -> list[str]:
        return [name for name in self._header if name != "__metadata__"]

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        """A view: what is written to it is written to the file in memory."""
        tensor = self._header[name]
        if tensor["dtype"] != "F32":
            self.fail(f"{self.path}: {name} is {tensor['dtype']}; give a model in single precision")
        begin, end = tensor["data_offsets"]
        return np.frombuffer(memoryview(self._file)[self._start + begin : self._start + end], "<f4").reshape(tensor["shape"])

    def put(self, name: str, value: NDArray[np.float32] | NDArray[np.float16]) -> None:
        """Adds a tensor, or replaces it. Views from before are no longer part of the file."""
        kept = {key: entry for key, entry in self._header.items() if key not in (name, "__metadata__")}
        tensors = [(key, kept[key], bytes(self._file[slice(*(self._start + i for i in kept[key]["data_offsets"]))])) for key in kept]
        dtype = {"float32": "F32", "float16": "F16"}[value.dtype.name]
        tensors.append((name, {"dtype": dtype, "shape": list(value.shape)}, np.ascontiguousarray(value).tobytes()))
        header, at = {"__metadata__": self._header["__metadata__"]}, 0
        for key, entry, data in tensors:
            header[key] = entry | {"data_offsets": [at, at + len(data)]}
            at += len(data)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        self._file = bytearray(len(text).to_bytes(8, "little") + text + b"".join(data for _, _, data in tensors))
        self._header, self._start = header, 8 + len(text)

    def save(self, path: Path) -> None:
        """All of it or nothing."""
        unfinished = path.with_name(path.name + ".tmp")
        unfinished.write_bytes(self._file)
        unfinished.replace(path)
