"""The convolution explorer: what `nn.Conv2d` computes, from the padded input to one cell of one feature map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from course.explorers.base import Recipe
from course.explorers.controls import Shown, table_of
from course.explorers.convolution.description import describe
from course.explorers.convolution.result import Result, compute, parameters_of
from course.explorers.convolution.settings import WINDOW, Edit, Settings, settings_of
from course.explorers.convolution.view import draw
from course.explorers.layer_settings import cell_ranges, with_control
from course.explorers.question import Feedback, Question
from course.explorers.settings import clamped, controls_of, names_in
from course.explorers.sizes import judge_sizes
from course.language import N_

CONTROLS = controls_of(Settings)
_SIZES = names_in(CONTROLS, WINDOW)  # what decides the output's size
_OF_LAYER = _SIZES | {"out_channels", "bias", "preset", "values"}
_OF_KERNEL = frozenset({"kernel_height", "kernel_width", "square", "out_channels", "preset"})


def change(settings: Settings, name: str, value: Any) -> Settings:
    """The settings after a control has been moved."""
    if name == "values":
        return _edited(settings, value)
    if name == "preset":
        settings = replace(settings, edits=())
    changed: Settings = with_control(settings, name, value)
    return changed


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the output, and what the controls show of them."""
    call = settings.call()
    ranges = {"channel": (0, call.out_channels - 1), "in_channel": (0, call.in_channels // call.groups - 1)}
    ranges |= cell_ranges(settings.steps)
    settings = clamped(settings, ranges)
    values = table_of(parameters_of(settings)["weight"][settings.channel, settings.in_channel].tolist())
    return settings, Shown(ranges, {"values": values}, _out_of_use(settings))


def _edited(settings: Settings, table: Any) -> Settings:
    """The settings with a table of kernel values for the present map and input channel."""
    before = parameters_of(settings)["weight"][settings.channel, settings.in_channel].tolist()
    edits = {edit.place: edit for edit in settings.edits if edit.kernel == settings.kernel}
    others = tuple(edit for edit in settings.edits if edit.kernel != settings.kernel)
    for row, (old, new) in enumerate(zip(before, table, strict=True)):
        for column, (was, value) in enumerate(zip(old, new, strict=True)):
            if value != was:
                place = (settings.channel, settings.in_channel, row, column)
                edits[place] = Edit(settings.kernel, place, float(value))
    return replace(settings, edits=(*others, *edits.values()))


def _out_of_use(settings: Settings) -> frozenset[str]:
    own = settings.own
    names: set[str] = set()
    if own.layer is not None:
        names |= _OF_LAYER
    if own.kernel is not None:
        names |= _OF_KERNEL
    if own.image is not None:
        names |= {"image", "size"}
    if settings.square:
        names.add("kernel_width")
    if settings.padding_kind != "number":
        names.add("padding")
    return frozenset(names)


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    return judge_sizes(guess, *result.steps)


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    change=change,
    fit=fit,
    question=Question(
        prompt=N_("How large will each feature map be?"),
        inputs=(N_("height"), N_("width")),
        judge=_judge,
        about=_SIZES | {"image", "size"},
        hides=frozenset({"row", "column"}),
    ),
)
