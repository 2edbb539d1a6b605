#!/usr/bin/env python3
"""Learns an encoder for Magenta's published decoder of 2-bar melodies. `musicvae train --init` then trains both.

    scripts/learn_encoder.py RELEASED DATA --config mel_2bar -o OUT [--init MODEL] ...

RELEASED is a folder with the released tensors of mel_2bar_small (manifest.json and one file of raw float32 per tensor). It lacks the
kernels of the encoder's LSTM: those begin at random. All other tensors begin as released. DATA is a prepared dataset; each window is
transposed at random each time that it is used. The decoder stays as it is. --init continues from a model file that this script wrote.

Each of --processes processes learns alone for --average-every updates, then all take the mean of their weights (local SGD, Stich 2019).
The loss is -log p(x | z) + beta KL. Adam with a learning rate of --learning-rate * --decay^update.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import musicvae_cpp as mv
import numpy as np
import torch
import torch.distributed
import torch.multiprocessing
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

CLASSES, STEPS, LATENT, ENCODER, DECODER = 90, 32, 256, 512, 256
FIRST_PITCH = 2  # the classes below are hold and off
ENCODER_CELL = "encoder/cell_0/bidirectional_rnn/{}/multi_rnn_cell/cell_0/lstm_cell"
DECODER_CELL = "decoder/multi_rnn_cell/cell_{}/lstm_cell"
LINEAR = {"mu": "encoder/mu", "sigma": "encoder/sigma", "initial": "decoder/z_to_initial_state", "logits": "decoder/output_projection"}
Tensors = dict[str, NDArray[np.float32]]


def torch_gates(gates: NDArray[np.float32]) -> NDArray[np.float32]:
    """TensorFlow's order of gates, i j f o, as PyTorch has it. Its own inverse is tensorflow_gates."""
    i, j, f, o = np.split(gates, 4, axis=-1)
    return np.concatenate([i, f, j, o], axis=-1)


tensorflow_gates = torch_gates  # j and f change places in both directions


