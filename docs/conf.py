"""The documentation site: Markdown pages, the C++ reference from the headers, the Python reference, the notebooks.

scripts/docs.sh builds it. The source folder is the root of the repository, so that a relative link such as ../models/groovae_4bar.md
is the same link on a git host and in the site.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs/_extensions"))
EXECUTED_NOTEBOOKS = ROOT / "build/notebooks"  # tests/python/test_notebooks.py leaves them there

project = "libmusicvae"
author = "the libmusicvae authors"
project_copyright = "the libmusicvae authors, Apache-2.0"

extensions = ["myst_nb", "breathe", "public_header", "sphinx.ext.autodoc", "python_package"]
root_doc = "docs/index"
PROJECT_PAGES = ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY", "THIRD_PARTY_NOTICES")
include_patterns = ["docs/**.md", "models/*.md", "examples/notebooks/*.ipynb", *(f"{page}.md" for page in PROJECT_PAGES)]
exclude_patterns = ["build*", "run*", "out", ".*", "lib", "include", "tests", "apps", "cmake", "bindings"]
suppress_warnings = ["config.cache"]

# ---- Markdown and notebooks
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # what is shown is what the tests ran
nb_merge_streams = True
nb_output_stderr = "remove"  # progress bars

# ---- C++
breathe_projects = {"libmusicvae": str(ROOT / "build/docs/doxygen/xml")}
breathe_default_project = "libmusicvae"
breathe_default_members = ("members", "undoc-members")
breathe_show_include = False

# ---- Python
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "undoc-members": True, "special-members": "__init__"}
autodoc_typehints = "signature"
default_role = "code"  # the docstrings write `name`, as Markdown does

# ---- references: what is not ours has no target here
nitpicky = True
nitpick_ignore_regex = [
    ("cpp:identifier", r"(std|Eigen|torch|at|nlohmann)(::.*)?|UINTMAX_MAX|temperature|size_t|u?int[0-9]+_t"),
    (
        "py:class",
        r"(os|pathlib|typing|typing_extensions|numpy|np|IPython|matplotlib)\..*|NDArray|ArrayLike|Record|Grooves|Axes|Figure|Colormap",
    ),
    # concepts, names that a namespace takes from another, and types within a class: Breathe links none of them
    ("cpp:identifier", r"MusicValue|NamedEnum|Rows|Kernels|PackedMatrix|AlignedFloats|ChooserFactory|numerics|Bf16EncoderWeights"),
    # namespaces, of which no page is
    (
        "cpp:identifier",
        r"(musicvae(::)?)?(engine|numerics|train|data|interop|render|evaluation|tensor_names)?(::(exact|baseline|reference))?",
    ),
]

# ---- links to the outside are checked by scripts/docs.sh --links
linkcheck_timeout = 20
linkcheck_retries = 2

html_theme = "furo"
html_title = "libmusicvae"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]


def show_executed_notebook(_app, docname, source):
    """Shows the copy of a notebook that the tests ran, with its pictures, as long as it is the same notebook."""
    executed = EXECUTED_NOTEBOOKS / (Path(docname).name + ".ipynb")
    if docname.startswith("examples/notebooks/") and executed.exists():
        cells = [[cell["source"] for cell in json.loads(text)["cells"]] for text in (source[0], executed.read_text())]
        if cells[0] == cells[1]:
            source[0] = executed.read_text()


def leave_out_of_toctree(_app, docname, source):
    """These are read for their links alone."""
    if docname in PROJECT_PAGES:
        source[0] = "---\norphan: true\n---\n" + source[0]


def setup(app):
    app.connect("source-read", show_executed_notebook)
    app.connect("source-read", leave_out_of_toctree)
