"""Examples of every explorer for the contract: pictures, calls that are refused, and controls to be moved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from torch import nn

from course.explorers.convolution.settings import IMAGES
from course.explorers.layout.settings import OPERATIONS
from course.explorers.padding.settings import SIZES
from course.explorers.variants.settings import KINDS
from tests.explorers.networks import CNNWithResidual, SimpleCNN

Arguments = dict[str, Any]
Move = tuple[str, Any]
Refused = tuple[Arguments, type[Exception], str]


@dataclass(frozen=True)
class Moved:
    """A call, and one control to be moved after it."""

    given: Arguments
    move: Move


@dataclass(frozen=True)
class Drag:
    """A call, controls moved by another thread, controls moved by this one meanwhile, and the settings in the end."""

    given: Arguments
    elsewhere: list[Move]
    here: list[Move]
    end: Arguments


@dataclass(frozen=True)
class Controls:
    """A call, and new values of controls, each moved by itself; 2, or 4 in place of 2, where none is told.

    `without_effect` are those that change nothing by themselves. `afresh` makes another explorer for each: where a
    control's old value does not bring the old settings back.
    """

    given: Arguments
    moves: Arguments
    without_effect: frozenset[str] = frozenset()
    afresh: bool = False


@dataclass(frozen=True)
class Examples:
    """The examples of one explorer. Pictures without a palette have more colours than one holds."""

    pictures: list[Arguments]
    figures: list[Moved]
    refused: list[Refused]
    controls: Controls
    drag: Drag
    global_state: list[Moved]
    has_palette: bool = True


def examples_of(kind: str) -> list[tuple[str, Any]]:
    """The examples of a kind of all explorers, each with the explorer's name."""
    return [(name, example) for name, examples in EXAMPLES.items() for example in getattr(examples, kind)]


def _windows() -> Iterator[Arguments]:
    """Calls of the convolution explorer: many windows, each with another size, number of maps and image."""
    windows = product([1, 3, (2, 5), 11], [1, 3], [0, 3], [1, 2])
    shown = [(32, 1), (64, 4), (128, 8), (32, 8)] * 8
    for (kernel, stride, padding, dilation), (size, maps) in zip(windows, shown, strict=True):
        image = IMAGES[(size + stride) % len(IMAGES)]
        window = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        yield {**window, "size": size, "out_channels": maps, "image": image}


CONVOLUTION = Examples(
    pictures=[*_windows(), {"image": torch.rand(3, 224, 320)}],
    figures=[Moved({"kernel": 5, "stride": 2, "size": 32}, ("dilation", 3))],
    refused=[
        ({"image": torch.zeros(20, 30, 3)}, ValueError, "permute(2, 0, 1)"),
        ({"image": torch.zeros(2, 3, 20, 30)}, ValueError, "image[0]"),
        ({"image": torch.zeros(20)}, ValueError, "(20,)"),
        ({"image": torch.zeros(3, 8, 8, dtype=torch.uint8)}, TypeError, "image / 255"),
        ({"image": torch.full((3, 8, 8), torch.nan)}, ValueError, "192 values that are NaN"),
        ({"image": [[1, math.inf]]}, ValueError, "1 values that are NaN or infinite"),
        ({"image": torch.zeros(3, 8, 8, dtype=torch.complex64)}, TypeError, "complex64"),
        ({"image": torch.zeros(1, 2000, 20)}, ValueError, "1024"),
        ({"image": object()}, TypeError, "object"),
        ({"image": "parrot"}, ValueError, "astronaut"),
        ({"kernel": torch.rand(4, 2, 3, 3)}, ValueError, "2 input channels, but the image has 3"),
        ({"kernel": torch.tensor([[torch.nan]])}, ValueError, "1 values that are NaN"),
        ({"kernel": torch.rand(3)}, ValueError, "(3,)"),
        ({"kernel": torch.rand(40, 40)}, ValueError, "31"),
        ({"kernel": 99}, ValueError, "take 1 to 11"),
        ({"kernel": 2.5}, TypeError, "whole number"),
        ({"kernel": True}, TypeError, "whole number"),
        ({"layer": nn.Linear(3, 3)}, TypeError, "Linear"),
        ({"layer": nn.Conv2d}, TypeError, "class Conv2d itself"),
        ({"layer": nn.LazyConv2d(3, 3)}, TypeError, "lazy"),
        ({"layer": nn.Conv2d(16, 4, 3)}, ValueError, "takes 16 input channels, but the image has 3"),
        ({"kernal": 3}, TypeError, "kernal"),
        ({"stride": 9}, ValueError, "take 1 to 5"),
        ({"padding": "SAME"}, ValueError, "'same', 'valid'"),
    ],
    controls=Controls(
        {"size": 32, "row": 5, "column": 5},
        {
            "kernel_width": 5,
            "square": False,
            "padding_kind": "same",
            "bias": False,
            "image": "cat",
            "size": 64,
            "preset": "blur",
            "values": ((1.0,) * 3,) * 3,
        },
        frozenset({"square", "in_channel"}),  # the table of values, which shows the channel's, is folded away
    ),
    drag=Drag(
        {"size": 32},
        [(name, value) for value in (2, 3, 1, 4, 2) for name in ("stride", "kernel_height", "dilation")],
        [("row", value) for value in range(8)],
        {"stride": 2, "kernel_height": 2, "kernel_width": 2, "dilation": 2},
    ),
    global_state=[Moved({"preset": "random", "size": 32}, ("stride", 2))],
)

