"""The result of the padding explorer: one run of the layer, and how wrong the padding makes the border of its output."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.calls import Conv2dCall, Pair, run
from course.explorers.kernels import bank
from course.explorers.padding.pictures import SURROUNDINGS
from course.explorers.padding.reasons import plain_reason
from course.explorers.padding.settings import INVALID, MODES, Settings, sides_of
from course.explorers.text import Problem


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
    call: Conv2dCall
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
    x = settings.input()
    call = settings.call(x.shape[0])
    code, parameters = settings.code(call), parameters_of(settings, call)
    try:
        y = run(code, x[None], **parameters)[0, settings.channel]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(code, plain_reason(settings, call, x), str(error))
    if settings.padding_kind == INVALID:  # torch takes it in this mode, such as padding=-1, which cuts cells off
        return Problem(code, plain_reason(settings, call, x))
    steps = call.steps(*x.shape[1:])
    window = tuple(
        range(taps.start + axis.before, taps.stop + axis.before, taps.step)
        for taps, axis in zip(call.window(settings.row, settings.column), steps, strict=True)
    )
    bare = replace(call, padding=(0, 0), padding_mode="zeros")
    taps = call.kernel_size[0] * call.kernel_size[1]
    inside = padded_input(torch.ones_like(x[:1]), sides_of(call), "zeros")
    seen = F.conv2d(inside[None], torch.ones(1, 1, *call.kernel_size), stride=call.stride, dilation=call.dilation)[0, 0]
    real, y_real, worst = _real(settings, sides_of(call)), None, 0.0
    errors: dict[str, float | None] = {}
    if real is not None:
        y_real = run(str(bare), real[None], **parameters)[0, settings.channel]
        errors, worst = _errors(settings, x, sides_of(call), str(bare), parameters, y_real, seen < taps)
    return Result(
        settings=settings,
        call=call,
        code=code,
        x=x,
        padded=padded_input(x, sides_of(call), call.padding_mode),
        y=y,
        steps=steps,
        window=(window[0], window[1]),
        seen=seen,
        taps=taps,
        real=real,
        y_real=y_real,
        real_code=str(bare),
        errors=errors,
        worst=worst,
    )


def padded_input(x: Tensor, sides: tuple[Pair, Pair], mode: str) -> Tensor:
    """The input (C, H, W) as `nn.Conv2d` pads it. Raises what torch raises when the mode cannot go so far."""
    (top, bottom), (left, right) = sides
    return F.pad(x[None], (left, right, top, bottom), mode="constant" if mode == "zeros" else mode)[0]


def parameters_of(settings: Settings, call: Conv2dCall) -> dict[str, Tensor]:
    """The layer's weight and, if it has one, its bias: the learner's own, or the preset's."""
    layer = settings.own.layer
    if layer is not None:
        return {name: parameter.detach().cpu().float() for name, parameter in layer.named_parameters()}
    if settings.own.kernel is not None:
        return {"weight": settings.own.kernel}
    return {"weight": bank(settings.preset, 1, call.in_channels, *call.kernel_size)[0]}


def _real(settings: Settings, sides: tuple[Pair, Pair]) -> Tensor | None:
    """The input with its real neighbours where padding would stand; None where they are unknown."""
    wide = settings.surroundings()
    if wide is None or max(map(max, sides)) > SURROUNDINGS:
        return None
    (top, bottom), (left, right) = ((SURROUNDINGS - before, SURROUNDINGS - after) for before, after in sides)
    return wide[:, top : wide.shape[1] - bottom, left : wide.shape[2] - right]


def _errors(
    settings: Settings,
    x: Tensor,
    sides: tuple[Pair, Pair],
    bare: str,
    parameters: dict[str, Tensor],
    y_real: Tensor,
    at_border: Tensor,
) -> tuple[dict[str, float | None], float]:
    """How far each mode is off: the mean over the cells at the border, and the largest of all."""
    errors: dict[str, float | None] = {}
    worst = 0.0
    for mode in MODES if at_border.any() else ():
        try:
            y = run(bare, padded_input(x, sides, mode)[None], **parameters)[0, settings.channel]
        except RuntimeError:
            errors[mode] = None
            continue
        off = (y - y_real).abs()
        errors[mode], worst = float(off[at_border].mean()), max(worst, float(off.max()))
    return errors, worst
