"""The variants explorer: Conv2d and its friends side by side, each with its output, its parameters and its multiply-adds."""

from __future__ import annotations

from functools import partial

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.layer_settings import cell_ranges, with_control
from course.explorers.question import Question
from course.explorers.settings import clamped, controls_of, names_in
from course.explorers.variants.arguments import settings_of
from course.explorers.variants.description import describe
from course.explorers.variants.guess import judge
from course.explorers.variants.result import compute
from course.explorers.variants.settings import (
    DILATED,
    GROUPED,
    LAYER,
    ONE,
    REGULAR,
    SIGNAL,
    STACK,
    TRANSPOSED,
    Settings,
)
from course.explorers.variants.view import draw
from course.language import N_

CONTROLS = controls_of(Settings)
_OF_LAYER = names_in(CONTROLS, LAYER)
_OF_ONE = {GROUPED: "groups", DILATED: "dilation", TRANSPOSED: "output_padding"}


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the chosen kind's output, and what the controls show of them."""
    channels = settings.input().shape[0]
    layer, shape = settings.layers(settings.kind)[0], settings.shape(settings.kind)
    ranges = {
        "channel": (0, settings.layers(REGULAR)[0].out_channels - 1),
        "in_channel": (0, channels - 1),
        **cell_ranges(partial(layer.steps, shape)),
    }
    return clamped(settings, ranges), Shown(ranges, {"in_channels": channels}, _out_of_use(settings))


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
    change=with_control,
    fit=fit,
    question=Question(
        prompt=N_("How wide will the output of the kind you look at be, and how many parameters will it have?"),
        inputs=(N_("width"), N_("parameters")),
        judge=judge,
        about=_OF_LAYER | names_in(CONTROLS, ONE) | {"kind", "image", "size", "signal"},
        hides=frozenset({"row", "column"}),
    ),
)
