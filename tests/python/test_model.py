"""Models: sampling, encoding and decoding give the same results from Python as from C++, however they are called."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import GOLDEN, ROOT, Floats, read_safetensors, refused, run_python, write_safetensors

# The engine's tolerances against Magenta's values: tests/tolerances.hpp.
LATENT, LOGITS, SAMPLE = 2e-6, 2e-5, 2e-5


@pytest.fixture(scope="session")
def windows(model: mv.MusicVae) -> Floats:
    """150 windows: more than run through the model together."""
    return np.stack([groove.to_array() for groove in model.sample(150, temperature=1.0, seed=11)])


@pytest.fixture
def golden(model: mv.MusicVae, tmp_path: Path) -> tuple[mv.MusicVae, dict[str, Any]]:
    """Magenta's tiny model as a model file, and what Magenta computed with it."""
    model.save(tmp_path / "shipped.safetensors")
    metadata = json.loads(read_safetensors(tmp_path / "shipped.safetensors")[0]["musicvae"])
    del metadata["attributes"]
    _, numbers = read_safetensors(GOLDEN / "groovae4_tiny.safetensors")
    weights = {name.removeprefix("vars/"): tensor for name, tensor in numbers.items() if name.startswith("vars/")}
    metadata["config"].update(name="tiny", encoder_units=[32], decoder_units=[24, 20], latent=16)
    path = write_safetensors(tmp_path / "tiny.safetensors", {"musicvae": json.dumps(metadata)}, weights)
    return mv.load(path), numbers


def test_encodes_as_the_reference(golden: tuple[mv.MusicVae, dict[str, Any]]) -> None:
    model, numbers = golden
    full = numbers["in/lengths"] == 64
    assert full.any()
    mu, sigma = model.encode(numbers["in/x_in"])
    assert np.abs(mu - numbers["out/mu"])[full].max() < LATENT
    assert np.abs(sigma - numbers["out/sigma"])[full].max() < LATENT


def test_decodes_as_the_reference(golden: tuple[mv.MusicVae, dict[str, Any]]) -> None:
    model, numbers = golden
    tensors, logits = model.decode_arrays(numbers["sample/z"])
    expected = numbers["sample/samples"]
    assert (tensors[..., :9] == expected[..., :9]).all()
    assert np.abs(tensors - expected).max() < SAMPLE
    assert np.abs(logits - numbers["sample/logits"]).max() < LOGITS
    grooves = model.decode(numbers["sample/z"])
    assert grooves == [mv.DrumSequence.from_array(rows) for rows in tensors]


def test_the_command_samples_the_same(model: mv.MusicVae, tmp_path: Path) -> None:
    command = ROOT / "build/release/bin/musicvae"
    if not command.exists():
        pytest.skip("build/release/bin/musicvae is not built")
    arguments = [
        "sample",
        "--model",
        "groovae_4bar",
        "-n",
        "3",
        "--temperature",
        "0.9",
        "--seed",
        "18446744073709551615",
        "--qpm",
        "97",
        "-o",
        str(tmp_path),
    ]
    subprocess.run([command, *arguments], check=True, capture_output=True)
    for i, groove in enumerate(model.sample(3, temperature=0.9, seed=2**64 - 1)):
        assert groove.to_notes(qpm=97).to_midi() == (tmp_path / f"groove_{i}.mid").read_bytes()


def test_a_seed_is_a_series(model: mv.MusicVae) -> None:
    many = model.sample(150, temperature=1.0, seed=5)
    for n in (1, 2, 7, 64, 65):
        assert model.sample(n, temperature=1.0, seed=5) == many[:n]
    assert model.sample(70, temperature=1.0, seed=5, first=60) == many[60:130]
    assert list(model.stream(150, temperature=1.0, seed=5)) == many
    assert list(model.stream(40, temperature=1.0, seed=5, first=60)) == many[60:100]
    assert model.sample(2, temperature=1.0, seed=5, bars=2) == [groove.slice(0, 32) for groove in many[:2]]
    assert model.sample(3, temperature=1.0, seed=6) != many[:3]
    assert len({groove.to_array().tobytes() for groove in many}) == 150


