"""Exercise conv2d: the whole convolution layer by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking import by_hand
from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_tensor, mistakes, raise_known_mistake
from course.language import N_, _
from course.misconceptions import Misconception, Rules, sizes, windows
from course.misconceptions.counts import Setting, sides

exercise = Exercise(
    "conv2d",
    difficulty=3,
    minutes=25,
    partial=True,
    hints=(
        N_(
            "Build it in the order of the check's steps: one kernel on one image, then batch and channels, then bias, stride, padding."
        ),
        N_("Turn an int into a pair first. Put the zeros around the input, and forget the padding from then on."),
        N_(
            "Loop over output rows and columns. The window of all images and all channels at once is `x[:, :, top : top + kernel_height, left : left + kernel_width]`."
        ),
        N_(
            "Output row `row` begins at input row `row * stride`. For one window of shape (N, C, kH, kW), `torch.einsum('ncij,ocij->no', window, weight)` gives all kernels at once."
        ),
        N_(
            "`F.pad(x, (pw, pw, ph, ph))` puts zeros around: first left and right, then top and bottom. The bias is added as `bias[:, None, None]`."
        ),
    ),
    hidden={
        N_("by hand"): N_(
            "Use slices, `unfold`, `einsum`, sums and products: the exercise is to build what torch's functions do."
        ),
        N_("other layers"): N_(
            "Try unequal batch, channels, height, width, kernel sides, strides and paddings, all at once."
        ),
    },
    misconceptions={
        **windows.MISCONCEPTIONS,
        **sizes.MISCONCEPTIONS,
        **by_hand.MISCONCEPTIONS,
        "kernel-flipped:one-axis": N_("The kernel is flipped along one axis. In deep learning it is laid on as it is."),
        "kernel-transposed": N_(
            "Rows and columns of the kernel are swapped. The weight's last two axes are height, then width."
        ),
        "channels-not-summed": Misconception(
            "The input channels are not summed.",
            N_("Every input channel must count: one output number is the sum over all of them."),
        ),
        "mean-for-sum": N_("You took the mean over the input channels. A convolution adds them up."),
        "one-kernel-for-all": Misconception(
            "One kernel is used for all output channels.",
            N_("All output channels are equal. Each has a kernel of its own: which index counts the kernels?"),
        ),
        "reshape-for-permute": N_(
            "The numbers are right, but in the wrong places: `reshape` keeps their order in memory. Bring the axes into the order (N, out_channels, places) with `transpose` or `permute` first."
        ),
        "kernel-channels-shared": Misconception(
            "All input channels meet the same slice of the kernel.",
            N_("You laid the kernel's first slice on every input channel. It has a slice for each of them."),
        ),
        "batch-ignored": Misconception(
            "Only one image of the batch is computed.",
            N_("All images of the batch give the same result: the first one is taken each time."),
        ),
        "batch-ignored:one-image": N_("Only the first image of the batch comes out."),
        "bias-ignored": Misconception("The bias is left out.", N_("The bias changes nothing in your result.")),
        "bias-wrong-axis": Misconception(
            "The bias is added along another axis than the channels.",
            N_("Each output channel has one bias. On which axis do the output channels lie?"),
        ),
        "bias-added-often": Misconception(
            "The bias is added once for each input channel.",
            N_("The bias is in your result once for each input channel. Add it after the sum over the channels."),
        ),
        "bias-added-often:products": N_(
            "The bias is in your result once for each product. Add it after the sum over the window."
        ),
        "bias-subtracted": Misconception("The bias is subtracted.", N_("The bias is subtracted; it must be added.")),
        "stride-ignored": N_("The stride changes nothing in your result: the window moves by that many cells at once."),
        "stride-ignored-in-start": Misconception(
            "The map has the right size, but the windows start side by side.",
            N_("The shape is right, but the windows are not. On which row of the input does output row 1 begin?"),
        ),
        "outputs-skipped": Misconception(
            "The stride skips outputs, but the map is not smaller.",
            N_(
                "The stride moves the window over the *input*. Every cell of the output is filled, one after the other."
            ),
        ),
        "padding-ignored": N_(
            "The padding changes nothing in your result: put that many zeros around the input first."
        ),
        "padding-on-one-side:before": N_("The padding lies only above and to the left. Which two sides are missing?"),
        "padding-on-one-side:after": N_("The padding lies only below and to the right. Which two sides are missing?"),
        "padding-not-zeros": Misconception(
            "The border is padded with something other than zeros.",
            N_("Your border repeats the pixels at the edge. It must hold zeros."),
        ),
        "height-width-swapped": N_("A pair is (height, width): the first entry is for the rows."),
        "height-width-swapped:output": N_("Height and width of your output are swapped."),
        "height-for-width:first": N_(
            "You use the first entry of a pair for both sides. The second is for the columns."
        ),
        "height-for-width:second": N_("You use the second entry of a pair for both sides. The first is for the rows."),
        "height-for-width": N_("The width of your output is worked out from the height. Work out each side by itself."),
        "height-for-width:height": N_(
            "The height of your output is worked out from the width. Work out each side by itself."
        ),
    },
)


@dataclass(frozen=True)
class Layer:
    """A convolution layer's call: x (N, C, H, W), weight (O, C, kH, kW), bias (O,)."""

    x: Tensor
    weight: Tensor
    bias: Tensor | None = None
    stride: Setting = 1
    padding: Setting = 0

    def conv(self, **changed: Any) -> Tensor:
        """What the layer gives with some of its settings changed."""
        n = replace(self, **changed)
        return F.conv2d(n.x, n.weight, n.bias, n.stride, n.padding)

    @property
    def offsets(self) -> Tensor:
        """The bias, for mistakes that need one; raises ValueError when there is none."""
        if self.bias is None:
            raise ValueError("no bias")
        return self.bias

    def biased(self, sums: Tensor) -> Tensor:
        """These sums with the bias, if there is one."""
        return sums if self.bias is None else sums + self.bias[:, None, None]

    def offset_by(self, offsets: Tensor) -> Tensor:
        """The layer's sums with these numbers in place of the bias."""
        return self.conv(bias=None) + offsets

    def padded_by(self, left: int, right: int, above: int, below: int, mode: str = "constant") -> Tensor:
        """What the layer gives with another border."""
        return self.conv(x=F.pad(self.x, (left, right, above, below), mode=mode), padding=0)

    def channel_by_channel(self) -> Tensor:
        """The products of each input channel by itself."""
        channels = range(self.x.shape[1])
        maps = [self.conv(x=self.x[:, [each]], weight=self.weight[:, [each]], bias=None) for each in channels]
        return torch.stack(maps, dim=2)

    def starts_unstrided(self) -> Tensor:
        """As many outputs as with the stride, but of windows that move by one cell."""
        rows, columns = self.conv().shape[2:]
        return self.conv(stride=1)[:, :, :rows, :columns]

    def skipping(self, windows: Tensor) -> Tensor:
        """These outputs where the stride divides their position, zeros elsewhere."""
        down, right = sides(self.stride)
        skipped = torch.zeros_like(self.conv())
        skipped[:, :, ::down, ::right] = windows[:, :, ::down, ::right]
        return skipped

    @property
    def down(self) -> arithmetic.SizeSteps:
        """How the output's height comes about."""
        return arithmetic.output_steps(
            self.x.shape[2], self.weight.shape[2], sides(self.stride)[0], sides(self.padding)[0]
        )

    @property
    def across(self) -> arithmetic.SizeSteps:
        """How the output's width comes about."""
        return arithmetic.output_steps(
            self.x.shape[3], self.weight.shape[3], sides(self.stride)[1], sides(self.padding)[1]
        )


