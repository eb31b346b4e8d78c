"""The variants explorer: Conv2d and its friends side by side, each with its output, its parameters and its multiply-adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from course.explorers.base import Recipe
from course.explorers.calls import run
from course.explorers.controls import Shown
from course.explorers.kernels import PRESETS
from course.explorers.layer_settings import PADDINGS
from course.explorers.question import Question
from course.explorers.settings import Choice, Slider, Toggle
from course.explorers.text import Problem
from course.explorers.variants.arguments import settings_of
from course.explorers.variants.description import describe
from course.explorers.variants.guess import judge
from course.explorers.variants.reasons import plain_reason
from course.explorers.variants.settings import (
    DILATED,
    GROUPED,
    IMAGES,
    KINDS,
    RANGES,
    REGULAR,
    SIGNAL,
    SIGNALS,
    SIZES,
    STACK,
    TRANSPOSED,
    Settings,
)
from course.explorers.variants.view import draw
from course.explorers.variants.weights import parameters_of
from course.language import N_
from course.layers import Axes, Layer

_KIND, _LAYER, _ONE = N_("Kind"), N_("What all kinds share"), N_("What one kind has")
_LOOK, _INPUT = N_("Channels, and one output cell"), N_("Input and kernel values")

CONTROLS = {
    "kind": Choice(N_("look at"), KINDS, _KIND),
    "kernel_height": Slider(N_("kernel height"), *RANGES["kernel_height"], _LAYER),
    "kernel_width": Slider(N_("kernel width"), *RANGES["kernel_width"], _LAYER),
    "square": Toggle(N_("square kernel"), _LAYER),
    "stride": Slider(N_("stride"), *RANGES["stride"], _LAYER),
    "padding_kind": Choice(N_("padding is"), PADDINGS, _LAYER),
    "padding": Slider(N_("padding"), *RANGES["padding"], _LAYER),
    "in_channels": Slider(N_("in_channels"), *RANGES["in_channels"], _LAYER),
    "out_channels": Slider(N_("out_channels"), *RANGES["out_channels"], _LAYER),
    "bias": Toggle(N_("bias"), _LAYER),
    "groups": Slider(N_("groups"), *RANGES["groups"], _ONE),
    "dilation": Slider(N_("dilation"), *RANGES["dilation"], _ONE),
    "output_padding": Slider(N_("output_padding"), *RANGES["output_padding"], _ONE),
    "channel": Slider(N_("output map"), 0, 7, _LOOK),
    "row": Slider(N_("row"), 0, 63, _LOOK),
    "column": Slider(N_("column"), 0, 63, _LOOK),
    "in_channel": Slider(N_("input channel"), 0, 5, _LOOK),
    "image": Choice(N_("image"), {name: name for name in IMAGES}, _INPUT),
    "size": Choice(N_("image size"), {size: f"{size[0]} × {size[1]}" for size in SIZES}, _INPUT),
    "preset": Choice(N_("kernels"), PRESETS, _INPUT),
    "signal": Choice(N_("1-D signal"), {name: name for name in SIGNALS}, _INPUT),
}
_OF_LAYER = frozenset(name for name, control in CONTROLS.items() if control.group == _LAYER)
_OF_ONE = {GROUPED: "groups", DILATED: "dilation", TRANSPOSED: "output_padding"}


@dataclass(frozen=True, eq=False)
class Variant:
    """One kind's layers, one after the other, and what they make of the input.

    `code` is the call that was run; `shape` the input's spatial shape, `y` the output, (C, H, W) or (C, L), or None,
    and then `problem` tells why. `parameters` and `multiply_adds` count all layers; None where there is no output.
    """

    kind: str
    layers: tuple[Layer, ...]
    code: str
    shape: Axes
    y: Tensor | None
    parameters: int | None
    multiply_adds: int | None
    problem: Problem | None = None

    @property
    def spatial(self) -> Layer:
        """The layer that looks at neighbours: the first one."""
        return self.layers[0]

    @property
    def output(self) -> Tensor:
        """y, where it is known that there is one."""
        assert self.y is not None
        return self.y


@dataclass(frozen=True, eq=False)
class Result:
    """All kinds on one input: `x` is (C, H, W), `signal` (C, L); `variants` holds them by name, in the order shown."""

    settings: Settings
    x: Tensor
    signal: Tensor
    variants: Mapping[str, Variant]

    @property
    def chosen(self) -> Variant:
        """The kind that is looked at."""
        return self.variants[self.settings.kind]


def compute(settings: Settings) -> Result | Problem:
    """Run every kind. A kind without output tells why while the others go on; it is a Problem when none has any."""
    variants = {kind: variant_of(settings, kind) for kind in KINDS}
    problem = variants[settings.kind].problem
    if problem is not None and all(variant.problem for variant in variants.values()):
        return problem
    return Result(settings, settings.input(), settings.signal_input(), variants)


def variant_of(settings: Settings, kind: str) -> Variant:
    """One kind, run on its input."""
    layers, shape = settings.layers(kind), settings.shape(kind)
    x = settings.signal_input() if kind == SIGNAL else settings.input()
    code = code_of(layers)
    try:
        y = run(code, x[None], **weights_of(settings, kind))[0]
    except (RuntimeError, ValueError, TypeError) as error:
        problem = Problem(code, plain_reason(layers, tuple(x.shape)), str(error))
        return Variant(kind, layers, code, shape, None, None, None, problem)
    parameters, multiply_adds = 0, 0
    between = shape
    for layer in layers:
        parameters += layer.parameters
        multiply_adds += layer.multiply_adds((layer.in_channels, *between))
        between = layer.output_shape(between)[1:]
    return Variant(kind, layers, code, shape, y, parameters, multiply_adds)


def code_of(layers: tuple[Layer, ...]) -> str:
    """The torch call that makes these layers."""
    return str(layers[0]) if len(layers) == 1 else f"nn.Sequential({', '.join(map(str, layers))})"


def weights_of(settings: Settings, kind: str) -> dict[str, Tensor]:
    """The parameters of a kind, by their names in its state_dict: the learner's own, or the preset's."""
    layer = settings.own.layer
    if layer is not None and kind == settings.own_kind:
        return {name: parameter.detach().cpu().float() for name, parameter in layer.named_parameters()}
    return parameters_of(settings.layers(kind), settings.preset)


def change(settings: Settings, name: str, value: Any) -> Settings:
    """The settings after a control has been moved."""
    settings = replace(settings, **{name: value})
    if settings.square and name in ("kernel_height", "square"):
        return replace(settings, kernel_width=settings.kernel_height)
    return settings


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the chosen kind's output, and what the controls show of them."""
    ranges = {
        "channel": (0, settings.layers(REGULAR)[0].out_channels - 1),
        "in_channel": (0, settings.input().shape[0] - 1),
    }
    try:
        *rows, columns = settings.layers(settings.kind)[0].steps(settings.shape(settings.kind))
        ranges |= {"column": (0, columns.output - 1)}
        ranges |= {"row": (0, rows[0].output - 1)} if rows else {}
    except ValueError:  # no output: the cell waits where it is
        pass
    inside = {name: min(max(getattr(settings, name), low), high) for name, (low, high) in ranges.items()}
    return replace(settings, **inside), Shown(ranges, _shown(settings), _out_of_use(settings))


