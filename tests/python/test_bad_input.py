"""Bad input from Python raises the typed errors of C++ with one line, and never causes a crash or another exception.

Only an argument that is clearly of a wrong type raises Python's TypeError.
"""

from __future__ import annotations

import itertools
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import ROOT, Floats, answer_or_refusal, read_safetensors, refused, run_python, write_safetensors
from hypothesis import given, settings
from hypothesis import strategies as st

UNTYPED: Any = mv  # for calls that a type checker would refuse
NAN, INF = float("nan"), float("inf")
some = settings(deadline=None, max_examples=60)
integers = st.one_of(st.integers(-3, 3), st.integers(-(2**65), 2**65), st.sampled_from([-(2**31), 2**31 - 1, 2**63, 2**64 - 1, 10**400]))
numbers = st.one_of(st.floats(), st.integers(-3, 3))


@st.composite
def any_array(draw: st.DrawFn) -> Any:
    """Of any type, shape, order and content, the right ones often among them."""
    shape = draw(st.sampled_from([(1, 64, 27), (2, 64, 27), (64, 27), (1, 256), (3, 256), (0, 64, 27), (0, 256), (256,), (), (1, 27, 64)]))
    dtype = draw(st.sampled_from(["f4", "f4", "f8", "f2", ">f4", "g", "i4", "u1", "c8", "?", "O", "U2", "M8[s]", "V4"]))
    array = np.zeros(shape, dtype)
    if np.dtype(dtype).kind == "f" and array.size and draw(st.booleans()):
        array.flat[draw(st.integers(0, array.size - 1))] = draw(st.sampled_from([NAN, INF, -INF, 60000.0, 1e-40]))
    order = draw(st.sampled_from(["C", "F", "reversed", "strided", "broadcast"]))
    if order == "F":
        array = np.asfortranarray(array)
    elif order == "reversed" and array.ndim:
        array = array[::-1]
    elif order == "strided" and array.ndim:
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    elif order == "broadcast" and array.ndim:
        array = np.broadcast_to(array[:1], shape) if len(array) else array
    if draw(st.booleans()) and array.flags.owndata:
        array.flags.writeable = False
    return array


@some
@given(any_array())
def test_arrays_to_encode(model: mv.MusicVae, x: Any) -> None:
    before = x.copy()
    latents = answer_or_refusal(lambda: model.encode(x), mv.ArgumentError)
    good = x.dtype.kind == "f" and x.ndim == 3 and x.shape[1:] == (64, 27) and len(x) > 0 and np.isfinite(x).all()
    if good:
        assert isinstance(latents, mv.Latents)
        assert latents.mu.shape == (len(x), 256)
        assert np.isfinite(latents.mu).all()
    else:
        assert isinstance(latents, str)
        assert latents.startswith("encode: x")
    assert x.dtype == before.dtype
    assert x.tobytes() == before.tobytes()


@some
@given(any_array())
def test_arrays_to_decode_and_to_make_a_groove_of(model: mv.MusicVae, x: Any) -> None:
    finite = x.dtype.kind == "f" and np.isfinite(x).all()
    grooves = answer_or_refusal(lambda: model.decode(x), mv.ArgumentError)
    assert isinstance(grooves, list) == bool(finite and x.ndim == 2 and x.shape[1] == 256 and len(x) > 0)
    pair = answer_or_refusal(lambda: model.decode_arrays(x), mv.ArgumentError)
    assert isinstance(pair, tuple) == isinstance(grooves, list)
    groove = answer_or_refusal(lambda: mv.DrumSequence.from_array(x), mv.ArgumentError)
    assert isinstance(groove, mv.DrumSequence) == bool(finite and x.ndim == 2 and x.shape[1] == 27)


@pytest.mark.filterwarnings("default::RuntimeWarning")
def test_numbers_too_large_for_float32(model: mv.MusicVae) -> None:
    with pytest.warns(RuntimeWarning, match="overflow"), refused(mv.ArgumentError, "encode: x: number 0 is not finite"):
        model.encode(np.full((1, 64, 27), 1e300))


def test_numbers_too_large_for_float32_where_warnings_are_errors(model: mv.MusicVae) -> None:
    for call in (lambda x: model.encode(x), lambda x: mv.DrumSequence.from_array(x[0])):
        with refused(mv.ArgumentError, r"does not fit float32 \(overflow"):
            call(np.full((1, 64, 27), 1e300))


def rounded(number: float) -> float:
    """As C++ gets it."""
    with np.errstate(over="ignore"):
        return float(np.float32(number))


class Unwilling:
    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no array today")


