"""nbgrader's own commands on a small class: validate, autograde, feedback and formgrader's view give what they must."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI

from course.exercises.catalogue import exercises
from nbjudge.files import read_config
from tests import lessons
from tests.bank_files import bank
from tests.classroom.course_folder import hand_in_work, make_course
from tests.classroom.findings import Mark, marks, met
from tests.classroom.students import Student, answer, words

LESSON = "00-start"
RIGHT = {
    **{each.exercise: each.code for each in bank() if each.assignment == LESSON and each.accepted},
    "patch-response": answer(LESSON, "patch-response", "accepted_dot"),  # it warns and prints
    "case-wrapped-bytes": answer(LESSON, "case-wrapped-bytes", "accepted_two_sums"),
}
WRONG = {
    "patch-response": answer(LESSON, "patch-response", "wrong_flipped"),
    "case-wrapped-bytes": answer(LESSON, "case-wrapped-bytes", "wrong_float_too_late"),
}
UNDEFINED = "def another_name(patch, kernel):\n    return (patch * kernel).sum()"
CLASS = [
    Student("right", {LESSON: {**RIGHT, **words(LESSON)}}),
    Student("wrong", {LESSON: WRONG}),
    Student("untouched", {LESSON: {}}),
    Student("colab", {LESSON: RIGHT}, uses_colab=True),
    Student("renamed", {LESSON: {**RIGHT, "patch-response": UNDEFINED}}),
]


def nbgrader(folder: Path, *arguments: str) -> str:
    """Run a command of nbgrader in the course's folder, as an instructor does; returns what it said."""
    ran = subprocess.run(
        [Path(sys.executable).with_name("nbgrader"), *arguments], cwd=folder, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder whose class has been graded and has got feedback."""
    folder = tmp_path_factory.mktemp("course") / "conv"
    make_course(folder, [LESSON])
    hand_in_work(folder, CLASS)
    (folder / "autograded").mkdir()
    shutil.copy(lessons.ROOT / "autograded" / "README.md", folder / "autograded")
    nbgrader(folder, "autograde", LESSON)
    nbgrader(folder, "generate_feedback", LESSON)
    return folder


def points(*names: str) -> float:
    """The points of cells of the lesson, by grade_id; of all of them without a name."""
    cells = (cell.metadata.get("nbgrader", {}) for cell in lessons.source(LESSON).cells)
    return float(sum(cell["points"] for cell in cells if "points" in cell and (not names or cell["grade_id"] in names)))


def test_scores_are_what_the_answers_deserve(graded: Path) -> None:
    most = points()
    right = most - points("00-start-why")
    assert {student: mark for (student, _), mark in marks(graded).items()} == {
        "right": Mark(right, most, to_read=True),
        "wrong": Mark(0, most, to_read=False),
        "untouched": Mark(0, most, to_read=False),
        "colab": Mark(right, most, to_read=False),
        "renamed": Mark(right - points("patch-response-test"), most, to_read=False),
    }


def test_the_page_that_explains_the_folder_of_marked_work_stays(graded: Path) -> None:
    assert {path.name for path in (graded / "autograded").iterdir()} == {"README.md", *(each.id for each in CLASS)}


def test_the_graded_notebooks_tell_which_misconceptions_were_met(graded: Path) -> None:
    assert {student: keys for student, keys in met(graded).items() if keys} == {
        "wrong": ["kernel-flipped", "wraps-around"],
    }


def test_feedback_holds_the_hint_that_fits(graded: Path) -> None:
    assert "The kernel is flipped." in feedback(graded, "wrong")
    assert "The kernel is flipped." not in feedback(graded, "right")


@pytest.mark.parametrize("student", [each.id for each in CLASS])
def test_feedback_holds_the_model_answer_once(graded: Path, student: str) -> None:
    page = feedback(graded, student)
    assert page.count("Compare it with a model answer") == 1
    assert page.count("A point for each of these") == 1


@pytest.mark.parametrize("student", [each.id for each in CLASS])
def test_feedback_holds_no_hidden_test(graded: Path, student: str) -> None:
    page = feedback(graded, student)
    for secret in ("torch.dot(patch.flatten()", "sum(int(row[0])", "HIDDEN TEST", "from course import hidden"):
        assert secret not in page
    assert "other_windows" not in page


def test_an_undefined_name_is_told_without_the_lines_of_the_test(graded: Path) -> None:
    assert "NameError: name 'patch_response' is not defined" in feedback(graded, "renamed")


def test_what_colab_adds_about_a_person_is_gone_after_grading(graded: Path) -> None:
    place = Path("colab", LESSON, "start.ipynb")
    assert "NAME OF THE ACCOUNT" in (graded / "submitted" / place).read_text()
    for page in ((graded / "autograded" / place).read_text(), feedback(graded, "colab")):
        assert "NAME OF THE ACCOUNT" not in page
        assert "01234567890123456789" not in page


def test_validate_tells_a_student_what_the_check_found(graded: Path) -> None:
    said = nbgrader(
        graded, "validate", *(f"submitted/{student}/{LESSON}/start.ipynb" for student in ("right", "wrong"))
    )
    failed = len(exercises(LESSON)) + 1  # and the question in words
    right, wrong = said.split(f"VALIDATION FAILED ON {failed} CELL(S)!")
    assert right == "Success! Your notebook passes all the tests.\n"
    assert "The kernel is flipped." in wrong
    assert "case-wrapped-bytes: not right yet" in wrong


def test_formgrader_lists_the_assignment_and_its_submissions(graded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(graded)
    api = NbGraderAPI(config=read_config(graded))
    assignment = api.get_assignment(LESSON)
    assert assignment["num_submissions"] == len(CLASS)
    assert assignment["max_score"] == points()
    assert assignment["release_path"].endswith("release/en/00-start")
    assert {each["student"] for each in api.get_submissions(LESSON)} == {each.id for each in CLASS}


def test_a_release_makes_what_nbgrader_makes(graded: Path) -> None:
    place = Path("release", "en", LESSON, "start.ipynb")
    assert (graded / place).read_bytes() == (lessons.ROOT / place).read_bytes()


def feedback(folder: Path, student: str) -> str:
    return (folder / "feedback" / student / LESSON / "start.html").read_text(encoding="utf-8")
