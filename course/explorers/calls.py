"""Run the torch call that an explorer shows: its text is evaluated, so that what is read is what is computed."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from course import arithmetic
from course.arithmetic import SizeSteps
from course.language import _
from course.layers import Layer

Pair = tuple[int, int]
WRITTEN = ("stride", "padding", "dilation")
"""The arguments of a convolution that explorers of one layer write even where they have torch's default."""

_RUNNING = Lock()  # a module holds its replaced parameters while it runs


def run(call: str, x: Tensor, **parameters: Tensor) -> Tensor:
    """The output of the module that this call makes, with these parameters in place of its random ones.

    Raises whatever torch raises for the call or the input. The global random state is not touched.
    """
    layer = _module(call)
    with _RUNNING, warnings.catch_warnings():
        # Torch tells, once, that an even kernel under 'same' takes a copy of the input: nothing a learner can act on.
        warnings.filterwarnings("ignore", message="Using padding='same' with even kernel")
        output: Tensor = functional_call(layer, parameters, (x,))
    return output


@lru_cache(maxsize=64)
def _module(call: str) -> nn.Module:
    with torch.device("meta"):  # no memory, no random numbers for parameters that are replaced in every run
        module: nn.Module = eval(call, {"nn": nn})
    return module


def plain_reason(layer: Layer, shape: Sequence[int]) -> str:
    """Why the layer has no output for an input (…, H, W), in plain words with what to do where they are known."""
    try:
        layer.steps(tuple(shape[-len(layer.kernel_size) :]))
    except (TypeError, ValueError) as reason:
        return str(reason)
    return _("The input is {shape}; torch's own words tell what does not go with it.").format(shape=tuple(shape))


def axis_reasons(layer: Layer, sizes: Sequence[int]) -> list[str]:
    """For each axis of an input, why a convolution or a pooling gives no output, in plain words; empty where it does."""
    reasons = []
    axes = zip(sizes, layer.kernel_size, layer.stride, layer.paddings, layer.dilation, strict=True)
    for size, kernel, stride, padding, dilation in axes:
        try:
            arithmetic.output_steps(size, kernel, stride, padding, dilation)
            reasons.append("")
        except ValueError as reason:
            reasons.append(str(reason))
    return reasons


def padded_input(x: Tensor, sides: Sequence[Pair], mode: str) -> Tensor:
    """The input, (C, H, W) or (C, L), as a convolution pads it, with cells (before, after) each axis.

    Raises whatever torch raises when the mode cannot go so far.
    """
    cells = [count for side in reversed(sides) for count in side]
    return F.pad(x[None], cells, mode="constant" if mode == "zeros" else mode)[0]


def padded_window(layer: Layer, steps: tuple[SizeSteps, SizeSteps], row: int, column: int) -> tuple[range, range]:
    """The rows and columns of the padded input that go into an output cell."""
    rows, columns = (
        range(taps.start + axis.before, taps.stop + axis.before, taps.step)
        for taps, axis in zip(layer.window(row, column), steps, strict=True)
    )
    return rows, columns
