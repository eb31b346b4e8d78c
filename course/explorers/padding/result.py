"""The result of the padding explorer: one run of the layer, and how wrong the padding makes the border of its output."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.calls import Pair, padded_input, padded_window, run
from course.explorers.padding.pictures import SURROUNDINGS
from course.explorers.padding.reasons import reason_of
from course.explorers.padding.settings import INVALID, MODES, Settings
from course.explorers.text import Problem
from course.layers import Layer


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the layer, and of the same layer where the true surroundings stand in place of the padding.

    `x` and `padded` are (C, H, W), `y` and `seen` are (height, width): the output channel shown, and how many taps of
    each of its cells read the input itself, out of `taps`. `real` is `padded` with what really lies around the input
    and `y_real` its output, by the call `real_code`; None where the surroundings are unknown. `errors` has the mean
    |y − y_real| over the cells that see padding for each mode, None where torch refuses the mode; it is empty where
    nothing is known or no cell sees padding. `worst` is the largest |y − y_real| of all modes. `window` holds the rows
    and columns of `padded` that the chosen cell's taps read.
    """

    settings: Settings
    call: Layer
    code: str
    x: Tensor
    padded: Tensor
    y: Tensor
    steps: tuple[SizeSteps, SizeSteps]
    window: tuple[range, range]
    seen: Tensor
    taps: int
    real: Tensor | None
    y_real: Tensor | None
    real_code: str
    errors: dict[str, float | None]
    worst: float

    @property
    def cell(self) -> tuple[int, int, int]:
        """The output cell that is looked at: its channel, row and column."""
        return self.settings.channel, self.settings.row, self.settings.column


def compute(settings: Settings) -> Result | Problem:
    """Run the layer that the settings describe, and measure what its padding does to the border."""
    x, call, code, sides = settings.input(), settings.call(), settings.code(), settings.sides()
    parameters = settings.own.parameters(call, settings.preset)
    try:
        y = run(code, x[None], **parameters)[0, settings.channel]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(code, reason_of(settings), str(error))
    if settings.padding_kind == INVALID:  # torch takes it in this mode, such as padding=-1, which cuts cells off
        return Problem(code, reason_of(settings))
    steps = settings.steps()
    bare = str(replace(call, padding=(0, 0), padding_mode="zeros"))
    taps = math.prod(call.kernel_size)
    inside = padded_input(torch.ones_like(x[:1]), sides, "zeros")
    seen = F.conv2d(inside[None], torch.ones(1, 1, *call.kernel_size), stride=call.stride, dilation=call.dilation)[0, 0]
    real, y_real, worst = _real(settings, sides), None, 0.0
    errors: dict[str, float | None] = {}
    if real is not None:
        y_real = run(bare, real[None], **parameters)[0, settings.channel]
        errors, worst = _errors(settings, bare, parameters, y_real, seen < taps)
    return Result(
        settings=settings,
        call=call,
        code=code,
        x=x,
        padded=padded_input(x, sides, call.padding_mode),
        y=y,
        steps=steps,
        window=padded_window(call, steps, settings.row, settings.column),
        seen=seen,
        taps=taps,
        real=real,
        y_real=y_real,
        real_code=bare,
        errors=errors,
        worst=worst,
    )


def _real(settings: Settings, sides: tuple[Pair, Pair]) -> Tensor | None:
    """The input with its real neighbours where padding would stand; None where they are unknown."""
    wide = settings.surroundings()
    if wide is None or max(map(max, sides)) > SURROUNDINGS:
        return None
    (top, bottom), (left, right) = ((SURROUNDINGS - before, SURROUNDINGS - after) for before, after in sides)
    return wide[:, top : wide.shape[1] - bottom, left : wide.shape[2] - right]


def _errors(
    settings: Settings, bare: str, parameters: dict[str, Tensor], y_real: Tensor, at_border: Tensor
) -> tuple[dict[str, float | None], float]:
    """How far each mode is off: the mean over the cells at the border, and the largest of all."""
    errors: dict[str, float | None] = {}
    worst = 0.0
    for mode in MODES if at_border.any() else ():
        try:
            padded = padded_input(settings.input(), settings.sides(), mode)
            y = run(bare, padded[None], **parameters)[0, settings.channel]
        except RuntimeError:
            errors[mode] = None
            continue
        off = (y - y_real).abs()
        errors[mode], worst = float(off[at_border].mean()), max(worst, float(off.max()))
    return errors, worst
