"""Training with several processes under torchrun, on loopback: they train as one, stop together, and report which rank is gone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from checks import ROOT, environment, read_safetensors, refused

torch = pytest.importorskip("torch")
if not torch.distributed.is_available():
    pytest.skip("this PyTorch was built without torch.distributed", allow_module_level=True)

RANK = str(Path(__file__).parent / "rank.py")
# The address is explicit, because a bare machine may not be able to resolve its own name.
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr=127.0.0.1"]
ON_LOOPBACK = {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
LOSS = 2e-4  # absolute; as tolerance::adam_loss: updates carry on the rounding of another summation order
WEIGHT = 1e-5  # absolute; as tolerance::adam_variable

Config = dict[str, Any]
Task = dict[str, Any]


@pytest.fixture
def task(tiny_config: Config, prepared: Path, tmp_path: Path) -> Task:
    tiny_config["training"]["batch"] = 8
    return {"config": tiny_config, "data": str(prepared), "out": str(tmp_path / "run"), "cwd": str(tmp_path), "steps": 6}


def one_process(task: Task, out: Path, steps: int = 6, **options: Any) -> mv.Trainer:
    run = mv.Trainer(task["config"], mv.GrooveDataset(task["data"]), out=out, threads=1, **options)
    return run.fit(steps, validate_every=2, checkpoint_every=2, progress=False)


@contextmanager
def torchrun(task: Task, ranks: int) -> Iterator[subprocess.Popen[str]]:
    command = [*TORCHRUN, f"--nproc-per-node={ranks}", RANK, json.dumps(task)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**ON_LOOPBACK), cwd=task["cwd"]
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def processes(task: Task, ranks: int) -> Iterator[list[subprocess.Popen[str]]]:
    """As torchrun starts them, but with nobody who ends the others when one has died."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started = []
    for rank in range(ranks):
        place = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(ranks), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        env = environment(**ON_LOOPBACK, **place)
        started.append(
            subprocess.Popen([sys.executable, RANK, json.dumps(task)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        )
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def finished(task: Task, ranks: int) -> list[dict[str, Any]]:
    """The last words of each rank of a run that ends well."""
    with torchrun(task, ranks) as process:
        out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    return sorted((line for line in lines(out) if "end" in line), key=lambda line: int(line["rank"]))


def assert_alike(one: Path, other: Path, step: int) -> None:
    records = [[json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()] for out in (one, other)]
    assert [(record["kind"], record["step"]) for record in records[0]] == [(record["kind"], record["step"]) for record in records[1]]
    for a, b in zip(*records):
        for terms, others in [(a, b)] if a["kind"] == "train" else [(a["mean"], b["mean"]), (a["sampled"], b["sampled"])]:
            for figure in ("loss", "hits", "velocities", "offsets", "kl", "kl_cost"):
                assert terms[figure] == pytest.approx(others[figure], abs=LOSS), (a["step"], figure)
    weights = [read_safetensors(out / f"checkpoint_{step:08d}.safetensors")[1] for out in (one, other)]
    for name, values in weights[0].items():
        if name.startswith("weights/"):
            np.testing.assert_allclose(values, weights[1][name], rtol=0, atol=WEIGHT, err_msg=name)


@pytest.mark.parametrize("ranks", [2, 4])
def test_ranks_train_as_one_process_with_the_batch_of_all(task: Task, tmp_path: Path, ranks: int) -> None:
    one_process(task, tmp_path / "one")
    ends = finished(task, ranks)
    assert [end["rank"] for end in ends] == list(range(ranks))
    assert {end["end"] for end in ends} == {6}
    assert len({end["hits"] for end in ends}) == 1, "each rank can read the model"
    assert_alike(tmp_path / "one", tmp_path / "run", 6)


def test_going_on_with_two_ranks_changes_no_bit(task: Task, tmp_path: Path) -> None:
    finished({**task, "out": str(tmp_path / "whole")}, 2)
    finished({**task, "steps": 4}, 2)
    finished({**task, "options": {"resume": True}}, 2)
    for name in ("checkpoint_00000006.safetensors", "best.safetensors", "model.safetensors"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "run" / name).read_bytes()


def test_one_process_goes_on_where_four_ranks_stopped(task: Task, tmp_path: Path) -> None:
    one_process(task, tmp_path / "one")
    finished({**task, "steps": 4}, 4)
    with refused(mv.ModelError, "batch 8, not 2"):
        mv.Trainer(task["config"], mv.GrooveDataset(task["data"]), out=task["out"], batch=2, resume=True)
    assert one_process(task, tmp_path / "run", resume=True).step == 6
    assert_alike(tmp_path / "one", tmp_path / "run", 6)


def test_a_killed_rank_ends_the_run_and_the_next_goes_on(task: Task, tmp_path: Path) -> None:
    task["steps"] = 8
    one_process(task, tmp_path / "one", steps=8)
    with processes({**task, "steps": 10**9, "kill": [1, 4]}, 4) as ranks:
        ranks[1].wait(timeout=120)
        start = time.monotonic()
        for rank in (0, 2, 3):
            _, err = ranks[rank].communicate(timeout=60)
            assert ranks[rank].returncode == 1
            assert "DistributedError" in err
            assert (
                "step 5: another process is gone; start all of them again with resume, to continue from checkpoint_00000004.safetensors"
                in err
            )
        assert time.monotonic() - start < 20
    assert ranks[1].returncode == -signal.SIGKILL
    finished({**task, "options": {"resume": True}}, 4)
    assert_alike(tmp_path / "one", tmp_path / "run", 8)


def test_a_rank_that_falls_silent_is_not_waited_for(task: Task) -> None:
    with processes({**task, "steps": 10**9, "freeze": [1, 4], "options": {"timeout": 10.0}}, 2) as ranks:
        _, err = ranks[0].communicate(timeout=60)
    assert ranks[0].returncode == 1
    assert "step 5: another process is gone" in err


def test_torchrun_ends_a_run_that_lost_a_rank(task: Task) -> None:
    with torchrun({**task, "steps": 10**9, "kill": [1, 4]}, 2) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "DistributedError" in err
    assert "another process is gone" in err


@pytest.mark.parametrize("whom", ["one", "all"])
def test_ctrl_c_leaves_one_checkpoint(task: Task, tmp_path: Path, whom: str) -> None:
    with processes({**task, "steps": 10**9, "checkpoint_every": 0}, 2) as ranks:
        for rank in ranks:
            assert rank.stdout is not None
            for line in rank.stdout:
                if json.loads(line)["step"] == 5:
                    break
        for rank in ranks if whom == "all" else ranks[1:]:
            os.kill(rank.pid, signal.SIGINT)
        errs = [rank.communicate(timeout=60)[1] for rank in ranks]
    told = ["KeyboardInterrupt" in err for err in errs]
    assert told == [whom == "all", True]
    if whom == "one":
        assert "another process stopped the run at step" in errs[0]
    assert all(rank.returncode != 0 for rank in ranks)
    (checkpoint,) = (tmp_path / "run").glob("checkpoint_*")
    step = int(checkpoint.stem.partition("_")[2])
    assert step >= 6
    assert one_process(task, tmp_path / "run", steps=step + 1, resume=True).step == step + 1


def test_sigterm_leaves_a_checkpoint(task: Task, tmp_path: Path) -> None:
    with torchrun({**task, "steps": 10**9, "checkpoint_every": 0}, 2) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{") and json.loads(line)["step"] == 5:
                break
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert len(list((tmp_path / "run").glob("checkpoint_*"))) == 1


def test_an_error_in_a_callback_of_one_rank_stops_all(task: Task, tmp_path: Path) -> None:
    with processes({**task, "steps": 10**9, "checkpoint_every": 0, "raise": [0, 3]}, 2) as ranks:
        errs = [rank.communicate(timeout=60)[1] for rank in ranks]
    assert "KeyError: 'mine'" in errs[0]
    assert "another process stopped the run at step 5; start all processes again with resume=True" in errs[1]
    assert [path.name for path in (tmp_path / "run").glob("checkpoint_*")] == ["checkpoint_00000005.safetensors"]


def test_ranks_with_other_arguments_are_told(task: Task) -> None:
    with processes({**task, "options_of": {"1": {"seed": 2}}}, 2) as ranks:
        errs = [rank.communicate(timeout=60)[1] for rank in ranks]
    for err in errs:
        assert "DistributedError: trainer: rank 1 has other arguments or data than rank 0" in err


def test_a_new_folder_is_one_for_all(task: Task, tmp_path: Path) -> None:
    ends = finished({**task, "out": None, "steps": 1}, 2)
    assert {end["out"] for end in ends} == {"runs/tiny-1"}
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["tiny-1"]


def test_a_batch_that_does_not_divide(task: Task) -> None:
    with processes(task, 3) as ranks:
        errs = [rank.communicate(timeout=60)[1] for rank in ranks]
    for err in errs:
        assert "ArgumentError: trainer: the config's batch is not divisible by the number of processes; set batch" in err


def test_the_example(prepared: Path, tmp_path: Path) -> None:
    script = str(ROOT / "examples/train_distributed.py")
    command = [*TORCHRUN, "--nproc-per-node=2", script]
    arguments = ["groovae_4bar", str(prepared), str(tmp_path / "run"), "--batch=1"]
    for steps in ("1", "2"):  # the second run resumes the first
        command_line = [*command, *arguments, f"--steps={steps}"]
        done = subprocess.run(command_line, capture_output=True, text=True, env=environment(**ON_LOOPBACK), timeout=180)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("MusicVae") == 1, "rank 0 speaks"
    assert (tmp_path / "run/checkpoint_00000002.safetensors").exists()


def test_processes_that_do_not_come(task: Task, monkeypatch: pytest.MonkeyPatch, prepared: Path, tmp_path: Path) -> None:
    def trainer(**options: Any) -> mv.Trainer:
        return mv.Trainer(task["config"], mv.GrooveDataset(prepared), out=tmp_path / "run", **options)

    with refused(mv.ArgumentError, "RANK and WORLD_SIZE are not set; start the script with torchrun"):
        trainer(distributed=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for name, value in {"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}.items():
        monkeypatch.setenv(name, value)
    with refused(mv.DistributedError, "the processes cannot connect to each other; start all of them with torchrun"):
        trainer(timeout=1.0)
    assert trainer(distributed=False).rank == 0
