"""Makes what docs/listening.md shows: grooves of the shipped models and real ones, by fixed seeds.

    python scripts/listening.py GROOVE.zip

Writes MIDI and pictures to docs/listening; scripts/docs.sh makes the sound of the MIDI files. Real grooves are drawn, not copied.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import musicvae_cpp as mv

MODELS = ("groovae_4bar", "groovae_4bar_lookback")
TEMPERATURES = (1.0, 0.5)
SEED = 2026
EACH = 3


def main() -> None:
    out = Path(__file__).resolve().parent.parent / "docs/listening"
    out.mkdir(exist_ok=True)
    for name in MODELS:
        model = mv.load(name)
        for temperature in TEMPERATURES:
            grooves = model.sample(EACH, temperature=temperature, seed=SEED)
            stem = f"{name}_{temperature:g}"
            for i, groove in enumerate(grooves):
                groove.save(out / f"{stem}_{i}.mid", qpm=110.0)
            titles = [f"{stem}_{i}" for i in range(EACH)]
            (out / f"{stem}.svg").write_text(mv.grooves_svg(grooves, titles=titles))
    test = mv.GrooveDataset(sys.argv[1], split="test")
    chosen = random.Random(SEED).sample(range(len(test)), EACH)
    (out / "real.svg").write_text(mv.grooves_svg([test[i] for i in chosen], titles=[f"test window {i}" for i in chosen]))


if __name__ == "__main__":
    main()
