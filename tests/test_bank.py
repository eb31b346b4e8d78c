"""Every accepted answer earns full marks; every wrong one fails at the step, with the hint, that its file names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from course.checking.report import Outcome
from course.exercises.catalogue import LESSONS, exercises
from tests import lessons
from tests.bank_files import BankedAnswer, bank
from tests.misconceptions import caught
from tests.training.small_trial import small_trial

pytestmark = pytest.mark.filterwarnings("ignore")  # an answer may warn

ANSWERS = bank()
EXERCISES = [(assignment, each.id) for assignment in LESSONS for each in exercises(assignment)]


@pytest.fixture
def few_digits() -> Iterator[None]:
    """The capstone's designs are trained on few digits. The solution has the full trial; so has every design in the long tests."""
    with small_trial():
        yield


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("answer", [each for each in ANSWERS if each.accepted], ids=str)
def test_an_accepted_answer_earns_full_marks(answer: BankedAnswer) -> None:
    _expect_full_marks(answer.assignment, answer.exercise, answer.code)


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("answer", [each for each in ANSWERS if not each.accepted], ids=str)
def test_a_wrong_answer_fails_at_the_step_it_names(answer: BankedAnswer) -> None:
    failed = caught(answer)
    if answer.step == "hidden":
        assert failed is None, "a public check catches it: name its step"
    else:
        assert failed is not None, "no check caught it"
        assert failed.step == answer.step, failed.message
        assert failed.misconception == answer.misconception, failed.message
        assert failed.message
    if answer.step == "hidden" or may_earn_a_share(answer):  # any other cell has raised, and earns nothing
        earned, total = lessons.points(answer.assignment, answer.exercise, answer.code)
        assert earned == pytest.approx(answer.credit * total)
        assert earned < total
    else:
        assert answer.credit == 0


@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_the_reference_solution_earns_full_marks(assignment: str, exercise: str) -> None:
    _expect_full_marks(assignment, exercise, lessons.solution_cell(assignment, exercise).source)


@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_the_untouched_stub_is_not_attempted_and_earns_nothing(assignment: str, exercise: str) -> None:
    stub = lessons.stub(assignment, exercise)
    assert {each.outcome for each in lessons.reports(assignment, exercise, stub)} == {Outcome.NOT_ATTEMPTED}
    assert lessons.points(assignment, exercise, stub)[0] == 0


@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_the_bank_has_two_accepted_answers_and_two_wrong_ones(assignment: str, exercise: str) -> None:
    here = [each for each in ANSWERS if (each.assignment, each.exercise) == (assignment, exercise)]
    assert sum(each.accepted for each in here) >= 2
    assert sum(not each.accepted for each in here) >= 2


def test_every_file_of_the_bank_is_an_exercise() -> None:
    assert {(each.assignment, each.exercise) for each in ANSWERS} == set(EXERCISES)


@pytest.mark.parametrize(("assignment", "exercise"), EXERCISES)
def test_an_exercise_has_three_tiers_of_hints_and_its_hidden_checks(assignment: str, exercise: str) -> None:
    found = next(each for each in exercises(assignment) if each.id == exercise)
    assert len(found.hints) >= 3
    named = {name for cell in lessons.test_cells(assignment, exercise) for name in lessons.hidden_names(cell)}
    assert named == set(found.hidden) != set()


def may_earn_a_share(answer: BankedAnswer) -> bool:
    """Whether points are left for an answer that a check rejects: for each thing that holds, or in another test cell."""
    exercise = next(each for each in exercises(answer.assignment) if each.id == answer.exercise)
    return exercise.partial or len(lessons.test_cells(answer.assignment, answer.exercise)) > 1


def _expect_full_marks(assignment: str, exercise: str, code: str) -> None:
    """The test cells give all points, public checks and hidden ones; if not, the checks say why."""
    earned, total = lessons.points(assignment, exercise, code)
    if earned != total:
        assert not [each.message for each in lessons.reports(assignment, exercise, code) if each.message]
    assert earned == total > 0
