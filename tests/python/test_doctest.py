"""The examples in docstrings give the output that they show."""

from __future__ import annotations

import doctest
import importlib

import musicvae_cpp as mv
import pytest


@pytest.mark.parametrize(("module", "examples"), [("_core", 16), ("training", 0), ("plot", 0)])
def test_docstrings(module: str, examples: int) -> None:
    names = {name: getattr(mv, name) for name in mv.__all__}
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(f"musicvae_cpp.{module}"), extraglobs=names)
    results = [doctest.DocTestRunner().run(test) for test in found]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) >= examples, "the finder has lost them"


def test_everything_public_is_documented() -> None:
    for name in mv.__all__:
        value = getattr(mv, name)
        if name in ("DRUM_NAMES", "__version__"):
            continue
        assert value.__doc__, name
        if isinstance(value, type):
            for method in dir(value):
                if not method.startswith("_") and callable(getattr(value, method)):
                    assert getattr(value, method).__doc__, f"{name}.{method}"
