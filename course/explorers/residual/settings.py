"""The settings of the residual explorer, and the arguments of its call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from course.explorers.residual.inputs import IMAGES, feature_maps, input_channels, own_batch, own_block
from course.explorers.settings import checked, choice, image_size, slider, toggle, with_settings
from course.language import N_, _

PATHS, INSIDE, STACKS, INPUT = N_("The two paths"), N_("Inside the block"), N_("Stacks of blocks"), N_("Input")
SIZES = ((9, 9), (16, 16), (21, 28), (32, 32))
SHORTCUTS = {
    "identity": N_("identity: x itself"),
    "projection": N_("projection: 1×1 convolution"),
    "pooled": N_("pooled, channels as they are"),
}
RELUS = {"after": N_("after the sum"), "before": N_("before the sum")}
INITS = {"torch": N_("torch's own"), "he": N_("He's (kaiming_normal_)")}
MOST_CHANNELS, MOST_BLOCKS = 8, 32


@dataclass(frozen=True, eq=False)
class Own:
    """What the learner handed over: a batch (N, C, H, W), a block (a copy of it)."""

    batch: Tensor | None = None
    block: nn.Module | None = None


@dataclass(frozen=True)
class Settings:
    """The settings; sizes in cells, `depth` in blocks."""

    kernel: int = slider(3, 1, 7, N_("kernel"), PATHS)
    stride: int = slider(1, 1, 3, N_("stride"), PATHS)
    padding: int = slider(1, 0, 3, N_("padding"), PATHS)
    in_channels: int = slider(4, 1, MOST_CHANNELS, N_("in_channels"), PATHS)
    out_channels: int = slider(4, 1, MOST_CHANNELS, N_("out_channels"), PATHS)
    shortcut: str = choice("identity", SHORTCUTS, N_("shortcut"), PATHS)
    relu: str = choice("after", RELUS, N_("last ReLU"), INSIDE)
    norm: bool = toggle(True, N_("BatchNorm"), INSIDE)
    zero_gamma: bool = toggle(False, N_("last gamma is 0"), INSIDE)
    init: str = choice("torch", INITS, N_("first weights"), INSIDE)
    depth: int = slider(16, 1, MOST_BLOCKS, N_("blocks"), STACKS)
    image: str = choice("camera", IMAGES, N_("image drawn"), INPUT)
    size: tuple[int, int] = image_size((21, 28), SIZES, INPUT)
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


@with_settings(Settings)
def settings_of(
    *,
    in_channels: int = Settings.in_channels,
    out_channels: int | None = None,
    image: Any = Settings.image,
    block: nn.Module | None = None,
    **settings: Any,
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
    own = Own(None if isinstance(image, str) else own_batch(image), None if block is None else own_block(block))
    if own.batch is not None and own.block is None:
        in_channels = _channels_of(own.batch)
        out_channels = in_channels if out_channels is None else out_channels
    settings |= checked(
        Settings,
        in_channels=in_channels,
        out_channels=Settings.out_channels if out_channels is None else out_channels,
        image=image if isinstance(image, str) else Settings.image,
    )
    return Settings(**settings, own=own)


def _channels_of(batch: Tensor) -> int:
    channels, most = batch.shape[1], MOST_CHANNELS
    if channels > most:
        message = _("image has {channels} channels; the block shown here takes up to {most}: give image[:{most}].")
        raise ValueError(message.format(channels=channels, most=most))
    return channels
