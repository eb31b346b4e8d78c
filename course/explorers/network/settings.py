"""The settings of the network explorer, the run that they describe, and the cell of a layer's output that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import torch
from torch import nn

from course import images
from course.explorers.network.run import Input, Network, Row, Trace, trace
from course.explorers.network.stack import Unbuilt, built
from course.explorers.network.stack_layers import KINDS, MOST_LAYERS, STACKS, StackLayer, texts
from course.explorers.settings import Choice, Control, Slider, Toggle, choice, slider
from course.language import N_

NETWORK, LAYER, CELL, INPUT = N_("The network"), N_("The chosen layer"), N_("One cell of its output"), N_("Input")
DIGIT = "digit"
IMAGES = (DIGIT, *images.photo_names())
SIZES = {size: f"{size} × {size}" for size in (8, 16, 28, 32, 64, 96, 128, 224)}
OF_CELL = ("channel", "row", "column")
YOURS = "yours"
OTHER = "other"


@dataclass(frozen=True, eq=False)
class Own:
    """What the learner handed over: a copy of their model and its class, or their layers; and their input."""

    network: Network | None = None
    kind: str = ""
    layers: tuple[StackLayer, ...] = ()
    input: Input | None = None


@dataclass(frozen=True)
class Settings:
    """The settings. `layer` counts from 1; channel, row and column are None until they are fitted to its output.

    `stack` names what the layers began with. The further controls are those of the chosen layer: `StackLayer.values`.
    """

    layers: tuple[StackLayer, ...] = STACKS["small"][1]
    layer: int = slider(1, 1, 8, N_("chosen layer"), NETWORK)
    stack: str = choice(
        "small",
        {**{name: label for name, (label, _layers) in STACKS.items()}, YOURS: N_("what you gave")},
        N_("start over from"),
        NETWORK,
        argument=False,
    )
    channel: int | None = slider(None, 0, 63, N_("feature map"), CELL, fitted=True)
    row: int | None = slider(None, 0, 63, N_("row"), CELL, fitted=True)
    column: int | None = slider(None, 0, 63, N_("column"), CELL, fitted=True)
    image: str = choice(
        DIGIT, {**dict(zip(IMAGES, IMAGES, strict=True)), YOURS: N_("what you gave")}, N_("image"), INPUT
    )
    digit: int = slider(3, 0, 9, N_("digit"), INPUT)
    size: int = choice(28, SIZES, N_("image size"), INPUT)
    own: Own = field(default=Own(), compare=False)

    @property
    def chosen(self) -> StackLayer:
        """The chosen layer of the stack; the last one, where there are not so many."""
        return self.layers[min(self.layer, len(self.layers)) - 1]

    def input(self) -> Input:
        """The batch of one that is run; not to be changed in place."""
        if self.own.input is not None:
            return self.own.input
        channels = None if self.own.network is None else in_channels(self.own.network.module)
        return named_input(self.image, self.digit, self.size, channels)

    def texts(self) -> tuple[str, ...]:
        """The torch text of every layer of the stack."""
        return texts(self.layers, tuple(self.input().x.shape[1:]))

    def network(self) -> Network | Unbuilt:
        """What is run."""
        return self.own.network or built(self.texts())

    def trace(self) -> Trace:
        """The run, of as many layers as can be built."""
        network = self.network()
        return trace(network.before if isinstance(network, Unbuilt) else network, self.input())

    def with_chosen(self, layer: StackLayer) -> Settings:
        """The settings with another layer in place of the chosen one."""
        place = min(self.layer, len(self.layers)) - 1
        return replace(self, layers=(*self.layers[:place], layer, *self.layers[place + 1 :]))

    def following(self, follow: bool) -> Settings:
        """The settings with the chosen layer's in-number free to follow what comes in, or held at what it is now."""
        chosen, rows = self.chosen, self.trace().rows
        if follow or not chosen.uses("follow"):
            return self.with_chosen(replace(chosen, follow=True))
        if not chosen.follow:
            return self
        place = min(self.layer, len(self.layers)) - 1
        before = rows[place - 1].out_shape if 0 < place <= len(rows) else tuple(self.input().x.shape[1:])
        held = replace(chosen.layer, in_channels=chosen.incoming(before))
        return self.with_chosen(replace(chosen, layer=held, follow=False))

    def looking_at(self, layer: int) -> Settings:
        """The settings with another layer chosen, and in its output the cell at about the same place."""
        run = self.trace()
        row, column = _cell_after(shown_row(self.layer, run), shown_row(layer, run), self.row, self.column)
        return replace(self, layer=layer, channel=None, row=row, column=column)

    def placed(self) -> Settings:
        """The settings with the chosen layer among those there are, and the chosen cell inside the output shown."""
        run = self.trace()
        count = len(run.rows) if self.own.network else len(self.layers)
        layer = min(max(self.layer, 1), max(count, 1))
        channel, row, column = _cell_inside(shown_row(layer, run), self.channel, self.row, self.column)
        return replace(self, layer=layer, channel=channel, row=row, column=column)


