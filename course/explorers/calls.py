"""The torch call that an explorer shows, and runs: the text is evaluated, so that what is read is what is computed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from course import arithmetic

Pair = tuple[int, int]
_RUNNING = Lock()  # a module holds its replaced parameters while it runs


@dataclass(frozen=True)
class Conv2dCall:
    """A call of `nn.Conv2d`; as text, what a learner would write."""

    in_channels: int
    out_channels: int
    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Pair | str = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"

    @classmethod
    def of(cls, layer: nn.Conv2d) -> Conv2dCall:
        """The call that makes a layer like this one."""
        return cls(
            layer.in_channels,
            layer.out_channels,
            _pair(layer.kernel_size),
            _pair(layer.stride),
            layer.padding if isinstance(layer.padding, str) else _pair(layer.padding),
            _pair(layer.dilation),
            layer.groups,
            layer.bias is not None,
            layer.padding_mode,
        )

    def __str__(self) -> str:
        arguments = [
            f"{self.in_channels}, {self.out_channels}",
            f"kernel_size={_short(self.kernel_size)}",
            f"stride={_short(self.stride)}",
            f"padding={self.padding!r}" if isinstance(self.padding, str) else f"padding={_short(self.padding)}",
            f"dilation={_short(self.dilation)}",
        ]
        if self.groups != 1:
            arguments.append(f"groups={self.groups}")
        if not self.bias:
            arguments.append("bias=False")
        if self.padding_mode != "zeros":
            arguments.append(f"padding_mode={self.padding_mode!r}")
        return f"nn.Conv2d({', '.join(arguments)})"

    @lru_cache(maxsize=256)  # noqa: B019 (calls are small, and equal ones are one)
    def steps(self, height: int, width: int) -> tuple[arithmetic.SizeSteps, arithmetic.SizeSteps]:
        """How the output's height and width come about. ValueError, in plain words, when there is no output."""
        rows, columns = (
            arithmetic.output_steps(size, self.kernel_size[axis], self.stride[axis], padding, self.dilation[axis])
            for axis, (size, padding) in enumerate(zip((height, width), self._paddings(), strict=True))
        )
        return rows, columns

    def window(self, row: int, column: int) -> tuple[range, range]:
        """The input rows and columns behind an output cell; those outside the input are padding."""
        rows, columns = (
            arithmetic.window(index, self.kernel_size[axis], self.stride[axis], padding, self.dilation[axis])
            for axis, (index, padding) in enumerate(zip((row, column), self._paddings(), strict=True))
        )
        return rows, columns

    def _paddings(self) -> tuple[int | str, int | str]:
        return (self.padding, self.padding) if isinstance(self.padding, str) else self.padding


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


def _pair(value: Any) -> Pair:
    height, width = value
    return int(height), int(width)


def _short(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else str(pair)
