"""The pooling explorer: what max, average and adaptive pooling keep, where the gradient goes, what a moved image changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.pooling.description import describe
from course.explorers.pooling.result import Result, compute
from course.explorers.pooling.settings import ADAPTIVE, POOLING, Settings, settings_of
from course.explorers.pooling.view import draw
from course.explorers.question import Feedback, Question
from course.explorers.settings import clamped, controls_of, names_in
from course.explorers.sizes import judge_sizes
from course.language import N_, _

CONTROLS = controls_of(Settings)


def change(settings: Settings, name: str, value: Any) -> Settings:
    """The settings after a control has been moved: the stride goes with the kernel unless it is set apart."""
    settings = replace(settings, **{name: value})
    if settings.apart and name in ("kernel", "apart"):
        settings = replace(settings, stride=settings.kernel)
    return settings


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the output, and what the controls show of them."""
    ranges = {}
    try:
        steps = settings.steps()
        sizes = (settings.output,) * 2 if steps is None else tuple(axis.output for axis in steps)
        ranges = {name: (0, size - 1) for name, size in zip(("row", "column"), sizes, strict=True)}
    except ValueError:
        pass  # no output: the cell waits
    return clamped(settings, ranges), Shown(ranges, disabled=_out_of_use(settings))


def _out_of_use(settings: Settings) -> frozenset[str]:
    names = {"kernel", "apart", "stride", "padding"} if settings.kind == ADAPTIVE else {"output"}
    if settings.apart:
        names.add("stride")
    if settings.given.image is not None:
        names |= {"image", "size"}
    if settings.given.max_pool is not None:
        names.add("kind")
    return frozenset(names)


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    if result.steps is not None:
        return judge_sizes(guess, *result.steps)
    output = result.settings.output
    reason = _("An adaptive pooling gives the size that it is asked for, {output} × {output}, whatever its input.")
    return Feedback(guess == (output, output), reason.format(output=output))


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    change=change,
    fit=fit,
    question=Question(
        prompt=N_("How large will the output be?"),
        inputs=(N_("height"), N_("width")),
        judge=_judge,
        about=names_in(CONTROLS, POOLING) | {"image", "size"},
        hides=frozenset({"row", "column"}),
    ),
)
