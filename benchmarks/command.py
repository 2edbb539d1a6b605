#!/usr/bin/env python3
"""Times the musicvae command as a user meets it: whole processes, and training seconds a step.

    benchmarks/command.py BUILD/bin GROOVE.zip [--train]

Prints minimum and median. Nothing here is a test: machines differ, so compare ratios of one run.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


def timed(command: list[str], runs: int) -> tuple[float, float]:
    """Minimum and median wall seconds of `runs` runs, after one that is not counted."""
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:]), statistics.median(seconds[1:])


def report(what: str, minimum: float, median: float) -> None:
    print(f"{what:58} {1e3 * minimum:10.1f} ms {1e3 * median:10.1f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=Path)
    parser.add_argument("groove", type=Path)
    parser.add_argument("--train", action="store_true", help="time training steps too (minutes)")
    options = parser.parse_args()
    musicvae = str(options.bin / "musicvae")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = str(folder / "groove.mvds")
        print(f"{'whole process':58} {'minimum':>13} {'median':>13}")
        for cut in ("bar-aligned", "reference", "reference-tfds"):
            for threads in (1, 2):
                command = [musicvae, "preprocess", str(options.groove), "-o", data, "--cut", cut, "--threads", str(threads)]
                report(f"preprocess 1,150 files, cut {cut}, {threads} thread(s)", *timed(command, 5))
        sample = [musicvae, "sample", "--seed", "7", "-n", "4", "-o", str(folder / "o")]
        report("sample -n 4, cold process to four files", *timed(sample, 20))
        report("info of a MIDI file", *timed([musicvae, "info", str(folder / "o" / "groove_0.mid")], 20))
        if not options.train:
            return
        subprocess.run([musicvae, "preprocess", str(options.groove), "-o", data, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        for batch, steps in ((512, 5), (64, 12)):
            run = folder / f"run{batch}"
            command = [musicvae, "train", "--data", data, "--out", str(run), "--batch", str(batch), "--steps", str(steps)]
            command += ["--validate-every", "0"]
            subprocess.run([*command, "--quiet"], check=True, stdout=subprocess.DEVNULL)
            lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
            seconds = [line["seconds"] for line in lines if line["kind"] == "train"][1:]
            report(f"training step, batch {batch}, fp32", min(seconds), statistics.median(seconds))


if __name__ == "__main__":
    main()
