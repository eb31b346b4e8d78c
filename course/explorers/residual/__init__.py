"""The residual explorer: both paths of a block, whether their sum works, and what the shortcut does to gradients."""

from __future__ import annotations

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.question import Question
from course.explorers.residual.description import describe
from course.explorers.residual.guess import judge
from course.explorers.residual.result import compute
from course.explorers.residual.settings import PATHS, Settings, settings_of
from course.explorers.residual.view import draw
from course.explorers.settings import controls_of, names_in
from course.language import N_

CONTROLS = controls_of(Settings)
_OF_PATHS = names_in(CONTROLS, PATHS)


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings as they are, and which controls are out of use."""
    out: set[str] = set()
    if settings.own.block is not None:
        out |= _OF_PATHS | {"relu", "zero_gamma"}
    if settings.own.batch is not None:
        out |= {"image", "size", "in_channels"}
    if not settings.norm:
        out.add("zero_gamma")
    return settings, Shown(disabled=frozenset(out))


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("The shape of the sum? 0, 0, 0 if torch raises an error."),
        inputs=(N_("channels"), N_("height"), N_("width")),
        judge=judge,
        about=_OF_PATHS | {"size"},
    ),
)