def test_another_process_samples_the_same(model: mv.MusicVae) -> None:
    code = (
        "import os, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "import musicvae_cpp as mv, hashlib\n"
        "grooves = mv.load('groovae_4bar').sample(130, temperature=1.0, seed=3)\n"
        "print(hashlib.sha256(b''.join(groove.to_notes().to_midi() for groove in grooves)).hexdigest())"
    )
    if not sys.platform.startswith("linux"):
        code = code.split("\n", 1)[1]
    grooves = model.sample(130, temperature=1.0, seed=3)
    mine = hashlib.sha256(b"".join(groove.to_notes().to_midi() for groove in grooves)).hexdigest()
    assert run_python(code).strip() == mine


def test_without_a_seed_every_call_is_new(model: mv.MusicVae) -> None:
    assert model.sample(1, temperature=1.0) != model.sample(1, temperature=1.0)
    groove = model.sample(1, temperature=1.0, seed=1)[0]
    assert model.reconstruct(groove, temperature=1.0) != model.reconstruct(groove, temperature=1.0)
    assert model.reconstruct(groove) == model.reconstruct(groove), "at temperature 0 nothing is drawn"


def test_temperature_0_is_the_likelier_of_hit_and_no_hit(model: mv.MusicVae) -> None:
    z = np.random.default_rng(1).standard_normal((70, 256)).astype(np.float32)
    tensors, logits = model.decode_arrays(z, temperature=0)
    assert (tensors[..., :9] == (logits[..., :9] > 0)).all()
    assert model.decode(z, temperature=0, seed=1) == model.decode(z, temperature=0, seed=2)
    assert model.sample(1, 0, seed=1) == model.sample(1, temperature=0.0, seed=1)
    warm = model.decode(z, temperature=1, seed=1)
    assert warm != model.decode(z, temperature=1, seed=2)
    assert warm == [mv.DrumSequence.from_array(rows) for rows in model.decode_arrays(z, temperature=1, seed=1)[0]]


def test_latents_are_a_named_tuple_of_arrays(model: mv.MusicVae, windows: Floats) -> None:
    latents = model.encode(windows)
    assert isinstance(latents, mv.Latents)
    mu, sigma = latents
    assert mu is latents.mu
    assert mu.shape == sigma.shape == (150, 256)
    assert mu.dtype == sigma.dtype == np.float32
    assert (sigma > 0).all()
    assert mu.flags.writeable
    assert mu.flags.c_contiguous


def test_encoding_is_the_same_in_any_batch_and_from_any_kind(model: mv.MusicVae, windows: Floats) -> None:
    mu, sigma = model.encode(windows)
    for part in (windows[:1], windows[:64], windows[:65], windows[63:150]):
        first = 63 if len(part) == 87 else 0
        assert (model.encode(part).mu == mu[first : first + len(part)]).all()
    grooves = [mv.DrumSequence.from_array(rows) for rows in windows]
    assert (model.encode(grooves).mu == mu).all()
    assert (model.encode(tuple(grooves)).sigma == sigma).all()
    assert (model.encode(grooves[5]).mu == mu[5:6]).all()
    short = model.encode(grooves[5].slice(0, 16))
    assert short.mu.shape == (1, 256)
    assert (short.mu != mu[5]).any()


def test_bfloat16_is_near_float32_from_any_kind(model: mv.MusicVae, windows: Floats) -> None:
    mu = model.encode(windows).mu
    rounded = model.encode(windows, precision="bf16").mu
    assert (rounded != mu).any()
    assert np.linalg.norm(rounded - mu) < 2e-2 * np.linalg.norm(mu)
    grooves = [mv.DrumSequence.from_array(rows) for rows in windows]
    assert (model.encode(grooves, precision="bf16").mu == rounded).all()
    auto = model.encode(windows, precision="auto").mu
    assert (auto == rounded).all() or (auto == mu).all()
    with pytest.raises(mv.ArgumentError, match='no precision is called "int8"; use auto, fp32 or bf16'):
        model.encode(windows, precision="int8")


def in_fortran_order(x: Floats) -> Any:
    return np.asfortranarray(x)