VALUES: Rules[Layer] = (
    ("kernel-flipped", lambda n: n.conv(weight=n.weight.flip(2, 3))),
    ("kernel-flipped:one-axis", lambda n: n.conv(weight=n.weight.flip(2))),
    ("kernel-flipped:one-axis", lambda n: n.conv(weight=n.weight.flip(3))),
    ("kernel-transposed", lambda n: n.conv(weight=n.weight.mT)),
    ("channels-not-summed", lambda n: n.conv(x=n.x[:, :1], weight=n.weight[:, :1])),
    ("channels-not-summed", lambda n: n.conv(x=n.x[:, -1:], weight=n.weight[:, -1:])),
    ("channels-not-summed", lambda n: n.channel_by_channel()),
    ("mean-for-sum", lambda n: n.biased(n.conv(bias=None) / n.x.shape[1])),
    (
        "one-kernel-for-all",
        lambda n: n.biased(n.conv(weight=n.weight[:1], bias=None).expand(-1, len(n.weight), -1, -1)),
    ),
    ("reshape-for-permute", lambda n: n.conv().flatten(2).mT.reshape(n.conv().shape)),
    ("reshape-for-permute", lambda n: n.conv().transpose(0, 1).reshape(n.conv().shape)),
    ("kernel-channels-shared", lambda n: n.conv(weight=n.weight[:, :1].expand_as(n.weight))),
    ("batch-ignored", lambda n: n.conv()[:1].expand(len(n.x), -1, -1, -1)),
    ("batch-ignored:one-image", lambda n: n.conv()[:1]),
    ("bias-ignored", lambda n: n.conv(bias=None)),
    ("bias-wrong-axis", lambda n: n.offset_by(n.offsets[:1])),
    ("bias-wrong-axis", lambda n: n.offset_by(n.offsets[:1, None])),
    ("bias-wrong-axis", lambda n: n.offset_by(n.offsets)),
    ("bias-wrong-axis", lambda n: n.offset_by(n.offsets[:, None])),
    ("bias-added-often", lambda n: n.offset_by(n.offsets[:, None, None] * n.x.shape[1])),
    ("bias-added-often:products", lambda n: n.offset_by(n.offsets[:, None, None] * n.weight[0].numel())),
    ("bias-subtracted", lambda n: n.offset_by(-n.offsets[:, None, None])),
    ("stride-ignored", lambda n: n.conv(stride=1)),
    ("stride-ignored-in-start", lambda n: n.starts_unstrided()),
    ("outputs-skipped", lambda n: n.skipping(n.conv())),
    ("outputs-skipped", lambda n: n.skipping(n.starts_unstrided())),
    ("padding-ignored", lambda n: n.conv(padding=0)),
    ("padding-on-one-side:before", lambda n: n.padded_by(n.across.before, 0, n.down.before, 0)),
    ("padding-on-one-side:after", lambda n: n.padded_by(0, n.across.after, 0, n.down.after)),
    (
        "padding-not-zeros",
        lambda n: n.padded_by(n.across.after, n.across.after, n.down.after, n.down.after, "replicate"),
    ),
    ("height-width-swapped", lambda n: n.conv(stride=sides(n.stride)[::-1], padding=sides(n.padding)[::-1])),
    ("height-width-swapped", lambda n: n.conv(padding=sides(n.padding)[::-1])),
    ("height-width-swapped", lambda n: n.conv(stride=sides(n.stride)[::-1])),
    ("height-for-width:first", lambda n: n.conv(stride=sides(n.stride)[0], padding=sides(n.padding)[0])),
    ("height-for-width:second", lambda n: n.conv(stride=sides(n.stride)[1], padding=sides(n.padding)[1])),
)
"""Wrong results of a convolution layer."""

