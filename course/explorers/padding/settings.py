"""What the padding explorer can be set to, what a call of it accepts, and its pictures with their real surroundings."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from course import arithmetic, images
from course.explorers.calls import Conv2dCall, Pair
from course.explorers.kernels import PRESETS as ALL_PRESETS
from course.explorers.learner_inputs import check_channels, own_image, own_kernel, own_layer
from course.explorers.validate import in_range, is_size, is_whole, one_of, whole
from course.language import _

MODES = ("zeros", "reflect", "replicate", "circular")
KINDS = ("number", "same", "valid", "slip")
SIZES = ((8, 8), (16, 16), (20, 28), (32, 32))
PRESETS = {name: label for name, label in ALL_PRESETS.items() if name != "mix"}  # one kernel is shown, not a mix
RANGES = {"kernel_height": (1, 7), "kernel_width": (1, 7), "stride": (1, 4), "dilation": (1, 3), "padding": (0, 9)}
SURROUNDINGS = 16
"""Real cells that are known on every side of a named picture."""

_DIGIT = "digit"
_LARGEST_OWN_SIDE = 96
_MOST_OF_A_LAYER = 32
_PHOTO_SIDE = 112
_CENTRES = {  # of the patches, (row, column) in a photo of 112 × 112: where their borders cut through something
    "cat": (42, 36),
    "camera": (34, 46),
    "coffee": (44, 60),
    "coins": (56, 56),
    "china": (50, 44),
    "brick": (56, 56),
    "gravel": (56, 56),
}
IMAGES = (*_CENTRES, _DIGIT)


@dataclass(frozen=True)
class Own:
    """What the learner handed over."""

    image: Tensor | None = None
    kernel: Tensor | None = None
    layer: nn.Conv2d | None = None


@dataclass(frozen=True)
class Settings:
    """The settings; sizes and places in cells. `slip` is a padding that nn.Conv2d refuses, as it was given."""

    kernel_height: int = 5
    kernel_width: int = 5
    stride: int = 1
    dilation: int = 1
    padding_kind: str = "number"  # one of KINDS
    padding_rows: int = 2
    padding_columns: int = 2
    padding_mode: str = "zeros"
    row: int = 0
    column: int = 0
    image: str = "cat"
    size: Pair = (20, 28)
    preset: str = "blur"
    slip: Any = "SAME"
    channel: int = 0
    own: Own = field(default=Own(), compare=False)

    def input(self) -> Tensor:
        """The image, (C, H, W); not to be changed in place."""
        return self.own.image if self.own.image is not None else _named(self)[0]

    def surroundings(self) -> Tensor | None:
        """The image with the SURROUNDINGS cells that really lie around it, (C, H, W); None where nobody knows."""
        return None if self.own.image is not None else _named(self)[1]

    def call(self, in_channels: int) -> Conv2dCall:
        """The torch call; a slip counts as 'valid' in it."""
        if self.own.layer is not None:
            return Conv2dCall.of(self.own.layer)
        padding: Pair | str = (self.padding_rows, self.padding_columns)
        if self.padding_kind != "number":
            padding = "same" if self.padding_kind == "same" else "valid"
        return Conv2dCall(
            in_channels,
            1 if self.own.kernel is None else self.own.kernel.shape[0],
            (self.kernel_height, self.kernel_width),
            (self.stride, self.stride),
            padding,
            (self.dilation, self.dilation),
            bias=False,
            padding_mode=self.padding_mode,
        )

    def code(self, call: Conv2dCall) -> str:
        """The call as Python text, a slip in it as it was given."""
        if self.padding_kind != "slip":
            return str(call)
        return str(call).replace("padding='valid'", f"padding={self.slip!r}", 1)


def settings_of(
    *,
    kernel: Any = 5,
    stride: int = 1,
    padding: Any = 2,
    dilation: int = 1,
    padding_mode: str = "zeros",
    row: int = 0,
    column: int = 0,
    image: Any = "cat",
    size: int | Pair = (20, 28),
    preset: str = "blur",
    layer: nn.Conv2d | None = None,
    channel: int = 0,
) -> Settings:
    """What padding writes around an input, and what that does to the border of the output.

    A named picture is cut out of a larger one, so that it is known what really lies around it.

    Args:
        kernel: a size, an int or (height, width); or your own values, a tensor (height, width), (in_channels, height,
            width) or (out_channels, in_channels, height, width).
        stride, dilation: cells, ints.
        padding: cells on every side, (rows, columns), 'same' or 'valid'. Anything else is handed to torch as it is, and
            torch's answer is shown.
        padding_mode: 'zeros', 'reflect', 'replicate' or 'circular'.
        row, column: the output cell that is looked at; (0, 0) is the corner.
        image: the name of a picture, or your own, a float tensor or array (C, H, W) or (H, W) of up to 96 × 96.
        size: cells of a named picture: 8, 16, 32 or (20, 28).
        preset: what the kernel does, such as "blur".
        layer: your own `nn.Conv2d`, shown with its weights and settings.
        channel: the output channel that is shown, where layer or kernel have several.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = Own(layer=None if layer is None else own_layer(layer))
    if not isinstance(image, str):
        own, image = replace(own, image=_small(own_image(image))), Settings.image
    settings = Settings(
        stride=in_range("stride", stride, RANGES["stride"]),
        dilation=in_range("dilation", dilation, RANGES["dilation"]),
        padding_mode=one_of("padding_mode", padding_mode, MODES),
        row=whole("row", row),
        column=whole("column", column),
        image=one_of("image", image, IMAGES),
        size=one_of("size", tuple(size) if isinstance(size, tuple | list) else (size, size), SIZES),
        preset=one_of("preset", preset, PRESETS),
        own=own,
    )
    if own.layer is not None:
        check_channels(own.layer, settings.input())
        settings = _of_layer(settings, own.layer)
    else:
        settings = _with_kernel(_with_padding(settings, padding), kernel)
    channels = settings.call(settings.input().shape[0]).out_channels
    return replace(settings, channel=one_of("channel", channel, range(channels)))


