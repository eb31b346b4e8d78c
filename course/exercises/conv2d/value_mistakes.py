"""Lesson 02's mistakes in convolutions written by hand: what each known one gives, and how torch's own is told from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.expect import Mistake
from course.exercises.conv2d.count_mistakes import Pair, sides
from course.language import _

_TORCH_CONVOLUTION_SAYS = re.compile(
    r"Given (groups|transposed)=\d+, |"
    r"Given weight of size |"
    r"Calculated padded input size per channel|"
    r"Expected \dD \(unbatched\) or \dD \(batched\) input to conv|"
    r'"\w*conv\w*" not implemented for '
)


def require_by_hand(answer: Answer, *nonsense: Sequence[Any]) -> None:
    """The answer must not call a convolution function of torch.

    No sensible input tells the two apart. Impossible ones do: torch's functions refuse them in words of their own.
    Whatever else an answer does with them is fine.
    """
    for arguments in nonsense:
        try:
            failure = answer.failure(*arguments, may_change=True)
        except Wrong:
            continue
        if (
            failure is not None
            and failure.type_name in {"RuntimeError", "NotImplementedError"}
            and _TORCH_CONVOLUTION_SAYS.match(failure.message)
        ):
            raise Wrong(
                _(
                    "Your code calls a convolution function of torch: an impossible input of shape {shape} gave its error message, “{message}”"
                ).format(shape=tuple(arguments[0].shape), message=failure.message.splitlines()[0]),
                "uses-torch-conv",
                _(
                    "That function is what you are building. Slicing, loops, `unfold`, `einsum`, sums and products are all yours to use."
                ),
            )


def one_kernel_mistakes(image: Tensor, kernel: Tensor) -> tuple[Mistake, ...]:
    """Wrong responses of one kernel (kH, kW) on one image (H, W), both 2-D."""

    def slid(image: Tensor, kernel: Tensor) -> Tensor:
        return F.conv2d(image[None, None], kernel[None, None])[0, 0]

    tall, wide = kernel.shape
    right = slid(image, kernel)
    return (
        Mistake(
            "kernel-flipped",
            lambda: slid(image, kernel.flip(0, 1)),
            _("The kernel is flipped. In deep learning it is laid on as it is."),
        ),
        Mistake(
            "kernel-flipped",
            lambda: slid(image, kernel.flip(1)),
            _("The kernel is flipped left to right. In deep learning it is laid on as it is."),
        ),
        Mistake(
            "kernel-transposed",
            lambda: slid(image, kernel.T),
            _("Rows and columns of the kernel are swapped. Which index of yours counts the rows?"),
        ),
        Mistake(
            "no-plus-one",
            lambda: right[:-1, :-1],
            _(
                "One row and one column are missing at the end. How often does a window of 3 fit into 3 cells? What does your formula say?"
            ),
        ),
        Mistake(
            "height-for-width",
            lambda: right[:, : right.shape[0]],
            _("The width of your output is worked out from the height. Work out each side by itself."),
        ),
        Mistake(
            "mean-for-sum",
            lambda: right / (tall * wide),
            _("You took the mean of the products. A convolution adds them up."),
        ),
        Mistake(
            "patch-not-weighted",
            lambda: slid(image, torch.ones_like(kernel)),
            _("That is the sum of each window alone: where is the kernel?"),
        ),
        Mistake(
            "matrix-product",
            lambda: (image.unfold(0, tall, 1).unfold(1, wide, 1) @ kernel).sum((-2, -1)),
            _("`@` is a matrix product: rows times columns. Here each pixel meets one number."),
        ),
        Mistake(
            "matrix-product",
            lambda: (image.unfold(0, tall, 1).unfold(1, wide, 1) @ kernel.T).sum((-2, -1)),
            _("`@` is a matrix product: rows times columns. Here each pixel meets one number."),
        ),
        Mistake(
            "padded-without-asking",
            lambda: F.conv2d(image[None, None], kernel[None, None], padding="same")[0, 0],
            _("Your output is as large as the image. Only windows that lie wholly on the image count here."),
        ),
        Mistake(
            "windows-side-by-side",
            lambda: F.conv2d(image[None, None], kernel[None, None], stride=(tall, wide))[0, 0],
            _("Your windows lie side by side. A window moves by a single cell, so they overlap."),
        ),
        Mistake(
            "windows-wrap-around",
            lambda: slid(F.pad(image[None], (0, wide - 1, 0, tall - 1), mode="circular")[0], kernel),
            _("Your windows run over the end of the image and start again at its beginning."),
        ),
        Mistake(
            "scattered",
            lambda: F.conv_transpose2d(image[None, None], kernel[None, None])[0, 0],
            _("You spread each pixel over the output. Begin at an output cell and gather its window."),
        ),
    )


def layer_mistakes(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int | Pair, padding: int | Pair
) -> tuple[Mistake, ...]:
    """Wrong results of a whole convolution layer."""

    def conv(
        x: Tensor = x,
        weight: Tensor = weight,
        bias: Tensor | None = bias,
        stride: int | Pair = stride,
        padding: int | Pair = padding,
    ) -> Tensor:
        return F.conv2d(x, weight, bias, stride, padding)

    (down, right), (above, left) = sides(stride), sides(padding)
    out_channels, in_channels = weight.shape[:2]

    def added(bias: Tensor) -> Tensor:
        return conv(bias=None) + bias

    def with_bias(sums: Tensor) -> Tensor:
        return sums if bias is None else sums + bias[:, None, None]

    def channel_by_channel() -> Tensor:
        maps = [conv(x[:, [each]], weight[:, [each]], None) for each in range(in_channels)]
        return torch.stack(maps, dim=2)

    def window_starts_unstrided() -> Tensor:
        rows, columns = conv().shape[2:]
        return conv(stride=1)[:, :, :rows, :columns]

    def outputs_skipped(strided_windows: bool) -> Tensor:
        result = conv()
        windows = result if strided_windows else window_starts_unstrided()
        skipped = torch.zeros_like(result)
        skipped[:, :, ::down, ::right] = windows[:, :, ::down, ::right]
        return skipped

    not_summed = _("Every input channel must count: one output number is the sum over all of them.")
    bias_axis = _("Each output channel has one bias. On which axis do the output channels lie?")
    skipped = _(
        "The stride moves the window over the *input*. Every cell of the output is filled, one after the other."
    )
    pair = _("A pair is (height, width): the first entry is for the rows.")
    return (
        Mistake(
            "kernel-flipped",
            lambda: conv(weight=weight.flip(2, 3)),
            _("The kernel is flipped. In deep learning it is laid on as it is."),
        ),
        Mistake("channels-not-summed", lambda: conv(x[:, :1], weight[:, :1]), not_summed),
        Mistake("channels-not-summed", lambda: conv(x[:, -1:], weight[:, -1:]), not_summed),
        Mistake("channels-not-summed", channel_by_channel, not_summed),
        Mistake(
            "mean-for-sum",
            lambda: with_bias(conv(bias=None) / in_channels),
            _("You took the mean over the input channels. A convolution adds them up."),
        ),
        Mistake(
            "one-kernel-for-all",
            lambda: with_bias(conv(weight=weight[:1], bias=None).expand(-1, out_channels, -1, -1)),
            _("All output channels are equal. Each has a kernel of its own: which index counts the kernels?"),
        ),
        Mistake(
            "kernel-channels-shared",
            lambda: conv(weight=weight[:, :1].expand_as(weight)),
            _("You laid the kernel's first slice on every input channel. It has a slice for each of them."),
        ),
        Mistake(
            "batch-ignored",
            lambda: conv()[:1].expand(len(x), -1, -1, -1),
            _("All images of the batch give the same result: the first one is taken each time."),
        ),
        Mistake("batch-ignored", lambda: conv()[:1], _("Only the first image of the batch comes out.")),
        Mistake("bias-ignored", lambda: conv(bias=None), _("The bias changes nothing in your result.")),
        Mistake("bias-wrong-axis", lambda: added(_first(bias)), bias_axis),
        Mistake("bias-wrong-axis", lambda: added(_first(bias)[None, :].T), bias_axis),
        Mistake("bias-wrong-axis", lambda: added(_given(bias)), bias_axis),
        Mistake("bias-wrong-axis", lambda: added(_given(bias)[:, None]), bias_axis),
        Mistake(
            "bias-added-often",
            lambda: added(_given(bias)[:, None, None] * in_channels),
            _("The bias is in your result once for each input channel. Add it after the sum over the channels."),
        ),
        Mistake(
            "bias-added-often",
            lambda: added(_given(bias)[:, None, None] * weight[0].numel()),
            _("The bias is in your result once for each product. Add it after the sum over the window."),
        ),
        Mistake(
            "bias-subtracted",
            lambda: added(-_given(bias)[:, None, None]),
            _("The bias is subtracted; it must be added."),
        ),
        Mistake(
            "stride-ignored",
            lambda: conv(stride=1),
            _("The stride changes nothing in your result: the window moves by that many cells at once."),
        ),
        Mistake(
            "stride-ignored-in-start",
            window_starts_unstrided,
            _("The shape is right, but the windows are not. On which row of the input does output row 1 begin?"),
        ),
        Mistake("outputs-skipped", lambda: outputs_skipped(True), skipped),
        Mistake("outputs-skipped", lambda: outputs_skipped(False), skipped),
        Mistake(
            "padding-ignored",
            lambda: conv(padding=0),
            _("The padding changes nothing in your result: put that many zeros around the input first."),
        ),
        Mistake(
            "padding-on-one-side",
            lambda: conv(F.pad(x, (left, 0, above, 0)), padding=0),
            _("The padding lies only above and to the left. Which two sides are missing?"),
        ),
        Mistake(
            "padding-on-one-side",
            lambda: conv(F.pad(x, (0, left, 0, above)), padding=0),
            _("The padding lies only below and to the right. Which two sides are missing?"),
        ),
        Mistake(
            "padding-not-zeros",
            lambda: conv(F.pad(x, (left, left, above, above), mode="replicate"), padding=0),
            _("Your border repeats the pixels at the edge. It must hold zeros."),
        ),
        Mistake("height-width-swapped", lambda: conv(stride=(right, down), padding=(left, above)), pair),
        Mistake("height-width-swapped", lambda: conv(padding=(left, above)), pair),
        Mistake("height-width-swapped", lambda: conv(stride=(right, down)), pair),
        Mistake(
            "height-for-width",
            lambda: conv(stride=down, padding=above),
            _("You use the first entry of a pair for both sides. The second is for the columns."),
        ),
        Mistake(
            "height-for-width",
            lambda: conv(stride=right, padding=left),
            _("You use the second entry of a pair for both sides. The first is for the rows."),
        ),
    )


def layer_size_mistakes(x: Tensor, weight: Tensor, stride: int | Pair, padding: int | Pair) -> tuple[Mistake, ...]:
    """Wrong shapes of a layer's output, whatever their values."""
    (height, width), (tall, wide) = x.shape[2:], weight.shape[2:]
    (down, right), (above, left) = sides(stride), sides(padding)

    def shape(rows: int, columns: int) -> tuple[int, ...]:
        return len(x), len(weight), rows, columns

    rows = arithmetic.output_steps(height, tall, down, above)
    columns = arithmetic.output_steps(width, wide, right, left)
    return (
        Mistake(
            "no-plus-one",
            shape(rows.output - 1, columns.output - 1),
            _("You counted the steps of the window. It also has a place before its first step."),
        ),
        Mistake(
            "ceil-for-floor",
            shape(rows.output + bool(rows.dropped), columns.output + bool(columns.dropped)),
            _("A last window that does not lie wholly on the padded input is dropped. Which way do you round?"),
        ),
        Mistake(
            "divided-size",
            shape(height // tall, width // wide),
            _(
                "Dividing the size by the kernel is right only for windows that lie side by side. A convolution's windows overlap: count them."
            ),
        ),
        Mistake(
            "height-for-width",
            shape(rows.output, rows.output),
            _("The width of your output is worked out from the height. Work out each side by itself."),
        ),
        Mistake(
            "height-for-width",
            shape(columns.output, columns.output),
            _("The height of your output is worked out from the width. Work out each side by itself."),
        ),
        Mistake(
            "height-width-swapped",
            shape(columns.output, rows.output),
            _("Height and width of your output are swapped."),
        ),
    )


def _given(bias: Tensor | None) -> Tensor:
    """The bias; without one there is no mistake to look for."""
    if bias is None:
        raise ValueError("no bias")
    return bias


def _first(bias: Tensor | None) -> Tensor:
    return _given(bias)[:1]
