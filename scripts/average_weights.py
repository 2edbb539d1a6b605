#!/usr/bin/env python3
"""Averages the weights of models of one config, each trained from another one (stochastic weight averaging, Izmailov et al. 2018).

    scripts/average_weights.py MODEL MODEL ... -o OUT      (MODELs in single precision)

The training information in OUT is copied from the last MODEL.
"""

import argparse
from pathlib import Path

import numpy as np
from model_weights import ModelWeights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", metavar="MODEL", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()

    models = [ModelWeights(path, parser.error) for path in arguments.models]
    mean = models[-1]
    for other in models:
        if [(name, other[name].shape) for name in other.names()] != [(name, mean[name].shape) for name in mean.names()]:
            parser.error(f"{other.path}: its weights are not those of {mean.path}; give models of one config")
    for name in mean.names():
        mean[name][:] = np.mean([model[name] for model in models], axis=0, dtype=np.float64)
    mean.save(arguments.out)
    print(f"{arguments.out}: the mean of {len(models)} models")


if __name__ == "__main__":
    main()