@pytest.mark.parametrize("x", ["groove", None, 3, 2.5, {"a": 1}, {1}, [[1.0], [2.0, 3.0]], [1.0], object(), Unwilling(), b"abc", iter([])])
def test_things_that_are_no_arrays(model: mv.MusicVae, x: Any) -> None:
    for call in (model.encode, model.decode, model.decode_arrays, mv.DrumSequence.from_array):
        with refused(mv.ArgumentError):
            call(x)


def test_lists_of_something_else(model: mv.MusicVae) -> None:
    groove = mv.DrumSequence(64)
    for wrong in ([], (), [groove, None], [groove, mv.DrumSequence(65)], [mv.DrumSequence(0)], [mv.DrumSequence(16, mv.Grid(3))]):
        with refused(mv.ArgumentError, "^encode: "):
            model.encode(wrong)


@some
@given(numbers)
def test_temperatures(model: mv.MusicVae, temperature: float) -> None:
    groove = mv.DrumSequence(64)
    good = 0 <= rounded(temperature) < INF
    calls: list[Callable[[], object]] = [
        lambda: model.sample(1, temperature, seed=1, bars=1),
        lambda: next(model.stream(1, temperature, seed=1, bars=1)),
        lambda: model.decode(np.zeros((1, 256)), temperature),
        lambda: model.reconstruct(groove, temperature),
    ]
    for call in calls:
        answer = answer_or_refusal(call, mv.ArgumentError)
        assert isinstance(answer, str) != good
        if isinstance(answer, str):
            assert "temperature" in answer
            assert "is out of range; use 0 or more" in answer


@pytest.mark.parametrize("temperature", [-0.1, NAN, INF, -INF, 1e300])
def test_the_words_for_a_temperature_are_those_of_cpp(model: mv.MusicVae, temperature: float) -> None:
    with refused(mv.ArgumentError, r"^sample: temperature \S+ is out of range; use 0 or more$"):
        model.sample(1, temperature)
    with refused(mv.ArgumentError, "temperature"):
        model.decode_arrays(np.zeros((1, 256)), temperature)
    with refused(mv.ArgumentError, "temperature"):
        model.interpolate(mv.DrumSequence(64), mv.DrumSequence(64), temperature=temperature)


@some
@given(integers)
def test_how_many(model: mv.MusicVae, n: int) -> None:
    if not 3 < n <= 100_000:
        answer = answer_or_refusal(lambda: model.sample(n, bars=1), mv.ArgumentError)
        assert isinstance(answer, str) == (not 1 <= n <= 3)
    stream = answer_or_refusal(lambda: model.stream(n, seed=1, bars=1), mv.ArgumentError)
    assert isinstance(stream, str) == (not 0 <= n < 2**63)
    if not isinstance(stream, str):
        assert len(list(itertools.islice(stream, 3))) == min(n, 3)


def test_a_million_grooves_say_their_memory_and_stream(model: mv.MusicVae) -> None:
    with refused(mv.ArgumentError, r"sample: 1000000 grooves take 6\.9 GB in one list; iterate over stream\(n\)"):
        model.sample(10**6)
    assert list(itertools.islice(model.stream(10**6, seed=1), 3)) == model.sample(3, seed=1)
    with refused(mv.ArgumentError, "^sample: n is 0; ask for 1 or more$"):
        model.sample(0)
    with refused(mv.ArgumentError, "grooves take .* GB in one list"):
        model.interpolate(mv.DrumSequence(64), mv.DrumSequence(64), steps=10**9)
    assert list(model.stream(0)) == []


@some
@given(integers)
def test_seeds(model: mv.MusicVae, seed: int) -> None:
    answer = answer_or_refusal(lambda: model.sample(1, seed=seed, bars=1), mv.ArgumentError)
    assert isinstance(answer, str) == (not 0 <= seed < 2**64)
    if isinstance(answer, str):
        assert answer.startswith("seed ")
        assert answer.endswith(" is out of range; use 0 to 2^64 - 1")


@some
@given(integers, integers, integers)
def test_bars_steps_and_first(model: mv.MusicVae, bars: int, steps: int, first: int) -> None:
    assert isinstance(answer_or_refusal(lambda: model.sample(1, bars=bars), mv.ArgumentError), str) == (not 1 <= bars <= 4)
    assert isinstance(answer_or_refusal(lambda: model.sample(1, first=first, bars=1), mv.ArgumentError), str) == (not 0 <= first < 2**64)
    groove = mv.DrumSequence(64)
    if steps < 4 or steps > 100_000:
        answer = answer_or_refusal(lambda: model.interpolate(groove, groove, steps=steps), mv.ArgumentError)
        assert isinstance(answer, str) == (not 2 <= steps <= 3)


