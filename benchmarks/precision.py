#!/usr/bin/env python3
"""Does bf16 train as well as fp32? Branches a run at a checkpoint and trains on in both, with the same windows, noise and masks.

benchmarks/precision.py MUSICVAE DATA RUN --step 1000 --steps 100 [--curve seed_training_curve.csv]

MUSICVAE: the command. RUN: the folder of a run of `musicvae train` that kept checkpoint_00001000 (--keep-last). Prints the mean and the
largest difference of the training loss, both validations after the last step, and with --curve how RUN itself follows the reference's
curve (means over 100 steps beside the one batch that the curve has).
"""

import argparse
import csv
import json
import shutil
import subprocess
import tempfile
from pathlib import Path


def records(run: Path, kind: str) -> list[dict]:
    return [record for line in (run / "metrics.jsonl").read_text().splitlines() if (record := json.loads(line))["kind"] == kind]


def branch(args: argparse.Namespace, folder: Path, precision: str) -> tuple[list[float], dict]:
    out = folder / precision
    out.mkdir()
    name = f"checkpoint_{args.step:08}.safetensors"
    shutil.copy(args.run / name, out / name)
    entry = checkpoint_entry(out / name)
    last = args.step + args.steps
    options = ["--config", entry["config"]["name"], "--batch", str(entry["batch"]), "--seed", str(entry["seed"])]
    schedule = ["--steps", str(last), "--validate-every", str(last), "--checkpoint-every", "0"]
    command = [args.musicvae, "train", "--data", args.data, "--out", out, "--resume", "--quiet", "--precision", precision]
    subprocess.run([*map(str, command), *options, *schedule], check=True)
    losses = [record["loss"] for record in records(out, "train") if record["step"] >= args.step]
    return losses, records(out, "validation")[-1]


def checkpoint_entry(path: Path) -> dict:
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return json.loads(header["__metadata__"]["musicvae"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("musicvae", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--step", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--curve", type=Path)
    args = parser.parse_args()

    if args.curve:
        losses = {record["step"]: record["loss"] for record in records(args.run, "train")}
        print("steps | mean loss of the run | the reference's batch | ratio")
        ratios = []
        for row in csv.DictReader(args.curve.open()):
            step = int(row["step"])
            window = [losses[i] for i in range(step - 50, step + 50) if i in losses]
            if step < 100 or len(window) < 100:
                continue
            mean, reference = sum(window) / len(window), float(row["train_loss"])
            ratios.append(mean / reference)
            print(f"{step - 50}-{step + 49} | {mean:.2f} | {reference:.2f} | {ratios[-1]:.4f}")
        print(f"mean ratio {sum(ratios) / len(ratios):.4f}")

    with tempfile.TemporaryDirectory() as folder:
        bf16, bf16_validation = branch(args, Path(folder), "bf16")
        fp32, fp32_validation = branch(args, Path(folder), "fp32")
    differences = [b / f - 1 for b, f in zip(bf16, fp32, strict=True)]
    mean, last = sum(differences) / len(differences), differences[-30:]
    print(f"bf16 against fp32 over {len(differences)} steps from step {args.step}: mean {mean:+.3%}, last 30 {sum(last) / len(last):+.3%}")
    print(f"  largest {max(differences, key=abs):+.3%}; losses fp32 {sum(fp32) / len(fp32):.3f}, bf16 {sum(bf16) / len(bf16):.3f}")
    for z in ("sampled", "mean"):
        b, f = bf16_validation[z]["loss"], fp32_validation[z]["loss"]
        print(f"validation (z {z}): fp32 {f:.3f}, bf16 {b:.3f} ({b / f - 1:+.3%})")


if __name__ == "__main__":
    main()
