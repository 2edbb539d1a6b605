"""The Trainer: the files of a run, how it stops and resumes, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import environment, refused, run_python

pytest.importorskip("torch")

Config = dict[str, Any]


def trainer(config: Config, data: mv.GrooveDataset, out: Path, **options: Any) -> mv.Trainer:
    return mv.Trainer(config, data, out=out, threads=1, **options)


def metrics(run: mv.Trainer) -> dict[str, list[dict[str, Any]]]:
    """Without what a clock decides."""
    return {
        kind: [{key: value for key, value in record.items() if key not in ("seconds", "data_wait")} for record in records]
        for kind, records in run.history.items()
    }


def test_a_run_and_what_it_leaves(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    run = trainer(tiny_config, data, tmp_path / "run", seed=3, licence="CC0", keep_last=2)
    assert (run.step, run.out, run.history, run.checkpoints) == (0, tmp_path / "run", {"train": [], "validation": []}, [])
    assert repr(run) == f'<Trainer "tiny": step 0, {tmp_path / "run"}>'
    assert run.fit(6, validate_every=3, checkpoint_every=2, progress=False) is run
    assert run.step == 6
    assert [path.name for path in run.checkpoints] == ["checkpoint_00000004.safetensors", "checkpoint_00000006.safetensors"]
    history = run.history
    assert [record["step"] for record in history["train"]] == list(range(6))
    assert {"loss", "kl", "beta", "grad_norm", "learning_rate", "seconds", "data_wait"} <= set(history["train"][0])
    assert [record["step"] for record in history["validation"]] == [3, 6]
    model = run.model
    assert model.config == tiny_config
    assert (model.licence, model.name, model.drum_map) == ("CC0", "tiny", data.drum_map)
    assert model.sample(2, seed=1) == mv.load(tmp_path / "run/model.safetensors").sample(2, seed=1)
    for checkpoint in run.checkpoints:
        assert mv.load(checkpoint).config == tiny_config


def test_a_run_can_begin_with_a_model(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    first = trainer(tiny_config, data, tmp_path / "first").fit(2, progress=False)
    further = trainer(tiny_config, data, tmp_path / "further", seed=2, init=tmp_path / "first" / "model.safetensors").fit(0, progress=False)
    grooves = first.model.sample(2, seed=1)
    assert further.model.sample(2, seed=1) == grooves
    assert trainer(tiny_config, data, tmp_path / "anew", seed=2).fit(0, progress=False).model.sample(2, seed=1) != grooves
    with refused(mv.ModelError, "needs"):
        trainer({**tiny_config, "latent": 5}, data, tmp_path / "wider", init=tmp_path / "first" / "model.safetensors")
    with refused(mv.FileError, "no_such_model"):
        trainer(tiny_config, data, tmp_path / "none", init="no_such_model")


def test_it_learns(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    tiny_config["training"]["learning_rate"] = 0.01
    run = trainer(tiny_config, data, tmp_path / "run", batch=16)
    run.fit(60, validate_every=0, checkpoint_every=0, progress=False)
    losses = [record["loss"] for record in run.history["train"]]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert run.history["validation"] == []
    assert len(run.checkpoints) == 1


def test_stopping_and_going_on_changes_no_bit(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    whole = trainer(tiny_config, data, tmp_path / "whole").fit(8, validate_every=4, checkpoint_every=3, progress=False)
    parts = trainer(tiny_config, data, tmp_path / "parts")
    parts.fit(3, validate_every=4, checkpoint_every=3, progress=False)
    assert parts.step == 3
    parts.fit(5, validate_every=4, checkpoint_every=3, progress=False)
    resumed = trainer(tiny_config, data, tmp_path / "parts", resume=True)
    assert resumed.step == 5
    resumed.fit(8, validate_every=4, checkpoint_every=3, progress=False)
    assert (tmp_path / "whole/model.safetensors").read_bytes() == (tmp_path / "parts/model.safetensors").read_bytes()
    assert whole.checkpoints[-1].read_bytes() == resumed.checkpoints[-1].read_bytes()
    assert metrics(whole)["train"] == metrics(resumed)["train"]
    assert [record["step"] for record in resumed.history["validation"]] == [3, 4, 5, 8], "each fit ends with one"
    of_whole = {record["step"]: record["sampled"] for record in metrics(whole)["validation"]}
    of_parts = {record["step"]: record["sampled"] for record in metrics(resumed)["validation"]}
    assert of_whole == {step: of_parts[step] for step in (4, 8)}
    other = trainer(tiny_config, data, tmp_path / "other", seed=2).fit(8, validate_every=4, progress=False)
    assert metrics(other) != metrics(whole)
    resumed.fit(8, progress=False)
    assert resumed.step == 8, "there is nothing more to do"


def test_augmentation_changes_what_is_learned_and_is_kept(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    plain = trainer(tiny_config, data, tmp_path / "plain").fit(4, validate_every=4, progress=False)
    none = trainer(tiny_config, data, tmp_path / "none", augmentation={"swing": 0.0}).fit(4, validate_every=4, progress=False)
    assert metrics(none) == metrics(plain)
    amounts = {"velocity_scale": 0.5, "swing": 0.25, "timing_scale": 0.5, "drum_swap": 0.5}
    whole = trainer(tiny_config, data, tmp_path / "whole", augmentation=amounts).fit(4, validate_every=4, progress=False)
    assert metrics(whole)["train"] != metrics(plain)["train"]
    parts = trainer(tiny_config, data, tmp_path / "parts", augmentation=amounts).fit(2, validate_every=0, progress=False)
    parts.fit(4, validate_every=4, progress=False)
    assert metrics(parts) == metrics(whole)
    with pytest.raises(mv.ModelError, match="augmentation"):
        trainer(tiny_config, data, tmp_path / "whole", resume=True)


@pytest.mark.parametrize(
    ("amounts", "error", "words"),
    [
        ({"swing": 0.6}, mv.ArgumentError, "swing is 0.6; use 0 to 0.5"),
        ({"shuffle": 0.1}, mv.ConfigError, "shuffle.*swing"),
        ({"swing": "much"}, mv.ConfigError, "swing.*is not a number"),
        ({"swing": float("nan")}, mv.ArgumentError, "augmentation"),
        (0.2, mv.ArgumentError, "augmentation is a float; give a dict"),
    ],
)
def test_augmentation_that_cannot_be(
    tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path, amounts: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        trainer(tiny_config, data, tmp_path / "run", augmentation=amounts)
    assert not (tmp_path / "run").exists()


def test_a_dataset_trains_with_its_own_split(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    of_all = trainer(tiny_config, data, tmp_path / "all").fit(2, validate_every=2, progress=False)
    of_train = trainer(tiny_config, data.filter(split="train"), tmp_path / "train").fit(2, validate_every=2, progress=False)
    of_test = trainer(tiny_config, data.filter(split="test"), tmp_path / "test").fit(2, validate_every=2, progress=False)
    assert metrics(of_all) == metrics(of_train)
    assert metrics(of_test)["train"] != metrics(of_all)["train"]
    assert of_test.history["validation"][0]["windows"] == len(data.filter(split="validation"))


def test_callbacks_get_the_records(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    steps: list[dict[str, Any]] = []
    validations: list[dict[str, Any]] = []
    run = trainer(tiny_config, data, tmp_path / "run")
    run.fit(4, validate_every=2, progress=False, on_step=steps.append, on_validation=validations.append)
    history = run.history
    assert [record["step"] for record in steps] == [record["step"] for record in history["train"]]
    for told, written in zip(steps + validations, history["train"] + history["validation"]):
        assert set(told) == set(written)
    assert [record["loss"] for record in steps] == pytest.approx([record["loss"] for record in history["train"]])
    assert [record["step"] for record in validations] == [2, 4]


@pytest.mark.parametrize("name", ["on_step", "on_validation"])
@pytest.mark.parametrize("error", [KeyError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_a_callback_that_raises_stops_with_a_checkpoint(
    tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path, name: str, error: BaseException
) -> None:
    def fail(record: dict[str, Any]) -> None:
        if record["step"] >= 2:
            raise error

    whole = trainer(tiny_config, data, tmp_path / "whole").fit(6, validate_every=2, checkpoint_every=100, progress=False)
    run = trainer(tiny_config, data, tmp_path / "run")
    callback: dict[str, Any] = {name: fail}
    with pytest.raises(type(error)) as info:
        run.fit(6, validate_every=2, checkpoint_every=100, progress=False, **callback)
    assert info.value is error
    assert 2 <= run.step <= 3
    assert len(run.checkpoints) == 1
    assert mv.load(run.checkpoints[0]).name == "tiny"
    run.fit(6, validate_every=2, checkpoint_every=100, progress=False)
    assert metrics(run) == metrics(whole)
    assert (tmp_path / "whole/model.safetensors").read_bytes() == (tmp_path / "run/model.safetensors").read_bytes()


def test_ctrl_c_leaves_a_usable_checkpoint(tiny_config: Config, prepared: Path, tmp_path: Path) -> None:
    code = """
