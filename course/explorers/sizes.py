"""Output sizes in words: the arithmetic with its numbers, what the floor drops, and what a wrong guess forgot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from course.arithmetic import SizeSteps
from course.explorers.question import Feedback
from course.language import _, ngettext
from course.misconceptions import explanation, hint_of
from course.misconceptions.sizes import MISCONCEPTIONS, OUTPUT_SIZE, Axis

T = TypeVar("T")


def size_lines(rows: SizeSteps, columns: SizeSteps) -> Iterator[str]:
    """The arithmetic of a height and a width; one telling for both where they are alike."""
    for name, steps in named_axes(rows, columns):
        yield from axis_lines(name, steps)


def named_axes(rows: T, columns: T) -> tuple[tuple[str, T], ...]:
    """Something of the height and of the width, each with its axis' name; once for both where they are alike."""
    if rows == columns:
        return ((_("height, width"), rows),)
    return (_("height"), rows), (_("width"), columns)


def judge_sizes(guess: tuple[int, ...], rows: SizeSteps, columns: SizeSteps) -> Feedback:
    """What is said of a guessed (height, width): the arithmetic, and which rule a wrong guess follows."""
    truth = (rows.output, columns.output)
    arithmetic = "; ".join(size_lines(rows, columns))
    if guess == truth:
        message = _("Right: {height} × {width}. {arithmetic}")
        return Feedback(True, message.format(height=truth[0], width=truth[1], arithmetic=arithmetic))
    if guess == truth[::-1]:
        hint = _("Height and width are mixed up: the height comes first.")
    else:
        hints = [size_hint(given, steps) for given, steps in zip(guess, (rows, columns), strict=True)]
        hint = " ".join(dict.fromkeys(filter(None, hints)))
    message = _("Not quite: you said {guessed_height} × {guessed_width}, it is {height} × {width}. {hint} {arithmetic}")
    text = message.format(
        guessed_height=guess[0],
        guessed_width=guess[1],
        height=truth[0],
        width=truth[1],
        hint=hint,
        arithmetic=arithmetic,
    )
    return Feedback(False, " ".join(text.split()))


def axis_lines(name: str, steps: SizeSteps) -> Iterator[str]:
    """The arithmetic of one axis: the formula with its numbers, what dilation does, and what the floor drops."""
    yield f"{name}: {steps}"
    if steps.effective_kernel != steps.kernel:
        message = _(
            "dilation {dilation} spreads {kernel} taps over {dilation} · ({kernel} − 1) + 1 = {effective} cells"
        )
        yield "  " + message.format(dilation=steps.dilation, kernel=steps.kernel, effective=steps.effective_kernel)
    if steps.dropped:
        message = ngettext(
            "the floor drops {dropped} line of the padded input at the far end",
            "the floor drops {dropped} lines of the padded input at the far end",
            steps.dropped,
        )
        inside = _(": {inside} of input, the rest padding") if steps.dropped_input else _(": only padding")
        yield "  " + (message + inside).format(dropped=steps.dropped, inside=steps.dropped_input)


# A guess is a single number, which several wrong rules may give: the commonest of them is told. The checks of answers try
# easier settings first, so their order is another one.
_RARE = ("divided-size", "divided-by-stride", "plus-one-inside", "round-for-floor", "dilation-zero-based")
_RULES = sorted(OUTPUT_SIZE, key=lambda rule: (rule[0] != "dilation-ignored", rule[0] in _RARE))


def size_hint(guess: int, steps: SizeSteps) -> str:
    """The hint for the wrong rule that gives this guess of an axis' output size; empty when it is right."""
    if guess == steps.output:
        return ""
    axis = Axis(steps.size, steps.kernel, steps.stride, steps.before, steps.after, steps.dilation)
    key = explanation(guess, _RULES, axis)
    if guess == steps.size and key in {"divided-by-stride", ""}:
        return _("The size is not kept by itself: that takes the right padding, and stride 1.")
    return hint_of(MISCONCEPTIONS, key) or _("Count the places where the window can stand.")