class Vae(nn.Module):
    """cat-mel_2bar_small (Roberts et al. 2018) in PyTorch's layers."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.LSTM(CLASSES, ENCODER, bidirectional=True)
        self.decoder = nn.LSTM(CLASSES + LATENT, DECODER, 2)
        self.mu, self.sigma = nn.Linear(2 * ENCODER, LATENT), nn.Linear(2 * ENCODER, LATENT)
        self.initial, self.logits = nn.Linear(LATENT, 4 * DECODER), nn.Linear(DECODER, CLASSES)
        for kernel in self.kernels():
            if kernel.shape[1] == ENCODER:
                for gate in torch.split(kernel, ENCODER):
                    nn.init.orthogonal_(gate)
            else:
                nn.init.uniform_(kernel, -0.3, 0.3)

    def kernels(self) -> list[Tensor]:
        return [value for name, value in self.encoder.named_parameters() if name.startswith("weight")]

    def cells(self) -> list[tuple[str, nn.LSTM, str, int]]:
        """Name, layer, suffix of PyTorch's names, and width of the input."""
        return [
            (ENCODER_CELL.format("fw"), self.encoder, "_l0", CLASSES),
            (ENCODER_CELL.format("bw"), self.encoder, "_l0_reverse", CLASSES),
            (DECODER_CELL.format(0), self.decoder, "_l0", CLASSES + LATENT),
            (DECODER_CELL.format(1), self.decoder, "_l1", DECODER),
        ]

    @torch.no_grad()
    def load(self, tensors: Tensors) -> None:
        """Takes Magenta's tensors. Those that are missing stay as they are."""

        def fill(parameter: Tensor, value: NDArray[np.float32]) -> None:
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))

        for name, layer, suffix, inputs in self.cells():
            if f"{name}/kernel" in tensors:
                kernel = torch_gates(tensors[f"{name}/kernel"]).T
                fill(getattr(layer, "weight_ih" + suffix), kernel[:, :inputs])
                fill(getattr(layer, "weight_hh" + suffix), kernel[:, inputs:])
            bias = torch_gates(tensors[f"{name}/bias"])
            bias[len(bias) // 4 : len(bias) // 2] += 1  # TensorFlow adds 1 to the forget gate's bias as it runs
            fill(getattr(layer, "bias_ih" + suffix), bias)
            fill(getattr(layer, "bias_hh" + suffix), np.zeros_like(bias))
        for attribute, name in LINEAR.items():
            fill(getattr(self, attribute).weight, tensors[f"{name}/kernel"].T)
            fill(getattr(self, attribute).bias, tensors[f"{name}/bias"])

    @torch.no_grad()
    def tensors(self) -> Tensors:
        """All weights under Magenta's names."""
        result: Tensors = {}
        for name, layer, suffix, _ in self.cells():
            kernel = torch.cat([getattr(layer, "weight_ih" + suffix), getattr(layer, "weight_hh" + suffix)], 1).T
            result[f"{name}/kernel"] = tensorflow_gates(kernel.numpy())
            bias = (getattr(layer, "bias_ih" + suffix) + getattr(layer, "bias_hh" + suffix)).numpy()
            bias[len(bias) // 4 : len(bias) // 2] -= 1
            result[f"{name}/bias"] = tensorflow_gates(bias)
        for attribute, name in LINEAR.items():
            layer = getattr(self, attribute)
            result[f"{name}/kernel"], result[f"{name}/bias"] = layer.weight.T.numpy(), layer.bias.numpy()
        return result

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The logits for windows [steps, n, classes], teacher-forced from z ~ q(z | x), and KL(q || N(0, I)), [n]."""
        _, (h, _) = self.encoder(x)
        h = torch.cat([h[0], h[1]], 1)
        mu, sigma = self.mu(h), functional.softplus(self.sigma(h))
        z = mu + sigma * torch.randn_like(mu)
        c0, h0, c1, h1 = torch.tanh(self.initial(z)).chunk(4, 1)
        before = torch.cat([torch.zeros_like(x[:1]), x[:-1]])
        out, _ = self.decoder(torch.cat([before, z.expand(len(x), -1, -1)], 2), (torch.stack([h0, h1]), torch.stack([c0, c1])))
        return self.logits(out), (0.5 * (mu**2 + sigma**2) - sigma.log() - 0.5).sum(1)


def released_tensors(folder: Path) -> Tensors:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    paths = {name: (folder / entry["filename"], entry["shape"]) for name, entry in manifest.items()}
    return {name: np.fromfile(path, "<f4").reshape(shape) for name, (path, shape) in paths.items() if path.exists()}


def model_tensors(path: Path) -> Tensors:
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__")
    slices = {name: (data[start + t["data_offsets"][0] : start + t["data_offsets"][1]], t["shape"]) for name, t in header.items()}
    return {name: np.frombuffer(part, "<f4").reshape(shape).copy() for name, (part, shape) in slices.items()}


def write_model(path: Path, config: str, tensors: Tensors, summary: dict[str, object]) -> None:
    """All of the file or nothing."""
    drums = mv.DrumMap.roland()  # every model file has a map, also one of melodies
    drum_map = {"name": drums.name, "classes": {drum: drums.pitches(drum) for drum in mv.DRUM_NAMES}}
    entry = {"kind": "model", "version": 1, "config": mv.config(config), "drum_map": drum_map, "training": summary, "licence": ""}
    header: dict[str, object] = {"__metadata__": {"musicvae": json.dumps(entry)}}
    at = 0
    for name, value in sorted(tensors.items()):
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        at += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, value in sorted(tensors.items()):
            file.write(np.ascontiguousarray(value, "<f4").tobytes())
    unfinished.replace(path)


def transposed(windows: NDArray[np.int64], semitones: NDArray[np.int64]) -> NDArray[np.int64]:
    """A note that would leave the range stays an octave inside it, as in train::WindowChange."""
    moved = windows + semitones[:, None] * (windows >= FIRST_PITCH)
    moved += 12 * ((windows >= FIRST_PITCH) & (moved < FIRST_PITCH))
    return moved - 12 * (moved >= CLASSES)


def learn(rank: int, arguments: argparse.Namespace, windows: NDArray[np.int64]) -> None:
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29517")
    torch.distributed.init_process_group("gloo", rank=rank, world_size=arguments.processes)
    torch.set_num_threads(1)
    torch.manual_seed(100 * arguments.seed + rank)
    random = np.random.default_rng(100 * arguments.seed + rank)
    model = Vae()
    model.load(released_tensors(arguments.released))
    if arguments.init:
        model.load(model_tensors(arguments.init))
    encoder = [*model.encoder.parameters(), *model.mu.parameters(), *model.sigma.parameters()]
    for parameter in [*model.decoder.parameters(), *model.initial.parameters(), *model.logits.parameters()]:
        parameter.requires_grad_(False)
    optimizer = torch.optim.Adam(encoder)
    for update in range(1, arguments.updates + 1):
        for group in optimizer.param_groups:
            group["lr"] = arguments.learning_rate * arguments.decay**update
        chosen = windows[random.integers(0, len(windows), arguments.batch)]
        y = torch.from_numpy(transposed(chosen, random.integers(-arguments.transpose, arguments.transpose + 1, arguments.batch)).T.copy())
        logits, kl = model(functional.one_hot(y, CLASSES).float())
        nll = functional.cross_entropy(logits.reshape(-1, CLASSES), y.reshape(-1), reduction="sum") / arguments.batch
        optimizer.zero_grad()
        (nll + arguments.beta * kl.mean()).backward()
        nn.utils.clip_grad_norm_(encoder, 1.0)
        optimizer.step()
        if update % arguments.average_every == 0 or update == arguments.updates:
            average(encoder, arguments.processes)
        if (update % 50 == 0 or update == arguments.updates) and rank == 0:
            print(f"update {update}: NLL {nll.item():.2f}, KL {kl.mean().item():.2f}", file=sys.stderr)
    if rank == 0:
        write_model(arguments.out, arguments.config, model.tensors(), {"command": " ".join(["scripts/learn_encoder.py", *sys.argv[1:]])})


@torch.no_grad()
def average(parameters: Sequence[Tensor], processes: int) -> None:
    flat = torch.cat([parameter.reshape(-1) for parameter in parameters])
    torch.distributed.all_reduce(flat)
    for parameter, part in zip(parameters, torch.split(flat / processes, [parameter.numel() for parameter in parameters])):
        parameter.copy_(part.view_as(parameter))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("released", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--config", required=True, help="the config to write; its layers must be those of cat-mel_2bar_small")
    parser.add_argument("--init", type=Path, help="a model file in single precision")
    parser.add_argument("--updates", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=32, help="windows per update of each process")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.9985)
    parser.add_argument("--beta", type=float, default=0.1)
    parser.add_argument("--transpose", type=int, default=6, help="semitones up and down")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--average-every", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if not (arguments.released / "manifest.json").is_file():
        parser.error(f"{arguments.released}: has no manifest.json; give the folder of the released tensors")

    windows = mv.GrooveDataset(arguments.data, split="train").arrays()
    if windows.shape[1:] != (STEPS, 1):
        parser.error(f"{arguments.data}: its windows are {windows.shape[1:]}; prepare melodies of 2 bars")
    torch.multiprocessing.spawn(  # type: ignore[attr-defined, no-untyped-call]
        learn, (arguments, windows[:, :, 0].astype(np.int64)), arguments.processes
    )
    print(f"{arguments.out}: {arguments.updates} updates of {arguments.processes} processes with {arguments.batch} windows each")


if __name__ == "__main__":
    main()