PADDING = Examples(
    pictures=[
        {
            **{"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation, "padding_mode": mode},
            **{"size": size, "preset": preset, "image": "brick", "row": 2, "column": 3},
        }
        for kernel, stride, padding, dilation, mode in [
            (5, 1, 2, 1, "zeros"),
            ((4, 6), 1, "same", 1, "reflect"),
            (7, 1, "same", 3, "replicate"),
            (1, 4, 9, 1, "circular"),
            ((1, 7), 3, (0, 5), 2, "circular"),
            (3, 2, "valid", 1, "zeros"),
            (2, 4, (9, 0), 1, "replicate"),
        ]
        for size in SIZES
        for preset in ("blur", "vertical edges")
        if not (size == (8, 8) and padding == 9)  # circular: torch refuses it
    ],
    figures=[Moved({"kernel": 4, "padding": "same", "padding_mode": "circular"}, ("padding_mode", "zeros"))],
    refused=[
        ({"padding": object()}, TypeError, "a pair of them, 'same' or 'valid'"),
        ({"padding": math.nan}, TypeError, "'same' or 'valid'"),
        ({"padding": 40}, ValueError, "take 0 to 16"),
        ({"padding_mode": "constant"}, ValueError, "'zeros', 'reflect', 'replicate', 'circular'"),
        ({"kernel": 8}, ValueError, "kernel_height=8 cannot be shown here: take 1 to 7"),
        ({"kernel": 2.5}, TypeError, "kernel_height must be a whole number"),
        ({"stride": 9}, ValueError, "take 1 to 4"),
        ({"size": 9}, ValueError, "there are: (8, 8)"),
        ({"image": "dog"}, ValueError, "there are: 'cat'"),
        ({"image": torch.rand(97, 9)}, ValueError, "97 × 9"),
        ({"channel": 1}, ValueError, "channel=1"),
        ({"kernal": 3}, TypeError, "kernal"),
        ({"layer": nn.Linear(2, 2)}, TypeError, "Linear"),
        ({"layer": nn.Conv2d(1, 1, 3, padding=33)}, ValueError, "layer pads 33 cells"),
        ({"layer": nn.Conv2d(5, 1, 3)}, ValueError, "takes 5 input channels"),
    ],
    controls=Controls(
        {"size": 32, "row": 5, "column": 5},
        {
            **{"padding_kind": "same", "padding_rows": 4, "padding_columns": 4, "padding_mode": "reflect"},
            **{"kernel_height": 4, "kernel_width": 4, "row": 4, "column": 4, "image": "brick", "size": (16, 16)},
            **{"stride": 4, "dilation": 3, "preset": "sharpen"},
        },
    ),
    drag=Drag(
        {"size": 16},
        [*(("padding_rows", value) for value in (1, 5, 9, 3)), ("padding_mode", "replicate")],
        [("column", value) for value in range(6)],
        {"padding_rows": 3, "padding_mode": "replicate", "column": 5},
    ),
    global_state=[Moved({"preset": "random"}, ("stride", 2))],
)

_FORMATS = ["contiguous_format", "channels_last"]
LAYOUT = Examples(
    pictures=[
        {"operation": operation, "memory_format": memory_format, **sizes}
        for (operation, memory_format), sizes in zip(
            product(OPERATIONS, _FORMATS),
            [
                {},
                {"batch": 3, "channels": 4, "height": 6, "width": 6},
                {"batch": 1, "channels": 1, "height": 1, "width": 1},
                {"height": 3, "kernel": 1, "padding": 2, "out_channels": 4},
                {"channels": 2, "width": 6},
            ]
            * 3,
            strict=False,
        )
    ],
    figures=[Moved({"memory_format": "channels_last", "batch": 3}, ("operation", "reshape"))],
    refused=[
        ({"memory_format": "NHWC"}, ValueError, "channels_last"),
        ({"operation": "transpose"}, ValueError, "permute"),
        ({"batch": 4}, ValueError, "take 1 to 3"),
        ({"kernel": 3.0}, TypeError, "whole number"),
        ({"w": 5}, ValueError, "take 0 to 4"),
        ({"n": True}, TypeError, "whole number"),
        ({"rows": 3}, TypeError, "rows"),
        ({"x": torch.rand(3, 4, 5)}, ValueError, "x[None]"),
        ({"x": torch.rand(4, 5)}, ValueError, "x[None, None]"),
        ({"x": torch.rand(2, 28, 28, 3)}, ValueError, "permute(0, 3, 1, 2)"),
        ({"x": torch.rand(8, 3, 224, 224)}, ValueError, "x[:4, :6, :8, :8].clone()"),
        ({"x": torch.rand(8, 3, 224, 224)[:1, :, :8, :8]}, ValueError, "clone()"),
        ({"x": torch.rand(0, 3, 4, 5)}, ValueError, "nothing"),
        ({"x": torch.full((1, 1, 2, 2), torch.nan)}, ValueError, "4 values that are NaN or infinite, of 4"),
        ({"x": torch.zeros(1, 1, 2, 2, dtype=torch.complex64)}, TypeError, "complex64"),
        ({"x": torch.zeros(1, 1, 2, 2).to_sparse()}, TypeError, "sparse"),
        ({"x": torch.zeros(1, 1, 2, 2, device="meta")}, TypeError, "meta"),
        ({"x": torch.zeros(1, 1, 2, 2).numpy()[:, :, ::-1]}, TypeError, "negative"),
        ({"x": "cat"}, TypeError, "str"),
        ({"x": object()}, TypeError, "object"),
    ],
    controls=Controls(
        {"height": 5},
        {
            **{"memory_format": "channels_last", "batch": 3, "channels": 4, "height": 6, "width": 4},
            **{"n": 0, "c": 2, "h": 4, "w": 1, "operation": "permute", "out_channels": 3},
        },
    ),
    drag=Drag(
        {},
        [move for kernel in (1, 2, 3, 4) for move in (("kernel", kernel), ("memory_format", _FORMATS[kernel % 2]))],
        [("w", value) for value in (1, 4, 0)],
        {"kernel": 4, "memory_format": "contiguous_format", "w": 0},
    ),
    global_state=[Moved({}, ("stride", 2))],
    has_palette=False,
)

VARIANTS = Examples(
    pictures=[
        {},
        {"kind": "grouped", "groups": 4, "channel": 5, "in_channel": 2, "preset": "mix"},
        {
            **{"kind": "grouped", "groups": 3, "in_channels": 6, "out_channels": 6},
            **{"stride": 1, "padding": 4, "kernel": (2, 7)},
        },
        {"kind": "separable", "image": "coffee", "size": (32, 32), "preset": "vertical edges"},
        {"kind": "dilated", "dilation": 4, "padding": 3, "kernel": 5, "size": (12, 16), "preset": "random"},
        {"kind": "transposed", "stride": 4, "output_padding": 3, "size": (32, 32), "row": 100, "column": 100},
        {"kind": "transposed", "stride": 4, "kernel": 1, "padding": 0, "row": 2},
        {"kind": "transposed", "padding": "valid", "out_channels": 1, "in_channels": 1},
        {"kind": "1d", "signal": "eeg", "preset": "mix", "channel": 7},
        {"kind": "1d", "kernel": 7, "stride": 4, "padding": 4, "column": 0},
        {"kind": "1d", "signal": "stock", "kernel": (7, 1), "stride": 3, "padding": 0},
        {"image": torch.linspace(-1, 1, 5 * 96 * 7).reshape(5, 96, 7), "signal": torch.linspace(-3, 0, 320)},
        {"image": torch.rand(64, 5, 90, generator=torch.Generator().manual_seed(0)), "stride": 1, "in_channel": 63},
    ],
    figures=[Moved({"kind": kind, "kernel": 4, "groups": 4, "preset": "mix"}, ("stride", 3)) for kind in KINDS],
    refused=[
        ({"kind": "depthwise"}, ValueError, "'regular', 'grouped', 'separable'"),
        ({"kernel": 8}, ValueError, "kernel_height=8 cannot be shown here: take 1 to 7"),
        ({"kernel": torch.rand(3, 3)}, TypeError, "is no size"),
        ({"stride": 2.0}, TypeError, "stride must be a whole number"),
        ({"padding": "SAME"}, ValueError, "'same', 'valid'"),
        ({"groups": 9}, ValueError, "take 1 to 8"),
        ({"in_channels": 7}, ValueError, "the stack has 1 to 6 channels, not 7"),
        ({"in_channels": 4, "image": "cat"}, ValueError, "the image has 3"),
        ({"image": "dog"}, ValueError, "there are: 'stack'"),
        ({"image": torch.rand(1, 9, 97)}, ValueError, "9 × 97"),
        ({"image": torch.rand(65, 9, 9)}, ValueError, "65 channels"),
        ({"signal": "noise"}, ValueError, "there are: 'scan line'"),
        ({"signal": torch.rand(321)}, ValueError, "321 samples"),
        ({"signal": torch.rand(2, 3, 4)}, ValueError, "one signal is wanted"),
        ({"channel": 8}, ValueError, "channel=8"),
        ({"in_channel": 4}, ValueError, "in_channel=4"),
        ({"layer": nn.Linear(2, 2)}, TypeError, "Linear; a layer made by nn.Conv2d(...), nn.ConvTranspose2d(...)"),
        ({"layer": nn.Conv2d}, TypeError, "the class Conv2d itself"),
        ({"layer": nn.LazyConv2d(3, 3)}, TypeError, "lazy"),
        ({"layer": nn.Conv2d(3, 3, 17)}, ValueError, "kernel_size=(17, 17)"),
        ({"layer": nn.Conv2d(9, 3, 3)}, ValueError, "not 9"),
        ({"layer": nn.Conv2d(4, 3, 3), "image": "cat"}, ValueError, "the image has 3"),
        ({"layer": nn.Conv2d(4, 3, 3), "in_channels": 3}, ValueError, "the layer takes 4"),
        ({"layer": nn.Conv1d(2, 3, 3), "signal": "eeg"}, ValueError, "the signal has 1"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"kind": "transposed", "stride": 3, "row": 3, "column": 3},
        {
            **{"kind": "1d", "square": False, "kernel_width": 5, "stride": 1, "padding_kind": "valid", "bias": False},
            **{"in_channel": 2, "image": "cat", "size": (16, 16), "preset": "sharpen", "signal": "eeg"},
        },
        frozenset({"square"}),
    ),
    drag=Drag(
        {"kind": "transposed"},
        [*(("kernel_height", value) for value in (1, 5, 4, 3)), ("groups", 4)],
        [("column", value) for value in range(6)],
        {"kernel_width": 3, "groups": 4, "column": 5},
    ),
    global_state=[Moved({"preset": "random"}, ("stride", 3))],
)

_MISMATCH: Arguments = {"stride": 2, "out_channels": 8, "depth": 2}
RESIDUAL = Examples(
    pictures=[
        {"depth": 2, **given}
        for given in [
            {},
            _MISMATCH,
            {**_MISMATCH, "shortcut": "projection"},
            {"in_channels": 1},
            {"size": 9, "stride": 3, "padding": 0},
            {"relu": "before", "norm": False, "depth": 32},
            {"zero_gamma": True, "depth": 32},
            {"kernel": 1, "padding": 3, "size": 32, "depth": 1},
            {"norm": False, "init": "he", "depth": 32, "in_channels": 8, "out_channels": 8},
            {"image": torch.linspace(-3, 3, 2 * 3 * 40 * 17).reshape(2, 3, 40, 17)},
            {"image": torch.rand(128, 100)},
            {"block": nn.Conv2d(5, 5, 3, padding=1)},
            {"block": nn.Conv2d(5, 7, 3, stride=2)},
        ]
    ],
    figures=[Moved({"stride": 3, "shortcut": "projection", "norm": False, "depth": 6}, ("depth", 9))],
    refused=[
        ({"kernel": 8}, ValueError, "kernel=8 cannot be shown here: take 1 to 7"),
        ({"stride": 4}, ValueError, "take 1 to 3"),
        ({"padding": -1}, ValueError, "take 0 to 3"),
        ({"padding": "same"}, TypeError, "padding must be a whole number"),
        ({"out_channels": 0}, ValueError, "take 1 to 8"),
        ({"depth": 33}, ValueError, "take 1 to 32"),
        ({"shortcut": "none"}, ValueError, "'identity', 'projection', 'pooled'"),
        ({"relu": "never"}, ValueError, "'after', 'before'"),
        ({"init": "xavier"}, ValueError, "'torch', 'he'"),
        ({"size": 10}, ValueError, "(9, 9)"),
        ({"image": "dog"}, ValueError, "'camera'"),
        ({"image": torch.rand(1, 129, 9)}, ValueError, "129 × 9"),
        ({"image": torch.rand(9, 20, 20)}, ValueError, "image has 9 channels"),
        ({"image": torch.rand(17, 3, 9, 9)}, ValueError, "one image is wanted"),
        ({"block": nn.Linear(2, 2)}, TypeError, "no nn.Conv2d"),
        ({"block": nn.Conv2d}, TypeError, "the class Conv2d itself"),
        ({"block": "resnet"}, TypeError, "block is a str"),
        ({"block": nn.LazyConv2d(2, 3)}, TypeError, "run it once"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"depth": 3, "norm": True},
        {
            **{"shortcut": "projection", "relu": "before", "norm": False, "zero_gamma": True, "init": "he"},
            **{"image": "flower", "size": (16, 16)},
        },
    ),
    drag=Drag(
        {"size": 16, "depth": 2},
        [
            *(move for value in (1, 5, 2, 3) for move in (("stride", min(value, 3)), ("depth", value))),
            ("shortcut", "projection"),
        ],
        [("out_channels", value) for value in range(1, 6)],
        {"stride": 3, "depth": 3, "shortcut": "projection", "out_channels": 5},
    ),
    global_state=[
        Moved({"block": nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.Dropout(0.5)), "depth": 2}, ("depth", 3)),
        Moved({"init": "he", "depth": 1}, ("stride", 2)),
    ],
)

