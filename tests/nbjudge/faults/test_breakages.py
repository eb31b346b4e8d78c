"""All that breaks nbgrader, in one batch: each has its verdict, its points and its fixes, and the neighbours have theirs."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.nbjudge.faults.classes import State, state
from tests.nbjudge.faults.running import graded
from tests.nbjudge.record.small_course import ASSIGNMENT, HALF, RIGHT, submission_folder
from tests.nbjudge.repair.damage import add, all_cells, code, delete, every, insert, mark, tag, without_metadata_and_id

ENDS = "import os\nos._exit(1)"
ENDLESS = "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass"
NOISY = """
import sys, warnings
def area(r):
    warnings.warn("deprecated, says a library")
    print("a line on stderr", file=sys.stderr)
    return math.pi * r * r
"""
NO_NUMBER = """
class Much:
    def __eq__(self, other): return self
    def __mul__(self, other): return self
    __rmul__ = __add__ = __radd__ = __mul__
    def __repr__(self): return "much"
def double(x):
    return Much()
"""


@dataclass(frozen=True)
class Breakage:
    """What a student hands in, and what must come of it.

    Attributes:
        points: of area-test, double-test and shout-test.
        fixes: of `shapes`.
        verdict: of `shapes`.
        answers: the answers; right ones where none are named.
        do: damages the JSON of `shapes`.
        files: damages the folder.
        before: whether right answers were handed in and marked before.
    """

    points: tuple[float, float, float]
    fixes: tuple[str, ...] = ()
    verdict: str = "marked"
    answers: Mapping[str, str] = field(default_factory=dict)
    do: Callable[[Any], Any] = lambda notebook: None
    files: Callable[[Path], Any] = lambda place: None
    before: bool = False

    @property
    def ends(self) -> str:
        return "marked with mends" if self.fixes and self.verdict == "marked" else self.verdict


def renamed(place: Path) -> None:
    (place / "shapes.ipynb").rename(place / "Copy of shapes (1).ipynb")


def emptied(place: Path) -> None:
    for path in place.iterdir():
        path.unlink()


FULL = (2, 2, 1)
CELL_SECONDS = 8
"""Of which one submission needs all, and no other more than a few."""
BREAKAGES = {
    "honest": Breakage(FULL),
    "honest-half": Breakage((0, 1, 0), answers=HALF),
    "cell-copied": Breakage(FULL, ("duplicate-cell",), do=insert("area-test", after=1)),
    "schema-1": Breakage(FULL, ("retagged-cell",), do=mark("area-test", schema_version=1)),
    "schema-99": Breakage(FULL, ("retagged-cell",), do=mark("area", schema_version=99)),
    "grade-false": Breakage(FULL, ("retagged-cell",), do=mark("area-test", grade=False)),
    "unknown-cell": Breakage(FULL, ("unknown-cell",), do=add(code("x = 1", nbgrader={"grade_id": "x", "grade": True}))),
    "extra-key": Breakage(FULL, do=mark("area-test", extra=1)),
    "renamed": Breakage(FULL, ("renamed-file",), files=renamed),
    "kernel-dies": Breakage((2, 0, 1), verdict="crashed", answers={"double": ENDS}),
    "swallows-interrupts": Breakage((2, 0, 1), verdict="timed out", answers={"double": ENDLESS}),
    "test-deleted": Breakage((0, 2, 1), ("missing-cell",), answers={"area": HALF["area"]}, do=delete("area-test")),
    "metadata-stripped": Breakage(FULL, ("lost-metadata",), do=all_cells(without_metadata_and_id)),
    "crash-after-full-marks": Breakage((0, 0, 1), verdict="crashed", answers={"area": ENDS}, before=True),
    "cell-deleted-later": Breakage(
        (0, 2, 1), ("missing-cell", "missing-answer"), do=delete("area", "area-test"), before=True
    ),
    "empty-folder": Breakage((0, 0, 0), ("missing-notebook",), verdict="missing", files=emptied),
    "emptied-later": Breakage((0, 0, 0), ("missing-notebook",), verdict="missing", files=emptied, before=True),
    "warns": Breakage(FULL, answers={"area": NOISY}),
    "credit-no-number": Breakage((2, 0, 1), answers={"double": NO_NUMBER}),
    "tests-skipped": Breakage(
        (0, 2, 1), ("retagged-cell",), answers={"area": HALF["area"]}, do=tag("area-test", "skip-execution")
    ),
    "long-line": Breakage(FULL, answers={"area": RIGHT["area"] + "\nprint('x' * 200_000_000)"}),
    "unreadable": Breakage(
        (0, 0, 1), ("unreadable-file",), "unreadable", files=lambda place: (place / "shapes.ipynb").write_text('{"cel')
    ),
    "everything-at-once": Breakage(
        FULL,
        ("renamed-file", "retagged-cell", "duplicate-cell"),
        do=every(insert("double-test", after=1), mark("area-test", schema_version=2), tag("area-test", "x")),
        files=renamed,
    ),
}


def put(folder: Path, student: str, breakage: Breakage) -> None:
    place = submission_folder(folder, student, {**RIGHT, **breakage.answers})
    notebook = json.loads((place / "shapes.ipynb").read_text())
    breakage.do(notebook)
    (place / "shapes.ipynb").write_text(json.dumps(notebook))
    breakage.files(place)


@pytest.fixture(scope="module")
def batch(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder after everything was marked, and what the run has said."""
    folder = tmp_path_factory.mktemp("breakages") / "course"
    shutil.copytree(released, folder)
    shutil.rmtree(folder / "handed-in")
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(f"c.Execute.timeout = {CELL_SECONDS}\n")
    for student, breakage in BREAKAGES.items():
        if breakage.before:
            submission_folder(folder, student, RIGHT)
    before = [each for student, breakage in BREAKAGES.items() if breakage.before for each in ("--student", student)]
    lines = graded(folder, ASSIGNMENT, *before)
    assert sum("5/13* marked" in line for line in lines) == len(before) // 2
    for student, breakage in BREAKAGES.items():
        put(folder, student, breakage)
    return folder, graded(folder, ASSIGNMENT, "--workers", "2", status=1)  # one is unreadable: somebody must ask


