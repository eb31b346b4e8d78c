"""What the residual explorer can be set to, and what a call of it accepts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from course.explorers.calls import Pair
from course.explorers.residual.batch import IMAGES, feature_maps, own_batch
from course.explorers.residual.own import input_channels, own_block
from course.explorers.validate import in_range, one_of
from course.language import _

SIZES = ((9, 9), (16, 16), (21, 28), (32, 32))
SHORTCUTS = ("identity", "projection", "pooled")
RELUS = ("after", "before")
INITS = ("torch", "he")
RANGES = {
    "kernel": (1, 7),
    "stride": (1, 3),
    "padding": (0, 3),
    "in_channels": (1, 8),
    "out_channels": (1, 8),
    "depth": (1, 32),
}


@dataclass(frozen=True, eq=False)
class Own:
    """What the learner handed over: a batch (N, C, H, W), a block (a copy of it)."""

    batch: Tensor | None = None
    block: nn.Module | None = None


@dataclass(frozen=True)
class Settings:
    """The settings; sizes in cells, `depth` in blocks."""

    kernel: int = 3
    stride: int = 1
    padding: int = 1
    in_channels: int = 4
    out_channels: int = 4
    shortcut: str = "identity"  # one of SHORTCUTS
    relu: str = "after"  # the sum, or before it
    norm: bool = True
    zero_gamma: bool = False
    depth: int = 16
    init: str = "torch"  # or 'he'
    image: str = "camera"
    size: Pair = (21, 28)
    own: Own = field(default=Own(), compare=False)

    @property
    def sample(self) -> int:
        """Which image of the batch is drawn."""
        return 0 if self.own.batch is not None else IMAGES.index(self.image)

    @property
    def starts_as_identity(self) -> bool:
        """Whether the main path's last BatchNorm has gamma 0; without norm there is none."""
        return self.norm and self.zero_gamma

    def input(self) -> Tensor:
        """The batch (N, C, H, W); not to be changed in place."""
        if self.own.batch is not None:
            return self.own.batch
        channels = self.in_channels if self.own.block is None else input_channels(self.own.block)
        return feature_maps(channels, self.size)


def settings_of(
    *,
    kernel: int = 3,
    stride: int = 1,
    padding: int = 1,
    in_channels: int = 4,
    out_channels: int | None = None,
    shortcut: str = "identity",
    relu: str = "after",
    norm: bool = True,
    zero_gamma: bool = False,
    depth: int = 16,
    init: str = "torch",
    image: Any = "camera",
    size: int | Pair = (21, 28),
    block: nn.Module | None = None,
) -> Settings:
    """A residual block on a batch of images: main path, shortcut, their sum; and gradients in stacks of such blocks.

    Args:
        kernel, padding: of both convolutions of the main path, ints.
        stride: of the main path's first convolution, and of the shortcut unless that is the identity.
        in_channels, out_channels: feature maps of x, and of the main path's output; 4 unless told, or those of your image.
        shortcut: 'identity', 'projection' (a 1×1 convolution) or 'pooled' (average pooling, which leaves the channels).
        relu: whether the last ReLU comes 'after' the sum or 'before' it, on the main path alone.
        norm: whether a BatchNorm follows each convolution.
        zero_gamma: whether the main path's last BatchNorm starts with gamma 0.
        depth: blocks in a stack whose gradients are measured, up to 32.
        init: the first weights: 'torch' for torch's own, 'he' for nn.init.kaiming_normal_.
        image: the image of the batch that is drawn; or your own, a float tensor or array (H, W), (C, H, W) or
            (N, C, H, W), of up to 128 × 128.
        size: cells of the named images: 9, 16, (21, 28) or 32.
        block: your own `nn.Module`; of it are shown the output, what it adds to its input, and its gradients.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = Own(
        None if isinstance(image, str) else own_batch(image),
        None if block is None else own_block(block),
    )
    if own.batch is not None and own.block is None:
        in_channels = _channels_of(own.batch)
        out_channels = in_channels if out_channels is None else out_channels
    return Settings(
        kernel=in_range("kernel", kernel, RANGES["kernel"]),
        stride=in_range("stride", stride, RANGES["stride"]),
        padding=in_range("padding", padding, RANGES["padding"]),
        in_channels=in_range("in_channels", in_channels, RANGES["in_channels"]),
        out_channels=in_range(
            "out_channels", Settings.out_channels if out_channels is None else out_channels, RANGES["out_channels"]
        ),
        shortcut=one_of("shortcut", shortcut, SHORTCUTS),
        relu=one_of("relu", relu, RELUS),
        norm=bool(norm),
        zero_gamma=bool(zero_gamma),
        depth=in_range("depth", depth, RANGES["depth"]),
        init=one_of("init", init, INITS),
        image=one_of("image", image, IMAGES) if isinstance(image, str) else Settings.image,
        size=one_of("size", tuple(size) if isinstance(size, tuple | list) else (size, size), SIZES),
        own=own,
    )


def _channels_of(batch: Tensor) -> int:
    channels, most = batch.shape[1], RANGES["in_channels"][1]
    if channels > most:
        message = _("image has {channels} channels; the block shown here takes up to {most}: give image[:{most}].")
        raise ValueError(message.format(channels=channels, most=most))
    return channels