def every_other(x: Floats) -> Any:
    wide = np.full((2 * len(x), *x.shape[1:]), np.nan, np.float32)
    wide[::2] = x
    return wide[::2]


def backwards(x: Floats) -> Any:
    return x[::-1].copy()[::-1]


def unaligned(x: Floats) -> Any:
    data = bytearray(x.nbytes + 1)
    view = np.frombuffer(data, np.uint8)[1:].view(np.float32).reshape(x.shape)
    view[:] = x
    assert not view.flags.aligned
    return view


def read_only(x: Floats) -> Any:
    kept = x.copy()
    kept.flags.writeable = False
    return kept


KINDS: list[Callable[[Floats], Any]] = [
    in_fortran_order,
    every_other,
    backwards,
    unaligned,
    read_only,
    lambda x: x.astype(np.float64),
    lambda x: x.astype(">f4"),
    lambda x: x.astype(np.longdouble),
    lambda x: np.ascontiguousarray(x).data,
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_array_of_the_same_numbers_gives_the_same(model: mv.MusicVae, windows: Floats, kind: Callable[[Floats], Any]) -> None:
    x = windows[:3]
    given = kind(x)
    before = np.array(given)
    assert (model.encode(given).mu == model.encode(x).mu).all()
    assert (np.array(given) == before).all(), "the input stays as it was"
    z = model.encode(x).mu
    assert (model.decode_arrays(kind(z))[1] == model.decode_arrays(z)[1]).all()
    rows = windows[0]
    assert mv.DrumSequence.from_array(kind(rows)) == mv.DrumSequence.from_array(rows)


def test_half_precision_is_taken_as_its_numbers(model: mv.MusicVae, windows: Floats) -> None:
    half = windows[:2].astype(np.float16)
    assert (model.encode(half).mu == model.encode(half.astype(np.float32)).mu).all()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="how large a process is, is read from Linux's /proc")
def test_an_array_in_order_is_not_copied() -> None:
    """138 MB of windows whose first number is refused, where there is room for 64 MB more: a copy would be made before that."""
    code = """
import resource
from pathlib import Path
import numpy as np
import musicvae_cpp as mv

def encode(x):
    try:
        model.encode(x)
    except (mv.ArgumentError, MemoryError) as error:
        print(type(error).__name__)

model = mv.load("groovae_4bar")
x = np.ones((20_000, 64, 27), np.float32)
x[0, 0, 0] = x[0, 0, -1] = np.nan
x.flags.writeable = False
encode(x[:1, :, ::-1])
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 64_000_000, resource.RLIM_INFINITY))
encode(x)
encode(x[:, :, ::-1])  # cannot be taken as it is, which shows that this test sees a copy
"""
    assert run_python(code).split() == ["ArgumentError", "ArgumentError", "MemoryError"]


def test_latents_do_not_copy_what_they_hold(model: mv.MusicVae, windows: Floats) -> None:
    mu = model.encode(windows[:2]).mu
    assert mu.base is not None, "the array wraps the engine's own memory"
    kept = mu[1:]
    del mu
    assert np.isfinite(kept).all()


def test_interpolation_reaches_both_ends(model: mv.MusicVae) -> None:
    a, b = model.sample(2, temperature=1.0, seed=21)
    for method in ("slerp", "lerp"):
        path = model.interpolate(a, b, steps=5, method=method)
        assert len(path) == 5
        assert path[0] == model.reconstruct(a)
        assert path[-1] == model.reconstruct(b)
        assert path == list(reversed(model.interpolate(b, a, steps=5, method=method)))
    mu = model.encode([a, b]).mu
    assert model.interpolate(a, b, steps=3, method="lerp")[1] == model.decode(mu.mean(axis=0, keepdims=True))[0]
    assert model.interpolate(a, b, steps=2) == model.decode(mu)


def test_reconstruction_goes_window_by_window(model: mv.MusicVae) -> None:
    a, b = model.sample(2, temperature=1.0, seed=22)
    assert model.reconstruct(a) == model.decode(model.encode(a).mu)[0]
    assert model.reconstruct(a + b) == model.reconstruct(a) + model.reconstruct(b)
    assert model.reconstruct(a.slice(0, 20)).steps == 20


