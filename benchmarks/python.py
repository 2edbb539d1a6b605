#!/usr/bin/env python3
"""What the Python package costs: import, a call, sampling in bulk, encoding a whole dataset, and the notebooks.

    PYTHONPATH=build/py/python .venv/bin/python benchmarks/python.py ZIP [--bin build/release] [--notebooks]

Minimum and median of repeated runs; times of one run are to be compared as ratios, since machines drift.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import musicvae_cpp as mv

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent


def timed(call: Callable[[], object], runs: int) -> list[float]:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return seconds


def report(what: str, values: list[float], unit: str = "ms", scale: float = 1e3) -> None:
    print(f"{what:58} {min(values) * scale:10.3f} {statistics.median(values) * scale:10.3f} {unit}", flush=True)


def printed(code: str) -> float:
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groove", type=Path, help="groove-v1.0.0-midionly.zip")
    parser.add_argument("--bin", type=Path, default=ROOT / "build" / "release", help="a build with benchmarks/engine_benchmark")
    parser.add_argument("--notebooks", action="store_true", help="time the notebooks, too")
    options = parser.parse_args()

    print(f"{'':58} {'minimum':>10} {'median':>10}")
    clock = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
    report("import musicvae_cpp, in a fresh process", [printed(clock.format("musicvae_cpp")) for _ in range(20)])
    report("import numpy, for comparison", [printed(clock.format("numpy")) for _ in range(20)])

    model = mv.load("groovae_4bar")
    model.sample(1, seed=0)
    report("model.sample(1)", timed(lambda: model.sample(1, seed=1), 300))
    benchmark = options.bin / "benchmarks" / "engine_benchmark"
    if benchmark.exists():
        command = [benchmark, "--benchmark_filter=^Sample/.*/1$", "--benchmark_format=json", "--benchmark_repetitions=5"]
        runs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["benchmarks"]
        names = {run["run_name"] for run in runs}
        for name in sorted(names):
            times = [run["real_time"] * 1e-3 for run in runs if run["run_name"] == name and run["run_type"] == "iteration"]
            report(f"  the same in C++, {name}", times)
    report("model.sample(1000)", timed(lambda: model.sample(1000, seed=1), 5))
    print(f"{'  grooves a second':58} {1000 / min(timed(lambda: model.sample(1000, seed=1), 5)):10.0f}")

    report("GrooveDataset(zip)", timed(lambda: mv.GrooveDataset(options.groove), 5))
    data = mv.GrooveDataset(options.groove)
    report(f"model.encode(data), {len(data)} windows", timed(lambda: model.encode(data), 2), "s", 1.0)
    with tempfile.TemporaryDirectory() as folder:
        prepared = str(Path(folder) / "groove.mvds")
        data.save(prepared)  # so that the peak below is not that of preparing
        memory = f"""
import re, musicvae_cpp as mv
# not getrusage: a child's maximum there begins with its parent's
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1e3
model, data = mv.load("groovae_4bar"), mv.GrooveDataset({prepared!r})
before = peak()
mu, sigma = model.encode(data)
print(before, peak())
"""
        done = subprocess.run([sys.executable, "-c", memory], check=True, capture_output=True, text=True)
        before, after = map(float, done.stdout.split())
    what = f"MB, {before:.0f} of them before, {2 * len(data) * 1024 / 1e6:.0f} the result"
    print(f"{'peak memory of a process that encodes it all':58} {after:10.0f} {what}")

    if options.notebooks:
        for name in ("1_preprocess", "2_train_and_sample", "3_visualize"):
            test = [sys.executable, "-m", "pytest", "-q", "tests/python/test_notebooks.py", "-k", name.split("_", 1)[1]]
            report(
                f"notebook {name}, with its kernel's start",
                timed(lambda test=test: subprocess.run(test, check=True, cwd=ROOT), 1),
                "s",
                1.0,
            )


if __name__ == "__main__":
    main()
