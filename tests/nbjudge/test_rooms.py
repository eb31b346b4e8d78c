"""The rooms of grading import one way, and the student's half imports none of them."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lessons import ROOT

GRADING = ROOT / "nbjudge"
SHARED = {
    "channel",
    "codec",
    "files",
    "hidden_tests",
    "html",
    "job",
    "language",
    "limits",
    "plugins",
    "shared_state",
    "text",
    "time_limit",
    "verdict",
    "versions",
    "warm_up",
}
MAY_IMPORT = {
    "sandbox": {"channel", "limits"},
    "repair": SHARED,
    "worker": SHARED,
    "judge": SHARED | {"worker"},
    "engine": SHARED | {"judge", "sandbox", "worker"},
    "record": SHARED | {"repair"},
    "batch": SHARED | {"engine", "judge", "sandbox", "record", "repair"},
    "nbgrader_preprocessors": SHARED | {"batch", "engine", "judge", "sandbox", "record", "repair"},
    "cli": {"batch", "engine", "files", "sandbox", "versions"},
    "__main__": {"cli"},
    **dict.fromkeys(SHARED, SHARED),
}
"""Which rooms of nbjudge each may import, besides itself."""


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    return path.relative_to(GRADING).parts[0].removesuffix(".py")


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_room_imports_those_below_it(name: str) -> None:
    files = [path for path in GRADING.rglob("*.py") if room(path) == name]
    assert files
    for path in files:
        rooms = {module.split(".")[1] for module in imported(path) if module.startswith("nbjudge.")}
        assert rooms <= MAY_IMPORT[name] | {name}, path


def test_every_room_is_listed() -> None:
    assert {room(path) for path in GRADING.rglob("*.py")} == MAY_IMPORT.keys() | {"__init__"}


def test_nbjudge_imports_nothing_of_the_course() -> None:
    for path in GRADING.rglob("*.py"):
        assert not any(module.split(".")[0] == "course" for module in imported(path)), path


def test_only_its_room_imports_a_library_whose_values_nbjudge_knows() -> None:
    for path in GRADING.rglob("*.py"):
        libraries = {module.split(".")[0] for module in imported(path)} & {"numpy", "torch"}
        assert libraries <= {path.stem.removesuffix("_values")}, path


def name_of(path: Path) -> str:
    """A file's module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("package", ["course", "nbjudge"])
def test_files_import_each_other_in_no_circle(package: str) -> None:
    """Nor do they for types only."""
    files = {name_of(path): path for path in (ROOT / package).rglob("*.py")}
    graph = {
        name: {module for module in imported(path) & files.keys() if not name.startswith(f"{module}.")} - {name}
        for name, path in files.items()
    }
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_the_students_half_imports_no_grading() -> None:
    for path in (ROOT / "course").rglob("*.py"):
        if path.name not in {"cli.py", "judge_plugin.py"} and path.parent.name != "authoring":
            assert not any(module.split(".")[0] == "nbjudge" for module in imported(path)), path


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("nbjudge.batch.command", "torch"),  # values of the coordinator's hold none
        ("nbjudge.cli", "nbgrader"),
        ("nbjudge.engine", "nbgrader"),  # the fork servers start before that
        ("nbjudge.engine", "torch"),
    ],
)
def test_what_takes_long_to_import_is_not(module: str, unwanted: str) -> None:
    code = f"import {module}, sys; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
