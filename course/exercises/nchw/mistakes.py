"""Lesson 01: the known wrong ways with NCHW: what each gives, and the hint that fits it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from course.checking.expect import Mistake
from course.language import _

Layout = tuple[str, Callable[[Tensor], Tensor], str]
"""A wrong way from NHWC: its key, the function that goes it, and the translated hint."""


def wrong_layouts() -> tuple[Layout, ...]:
    """The wrong ways from (N, H, W, C) to (N, C, H, W)."""
    return (
        (
            "axes-not-moved",
            lambda images: images,
            _("The channels are still the last axis. A convolution looks for them on axis 1."),
        ),
        (
            "reshape-for-permute",
            _reshaped,
            _(
                "The shape is right, the pixels are not: the numbers still stand in their old order, cut up in a new way. Show one channel as a picture. Which operation moves an axis, instead of cutting anew?"
            ),
        ),
        (
            "height-width-swapped",
            lambda images: images.permute(0, 3, 2, 1),
            _(
                "Height and width have changed places: your pictures lie on their side. Write down, for each new axis, the number of the old axis that it comes from."
            ),
        ),
        (
            "permute-inverted",
            lambda images: images.permute(0, 2, 3, 1),
            _(
                "These numbers lead from NCHW to NHWC, the other way. `permute` asks for each new axis: which old axis is it?"
            ),
        ),
        (
            "channels-reversed",
            lambda images: images.permute(0, 3, 1, 2).flip(1),
            _("The channels come in reverse order: red and blue are swapped. Nothing asks for that here."),
        ),
        (
            "swapped-then-reshaped",
            _swapped_then_reshaped,
            _(
                "Height and width have changed places, and `reshape` then mended the shape alone. With the right numbers in `permute`, no `reshape` is needed."
            ),
        ),
        (
            "axes-reversed",
            lambda images: images.permute(3, 2, 1, 0),
            _("All four axes are in reverse order. N stays first; which axis comes second?"),
        ),
    )


def layout_mistakes(images: Tensor) -> tuple[Mistake, ...]:
    """What the wrong layouts give for uint8 (N, H, W, C) images, whatever was done to the scale."""
    return tuple(
        Mistake(key, move(images).to(torch.float32) * scale, advice)
        for key, move, advice in wrong_layouts()
        for scale in (1 / 255, 1.0, 1 / 256)
    )


def scale_mistakes(images: Tensor) -> tuple[Mistake, ...]:
    """What the wrong scales give for uint8 (N, H, W, C) images whose axes were moved as asked."""
    pixels = images.permute(0, 3, 1, 2).to(torch.float32)
    low, high = pixels.min(), pixels.max()
    return (
        Mistake(
            "not-scaled",
            pixels,
            _("Your values run from 0 to 255. The docstring asks for 0 to 1: white must become 1."),
        ),
        Mistake(
            "scaled-by-256", pixels / 256, _("White is 255, the largest number of uint8. Which number makes it 1?")
        ),
        Mistake(
            "integer-division",
            (pixels / 255).floor(),
            _(
                "Only 0 and 1 are left: the division threw away what is behind the point. Which dtype was it when you divided, and did you use `/`?"
            ),
        ),
        Mistake(
            "scaled-by-own-maximum",
            pixels / high,
            _("You divided by the largest value of this batch. A dark picture must stay dark: divide by a constant."),
        ),
        Mistake(
            "scaled-by-own-range",
            (pixels - low) / (high - low),
            _("You stretched this batch from its darkest to its brightest value. Divide by a constant instead."),
        ),
        Mistake(
            "scaled-to-minus-one",
            pixels / 127.5 - 1,
            _("Your values run from −1 to 1. The docstring asks for 0 to 1."),
        ),
        Mistake("scaled-twice", pixels / 255 / 255, _("The values are divided by 255 twice.")),
    )


def mean_mistakes(x: Tensor) -> tuple[Mistake, ...]:
    """What the wrong means give for an NCHW tensor where one mean for each channel is asked."""
    images, channels, height, width = x.shape
    sums = x.sum((0, 2, 3))
    return (
        Mistake(
            "per-image-means",
            x.mean((2, 3)),
            _("One mean for each channel of each image came. A channel's mean goes over all images too."),
        ),
        Mistake("one-mean-for-all", x.mean(), _("All channels went into one mean. Which axis must stay?")),
        Mistake(
            "last-axis-for-channels",
            x.mean((0, 1, 2)),
            _("That keeps the last axis, the columns. It would be right for NHWC. Where are the channels in NCHW?"),
        ),
        Mistake("rows-for-channels", x.mean((0, 1, 3)), _("That keeps axis 2, the rows. Axes are counted from 0.")),
        Mistake(
            "images-for-channels", x.mean((1, 2, 3)), _("That is one mean for each image. Axes are counted from 0.")
        ),
        Mistake(
            "keeps-axes",
            x.mean((0, 2, 3), keepdim=True),
            _("The means are right, but they still have four axes. The docstring asks for one."),
        ),
        Mistake(
            "reshape-for-permute",
            lambda: x.reshape(channels, -1).mean(1),
            _(
                "`reshape` cuts the numbers in their order: with more than one image, the first row is not the first channel. Bring the channels to the front first, or name the axes to average over."
            ),
        ),
        Mistake("first-image-only", x[0].mean((1, 2)), _("Only the first image went into the means.")),
        Mistake("sum-for-mean", sums, _("Those are sums. How many numbers went into each?")),
        Mistake(
            "divided-by-part",
            sums / (height * width),
            _("Each sum was divided by the pixels of one image. How many images went into it?"),
        ),
        Mistake(
            "divided-by-part",
            sums / images,
            _("Each sum was divided by the number of images. How many pixels are in it?"),
        ),
    )


def normalize_mistakes(x: Tensor, mean: Tensor, std: Tensor) -> tuple[Mistake, ...]:
    """What the wrong normalizations give for an NCHW tensor."""
    images, channels, height, width = x.shape
    m, s = mean.view(-1, 1, 1), std.view(-1, 1, 1)
    own_mean, own_std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
    broadcast = _(
        "`mean` has one axis, and broadcasting lines shapes up from the right: it met the columns, not the channels. Give it axes of size 1 so that it stands under axis 1."
    )
    return (
        Mistake("broadcast-last-axis", lambda: (x - mean) / std, broadcast),
        Mistake(
            "broadcast-rows",
            lambda: (x - mean.view(-1, 1)) / std.view(-1, 1),
            _("Your mean has two axes, so it met the rows. The channels are the third axis from the right."),
        ),
        Mistake(
            "broadcast-images",
            lambda: (x - mean.view(-1, 1, 1, 1)) / std.view(-1, 1, 1, 1),
            _("Your mean met axis 0, the images. The channels are axis 1."),
        ),
        Mistake(
            "reshape-for-permute",
            lambda: ((x.reshape(images, height, width, channels) - mean) / std).reshape(x.shape),
            _(
                "To bring the channels to the end, the axes must move; `reshape` only cuts anew. It is simpler to give `mean` more axes."
            ),
        ),
        Mistake("precedence", x - m / s, _("`/` comes before `-`: write brackets around the difference.")),
        Mistake("divided-first", x / s - m, _("Take the mean away first, then divide.")),
        Mistake("not-divided", x - m, _("The mean is taken away. What about `std`?")),
        Mistake("not-centred", x / s, _("The values are divided by `std`. What about `mean`?")),
        Mistake("mean-added", (x + m) / s, _("The mean is added. Normalizing takes it away.")),
        Mistake(
            "multiplied-by-std", (x - m) * s, _("You multiplied by `std`. Values that spread wide must come closer.")
        ),
        Mistake("variance-for-std", (x - m) / s**2, _("You divided by the square of `std`.")),
        Mistake("variance-for-std", (x - m) / s.sqrt(), _("You divided by the root of `std`. It is a root already.")),
        Mistake(
            "own-statistics",
            (x - own_mean) / own_std,
            _("You used the mean and the spread of this very batch. Use the `mean` and `std` that were handed to you."),
        ),
        Mistake(
            "one-mean-for-all",
            (x - mean.mean()) / std.mean(),
            _("All channels got the same numbers. Each has its own mean and its own std."),
        ),
    )


def memory_mistakes(x: Tensor) -> tuple[Mistake, ...]:
    """What wrong ways to channels_last make of the values of an NCHW tensor."""
    images, channels, height, width = x.shape
    return (
        Mistake(
            "channels-last-changes-shape",
            x.permute(0, 2, 3, 1),
            _(
                "The shape became NHWC. channels_last is a way to lay the numbers out in memory: the axes stay N, C, H, W, and so does the shape."
            ),
        ),
        Mistake(
            "reshape-for-permute",
            x.reshape(images, height, width, channels).permute(0, 3, 1, 2),
            _(
                "Shape and strides look right, but the values have moved: the memory is read as if it were NHWC already. The numbers must be copied into their new order first."
            ),
        ),
        Mistake(
            "reshape-for-permute",
            x.permute(0, 2, 3, 1).reshape(x.shape),
            _(
                "The copy is in the new order, but `reshape` then cuts it up as if it were NCHW. Which operation leads back to the axes N, C, H, W?"
            ),
        ),
        Mistake(
            "height-width-swapped",
            x.permute(0, 1, 3, 2),
            _("Height and width have changed places. No axis may change its place here."),
        ),
    )


def stride_mistakes(shape: tuple[int, int, int, int], expected: tuple[int, ...], last: bool) -> tuple[Mistake, ...]:
    """What wrong ways to count strides give.

    Args:
        last: whether channels_last was asked, and not the contiguous format.
    """
    n, c, h, w = shape
    contiguous, channels_last = (c * h * w, h * w, w, 1), (h * w * c, 1, w * c, c)
    in_memory_order = (h * w * c, w * c, c, 1)
    swapped = (h * w * c, 1, c, h * c) if last else (c * h * w, h * w, 1, h)
    return (
        Mistake(
            "memory-format-ignored",
            contiguous if last else channels_last,
            _("Those are the strides of the other memory format. Does your function look at `memory_format`?"),
        ),
        Mistake(
            "strides-in-memory-order",
            in_memory_order,
            _(
                "Those are the right four numbers for NHWC memory, listed from the slowest axis to the fastest. The strides are asked in the order of the axes: N, C, H, W."
            ),
        ),
        Mistake(
            "bytes-for-elements",
            tuple(4 * each for each in expected),
            _("Those are bytes, with 4 for each float32. Torch counts elements, whatever their dtype."),
        ),
        Mistake("height-width-swapped", swapped, _("Height and width are mixed up: within a row, which axis moves?")),
        Mistake(
            "strides-reversed",
            (1, n, n * c, n * c * h),
            _("You counted from the left. The last axis is the one whose neighbours lie side by side."),
        ),
        Mistake(
            "zero-for-one",
            tuple(0 if size == 1 else stride for size, stride in zip(shape, expected, strict=True)),
            _("Where a size is 1, you give the stride 0. No step is ever taken there, but torch follows the rule."),
        ),
        Mistake(
            "shape-for-strides", shape, _("That is the shape. A stride says how far to go in memory for one step.")
        ),
        Mistake(
            "channels-last-changes-shape",
            (n, h, w, c),
            _("That is the shape of NHWC. A stride says how far to go in memory for one step."),
        ),
    )


def _reshaped(images: Tensor) -> Tensor:
    n, h, w, c = images.shape
    return images.reshape(n, c, h, w)


def _swapped_then_reshaped(images: Tensor) -> Tensor:
    n, h, w, c = images.shape
    return images.permute(0, 3, 2, 1).reshape(n, c, h, w)
