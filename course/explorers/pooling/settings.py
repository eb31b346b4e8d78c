"""The settings of the pooling explorer, its pictures, and the arguments of its call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.kernels import bank
from course.explorers.learner_inputs import own_image
from course.explorers.padding.settings import IMAGES as PICTURES
from course.explorers.padding.settings import SURROUNDINGS, named_image
from course.explorers.settings import checked, choice, image_size, one_of, slider, toggle, with_settings
from course.language import N_, _
from course.layers import Layer

POOLING, CELL, EXPERIMENTS, INPUT = N_("Pooling"), N_("One window"), N_("Two experiments"), N_("Input")
MAX, AVERAGE, ADAPTIVE = "max", "average", "adaptive"
KINDS = {MAX: N_("max"), AVERAGE: N_("average"), ADAPTIVE: N_("adaptive average")}
EDGES = "edges"
IMAGES = {**{name: name for name in PICTURES}, EDGES: N_("edges (some below 0)")}
SIZES = ((8, 8), (12, 16), (16, 16), (32, 32))
MOST_SHIFT = 3

_LARGEST_OWN_SIDE = 96


@dataclass(frozen=True)
class Given:
    """What a learner hands over: an image (1, H, W), and a max pooling written by hand."""

    image: Tensor | None = None
    max_pool: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Settings:
    """The settings; sizes, places and the shift in cells."""

    kind: str = choice(MAX, KINDS, N_("pooling"), POOLING)
    kernel: int = slider(2, 1, 8, N_("kernel_size"), POOLING)
    apart: bool = toggle(True, N_("stride = kernel_size"), POOLING, argument="stride")
    stride: int = slider(2, 1, 8, N_("stride"), POOLING)
    padding: int = slider(0, 0, 4, N_("padding"), POOLING)
    output: int = slider(4, 1, 16, N_("output size"), POOLING)
    row: int = slider(3, 0, 31, N_("row"), CELL, fitted=True)
    column: int = slider(3, 0, 31, N_("column"), CELL, fitted=True)
    gradient: bool = toggle(False, N_("show the gradient"), EXPERIMENTS)
    shift: int = slider(0, 0, MOST_SHIFT, N_("shift"), EXPERIMENTS)
    image: str = choice("cat", IMAGES, N_("image"), INPUT)
    size: tuple[int, int] = image_size((32, 32), SIZES, INPUT)
    given: Given = field(default=Given(), compare=False)

    def input(self, shift: int = 0) -> Tensor:
        """The image, (1, H, W), its content moved to the right by so many columns; not to be changed in place."""
        if self.given.image is not None:
            moved = F.pad(self.given.image[None], (shift, 0, 0, 0), mode="replicate")[0]
            return moved[:, :, : self.given.image.shape[2]]
        height, width = self.size
        left = SURROUNDINGS - shift
        return _surrounded(self.image, self.size)[
            :, SURROUNDINGS : SURROUNDINGS + height, left : left + width
        ].contiguous()

    def call(self) -> Layer | None:
        """The torch layer; None for an adaptive one, whose windows have no size of their own."""
        if self.kind == ADAPTIVE:
            return None
        kernel, stride, padding = ((side, side) for side in (self.kernel, self.stride, self.padding))
        name = "MaxPool2d" if self.kind == MAX else "AvgPool2d"
        return Layer(name, kernel_size=kernel, stride=stride, padding=padding)

    def code(self) -> str:
        """The torch call as Python text."""
        return f"nn.AdaptiveAvgPool2d({self.output})" if self.kind == ADAPTIVE else str(self.call())

    def steps(self) -> tuple[SizeSteps, SizeSteps] | None:
        """How the output's height and width come about; None for an adaptive pooling.

        Raises:
            ValueError: in plain words, when there is no output.
        """
        call = self.call()
        return None if call is None else call.steps_2d(*self.input().shape[1:])


@lru_cache(maxsize=32)
def _surrounded(name: str, size: tuple[int, int]) -> Tensor:
    """A picture (1, H, W) with what really lies around it, SURROUNDINGS cells on every side."""
    if name != EDGES:
        return named_image(name, size, 1)[1]
    wide = named_image("cat", size, 1)[1]
    kernel, _bias = bank("vertical edges", 1, 1, 3, 3)
    edges = F.conv2d(F.pad(wide[None], (1, 1, 1, 1), mode="replicate"), kernel)[0]
    return edges / edges.abs().max()


@with_settings(Settings)
def settings_of(
    *,
    stride: int | None = None,
    image: Any = Settings.image,
    channel: int = 0,
    max_pool: Any = None,
    **settings: Any,
) -> Settings:
    """What max, average and adaptive pooling keep of an image, where the gradient goes, and what a moved image changes.

    Args:
        kind: "max", "average" or "adaptive".
        kernel, padding: cells, ints.
        stride: cells, an int; the kernel's size when left out, as in torch.
        output: cells of the output's side, for an adaptive pooling.
        row, column: the output cell that is looked at.
        gradient: whether the gradient of the output's sum is shown.
        shift: by how many columns the image is moved to the right, 0 to 3.
        image: the name of a picture, or your own, a float tensor or array (H, W) or (C, H, W) of up to 96 × 96.
        size: cells of a named picture: 8, 16, 32 or (12, 16).
        channel: which channel of your own image is shown. Pooling treats each by itself.
        max_pool: your own function `max_pool(x, kernel, stride, padding)` with x (1, 1, H, W), shown in place of torch's.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = None
    if not isinstance(image, str):
        own, image = own_image(image), Settings.image
        if max(own.shape[1:]) > _LARGEST_OWN_SIDE:
            message = _("image is {height} × {width}; pooling is shown up to {most} × {most}: cut out a part of it.")
            height, width = own.shape[1:]
            raise ValueError(message.format(height=height, width=width, most=_LARGEST_OWN_SIDE))
    channels = range(1 if own is None else own.shape[0])
    index = one_of("channel", channel, channels)
    if max_pool is not None and not callable(max_pool):
        message = _("max_pool must be a function (x, kernel, stride, padding), but it is a {type}.")
        raise TypeError(message.format(type=type(max_pool).__name__))
    if max_pool is not None:
        settings["kind"] = MAX
    kernel = settings.get("kernel", Settings.kernel)
    settings |= checked(Settings, image=image, stride=kernel if stride is None else stride)
    given = Given(None if own is None else own[index : index + 1], max_pool)
    return Settings(**settings, apart=settings["stride"] == kernel, given=given)