@some
@given(integers, integers, numbers, numbers)
def test_cells(step: int, drum: int, velocity: float, offset: float) -> None:
    groove = mv.DrumSequence(3)
    answer = answer_or_refusal(lambda: groove.set(step, drum, velocity, offset), mv.ArgumentError)
    good = 0 <= step < 3 and 0 <= drum < 9 and 0 <= rounded(velocity) <= 1 and -1 <= rounded(offset) <= 1
    assert groove.num_hits == good
    assert isinstance(answer, str) != good
    got = answer_or_refusal(lambda: groove[step, drum], mv.ArgumentError)
    assert isinstance(got, str) == (not (0 <= step < 3 and 0 <= drum < 9))
    cut = answer_or_refusal(lambda: groove.slice(step, drum), mv.ArgumentError)
    assert isinstance(cut, str) == (not (step >= 0 and drum >= 0 and step + drum <= 3))


@some
@given(integers, st.integers(-5, 40), st.integers(-5, 40), st.integers(-5, 40))
def test_sizes(steps: int, per_quarter: int, beats: int, unit: int) -> None:
    grid = answer_or_refusal(lambda: mv.Grid(per_quarter, beats, unit), mv.ArgumentError)
    if isinstance(grid, mv.Grid):
        assert grid.steps_per_bar > 0
    if not 1000 < steps <= 10_000_000:
        assert isinstance(answer_or_refusal(lambda: mv.DrumSequence(steps), mv.ArgumentError), str) == (not 0 <= steps <= 1000)


@some
@given(numbers, integers)
def test_tempos_and_bars_of_notes(qpm: float, bars: int) -> None:
    groove = mv.DrumSequence(16)
    groove.set(0, "kick")
    notes = answer_or_refusal(lambda: groove.to_notes(qpm), mv.ArgumentError)
    assert isinstance(notes, str) == (not 4 <= qpm <= 60_000_000)
    if bars <= 3 or bars > 16384:
        drums = answer_or_refusal(lambda: groove.to_notes().to_drums(bars=bars), mv.ArgumentError)
        assert isinstance(drums, str) == (not 0 <= bars <= 3)


@some
@given(integers)
def test_pitches(pitch: int) -> None:
    drum_map = mv.DrumMap("own")
    calls = (lambda: drum_map.unmap(pitch), lambda: drum_map.map(pitch, "kick"), lambda: drum_map.write_as("kick", pitch))
    for call in calls:
        assert isinstance(answer_or_refusal(call, mv.ArgumentError), str) == (not 0 <= pitch <= 127)


@pytest.mark.parametrize("sample_rate", [0, -1, 7999, 96001, 2**40])
def test_sample_rates(sample_rate: int) -> None:
    with refused(mv.ArgumentError):
        mv.DrumSequence(16).audio(sample_rate=sample_rate)


@some
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).filter(lambda text: text not in mv.DRUM_NAMES))
def test_names_of_nothing(name: str) -> None:
    with refused(mv.ArgumentError, "^no drum is called .*; use one of: kick, snare"):
        mv.DrumSequence(16).set(0, name)
    with refused(mv.ConfigError, "^no config is called .*; use one of: groovae_4bar"):
        mv.config(name)


