"""Samples music from a model and writes it to a MIDI file, through libmusicvae_c and ctypes alone.

python3 sample_ctypes.py libmusicvae_c.so MODEL.safetensors OUT.mid [SEED]
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_double, c_float, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path

ABI_VERSION = 1
USUAL = -1.0  # MUSICVAE_USUAL


class DecodeOptions(ctypes.Structure):
    """musicvae_decode_options."""

    _fields_ = (
        ("size", c_uint32),
        ("bars", c_int32),
        ("seed", c_uint64),
        ("first", c_uint64),
        ("temperature", c_float),
        ("feel_temperature", c_float),
        ("threads", c_int32),
    )


class Note(ctypes.Structure):
    """musicvae_note."""

    _fields_ = (
        ("start_beats", c_double),
        ("end_beats", c_double),
        ("start_seconds", c_double),
        ("end_seconds", c_double),
        ("pitch", c_int32),
        ("velocity", c_int32),
        ("program", c_int32),
        ("instrument", c_int32),
        ("drum", c_int32),
    )


def open_library(path: str) -> ctypes.CDLL:
    """The library with the types of the functions that are used here."""
    library = ctypes.CDLL(path)
    library.musicvae_abi_version.restype = c_uint32
    if library.musicvae_abi_version() != ABI_VERSION:
        raise RuntimeError(f"{path} has another interface than {ABI_VERSION}; use the example of its version")
    library.musicvae_error_message.restype = c_char_p
    library.musicvae_model_load.argtypes = [c_char_p, POINTER(c_void_p)]
    library.musicvae_model_free.argtypes = [c_void_p]
    library.musicvae_sample.argtypes = [c_void_p, POINTER(DecodeOptions), c_int32, POINTER(c_void_p)]
    library.musicvae_music_free.argtypes = [c_void_p]
    library.musicvae_music_notes.argtypes = [c_void_p, c_double, POINTER(Note), c_size_t, POINTER(c_size_t)]
    library.musicvae_music_to_midi.argtypes = [c_void_p, c_double, c_void_p, c_size_t, POINTER(c_size_t)]
    for name in ("model_free", "music_free"):
        getattr(library, f"musicvae_{name}").restype = None
    return library


class MusicVae:
    """A model, and its music as notes and as the bytes of a MIDI file."""

    def __init__(self, library: ctypes.CDLL, model: str) -> None:
        self._library = library
        self._model = c_void_p()
        self._call("model_load", model.encode(), byref(self._model))

    def close(self) -> None:
        self._library.musicvae_model_free(self._model)
        self._model = c_void_p()

    def sample(self, seed: int, qpm: float = 120.0) -> tuple[list[Note], bytes]:
        options = DecodeOptions(ctypes.sizeof(DecodeOptions), 0, seed, 0, USUAL, USUAL, 0)
        music = c_void_p()
        self._call("sample", self._model, byref(options), 1, byref(music))
        try:
            count = c_size_t()
            self._call("music_notes", music, qpm, None, 0, byref(count))
            notes = (Note * count.value)()
            self._call("music_notes", music, qpm, notes, count, byref(count))
            size = c_size_t()
            self._call("music_to_midi", music, qpm, None, 0, byref(size))
            midi = ctypes.create_string_buffer(size.value)
            self._call("music_to_midi", music, qpm, midi, size, byref(size))
            return list(notes), midi.raw
        finally:
            self._library.musicvae_music_free(music)

    def _call(self, name: str, *arguments: object) -> None:
        if getattr(self._library, f"musicvae_{name}")(*arguments) != 0:
            raise RuntimeError(self._library.musicvae_error_message().decode())


def main() -> int:
    if len(sys.argv) < 4:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        model = MusicVae(open_library(sys.argv[1]), sys.argv[2])
        notes, midi = model.sample(int(sys.argv[4]) if len(sys.argv) > 4 else 7)
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    model.close()
    Path(sys.argv[3]).write_bytes(midi)
    print(f"{sys.argv[3]}: {len(notes)} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
