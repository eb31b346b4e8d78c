"""The settings of the layout explorer, and the arguments of its call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from course.explorers.calls import WRITTEN
from course.explorers.layout.batch import own_batch, pictures
from course.explorers.settings import checked, choice, in_range, slider, with_settings
from course.language import N_
from course.layers import Layer

TENSOR, ELEMENT, DONE = N_("Tensor x"), N_("One element"), N_("What is done with x")
NCHW, NHWC, GIVEN = "contiguous_format", "channels_last", "preserve_format"
FORMATS = {NCHW: N_("NCHW: contiguous"), NHWC: N_("NHWC: channels_last"), GIVEN: N_("as x was given")}
NOTHING, CONV, PERMUTE, RESHAPE = "nothing", "conv", "permute", "reshape"
VIEW, FLAT, CONV_OF_NHWC = "view(-1)", "reshape(-1)", "conv of NHWC"
OPERATIONS = {
    NOTHING: N_("nothing"),
    CONV: N_("conv(x)"),
    PERMUTE: N_("permute to N, H, W, C"),
    RESHAPE: N_("reshape to N, H, W, C"),
    VIEW: N_("view(-1)"),
    FLAT: N_("reshape(-1)"),
    CONV_OF_NHWC: N_("mistake: conv(NHWC)"),
}
AXES = {"n": "batch", "c": "channels", "h": "height", "w": "width"}


@dataclass(frozen=True)
class Settings:
    """The settings: the sizes of x, the order of its memory, what is done with it, and the element looked at."""

    memory_format: str = choice(NCHW, FORMATS, N_("memory order"), TENSOR)
    batch: int = slider(2, 1, 3, N_("N, batch"), TENSOR)
    channels: int = slider(3, 1, 4, N_("C, channels"), TENSOR)
    height: int = slider(4, 1, 6, N_("H, height"), TENSOR)
    width: int = slider(5, 1, 6, N_("W, width"), TENSOR)
    n: int = slider(1, 0, 2, N_("n"), ELEMENT, fitted=True)
    c: int = slider(1, 0, 3, N_("c"), ELEMENT, fitted=True)
    h: int = slider(2, 0, 5, N_("h"), ELEMENT, fitted=True)
    w: int = slider(3, 0, 5, N_("w"), ELEMENT, fitted=True)
    operation: str = choice(CONV, OPERATIONS, N_("y ="), DONE)
    kernel: int = slider(3, 1, 5, N_("kernel"), DONE)
    stride: int = slider(1, 1, 3, N_("stride"), DONE)
    padding: int = slider(1, 0, 2, N_("padding"), DONE)
    out_channels: int = slider(2, 1, 4, N_("out_channels"), DONE)
    own: Tensor | None = field(default=None, compare=False)

    @property
    def element(self) -> tuple[int, int, int, int]:
        """The index of the chosen element."""
        return self.n, self.c, self.h, self.w

    def input(self) -> Tensor:
        """The tensor before it gets its memory format, (N, C, H, W); not to be changed in place."""
        if self.own is not None:
            return self.own
        return pictures(self.batch, self.channels, self.height, self.width)

    def layer(self) -> Layer | None:
        """The layer of the operations that have one."""
        if self.operation not in (CONV, CONV_OF_NHWC):
            return None
        kernel, stride, padding = ((size, size) for size in (self.kernel, self.stride, self.padding))
        return Layer("Conv2d", self.channels, self.out_channels, kernel, stride, padding, written=WRITTEN)

    def ordering(self) -> str:
        """The expression that gives x its memory format."""
        return {NCHW: "x.contiguous()", NHWC: "x.to(memory_format=torch.channels_last)", GIVEN: "x"}[self.memory_format]

    def expression(self) -> str:
        """The expression that makes y."""
        return {
            NOTHING: "x",
            CONV: "conv(x)",
            PERMUTE: "x.permute(0, 2, 3, 1)",
            RESHAPE: f"x.reshape({self.batch}, {self.height}, {self.width}, {self.channels})",
            VIEW: "x.view(-1)",
            FLAT: "x.reshape(-1)",
            CONV_OF_NHWC: "conv(x.permute(0, 2, 3, 1))",
        }[self.operation]

    def program(self) -> str:
        """The lines that give what is shown, given x; the layer's random parameters aside."""
        layer = self.layer()
        lines = [f"x = {self.ordering()}"] if self.memory_format != GIVEN else []
        lines += [f"conv = {layer}"] if layer else []
        lines += [f"y = {self.expression()}"] if self.operation != NOTHING or not lines else []
        return "\n".join(lines)


@with_settings(Settings)
def settings_of(
    *,
    batch: int = Settings.batch,
    channels: int = Settings.channels,
    height: int = Settings.height,
    width: int = Settings.width,
    memory_format: Any = None,
    n: int | None = None,
    c: int | None = None,
    h: int | None = None,
    w: int | None = None,
    x: Any = None,
    **settings: Any,
) -> Settings:
    """How a tensor (N, C, H, W) lies in memory: its strides, and what reads or copies it.

    Args:
        batch, channels, height, width: N, C, H and W of a batch of small photos.
        memory_format: "contiguous_format" or "channels_last", or torch's own names of them; "preserve_format" leaves
            your tensor as it is, which is what happens to it by default.
        operation: what is done with x: "nothing", "conv", "permute" and "reshape" (both to N, H, W, C), "view(-1)",
            "reshape(-1)", and "conv of NHWC", the mistake of handing a layer (N, H, W, C).
        n, c, h, w: the index of the element that is looked at.
        kernel, stride, padding, out_channels: of the layer.
        x: your own tensor or array (N, C, H, W), up to 4 × 6 × 8 × 8; shown with the strides that it has.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = None if x is None else own_batch(x)
    sizes: dict[str, Any] = {"batch": batch, "channels": channels, "height": height, "width": width}
    sizes = checked(Settings, **sizes) if own is None else dict(zip(sizes, own.shape, strict=True))
    element: dict[str, Any] = {}
    for axis, index in zip(AXES, (n, c, h, w), strict=True):
        last = sizes[AXES[axis]] - 1
        element[axis] = min(getattr(Settings, axis), last) if index is None else in_range(axis, index, (0, last))
    if isinstance(memory_format, torch.memory_format):
        memory_format = str(memory_format).removeprefix("torch.")
    if memory_format is None:
        memory_format = NCHW if own is None else GIVEN
    return Settings(**sizes, **element, **settings, **checked(Settings, memory_format=memory_format), own=own)