@pytest.mark.parametrize(
    "call",
    [
        lambda model: model.sample("3"),
        lambda model: model.sample(2.5),
        lambda model: model.sample(1, "hot"),
        lambda model: model.sample(1, seed=1.5),
        lambda model: model.sample(1, seed="7"),
        lambda model: model.sample(colour="red"),
        lambda model: model.reconstruct(None),
        lambda model: model.interpolate(1, 2),
        lambda model: UNTYPED.load(None),
        lambda model: UNTYPED.read_midi(3),
        lambda model: UNTYPED.DrumSequence(16)[0],
        lambda model: UNTYPED.DrumSequence(16) + 1,
        lambda model: UNTYPED.DrumSequence("16"),
        lambda model: UNTYPED.GrooveDataset(None),
        lambda model: UNTYPED.MusicVae(),
    ],
)
def test_plainly_wrong_types_are_type_errors(model: UNTYPED.MusicVae, call: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        call(model)


# ---- files ------------------------------------------------------------------------------------------------------------

READERS: dict[str, Callable[[Path], object]] = {
    "load": mv.load,
    "read_midi": mv.read_midi,
    "GrooveDataset": mv.GrooveDataset,
    "read_tfrecord": lambda path: list(mv.read_tfrecord(path)),
    "DrumMap.load": mv.DrumMap.load,
}


@pytest.mark.parametrize("name", READERS)
def test_files_that_are_not_there(name: str, tmp_path: Path) -> None:
    for path in (tmp_path / "none.safetensors", tmp_path, tmp_path / os.fsdecode(b"caf\xe9.mid"), Path("/dev/null/x.mid")):
        with refused(mv.FileError):
            READERS[name](path)


def test_a_name_that_is_no_utf_8_is_said_as_python_says_it(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.mid")
    with pytest.raises(mv.FileError) as info:
        mv.read_midi(path)
    assert str(info.value) == f"{path}: no such file; check the name"
    mv.DrumSequence(16).save(path)
    assert mv.read_midi(path) == mv.read_midi(str(path)) == mv.read_midi(path.read_bytes())


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"MThd", b"{}", b"\xff" * 5000, struct.pack("<Q", 2**63) + b"{}", b"PK\3\4" + b"\0" * 60]
)
def test_files_of_something_else(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "some.file"
    path.write_bytes(content)
    answer = answer_or_refusal(lambda: READERS[name](path), mv.FileError, mv.FormatError, mv.ConfigError, mv.ModelError)
    if not (name == "read_tfrecord" and content == b""):
        assert isinstance(answer, str)
        assert str(path) in answer


def small_model(tmp_path: Path) -> tuple[dict[str, str], dict[str, Floats]]:
    metadata, tensors = read_safetensors(ROOT / "models/groovae_4bar.safetensors")
    return metadata, {name: tensor.astype(np.float32) for name, tensor in tensors.items()}


def test_models_that_do_not_fit(tmp_path: Path) -> None:
    metadata, tensors = small_model(tmp_path)
    path = tmp_path / "model.safetensors"
    name = "encoder/mu/bias"

    with refused(mv.ModelError, name):
        mv.load(write_safetensors(path, metadata, {key: value for key, value in tensors.items() if key != name}))
    with refused(mv.ModelError, '"spare" is not expected'):
        mv.load(write_safetensors(path, metadata, {**tensors, "spare": np.zeros(3, np.float32)}))
    with refused(mv.ModelError, name):
        mv.load(write_safetensors(path, metadata, {**tensors, name: np.zeros(255, np.float32)}))
    with refused(mv.ModelError, name):
        mv.load(write_safetensors(path, metadata, {**tensors, name: np.full(256, NAN, np.float32)}))
    with refused(mv.ModelError, "latent|encoder|decoder|kernel|bias"):
        mv.load(write_safetensors(path, {"musicvae": metadata["musicvae"].replace('"latent":256', '"latent":128')}, tensors))
    with refused(mv.ModelError):
        mv.load(write_safetensors(path, {"format": "pt"}, {"embedding.weight": np.zeros((3, 4), np.float32)}))
    for broken in ("", "[]", "{", '{"kind":"model"}', metadata["musicvae"].replace('"version":1', '"version":99')):
        write_safetensors(path, {"musicvae": broken}, {})
        assert isinstance(answer_or_refusal(lambda: mv.load(path), mv.ModelError, mv.FormatError, mv.ConfigError), str)


def test_cut_models(tmp_path: Path) -> None:
    data = (ROOT / "models/groovae_4bar.safetensors").read_bytes()
    path = tmp_path / "cut.safetensors"
    for length in (0, 1, 7, 8, 9, 500, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        with refused(mv.FormatError, r"cut\.safetensors: byte \d+: "):
            mv.load(path)


def test_cut_and_changed_datasets(prepared: Path, tmp_path: Path) -> None:
    data = prepared.read_bytes()
    path = tmp_path / "cut.mvds"
    for length in (0, 7, 500, len(data) - 1):
        path.write_bytes(data[:length])
        with refused(mv.FormatError, r"cut\.mvds"):
            mv.GrooveDataset(path)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with refused(mv.FormatError, r"cut\.mvds"):
        mv.GrooveDataset(path)


WRITERS: dict[str, Callable[[mv.MusicVae, mv.GrooveDataset, Path], object]] = {
    "model": lambda model, data, path: model.save(path),
    "dataset": lambda model, data, path: data.save(path),
    "midi": lambda model, data, path: mv.DrumSequence(64).save(path.with_suffix(".mid")),
    "svg": lambda model, data, path: mv.DrumSequence(64).save(path.with_suffix(".svg")),
    "notes": lambda model, data, path: mv.DrumSequence(64).to_notes().save(path.with_suffix(".mid")),
    "records": lambda model, data, path: mv.write_tfrecord(path, [mv.DrumSequence(64).to_notes()]),
}


@pytest.mark.parametrize("name", WRITERS)
def test_places_that_take_no_file(name: str, model: mv.MusicVae, data: mv.GrooveDataset, tmp_path: Path) -> None:
    with refused(mv.FileError, "create the folder first"):
        WRITERS[name](model, data, tmp_path / "none" / "a.x")
    for suffix in (".x", ".mid", ".svg"):
        (tmp_path / f"folder{suffix}").mkdir()
    with refused(mv.FileError, "name a file, not a folder"):
        WRITERS[name](model, data, tmp_path / "folder.x")
    with refused(mv.FileError):
        WRITERS[name](model, data, Path("/proc/a.x"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.mid", "folder.svg", "folder.x"]


# No test writes to /dev/full itself: as root, a writer that renames its file onto a device would remove the device for the whole machine.
@pytest.mark.parametrize("name", WRITERS)
def test_what_is_no_regular_file_is_not_replaced(name: str, model: mv.MusicVae, data: mv.GrooveDataset, tmp_path: Path) -> None:
    for suffix in (".x", ".mid", ".svg"):
        os.mkfifo(tmp_path / f"pipe{suffix}")
    with refused(mv.FileError):
        WRITERS[name](model, data, tmp_path / "pipe.x")
    assert all(path.is_fifo() for path in tmp_path.iterdir())


def test_a_disk_that_takes_no_more(prepared: Path, tmp_path: Path) -> None:
    """A limit on file sizes stands in for a full disk: what was there stays, and nothing half-written does."""
    pytest.importorskip("resource")
    (tmp_path / "a.safetensors").write_bytes(b"old")
    code = """
import resource, sys
from pathlib import Path
import musicvae_cpp as mv
model, data, folder = mv.load("groovae_4bar"), mv.GrooveDataset(sys.argv[1]), Path(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
groove = model.sample(1, seed=7)[0]
writers = [
    lambda: model.save(folder / "a.safetensors"),
    lambda: data.save(folder / "a.mvds"),
    lambda: groove.save(folder / "a.mid"),
    lambda: groove.save(folder / "a.svg"),
    lambda: mv.write_tfrecord(folder / "a.tfrecord", [groove.to_notes()]),
]
for write in writers:
    try:
        write()
    except mv.FileError as error:
        assert "File too large" in str(error) and "\\n" not in str(error), error
        print("refused")
"""
    assert run_python(code, prepared, tmp_path).split() == ["refused"] * 5
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]
    assert (tmp_path / "a.safetensors").read_bytes() == b"old"


def test_dataset_arguments(release: Path) -> None:
    for options in (
        {"bars": 0},
        {"bars": -1},
        {"bars": 10**9},
        {"bars": 2**40},
        {"threads": -1},
        {"cut": "theirs"},
        {"split": ""},
        {"style": ""},
    ):
        wrong: dict[str, Any] = options
        with refused(mv.ArgumentError):
            mv.GrooveDataset(release, **wrong)
    (release.parent / "empty").mkdir(exist_ok=True)
    with refused(mv.FileError, r"has neither info\.csv nor MIDI files"):
        mv.GrooveDataset(release.parent / "empty")


def test_a_model_of_another_window(model: mv.MusicVae, release: Path) -> None:
    with refused(mv.ArgumentError, r'windows are \[32, 27\], and config "groovae_4bar" takes 64 steps; prepare the data for it'):
        model.encode(mv.GrooveDataset(release, bars=2))


def test_names_that_are_no_utf_8_inside_of_files(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.mid")
    groove = mv.DrumSequence(64)
    groove.set(0, "kick")
    groove.save(tmp_path / name)
    data = mv.GrooveDataset(tmp_path)
    data.save(tmp_path / "a.mvds")
    for dataset in (data, mv.GrooveDataset(tmp_path / "a.mvds")):
        assert [entry["path"] for entry in dataset.report()] == ["caf\ufffd.mid"]
    mv.write_tfrecord(tmp_path / "a.tfrecord", [groove.to_notes()], filenames=[name])
    stream = mv.read_tfrecord(tmp_path / "a.tfrecord")
    next(stream)
    assert stream.filename == "caf?.mid"


def test_pictures() -> None:
    groove = mv.DrumSequence(16)
    with refused(mv.ArgumentError):
        mv.grooves_svg([])
    with refused(mv.ArgumentError, "2 titles for 1 grooves"):
        mv.grooves_svg([groove], titles=["a", "b"])
    for width in (-1, 0, NAN, INF, 1e9):
        with refused(mv.ArgumentError, "width"):
            mv.grooves_svg([groove], width=width)
