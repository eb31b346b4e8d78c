"""The description of the learning explorer: the training as code, the loss, the kernels, and what the image could teach."""

from __future__ import annotations

from collections.abc import Iterator

from course.explorers.drawing import array, image_scale
from course.explorers.learning.result import Result
from course.explorers.learning.view import CURVE, kernel_scale, output_scale
from course.explorers.text import Description, Legend, Section, Swatch, in_columns, number, times
from course.language import _, ngettext

_LARGEST_WRITTEN = 5
_FOUND = 0.01  # a kernel is as good as the true one when no number is off by more


def describe(result: Result, revealed: bool) -> Description:
    """The training, its loss, both kernels in numbers, and why the true one was found or not."""
    legends: list[Legend | Swatch] = [
        Legend(_("image"), image_scale(array(result.x))),
        Legend(_("kernels"), kernel_scale(result)),
        Legend(_("outputs"), output_scale(result)),
    ]
    sections: list[Section] = []
    if revealed:
        legends.append(Swatch(_("loss"), CURVE))
        sections.append(Section(_("What was learned"), tuple(_lines(result))))
        if max(result.true.shape) <= _LARGEST_WRITTEN:
            sections.append(Section(_("True kernel | learned kernel"), tuple(_kernel_lines(result))))
        sections.append(Section(_("Why"), tuple(_reasons(result)), code=False))
    return Description(result.settings.code(), _state(result, revealed), tuple(sections), tuple(legends))


def _lines(result: Result) -> Iterator[str]:
    message = ngettext(
        "{numbers} number, from {pixels} pixels of the target",
        "{numbers} numbers, from {pixels} pixels of the target",
        result.true.numel(),
    )
    yield message.format(numbers=result.true.numel(), pixels=result.target.numel())
    message = ngettext(
        "loss: {start} before, {end} after {steps} step",
        "loss: {start} before, {end} after {steps} steps",
        _steps(result),
    )
    yield message.format(start=_short(result.losses[0]), end=_short(result.losses[-1]), steps=_steps(result))
    message = _("largest difference between a learned number and the true one: {error}")
    yield message.format(error=number(result.error))


def _kernel_lines(result: Result) -> Iterator[str]:
    rows = zip(result.true.tolist(), result.learned.tolist(), strict=True)
    yield from in_columns([[*map(number, true), "|", *map(number, learned)] for true, learned in rows], left=0)


def _reasons(result: Result) -> Iterator[str]:
    """Why the true kernel was found, or was not."""
    size, patterns, limit = result.true.numel(), result.patterns, result.largest_rate
    if result.diverged:
        yield _("The loss grows from step to step: each step goes too far, so training was stopped.")
        if limit is not None:
            yield _("On this image the learning rate must stay below {limit}.").format(limit=f"{limit:.2g}")
        return
    if patterns < size:
        message = _(
            "The windows of this image show {patterns} of {size} independent patterns. What the kernel does to the others never "
            "changes the output, so the loss does not see it and no step corrects it."
        )
        yield message.format(patterns=patterns, size=size)
        if result.error > _FOUND and result.losses[-1] < 1e-3 * result.losses[0]:
            yield _("So the loss is nearly 0, and this is still not the true kernel. On another image it would fail.")
        return
    if result.error <= _FOUND:
        yield _("The loss has one lowest point, where the kernel is the true one, and the steps have led there.")
        return
    message = _(
        "Not there yet. The windows show all {size} independent patterns, but the weakest {ratio} times as weakly as the strongest: "
        "what depends on it is learned last. Take more steps, or another optimizer."
    )
    yield message.format(size=size, ratio=f"{result.strengths[0] / result.strengths[-1]:,.0f}")
    if limit is not None:
        yield _("A larger learning rate helps too; it must stay below {limit} here.").format(limit=f"{limit:.2g}")


def _state(result: Result, revealed: bool) -> str:
    height, width = result.x.shape
    numbers = {"kernel": times(tuple(result.true.shape)), "height": height, "width": width}
    if not revealed:
        message = _(
            "A {kernel} kernel is to be learned from a {height} × {width} image; what comes out is hidden until you have made your prediction."
        )
        return message.format(**numbers)
    message = _(
        "A {kernel} kernel learned from a {height} × {width} image: after {steps} steps the loss is {loss}, and its numbers are off by {error} at most."
    )
    return message.format(**numbers, steps=_steps(result), loss=_short(result.losses[-1]), error=number(result.error))


def _steps(result: Result) -> int:
    """The steps that were gone."""
    return len(result.losses) - 1


def _short(loss: float) -> str:
    return f"{loss:.2g}".replace("-", "−")