def test_what_a_model_says_of_itself(model: mv.MusicVae) -> None:
    assert repr(model) == '<MusicVae "groovae_4bar": 64 steps, latent 256>'
    assert model.name == "groovae_4bar"
    assert model.config == mv.config("groovae_4bar")
    tensors = read_safetensors(ROOT / "models/groovae_4bar.safetensors")[1]
    assert model.num_parameters == sum(tensor.size for name, tensor in tensors.items() if not name.startswith("attributes/"))
    assert model.drum_map == mv.DrumMap.roland()
    assert model.training_info["steps"] > 0
    assert "CC" in model.licence
    model.config["latent"] = 1
    assert model.config["latent"] == 256, "a dict of its own each time"
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(model)


def test_saved_whole_or_in_half_precision(model: mv.MusicVae, tmp_path: Path) -> None:
    model.save(tmp_path / "whole.safetensors")
    model.save(tmp_path / "half.safetensors", half=True)
    whole, half = mv.load(tmp_path / "whole.safetensors"), mv.load(str(tmp_path / "half.safetensors"))
    expected = model.sample(2, seed=7)
    assert whole.sample(2, seed=7) == expected
    assert half.sample(2, seed=7) == expected, "the shipped weights are of half precision already"
    assert (half.config, half.training_info, half.licence, half.drum_map) == (
        model.config,
        model.training_info,
        model.licence,
        model.drum_map,
    )
    assert (tmp_path / "half.safetensors").stat().st_size < 0.51 * (tmp_path / "whole.safetensors").stat().st_size
    tensors = read_safetensors(tmp_path / "half.safetensors")[1]
    assert {str(tensor.dtype) for name, tensor in tensors.items() if not name.startswith(("attributes/", "prior/"))} == {"float16"}


def test_one_model_serves_many_threads(model: mv.MusicVae, windows: Floats) -> None:
    def work(i: int) -> tuple[list[mv.DrumSequence], bytes, list[mv.DrumSequence]]:
        mu = model.encode(windows[i : i + 3]).mu
        return model.sample(3, temperature=1.0, seed=i), mu.tobytes(), model.decode(mu, temperature=1.0, seed=i)

    expected = [work(i) for i in range(24)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(24))) == expected


def test_threads_that_share_a_stream_take_turns(model: mv.MusicVae) -> None:
    stream = model.stream(200, temperature=1.0, seed=8, bars=1)
    with ThreadPoolExecutor(4) as pool:
        taken = [groove for part in pool.map(lambda _: list(stream), range(4)) for groove in part]
    expected = list(model.stream(200, temperature=1.0, seed=8, bars=1))
    assert sorted(groove.to_array().tobytes() for groove in taken) == sorted(groove.to_array().tobytes() for groove in expected)


def goes_on_during(call: Callable[[], object]) -> bool:
    """Whether another thread of Python gets on while `call` is under way; short calls have some tries to be seen."""
    begun, done = threading.Event(), threading.Event()
    counted = 0

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1
            begun.set()
            time.sleep(0)  # releases the GIL

    other = threading.Thread(target=count)
    old = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # no thread is forced to release the GIL
    try:
        other.start()
        begun.wait()
        for _ in range(100):
            before = counted
            call()
            if counted > before:
                return True
        return False
    finally:
        done.set()
        sys.setswitchinterval(old)
        other.join()


def test_a_call_that_keeps_the_interpreter_is_seen() -> None:
    assert not goes_on_during(lambda: sum(range(1000)))


def test_long_calls_let_other_threads_run(model: mv.MusicVae, windows: Floats, data: mv.GrooveDataset, tmp_path: Path) -> None:
    z = model.encode(windows).mu
    groove = model.sample(1, seed=1)[0]
    calls: dict[str, Callable[[], object]] = {
        "encode": lambda: model.encode(windows),
        "encode of a dataset": lambda: model.encode(data),
        "sample": lambda: model.sample(100, seed=1),
        "stream": lambda: next(model.stream(100, seed=1)),
        "decode": lambda: model.decode(z),
        "decode_arrays": lambda: model.decode_arrays(z),
        "reconstruct": lambda: model.reconstruct(groove),
        "interpolate": lambda: model.interpolate(groove, groove),
        "save": lambda: model.save(tmp_path / "model.safetensors"),
        "load": lambda: mv.load("groovae_4bar"),
    }
    for name, call in calls.items():
        assert goes_on_during(call), name


