"""The settings of the padding explorer, its pictures with their real surroundings, and the arguments of its call."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from course import arithmetic, images
from course.arithmetic import SizeSteps
from course.explorers.calls import WRITTEN, Pair
from course.explorers.kernels import PRESETS as ALL_PRESETS
from course.explorers.layer_settings import PADDINGS, kernel_size
from course.explorers.learner_inputs import Own, check_channels, own_image, own_kernel, own_layer
from course.explorers.settings import (
    checked,
    choice,
    image_size,
    in_range,
    is_size,
    is_whole,
    one_of,
    slider,
    with_settings,
)
from course.language import N_, _
from course.layers import Layer

PADDING, LAYER, CELL = N_("Padding"), N_("Layer"), N_("One output cell")
INPUT = N_("Input and kernel values")
INVALID = "invalid_padding"
MODES = ("zeros", "reflect", "replicate", "circular")
PRESETS = {name: label for name, label in ALL_PRESETS.items() if name != "mix"}  # one kernel is shown, not a mix

SIZES = ((8, 8), (16, 16), (20, 28), (32, 32))
SURROUNDINGS = 16
"""Real cells that are known on every side of a named picture."""

_DIGIT = "digit"
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

_LARGEST_OWN_SIDE = 96
_MOST_OF_A_LAYER = 32


@dataclass(frozen=True)
class Settings:
    """The settings; sizes and places in cells. `invalid_padding` is one that nn.Conv2d refuses, as it was given."""

    padding_kind: str = choice(
        "number", {**PADDINGS, INVALID: N_("a slip, such as 'SAME'")}, N_("padding is"), PADDING, argument="padding"
    )
    padding_rows: int = slider(2, 0, 9, N_("padding, rows"), PADDING, argument="padding")
    padding_columns: int = slider(2, 0, 9, N_("padding, columns"), PADDING, argument="padding")
    padding_mode: str = choice("zeros", {mode: f"'{mode}'" for mode in MODES}, N_("padding_mode"), PADDING)
    kernel_height: int = slider(5, 1, 7, N_("kernel height"), LAYER, argument="kernel")
    kernel_width: int = slider(5, 1, 7, N_("kernel width"), LAYER, argument="kernel")
    stride: int = slider(1, 1, 4, N_("stride"), LAYER)
    dilation: int = slider(1, 1, 3, N_("dilation"), LAYER)
    row: int = slider(0, 0, 31, N_("row"), CELL, fitted=True)
    column: int = slider(0, 0, 31, N_("column"), CELL, fitted=True)
    image: str = choice("cat", IMAGES, N_("image"), INPUT)
    size: tuple[int, int] = image_size((20, 28), SIZES, INPUT)
    preset: str = choice("blur", PRESETS, N_("kernel"), INPUT)
    invalid_padding: Any = "SAME"
    channel: int = 0
    own: Own = field(default=Own(), compare=False)

    def input(self) -> Tensor:
        """The image, (C, H, W); not to be changed in place."""
        return self.own.image if self.own.image is not None else self._named()[0]

    def surroundings(self) -> Tensor | None:
        """The image with the SURROUNDINGS cells that really lie around it, (C, H, W); None where nobody knows."""
        return None if self.own.image is not None else self._named()[1]

    def call(self) -> Layer:
        """The torch call; an invalid padding counts as 'valid' in it."""
        if self.own.layer is not None:
            return Layer.of(self.own.layer, WRITTEN)
        padding: Pair | str = (self.padding_rows, self.padding_columns)
        if self.padding_kind != "number":
            padding = "same" if self.padding_kind == "same" else "valid"
        return Layer(
            "Conv2d",
            self.input().shape[0],
            1 if self.own.kernel is None else self.own.kernel.shape[0],
            (self.kernel_height, self.kernel_width),
            (self.stride, self.stride),
            padding,
            (self.dilation, self.dilation),
            bias=False,
            padding_mode=self.padding_mode,
            written=WRITTEN,
        )

    def code(self) -> str:
        """The call as Python text, an invalid padding in it as it was given."""
        if self.padding_kind != INVALID:
            return str(self.call())
        return str(self.call()).replace("padding='valid'", f"padding={self.invalid_padding!r}", 1)

    def steps(self) -> tuple[SizeSteps, SizeSteps]:
        """How the output's height and width come about. ValueError, in plain words, when there is no output."""
        return self.call().steps_2d(*self.input().shape[1:])

    def sides(self) -> tuple[Pair, Pair]:
        """The cells (before, after) that the layer adds to the rows and to the columns, whether or not it has an output."""
        call = self.call()
        if call.padding == "valid":
            return (0, 0), (0, 0)
        if isinstance(call.padding, str):
            rows, columns = map(arithmetic.same_padding, call.kernel_size, call.dilation)
            return rows, columns
        return (call.padding[0],) * 2, (call.padding[1],) * 2

    def _named(self) -> tuple[Tensor, Tensor]:
        layer = self.own.layer
        return named_image(self.image, self.size, 3 if layer is not None and layer.in_channels == 3 else 1)


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


