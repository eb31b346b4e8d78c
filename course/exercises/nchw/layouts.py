"""Batches of images made from a loader's: what is expected of them, and the known wrong layouts and scales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from course.checking.answer import Wrong
from course.checking.expect import expect_tensor, mistakes
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions, Rules


def moved(images: Tensor) -> Tensor:
    """(N, H, W, C) images with their axes moved to (N, C, H, W)."""
    return images.permute(0, 3, 1, 2)


def right_batch(images: Tensor) -> Tensor:
    """The batch (N, C, H, W), float32 in [0, 1], of uint8 images (N, H, W, C)."""
    return moved(images).to(torch.float32) / 255


def _reshaped(images: Tensor) -> Tensor:
    n, h, w, c = images.shape
    return images.reshape(n, c, h, w)


WRONG_LAYOUTS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "axes-not-moved": lambda images: images,
    "reshape-for-permute": _reshaped,
    "height-width-swapped": lambda images: images.permute(0, 3, 2, 1),
    "permute-inverted": lambda images: images.permute(0, 2, 3, 1),
    "channels-reversed": lambda images: moved(images).flip(1),
    "swapped-then-reshaped": lambda images: images.permute(0, 3, 2, 1).reshape(_reshaped(images).shape),
    "axes-reversed": lambda images: images.permute(3, 2, 1, 0),
}
"""The known wrong ways from (N, H, W, C) to (N, C, H, W), in the order in which they are tried."""


def _scaled(move: Callable[[Tensor], Tensor], scale: float, images: Tensor) -> Tensor:
    return move(images).to(torch.float32) * scale


LAYOUT_RULES: Rules[Tensor] = tuple(
    (key, partial(_scaled, move, scale)) for key, move in WRONG_LAYOUTS.items() for scale in (1 / 255, 1.0, 1 / 256)
)
"""What the wrong layouts give for uint8 images (N, H, W, C), whatever was done to the scale."""


def _stretched(images: Tensor) -> Tensor:
    pixels = moved(images).to(torch.float32)
    return (pixels - pixels.min()) / (pixels.max() - pixels.min())


SCALE_RULES: Rules[Tensor] = (
    ("not-scaled", lambda images: moved(images).to(torch.float32)),
    ("scaled-by-256", lambda images: moved(images).to(torch.float32) / 256),
    ("integer-division", lambda images: right_batch(images).floor()),
    ("scaled-by-own-maximum", lambda images: moved(images).to(torch.float32) / images.max()),
    ("scaled-by-own-range", _stretched),
    ("scaled-to-minus-one", lambda images: moved(images).to(torch.float32) / 127.5 - 1),
    ("scaled-twice", lambda images: right_batch(images) / 255),
)
"""What the wrong scales give for uint8 images (N, H, W, C) whose axes were moved as asked."""

MISCONCEPTIONS: Misconceptions = {
    "axes-not-moved": Misconception(
        "The channels stay on the last axis.",
        N_("The channels are still the last axis. A convolution looks for them on axis 1."),
    ),
    "reshape-for-permute": Misconception(
        "Axes are moved with reshape or view, which cuts the values anew.",
        N_(
            "The shape is right, the pixels are not: the numbers are still in their old order, cut up in a new way. Show one channel as a picture. Which operation moves an axis, instead of cutting anew?"
        ),
    ),
    "height-width-swapped": N_(
        "Height and width have changed places: your pictures lie on their side. Write down, for each new axis, the number of the old axis that it comes from."
    ),
    "permute-inverted": Misconception(
        "permute is read backwards: as where an axis goes, not where it comes from.",
        N_(
            "These numbers lead from NCHW to NHWC, the other way. `permute` asks for each new axis: which old axis is it?"
        ),
    ),
    "channels-reversed": Misconception(
        "The order of the channels is reversed.",
        N_("The channels come in reverse order: red and blue are swapped. Nothing asks for that here."),
    ),
    "swapped-then-reshaped": Misconception(
        "A permute is followed by a reshape that cuts the values anew.",
        N_(
            "Height and width have changed places, and `reshape` then mended the shape alone. With the right numbers in `permute`, no `reshape` is needed."
        ),
    ),
    "axes-reversed": Misconception(
        "All axes are reversed, which turns the pictures too.",
        N_("All four axes are in reverse order. N stays first; which axis comes second?"),
    ),
    "not-scaled": Misconception(
        "The values stay between 0 and 255.",
        N_("Your values run from 0 to 255. The docstring asks for 0 to 1: white must become 1."),
    ),
    "scaled-by-256": Misconception(
        "The values are divided by 256, so that white is not 1.",
        N_("White is 255, the largest number of uint8. Which number makes it 1?"),
    ),
    "integer-division": Misconception(
        "Whole numbers are divided without a fraction.",
        N_(
            "Only 0 and 1 are left: the division threw away what is behind the point. Which dtype was it when you divided, and did you use `/`?"
        ),
    ),
    "scaled-by-own-maximum": Misconception(
        "The values are divided by their own largest one, not by 255.",
        N_("You divided by the largest value of this batch. A dark picture must stay dark: divide by a constant."),
    ),
    "scaled-by-own-range": Misconception(
        "Each batch is stretched to its own range.",
        N_("You stretched this batch from its darkest to its brightest value. Divide by a constant instead."),
    ),
    "scaled-to-minus-one": Misconception(
        "The values are brought to −1 … 1.", N_("Your values run from −1 to 1. The docstring asks for 0 to 1.")
    ),
    "scaled-twice": Misconception("The values are scaled twice.", N_("The values are divided by 255 twice.")),
    "dtype:float": N_("The parameters of a layer are float32, and torch does not mix: the layer would raise an error."),
    "dtype:whole-numbers": N_(
        "Whole numbers cannot hold 0.5, and a layer wants float32. Which operation changes the dtype?"
    ),
}


def for_shape(x: Tensor) -> str:
    """The input in words, for a message."""
    return _("for an input of shape {shape}").format(shape=tuple(x.shape))


def expect_layout(got: Any, images: Tensor) -> None:
    """Expect the pixels of uint8 images (N, H, W, C) at their NCHW places, whatever was done to dtype and scale."""
    right: Rules[Tensor] = (("", right_batch), *SCALE_RULES)
    if any(mistake.explains(got) for mistake in mistakes(right, images)):
        return
    expect_tensor(got, right_batch(images), mistakes(LAYOUT_RULES, images), what=for_shape(images), any_dtype=True)


def expect_float32(got: Tensor) -> None:
    """Expect the dtype float32."""
    if got.dtype != torch.float32:
        message = _("Expected the dtype torch.float32, but got {got}.").format(got=got.dtype)
        raise Wrong(message, "dtype:float" if got.dtype.is_floating_point else "dtype:whole-numbers")


def expect_pictures(got: Any, images: Tensor) -> None:
    """Expect uint8 images (N, H, W, C) as float32 (N, C, H, W) in [0, 1]."""
    known = mistakes((*SCALE_RULES, *LAYOUT_RULES), images)
    expect_tensor(got, right_batch(images), known, what=for_shape(images))
