"""A folder like the release of the Groove MIDI Dataset, with a few synthetic grooves: no file of the dataset is needed."""

from __future__ import annotations

from pathlib import Path

import musicvae_cpp as mv


def beat(bars: int, variant: int) -> mv.DrumSequence:
    """Bars of a beat that depends on `variant`."""
    groove = mv.DrumSequence(16 * bars)
    for step in range(groove.steps):
        if step % 2 == 0:
            groove.set(step, "closed_hihat", 0.4 + 0.05 * ((step + variant) % 4), 0.1 * (variant % 5))
        if step * (variant + 3) % 8 == 0:
            groove.set(step, "kick", 0.8)
        if step % 8 == 4:
            groove.set(step, "snare", 0.9, -0.2)
    return groove


def make_release(folder: Path) -> Path:
    """A folder like the dataset's: twelve takes in 4/4 in three styles, one in 3/4, and one that is no MIDI file."""
    (folder / "drummer1").mkdir(parents=True)
    rows = ["drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split"]

    def add(name: str, style: str, meter: str, split: str) -> Path:
        rows.append(f"drummer1,drummer1/session1,drummer1/{name},{style},120,beat,{meter},drummer1/{name}.mid,,16.0,{split}")
        return folder / "drummer1" / f"{name}.mid"

    for i in range(12):
        split = "validation" if i % 4 == 2 else "test" if i == 11 else "train"
        beat(6 + i, i).save(add(f"take{i}", ["funk/groove1", "rock", "jazz"][i % 3], "4-4", split))
    waltz = mv.DrumSequence(12 * 6, mv.Grid(beats_per_bar=3))
    waltz.set(0, "kick")
    waltz.save(add("waltz", "jazz", "3-4", "train"))
    add("zz_broken", "jazz", "4-4", "train").write_bytes(b"this is no MIDI file")
    (folder / "info.csv").write_text("\n".join(rows) + "\n")
    return folder
