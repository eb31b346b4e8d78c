"""The network explorer: a convnet calculator. Every layer's shape, cost, receptive field and feature maps, of any network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.network.description import describe, judge
from course.explorers.network.places import OF_CELL, cells, looking_at, placed, shown_index
from course.explorers.network.reach import Measured
from course.explorers.network.reasons import Failed, failed
from course.explorers.network.run import Row, Trace, measured
from course.explorers.network.settings import (
    DIGIT,
    IMAGES,
    OTHER,
    SIZES,
    YOURS,
    Settings,
    followed,
    settings_of,
)
from course.explorers.network.specs import KINDS, MOST_LAYERS, RANGES, STACKS, LayerSpec, spec_of, specs_of
from course.explorers.network.stack import Unbuilt
from course.explorers.network.view import draw
from course.explorers.question import Question
from course.explorers.settings import Choice, Slider, Toggle
from course.language import N_

_NETWORK, _LAYER, _CELL, _INPUT = N_("The network"), N_("The chosen layer"), N_("One cell of its output"), N_("Input")

CONTROLS = {
    "layer": Slider(N_("chosen layer"), 1, 8, _NETWORK),
    "count": Slider(N_("layers"), 1, MOST_LAYERS, _NETWORK),
    "stack": Choice(
        N_("start over from"),
        {**{name: label for name, (label, _specs) in STACKS.items()}, YOURS: N_("what you gave")},
        _NETWORK,
    ),
    "kind": Choice(N_("kind"), {**KINDS, OTHER: N_("another kind")}, _LAYER),
    "kernel": Slider(N_("kernel"), *RANGES["kernel"], _LAYER),
    "stride": Slider(N_("stride"), *RANGES["stride"], _LAYER),
    "padding": Slider(N_("padding"), *RANGES["padding"], _LAYER),
    "dilation": Slider(N_("dilation"), *RANGES["dilation"], _LAYER),
    "channels": Slider(N_("out channels"), *RANGES["channels"], _LAYER),
    "follow": Toggle(N_("takes what comes in"), _LAYER),
    "channel": Slider(N_("feature map"), 0, 63, _CELL),
    "row": Slider(N_("row"), 0, 63, _CELL),
    "column": Slider(N_("column"), 0, 63, _CELL),
    "image": Choice(N_("image"), {**{name: name for name in IMAGES}, YOURS: N_("what you gave")}, _INPUT),
    "digit": Slider(N_("digit"), 0, 9, _INPUT),
    "size": Choice(N_("image size"), {size: f"{size} × {size}" for size in SIZES}, _INPUT),
}
_OF_SPEC = ("kernel", "stride", "padding", "dilation", "channels", "follow")
_OF_STACK = frozenset({"count", "stack", "kind", *_OF_SPEC})


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the network, and the layer and the cell that are looked at.

    `index` is the row shown: the chosen layer's, or, where that did not run, the last one that did; None where none did.
    `place` is the cell in its output, (channel, row, column), or (element,) of a vector. `reached` is what its gradient
    tells, or why there is none. `failure` is where the run ended too soon.
    """

    settings: Settings
    texts: tuple[str, ...]
    x: Tensor
    trace: Trace
    index: int | None
    place: tuple[int, ...]
    reached: Measured | str
    failure: Failed | None

    @property
    def row(self) -> Row | None:
        """The layer shown."""
        return None if self.index is None else self.trace.rows[self.index]

    @property
    def is_chosen(self) -> bool:
        """Whether the layer shown is the one that was chosen."""
        return self.index == self.settings.layer - 1


def compute(settings: Settings) -> Result:
    """Run the network that the settings tell, and measure what the chosen cell sees."""
    network, given = settings.network(), settings.input()
    run = settings.trace()
    texts = () if settings.own.network else settings.texts()
    index = shown_index(settings, run)
    row = None if index is None else run.rows[index]
    place, reached = _place(settings, row), ""
    found: Measured | str = reached
    if index is not None and row is not None and row.maps.numel():
        runs = network.before if isinstance(network, Unbuilt) else network
        found = measured(runs, given, index, place)
    failure = failed(run, network if isinstance(network, Unbuilt) else None, texts)
    return Result(settings, texts, given.x[0], run, index, place, found, failure)


