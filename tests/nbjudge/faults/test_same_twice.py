"""Two runs give the same bytes: marked notebooks and the feedback that nbgrader makes of them, disturbed or not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.converters import GenerateFeedback

from course.authoring.release import run_step
from nbjudge.files import read_config
from tests.classroom.course_folder import hand_in_work, make_course
from tests.classroom.students import a_class
from tests.nbjudge.faults.classes import marked
from tests.nbjudge.faults.running import graded, running
from tests.nbjudge.record.small_course import rows

LESSON = "00-start"


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Those of the class who hand the first lesson in; not marked."""
    folder = tmp_path_factory.mktemp("lesson") / "course"
    make_course(folder, [LESSON])
    hand_in_work(folder, [replace(each, work={LESSON: each.work[LESSON]}) for each in a_class() if LESSON in each.work])
    return folder


@pytest.mark.parametrize("disturbed", [True, pytest.param(False, marks=pytest.mark.soak)])
def test_scores_notebooks_and_feedback_are_the_same_to_the_byte(
    disturbed: bool, lesson: Path, first: tuple[object, ...], tmp_path: Path
) -> None:
    """No time stands in them: nbgrader keeps that of handing in, beside the notebook and in its gradebook.

    What a student's cell prints of a clock or of a place in memory is another matter; none here does.
    """
    folder = tmp_path / "somewhere" / "else"
    shutil.copytree(lesson, folder)
    if disturbed:
        with running(folder, LESSON, "--workers", "1") as run:
            for recorded, role in ((1, "worker"), (3, "judge")):
                assert run.until_students(recorded)
                assert run.kill(role)  # type: ignore[arg-type]
            assert run.end() == 0, run.lines
    else:
        graded(folder, LESSON, "--workers", "1")
    assert everything(folder) == first


@pytest.fixture(scope="module")
def first(lesson: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """What one run gives."""
    folder = tmp_path_factory.mktemp("first") / "course"
    shutil.copytree(lesson, folder)
    graded(folder, LESSON, "--workers", "2")
    return everything(folder)


def everything(folder: Path) -> tuple[object, ...]:
    """Gradebook, marked notebooks and feedback."""
    run_step(GenerateFeedback, folder, read_config(folder), LESSON)
    assert len(list((folder / "feedback").rglob("*.html"))) == len(list((folder / "submitted").iterdir()))
    return rows(f"sqlite:///{folder}/gradebook.db"), marked(folder / "autograded"), marked(folder / "feedback")
