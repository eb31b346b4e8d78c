"""Answers of the bank as jobs: one lesson's notebook without its text, with one answer in each exercise's cell."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from nbjudge.job import Job, JobCell
from nbjudge.judge.instructor_names import SourceCell, find_instructor_names
from tests import lessons
from tests.bank_files import BankedAnswer, bank


def rounds(assignment: str, *, accepted: bool) -> list[dict[str, BankedAnswer]]:
    """The lesson's answers of one kind, so many at a time that no exercise has two: by exercise."""
    by_exercise: dict[str, list[BankedAnswer]] = {}
    for each in bank():
        if each.assignment == assignment and each.accepted is accepted:
            by_exercise.setdefault(each.exercise, []).append(each)
    return [
        {answer.exercise: answer for answer in row if answer is not None} for row in zip_longest(*by_exercise.values())
    ]


def job(assignment: str, answers: Mapping[str, BankedAnswer]) -> Job:
    """The lesson's imports, and for each of these answers its cell and the exercise's test cells."""
    imports = next(cell.source for cell in lessons.source(assignment).cells if cell.get("id") == "imports")
    cells = [JobCell("student", imports)]
    source = [SourceCell("other", imports)]
    for exercise, answer in answers.items():
        cells.append(JobCell("student", answer.code, grade_id=exercise))
        source.append(SourceCell("answer", lessons.solution_cell(assignment, exercise).source))
        for cell in lessons.test_cells(assignment, exercise):
            cells.append(JobCell("test", cell.source, grade_id=cell.metadata.nbgrader.grade_id))
            source.append(SourceCell("test", cell.source))
    return Job(assignment, tuple(cells), find_instructor_names(source))
