"""scripts/tidy.sh: which files clang-tidy gets, with which flags, and what is said where something is missing.

Clang-tidy itself is a stand-in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAKE = """#!/bin/sh
for file; do :; done
echo "checked $file"
! grep -q bad "$file"
"""


class Clone:
    """A small repository with the script, two sources and a unity build of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/tidy.sh", folder / "scripts")
        (folder / ".gitignore").write_text("/build/\n/bin/\n")
        for name in ("a", "b"):
            (folder / f"{name}.cpp").write_text("int x;\n")
        (folder / "bin").mkdir()
        fake = folder / "bin/clang-tidy-14"
        fake.write_text(FAKE)
        fake.chmod(0o755)
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "first")
        (folder / "README.md").write_text("second\n")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "second")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *arguments], cwd=self.folder, check=True)

    def configure(self) -> None:
        unity = self.folder / "build/release/lib/CMakeFiles/lib.dir/Unity/unity_0_cxx.cxx"
        unity.parent.mkdir(parents=True)
        unity.write_text(f'#include "{self.folder}/a.cpp"\n\n#include "{self.folder}/b.cpp"\n')
        command = f"/usr/bin/ccache /usr/bin/c++ -DX=1 -Wall -Werror -fopenmp -o unity.o -c {unity}"
        entries = [{"directory": str(self.folder / "build/release"), "command": command, "file": str(unity)}]
        (self.folder / "build/release/compile_commands.json").write_text(json.dumps(entries))

    def tidy(self, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
        environment = dict(os.environ, PATH=path or f"{self.folder / 'bin'}:{os.environ['PATH']}")
        command = ["bash", str(self.folder / "scripts/tidy.sh"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def refused(ended: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert ended.returncode == code
    assert ended.stdout == ""
    assert ended.stderr.startswith("tidy.sh: ")
    assert ended.stderr.count("\n") == 1
    for word in words:
        assert word in ended.stderr


def test_without_a_changed_source_nothing_is_needed(clone: Clone) -> None:
    ended = clone.tidy()
    assert ended.returncode == 0
    assert ended.stdout == "tidy.sh: no .cpp file differs from HEAD~1\n"


def test_changed_and_new_sources_are_checked(clone: Clone) -> None:
    clone.configure()
    (clone.folder / "b.cpp").write_text("int y;\n")
    ended = clone.tidy()
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["tidy.sh: 1 files", "checked b.cpp"]
    (clone.folder / "new.cpp").write_text("int z;\n")
    ended = clone.tidy("HEAD")
    assert ended.stdout.splitlines() == ["tidy.sh: 1 files", "checked b.cpp"]
    assert "new.cpp is passed over" in ended.stderr


def test_commits_since_a_revision_and_since_origin_main_are_checked(clone: Clone) -> None:
    clone.configure()
    clone.git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    (clone.folder / "a.cpp").write_text("int y;\n")
    clone.git("commit", "-q", "-a", "-m", "third")
    (clone.folder / "README.md").write_text("fourth\n")
    clone.git("commit", "-q", "-a", "-m", "fourth")
    assert "checked a.cpp" in clone.tidy().stdout
    assert "checked a.cpp" in clone.tidy("HEAD~2").stdout
    assert "checked" not in clone.tidy("HEAD~1").stdout


def test_all_sources_are_checked(clone: Clone) -> None:
    clone.configure()
    assert sorted(clone.tidy("--all").stdout.splitlines()) == ["checked a.cpp", "checked b.cpp", "tidy.sh: 2 files"]


def test_a_finding_fails(clone: Clone) -> None:
    clone.configure()
    (clone.folder / "a.cpp").write_text("int bad;\n")
    assert clone.tidy().returncode != 0


def test_every_source_has_an_entry_with_flags_that_clang_knows(clone: Clone) -> None:
    clone.configure()
    clone.tidy("--all")
    entries = json.loads((clone.folder / "build/tidy/compile_commands.json").read_text())
    assert [Path(entry["file"]).name for entry in entries] == ["a.cpp", "b.cpp"]
    for entry in entries:
        assert entry["arguments"] == ["/usr/bin/c++", "-DX=1", "-Wall", "-o", "unity.o", "-c", entry["file"]]


def test_what_is_missing_is_said_in_one_line(clone: Clone) -> None:
    (clone.folder / "a.cpp").write_text("int y;\n")
    refused(clone.tidy(), 1, "build/release/compile_commands.json", "cmake --preset release")
    refused(clone.tidy("nothing"), 1, "does not know the revision nothing")
    refused(clone.tidy("--some"), 2, "unknown option --some")
    refused(clone.tidy("a", "b"), 2, "one revision")
    clone.configure()
    tools = clone.folder / "bin/without"
    tools.mkdir()
    for name in ("bash", "dirname", "git", "sort"):
        (tools / name).symlink_to(shutil.which(name) or name)
    refused(clone.tidy(path=str(tools)), 1, "clang-tidy is not installed")
