"""The result of the convolution explorer: one run of the layer, and what one output cell reads."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.calls import padded_input, padded_window, plain_reason, run
from course.explorers.convolution.settings import Settings
from course.explorers.text import Problem
from course.layers import Layer


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the layer, and the output cell that is looked at.

    `x`, `padded` and `y` are (C, H, W). `window` holds the rows and columns of `padded` that the cell's taps read, `group` the input channels that its map sees, and `products` their
    (channels, kernel height, kernel width) products; the sum of all, with the bias, is y[channel, row, column].
    """

    settings: Settings
    call: Layer
    x: Tensor
    padded: Tensor
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
    x, call, parameters = settings.input(), settings.call(), parameters_of(settings)
    try:
        y = run(str(call), x[None], **parameters)[0]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(str(call), plain_reason(call, x.shape), str(error))
    steps = settings.steps()
    padded = padded_input(x, [(axis.before, axis.after) for axis in steps], call.padding_mode)
    rows, columns = padded_window(call, steps, settings.row, settings.column)
    channels = call.in_channels // call.groups
    first = settings.channel // (call.out_channels // call.groups) * channels
    patch = padded[
        first : first + channels, rows.start : rows.stop : rows.step, columns.start : columns.stop : columns.step
    ]
    return Result(
        settings=settings,
        call=call,
        x=x,
        padded=padded,
        weight=parameters["weight"],
        bias=parameters.get("bias"),
        y=y,
        steps=steps,
        window=(rows, columns),
        group=range(first, first + channels),
        patch=patch,
        products=patch * parameters["weight"][settings.channel],
    )


def parameters_of(settings: Settings) -> dict[str, Tensor]:
    """The layer's weight and bias: the learner's own, or the preset's with the values that were edited."""
    parameters = settings.own.parameters(settings.call(), settings.preset)
    edits = [edit for edit in settings.edits if edit.kernel == settings.kernel]
    if not edits or settings.own.layer is not None:
        return parameters
    weight = parameters["weight"].clone()
    for edit in edits:
        if all(index < size for index, size in zip(edit.place, weight.shape, strict=True)):
            weight[edit.place] = edit.value
    return {**parameters, "weight": weight}
