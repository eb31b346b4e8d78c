"""Known mistakes in counts: the shape of a convolution layer's weight, its parameters, its multiply-adds."""

from __future__ import annotations

from dataclasses import dataclass

from course.language import N_
from course.misconceptions import Misconception, Misconceptions, Rules

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
    def taps(self) -> int:
        """Numbers of a kernel for one input channel."""
        return self.height * self.width

    @property
    def weights(self) -> int:
        """Numbers in the layer's weight."""
        return self.out_channels * self.seen * self.taps

    @property
    def biases(self) -> int:
        """Numbers in the layer's bias."""
        return self.out_channels if self.bias else 0


PARAMETERS: Rules[LayerNumbers] = (
    ("bias-left-out", lambda n: n.weights if n.bias else None),
    ("bias-not-asked", lambda n: n.weights + n.out_channels),
    ("bias-counted-once", lambda n: n.weights + 1),
    ("nothing-without-bias", lambda n: None if n.bias else 0),
    ("bias-per-input", lambda n: n.weights + n.in_channels),
    ("bias-per-weight", lambda n: 2 * n.weights),
    ("in-channels-left-out", lambda n: n.out_channels * n.taps + n.biases),
    ("out-channels-left-out", lambda n: n.seen * n.taps + n.biases),
    ("out-channels-left-out:bias", lambda n: n.seen * n.taps + (1 if n.bias else 0)),
    ("groups-ignored", lambda n: n.out_channels * n.in_channels * n.taps + n.biases),
    ("groups-divide-both", lambda n: n.weights // n.groups + n.biases),
    ("groups-divide-both", lambda n: (n.weights + n.biases) // n.groups),
    ("kernel-not-squared", lambda n: n.out_channels * n.seen * n.height + n.biases),
    ("kernel-not-squared:square", lambda n: n.out_channels * n.seen * n.height**2 + n.biases),
    ("float-for-int", lambda n: float(n.weights + n.biases)),
)
"""Wrong numbers of parameters."""

MISCONCEPTIONS: Misconceptions = {
    "bias-left-out": Misconception(
        "The bias is left out.", N_("Those are the weights alone. Which other numbers learn?")
    ),
    "bias-not-asked": Misconception(
        "The bias is counted though the layer has none.",
        N_("With `bias=False` the layer has weights only. Where does your code look at `bias`?"),
    ),
    "bias-counted-once": Misconception(
        "The bias is taken for one number for the whole layer.",
        N_("You counted one bias for the whole layer. Every output channel has its own."),
    ),
    "nothing-without-bias": Misconception(
        "Without a bias the weights do not count either.",
        N_(
            "Without a bias nothing is left. Python reads `a + b if bias else 0` as `(a + b) if bias else 0`: put brackets around `(b if bias else 0)`."
        ),
    ),
    "bias-per-input": Misconception(
        "There is a bias for each input channel.",
        N_("You counted one bias for each input channel. To what is a bias added: what comes in, or what goes out?"),
    ),
    "bias-per-weight": Misconception(
        "There is a bias for each weight.",
        N_("You counted a bias for each weight. A bias is added once, after the sum over the window."),
    ),
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
    "out-channels-left-out:bias": N_("That is one kernel and its bias. How many of them does the layer have?"),
    "kernel-not-squared": Misconception(
        "The kernel's side counts once, not once for each axis.",
        N_("A single number for the kernel stands for two sides: its height and its width."),
    ),
    "kernel-not-squared:square": N_("A pair (height, width) need not be a square. Multiply its two sides."),
}