NETWORK = Examples(
    pictures=[
        {"layer": 1},
        {"layer": 3, "row": 0, "column": 13},
        {"layer": 7},
        {"layer": 8},
        {"layers": "simple", "layer": 10, "image": "cat", "size": 64},
        {"layers": "simple", "layer": 12, "image": "coffee", "size": 224},
        {"layers": "dilated", "layer": 6, "row": 2},
        {"layers": "up and down", "layer": 7, "image": "coins", "size": 128},
        {"layers": [nn.Conv2d(1, 40, 3), nn.Linear(3, 4)], "layer": 1, "channel": 33},
        {"layers": [nn.Conv2d(1, 3, 3, stride=5)], "image": torch.randn(9, 31)},
        {"layers": [nn.Flatten(), nn.Linear(1, 21)], "layer": 2},
        {"layers": [nn.Conv2d(1, 1, (1, 9))], "image": torch.rand(1, 1000, 9)},
    ],
    figures=[
        Moved({"layer": 3, "row": 0, "column": 13}, ("layer", 2)),
        Moved({"layer": 8}, ("layer", 2)),
        Moved({"model": CNNWithResidual(), "layer": 12}, ("layer", 2)),
    ],
    refused=[
        ({"model": SimpleCNN}, TypeError, "the class SimpleCNN itself"),
        ({"model": 3}, TypeError, "model is a int"),
        ({"model": nn.LazyConv2d(3, 3)}, TypeError, "run it once"),
        ({"model": nn.Conv2d(5, 1, 3)}, ValueError, "a tensor (5, H, W)"),
        ({"model": nn.ReLU(), "kernel": 3}, ValueError, "kernel= is for a stack"),
        ({"model": nn.ReLU(), "layers": "dilated"}, ValueError, "layers= is for a stack"),
        ({"layers": "resnet"}, ValueError, "there are: 'small'"),
        ({"layers": nn.ReLU()}, TypeError, "hand a model over as model="),
        ({"layers": [3]}, TypeError, "layers holds a int"),
        ({"layers": [nn.GELU()]}, ValueError, "GELU(approximate='none') cannot be edited"),
        ({"layers": []}, ValueError, "from 1 to"),
        ({"layer": 9}, ValueError, "take 1 to 8"),
        ({"model": SimpleCNN(), "layer": "head"}, ValueError, "'features.0'"),
        ({"kind": "attention"}, ValueError, "'conv', 'depthwise'"),
        ({"kernel": 12}, ValueError, "take 1 to 11"),
        ({"kernel": 2.5}, TypeError, "kernel must be a whole number"),
        ({"digit": 10}, ValueError, "take 0 to 9"),
        ({"size": 30}, ValueError, "there are: 8, 16, 28"),
        ({"image": "dog"}, ValueError, "there are: 'digit'"),
        ({"image": torch.zeros(3, 3, dtype=torch.uint8)}, TypeError, "image / 255"),
        ({"image": torch.full((4, 4), math.nan)}, ValueError, "NaN"),
        ({"kernal": 3}, TypeError, "kernal"),
    ],
    controls=Controls(
        {"layer": 4, "row": 3, "column": 3},
        {
            **{"layer": 6, "count": 9, "stack": "dilated", "kind": "average pool", "follow": False},
            **{"image": "cat", "size": 32},
        },
        frozenset({"follow"}),  # it holds a number: nothing changes yet
        afresh=True,
    ),
    drag=Drag(
        {"layer": 4},
        [*(("kernel", value) for value in (5, 7, 1, 3)), ("channels", 5)],
        [("digit", value) for value in range(5)],
        {"kernel": 3, "channels": 5, "digit": 4},
    ),
    global_state=[
        Moved({"model": SimpleCNN(1), "layer": 3}, ("layer", 5)),
        Moved({"layer": 4}, ("stride", 2)),
    ],
)

EXAMPLES = {
    "convolution": CONVOLUTION,
    "padding": PADDING,
    "layout": LAYOUT,
    "variants": VARIANTS,
    "residual": RESIDUAL,
    "network": NETWORK,
}