import json, sys
import musicvae_cpp as mv
config, data, out = json.loads(sys.argv[1]), mv.GrooveDataset(sys.argv[2]), sys.argv[3]
trainer = mv.Trainer(config, data, out=out, threads=1)
try:
    trainer.fit(10**9, validate_every=0, checkpoint_every=0, progress=False, on_step=lambda record: print(record["step"], flush=True))
except KeyboardInterrupt:
    print("stopped", trainer.step, flush=True)
"""
    command = [sys.executable, "-c", code, json.dumps(tiny_config), str(prepared), str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip() == "5":
                    break
            os.kill(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, err
    stopped = out.splitlines()[-1].split()
    assert stopped[0] == "stopped"
    step = int(stopped[1])
    assert step >= 5
    names = [path.name for path in (tmp_path / "run").glob("checkpoint_*")]
    assert names == [f"checkpoint_{step:08d}.safetensors"]
    data = mv.GrooveDataset(prepared)
    assert mv.load(tmp_path / "run" / names[0]).config == tiny_config
    run = trainer(tiny_config, data, tmp_path / "run", resume=True)
    run.fit(step + 2, validate_every=0, checkpoint_every=0, progress=False)
    assert run.step == step + 2
    assert [record["step"] for record in run.history["train"]] == list(range(step + 2))


def test_training_lets_other_threads_run(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    done = threading.Event()
    seen: set[int] = set()
    run = trainer(tiny_config, data, tmp_path / "run")

    def watch() -> None:
        while not done.is_set():
            seen.add(run.step)
            time.sleep(0)

    other = threading.Thread(target=watch)
    other.start()
    run.fit(30, validate_every=0, progress=False)
    done.set()
    other.join()
    assert len(seen) > 2


def test_progress_goes_to_stderr(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = trainer(tiny_config, data, tmp_path / "run").fit(4, validate_every=2)
    out, err = capfd.readouterr()
    assert out == ""
    assert "4/4" in err
    assert "loss=" in err
    run.fit(4)
    assert capfd.readouterr().err == "", "nothing to do, nothing to show"


def test_without_tqdm_it_still_trains_quietly(tiny_config: Config, prepared: Path, tmp_path: Path) -> None:
    code = """
