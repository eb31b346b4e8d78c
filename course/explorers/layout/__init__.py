"""The layout explorer: a tensor's axes, the order of its elements in memory, its strides, and what reads or copies it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.layout.description import describe
from course.explorers.layout.guess import judge
from course.explorers.layout.result import compute
from course.explorers.layout.settings import AXES, GIVEN, NCHW, Settings, settings_of
from course.explorers.layout.view import draw
from course.explorers.question import Question
from course.explorers.settings import clamped, controls_of
from course.language import N_

CONTROLS = controls_of(Settings)
_LAYER = frozenset({"kernel", "stride", "padding", "out_channels"})


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the element inside the tensor, and what the controls show of them."""
    if settings.own is None and settings.memory_format == GIVEN:
        settings = replace(settings, memory_format=NCHW)
    ranges = {axis: (0, getattr(settings, size) - 1) for axis, size in AXES.items()}
    return clamped(settings, ranges), Shown(ranges, disabled=frozenset(_out_of_use(settings)))


def _out_of_use(settings: Settings) -> Iterator[str]:
    if settings.own is not None:
        yield from AXES.values()
    if settings.layer() is None:
        yield from _LAYER


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("How many places after the first one does the chosen element lie in the memory of x?"),
        inputs=(N_("offset"),),
        judge=judge,
        about=frozenset({*AXES, *AXES.values(), "memory_format"}),
    ),
)
