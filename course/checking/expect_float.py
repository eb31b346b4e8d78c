"""What a step expects of an answer that returns one float: its kind, and its value to single precision."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.expect import ATOL, RTOL, Mistake
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "missing-return": N_("Is there a `return` in front of the result, after the loop?"),
    "tensor-for-float": Misconception(
        "A tensor is given, not a float.",
        N_(
            "`.item()` makes a float of it. A loss that stays a tensor keeps the whole record of how it was computed in memory, batch after batch."
        ),
    ),
    "loader-only-looped": Misconception(
        "The loader is asked for more than its batches.",
        N_(
            "A loader may be anything that a `for` loop takes, such as a list: it need not have a length or a `dataset`. Count the images as you go: `count += len(y)`."
        ),
    ),
    "batch-not-unpacked": Misconception(
        "The pair of images and labels is handed to the model.",
        N_("Each batch is a pair: `for x, y in loader`. The model gets the images `x` alone."),
    ),
    "type:float": N_("Look at what each line makes; `type(...)` tells you. `/` gives a float, `//` an int."),
    "nan:float": N_("Look for a division by zero, or a loss that has grown beyond all numbers."),
}

LOADER_REFUSED = (
    ("has no attribute 'dataset'", "loader-only-looped"),
    ("has no len()", "loader-only-looped"),
    ("object is not subscriptable", "loader-only-looped"),
    ("'list' object has no attribute", "batch-not-unpacked"),
    ("'tuple' object has no attribute", "batch-not-unpacked"),
)
"""Words of the error of code that takes a loader or its batches for something else, each with its key."""


def near(got: float, expected: float) -> bool:
    """Whether two floats agree to single precision (NaN agrees with nothing)."""
    return math.isclose(got, expected, rel_tol=RTOL, abs_tol=ATOL)


def expect_float(got: Any, expected: float, known: tuple[Mistake, ...] = (), *, what: str) -> None:
    """Expect this float, or tell which known mistake gives what came.

    Args:
        known: each `gives` a float, or a function that computes it.
        what: the call in words for the message; translated.
    """
    if got is None:
        raise Wrong(_("Expected a float, but your code returned None."), "missing-return")
    if type(got) is Tensor and got.numel() == 1:
        raise Wrong(_("Expected a float, but got a tensor with one number."), "tensor-for-float")
    if type(got) is not float:
        raise Wrong(
            _("Expected a float, but got {type_name}.").format(type_name=Answer(got).describe().type_name), "type:float"
        )
    if near(got, expected):
        return
    message = _("Expected {expected:.5g}, but got {got:.5g} ({what}).").format(expected=expected, got=got, what=what)
    if not math.isfinite(got):
        raise Wrong(message, "nan:float")
    for mistake in known:
        if near(got, mistake.gives() if callable(mistake.gives) else mistake.gives):
            raise Wrong(message, mistake.key, mistake.advice)
    raise Wrong(message, "values")
