"""Models of Magenta and magenta.js in and out, and NoteSequences as JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import ROOT

SHARED = ROOT.parent / "shared" / "interop"
RELEASED = SHARED / "mel_2bar_small_dljs"

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
Tensors = dict[str, FloatArray]


class Layers:
    """Random tensors, layer by layer, under Magenta's names."""

    def __init__(self) -> None:
        self.tensors: Tensors = {}
        self._rng = np.random.default_rng(3)

    def dense(self, name: str, rows: int, columns: int, gain: float = 1.5) -> None:
        self.tensors[f"{name}/kernel"] = (self._rng.standard_normal((rows, columns)) * gain / np.sqrt(rows)).astype(np.float32)
        self.tensors[f"{name}/bias"] = (self._rng.standard_normal(columns) * 0.3).astype(np.float32)

    def lstm(self, name: str, inputs: int, units: int) -> None:
        self.dense(f"{name}/lstm_cell", inputs + units, 4 * units)

    def encoder(self, root: str, inputs: int, units: int) -> None:
        for direction in ("fw", "bw"):
            self.lstm(f"{root}/cell_0/bidirectional_rnn/{direction}/multi_rnn_cell/cell_0", inputs, units)

    def latent(self, units: int, latent: int) -> None:
        for name in ("mu", "sigma"):
            self.dense(f"encoder/{name}", 2 * units, latent)

    def decoder(self, root: str, inputs: int, embedding: int, units: int, outputs: int) -> None:
        self.dense(f"{root}/z_to_initial_state", embedding, 4 * units)
        self.lstm(f"{root}/multi_rnn_cell/cell_0", inputs + embedding, units)
        self.lstm(f"{root}/multi_rnn_cell/cell_1", units, units)
        self.dense(f"{root}/output_projection", units, outputs, gain=4.0)

    def nade(self, outputs: int, hidden: int) -> None:
        self.tensors["decoder/nade/w_enc"] = self._rng.standard_normal((outputs, 1, hidden)).astype(np.float32)
        self.tensors["decoder/nade/w_dec_t"] = self._rng.standard_normal((outputs, hidden, 1)).astype(np.float32)


def flat_tensors(inputs: int, outputs: int, control: int = 0, nade: int = 0, units: int = 12, latent: int = 8) -> Tensors:
    """A flat model with one encoder layer and two decoder layers."""
    layers = Layers()
    layers.encoder("encoder", inputs + control, units)
    layers.latent(units, latent)
    layers.decoder("decoder", outputs + control, latent, units, outputs + nade)
    if nade:
        layers.nade(outputs, nade)
    return layers.tensors


def hierarchical_tensors(depth: int, control: int = 0, parts: tuple[int, ...] = (), units: int = 12, latent: int = 8) -> Tensors:
    """A model with an encoder of two levels and a conductor of two layers, one as wide as the other."""
    layers = Layers()
    layers.encoder("encoder/hierarchical_level_0", depth + control, units)
    layers.encoder("encoder/hierarchical_level_1", 2 * units, units)
    layers.latent(units, latent)
    layers.dense("decoder/hierarchical_level_0/initial_state", latent, 4 * units)
    layers.lstm("decoder/hierarchical_level_0/cell_0", 1, units)
    layers.lstm("decoder/hierarchical_level_0/cell_1", units, units)
    for i, part in enumerate(parts):
        layers.decoder(f"core_decoder/core_decoder_{i}/decoder", part + control, units, units, part)
    if not parts:
        layers.decoder("core_decoder/decoder", depth + control, units, units, depth)
    return layers.tensors


def write_folder(folder: Path, tensors: Tensors) -> Path:
    """A folder as deeplearn.js had it."""
    folder.mkdir()
    manifest = {}
    for name, values in tensors.items():
        file = name.replace("/", "_")
        (folder / file).write_bytes(values.tobytes())
        manifest[name] = {"filename": file, "shape": list(values.shape)}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def tiny(name: str, nade: int = 0) -> dict[str, Any]:
    config = mv.config(name) | {"encoder_units": [12], "decoder_units": [12, 12], "latent": 8}
    if nade:
        config["nade_hidden"] = nade
    if config["conductor"]:
        config["conductor"] |= {"units": [12, 12]}
    return config


def model_of(folder: Path, name: str, nade: int = 0) -> mv.MusicVae:
    config = tiny(name, nade)
    if config["conductor"]:
        tensors = hierarchical_tensors(config["input_depth"], config["control_depth"], tuple(config["output_parts"] or ()))
    else:
        tensors = flat_tensors(config["input_depth"], config["output_depth"], config["control_depth"], nade)
    return mv.import_checkpoint(write_folder(folder, tensors), config)


