#!/usr/bin/env python3
"""Makes the velocities and offsets that a model with a feel head draws less scattered, as a feel temperature below 1 would.

    scripts/sharpen_feel.py MODEL TEMPERATURE -o OUT      (MODEL in single precision)

In training a model takes the true steps as input; when it samples, it takes its own draws, with their chance deviations. So its grooves
get looser than those it was trained on. TEMPERATURE makes up for this; choose the one whose samples are most similar to the validation
split. The output layer's logits of a mixture's components are divided by it, and the scales of the components are multiplied by its square
root (as raising a normal distribution to the power 1 / temperature does). Hits, the components' means and the encoder stay unchanged.
"""

import argparse
import math
from pathlib import Path

import numpy as np
from model_weights import ModelWeights
from numpy.typing import NDArray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("temperature", type=float)
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()
    if not 0.1 <= arguments.temperature <= 10:
        parser.error(f"TEMPERATURE is {arguments.temperature}; use 0.1 to 10")

    weights = ModelWeights(arguments.model, parser.error)
    config = weights.config
    if config["head"] != "feel":
        parser.error(f'{arguments.model}: its head is "{config["head"]}"; give a model with a feel head')
    layer = next(name for name in weights.names() if name.endswith("output_projection/bias")).removesuffix("bias")
    kernel, bias = weights[layer + "kernel"], weights[layer + "bias"]

    def mixtures(row: NDArray[np.float32]) -> NDArray[np.float32]:
        # After the logits of the hits, for each velocity and then for each offset: the components' logits, means and log scales.
        return row[config["output_depth"] // 3 :].reshape(-1, 3, config["feel_components"])

    for row in (*kernel, bias):
        mixtures(row)[:, 0] /= arguments.temperature
    mixtures(bias)[:, 2] += 0.5 * math.log(arguments.temperature)
    weights.save(arguments.out)
    print(f"{arguments.out}: velocities and offsets are drawn at {arguments.temperature} times the temperature")


if __name__ == "__main__":
    main()
