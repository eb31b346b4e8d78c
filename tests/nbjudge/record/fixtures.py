"""The small course, released once and marked once by nbgrader itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

from course.authoring.release import run_step
from nbjudge.files import read_config
from tests.nbjudge.record.postgres import Server, running_server
from tests.nbjudge.record.small_course import ASSIGNMENT, DUE, HALF, LATE, RIGHT, make_small_course, submission_folder


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Handed in, with a due date, and not marked. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("small") / "course"
    make_small_course(folder)
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "algebra") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
        gradebook.add_student("ann", first_name="Ann")
    submission_folder(folder, "ann", RIGHT, timestamp=LATE)
    submission_folder(folder, "bob", HALF, timestamp=LATE)
    submission_folder(folder, "cyd", RIGHT, notebooks=("words",))
    submission_folder(folder, "dan", {})
    return folder


@pytest.fixture(scope="session")
def stock(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder after `nbgrader autograde`."""
    folder = tmp_path_factory.mktemp("stock") / "course"
    shutil.copytree(released, folder)
    sys.path.insert(0, str(folder))  # the plugin of late penalties lies in the course's folder
    run_step(Autograde, folder, read_config(folder), ASSIGNMENT)
    return folder


@pytest.fixture
def fresh(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, not marked, to be changed by one test."""
    folder = tmp_path / "course"
    shutil.copytree(released, folder)
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server of our own, on a socket in a folder."""
    with running_server(tmp_path_factory) as server:
        yield server