def test_a_model_goes_to_tensorflow_and_back(tmp_path: Path) -> None:
    model = model_of(tmp_path / "in", "groovae_4bar")
    model.export_tensorflow(tmp_path / "model.ckpt-0")
    again = mv.import_checkpoint(tmp_path / "model.ckpt-0", model.config)
    x = np.random.default_rng(0).random((2, 64, 27), np.float32)
    assert np.array_equal(again.encode(x).mu, model.encode(x).mu)
    assert again.lacks == []


@pytest.mark.parametrize(("precision", "bound"), [("float32", 0.0), ("float16", 1e-2), ("uint16", 1e-3), ("uint8", 0.3)])
def test_a_model_goes_to_a_web_page_and_back(tmp_path: Path, precision: str, bound: float) -> None:
    model = model_of(tmp_path / "in", "groovae_4bar")
    model.export_magenta_js(tmp_path / "page", precision)
    again = mv.import_checkpoint(tmp_path / "page")
    x = np.random.default_rng(0).random((2, 64, 27), np.float32)
    assert np.abs(again.encode(x).mu - model.encode(x).mu).max() <= bound


def test_a_partial_model_samples_and_says_why_it_cannot_encode(tmp_path: Path) -> None:
    tensors = flat_tensors(90, 90)
    kernels = [name for name in tensors if name.startswith("encoder/cell_0") and name.endswith("kernel")]
    for name in kernels:
        del tensors[name]
    model = mv.import_checkpoint(write_folder(tmp_path / "in", tensors), tiny("cat-mel_2bar_small"))
    assert sorted(model.lacks) == sorted(kernels)
    assert len(model.sample(2, seed=1)) == 2
    assert len(model.interpolate(np.zeros(8, np.float32), np.ones(8, np.float32), steps=3)) == 3
    with pytest.raises(mv.ModelError, match="cannot encode, because it is partial and lacks"):
        model.encode(np.zeros((1, 32, 90), np.float32))
    model.save(tmp_path / "partial.safetensors")
    assert sorted(mv.load(tmp_path / "partial.safetensors").lacks) == sorted(kernels)


def test_attribute_vectors_go_to_a_web_page_and_back(tmp_path: Path) -> None:
    model = model_of(tmp_path / "in", "groovae_4bar")
    (tmp_path / "vectors.json").write_text(json.dumps({"density": list(range(8))}))
    with_density = model.with_attributes_of(tmp_path / "vectors.json")
    assert np.array_equal(with_density.attributes["density"], np.arange(8, dtype=np.float32))
    with_density.save_attributes(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text()) == {"density": list(range(8))}
    (tmp_path / "vectors.json").write_text('{"density": [1, 2]}')
    with pytest.raises(mv.FormatError, match='attribute "density" is not a list of 8 finite numbers'):
        model.with_attributes_of(tmp_path / "vectors.json")


def test_notes_as_json(tmp_path: Path) -> None:
    notes = mv.DrumSequence(16)
    notes.set(4, "snare", velocity=0.5, offset=0.25)
    notes.save(tmp_path / "beat.json")
    read = mv.read_notes(tmp_path / "beat.json")
    assert read.to_drums().num_hits == 1
    note = json.loads((tmp_path / "beat.json").read_text())["notes"][0]
    assert (note["pitch"], note["isDrum"]) == (38, True)
    melody = mv.parse_notes_json(
        '{"quantizationInfo": {"stepsPerQuarter": 4}, "notes": [{"pitch": 60, "quantizedStartStep": "4", "quantizedEndStep": 8}]}'
    )
    record = melody.records()[0]
    assert (record["pitch"], record["velocity"], record["start"]) == (60, 80, pytest.approx(0.5, abs=1e-3))
    with pytest.raises(mv.FormatError, match=r"notes\[0\] pitch is not a number"):
        mv.parse_notes_json('{"notes": [{"pitch": "C4"}]}')


def test_chords_as_json(tmp_path: Path) -> None:
    tune = mv.Melody.from_events([60, -2, -2, -2] * 4).with_chords("C:2 Am:2")
    tune.to_notes().save(tmp_path / "tune.json")
    read = mv.read_notes(tmp_path / "tune.json")
    assert read.chords == [(0.0, "C"), (1.0, "Am")]
    assert mv.Melody.from_notes(read) == tune
    annotations = '[{"quantizedStep": 4, "text": "Dm7", "annotationType": "CHORD_SYMBOL"}, {"text": "la", "annotationType": 2}]'
    notes = '[{"pitch": 60, "quantizedStartStep": 0, "quantizedEndStep": 8}]'
    in_steps = mv.parse_notes_json(f'{{"quantizationInfo": {{"stepsPerQuarter": 4}}, "notes": {notes}, "textAnnotations": {annotations}}}')
    assert in_steps.chords == [(0.5, "Dm7")]
    with pytest.raises(mv.FormatError, match=r"textAnnotations\[0\] text is not a text"):
        mv.parse_notes_json('{"textAnnotations": [{"annotationType": 1}]}')


