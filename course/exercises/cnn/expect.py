"""What lesson 06 expects of the numbers that training and judging return."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.expect import ATOL, RTOL, Mistake
from course.language import _


def near(got: float, expected: float) -> bool:
    """Whether two floats agree to single precision (NaN agrees with nothing)."""
    return math.isclose(got, expected, rel_tol=RTOL, abs_tol=ATOL)


def expect_float(got: Any, expected: float, mistakes: tuple[Mistake, ...] = (), *, what: str) -> None:
    """Expect this float, or tell which known mistake gives what came.

    Args:
        mistakes: each `gives` a float, or a function that computes it.
    """
    if got is None:
        raise Wrong(
            _("Expected a float, but your code returned None."),
            "missing-return",
            _("Is there a `return` in front of the result, after the loop?"),
        )
    if type(got) is Tensor and got.numel() == 1:
        raise Wrong(
            _("Expected a float, but got a tensor with one number."),
            "tensor-for-float",
            _(
                "`.item()` makes a float of it. A loss that stays a tensor keeps its whole graph in memory, batch after batch."
            ),
        )
    if type(got) is not float:
        raise Wrong(
            _("Expected a float, but got {type_name}.").format(type_name=Answer(got).describe().type_name),
            "type",
            _("Look at what each line makes; `type(...)` tells you. `/` gives a float, `//` an int."),
        )
    if near(got, expected):
        return
    message = _("Expected {expected:.5g}, but got {got:.5g} ({what}).").format(expected=expected, got=got, what=what)
    if not math.isfinite(got):
        raise Wrong(message, "nan", _("Look for a division by zero, or a loss that has grown beyond all numbers."))
    for mistake in mistakes:
        if near(got, mistake.gives() if callable(mistake.gives) else mistake.gives):
            raise Wrong(message, mistake.key, mistake.advice)
    raise Wrong(message, "values")
