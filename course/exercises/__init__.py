"""The verbs of an exercise: check, hint, predict, progress; and hidden, which test cells use."""

from course.exercises.verbs import CheckFailed, check, hidden, hint, predict, progress

__all__ = ["CheckFailed", "check", "hidden", "hint", "predict", "progress"]
