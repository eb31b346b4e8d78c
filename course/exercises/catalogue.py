"""Finds exercises and predictions by their files; a module is loaded when its exercise is first asked for.

An exercise is the global `exercise` of the module `course/exercises/<lesson>/<its id with underscores>.py`. The
predictions of a lesson stand in its `predictions.py`. All other modules of a lesson's folder are shared by these.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from course.checking.exercise import Exercise
from course.checking.prediction import Prediction

LESSONS: dict[str, str] = {
    "00-start": "start",
    "01-nchw": "nchw",
    "02-conv2d": "conv2d",
    "03-padding": "padding",
    "04-learning": "learning",
    "05-variants": "variants",
    "06-upsampling": "upsampling",
    "07-residual": "residual",
    "08-cnn": "cnn",
}
"""Each assignment with its notebook, which is also its folder here."""


@cache
def exercises(assignment: str) -> tuple[Exercise, ...]:
    """The exercises of an assignment, in the order of their names.

    Raises:
        ValueError: when there is no such assignment.
    """
    members = (_exercise(assignment, name) for name in _module_names(assignment))
    return tuple(exercise for exercise in members if exercise is not None)


@cache
def predictions(assignment: str) -> tuple[Prediction, ...]:
    """The predictions of an assignment, in the order of their file.

    Raises:
        ValueError: when there is no such assignment.
    """
    if "predictions" not in _module_names(assignment):
        return ()
    members = vars(_module(assignment, "predictions")).values()
    return tuple(each for each in members if isinstance(each, Prediction))


def find_exercise(id: str) -> Exercise:
    """The exercise with this id; no other exercise is loaded for it.

    Raises:
        ValueError: when there is none; it names the nearest.
    """
    name = str(id).replace("-", "_")
    for assignment in LESSONS:
        if name in _module_names(assignment):
            exercise = _exercise(assignment, name)
            if exercise is not None and exercise.id == id:
                return exercise
    raise _unknown("exercise", id, [each.id for assignment in LESSONS for each in exercises(assignment)])


def find_prediction(id: str) -> Prediction:
    """The prediction with this id.

    Raises:
        ValueError: when there is none; it names the nearest.
    """
    ids: list[str] = []
    for assignment in LESSONS:
        for each in predictions(assignment):
            if each.id == id:
                return each
            ids.append(each.id)
    raise _unknown("prediction", id, ids)


@cache
def _module_names(assignment: str) -> tuple[str, ...]:
    """The modules in an assignment's folder, in the order of their names."""
    if assignment not in LESSONS:
        raise ValueError(f"there is no assignment {assignment!r}; there are: {', '.join(LESSONS)}")
    lesson = import_module(f"course.exercises.{LESSONS[assignment]}")
    return tuple(sorted(each.name for each in iter_modules(lesson.__path__)))


def _module(assignment: str, name: str) -> ModuleType:
    return import_module(f"course.exercises.{LESSONS[assignment]}.{name}")


def _exercise(assignment: str, name: str) -> Exercise | None:
    """The exercise of a module; None for a module that the exercises share."""
    exercise = getattr(_module(assignment, name), "exercise", None)
    return exercise if isinstance(exercise, Exercise) else None


def _unknown(kind: str, id: str, known: list[str]) -> ValueError:
    near = get_close_matches(str(id), known, n=3) or sorted(known)
    return ValueError(f"there is no {kind} {id!r}; did you mean one of: {', '.join(near)}?")