@pytest.mark.parametrize("student", BREAKAGES)
def test_it_has_its_verdict_its_points_and_its_fixes(student: str, batch: tuple[Path, list[str]]) -> None:
    folder, breakage = batch[0], BREAKAGES[student]
    points = {
        dict(row)["cell_id"][0]: dict(row)["auto_score"]
        for row in state(folder)[0]["grade"]
        if student in repr(dict(row)["notebook_id"])
    }
    shown = nbformat.read(folder / "marked" / ASSIGNMENT / student / "shapes.ipynb", 4)
    told = shown.metadata["grading"]
    assert (told["verdict"], tuple(sorted(told["mends"]))) == (breakage.ends, tuple(sorted(breakage.fixes)))
    assert tuple(points[cell] for cell in ("area-test", "double-test", "shout-test")) == breakage.points
    assert (folder / "marked" / ASSIGNMENT / student / "shapes.ipynb").stat().st_size < 10_000_000


def test_each_has_one_line_and_none_stops_the_others(batch: tuple[Path, list[str]]) -> None:
    said = [line.split()[0] for line in batch[1][: batch[1].index("")] if not line.startswith(" ")]
    assert sorted(said) == sorted(BREAKAGES)


def test_the_instructor_reads_what_to_look_at(batch: tuple[Path, list[str]]) -> None:
    said = "\n".join(batch[1])
    assert "shapes: its process ended by itself, with status 1" in said
    assert f"shapes: cell 4 ran longer than the {CELL_SECONDS} s that it may" in said
    assert "`shapes.ipynb` (its text breaks off or is damaged)" in said
    assert "to look at: unreadable." in said


def test_the_export_has_every_score(batch: tuple[Path, list[str]], tmp_path: Path) -> None:
    to = tmp_path / "grades.csv"
    nbgrader = Path(sys.executable).with_name("nbgrader")
    subprocess.run([nbgrader, "export", "--to", to], cwd=batch[0], check=True, capture_output=True)
    with to.open(newline="") as file:
        found = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["student_id"] != "ann"}
    assert found == {student: sum(breakage.points) for student, breakage in BREAKAGES.items()}


def test_marking_all_again_changes_nothing(batch: tuple[Path, list[str]]) -> None:
    before: State = state(batch[0])
    graded(batch[0], ASSIGNMENT, "--workers", "2", "--regrade", status=1)
    after = state(batch[0])
    assert after == before
