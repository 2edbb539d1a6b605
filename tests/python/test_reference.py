"""Magenta's converters with all their options, and pieces in seconds."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import musicvae_cpp as mv
import numpy as np
import pytest
from musicvae_cpp.reference import (
    ConverterTensors,
    DrumsConverter,
    GrooveConverter,
    MultiInstrumentPerformanceConverter,
    OneHotMelodyConverter,
    SecondsPiece,
    TrioConverter,
)

GOLDEN = Path(__file__).parents[1] / "data" / "golden" / "reference_converters" / "cases.json"
CONVERTERS: dict[str, Any] = {
    c.__name__: c for c in (DrumsConverter, GrooveConverter, OneHotMelodyConverter, TrioConverter, MultiInstrumentPerformanceConverter)
}
KICK = (36, 127, 0.0, 0.1, 9, 0, True)
SNARE = (38, 64, 0.53, 0.6, 9, 0, True)


def array_of(tensor: dict[str, Any]) -> np.ndarray[Any, Any]:
    flat = np.zeros(tensor["rows"] * tensor["depth"])
    flat[tensor["at"]] = tensor.get("values", 1.0)
    return flat.reshape(tensor["rows"], tensor["depth"])


def as_set(examples: ConverterTensors) -> list[list[bytes]]:
    arrays = zip(examples.inputs, examples.outputs, examples.controls)
    # cases.json does not hold the sign of a zero, and -0.0 + 0.0 is 0.0
    return sorted([(np.asarray(array, np.float64) + 0.0).tobytes() for array in example] for example in arrays)


def test_all_cases_equal_magentas() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert len(golden["cases"]) == 120
    for case in golden["cases"]:
        converter = CONVERTERS[case["converter"]](**case["options"])
        assert [converter.input_depth, converter.output_depth, converter.control_depth] == case["depths"]
        made = converter.to_tensors(golden["pieces"][case["piece"]], mode=case["mode"], seed=case["seed"])
        outputs = [array_of(example["output"]) for example in case["examples"]]
        inputs = [array_of(example.get("input", example["output"])) for example in case["examples"]]
        controls = [array_of(example["control"]) for example in case["examples"]]
        assert as_set(made) == as_set(ConverterTensors(inputs, outputs, controls, [])), case["options"]
        if case["converter"].startswith("Multi"):
            assert sorted(length.tolist() for length in made.lengths) == sorted(example["lengths"] for example in case["examples"])
        else:
            assert made.lengths == [len(output) for output in made.outputs]
        for piece, example in zip(converter.from_tensors(outputs, controls, mode=case["mode"]), case["examples"]):
            if "notes" in example:
                notes = sorted(piece.notes, key=lambda note: (note[4], note[2], note[0]))
                assert [list(note) for note in notes] == example["notes"]["notes"]


def test_arrays_have_magentas_types() -> None:
    made = GrooveConverter(hits_as_controls=True).to_tensors(SecondsPiece([KICK, SNARE]))
    assert made.outputs[0].dtype == np.float64
    assert made.controls[0].dtype == np.bool_
    assert made.outputs[0][4, 9 + 1] == 64 / 127
    assert made.outputs[0][4, 18 + 1] == pytest.approx(-0.48)
    drums = DrumsConverter().to_tensors(SecondsPiece([KICK, SNARE]))
    assert drums.outputs[0].dtype == np.bool_
    assert drums.controls[0].shape == (16, 0)
    assert DrumsConverter(add_end_token=True, roll_output=True).end_token == 9
    assert GrooveConverter().end_token is None


def test_a_piece_is_a_value() -> None:
    piece = SecondsPiece(
        [KICK],
        tempos=[(0.0, 90.0)],
        time_signatures=[(0.0, 4, 4)],
        chords=[(0.0, "Am")],
        key_signatures=[(0.0, 9)],
        pedals=[(0.5, True, 9)],
        total_time=2.0,
    )
    assert piece.notes == [KICK]
    assert piece.tempos == [(0.0, 90.0)]
    assert piece.time_signatures == [(0.0, 4, 4)]
    assert piece.chords == [(0.0, "Am")]
    assert piece.key_signatures == [(0.0, 9)]
    assert piece.pedals == [(0.5, True, 9)]
    assert piece.total_time == 2.0
    assert copy.deepcopy(piece) == piece == pickle.loads(pickle.dumps(piece))
    assert piece != SecondsPiece([KICK])
    notes = piece.to_notes()
    assert notes.chords == [(0.0, "Am")]
    assert SecondsPiece.from_notes(notes).tempos == [pytest.approx((0.0, 90.0))]
    assert SecondsPiece.from_notes(piece) == piece
    assert SecondsPiece.from_notes({"notes": [list(KICK)], "tempos": [[0.0, 90.0]], "other": 1}).tempos == [(0.0, 90.0)]


def test_notes_of_note_seq_keep_their_times(note_seq: Any) -> None:
    sequence = note_seq.music_pb2.NoteSequence(total_time=1.5)
    sequence.notes.add(pitch=36, velocity=100, start_time=1 / 3, end_time=0.5, instrument=9, is_drum=True)
    sequence.text_annotations.add(time=0.25, text="Am", annotation_type=1)
    sequence.key_signatures.add(time=0.5, key=9)
    sequence.control_changes.add(time=0.1, control_number=64, control_value=80, instrument=2)
    piece = SecondsPiece.from_notes(sequence)
    assert piece.notes == [(36, 100, 1 / 3, 0.5, 9, 0, True)]
    assert (piece.chords, piece.key_signatures, piece.pedals) == ([(0.25, "Am")], [(0.5, 9)], [(0.1, True, 2)])
    assert piece.total_time == 1.5


def test_a_midi_file_converts() -> None:
    groove = mv.DrumSequence(16)
    groove.set(0, "kick", velocity=1.0)
    made = GrooveConverter().to_tensors(groove.to_notes())
    assert made.outputs[0].shape == (16, 27)
    assert made.outputs[0][0, 0] == 1.0


def test_chord_encodings() -> None:
    class Triads:
        num_classes = 49

    assert OneHotMelodyConverter(chord_encoding=Triads()).control_depth == 49
    assert OneHotMelodyConverter(chord_encoding="major_minor", condition_on_key=True).control_depth == 37
    assert OneHotMelodyConverter(valid_programs=range(32)).output_depth == 90
    with pytest.raises(mv.ArgumentError, match='use "major_minor", "triad" or None'):
        OneHotMelodyConverter(chord_encoding=object())


def test_bad_input_is_an_error_of_one_line() -> None:
    converter = GrooveConverter()
    with pytest.raises(mv.ArgumentError, match="no mode is called"):
        converter.to_tensors(SecondsPiece([KICK]), mode="test")
    with pytest.raises(mv.ArgumentError, match="use 0 to 2"):
        converter.to_tensors(SecondsPiece([KICK]), seed=2**32)
    with pytest.raises(mv.ArgumentError, match="a value of the wrong form"):
        converter.to_tensors({"notes": [[1, 2, 3]]})
    with pytest.raises(mv.ArgumentError):
        converter.to_tensors(5)
    with pytest.raises(mv.ArgumentError, match="is not an array"):
        converter.from_tensors([np.zeros(27)])
    with pytest.raises(mv.ArgumentError, match="give rows of 27"):
        converter.from_tensors([np.zeros((16, 9))])
    with pytest.raises(mv.ArgumentError, match="fewer controls"):
        converter.from_tensors([np.zeros((16, 27))], [])
    with pytest.raises(mv.ArgumentError, match="use 1 to 4096"):
        DrumsConverter(steps_per_quarter=0)


def test_the_module_is_loaded_when_it_is_needed() -> None:
    code = "import sys, musicvae_cpp as mv; assert 'musicvae_cpp.reference' not in sys.modules; mv.reference.DrumsConverter()"
    subprocess.run([sys.executable, "-c", code], check=True)
