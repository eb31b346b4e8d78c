"""What the convolution explorer can be set to, and what a call of it accepts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from torch import Tensor, nn

from course import images
from course.explorers.calls import Conv2dCall
from course.explorers.given import in_range, is_size, one_of, whole
from course.explorers.kernels import PRESETS
from course.explorers.own import check_channels, own_image, own_kernel, own_layer

DIGIT = "digit"
GREY = ("camera", "coins", *images.texture_names(), DIGIT)
IMAGES = (*images.photo_names(), *images.texture_names(), DIGIT)
SIZES = (32, 64, 128)
RANGES = {
    "kernel_height": (1, 11),
    "kernel_width": (1, 11),
    "stride": (1, 5),
    "padding": (0, 8),
    "dilation": (1, 4),
    "out_channels": (1, 8),
}


@dataclass(frozen=True)
class Own:
    """What the learner handed over."""

    image: Tensor | None = None
    kernel: Tensor | None = None
    layer: nn.Conv2d | None = None

    @property
    def in_channels(self) -> int | None:
        """The input channels that layer or kernel ask for."""
        if self.layer is not None:
            return self.layer.in_channels
        return None if self.kernel is None else self.kernel.shape[1]


@dataclass(frozen=True)
class Edit:
    """One kernel value set by hand; it belongs to the preset and the kernel size that it was set in."""

    kernel: tuple[str, int, int]
    place: tuple[int, int, int, int]  # in the weight
    value: float


@dataclass(frozen=True)
class Settings:
    """The settings; sizes and places in cells. `values` is only shown: what is kept of it are the edits."""

    kernel_height: int = 3
    kernel_width: int = 3
    square: bool = True
    stride: int = 1
    padding_kind: str = "number"  # or 'same', 'valid'
    padding: int = 1
    dilation: int = 1
    out_channels: int = 4
    bias: bool = True
    channel: int = 0
    row: int = 20
    column: int = 20
    image: str = "astronaut"
    size: int = 64
    preset: str = "mix"
    in_channel: int = 0
    values: None = None
    edits: tuple[Edit, ...] = ()
    own: Own = field(default=Own(), compare=False)

    @property
    def kernel(self) -> tuple[str, int, int]:
        """What edits belong to."""
        return self.preset, self.kernel_height, self.kernel_width

    def input(self) -> Tensor:
        """The image, (C, H, W); not to be changed in place."""
        if self.own.image is not None:
            return self.own.image
        return named_image(self.image, self.size, self.own.in_channels)

    def call(self, in_channels: int) -> Conv2dCall:
        """The torch call."""
        if self.own.layer is not None:
            return Conv2dCall.of(self.own.layer)
        return Conv2dCall(
            in_channels,
            self.out_channels,
            (self.kernel_height, self.kernel_width),
            (self.stride, self.stride),
            (self.padding, self.padding) if self.padding_kind == "number" else self.padding_kind,
            (self.dilation, self.dilation),
            bias=self.bias,
        )


@lru_cache(maxsize=64)
def named_image(name: str, size: int, channels: int | None) -> Tensor:
    """A picture (C, size, size): grey ones have one channel, or as many alike as asked for; photos 3, or 1."""
    if name == DIGIT:
        image = images.digits(size)[0][3].clone()
    elif name in images.texture_names():
        image = images.texture(name, size)
    else:
        image = images.photo(name, size, channels=1 if name in GREY or channels == 1 else 3)
    return image.expand(3, -1, -1) if channels == 3 and image.shape[0] == 1 else image


def settings_of(
    *,
    kernel: Any = 3,
    stride: int = 1,
    padding: int | str = 1,
    dilation: int = 1,
    out_channels: int = 4,
    bias: bool = True,
    channel: int = 0,
    row: int = 20,
    column: int = 20,
    image: Any = "astronaut",
    size: int = 64,
    preset: str = "mix",
    layer: nn.Conv2d | None = None,
) -> Settings:
    """What `nn.Conv2d` computes, from the padded input to one cell of one feature map.

    Args:
        kernel: a size, an int or (height, width); or your own values, a tensor (height, width), (in_channels, height,
            width) or (out_channels, in_channels, height, width).
        stride, dilation: cells, ints.
        padding: cells on every side, or 'same' or 'valid'.
        out_channels: feature maps, up to 8.
        bias: whether the layer has one.
        channel, row, column: the output cell that is looked at.
        image: the name of a picture, or your own, a float tensor or array (C, H, W) or (H, W).
        size: pixels of a named picture's side: 32, 64 or 128.
        preset: what the kernels do, such as "blur".
        layer: your own `nn.Conv2d`, shown with its weights and settings.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = Own(layer=None if layer is None else own_layer(layer))
    if not isinstance(image, str):
        own, image = replace(own, image=own_image(image)), Settings.image
    settings = Settings(
        stride=in_range("stride", stride, RANGES["stride"]),
        padding_kind="number" if not isinstance(padding, str) else one_of("padding", padding, ("same", "valid")),
        padding=Settings.padding if isinstance(padding, str) else in_range("padding", padding, RANGES["padding"]),
        dilation=in_range("dilation", dilation, RANGES["dilation"]),
        out_channels=in_range("out_channels", out_channels, RANGES["out_channels"]),
        bias=bool(bias),
        channel=whole("channel", channel),
        row=whole("row", row),
        column=whole("column", column),
        image=one_of("image", image, IMAGES),
        size=one_of("size", size, SIZES),
        preset=one_of("preset", preset, PRESETS),
        own=own,
    )
    if own.layer is not None:
        check_channels(own.layer, settings.input())
        (height, width), (stride, _across) = own.layer.kernel_size, own.layer.stride
        own_padding = own.layer.padding
        return replace(
            settings,
            kernel_height=height,
            kernel_width=width,
            square=height == width,
            stride=stride,
            padding_kind=own_padding if isinstance(own_padding, str) else "number",
            padding=settings.padding if isinstance(own_padding, str) else own_padding[0],
            dilation=own.layer.dilation[0],
            out_channels=own.layer.out_channels,
            bias=own.layer.bias is not None,
        )
    if is_size(kernel):
        height, width = kernel if isinstance(kernel, tuple | list) else (kernel, kernel)
        height, width = (
            in_range("kernel_height", height, RANGES["kernel_height"]),
            in_range("kernel_width", width, RANGES["kernel_width"]),
        )
        return replace(settings, kernel_height=height, kernel_width=width, square=height == width)
    weight = own_kernel(kernel, settings.input().shape[0])
    out, _in, height, width = weight.shape
    return replace(
        settings,
        kernel_height=height,
        kernel_width=width,
        square=height == width,
        out_channels=out,
        own=replace(own, kernel=weight),
    )
