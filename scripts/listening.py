"""Makes what docs/listening.md shows: music of the shipped models, and real music, all selected by fixed seeds.

python scripts/listening.py GROOVE.zip MELODIES  MIDI files and pictures, into docs/listening, and the page's part about the models; real
                                                 music is drawn, not copied. MELODIES is a folder that scripts/melody_corpus.py made
python scripts/listening.py --sound FOLDER       the audio of those MIDI files, which scripts/docs.sh puts into the site
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import musicvae_cpp as mv

# What the page says of each model. Another model, of any kind of music, is one line.
MODELS = {
    "hier-groove_4bar_lookback": "",
    "groovae_4bar": ": Magenta's structure and recipe",
    "mel_2bar": ": melodies",
}
TEMPERATURES = (1.0, 0.5)
SEED = 2026
EACH = 3
QPM = 110.0
BEGIN = "<!-- scripts/listening.py writes what follows -->\n"
END = "<!-- the end of what scripts/listening.py writes -->\n"

PAGE = Path(__file__).resolve().parent.parent / "docs/listening.md"
OUT = PAGE.parent / "listening"


def render(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(OUT.glob("*.mid")):
        mv.read_midi(path).save(folder / f"{path.stem}.wav")


def section(name: str, temperature: float) -> str:
    """What the page shows of a model at a temperature: a heading, the picture, the sound and the MIDI files."""
    stem = f"{name}_{temperature:g}"
    sounds = " ".join(f'<audio controls preload="none" src="listening/{stem}_{i}.wav"></audio>' for i in range(EACH))
    files = ", ".join(f"[{i}](listening/{stem}_{i}.mid)" for i in range(EACH))
    return f"""
## `{name}`{MODELS[name]}, temperature {temperature:g}

![{EACH} samples of {name}](listening/{stem}.svg)

```{{raw}} html
<p>{sounds}</p>
```

MIDI: {files}
"""


def with_sections(page: str) -> str:
    """The page with the sections of all models."""
    before, rest = page.split(BEGIN)
    sections = "".join(section(name, temperature) for name in MODELS for temperature in TEMPERATURES)
    return before + BEGIN + sections + "\n" + END + rest.split(END)[1]


def draw_samples(name: str, temperature: float) -> None:
    samples = mv.load(name).sample(EACH, temperature=temperature, seed=SEED)
    titles = [f"{name}_{temperature:g}_{i}" for i in range(EACH)]
    for sample, title in zip(samples, titles):
        sample.save(OUT / f"{title}.mid", qpm=QPM)
    (OUT / f"{name}_{temperature:g}.svg").write_text(mv.grooves_svg(samples, titles=titles))


def draw_real(dataset: mv.GrooveDataset, picture: str) -> None:
    chosen = random.Random(SEED).sample(range(len(dataset)), EACH)
    (OUT / picture).write_text(mv.grooves_svg([dataset[i] for i in chosen], titles=[f"test window {i}" for i in chosen]))


def draw(release: str, melodies: str) -> None:
    OUT.mkdir(exist_ok=True)
    PAGE.write_text(with_sections(PAGE.read_text()))
    for name in MODELS:
        for temperature in TEMPERATURES:
            draw_samples(name, temperature)
    draw_real(mv.GrooveDataset(release, split="test"), "real.svg")
    draw_real(mv.GrooveDataset(melodies, config="mel_2bar", split="test"), "real_melodies.svg")


if __name__ == "__main__":
    if sys.argv[1] == "--sound":
        render(Path(sys.argv[2]))
    else:
        draw(sys.argv[1], sys.argv[2])
