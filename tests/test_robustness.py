"""No right answer fails: not on other inputs, not with other threads, not in a notebook whose owner changed torch's settings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import torch

from course.checking.report import Outcome
from course.exercises.catalogue import LESSONS, exercises
from tests import lessons
from tests.bank_files import bank
from tests.training.small_trial import small_trial

pytestmark = pytest.mark.filterwarnings("ignore")  # an answer may warn


@dataclass(frozen=True)
class Right:
    """An answer that earns full marks."""

    assignment: str
    exercise: str
    name: str
    code: str

    def __str__(self) -> str:
        return f"{self.assignment}/{self.exercise}/{self.name}"


TWO_THREADS = {"channel-means", "conv2d", "same-conv"}
"""One exercise of each kind: two threads in two test processes stand in each other's way on a small machine."""

SOLUTIONS = [
    Right(assignment, each.id, "solution", str(lessons.solution_cell(assignment, each.id).source))
    for assignment in LESSONS
    for each in exercises(assignment)
]

ACCEPTED = [Right(each.assignment, each.exercise, each.name, each.code) for each in bank() if each.accepted]

RIGHT = [*SOLUTIONS, *ACCEPTED]


@contextlib.contextmanager
def threads(count: int) -> Iterator[None]:
    """Sums over so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def settings_of_an_earlier_cell() -> Iterator[None]:
    """A cell far above made float64 the default dtype, switched gradients off, and asked for deterministic algorithms."""
    torch.set_default_dtype(torch.float64)
    torch.use_deterministic_algorithms(True)
    try:
        with torch.no_grad():
            yield
    finally:
        torch.use_deterministic_algorithms(False)
        torch.set_default_dtype(torch.float32)


def passes(answer: Right, seed: int) -> None:
    torch.manual_seed(seed)
    for report in lessons.reports(answer.assignment, answer.exercise, answer.code, first_seed=seed):
        assert report.outcome is Outcome.PASSED, report.message


@pytest.fixture(autouse=True)
def few_digits() -> Iterator[None]:
    """The capstone's designs are trained on few digits."""
    with small_trial():
        yield


@pytest.mark.parametrize("answer", RIGHT, ids=str)
def test_a_right_answer_passes_on_other_inputs_whatever_an_earlier_cell_has_set(answer: Right) -> None:
    with threads(1):
        try:
            with settings_of_an_earlier_cell():
                passes(answer, 200)
        except AssertionError as error:
            passes(answer, 200)  # where this fails too, the inputs are to blame, not the settings
            raise AssertionError(f"only with the settings of an earlier cell: {error}") from None


@pytest.mark.parametrize("answer", SOLUTIONS, ids=str)
def test_a_solution_earns_full_marks_whatever_the_hidden_checks_draw(answer: Right) -> None:
    with threads(1):
        torch.manual_seed(101)
        earned, total = lessons.points(answer.assignment, answer.exercise, answer.code)
        assert earned == total > 0


@pytest.mark.parametrize("answer", [each for each in SOLUTIONS if each.exercise in TWO_THREADS], ids=str)
def test_a_solution_passes_with_two_threads(answer: Right) -> None:
    with threads(2):
        passes(answer, 300)
