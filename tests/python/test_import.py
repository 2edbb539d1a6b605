"""What an import loads, and what happens if a package that is needed later is missing."""

from __future__ import annotations

from pathlib import Path

import musicvae_cpp as mv
import pytest
from checks import run_python

TRAIN_A_STEP = """
import sys
config = mv.config("groovae_4bar")
config.update(encoder_units=[6], decoder_units=[5, 4], latent=3)
trainer = mv.Trainer(config, mv.GrooveDataset(sys.argv[1]), out=sys.argv[2], batch=4, threads=1)
trainer.fit(1, validate_every=0, progress=False)
assert trainer.step == 1
assert trainer.model.sample(1, seed=1)[0].steps == 64
"""
TORCH_WORKS = """
weight = torch.ones(3, 3, requires_grad=True)
(weight @ torch.ones(3)).sum().backward()
assert weight.grad.sum() == 9
"""


def test_import_loads_nothing_heavy() -> None:
    loaded = run_python("import sys, musicvae_cpp; print(*sorted({name.split('.')[0] for name in sys.modules}))").split()
    assert "musicvae_cpp" in loaded
    assert not {"torch", "numpy", "matplotlib", "IPython", "tqdm", "pandas"} & set(loaded)


def test_grooves_need_no_numpy() -> None:
    run_python(
        "import sys; sys.modules['numpy'] = None; sys.modules['torch'] = None\n"
        "import musicvae_cpp as mv\n"
        "groove = mv.load('groovae_4bar').sample(1, seed=7)[0]\n"
        "assert mv.parse_midi(groove.to_notes().to_midi()).to_drums(bars=4).steps == 64"
    )


@pytest.mark.parametrize("first", ["torch", "musicvae_cpp"])
def test_torch_and_the_trainer_live_in_one_process(first: str, prepared: Path, tmp_path: Path) -> None:
    imports = ["import torch", "import musicvae_cpp as mv"]
    if first == "musicvae_cpp":
        imports.reverse()
    run_python("\n".join([*imports, TORCH_WORKS, TRAIN_A_STEP, TORCH_WORKS]), prepared, tmp_path / "run")


def test_the_trainer_loads_torch_itself(prepared: Path, tmp_path: Path) -> None:
    code = "import musicvae_cpp as mv" + TRAIN_A_STEP + "import torch" + TORCH_WORKS
    run_python(code, prepared, tmp_path / "run")


def message_of(preparation: str, action: str, *arguments: object) -> str:
    """The DeviceError's words in a process where `preparation` was done."""
    attempt = f"try:\n    {action}\nexcept mv.DeviceError as error:\n    print(error)"
    code = f"import sys, types\n{preparation}\nimport musicvae_cpp as mv\n{attempt}"
    message = run_python(code, *arguments)
    assert message.count("\n") == 1, "one line"
    return message


def test_without_torch_the_trainer_says_how_to_install_it(prepared: Path, tmp_path: Path) -> None:
    action = "mv.Trainer('groovae_4bar', mv.GrooveDataset(sys.argv[1]), out=sys.argv[2])"
    message = message_of("sys.modules['torch'] = None", action, prepared, tmp_path / "run")
    assert "PyTorch, which is not installed; pip install torch" in message
    assert not (tmp_path / "run").exists()


def test_without_its_training_half_the_package_says_so(prepared: Path) -> None:
    nothing = "sys.modules['torch'] = types.ModuleType('torch'); sys.modules['musicvae_cpp._train'] = None"
    message = message_of(nothing, "mv.Trainer('groovae_4bar', mv.GrooveDataset(sys.argv[1]))", prepared)
    assert "was built without PyTorch" in message
    assert "install it again from source" in message


def test_another_torch_than_it_was_built_for_is_named(prepared: Path) -> None:
    other = "import torch\ntorch.__version__ = '1.0.0+cpu'"  # the version is checked, whatever its libraries would do
    message = message_of(other, "mv.Trainer('groovae_4bar', mv.GrooveDataset(sys.argv[1]))", prepared)
    assert "was built for PyTorch" in message
    assert "1.0.0" in message
    assert "pip install torch==" in message


def test_without_matplotlib_or_ipython_one_hears_how_to_get_them() -> None:
    message = message_of("sys.modules['matplotlib'] = None", "mv.DrumSequence(16).plot()")
    assert "pip install matplotlib" in message
    message = message_of("sys.modules['IPython'] = None", "mv.DrumSequence(16).play()")
    assert "pip install ipython" in message


def test_names() -> None:
    assert set(mv.__all__) <= set(dir(mv))
    for name in mv.__all__:
        assert getattr(mv, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = mv.no_such_name
    assert mv.__version__.count(".") == 2


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("FileError", OSError),
        ("FormatError", ValueError),
        ("ConfigError", ValueError),
        ("ModelError", ValueError),
        ("ArgumentError", ValueError),
        ("DeviceError", RuntimeError),
        ("DivergenceError", ArithmeticError),
    ],
)
def test_errors_are_pythons_too(name: str, builtin: type[Exception]) -> None:
    kind = getattr(mv, name)
    assert issubclass(kind, (mv.Error,))
    assert issubclass(kind, builtin)
