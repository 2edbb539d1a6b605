#!/usr/bin/env python3
"""Transforms the latent space of a model with a conductor so that its grooves cost the fewest nats of KL.

    scripts/whiten_latent.py MODEL DATA -o OUT      (MODEL in single precision)

After training, the q(z | groove) of all grooves together form a cloud that is longer in some directions than in others. KL to N(0, I) pays
for this shape, although it carries no information. Over the training split, let M be the covariance of the mu and S the mean of the
sigma^2. With the eigenvectors V and eigenvalues d of S^-1/2 M S^-1/2 the new latent point is

    z' = A (z - mean),    A = diag(1 + d)^-1/2 V^T S^-1/2

In it all q together have mean 0 and covariance I, and the noise of one q is on average still uncorrelated. The layer mu and the first layer
of the conductor represent the change exactly: decoding mu gives the same grooves. The layer sigma gets the least-squares linear fit to the
inverse softplus of the old sigma transformed by A; correlations within the noise of single grooves are lost.
"""

import argparse
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
from model_weights import ModelWeights
from numpy.typing import NDArray

CONDUCTOR = "decoder/hierarchical_level_0/initial_state"


def latents_of(model: Path, data: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """mu and sigma of the training split, float64 [windows, units]."""
    latents = mv.load(model).encode(mv.GrooveDataset(data, split="train"))
    return latents.mu.astype(np.float64), latents.sigma.astype(np.float64)


def kl(mu: NDArray[np.float64], sigma: NDArray[np.float64]) -> float:
    """KL(N(mu, sigma) || N(0, I)), nats, mean over the windows."""
    return float((0.5 * (sigma**2 + mu**2 - 1) - np.log(sigma)).sum(axis=1).mean())


def inverse_softplus(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return x + np.log(-np.expm1(-x))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    arguments = parser.parse_args()

    weights = ModelWeights(arguments.model, parser.error)
    if CONDUCTOR + "/kernel" not in weights.names():
        parser.error(f'{arguments.model}: its config is "{weights.config["name"]}"; give a model with a conductor')
    mu, sigma = latents_of(arguments.model, arguments.data)
    mean, noise = mu.mean(axis=0), (sigma**2).mean(axis=0)
    told, directions = np.linalg.eigh(np.cov(mu / np.sqrt(noise), rowvar=False, bias=True))
    told, directions = np.maximum(told[::-1], 0), directions[:, ::-1]  # the unit with the most information comes first
    turn = (directions / np.sqrt(1 + told)).T / np.sqrt(noise)
    back = np.sqrt(noise)[:, None] * directions * np.sqrt(1 + told)

    # Fit sigma's new pre-activations as a linear function of the old ones and of mu, which are linear functions of the same hidden state.
    known = np.hstack([inverse_softplus(sigma), mu, np.ones((len(mu), 1))])
    wanted = inverse_softplus(np.sqrt(sigma**2 @ (turn**2).T))
    line = np.linalg.lstsq(known, wanted, rcond=1e-8)[0]
    from_sigma, from_mu, constant = line[: len(mean)], line[len(mean) : -1], line[-1]

    def change(layer: str, kernel: NDArray[np.float64], bias: NDArray[np.float64]) -> None:
        weights[layer + "/kernel"][:] = kernel
        weights[layer + "/bias"][:] = bias

    def as_is(layer: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return weights[layer + "/kernel"].astype(np.float64), weights[layer + "/bias"].astype(np.float64)

    (mu_kernel, mu_bias), (sigma_kernel, sigma_bias), (kernel, bias) = as_is("encoder/mu"), as_is("encoder/sigma"), as_is(CONDUCTOR)
    change("encoder/mu", mu_kernel @ turn.T, (mu_bias - mean) @ turn.T)
    change("encoder/sigma", sigma_kernel @ from_sigma + mu_kernel @ from_mu, sigma_bias @ from_sigma + mu_bias @ from_mu + constant)
    change(CONDUCTOR, back.T @ kernel, mean @ kernel + bias)
    weights.save(arguments.out)

    print(f"{arguments.out}: KL {kl(mu, sigma):.2f} -> {kl(*latents_of(arguments.out, arguments.data)):.2f} nats a training window")


if __name__ == "__main__":
    main()