SIZES: Rules[Layer] = (
    ("no-plus-one", lambda n: (n.down.output - 1, n.across.output - 1)),
    ("ceil-for-floor", lambda n: (n.down.output + bool(n.down.dropped), n.across.output + bool(n.across.dropped))),
    ("divided-size", lambda n: (n.down.size // n.down.kernel, n.across.size // n.across.kernel)),
    ("height-for-width", lambda n: (n.down.output, n.down.output)),
    ("height-for-width:height", lambda n: (n.across.output, n.across.output)),
    ("height-width-swapped:output", lambda n: (n.across.output, n.down.output)),
)
"""Wrong heights and widths of its output, whatever the values."""


@exercise.step("by-hand", N_("One kernel slides over one image, without a ready-made convolution"))
def _by_hand(answer: Answer, sample: Sample) -> None:
    x, weight = sample.floats(1, 1, 6, 8), sample.floats(1, 1, 3, 2)
    got = answer(x, weight)
    by_hand.require_by_hand(answer, sample.floats(2, 3, 5, 6), sample.floats(4, 3, 3, 2))
    _expect(got, x, weight)


@exercise.step("channels", N_("All input channels are summed, for every kernel and every image"))
def _channels(answer: Answer, sample: Sample) -> None:
    for shape, kernels in (((1, 3, 6, 7), (1, 3, 3, 3)), ((1, 1, 6, 7), (4, 1, 3, 3)), ((2, 3, 6, 8), (5, 3, 3, 2))):
        x, weight = sample.floats(*shape), sample.floats(*kernels)
        _expect(answer(x, weight), x, weight)


@exercise.step("bias", N_("Each output channel gets its bias"))
def _bias(answer: Answer, sample: Sample) -> None:
    for out_channels, side in ((5, 7), (4, 7), (1, 6)):  # 5 kernels on a width of 7: a bias on the wrong axis fits too
        x, weight, bias = (
            sample.floats(2, 3, side, 7),
            sample.floats(out_channels, 3, 3, 3),
            sample.floats(out_channels),
        )
        _expect(answer(x, weight, bias), x, weight, bias)


@exercise.step("stride", N_("The window moves by the stride"))
def _stride(answer: Answer, sample: Sample) -> None:
    for stride in (2, 3):
        x, weight = sample.floats(2, 2, 9, 12), sample.floats(3, 2, 4, 3)
        _expect(answer(x, weight, stride=stride), x, weight, stride=stride)


@exercise.step("padding", N_("Zeros lie around the input"))
def _padding(answer: Answer, sample: Sample) -> None:
    for padding in (1, 2):
        x, weight = sample.floats(2, 2, 4, 6), sample.floats(3, 2, 3, 4)
        _expect(answer(x, weight, padding=padding), x, weight, padding=padding)


@exercise.step("pairs", N_("Stride and padding may be pairs (height, width)"))
def _pairs(answer: Answer, sample: Sample) -> None:
    x, weight = sample.floats(2, 2, 9, 12), sample.floats(3, 2, 3, 2)
    for stride, padding in (((2, 3), 0), (1, (2, 1)), ((3, 1), (0, 2))):
        settings: dict[str, Any] = {"stride": stride, "padding": padding}
        _expect(answer(x, weight, None, stride, padding), x, weight, **settings)


@exercise.step("together", N_("Everything together"))
def _together(answer: Answer, sample: Sample) -> None:
    x, weight, bias = sample.floats(3, 2, 3, 11), sample.floats(5, 2, 5, 3), sample.floats(5)
    stride, padding = (sample.integer(2, 3), sample.integer(3, 4)), (sample.integer(1, 2), sample.integer(0, 2))
    _expect(answer(x, weight, bias, stride, padding), x, weight, bias, stride, padding)


def _expect(
    got: Any, x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Setting = 1, padding: Setting = 0
) -> None:
    layer = Layer(x, weight, bias, stride, padding)
    expected, known = layer.conv(), mistakes(VALUES, layer)
    what = arguments_text(x=tuple(x.shape), weight=tuple(weight.shape), stride=stride, padding=padding)
    if type(got) is Tensor and got.shape != expected.shape and got.shape[:2] == expected.shape[:2]:
        message = _("Expected the shape {expected}, but got {got} ({what}).").format(
            expected=tuple(expected.shape), got=tuple(got.shape), what=what
        )
        raise_known_mistake(got, known, message)
        raise_known_mistake(tuple(got.shape[2:]), mistakes(SIZES, layer), message)
    expect_tensor(got, expected, known, what=what, any_dtype=True)
