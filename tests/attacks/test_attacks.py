"""Every attack between honest neighbours, in one batch of `course grade`: nothing is earned, read, left behind or stopped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat import NotebookNode, reads, validate
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from sqlalchemy import create_engine, text

from course.authoring.release import run_step
from nbjudge.files import read_config
from nbjudge.record.notebook import METADATA
from nbjudge.sandbox.choose import SandboxUnavailable, choose_sandbox
from tests.attacks.attack import Attack
from tests.attacks.course_folder import (
    ANSWERS,
    ASSIGNMENT,
    NOTEBOOK,
    POINTS,
    SECRETS,
    make_attacked_course,
    notebook_of,
    place_of,
    write,
)
from tests.attacks.everything import ATTACKS, CONTROLS
from tests.attacks.pages import SCRIPT
from tests.attacks.processes import MARKER
from tests.lessons import ROOT

TOKEN = "canary-of-the-coordinator"
NEIGHBOUR = "a neighbour wrote this"
FULL = sum(POINTS.values())
SHARED_PLACES = (
    "/tmp",
    "/dev/shm",
    "/var/tmp",
    str(Path.home()),
    str(Path.home() / ".ipython/profile_default/startup"),
)
WRITTEN = (MARKER, "left-by-atexit", "evil", "sitecustomize", "file-0")
"""In the names of the files that attacks write; others of this machine write in the same places."""
PAGES = (
    "markdown",
    "scripts in",
    "math that runs",
    "other kinds",
    "name that runs",
    "is given",
    "hidden test",
    "stored",
    "odd",
)
"""Attacks whose feedback is looked at too: pages take long to make."""


def _sandbox() -> bool:
    try:
        choose_sandbox()
    except SandboxUnavailable:
        return False
    return True


pytestmark = pytest.mark.skipif(not _sandbox(), reason="this machine has no sandbox for code like this")


def _id(number: int, name: str) -> str:
    return f"{number:03}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')[:40]}"


STUDENTS = {_id(number, each.name): each for number, each in enumerate((*ATTACKS, *CONTROLS))}
HONEST = [_id(number, "0-honest") for number in range(len(STUDENTS) + 1)]


@dataclass(frozen=True)
class Batch:
    """What a run of the command has left.

    Attributes:
        folder: the course's folder.
        status: of the command.
        said: its output.
        points: automatic points by student and test cell.
        new_files: files that have appeared where they must not.
        processes: command lines of processes that were left behind.
        mounts, sockets: what has been added to the system's tables.
    """

    folder: Path
    status: int
    said: str
    points: dict[str, dict[str, float]]
    new_files: set[str]
    processes: list[str]
    mounts: set[str]
    sockets: set[str]

    def autograded(self, student: str) -> NotebookNode:
        path = self.folder / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        return reads(path.read_text(), as_version=4)

    def outputs(self, student: str) -> str:
        return json.dumps([cell.get("outputs", []) for cell in self.autograded(student).cells], ensure_ascii=False)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """The whole class handed in and graded by the command."""
    folder = tmp_path_factory.mktemp("attacked") / "course"
    make_attacked_course(folder)
    for student in HONEST:
        _hand_in(folder, student, Attack("honest", ANSWERS))
    for student, attack in STUDENTS.items():
        _hand_in(folder, student, attack)
    before = _shared_files(), _mounts(), _sockets(), _course_files(folder)
    command = [sys.executable, "-m", "course.cli", "grade", ASSIGNMENT, "--workers", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COURSE_TOKEN": TOKEN}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    files = (_shared_files() - before[0]) | {
        name for name in _course_files(folder) - before[3] if not name.startswith(("autograded", ".grading"))
    }
    left = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    return Batch(
        folder,
        done.returncode,
        done.stdout + done.stderr,
        _points(folder),
        files,
        [each for each in left if MARKER in each or str(folder) in each],
        _mounts() - before[1],
        {each for each in _sockets() - before[2] if MARKER in each or "45671" in each},
    )


def _hand_in(folder: Path, student: str, attack: Attack) -> None:
    place = place_of(folder, student)
    texts = {id: each.replace("COURSE", str(folder)) for id, each in attack.cells.items()}
    notebook = notebook_of(folder, texts)
    if attack.name == "honest":
        next(each for each in notebook.cells if "a cell of its own" in each.source).source = f"print({NEIGHBOUR!r})"
    if attack.damage is not None:
        attack.damage(place, notebook)
    if "cells" in notebook:
        write(notebook, place)


def _points(folder: Path) -> dict[str, dict[str, float]]:
    points: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "third") as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            points[submission.student.id] = {
                grade.name: grade.auto_score or 0.0 for each in submission.notebooks for grade in each.grades
            }
    return points


def _shared_files() -> set[str]:
    """What attacks write, in places that everybody may write."""
    paths = (path for place in SHARED_PLACES if Path(place).is_dir() for path in Path(place).iterdir())
    return {str(path) for path in paths if any(each in path.name for each in WRITTEN)}


def _course_files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_symlink()}


def _mounts() -> set[str]:
    return set(Path("/proc/self/mounts").read_text().splitlines())


def _sockets() -> set[str]:
    listening = {f"{each.laddr}" for each in psutil.net_connections() if each.status == psutil.CONN_LISTEN}
    return listening | {line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines()}


# -- what holds of all


def test_the_batch_ends_and_has_an_outcome_for_everybody(batch: Batch) -> None:
    assert batch.status in {0, 1}, batch.said[-3000:]
    assert batch.points.keys() == {*STUDENTS, *HONEST}


def test_honest_neighbours_get_all_points(batch: Batch) -> None:
    wanted = {f"{id}-test": points for id, points in POINTS.items()}
    assert {student: batch.points[student] for student in HONEST if batch.points[student] != wanted} == {}


def test_honest_notebooks_are_all_the_same(batch: Batch) -> None:
    first = _substance(batch.autograded(HONEST[0]))
    assert NEIGHBOUR in first
    assert [student for student in HONEST if _substance(batch.autograded(student)) != first] == []


def _substance(notebook: NotebookNode) -> str:
    return json.dumps([[cell.source, cell.get("outputs", [])] for cell in notebook.cells], sort_keys=True)


def test_nothing_is_left_behind(batch: Batch) -> None:
    assert batch.new_files == set()
    assert batch.processes == []
    assert batch.mounts == set()
    assert batch.sockets == set()


def test_the_gradebook_holds_what_the_coordinator_wrote(batch: Batch) -> None:
    engine = create_engine(f"sqlite:///{batch.folder}/gradebook.db")
    with engine.connect() as connection:
        assert list(connection.execute(text("select name from sqlite_master where type in ('trigger', 'view')"))) == []
        assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
    engine.dispose()
    with Gradebook(f"sqlite:///{batch.folder}/gradebook.db", "third") as gradebook:
        assert {each.id for each in gradebook.students} == {*STUDENTS, *HONEST}
        assignment = gradebook.find_assignment(ASSIGNMENT)
        assert assignment.max_score == FULL
        assert [each.name for each in gradebook.assignments] == [ASSIGNMENT]


# -- what holds of each


@pytest.mark.parametrize("student", [id for id, each in STUDENTS.items() if each in ATTACKS])
def test_an_attack(batch: Batch, student: str) -> None:
    attack = STUDENTS[student]
    notebook = batch.autograded(student)
    verdict = notebook.metadata[METADATA]["verdict"]
    told = f"{verdict}; outputs: {batch.outputs(student)[:3000]}"
    assert {id: each for id, each in batch.points[student].items() if each} == dict(attack.points), told
    assert verdict in attack.verdicts, told
    outputs = batch.outputs(student)
    assert [secret for secret in (*SECRETS, TOKEN, NEIGHBOUR) if secret in outputs] == [], told
    assert len(outputs) < 40 * 1024 * 1024
    validate(notebook)


@pytest.mark.parametrize("student", [id for id, each in STUDENTS.items() if each in CONTROLS])
def test_noisy_honest_work(batch: Batch, student: str) -> None:
    assert sum(batch.points[student].values()) == FULL, batch.outputs(student)[:3000]


@pytest.mark.parametrize("student", [id for id, each in STUDENTS.items() if any(word in each.name for word in PAGES)])
def test_a_page_of_feedback(batch: Batch, student: str) -> None:
    run_step(GenerateFeedback, batch.folder, read_config(batch.folder), ASSIGNMENT, student)
    page = (batch.folder / "feedback" / student / ASSIGNMENT / f"{NOTEBOOK}.html").read_text()
    assert [secret for secret in (*SECRETS, TOKEN, NEIGHBOUR) if secret in page] == []
    assert _running(page) == []


def _running(page: str) -> list[Any]:
    """Places where a browser would run what an attack has handed in."""
    found: list[Any] = []

    class Reader(HTMLParser):
        inside = ""
        verbatim = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.inside = tag
            self.verbatim += tag == "pre"
            for name, value in attrs:
                runs = name.startswith("on") or name in {"href", "src", "srcdoc", "style"}
                if runs and SCRIPT in (value or "") and not (value or "").startswith("unsafe-"):
                    found.append((tag, name, value))

        def handle_data(self, data: str) -> None:
            if SCRIPT in data and self.inside in {"script", "style"}:
                found.append(data)
            if SCRIPT in data and not self.verbatim and re.search(r"\\(href|style|require)\b", data):
                found.append(data)

        def handle_endtag(self, tag: str) -> None:
            self.inside = ""
            self.verbatim -= tag == "pre"

    Reader().feed(page)
    return found