def sides_of(call: Conv2dCall) -> tuple[Pair, Pair]:
    """The cells (before, after) that the layer adds to the rows and to the columns, whether or not it has an output."""
    if isinstance(call.padding, tuple):
        return (call.padding[0],) * 2, (call.padding[1],) * 2
    if call.padding == "valid":
        return (0, 0), (0, 0)
    rows, columns = map(arithmetic.same_padding, call.kernel_size, call.dilation)
    return rows, columns


@lru_cache(maxsize=64)
def named_image(name: str, size: Pair, channels: int) -> tuple[Tensor, Tensor]:
    """A picture (C, *size), and the same with SURROUNDINGS more cells on every side; not to be changed in place."""
    height, width = size
    around = (SURROUNDINGS, SURROUNDINGS)
    if name == _DIGIT:  # scanned as a box around the strokes: beyond it, the page was empty
        side = min(size)
        digit = images.digits(side)[0][3].expand(channels, -1, -1)
        rows, columns = height - side, width - side
        image = F.pad(digit, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
        return image, F.pad(image, around * 2)
    if name in images.texture_names():
        photo = images.texture(name, _PHOTO_SIDE).expand(channels, -1, -1)
    else:
        photo = images.photo(name, _PHOTO_SIDE, channels)
    top, left = (centre - side // 2 for centre, side in zip(_CENTRES[name], size, strict=True))
    wide = photo[
        :,
        top - SURROUNDINGS : top + height + SURROUNDINGS,
        left - SURROUNDINGS : left + width + SURROUNDINGS,
    ]
    return wide[:, SURROUNDINGS:-SURROUNDINGS, SURROUNDINGS:-SURROUNDINGS], wide


def _named(settings: Settings) -> tuple[Tensor, Tensor]:
    layer = settings.own.layer
    return named_image(settings.image, settings.size, 3 if layer is not None and layer.in_channels == 3 else 1)


def _small(image: Tensor) -> Tensor:
    if max(image.shape[1:]) > _LARGEST_OWN_SIDE:
        message = _(
            "image is {height} × {width}; a border is seen up to {most} × {most}: cut out image[..., :64, :64]."
        )
        raise ValueError(message.format(height=image.shape[1], width=image.shape[2], most=_LARGEST_OWN_SIDE))
    return image


def _of_layer(settings: Settings, layer: nn.Conv2d) -> Settings:
    call = Conv2dCall.of(layer)
    widest = max(map(max, sides_of(call)))
    if widest > _MOST_OF_A_LAYER:
        message = _("layer pads {cells} cells on a side; up to {most} can be shown.")
        raise ValueError(message.format(cells=widest, most=_MOST_OF_A_LAYER))
    if isinstance(call.padding, str):
        settings = replace(settings, padding_kind=call.padding)
    else:
        settings = replace(settings, padding_rows=call.padding[0], padding_columns=call.padding[1])
    return replace(
        settings,
        kernel_height=call.kernel_size[0],
        kernel_width=call.kernel_size[1],
        stride=call.stride[0],
        dilation=call.dilation[0],
        padding_mode=call.padding_mode,
    )


def _with_padding(settings: Settings, padding: Any) -> Settings:
    """The settings with a padding as it was given; what nn.Conv2d would refuse becomes the slip."""
    if isinstance(padding, str) and padding in ("same", "valid"):
        return replace(settings, padding_kind=padding)
    entries = tuple(padding) if isinstance(padding, tuple | list) else (padding,)
    if all(is_whole(entry) and operator.index(entry) >= 0 for entry in entries) and len(entries) in (1, 2):
        rows, columns = (
            in_range("padding", entry, (RANGES["padding"][0], SURROUNDINGS)) for entry in (entries * 2)[:2]
        )
        return replace(settings, padding_rows=rows, padding_columns=columns)
    if not _is_plain(padding):
        message = _("padding must be a number, a pair of them, 'same' or 'valid', but it is a {type}.")
        raise TypeError(message.format(type=type(padding).__name__))
    return replace(settings, padding_kind="slip", slip=padding)


def _with_kernel(settings: Settings, kernel: Any) -> Settings:
    """The settings with a kernel's size, or with its values."""
    if is_size(kernel):
        height, width = kernel if isinstance(kernel, tuple | list) else (kernel, kernel)
        return replace(
            settings,
            kernel_height=in_range("kernel_height", height, RANGES["kernel_height"]),
            kernel_width=in_range("kernel_width", width, RANGES["kernel_width"]),
        )
    channels = 1 if settings.own.image is None else settings.own.image.shape[0]
    weight = own_kernel(kernel, channels)
    own = replace(settings.own, kernel=weight)
    return replace(settings, kernel_height=weight.shape[2], kernel_width=weight.shape[3], own=own)


def _is_plain(value: Any) -> bool:
    """Whether `value` is written in Python as `repr` writes it: words, numbers, None, and tuples of these."""
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    if type(value) is float:
        return abs(value) < float("inf")
    return value is None or type(value) in (str, int, bool)
