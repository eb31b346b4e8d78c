"""The padding explorer: what each padding writes around the input, and what that does to the output's border."""

from __future__ import annotations

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.layer_settings import cell_ranges
from course.explorers.padding.description import describe
from course.explorers.padding.result import Result, compute
from course.explorers.padding.settings import LAYER, PADDING, Settings, settings_of
from course.explorers.padding.view import draw
from course.explorers.question import Feedback, Question
from course.explorers.settings import clamped, controls_of, names_in
from course.explorers.sizes import judge_sizes
from course.language import N_, _

CONTROLS = controls_of(Settings)
_OF_KERNEL = frozenset({"kernel_height", "kernel_width", "preset"})
_OF_LAYER = names_in(CONTROLS, PADDING, LAYER)


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the output, and what the controls show of them."""
    ranges = cell_ranges(settings.steps)
    return clamped(settings, ranges), Shown(ranges, disabled=_out_of_use(settings))


def _out_of_use(settings: Settings) -> frozenset[str]:
    own = settings.own
    names: set[str] = set()
    if own.layer is not None:
        names |= _OF_LAYER | _OF_KERNEL
    if own.kernel is not None:
        names |= _OF_KERNEL
    if own.image is not None:
        names |= {"image", "size"}
    if settings.padding_kind != "number":
        names |= {"padding_rows", "padding_columns"}
    return frozenset(names)


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    feedback = judge_sizes(guess, *result.steps)
    for given, steps in zip(guess, result.steps, strict=True):
        if given == steps.size and steps.output == steps.size + 1 and steps.stride == 1:
            message = _(
                "A window of {cells} cells has no middle: padding {padding} on both sides makes the output one larger than "
                "the input. 'same' would pad {before} before and {padding} after."
            )
            hint = message.format(cells=steps.effective_kernel, padding=steps.after, before=steps.after - 1)
            return Feedback(False, f"{feedback.text} {hint}")
    return feedback


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("How large will the output be?"),
        inputs=(N_("height"), N_("width")),
        judge=_judge,
        about=_OF_LAYER - {"padding_mode"} | {"image", "size"},
        hides=frozenset({"row", "column"}),
    ),
)
