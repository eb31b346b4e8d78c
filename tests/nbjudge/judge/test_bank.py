"""Marked by the engine, every answer of the bank earns what it earns beside the tests, with the same hint."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade

from course.checking.card import CHECK_MIMETYPE
from course.exercises.catalogue import LESSONS
from nbjudge.engine import Engine
from nbjudge.job import End
from tests import lessons
from tests.bank_files import BankedAnswer
from tests.nbjudge.judge.bank_jobs import job, rounds

ACCEPTED = [(assignment, row) for assignment in LESSONS for row in rounds(assignment, accepted=True)]
WRONG = [(assignment, row) for assignment in LESSONS for row in rounds(assignment, accepted=False)]
FIRST = [next(each for each in ACCEPTED if each[0] == assignment) for assignment in list(LESSONS)[:4]]
REST = [each for each in ACCEPTED if each not in FIRST]
Row = dict[str, BankedAnswer]


def found(engine: Engine, assignment: str, row: Row) -> dict[str, tuple[float, float, list[str]]]:
    """Of each exercise: points earned, points there are, and the misconceptions that its checks recognised."""
    asked = job(assignment, row)
    marked = engine.mark(asked)
    assert marked.end is End.DONE, marked.detail
    total: dict[str, tuple[float, float, list[str]]] = {exercise: (0.0, 0.0, []) for exercise in row}
    for exercise in row:
        for test in lessons.test_cells(assignment, exercise):
            number = next(
                number
                for number, cell in enumerate(asked.cells)
                if cell.kind == "test" and cell.grade_id == test.metadata.nbgrader.grade_id
            )
            outputs = marked.runs[number].outputs
            graded = new_code_cell(
                test.source, metadata=test.metadata, outputs=[nbformat.from_dict(each) for each in outputs]
            )
            score, most = determine_grade(graded)
            keys = [
                each["data"][CHECK_MIMETYPE]["misconception"]
                for each in outputs
                if CHECK_MIMETYPE in each.get("data", {})
            ]
            earned, there, known = total[exercise]
            total[exercise] = earned + score, there + most, [*known, *filter(None, keys)]
    return total


def names(cases: list[tuple[str, Row]]) -> list[str]:
    return [f"{assignment}-{number}" for number, (assignment, _) in enumerate(cases)]


@pytest.mark.parametrize(("assignment", "row"), FIRST, ids=names(FIRST))
def test_right_answers_earn_all(engine: Engine, assignment: str, row: Row) -> None:
    for exercise, (earned, most, _) in found(engine, assignment, row).items():
        assert earned == most, row[exercise]


@pytest.mark.soak
@pytest.mark.parametrize(("assignment", "row"), REST, ids=names(REST))
def test_other_right_answers_earn_all(engine: Engine, assignment: str, row: Row) -> None:
    test_right_answers_earn_all(engine, assignment, row)


@pytest.mark.soak
@pytest.mark.parametrize(("assignment", "row"), WRONG, ids=names(WRONG))
def test_wrong_answers_earn_their_hint_and_not_all(engine: Engine, assignment: str, row: Row) -> None:
    for exercise, (earned, most, keys) in found(engine, assignment, row).items():
        answer = row[exercise]
        assert earned == pytest.approx(answer.credit * most) != most, answer
        assert answer.misconception is None or answer.misconception in keys, answer
