"""Known mistakes in counts: the shape of a convolution layer's weight, its parameters, its multiply-adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course.language import N_
from course.misconceptions import Misconception

Setting = int | tuple[int, int]
"""A setting of a layer: one int for both axes, or (height, width)."""


def sides(value: Setting) -> tuple[int, int]:
    """(height, width) of a setting."""
    return value if isinstance(value, tuple) else (value, value)


@dataclass(frozen=True)
class LayerNumbers:
    """The settings of a convolution layer, and the numbers that its counts are made of."""

    in_channels: int
    out_channels: int
    kernel: Setting
    groups: int = 1
    bias: bool = True

    @property
    def height(self) -> int:
        """Rows of a kernel."""
        return sides(self.kernel)[0]

    @property
    def width(self) -> int:
        """Columns of a kernel."""
        return sides(self.kernel)[1]

    @property
    def seen(self) -> int:
        """Input channels that one kernel sees."""
        return self.in_channels // self.groups

    @property
    def weights(self) -> int:
        """Numbers in the layer's weight."""
        return self.out_channels * self.seen * self.height * self.width

    @property
    def biases(self) -> int:
        """Numbers in the layer's bias."""
        return self.out_channels if self.bias else 0


MISCONCEPTIONS: Mapping[str, Misconception] = {
    "groups-ignored": Misconception(
        "The groups are left out.",
        N_("`groups` changes nothing in your result. How many input channels does one kernel see in its group?"),
    ),
    "groups-divide-both": Misconception(
        "The groups divide the input and the output channels.",
        N_("You divided by `groups` twice. Each kernel gets thinner, but their number stays."),
    ),
    "in-channels-left-out": Misconception(
        "The input channels are left out.",
        N_("A kernel is not flat: it has numbers of its own for every input channel that it sees."),
    ),
    "out-channels-left-out": Misconception(
        "The output channels are left out.", N_("That is one kernel. How many kernels does the layer have?")
    ),
    "kernel-not-squared": Misconception(
        "The kernel's side counts once, not once for each axis.",
        N_("A single number for the kernel stands for two sides: its height and its width."),
    ),
}
