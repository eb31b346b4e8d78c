"""A class of the small course, and the same after a run that nobody disturbed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.nbjudge.faults.classes import fill
from tests.nbjudge.faults.running import graded
from tests.nbjudge.record.small_course import ASSIGNMENT


@pytest.fixture(scope="session")
def handed_in(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighteen students, not marked. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("faults") / "course"
    shutil.copytree(released, folder)
    fill(folder, 14)
    return folder


@pytest.fixture(scope="session")
def undisturbed(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, marked."""
    folder = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(handed_in, folder)
    graded(folder, ASSIGNMENT, "--workers", "2")
    return folder


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    """The class, to be marked by one test."""
    folder = tmp_path / "course"
    shutil.copytree(handed_in, folder)
    return folder
