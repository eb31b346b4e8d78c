"""Who is in the class, and what each one hands in: answers of the bank, chosen by what the student gets wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from course.exercises.catalogue import LESSONS
from tests import lessons
from tests.bank_files import BankedAnswer, bank

Answers = Mapping[str, str]
"""The text of a cell by its grade_id."""


@dataclass(frozen=True)
class Student:
    """A student: the id says what is special about the work, by assignment there are the answers handed in."""

    id: str
    work: Mapping[str, Answers]
    uses_colab: bool = False


def a_class() -> list[Student]:
    """The class. It follows the bank: a student with a misconception hands in the lessons where the bank knows it."""
    course = _lessons()
    return [
        Student("all-right", _in(course, _first_right)),
        Student("right-another-way", _in(course[3:], _last_right)),
        Student("right-and-in-words", _in(course[:2], lambda each: {**_first_right(each), **words(each)})),
        Student("saved-by-colab", _in(course[:2], _last_right), uses_colab=True),
        Student("half-done", _in(course[2:3], lambda each: _every_other(_first_right(each)))),
        Student("untouched", _in(course[:1], lambda each: {})),
        Student("nearly-all-wrong", _in(course[:3], _first_wrong)),
        _believer("kernel-flipped"),
        _believer("reshape-for-permute"),
        _believer("height-width-swapped"),
        _believer("no-plus-one"),
        _believer("half-even-kernel"),
        _believer("dilation-ignored"),
        _believer("biases-left-out"),
        _believer("relu-before-sum"),
        _believer("no-grad-for-eval"),
        _believer("missing-return"),
        _believer("raised"),
    ]


def answer(assignment: str, exercise: str, name: str) -> str:
    """The answer of the bank with this name, such as "accepted_sum", as a student's cell."""
    return next(
        each.code for each in bank() if (each.assignment, each.exercise, each.name) == (assignment, exercise, name)
    )


def _lessons() -> list[str]:
    return [each for each in LESSONS if (lessons.ROOT / "source" / each).is_dir()]


def _in(lessons: Sequence[str], answers: Callable[[str], Answers]) -> dict[str, Answers]:
    return {each: answers(each) for each in lessons}


def _believer(misconception: str) -> Student:
    """Someone who has this misconception wherever it can show, and is right otherwise. Two lessons are enough."""
    work = {}
    for assignment in _lessons():
        wrong = {
            each.exercise: each.code for each in reversed(_banked(assignment)) if each.misconception == misconception
        }
        if wrong:
            work[assignment] = {**_first_right(assignment), **wrong}
    return Student(misconception, dict(list(work.items())[:2]))


def _banked(assignment: str) -> list[BankedAnswer]:
    return [each for each in bank() if each.assignment == assignment]


def _first_right(assignment: str) -> Answers:
    return {each.exercise: each.code for each in reversed(_banked(assignment)) if each.accepted}


def _last_right(assignment: str) -> Answers:
    return {each.exercise: each.code for each in _banked(assignment) if each.accepted}


def _first_wrong(assignment: str) -> Answers:
    return {each.exercise: each.code for each in reversed(_banked(assignment)) if not each.accepted}


def _every_other(answers: Answers) -> Answers:
    return {id: answers[id] for id in sorted(answers)[::2]}


def words(assignment: str) -> Answers:
    """The model answer to the written question."""
    question = f"{assignment}-why"
    return {question: str(lessons.solution_cell(assignment, question).source).partition(lessons.POINTS)[0]}
