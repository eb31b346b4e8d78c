"""The settings of the convolution explorer, and the arguments of its call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from torch import Tensor, nn

from course import images
from course.arithmetic import SizeSteps
from course.explorers.calls import WRITTEN
from course.explorers.kernels import PRESETS
from course.explorers.layer_settings import PADDINGS, kernel_size, layer_values, padding_kind
from course.explorers.learner_inputs import Own, check_channels, own_image, own_kernel, own_layer
from course.explorers.settings import checked, choice, is_size, numbers, slider, toggle, with_settings
from course.language import N_
from course.layers import Layer

WINDOW, MAPS, INPUT = N_("How the window moves"), N_("Feature maps, and one cell"), N_("Input and kernel values")
DIGIT = "digit"
GREY = ("camera", "coins", *images.texture_names(), DIGIT)
IMAGES = (*images.photo_names(), *images.texture_names(), DIGIT)
SIZES = {size: f"{size} × {size}" for size in (32, 64, 128)}


@dataclass(frozen=True)
class Edit:
    """One kernel value set by hand; it belongs to the preset and the kernel size that it was set in."""

    kernel: tuple[str, int, int]
    place: tuple[int, int, int, int]  # in the weight
    value: float


@dataclass(frozen=True)
class Settings:
    """The settings; sizes and places in cells. `values` is only shown: what is kept of it are the edits."""

    kernel_height: int = slider(3, 1, 11, N_("kernel height"), WINDOW, argument="kernel")
    kernel_width: int = slider(3, 1, 11, N_("kernel width"), WINDOW, argument="kernel")
    square: bool = toggle(True, N_("square kernel"), WINDOW, argument="kernel")
    stride: int = slider(1, 1, 5, N_("stride"), WINDOW)
    padding_kind: str = choice("number", PADDINGS, N_("padding is"), WINDOW, argument=False)
    padding: int = slider(1, 0, 8, N_("padding"), WINDOW)
    dilation: int = slider(1, 1, 4, N_("dilation"), WINDOW)
    out_channels: int = slider(4, 1, 8, N_("out_channels"), MAPS)
    bias: bool = toggle(True, N_("bias"), MAPS)
    channel: int = slider(0, 0, 7, N_("feature map"), MAPS, fitted=True)
    row: int = slider(20, 0, 63, N_("row"), MAPS, fitted=True)
    column: int = slider(20, 0, 63, N_("column"), MAPS, fitted=True)
    image: str = choice("astronaut", IMAGES, N_("image"), INPUT)
    size: int = choice(64, SIZES, N_("image size"), INPUT)
    preset: str = choice("mix", PRESETS, N_("kernels"), INPUT)
    in_channel: int = slider(0, 0, 2, N_("input channel"), INPUT, argument=False)
    values: None = numbers(N_("Edit these kernel values"), INPUT)
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

    def call(self) -> Layer:
        """The torch call."""
        if self.own.layer is not None:
            return Layer.of(self.own.layer, WRITTEN)
        return Layer(
            "Conv2d",
            self.input().shape[0],
            self.out_channels,
            (self.kernel_height, self.kernel_width),
            (self.stride, self.stride),
            (self.padding, self.padding) if self.padding_kind == "number" else self.padding_kind,
            (self.dilation, self.dilation),
            bias=self.bias,
            written=WRITTEN,
        )

    def steps(self) -> tuple[SizeSteps, SizeSteps]:
        """How the output's height and width come about. ValueError, in plain words, when there is no output."""
        return self.call().steps_2d(*self.input().shape[1:])


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


@with_settings(Settings)
def settings_of(
    *,
    kernel: Any = Settings.kernel_height,
    padding: int | str = Settings.padding,
    image: Any = Settings.image,
    layer: nn.Conv2d | None = None,
    **settings: Any,
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
    own = Own(layer=None if layer is None else own_layer(layer, nn.Conv2d))
    if not isinstance(image, str):
        own, image = replace(own, image=own_image(image)), Settings.image
    settings |= padding_kind(Settings, padding) | checked(Settings, image=image)
    chosen = Settings(**settings, own=own)
    if own.layer is not None:
        return _of_layer(chosen, own.layer)
    if is_size(kernel):
        sides = kernel_size(Settings, kernel)
        return replace(chosen, **sides, square=sides["kernel_height"] == sides["kernel_width"])
    weight = own_kernel(kernel, chosen.input().shape[0])
    out_channels, _in_channels, height, width = weight.shape
    return replace(
        chosen,
        kernel_height=height,
        kernel_width=width,
        square=height == width,
        out_channels=out_channels,
        own=replace(own, kernel=weight),
    )


def _of_layer(settings: Settings, layer: nn.Conv2d) -> Settings:
    """The settings as the learner's layer has them, for the controls to show."""
    check_channels(layer, settings.input())
    return replace(settings, **layer_values(Layer.of(layer)), dilation=layer.dilation[0])
