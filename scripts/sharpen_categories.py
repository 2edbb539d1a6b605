#!/usr/bin/env python3
"""Makes the steps that a model with a categorical head draws less scattered, as a temperature below 1 would.

    scripts/sharpen_categories.py MODEL TEMPERATURE -o OUT      (MODEL in single precision)

In training a model takes the true steps as input; when it samples, it takes its own draws, with their chance deviations. TEMPERATURE makes
up for this; choose the one whose samples are most similar to the validation split. The output layer's logits are divided by it. The
likeliest step and the encoder stay unchanged.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from model_weights import ModelWeights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("temperature", type=float)
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()
    if not 0.1 <= arguments.temperature <= 10:
        parser.error(f"TEMPERATURE is {arguments.temperature}; use 0.1 to 10")

    weights = ModelWeights(arguments.model, parser.error)
    if weights.config["head"] != "categorical":
        parser.error(f'{arguments.model}: its head is "{weights.config["head"]}"; give a model with a categorical head')
    for name in weights.names():
        if "/output_projection/" in name:
            weights[name][:] /= arguments.temperature
    weights.save(arguments.out)
    print(f"{arguments.out}: steps are drawn at {arguments.temperature} times the temperature")


if __name__ == "__main__":
    main()