COUNT = Slider(N_("layers"), 1, MOST_LAYERS, NETWORK)
OF_LAYER: dict[str, Control] = {
    "kind": Choice(
        N_("kind"), {**{name: kind.label for name, kind in KINDS.items()}, OTHER: N_("another kind")}, LAYER
    ),
    "kernel": Slider(N_("kernel"), 1, 11, LAYER),
    "stride": Slider(N_("stride"), 1, 5, LAYER),
    "padding": Slider(N_("padding"), 0, 8, LAYER),
    "dilation": Slider(N_("dilation"), 1, 4, LAYER),
    "channels": Slider(N_("out channels"), 1, 64, LAYER),
    "follow": Toggle(N_("takes what comes in"), LAYER),
}
"""Controls of the chosen layer."""

SLIDERS = {name: control for name, control in OF_LAYER.items() if isinstance(control, Slider)}


@lru_cache(maxsize=32)
def named_input(name: str, digit: int, size: int, channels: int | None) -> Input:
    """A picture as a batch of one: a digit has one channel, a photo three, or as many as are asked for (1 or 3)."""
    with torch.inference_mode(False):
        if name == DIGIT:
            pictures, labels = images.digits(size, "test")
            x = pictures[int((labels == digit).nonzero()[0])].clone()
            return Input((x.expand(3, -1, -1).clone() if channels == 3 else x)[None])
        return Input(images.photo(name, size, channels=1 if channels == 1 else 3)[None])


def in_channels(module: nn.Module) -> int | None:
    """The channels that the model's first convolution takes; None where it has none."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            return layer.in_channels
    return None


def shown_index(layer: int, run: Trace) -> int | None:
    """The row of a layer counted from 1, or the last one that ran."""
    return min(layer, len(run.rows)) - 1 if run.rows else None


def shown_row(layer: int, run: Trace) -> Row | None:
    """The layer counted from 1 itself, or the last one that ran."""
    index = shown_index(layer, run)
    return None if index is None else run.rows[index]


def _cell_inside(shown: Row | None, channel: int | None, row: int | None, column: int | None) -> tuple[int, int, int]:
    """The chosen cell (channel, row, column) brought inside a layer's output.

    By default the middle, in the map that answers strongest there.
    """
    channels, height, width = cells(shown)
    row, column = (
        size // 2 if index is None else min(max(index, 0), size - 1) for index, size in ((row, height), (column, width))
    )
    channel = _strongest(shown, row, column) if channel is None else channel
    return min(max(channel, 0), channels - 1), row, column


def _cell_after(
    before: Row | None, after: Row | None, row: int | None, column: int | None
) -> tuple[int | None, int | None]:
    """The (row, column) at about the same place in the output of another layer; None where it is to be chosen anew."""
    if before is None or after is None or not before.maps.dim() == after.maps.dim() == 3:
        return None, None
    row, column = (
        None if index is None else int((index + 0.5) * after.maps.shape[axis] / before.maps.shape[axis])
        for axis, index in ((1, row), (2, column))
    )
    return row, column


def cells(shown: Row | None) -> tuple[int, int, int]:
    """Channels, rows and columns that can be chosen; a vector has a row for each element."""
    if shown is None or not shown.maps.numel():
        return 1, 1, 1
    if shown.maps.dim() == 3:
        channels, height, width = shown.maps.shape
        return channels, height, width
    return 1, shown.maps.shape[0], 1


def _strongest(shown: Row | None, row: int, column: int) -> int:
    """The feature map that answers strongest at a cell, so that there is something to be seen."""
    if shown is None or shown.maps.dim() != 3 or not shown.maps.numel():
        return 0
    return int(shown.maps[:, row, column].argmax())