@pytest.mark.skipif(not RELEASED.exists(), reason=f"no reference files at {SHARED}")
def test_the_released_melody_model(tmp_path: Path) -> None:
    model = mv.import_checkpoint(RELEASED)
    assert model.name == "cat-mel_2bar_small"
    assert len(model.lacks) == 2


# ---- the other programs themselves ----------------------------------------------------------------------------------

NODE_MODULES = os.environ.get("MUSICVAE_NODE_MODULES", "")
TENSORFLOW_PYTHON = os.environ.get("MUSICVAE_TENSORFLOW_PYTHON", "")

# Every kind of model that the client runs, and the hidden units of a NADE.
CLIENT_CONFIGS = [
    ("groovae_4bar", 0),
    ("groovae_2bar_humanize", 0),
    ("groovae_2bar_tap_fixed_velocity", 0),
    ("groovae_2bar_add_closed_hh", 0),
    ("groovae_2bar_hits_control", 0),
    ("groovae_2bar_infill", 0),
    ("cat-drums_2bar_small", 0),
    ("nade-drums_2bar_reduced", 5),
    ("nade-drums_2bar_full", 5),
    ("cat-mel_2bar_small", 0),
    ("cat-mel_2bar_med_chords", 0),
    ("hier-mel_16bar", 0),
    ("hier-trio_16bar", 0),
    ("hier-multiperf_vel_1bar_med", 0),
    ("hier-multiperf_vel_1bar_med_chords", 0),
]
END, NO_CHORD, CHORDS = 489, 0, 49
C = int(mv.ChordSequence("C").classes()[0])  # the chord that check_client.mjs gives to a model with chords


