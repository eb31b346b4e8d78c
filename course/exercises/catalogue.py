"""Which exercises and predictions there are, lesson by lesson. A lesson's file is loaded when it is first asked for."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TypeVar

from course.checking.exercise import Exercise
from course.checking.prediction import Prediction

LESSONS: dict[str, str] = {
    "00-start": "start",
    "01-nchw": "nchw",
    "02-conv2d": "conv2d",
    "03-padding": "padding",
    "04-variants": "variants",
    "05-residual": "residual",
    "06-cnn": "cnn",
}
"""Each assignment with its notebook, which is also its file here."""

Found = TypeVar("Found", Exercise, Prediction)


@cache
def exercises(assignment: str) -> tuple[Exercise, ...]:
    """The exercises of an assignment, in the order of its notebook.

    Raises:
        ValueError: when there is no such assignment.
    """
    return _members(assignment, Exercise)


@cache
def predictions(assignment: str) -> tuple[Prediction, ...]:
    """The predictions of an assignment, in the order of its notebook.

    Raises:
        ValueError: when there is no such assignment.
    """
    return _members(assignment, Prediction)


def find_exercise(id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        ValueError: when there is none; it names the nearest.
    """
    return _find(id, {each.id: each for lesson in LESSONS for each in exercises(lesson)}, "exercise")


def find_prediction(id: str) -> Prediction:
    """The prediction with this id.

    Raises:
        ValueError: when there is none; it names the nearest.
    """
    return _find(id, {each.id: each for lesson in LESSONS for each in predictions(lesson)}, "prediction")


def assignment_of(id: str) -> str:
    """The assignment that an exercise belongs to.

    Raises:
        ValueError: when there is no such exercise.
    """
    find_exercise(id)
    return next(lesson for lesson in LESSONS if any(each.id == id for each in exercises(lesson)))


def _members(assignment: str, kind: type[Found]) -> tuple[Found, ...]:
    if assignment not in LESSONS:
        raise ValueError(f"there is no assignment {assignment!r}; there are: {', '.join(LESSONS)}")
    module = import_module(f"course.exercises.{LESSONS[assignment]}")
    return tuple(each for each in vars(module).values() if isinstance(each, kind))


def _find(id: str, known: dict[str, Found], what: str) -> Found:
    if id in known:
        return known[id]
    near = get_close_matches(str(id), known, n=3) or sorted(known)
    raise ValueError(f"there is no {what} {id!r}; did you mean one of: {', '.join(near)}?")
