"""What autodoc needs to know of the Python package: pybind11's signatures made legible, and no public name forgotten."""

import re

import musicvae_cpp
from sphinx.util import logging

# pybind11 says what it accepts; a reader wants to know what to give.
LEGIBLE = [
    (r"self: [\w.]+(, )?", r"self\1"),
    (r"typing\.SupportsInt \| typing\.SupportsIndex", "int"),
    (r"typing\.SupportsFloat \| typing\.SupportsIndex", "float"),
    (r"os\.PathLike \| str \| bytes", "str | os.PathLike"),
    (r"musicvae_cpp\.(_core|_types|training)\.", ""),
    (r"collections\.abc\.", ""),
]


def legible(text):
    for pattern, replacement in LEGIBLE:
        text = re.sub(pattern, replacement, text or "")
    return re.sub(r"\d+\.\d{10,}", lambda number: f"{float(number[0]):g}", text)  # a float32 in the digits of a double


def process_signature(_app, _what, _name, _object, _options, signature, returns):
    if signature is None:  # a class or a property
        return None
    return legible(signature).replace("(self, ", "(").replace("(self)", "()"), legible(returns)


def process_bases(_app, _name, _object, _options, bases):
    """A base is called by its public name, not by the module that it is written in."""
    bases[:] = [f":py:class:`~musicvae_cpp.{base.__name__}`" if base.__module__.startswith("musicvae_cpp.") else base for base in bases]


def demand_every_name(_app, env):
    """Warns of a public name that docs/api/python.md does not show."""
    shown = set(env.get_domain("py").objects)
    for name in musicvae_cpp.__all__:
        if f"musicvae_cpp.{name}" not in shown:
            logging.getLogger(__name__).warning("musicvae_cpp.%s is on no page; add it to docs/api/python.md", name)


def setup(app):
    app.connect("autodoc-process-signature", process_signature)
    app.connect("autodoc-process-bases", process_bases)
    app.connect("env-check-consistency", demand_every_name)
    return {"parallel_read_safe": True}
