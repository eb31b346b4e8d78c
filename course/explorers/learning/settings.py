"""The settings of the learning explorer, its images, and the arguments of its call."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from course import images
from course.explorers.kernels import PRESETS as ALL_PRESETS
from course.explorers.kernels import bank
from course.explorers.learner_inputs import own_image, own_kernel
from course.explorers.settings import checked, choice, is_size, slider, with_settings
from course.language import N_, _
from course.layers import Layer

LAYER, DESCENT, INPUT = N_("The layer, and what it shall learn"), N_("Gradient descent"), N_("Image")
PRESETS = {name: label for name, label in ALL_PRESETS.items() if name not in ("mix", "random")}
OPTIMIZERS = {"SGD": "SGD", "momentum": N_("SGD, momentum 0.9"), "Adam": "Adam"}
RATES = {rate: f"{rate:g}" for rate in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)}
FLAT, STRIPES, NOISE = "flat", "stripes", "noise"
IMAGES = {
    **{name: name for name in ("camera", "cat", "coins", "brick", "gravel")},
    FLAT: N_("flat: one grey"),
    STRIPES: N_("stripes"),
    NOISE: N_("noise"),
}
SIZES = {size: f"{size} × {size}" for size in (16, 32, 64)}

_LARGEST_OWN_SIDE = 96
_LARGEST_KERNEL = 7


@dataclass(frozen=True)
class Given:
    """What a learner hands over: an image (1, H, W), and the kernel (height, width) that is to be found."""

    image: Tensor | None = None
    kernel: Tensor | None = None


@dataclass(frozen=True)
class Settings:
    """The settings; sizes in cells."""

    target: str = choice("vertical edges", PRESETS, N_("true kernel"), LAYER)
    kernel: int = slider(3, 1, _LARGEST_KERNEL, N_("kernel_size"), LAYER)
    stride: int = slider(1, 1, 3, N_("stride"), LAYER)
    padding: int = slider(0, 0, 3, N_("padding"), LAYER)
    optimizer: str = choice("Adam", OPTIMIZERS, N_("optimizer"), DESCENT)
    rate: float = choice(0.03, RATES, N_("learning rate"), DESCENT)
    steps: int = slider(500, 0, 1000, N_("steps"), DESCENT)
    image: str = choice("coins", IMAGES, N_("image"), INPUT)
    size: int = choice(32, SIZES, N_("image size"), INPUT)
    given: Given = field(default=Given(), compare=False)

    def input(self) -> Tensor:
        """The image, (1, H, W); not to be changed in place."""
        return named_image(self.image, self.size) if self.given.image is None else self.given.image

    def true_kernel(self) -> Tensor:
        """The kernel that made the targets, (height, width)."""
        if self.given.kernel is not None:
            return self.given.kernel
        return bank(self.target, 1, 1, self.kernel, self.kernel)[0][0, 0]

    def call(self) -> Layer:
        """The layer that learns."""
        height, width = self.true_kernel().shape
        stride, padding = (self.stride, self.stride), (self.padding, self.padding)
        return Layer("Conv2d", 1, 1, (height, width), stride, padding, bias=False, written=("stride", "padding"))

    def code(self) -> str:
        """The training as Python text."""
        name = "Adam" if self.optimizer == "Adam" else "SGD"
        momentum = ", momentum=0.9" if self.optimizer == "momentum" else ""
        return (
            f"layer = {self.call()}\n"
            f"optimizer = torch.optim.{name}(layer.parameters(), lr={self.rate:g}{momentum})\n"
            f"for step in range({self.steps}):\n"
            "    loss = F.mse_loss(layer(x), target)\n"
            "    optimizer.zero_grad()\n"
            "    loss.backward()\n"
            "    optimizer.step()"
        )


@lru_cache(maxsize=32)
def named_image(name: str, size: int) -> Tensor:
    """A picture (1, size, size) with values in [0, 1]."""
    if name == FLAT:
        return torch.full((1, size, size), 0.5)
    if name == STRIPES:
        return (torch.arange(size) // 4 % 2).float().expand(1, size, size).contiguous()
    if name == NOISE:
        return torch.rand(1, size, size, generator=torch.Generator().manual_seed(0))
    return images.texture(name, size) if name in images.texture_names() else images.photo(name, size, channels=1)


@with_settings(Settings)
def settings_of(*, kernel: Any = Settings.kernel, image: Any = Settings.image, **settings: Any) -> Settings:
    """A kernel that is learned: from an image and what a true kernel makes of it, gradient descent finds the kernel again.

    Args:
        target: the true kernel, such as "vertical edges".
        kernel: its size, an int; or its values, your own tensor (height, width) of up to 7 × 7.
        stride, padding: of the layer, cells, ints.
        optimizer: "SGD", "momentum" (SGD with momentum 0.9) or "Adam".
        rate: the learning rate: 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1 or 3.
        steps: of gradient descent, 0 to 1000.
        image: the name of a picture, or your own, a float tensor or array (H, W) or (1, H, W) of up to 96 × 96.
        size: pixels of a named picture's side: 16, 32 or 64.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = weight = None
    if not isinstance(image, str):
        own, image = own_image(image), Settings.image
        if own.shape[0] != 1 or max(own.shape[1:]) > _LARGEST_OWN_SIDE:
            message = _("image has the shape {shape}; a grey one is wanted, (H, W), of up to {most} × {most}.")
            raise ValueError(message.format(shape=tuple(own.shape), most=_LARGEST_OWN_SIDE))
    if is_size(kernel):
        settings |= checked(Settings, kernel=kernel)
    else:
        weight = own_kernel(kernel, 1)[0, 0]
        if max(weight.shape) > _LARGEST_KERNEL:
            message = _("kernel has the shape {shape}; up to {most} × {most} can be learned here.")
            raise ValueError(message.format(shape=tuple(weight.shape), most=_LARGEST_KERNEL))
    return Settings(**settings | checked(Settings, image=image), given=Given(own, weight))
