"""How each exercise is tried when a mutant is compared with the solution: one file for each lesson."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from course.exercises.catalogue import LESSONS


def load(assignment: str) -> None:
    """Register the probes of a lesson; a lesson without a file has none."""
    name = f"{__name__}.{LESSONS[assignment]}"
    if find_spec(name) is not None:
        import_module(name)
