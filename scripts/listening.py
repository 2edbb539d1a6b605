"""Makes the grooves that docs/listening.md shows: grooves of the shipped models, and real ones, all selected by fixed seeds.

python scripts/listening.py GROOVE.zip           MIDI files and pictures, into docs/listening; real grooves are drawn, not copied
python scripts/listening.py --sound FOLDER       the audio of those MIDI files, which scripts/docs.sh puts into the site
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import musicvae_cpp as mv

MODELS = ("groovae_4bar", "hier-groove_4bar_lookback")
TEMPERATURES = (1.0, 0.5)
SEED = 2026
EACH = 3


OUT = Path(__file__).resolve().parent.parent / "docs/listening"


def render(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(OUT.glob("*.mid")):
        mv.read_midi(path).save(folder / f"{path.stem}.wav")


def draw(release: str) -> None:
    OUT.mkdir(exist_ok=True)
    for name in MODELS:
        model = mv.load(name)
        for temperature in TEMPERATURES:
            grooves = model.sample(EACH, temperature=temperature, seed=SEED)
            stem = f"{name}_{temperature:g}"
            for i, groove in enumerate(grooves):
                groove.save(OUT / f"{stem}_{i}.mid", qpm=110.0)
            titles = [f"{stem}_{i}" for i in range(EACH)]
            (OUT / f"{stem}.svg").write_text(mv.grooves_svg(grooves, titles=titles))
    test = mv.GrooveDataset(release, split="test")
    chosen = random.Random(SEED).sample(range(len(test)), EACH)
    (OUT / "real.svg").write_text(mv.grooves_svg([test[i] for i in chosen], titles=[f"test window {i}" for i in chosen]))


if __name__ == "__main__":
    if sys.argv[1] == "--sound":
        render(Path(sys.argv[2]))
    else:
        draw(sys.argv[1])
