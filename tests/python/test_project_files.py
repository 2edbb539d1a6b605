"""The files that new users and their tools read first: they parse, name files that exist, and agree on the version."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def parse(path: str) -> Any:
    return yaml.safe_load(read(path))


def found(pattern: str, path: str) -> str:
    match = re.search(pattern, read(path), re.MULTILINE)
    assert match, f"{path} has nothing like {pattern}"
    return match[1]


def cmake_version() -> str:
    return found(r"^project\(musicvae VERSION ([0-9.]+) ", "CMakeLists.txt")


def changelog() -> list[tuple[str, str]]:
    """The versions, newest first, each with its date, "unreleased" or nothing."""
    headings = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    entries = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\](?: - (unreleased|\d{4}-\d\d-\d\d))?", heading) for heading in headings]
    assert entries
    assert all(entries), headings
    return [(entry[1], entry[2] or "") for entry in entries if entry]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


# ---- versions


def test_changelog_goes_from_new_to_old() -> None:
    entries = changelog()
    versions = [numbers(version) for version, _ in entries]
    assert versions == sorted(set(versions), reverse=True)
    assert "unreleased" not in [state for _, state in entries[1:]], "only the newest version may be unreleased"


def test_changelog_sections_are_those_of_keep_a_changelog() -> None:
    sections = set(re.findall(r"^### (.*)$", read("CHANGELOG.md"), re.MULTILINE))
    assert sections <= {"Migration", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_newest_released_version_is_the_same_everywhere() -> None:
    released = [version for version, state in changelog() if state != "unreleased"]
    assert released[0] == cmake_version(), "CHANGELOG.md and CMakeLists.txt"
    assert parse("CITATION.cff")["version"] == cmake_version(), "CITATION.cff and CMakeLists.txt"


def test_pyproject_takes_the_version_from_cmake() -> None:
    pyproject = read("pyproject.toml")
    assert not re.search(r"^version *=", pyproject, re.MULTILINE), "it would be a second place to change"
    assert re.search(r'^input = "CMakeLists.txt"$', pyproject, re.MULTILINE)
    match = re.search(found(r"^regex = '(.*)'$", "pyproject.toml"), read("CMakeLists.txt"))
    assert match
    assert match["value"] == cmake_version()


# ---- citation


def test_citation() -> None:
    citation = parse("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert citation.keys() >= {"message", "title", "type", "authors", "version", "license", "references"}
    assert citation["type"] == "software"
    assert citation["license"] == found(r'^license = "(.*)"$', "pyproject.toml")
    for work in (citation, *citation["references"]):
        assert work["authors"], work["title"]
        for author in work["authors"]:
            assert author.keys() in ({"name"}, {"family-names", "given-names"})
    papers = {(paper["authors"][0]["family-names"], paper["year"]) for paper in citation["references"]}
    assert papers == {("Roberts", 2018), ("Gillick", 2019)}


# ---- files that are named


def named_files(page: str) -> set[str]:
    """What looks like a file or folder of the repository. What a build makes, and YOUR_VERB, do not count."""
    text = re.sub(r"https?://\S+", "", read(page))
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"build", ".venv", ".git"}
    files = set()
    for word in re.findall(r"[\w./-]+", text):
        name = word.rstrip("./")
        has_suffix = re.search(r"[^./]\.(cff|cpp|hpp|inl|json|md|py|sh|toml|txt|ya?ml)$", name) is not None
        is_below_folder = "/" in name and name.split("/")[0] in folders
        if (has_suffix or is_below_folder) and not name.startswith(("build/", ".venv/")) and "YOUR_" not in name:
            files.add(name)
    return files


@pytest.mark.parametrize(("page", "least"), [("CONTRIBUTING.md", 25), ("SECURITY.md", 10)])
def test_named_files_exist(page: str, least: int) -> None:
    files = named_files(page)
    assert len(files) >= least, "the search has lost them"
    assert not [file for file in sorted(files) if not (ROOT / file).exists()]


def test_contributing_names_presets_and_tests_that_exist() -> None:
    page = read("CONTRIBUTING.md")
    presets = {preset["name"] for preset in json.loads(read("CMakePresets.json"))["configurePresets"]}
    named = set(re.findall(r"--preset ([\w-]+)", page))
    assert named
    assert named <= presets
    lists = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("CMakeLists.txt"))
    targets = set(re.findall(r"--target (\w+)", page))
    assert targets
    for target in targets:
        assert f"musicvae_add_test({target} " in lists
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*_test.cpp"))
    for suite, test in (("ReadMidi", "RunningStatus"), ("MidiMutation", "")):  # as in the table of commands
        assert suite in page
        assert f"TEST({suite}, {test}" in sources


# ---- the forge's files


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_issue_form(form: Path) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert content.keys() >= {"name", "description", "body"}
    fields = [field for field in content["body"] if field["type"] != "markdown"]
    assert fields
    for field in fields:
        assert field["type"] in {"input", "textarea", "dropdown", "checkboxes"}
        assert field["attributes"]["label"]
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids))
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_there_are_forms_for_bugs_and_features() -> None:
    assert {form.stem for form in FORMS} == {"bug", "feature"}
    assert "CHANGELOG.md" in read(".github/pull_request_template.md")


def test_workflow() -> None:
    workflow = parse(".github/workflows/ci.yml")
    assert workflow["on"].keys() == {"push", "pull_request"}
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"]
    commands = {name: "\n".join(step.get("run", "") for step in job["steps"]) for name, job in jobs.items()}
    for name, job in jobs.items():
        assert job["timeout-minutes"] > 0, name
        assert all(("run" in step) != ("uses" in step) for step in job["steps"]), name
    assert "scripts/test.sh" in commands["test"]
    assert {leg["cxx"] for leg in jobs["test"]["strategy"]["matrix"]["include"]} == {"g++", "clang++"}
    assert "scripts/tidy.sh" in commands["tidy"]
    assert set(jobs["single-header"]["strategy"]["matrix"]["os"]) == {"macos-latest", "windows-latest"}
    assert "scripts/single_header.py build/musicvae_core.hpp" in commands["single-header"]
    for script in re.findall(r"scripts/\w+\.sh", "\n".join(commands.values())):
        assert (ROOT / script).stat().st_mode & 0o100, f"{script} cannot be executed"


def test_pre_commit_needs_no_network() -> None:
    config = parse(".pre-commit-config.yaml")
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = {hook["id"]: hook for hook in config["repos"][0]["hooks"]}
    assert hooks.keys() == {"clang-format", "ruff-check", "ruff-format", "clang-tidy"}
    for hook in hooks.values():
        assert hook["language"] == "system"
    assert re.fullmatch(hooks["clang-format"]["files"].replace(r"\.", r".*\."), "lib/midi/read_midi.cpp")


# ---- style


def test_tools_agree_on_the_longest_line() -> None:
    assert (
        found(r"^ColumnLimit: (\d+)$", ".clang-format")
        == found(r"^line-length = (\d+)$", "pyproject.toml")
        == found(r"^max_line_length = (\d+)$", ".editorconfig")
    )


def test_no_line_is_longer_than_the_longest() -> None:
    """clang-format and ruff break code, but neither comments nor docstrings."""
    most = int(found(r"^ColumnLimit: (\d+)$", ".clang-format"))
    folders = ("include", "lib", "apps", "bindings", "examples", "plugins", "benchmarks", "scripts", "tests")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in {".hpp", ".cpp", ".inl", ".py"}]
    assert len(sources) > 500, "the search has lost them"
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > most
    ]
    assert not long


def test_clang_tidy_checks_names() -> None:
    config = parse(".clang-tidy")
    checks = [check.strip() for check in config["Checks"].split(",")]
    assert checks[0] == "-*", "only what is listed is checked"
    assert "readability-identifier-naming" in checks
    assert config["WarningsAsErrors"] == "*"
    options = [option["key"] for option in config["CheckOptions"]]
    assert len(options) == len(set(options))
    assert {option.rpartition(".")[0] for option in options} <= set(checks), "an option of a check that does not run"