def _shown(settings: Settings) -> dict[str, int]:
    """What controls show in place of a setting that the input overrules."""
    return {"in_channels": settings.input().shape[0]}


def _out_of_use(settings: Settings) -> frozenset[str]:
    own = settings.own
    names: set[str] = set()
    if own.layer is not None:
        names |= _OF_LAYER | {_OF_ONE.get(settings.own_kind or "", "kernel_height")}
        if own.layer.in_channels != 3:
            names.add("image")
    if own.image is not None:
        names |= {"image", "size"}
    if own.signal is not None or (own.layer is not None and settings.own_kind == SIGNAL):
        names.add("signal")
    if own.image is not None or settings.image != STACK:
        names.add("in_channels")
    if settings.square:
        names.add("kernel_width")
    if settings.padding_kind != "number":
        names.add("padding")
    if settings.kind == SIGNAL:
        names.add("row")
    return frozenset(names)


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    change=change,
    fit=fit,
    question=Question(
        prompt=N_("How wide will the output of the kind you look at be, and how many parameters will it have?"),
        inputs=(N_("width"), N_("parameters")),
        judge=judge,
        about=_OF_LAYER | {"kind", "groups", "dilation", "output_padding", "image", "size", "signal"},
        hides=frozenset({"row", "column"}),
    ),
)
