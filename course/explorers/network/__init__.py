"""The network explorer: a convnet calculator. Every layer's shape, cost, receptive field and feature maps, of any network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.network.arguments import settings_of
from course.explorers.network.description import describe, judge
from course.explorers.network.result import compute
from course.explorers.network.run import Row
from course.explorers.network.settings import (
    COUNT,
    DIGIT,
    OF_CELL,
    OF_LAYER,
    OTHER,
    SLIDERS,
    YOURS,
    Settings,
    cells,
    shown_row,
)
from course.explorers.network.stack_layers import STACKS, StackLayer, new_layer, stack_layer
from course.explorers.network.view import draw
from course.explorers.question import Question
from course.explorers.settings import controls_of
from course.language import N_

_FIELDS = controls_of(Settings)
CONTROLS = {"layer": _FIELDS["layer"], "count": COUNT, "stack": _FIELDS["stack"], **OF_LAYER, **_FIELDS}
_OF_STACK = frozenset({"count", "stack", *OF_LAYER})
_MOST_CHANNELS = SLIDERS["channels"].high


def change(settings: Settings, name: str, value: Any) -> Settings:
    """The settings after a control has been moved."""
    if name == "layer":
        return settings.looking_at(value)
    if name == "count":
        return _with_count(settings, value)
    if name == "stack":
        layers = STACKS[value][1] if value in STACKS else settings.own.layers
        return replace(settings, layers=layers, stack=value).looking_at(1) if layers else settings
    if name == "kind":
        return settings if value == OTHER else settings.with_chosen(_of_kind(settings, value))
    if name == "image" and value == YOURS:
        return settings
    if name == "follow":
        return settings.following(value)
    if name in SLIDERS:
        return settings.with_chosen(settings.chosen.edited(name, value))
    return replace(settings, **{name: value})


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen layer and cell within range, and what the controls show of them."""
    run = settings.trace()
    count = len(run.rows) if settings.own.network else len(settings.layers)
    settings = settings.placed()
    row = shown_row(settings.layer, run)
    ranges = {name: (0, size - 1) for name, size in zip(OF_CELL, cells(row), strict=True)}
    ranges |= {"layer": (1, max(count, 1)), "count": (1, max(COUNT.high, count))}
    values = {**settings.chosen.values(), "count": count}
    if settings.own.network:
        values |= _model_values(row)
    for name, control in SLIDERS.items():
        ranges[name] = (control.low, max(control.high, values[name]))
    return settings, Shown(ranges, values, _out_of_use(settings, row))


def _of_kind(settings: Settings, kind: str) -> StackLayer:
    """A new layer of a kind in place of the chosen one, with as many channels as that has, or as come in."""
    if settings.chosen.uses("channels"):
        channels = settings.chosen.layer.out_channels
    elif kind == "linear":
        channels = 10
    else:
        rows, place = settings.trace().rows, min(settings.layer, len(settings.layers)) - 1
        channels = rows[place].in_shape[0] if place < len(rows) and rows[place].in_shape else 8
    return new_layer(kind, min(channels, _MOST_CHANNELS))


def _with_count(settings: Settings, count: int) -> Settings:
    """The stack with new layers after the chosen one, or without the chosen one and those before it."""
    layers, place = list(settings.layers), min(settings.layer, len(settings.layers))
    if settings.own.network:
        return settings
    while len(layers) < count:
        rows = settings.trace().rows
        is_map = place <= len(rows) and len(rows[place - 1].out_shape) == 3
        channels = min(rows[place - 1].out_shape[0], _MOST_CHANNELS) if is_map else 0
        layers.insert(place, new_layer("conv", channels) if is_map else new_layer("relu"))
        place += 1
        settings = replace(settings, layers=tuple(layers))
    while len(layers) > max(count, 1):
        del layers[place - 1]
        place = max(place - 1, 1)
    return replace(settings, layers=tuple(layers)).looking_at(place)


def _model_values(row: Row | None) -> dict[str, Any]:
    """What the controls show of a model's layer; of one that no stack could have, only that."""
    try:
        values = stack_layer(row.module).values() if row is not None else {"kind": OTHER}
    except ValueError:
        values = {"kind": OTHER}
    return values | {"follow": True}


def _out_of_use(settings: Settings, row: Row | None) -> frozenset[str]:
    names: set[str] = set()
    if settings.own.network:
        names |= _OF_STACK
    else:
        names |= {name for name in OF_LAYER if name != "kind" and not settings.chosen.uses(name)}
    if settings.own.input is not None:
        names |= {"image", "digit", "size"}
    if settings.image != DIGIT:
        names.add("digit")
    if row is None or row.maps.dim() != 3:
        names |= {"channel", "column"}
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
        prompt=N_("What shape does the chosen layer give? (A vector: its length, 1 and 1.)"),
        inputs=(N_("channels"), N_("height"), N_("width")),
        judge=judge,
        about=frozenset({"layer", "image", "size"}) | _OF_STACK,
        hides=frozenset(OF_CELL),
    ),
)
