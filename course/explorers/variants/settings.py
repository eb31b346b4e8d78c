"""The settings of the variants explorer, the layers that they describe, and its inputs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import torch
from torch import Tensor, nn

from course import images
from course.explorers.calls import Pair
from course.explorers.kernels import PRESETS
from course.explorers.layer_settings import PADDINGS
from course.explorers.settings import choice, image_size, slider, toggle
from course.language import N_
from course.layers import Axes, Layer

OwnLayer = nn.Conv2d | nn.ConvTranspose2d | nn.Conv1d

REGULAR, GROUPED, SEPARABLE = "regular", "grouped", "separable"
DILATED, TRANSPOSED, SIGNAL = "dilated", "transposed", "1d"
KINDS = {
    REGULAR: N_("regular"),
    GROUPED: N_("grouped"),
    SEPARABLE: N_("depthwise separable"),
    DILATED: N_("dilated"),
    TRANSPOSED: N_("transposed"),
    SIGNAL: N_("1-D"),
}
KIND, LAYER, ONE = N_("Kind"), N_("What all kinds share"), N_("What one kind has")
LOOK, INPUT = N_("Channels, and one output cell"), N_("Input and kernel values")
STACK, SCAN_LINE = "stack", "scan line"
STACKED = ("cat", "coins", "camera", "brick", "coffee", "flower")
IMAGES = (STACK, "astronaut", "cat", "coffee", "china", "flower")
SIGNALS = (SCAN_LINE, *images.signal_names())
SIZES = ((12, 16), (16, 16), (24, 32), (32, 32))
PHOTO_CHANNELS = 3

_SAMPLES = 64


@dataclass(frozen=True)
class Own:
    """What the learner handed over."""

    image: Tensor | None = None
    signal: Tensor | None = None
    layer: OwnLayer | None = None


@dataclass(frozen=True)
class Settings:
    """The settings; sizes and places in cells."""

    kind: str = choice(REGULAR, KINDS, N_("look at"), KIND)
    kernel_height: int = slider(3, 1, 7, N_("kernel height"), LAYER, argument="kernel")
    kernel_width: int = slider(3, 1, 7, N_("kernel width"), LAYER, argument="kernel")
    square: bool = toggle(True, N_("square kernel"), LAYER, argument="kernel")
    stride: int = slider(2, 1, 4, N_("stride"), LAYER)
    padding_kind: str = choice("number", PADDINGS, N_("padding is"), LAYER, argument=False)
    padding: int = slider(1, 0, 4, N_("padding"), LAYER)
    in_channels: int = slider(4, 1, len(STACKED), N_("in_channels"), LAYER)
    out_channels: int = slider(8, 1, 8, N_("out_channels"), LAYER)
    bias: bool = toggle(True, N_("bias"), LAYER)
    groups: int = slider(2, 1, 8, N_("groups"), ONE)
    dilation: int = slider(2, 1, 4, N_("dilation"), ONE)
    output_padding: int = slider(0, 0, 4, N_("output_padding"), ONE)
    channel: int = slider(0, 0, 7, N_("output map"), LOOK)
    row: int = slider(5, 0, 63, N_("row"), LOOK, fitted=True)
    column: int = slider(7, 0, 63, N_("column"), LOOK, fitted=True)
    in_channel: int = slider(0, 0, 5, N_("input channel"), LOOK)
    image: str = choice(STACK, IMAGES, N_("image"), INPUT)
    size: tuple[int, int] = image_size((24, 32), SIZES, INPUT)
    preset: str = choice("blur", PRESETS, N_("kernels"), INPUT)
    signal: str = choice(SCAN_LINE, SIGNALS, N_("1-D signal"), INPUT)
    own: Own = field(default=Own(), compare=False)

    def input(self) -> Tensor:
        """The image, (C, H, W); not to be changed in place."""
        if self.own.image is not None:
            return self.own.image
        return named_image(self.image, self.size, self.in_channels if self.image == STACK else PHOTO_CHANNELS)

    def signal_input(self) -> Tensor:
        """The signal, (C, L): the image's middle row, a recording, or the learner's own."""
        if self.own.signal is not None:
            return self.own.signal
        if self.reads_scan_line:
            x = self.input()
            return x[:, x.shape[1] // 2]
        return named_signal(self.signal)

    @property
    def reads_scan_line(self) -> bool:
        """Whether the 1-D kind reads the middle row of the image."""
        return self.own.signal is None and self.signal == SCAN_LINE

    @property
    def own_kind(self) -> str | None:
        """The kind that the learner's own layer is."""
        layer = self.own.layer
        if layer is None:
            return None
        if isinstance(layer, nn.Conv1d):
            return SIGNAL
        if isinstance(layer, nn.ConvTranspose2d):
            return TRANSPOSED
        return GROUPED if layer.groups > 1 else DILATED if max(layer.dilation) > 1 else REGULAR

    def layers(self, kind: str) -> tuple[Layer, ...]:
        """The layer of a kind; a depthwise separable one is two."""
        if self.own.layer is not None and kind == self.own_kind:
            return (Layer.of(self.own.layer),)
        regular = self._regular()
        if kind == GROUPED:
            return (replace(regular, groups=self.groups, written=("groups",)),)
        if kind == SEPARABLE:
            channels = regular.in_channels
            depthwise = replace(regular, out_channels=channels, groups=channels, written=("groups",))
            return depthwise, Layer("Conv2d", channels, regular.out_channels, (1, 1), (1, 1), (0, 0), bias=regular.bias)
        if kind == DILATED:
            return (replace(regular, dilation=(self.dilation,) * 2, written=("dilation",)),)
        if kind == TRANSPOSED:
            return (
                replace(
                    regular,
                    name="ConvTranspose2d",
                    output_padding=(self.output_padding,) * 2,
                    written=("output_padding",),
                ),
            )
        if kind == SIGNAL:
            padding = regular.padding if isinstance(regular.padding, str) else regular.padding[-1:]
            return (
                Layer(
                    "Conv1d",
                    self.signal_input().shape[0],
                    regular.out_channels,
                    regular.kernel_size[-1:],
                    regular.stride[-1:],
                    padding,
                    (1,),
                    output_padding=(0,),
                    bias=regular.bias,
                ),
            )
        return (regular,)

    def shape(self, kind: str) -> tuple[int, ...]:
        """The spatial shape of a kind's input."""
        return tuple((self.signal_input() if kind == SIGNAL else self.input()).shape[1:])

    def _regular(self) -> Layer:
        """The regular Conv2d that the others differ from by one argument; of the size of the learner's own layer."""
        channels = self.input().shape[0]
        if self.own.layer is None:
            padding: Axes | str = (self.padding,) * 2 if self.padding_kind == "number" else self.padding_kind
            kernel: Axes = (self.kernel_height, self.kernel_width)
            return Layer("Conv2d", channels, self.out_channels, kernel, (self.stride,) * 2, padding, bias=self.bias)
        own = Layer.of(self.own.layer)
        kernel, stride = own.kernel_size * (2 // len(own.kernel_size)), own.stride * (2 // len(own.stride))
        padding = own.padding if isinstance(own.padding, str) else own.padding * (2 // len(own.padding))
        return Layer("Conv2d", channels, own.out_channels, kernel, stride, padding, bias=own.bias)


@lru_cache(maxsize=64)
def named_image(name: str, size: Pair, channels: int) -> Tensor:
    """A photo (3, H, W), or the stack: another grey photo for each channel; not to be changed in place."""
    if name != STACK:
        return images.photo(name, size)
    names = [STACKED[channel % len(STACKED)] for channel in range(channels)]
    return torch.cat(
        [
            images.texture(name, size) if name in images.texture_names() else images.photo(name, size, channels=1)
            for name in names
        ]
    )


@lru_cache(maxsize=8)
def named_signal(name: str) -> Tensor:
    """The beginning of a recording, (1, L), from its mean up and down; not to be changed in place."""
    signal = images.signal(name, _SAMPLES)
    return signal - signal.mean()