def test_a_list_may_change_while_it_is_encoded(model: mv.MusicVae) -> None:
    grooves = [mv.DrumSequence(64) for _ in range(70)]
    expected = model.encode(grooves).mu
    stop = threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            grooves[:] = [mv.DrumSequence(64) for _ in range(70)]

    other = threading.Thread(target=disturb)
    other.start()
    try:
        for _ in range(3):
            assert (model.encode(grooves).mu == expected).all()
    finally:
        stop.set()
        other.join()


def test_names_and_paths(model: mv.MusicVae, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICVAE_MODELS", str(tmp_path))
    model.save(tmp_path / "mine.safetensors")
    assert mv.load("mine").sample(1, seed=1) == model.sample(1, seed=1)
    assert mv.load(tmp_path / "mine.safetensors").name == "groovae_4bar"
    assert "groovae_4bar" in mv.config_names()
    with refused(mv.FileError, "no shipped model has this name; use one of: .*groovae_4bar"):
        mv.load("groovae_5bar")


def test_the_default_is_the_best_model_as_the_model_sees_it() -> None:
    default = mv.load()
    assert default.name == mv.load("groove").name == "hier-groove_4bar_lookback"
    groove = default.sample(1, seed=7)
    assert groove == mv.load("hier-groove_4bar_lookback").sample(1, temperature=1, seed=7)
    assert list(default.stream(1, seed=7)) == groove
    assert default.continue_groove(groove[0], bars=1, seed=7) == default.continue_groove(groove[0], bars=1, temperature=1, seed=7)
    filled = default.infill(groove[0], bars=(3, 4), seed=7)
    assert filled == default.infill(groove[0], bars=(3, 4), temperature=1, seed=7)
    assert default.reconstruct(groove[0]) == default.reconstruct(groove[0], temperature=0)
    tapper = mv.load("tap2drum")
    assert tapper.tap_to_drums(groove[0], seed=3) == tapper.tap_to_drums(groove[0], temperature=1, seed=3)
    assert tapper.tap_to_drums(groove[0], seed=3) != tapper.tap_to_drums(groove[0], seed=4)


def test_every_shipped_model_is_small_has_a_card_and_is_of_a_named_config() -> None:
    files = sorted((ROOT / "models").glob("*.safetensors"))
    assert len(files) >= 3
    assert sum(file.stat().st_size for file in files) <= 50e6
    for file in files:
        assert file.stat().st_size <= 10e6, file.name
        card = file.with_suffix(".md").read_text()
        assert card.startswith(f"# Model card: `{file.stem}`")
        assert "scripts/train_models.sh" in card
        shipped = mv.load(file.stem)
        recipe = {"training": mv.config(shipped.name)["training"]}  # of its last run, which may differ from the config
        assert shipped.config | recipe == mv.config(shipped.name)
        data, licence = ("OpenScore", "Apache-2.0") if file.stem.startswith("mel") else ("Groove MIDI Dataset", "CC BY 4.0")
        assert data in shipped.licence
        assert licence in shipped.licence
        assert licence in card
        assert f"{shipped.num_parameters:,} parameters" in card


def test_the_shipped_humanizer_plays_loud_and_soft() -> None:
    stiff = mv.DrumSequence(32)
    for step in range(0, 32, 2):
        stiff.set(step, "closed_hihat", velocity=0.8)
        if step % 8 == 4:
            stiff.set(step, "snare", velocity=0.8)
        if step % 8 == 0:
            stiff.set(step, "kick", velocity=0.8)
    played = mv.load("humanize").humanize(stiff, feel_temperature=1.0, seed=3)
    velocities = [played[step, "closed_hihat"].velocity for step in range(0, 32, 2)]
    assert max(velocities) - min(velocities) > 0.1
    backbeats = np.mean([played[step, "snare"].velocity for step in range(4, 32, 8)])
    assert backbeats > np.mean(velocities), "the snare on 2 and 4 is louder than the hats"
