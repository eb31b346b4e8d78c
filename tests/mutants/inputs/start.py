"""Lesson 00: random windows."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from tests.mutants.compare import Draw, Names, called, probe


def _number(seen: Any) -> Any:
    """A number may be a float or a tensor of one value, of any shape: the docstring leaves it open."""
    value, *rest = seen
    return (float(value) if isinstance(value, Tensor) and value.numel() == 1 else value, *rest)


@probe("patch-response")
def _patch_response(names: Names, draw: Draw) -> Any:
    shape = draw.integers(2, 1, 8)
    return _number(called(names["patch_response"], draw.floats(*shape), draw.floats(*shape)))


@probe("case-wrapped-bytes")
def _left_minus_right(names: Names, draw: Draw) -> Any:
    # A tall patch adds up to more than half precision holds.
    return called(names["left_minus_right"], draw.bytes(draw.integer(1, 300), draw.integer(2, 9)))
