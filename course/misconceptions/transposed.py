"""Known mistakes in the output size of a transposed convolution: rules in numbers, for checks and for predictions."""

from __future__ import annotations

from dataclasses import dataclass

from course.language import N_
from course.misconceptions import Misconception, Misconceptions, Rules


@dataclass(frozen=True)
class TransposedAxis:
    """A transposed convolution's settings on one axis, in cells, as they were given."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    dilation: int = 1

    @property
    def span(self) -> int:
        """Cells from the kernel's first number to its last: the length of a stamp."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def gaps(self) -> int:
        """The gaps between the kernel's numbers."""
        return self.kernel - 1

    @property
    def last(self) -> int:
        """The last cell of a stamp that begins at cell 0."""
        return self.span - 1

    @property
    def begins(self) -> int:
        """The cell at which the last stamp begins."""
        return (self.size - 1) * self.stride

    @property
    def cut(self) -> int:
        """Cells that the two paddings add, which is fewer than none where `padding` takes more off."""
        return self.output_padding - 2 * self.padding

    @property
    def output(self) -> int:
        """The right output size; see `arithmetic.transposed_output_size`."""
        return self.begins + self.span + self.cut


TRANSPOSED_SIZE: Rules[TransposedAxis] = (
    ("padding-on-one-side:transposed", lambda n: n.output + n.padding),
    ("padding-added", lambda n: n.output + 4 * n.padding),
    ("padding-ignored:transposed", lambda n: n.output + 2 * n.padding),
    ("output-padding-ignored", lambda n: n.output - n.output_padding),
    ("output-padding-on-both-sides", lambda n: n.output + n.output_padding),
    ("paddings-mixed-up", lambda n: n.begins + n.span - 2 * n.output_padding + n.padding),
    ("output-padding-subtracted", lambda n: n.output - 2 * n.output_padding),
    ("stride-ignored:transposed", lambda n: n.size - 1 + n.span + n.cut),
    ("dilation-ignored:transposed", lambda n: n.begins + n.kernel + n.cut),
    ("dilation-times-kernel:transposed", lambda n: n.begins + n.dilation * n.kernel + n.cut),
    ("size-times-stride", lambda n: n.size * n.stride),
    ("size-times-stride:last", lambda n: n.size * n.stride + n.span + n.cut),
    ("size-times-stride:last", lambda n: n.size * n.stride + n.last + n.cut),
    ("no-plus-one:transposed", lambda n: n.output - 1),
    ("forward-size", lambda n: (n.size + 2 * n.padding - n.span) // n.stride + 1),
    ("float-for-int", lambda n: float(n.output)),
    ("padding-added:input", lambda n: (n.size - 1 + 2 * n.padding) * n.stride + n.span + n.output_padding),
    (
        "padding-added:input",
        lambda n: (n.size + 2 * n.padding - 1) * n.stride + n.span - 2 * n.padding + n.output_padding,
    ),
    ("padding-in-strides", lambda n: n.begins + n.span - 2 * n.padding * n.stride + n.output_padding),
    ("padding-in-strides", lambda n: n.begins + n.span - n.padding * n.stride + n.output_padding),
    ("dilation-counted-once", lambda n: n.begins + n.kernel + n.dilation - 1 + n.cut),
    ("dilation-counted-once", lambda n: n.begins + n.kernel + n.dilation + n.cut),
    ("stride-for-dilation", lambda n: n.size - 1 + n.stride * (n.kernel - 1) + 1 + n.cut),
    ("output-padding-in-strides", lambda n: n.output + (n.stride - 1) * n.output_padding),
    ("output-padding-in-strides", lambda n: n.output + (n.dilation - 1) * n.output_padding),
)

_EACH_END = N_("Padding takes cells off the output, {n.padding} at *each* end.")

MISCONCEPTIONS: Misconceptions = {
    "padding-on-one-side:transposed": _EACH_END,
    "padding-added": Misconception("The padding makes the output larger; here it cuts it.", _EACH_END),
    "padding-ignored:transposed": _EACH_END,
    "padding-added:input": N_(
        "This `padding` adds nothing to the input. It takes cells off the output, {n.padding} at each end, after all stamps are made."
    ),
    "padding-in-strides": Misconception(
        "The padding is multiplied by the stride.",
        N_(
            "`padding` counts cells of the output, not steps. Whatever the stride, each end loses just that many: {n.padding}."
        ),
    ),
    "dilation-counted-once": Misconception(
        "The dilation widens one gap of the kernel only.",
        N_("Each of the {n.gaps} gaps between the numbers of a stamp is wider by the dilation, not one gap alone."),
    ),
    "stride-for-dilation": Misconception(
        "The stride spreads the kernel, as a dilation does.",
        N_(
            "The stride is how far apart two neighbouring stamps begin. It is the dilation that spreads the numbers of one stamp."
        ),
    ),
    "output-padding-in-strides": Misconception(
        "output_padding is multiplied by the stride or the dilation.",
        N_("`output_padding` counts cells of the output: it is added as it is."),
    ),
    "output-padding-ignored": Misconception(
        "output_padding is left out.",
        N_("`output_padding` is missing. It is there to choose among the sizes that a stride lumps together."),
    ),
    "output-padding-on-both-sides": Misconception(
        "output_padding counts on both sides.", N_("`output_padding` counts once: it adds cells at one end only.")
    ),
    "paddings-mixed-up": Misconception(
        "padding and output_padding are taken for one another.",
        N_("The two paddings are mixed up. `padding` takes off at both ends, `output_padding` adds at one."),
    ),
    "output-padding-subtracted": Misconception(
        "output_padding is subtracted.", N_("`output_padding` adds cells; it is `padding` that takes some off.")
    ),
    "stride-ignored:transposed": N_("The stride is missing: how far apart do two neighbouring stamps begin?"),
    "dilation-ignored:transposed": N_("The dilation is missing: with gaps between its numbers a stamp is longer."),
    "dilation-times-kernel:transposed": N_(
        "A dilated stamp is shorter than kernel · dilation: there are gaps between its numbers only, none after the last."
    ),
    "size-times-stride": Misconception(
        "The last cell is counted with a whole stride.",
        N_("size · stride is right only when the stamps fit edge to edge. How far does the last stamp reach?"),
    ),
    "size-times-stride:last": N_("The first stamp begins at cell 0. So where does the last of {n.size} stamps begin?"),
    "no-plus-one:transposed": N_(
        "One cell is missing: a stamp of {n.span} cells that begins at cell 0 covers the cells 0 to {n.last}."
    ),
    "forward-size": Misconception(
        "The formula of the forward convolution is used.",
        N_("That is the size after an ordinary convolution. This one goes the other way: the output grows."),
    ),
}
