"""The result of the padding explorer: a run of the layer and how wrong its padding makes the border, or why it has no output."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.arithmetic import SizeSteps
from course.explorers.calls import Pair, axis_reasons, padded_input, padded_window, plain_reason, run
from course.explorers.padding.settings import INVALID, MODES, SURROUNDINGS, Settings
from course.explorers.text import Problem
from course.language import _
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
        return Problem(code, _reason(settings), str(error))
    if settings.padding_kind == INVALID:  # torch takes it in this mode, such as padding=-1, which cuts cells off
        return Problem(code, _reason(settings))
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


def _reason(settings: Settings) -> str:
    """Why there is no output, in plain words with what to do."""
    call, shape = settings.call(), tuple(settings.input().shape)
    if settings.padding_kind == INVALID:
        return _invalid_reason(settings)
    axes = tuple(zip((_("height"), _("width")), shape[1:], settings.sides(), strict=True))
    if call.padding != "same" or max(call.stride) == 1:
        reasons = [_mode_reason(call.padding_mode, name, size, max(sides)) for name, size, sides in axes]
        if any(reasons):
            return " ".join(filter(None, reasons))
    reasons = axis_reasons(call, shape[1:])
    if len(set(reasons)) == 1:
        return plain_reason(call, shape)
    return " ".join(f"{name}: {reason}" for (name, *_axis), reason in zip(axes, reasons, strict=True) if reason)


def _invalid_reason(settings: Settings) -> str:
    call, shape, padding = settings.call(), tuple(settings.input().shape[1:]), settings.invalid_padding
    try:
        arithmetic.output_shape(shape, call.kernel_size, call.stride, padding, call.dilation)
    except (TypeError, ValueError) as reason:
        return str(reason)
    message = _(
        "padding={padding!r}: nn.Conv2d takes one number for each axis, used on both of its sides. To pad the sides "
        "differently, put F.pad(x, (left, right, top, bottom)) before a layer with padding=0."
    )
    return message.format(padding=padding)


def _mode_reason(mode: str, axis: str, size: int, cells: int) -> str:
    """Why the mode cannot write so many cells beside an axis; empty when it can."""
    most = {"reflect": size - 1, "circular": size}.get(mode)
    if most is None or cells <= most:
        return ""
    if mode == "reflect":
        message = _(
            "{axis}: 'reflect' mirrors the input at its edge without repeating the edge, so {size} cells have {most} to "
            "give, but {cells} are asked for. Pad {most} or less, take 'replicate', or a larger input."
        )
    else:
        message = _(
            "{axis}: 'circular' goes on with the cells of the other end, so {size} cells have {most} to give, but "
            "{cells} are asked for. Pad {most} or less, take 'replicate', or a larger input."
        )
    return message.format(axis=axis, size=size, most=most, cells=cells)