import json, sys
sys.modules["tqdm"] = None
import musicvae_cpp as mv
trainer = mv.Trainer(json.loads(sys.argv[1]), mv.GrooveDataset(sys.argv[2]), out=sys.argv[3], threads=1)
print(trainer.fit(2, progress=False).step)
"""
    assert run_python(code, json.dumps(tiny_config), prepared, tmp_path / "run").strip() == "2"


def test_the_folder_is_new_unless_told(
    tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [mv.Trainer(tiny_config, data).out for _ in range(2)] == [Path("runs/tiny-1"), Path("runs/tiny-2")]
    tiny_config["name"] = "../../outside"
    assert mv.Trainer(tiny_config, data).out == Path("runs/outside-1")


def test_a_folder_that_holds_a_run(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    trainer(tiny_config, data, tmp_path / "run").fit(2, progress=False)
    with refused(mv.ArgumentError, "run"):
        trainer(tiny_config, data, tmp_path / "run")
    with refused(mv.FileError, "no checkpoint to continue from"):
        trainer(tiny_config, data, tmp_path / "new", resume=True)
    with refused(mv.ModelError):
        trainer(tiny_config, data, tmp_path / "run", resume=True, seed=9)
    with refused(mv.ModelError):
        trainer({**tiny_config, "latent": 4}, data, tmp_path / "run", resume=True)
    with refused(mv.ModelError):
        trainer(tiny_config, data.filter(style="rock"), tmp_path / "run", resume=True)
    with refused(mv.FileError):
        trainer(tiny_config, data, tmp_path / "run/metrics.jsonl")


def test_before_it_has_trained_there_is_no_model(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    run = trainer(tiny_config, data, tmp_path / "run")
    with refused(mv.ModelError, r"no model has been trained yet; call fit\(steps=\.\.\.\)"):
        _ = run.model


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"batch": -1}, mv.ArgumentError),
        ({"batch": 2**40}, mv.ArgumentError),
        ({"seed": -1}, mv.ArgumentError),
        ({"seed": 2**64}, mv.ArgumentError),
        ({"keep_last": 0}, mv.ArgumentError),
        ({"device": "tpu"}, mv.DeviceError),
        ({"device": ""}, mv.DeviceError),
    ],
)
def test_options_out_of_range(
    tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path, options: dict[str, Any], kind: type[mv.Error]
) -> None:
    with refused(kind):
        mv.Trainer(tiny_config, data, out=tmp_path / "run", **options)


def test_threads_and_steps_out_of_range(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    with refused(mv.ArgumentError, "threads is negative"):
        mv.Trainer(tiny_config, data, out=tmp_path / "run", threads=-1)
    run = trainer(tiny_config, data, tmp_path / "run")
    for steps in (-1, 2**70):
        with refused(mv.ArgumentError):
            run.fit(steps)
    with refused(mv.ArgumentError):
        run.fit(1, validate_every=-1)
    with refused(mv.ArgumentError):
        run.fit(1, checkpoint_every=-1)
    assert run.fit(0).step == 0


@pytest.mark.parametrize(
    ("change", "kind", "match"),
    [
        ({"latent": 0}, mv.ConfigError, "latent"),
        ({"latent": -5}, mv.ConfigError, "latent"),
        ({"latent": 2**31 - 1}, mv.ConfigError, "latent"),
        ({"latent": 10**30}, mv.ConfigError, "latent"),
        ({"latent": 2.5}, mv.ConfigError, "latent"),
        ({"latent": "many"}, mv.ConfigError, "latent"),
        ({"latent": float("nan")}, mv.ArgumentError, "not plain data"),
        ({"latent": float("inf")}, mv.ArgumentError, "not plain data"),
        ({"name": {1}}, mv.ArgumentError, "not plain data"),
        ({"name": 3}, mv.ConfigError, "name"),
        ({"encoder_units": []}, mv.ConfigError, "encoder"),
        ({"encoder_units": [0]}, mv.ConfigError, "encoder"),
        ({"decoder_units": 7}, mv.ConfigError, "decoder"),
        ({"steps": 32}, mv.ConfigError, "64"),
        ({"head": "foot"}, mv.ConfigError, "head"),
        ({"colour": "red"}, mv.ConfigError, 'unknown field "colour"'),
        ({"training": {"batch": 0}}, mv.ConfigError, "batch"),
        ({"training": {"learning_rate": -1}}, mv.ConfigError, "learning_rate"),
    ],
)
def test_configs_that_cannot_be(
    tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path, change: Config, kind: type[mv.Error], match: str
) -> None:
    with refused(kind, match):
        trainer({**tiny_config, **change}, data, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_configs_and_data_of_other_types(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    wrong: Any
    with refused(mv.ConfigError, 'no config is called "groovae_9bar"; use one of: groovae_4bar'):
        mv.Trainer("groovae_9bar", data, out=tmp_path / "run")
    for wrong in (7, None, ["groovae_4bar"]):
        with refused(mv.ArgumentError, "trainer: config is a"):
            mv.Trainer(wrong, data, out=tmp_path / "run")
    for wrong in ([data], None, "groove.zip", data.arrays()):
        with refused(mv.ArgumentError, "trainer: data is a .*; give a GrooveDataset"):
            mv.Trainer(tiny_config, wrong, out=tmp_path / "run")
    with refused(mv.ArgumentError):
        mv.Trainer(tiny_config, data.filter(split="test", style="rock"), out=tmp_path / "run")


def test_windows_of_another_length(tiny_config: Config, release: Path, tmp_path: Path) -> None:
    with refused(mv.ConfigError, "windows have 32 steps, not 64"):
        mv.Trainer(tiny_config, mv.GrooveDataset(release, bars=2), out=tmp_path / "run")
    tiny_config["steps"] = 32
    run = trainer(tiny_config, mv.GrooveDataset(release, bars=2), tmp_path / "run").fit(2, validate_every=0, progress=False)
    assert run.model.sample(1, seed=1)[0].steps == 32


def test_a_loss_that_is_no_number(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    tiny_config["training"].update(learning_rate=1e30, min_learning_rate=1e30, grad_norm_to_zero=1e38, grad_clip=1e30)
    run = trainer(tiny_config, data, tmp_path / "run")
    with refused(mv.DivergenceError):
        run.fit(50, validate_every=0, checkpoint_every=1, progress=False)
    assert mv.load(run.checkpoints[0]).name == "tiny"


def test_precision_and_path_are_chosen_by_name(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    losses = {}
    for precision, lstm in [("fp32", "fused"), ("fp32", "unfused"), ("fp32", "library"), ("bf16", "fused")]:
        run = trainer(tiny_config, data, tmp_path / f"{precision}-{lstm}", precision=precision, lstm=lstm)
        assert run.precision == precision
        run.fit(3, validate_every=0, progress=False)
        losses[precision, lstm] = [record["loss"] for record in run.history["train"]]
    assert losses["fp32", "unfused"] == pytest.approx(losses["fp32", "fused"], rel=1e-5)
    assert losses["fp32", "library"] == pytest.approx(losses["fp32", "fused"], rel=1e-5)
    assert losses["bf16", "fused"] == pytest.approx(losses["fp32", "fused"], rel=1e-2)
    assert losses["bf16", "fused"] != losses["fp32", "fused"]
    assert trainer(tiny_config, data, tmp_path / "bf16-fused", resume=True).precision == "bf16"  # a run resumes in its own precision
    with refused(mv.ArgumentError, "use auto, fp32 or bf16"):
        trainer(tiny_config, data, tmp_path / "none", precision="fp16")
    with refused(mv.ArgumentError, "use auto, fused, unfused or library"):
        trainer(tiny_config, data, tmp_path / "none", lstm="mine")


def test_what_bf16_cannot_hold_goes_on_in_fp32(tiny_config: Config, data: mv.GrooveDataset, tmp_path: Path) -> None:
    run = trainer(tiny_config, data, tmp_path / "run", precision="bf16")
    run.fit(1, validate_every=0, progress=False)
    # The largest float becomes infinite in bfloat16, and 0 times infinity is NaN. Its row belongs to a drum that no window hits.
    hits = data.arrays().reshape(-1, 27)[:, :9]
    silent = int(np.argmin(hits.sum(axis=0)))
    assert not hits[:, silent].any()
    name = "weights/encoder/cell_0/bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/kernel"
    patch(run.checkpoints[-1], name, row=silent, value=float(np.finfo(np.float32).max))
    with pytest.warns(RuntimeWarning, match="not finite in bf16; continuing in fp32"):
        again = trainer(tiny_config, data, tmp_path / "run", resume=True).fit(3, validate_every=0, progress=False)
    assert (again.step, again.precision) == (3, "fp32")


def patch(path: Path, tensor: str, row: int, value: float) -> None:
    """Sets the first number of a row of a float32 tensor in a safetensors file."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[:8], "little")
    entry = json.loads(content[8 : 8 + size])[tensor]
    at = 8 + size + entry["data_offsets"][0] + 4 * row * entry["shape"][1]
    content[at : at + 4] = np.float32(value).tobytes()
    path.write_bytes(content)