@with_settings(Settings)
def settings_of(
    *,
    kernel: Any = Settings.kernel_height,
    padding: Any = Settings.padding_rows,
    image: Any = Settings.image,
    layer: nn.Conv2d | None = None,
    channel: int = Settings.channel,
    **settings: Any,
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
    own = Own(layer=None if layer is None else own_layer(layer, nn.Conv2d))
    if not isinstance(image, str):
        own, image = replace(own, image=_small(own_image(image))), Settings.image
    chosen = Settings(**settings | checked(Settings, image=image), own=own)
    if own.layer is not None:
        check_channels(own.layer, chosen.input())
        chosen = _of_layer(chosen, own.layer)
    else:
        chosen = _with_kernel(replace(chosen, **_padding_settings(padding)), kernel)
    channels = chosen.call().out_channels
    return replace(chosen, channel=one_of("channel", channel, range(channels)))


def _small(image: Tensor) -> Tensor:
    if max(image.shape[1:]) > _LARGEST_OWN_SIDE:
        message = _(
            "image is {height} × {width}; a border is seen up to {most} × {most}: cut out image[..., :64, :64]."
        )
        raise ValueError(message.format(height=image.shape[1], width=image.shape[2], most=_LARGEST_OWN_SIDE))
    return image


def _of_layer(settings: Settings, layer: nn.Conv2d) -> Settings:
    """The settings as the learner's layer has them, for the controls to show."""
    widest = max(map(max, settings.sides()))
    if widest > _MOST_OF_A_LAYER:
        message = _("layer pads {cells} cells on a side; up to {most} can be shown.")
        raise ValueError(message.format(cells=widest, most=_MOST_OF_A_LAYER))
    if isinstance(layer.padding, str):
        settings = replace(settings, padding_kind=layer.padding)
    else:
        settings = replace(settings, padding_rows=layer.padding[0], padding_columns=layer.padding[1])
    return replace(
        settings,
        kernel_height=layer.kernel_size[0],
        kernel_width=layer.kernel_size[1],
        stride=layer.stride[0],
        dilation=layer.dilation[0],
        padding_mode=layer.padding_mode,
    )


def _padding_settings(padding: Any) -> dict[str, Any]:
    """The settings of a padding as it was given; what nn.Conv2d would refuse is kept as invalid."""
    if isinstance(padding, str) and padding in ("same", "valid"):
        return {"padding_kind": padding}
    entries = tuple(padding) if isinstance(padding, tuple | list) else (padding,)
    if all(is_whole(entry) and operator.index(entry) >= 0 for entry in entries) and len(entries) in (1, 2):
        rows, columns = (in_range("padding", entry, (0, SURROUNDINGS)) for entry in (entries * 2)[:2])
        return {"padding_rows": rows, "padding_columns": columns}
    if not _is_plain(padding):
        message = _("padding must be a number, a pair of them, 'same' or 'valid', but it is a {type}.")
        raise TypeError(message.format(type=type(padding).__name__))
    return {"padding_kind": INVALID, "invalid_padding": padding}


def _with_kernel(settings: Settings, kernel: Any) -> Settings:
    """The settings with a kernel's size, or with its values."""
    if is_size(kernel):
        return replace(settings, **kernel_size(Settings, kernel))
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
