"""The verbs of an exercise: check, errors, hint, mine, predict, progress, uses; and hidden, which test cells use."""

from course.exercises.verbs import CheckFailed, check, errors, hidden, hint, mine, predict, progress, uses

__all__ = ["CheckFailed", "check", "errors", "hidden", "hint", "mine", "predict", "progress", "uses"]