def client_input(config: dict[str, Any], rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Two windows of random rows, and their control track on the chord C, or of zeros."""
    steps, depth = config["steps"], config["input_depth"]
    x = np.zeros((2, steps, depth), np.float32)
    control = np.zeros((2, steps, config["control_depth"]), np.float32)
    if config["control_depth"] == CHORDS:
        control[:, :, C] = 1
    if config["converter"] == "groove":
        x[:] = rng.random(x.shape)
    elif config["converter"] == "tracks":  # eight tracks of up to 64 rows: a program, events, and the end
        control[:] = 0
        for window, first in np.ndindex(2, 8):
            rows = int(rng.integers(2, 65))
            tokens = [*rng.integers(0, END, rows - 1), END]
            x[window, 64 * first + np.arange(rows), tokens] = 1
            if config["control_depth"]:
                control[window, 64 * first + np.arange(rows), [NO_CHORD, *[C] * (rows - 1)]] = 1
    else:
        parts = config["output_parts"] or [depth]
        for i, part in enumerate(parts):
            classes = sum(parts[:i]) + rng.integers(0, part, (2, steps))
            x[np.arange(2)[:, None], np.arange(steps), classes] = 1
    return x, control


def music_for(config: dict[str, Any]) -> Any:
    """Music that both sides convert. None where the page fills in a control track, and for drums: the client's DrumsConverter says in the
    row before a step, instead of its own, that it is silent."""
    if config["control_depth"] not in (0, CHORDS) or config["converter"] == "drums":
        return None
    drums = mv.DrumSequence(config["steps"] if config["converter"] != "trio" else 256)
    for step in range(0, drums.steps, 2):
        drums.set(step, "ride" if step % 8 else "kick", velocity=80 / 127, offset=0.25 if config["converter"] == "groove" else 0)
    events = [60 + step % 7 if step % 4 == 0 else mv.Melody.OFF if step % 8 == 6 else mv.Melody.HOLD for step in range(256)]
    melody = mv.Melody.from_events(events)
    if config["converter"] == "trio":
        return mv.Trio(melody, melody.transposed(-24), drums)
    if config["converter"] == "melody":
        tune = melody.slice(0, config["steps"])
        return tune.with_chords("C C") if config["control_depth"] else tune
    if config["converter"] == "tracks":
        tracks = mv.Tracks(96)
        tracks.add([(60, 90, 0, 24), (64, 90, 24, 48), (67, 40, 24, 96)], program=4)
        tracks.add([(36, 100, 0, 6), (42, 60, 0, 6), (38, 100, 24, 30)], drums=True)
        return tracks.with_chords("C") if config["control_depth"] else tracks
    return drums


def note_sequence(music: Any, path: Path) -> dict[str, Any]:
    """Music as the client takes it: in seconds, and in steps."""
    music.to_notes().save(path)
    sequence: dict[str, Any] = json.loads(path.read_text())
    per_quarter = music.grid.steps_per_quarter
    per_second = 2 * per_quarter  # at 120 quarter notes a minute
    for note in sequence["notes"]:
        note["quantizedStartStep"] = round(note["startTime"] * per_second)
        note["quantizedEndStep"] = round(note["endTime"] * per_second)
    return sequence | {"quantizationInfo": {"stepsPerQuarter": per_quarter}, "totalQuantizedSteps": music.steps}


needs_client = pytest.mark.skipif(
    not NODE_MODULES or shutil.which("node") is None or not SHARED.exists(),
    reason="MUSICVAE_NODE_MODULES names no folder with @magenta/music, or Node.js or the client's check is not here",
)


@needs_client
@pytest.mark.parametrize(("name", "nade"), CLIENT_CONFIGS)
def test_the_client_of_magenta_js_computes_the_same(tmp_path: Path, name: str, nade: int) -> None:
    model = model_of(tmp_path / "in", name, nade)
    model.export_magenta_js(tmp_path / "page")
    config = model.config
    rng = np.random.default_rng(5)
    x, control = client_input(config, rng)
    z = rng.standard_normal((4, 8)).astype(np.float32)
    shared = np.zeros(control.shape[1:], np.float32)  # for all points
    if config["control_depth"] == CHORDS:
        shared[:, C] = 1
        if config["converter"] == "tracks":  # the client has no chord where a track names its program
            shared[::64] = np.eye(CHORDS)[NO_CHORD]
    tensors, _ = model.decode_arrays(z, controls=np.repeat(shared[None], 4, axis=0) if config["control_depth"] else None)
    mu = model.encode(np.concatenate([x, control], axis=2)).mu
    encode: list[dict[str, Any]] = [{"tensor": a.tolist(), "mu": b.tolist()} for a, b in zip(x, mu, strict=True)]
    music = music_for(config)
    if music is not None:
        encode.append({"noteSequence": note_sequence(music, tmp_path / "music.json"), "mu": model.encode(music).mu[0].tolist()})
    decode = [{"z": a.tolist(), "tensor": b.tolist()} for a, b in zip(z, tensors, strict=True)]
    expected = {"tolerance": 1e-5, "encode": encode, "decode": decode}
    (tmp_path / "expected.json").write_text(json.dumps(expected))
    command: list[str | Path] = [
        "node",
        SHARED / "check_client.mjs",
        tmp_path / "page",
        tmp_path / "expected.json",
        "--node-modules",
        NODE_MODULES,
        "--port",
        "0",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert (done.returncode, report["problems"], report["error"]) == (0, [], None)
    assert report["encode_max_abs_diff"] <= 1e-5
    assert report["decode_hit_mismatches"] == 0
    again = mv.import_checkpoint(tmp_path / "page")
    assert again.config == config
    assert np.array_equal(again.encode(np.concatenate([x, control], axis=2)).mu, mu)


@needs_client
def test_the_client_of_magenta_js_has_the_same_chords() -> None:
    names = mv.ChordSequence.from_classes(range(CHORDS)).names()
    script = Path(__file__).parent / "client_chords.mjs"
    done = subprocess.run(["node", script, NODE_MODULES, *names], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == list(range(CHORDS))


@pytest.mark.skipif(not TENSORFLOW_PYTHON, reason="MUSICVAE_TENSORFLOW_PYTHON names no Python with TensorFlow 2.15")
def test_tensorflow_reads_what_we_write_and_we_what_it_writes(tmp_path: Path) -> None:
    tensors = flat_tensors(27, 27)
    model = mv.import_checkpoint(write_folder(tmp_path / "in", tensors), tiny("groovae_4bar"))
    (tmp_path / "ours").mkdir()
    model.export_tensorflow(tmp_path / "ours" / "model.ckpt-7")
    np.savez(tmp_path / "tensors.npz", **tensors)  # type: ignore[arg-type]
    script = Path(__file__).parent / "tensorflow_checkpoints.py"
    subprocess.run([TENSORFLOW_PYTHON, script, tmp_path], check=True)
    x = np.random.default_rng(0).random((2, 64, 27), np.float32)
    for form in ["theirs", "v1", "v1_sharded", "v2_names"]:
        again = mv.import_checkpoint(tmp_path / form, tiny("groovae_4bar"), run=tmp_path / f"run_{form}")
        assert np.array_equal(again.encode(x).mu, model.encode(x).mu), form
        assert (tmp_path / f"run_{form}/checkpoint_00000003.safetensors").exists(), form