def change(settings: Settings, name: str, value: Any) -> Settings:
    """The settings after a control has been moved."""
    if name == "layer":
        return looking_at(settings, value)
    if name == "count":
        return _with_count(settings, value)
    if name == "stack":
        layers = STACKS[value][1] if value in STACKS else settings.own.layers
        return looking_at(replace(settings, layers=layers, stack=value), 1) if layers else settings
    if name == "kind":
        if value == OTHER:
            return settings
        channels = (
            settings.channels if settings.spec.uses("channels") else 10 if value == "linear" else _incoming(settings)
        )
        spec = spec_of(value, min(channels, RANGES["channels"][1]))
        return settings.editing(**{key: getattr(spec, key) for key in LayerSpec.__dataclass_fields__})
    if name == "image" and value == YOURS:
        return settings
    if name == "follow":
        return followed(settings, value)
    if name in _OF_SPEC:
        return settings.editing(**{name: value if name == "channels" else (value, value)})
    return replace(settings, **{name: value})


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen layer and cell within range, and what the controls show of them."""
    run = settings.trace()
    count = len(run.rows) if settings.own.network else len(settings.layers)
    settings = placed(settings)
    index = shown_index(settings, run)
    row = None if index is None else run.rows[index]
    shape = cells(row)
    ranges = {name: (0, size - 1) for name, size in zip(OF_CELL, shape, strict=True)}
    ranges |= {"layer": (1, max(count, 1)), "count": (1, max(MOST_LAYERS, count))}
    values: dict[str, Any] = {"count": count}
    if settings.own.network:
        values |= _values(_spec_of(row))
    for name in ("kernel", "stride", "padding", "dilation", "channels"):
        low, high = RANGES[name]
        ranges[name] = (low, max(high, values.get(name, getattr(settings, name))))
    return settings, Shown(ranges, values, _out_of_use(settings, row))


def _place(settings: Settings, row: Row | None) -> tuple[int, ...]:
    place = (settings.channel or 0, settings.row or 0, settings.column or 0)
    if row is None:
        return ()
    if row.maps.dim() == 3:
        return place
    return (place[1], *(0,) * (row.maps.dim() - 1))


def _with_count(settings: Settings, count: int) -> Settings:
    """The stack with new layers after the chosen one, or without the chosen one and those before it."""
    layers, place = list(settings.layers), min(settings.layer, len(settings.layers))
    if settings.own.network:
        return settings
    while len(layers) < count:
        rows = settings.trace().rows
        is_map = place <= len(rows) and len(rows[place - 1].out_shape) == 3
        channels = min(rows[place - 1].out_shape[0], RANGES["channels"][1]) if is_map else 0
        layers.insert(place, spec_of("conv", channels) if is_map else spec_of("relu"))
        place += 1
        settings = replace(settings, layers=tuple(layers))
    while len(layers) > max(count, 1):
        del layers[place - 1]
        place = max(place - 1, 1)
    return looking_at(replace(settings, layers=tuple(layers)), place)


def _incoming(settings: Settings) -> int:
    """The channels that come into the chosen layer."""
    rows, place = settings.trace().rows, min(settings.layer, len(settings.layers)) - 1
    return rows[place].in_shape[0] if place < len(rows) and rows[place].in_shape else 8


def _spec_of(row: Row | None) -> LayerSpec | None:
    """A model's layer as the sliders would have it; None for what they do not know."""
    try:
        return None if row is None else specs_of([row.module])[0]
    except ValueError:
        return None


def _values(spec: LayerSpec | None) -> dict[str, Any]:
    """What the sliders show of a model's layer."""
    if spec is None:
        return {"kind": OTHER, "follow": True}
    shown = Settings(layers=(spec,))
    return {"kind": spec.kind, "follow": True} | {name: getattr(shown, name) for name in _OF_SPEC if name != "follow"}


def _out_of_use(settings: Settings, row: Row | None) -> frozenset[str]:
    names: set[str] = set()
    if settings.own.network:
        names |= _OF_STACK
    else:
        names |= {name for name in _OF_SPEC if not settings.spec.uses(name)}
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
