"""Output sizes in words: the arithmetic with its numbers, what the floor drops, and what a wrong guess forgot."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from course.arithmetic import SizeSteps
from course.explorers.question import Feedback
from course.language import N_, _, ngettext


def size_lines(rows: SizeSteps, columns: SizeSteps) -> Iterator[str]:
    """The arithmetic of a height and a width; one telling for both where they are alike."""
    if rows == columns:
        yield from axis_lines(_("height, width"), rows)
        return
    yield from axis_lines(_("height"), rows)
    yield from axis_lines(_("width"), columns)


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


# A wrong rule, and what to tell who followed it; the first one that gives the guess is taken.
_WRONG_RULES: tuple[tuple[Callable[[SizeSteps], int], str], ...] = (
    (
        lambda s: (s.padded - s.effective_kernel) // s.stride,
        N_("The + 1 is missing: the window also stands at its starting place."),
    ),
    (
        lambda s: (s.padded - s.after - s.effective_kernel) // s.stride + 1,
        N_("The padding is counted once: it is added on both sides."),
    ),
    (
        lambda s: math.ceil((s.padded - s.effective_kernel) / s.stride) + 1,
        N_("Rounded up: a last step that does not fit is not taken, so round down."),
    ),
    (
        lambda s: s.padded - s.effective_kernel + 1,
        N_("The stride is forgotten: the window moves {stride} cells at a time."),
    ),
    (
        lambda s: (s.size - s.effective_kernel) // s.stride + 1,
        N_("The padding is forgotten: it makes the input {padded} cells long."),
    ),
    (
        lambda s: (s.padded - s.kernel) // s.stride + 1,
        N_("The dilation is forgotten: {kernel} taps reach over {effective_kernel} cells."),
    ),
    (
        lambda s: (s.padded - s.kernel * s.dilation) // s.stride + 1,
        N_(
            "The dilated kernel spans {effective_kernel} cells, not {kernel} · {dilation}: there are gaps only between taps."
        ),
    ),
    (
        lambda s: s.size // s.kernel,
        N_("Input divided by kernel: windows overlap, they move by the stride and not by the kernel."),
    ),
    (
        lambda s: s.size,
        N_("The size is not kept by itself: that takes the right padding, and stride 1."),
    ),
    (
        lambda s: s.size // s.stride,
        N_("Input divided by stride: the kernel takes up room too, unless the padding makes up for it."),
    ),
)


def size_hint(guess: int, steps: SizeSteps) -> str:
    """Which wrong rule gives this guess of an axis' output size; empty when it is right."""
    if guess == steps.output:
        return ""
    numbers = {name: getattr(steps, name) for name in ("kernel", "stride", "dilation", "padded", "effective_kernel")}
    for rule, message in _WRONG_RULES:
        if guess == rule(steps):
            return _(message).format(**numbers)
    return _("Count the places where the window can stand.")
