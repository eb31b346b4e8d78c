"""Exercises are found by their files, and every key that they declare can be said."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course.checking.expect import SLIPS
from course.exercises.catalogue import LESSONS, exercises, find_exercise, find_prediction, predictions

EXERCISES = [each for assignment in LESSONS for each in exercises(assignment)]


def test_ids_are_unique() -> None:
    for ids in (
        [each.id for each in EXERCISES],
        [each.id for assignment in LESSONS for each in predictions(assignment)],
    ):
        assert len(ids) == len(set(ids)) > 0


@pytest.mark.parametrize("assignment", LESSONS)
def test_each_is_found_by_its_id(assignment: str) -> None:
    assert all(find_exercise(each.id) is each for each in exercises(assignment))
    assert all(find_prediction(each.id) is each for each in predictions(assignment))


@pytest.mark.parametrize("id", ["weight_shape", "predictions", "weight-shap", "", "..", "a.b", "__init__", "course"])
def test_what_is_no_exercise_is_told_with_the_nearest(id: str) -> None:
    with pytest.raises(ValueError, match="did you mean one of: "):
        find_exercise(id)


def test_an_unknown_assignment_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="08-cnn"):
        exercises("07-none")
    with pytest.raises(ValueError, match="08-cnn"):
        predictions("07-none")


def test_a_variant_and_a_slip_are_hints_alone() -> None:
    for exercise in EXERCISES:
        for key, declared in exercise.misconceptions.items():
            if ":" in key or key in SLIPS:
                assert isinstance(declared, str), (exercise.id, key)


def test_an_exercise_is_found_without_loading_the_others() -> None:
    code = "import sys; from course.exercises.catalogue import find_exercise; find_exercise('patch-response'); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in ran.stdout.split() if name.startswith("course.exercises.")}
    assert loaded == {
        f"course.exercises.{name}" for name in ("catalogue", "own_answers", "start", "start.patch_response", "verbs")
    }
