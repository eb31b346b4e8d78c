"""A course folder with every lesson released into a gradebook, and what submissions are rebuilt on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from course.exercises.catalogue import LESSONS
from nbjudge.files import read_config
from nbjudge.repair.source import read_source
from nbjudge.repair.template import Assignment
from tests.classroom.course_folder import make_course


@pytest.fixture(scope="session")
def lessons_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lessons") / "conv"
    make_course(folder, list(LESSONS))
    return folder


@pytest.fixture(scope="session")
def assignment(lessons_folder: Path) -> Callable[[str], Assignment]:
    """The lesson of this name, as submissions are rebuilt on it."""
    config = read_config(lessons_folder)
    return cache(lambda name: read_source(lessons_folder, config, name))


@pytest.fixture(scope="session")
def released(lessons_folder: Path) -> Callable[[str], NotebookNode]:
    """The student's notebook of this lesson, fresh each time."""
    return lambda name: nbformat.read(lessons_folder / "release" / "en" / name / f"{LESSONS[name]}.ipynb", as_version=4)
