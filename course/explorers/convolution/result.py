"""The result of the convolution explorer: one run of the layer, and what one output cell reads."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.calls import Conv2dCall, run
from course.explorers.convolution.settings import Settings
from course.explorers.kernels import bank
from course.explorers.text import Problem
from course.language import _


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the layer, and the output cell that is looked at.

    `x`, `padded` and `y` are (C, H, W); `before` counts the padding's cells above and left of x. `window` holds the rows
    and columns of `padded` that the cell's taps read, `group` the input channels that its map sees, and `products` their
    (channels, kernel height, kernel width) products; the sum of all, with the bias, is y[channel, row, column].
    """

    settings: Settings
    call: Conv2dCall
    x: Tensor
    padded: Tensor
    before: tuple[int, int]
    weight: Tensor
    bias: Tensor | None
    y: Tensor
    steps: tuple[SizeSteps, SizeSteps]
    window: tuple[range, range]
    group: range
    patch: Tensor
    products: Tensor

    @property
    def cell(self) -> tuple[int, int, int]:
        """The output cell that is looked at: its channel, row and column."""
        return self.settings.channel, self.settings.row, self.settings.column


def compute(settings: Settings) -> Result | Problem:
    """Run the layer that the settings describe."""
    x = settings.input()
    call = settings.call(x.shape[0])
    weight, bias = parameters(settings, call)
    try:
        y = run(str(call), x[None], weight=weight, **({} if bias is None else {"bias": bias}))[0]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(str(call), _plain_reason(call, x), str(error))
    steps = call.steps(*x.shape[1:])
    before = (steps[0].before, steps[1].before)
    mode = "constant" if call.padding_mode == "zeros" else call.padding_mode
    padded = F.pad(x[None], (steps[1].before, steps[1].after, steps[0].before, steps[0].after), mode=mode)[0]
    rows, columns = (
        range(taps.start + cells, taps.stop + cells, taps.step)
        for taps, cells in zip(call.window(settings.row, settings.column), before, strict=True)
    )
    channels = call.in_channels // call.groups
    first = settings.channel // (call.out_channels // call.groups) * channels
    group = range(first, first + channels)
    patch = padded[
        group.start : group.stop, rows.start : rows.stop : rows.step, columns.start : columns.stop : columns.step
    ]
    products = patch * weight[settings.channel]
    return Result(settings, call, x, padded, before, weight, bias, y, steps, (rows, columns), group, patch, products)


def parameters(settings: Settings, call: Conv2dCall) -> tuple[Tensor, Tensor | None]:
    """The layer's weight and bias: the learner's own, or the preset's with the values that were edited."""
    layer = settings.own.layer
    if layer is not None:
        bias = None if layer.bias is None else layer.bias.detach().cpu().float()
        return layer.weight.detach().cpu().float(), bias
    weight, shift = bank(settings.preset, call.out_channels, call.in_channels, *call.kernel_size)
    if settings.own.kernel is not None:
        weight, shift = settings.own.kernel, shift * 0
    edits = [edit for edit in settings.edits if edit.kernel == settings.kernel]
    if edits:
        weight = weight.clone()
        for edit in edits:
            if all(index < size for index, size in zip(edit.place, weight.shape, strict=True)):
                weight[edit.place] = edit.value
    return weight, shift if call.bias else None


def _plain_reason(call: Conv2dCall, x: Tensor) -> str:
    try:
        call.steps(*x.shape[1:])
    except ValueError as reason:
        return str(reason)
    return _("The input is {shape}; torch's own words tell what does not go with it.").format(shape=tuple(x.shape))
