"""The residual explorer's plot: the gradient norm of each convolution, in a plain stack and in a residual one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from course.explorers.residual.result import Result
from course.explorers.residual.settings import MOST_BLOCKS
from course.explorers.text import picture_text
from course.figures import LINE, MUTED, Colour, Fill, Label, Rectangle
from course.language import N_

PLAIN: Colour = (73, 80, 87)
RESIDUAL: Colour = (28, 126, 214)
YOURS: Colour = (150, 70, 170)

_PLOT = Rectangle(64, 440, 768, 126)
_RIGHT = 888
_KEY = 100  # pixels of an entry
_ZERO = 12  # pixels below the axis: the lane of norms that are exactly 0
_BLOCK = _PLOT.width // MOST_BLOCKS
_TICKS_OF_DEPTH = (1, 8, 16, 24, 32)


def power_of_ten(power: int) -> str:
    """10⁸, 10⁻²⁰."""
    digits = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}"


def decades(result: Result) -> tuple[int, int]:
    """The powers of ten between which the gradient norms are drawn: the same for every depth."""
    if result.settings.norm:
        return 0, 8
    return (-2, 10) if result.settings.init == "he" else (-26, 6)


def axes(decades: tuple[int, int], own: bool) -> tuple[list[Label], list[Fill]]:
    """The title, the key and the axes of the gradients' plot."""
    box, top = _PLOT, _PLOT.top
    title = picture_text(N_("Norm of each convolution's weight gradient, in stacks of blocks"))
    labels = [Label(title, 8, top - 26, 15, bold=True)]
    fills: list[Fill] = []
    names = [(N_("plain"), PLAIN), (N_("residual"), RESIDUAL), *([(N_("your block"), YOURS)] if own else [])]
    left = _RIGHT - _KEY * len(names)
    for index, (name, colour) in enumerate(names):
        fills += _sample(Rectangle(left + _KEY * index, top - 35, 18, 9), colour)
        labels.append(Label(picture_text(name), left + _KEY * index + 24, top - 26, 13))
    low, high = decades
    step = 2 if high - low < 20 else 10
    for power in range(-(-low // step) * step, high + 1, step):
        y = _height(10.0**power, decades)
        fills.append(Fill(Rectangle(box.left, y, box.width, 1), LINE))
        labels.append(Label(power_of_ten(power), box.left - 8, y + 4, 12, MUTED, "right"))
    bottom = top + box.height + _ZERO
    labels.append(Label("0", box.left - 8, bottom + 4, 12, MUTED, "right"))
    fills.append(Fill(Rectangle(box.left, bottom, box.width, 1), LINE))
    for block in _TICKS_OF_DEPTH:
        x = box.left + (block - 1) * _BLOCK
        fills.append(Fill(Rectangle(x, bottom + 1, 1, 4), MUTED))
        labels.append(Label(str(block), x + _BLOCK // 2, bottom + 17, 12, MUTED, "center"))
    labels.append(Label(picture_text(N_("block →")), box.left + box.width + 8, bottom + 17, 12, MUTED))
    return labels, fills


def plot(result: Result) -> Iterator[Fill]:
    """A fill for each convolution: squares for the plain stack, a line of steps for the residual one."""
    limits = decades(result)
    yield from _line(result.residual[-1].weights, result.settings.depth, limits, RESIDUAL)
    yield from _squares(result.plain[-1].weights, result.settings.depth, limits, PLAIN)
    if result.own_norms:
        yield from _posts(result.own_norms, result.copies, limits, YOURS)


def _line(norms: Sequence[float], blocks: int, limits: tuple[int, int], colour: Colour) -> Iterator[Fill]:
    before: int | None = None
    for left, right, y in _places(norms, blocks, limits):
        yield Fill(Rectangle(left, y - 1, right - left, 3), colour)
        if before is not None:
            yield Fill(Rectangle(left - 1, min(y, before) - 1, 2, abs(y - before) + 3), colour)
        before = y


def _squares(norms: Sequence[float], blocks: int, limits: tuple[int, int], colour: Colour) -> Iterator[Fill]:
    for left, right, y in _places(norms, blocks, limits):
        yield Fill(Rectangle((left + right) // 2 - 3, y - 3, 6, 6), colour)


def _posts(norms: Sequence[float], blocks: int, limits: tuple[int, int], colour: Colour) -> Iterator[Fill]:
    for left, right, y in _places(norms, blocks, limits):
        yield Fill(Rectangle((left + right) // 2 - 1, y - 5, 3, 10), colour)


def _places(norms: Sequence[float], blocks: int, limits: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    """Where each norm stands: the left and right end of its convolution's place, and its height."""
    count = len(norms)
    for index, norm in enumerate(norms):
        left, right = (_PLOT.left + place * blocks * _BLOCK // count for place in (index, index + 1))
        yield left, right, _height(norm, limits)


def _height(norm: float, limits: tuple[int, int]) -> int:
    if norm == 0:
        return _PLOT.top + _PLOT.height + _ZERO
    low, high = limits
    power = high if math.isinf(norm) else min(max(math.log10(norm), low), high)
    return _PLOT.top + round((high - power) * _PLOT.height / (high - low))


def _sample(box: Rectangle, colour: Colour) -> Iterator[Fill]:
    """The fill of a series in the key."""
    middle = box.top + box.height // 2
    if colour == RESIDUAL:
        yield Fill(Rectangle(box.left, middle - 1, box.width, 3), colour)
    elif colour == PLAIN:
        yield from (Fill(Rectangle(box.left + shift, middle - 3, 6, 6), colour) for shift in (0, 12))
    else:
        yield from (Fill(Rectangle(box.left + shift, middle - 5, 3, 10), colour) for shift in (2, 13))
