"""The verbs of an exercise: check, hint, mine, predict, progress, uses; and hidden, which test cells use."""

from course.exercises.verbs import CheckFailed, check, hidden, hint, mine, predict, progress, uses

__all__ = ["CheckFailed", "check", "hidden", "hint", "mine", "predict", "progress", "uses"]
