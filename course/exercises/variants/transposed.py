"""Lesson 04, transposed convolution: the size that comes out."""

from __future__ import annotations

from typing import Any

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, arguments_text, expect_int
from course.checking.world import Failure
from course.language import N_, _

transposed_size = Exercise(
    "transposed-size",
    difficulty=1,
    minutes=6,
    hints=(
        N_("Begin without padding. Where does the last stamp begin, and how many cells long is a stamp?"),
        N_(
            "The first stamp begins at cell 0, the next ones each `stride` cells later. Then `padding` takes cells off both ends, "
            "and `output_padding` adds some at one end."
        ),
        N_(
            "`(size - 1) * stride` is where the last stamp begins; the stamp spans `dilation * (kernel - 1) + 1` cells. "
            "Then minus `2 * padding`, plus `output_padding`."
        ),
    ),
    hidden={
        N_("torch agrees"): N_(
            "Compare with `nn.ConvTranspose1d(1, 1, kernel, stride, padding, output_padding, dilation=dilation)` on a line of zeros."
        )
    },
)


@transposed_size.step("stamps", N_("Without padding: as far as the last stamp reaches"))
def _stamps(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, sample.integer(5, 9), 4)
    _expect_size(answer, sample.integer(5, 9), 1)
    for kernel, stride in ((5, 2), (2, 2), (2, 3), (7, 4)):
        _expect_size(answer, sample.integer(5, 9), kernel, stride)
    _expect_size(answer, 1, 7, 3)


@transposed_size.step("padding", N_("Padding takes cells off both ends"))
def _padding(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding in ((5, 4, 1), (7, 5, 3), (6, 1, 2), (4, 2, 1)):
        _expect_size(answer, sample.integer(6, 11), kernel, stride, padding)


@transposed_size.step("output-padding", N_("output_padding adds cells at one end"))
def _output_padding(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding, more in ((7, 6, 2, 3), (5, 4, 0, 2), (3, 2, 1, 1)):
        _expect_size(answer, sample.integer(5, 11), kernel, stride, padding, more)


@transposed_size.step("dilation", N_("A dilated kernel stamps wider"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding, more, dilation in ((3, 3, 0, 0, 5), (4, 1, 2, 2, 3), (5, 3, 4, 1, 2), (1, 2, 0, 1, 3)):
        _expect_size(answer, sample.integer(6, 11), kernel, stride, padding, more, dilation)


def _expect_size(
    answer: Answer,
    size: int,
    kernel: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> None:
    settings: dict[str, Any] = {
        name: value
        for name, value, default in (
            ("stride", stride, 1),
            ("padding", padding, 0),
            ("output_padding", output_padding, 0),
            ("dilation", dilation, 1),
        )
        if value != default
    }
    what = arguments_text(size=size, kernel=kernel, **settings)
    try:
        got = answer(size, kernel, **settings)
    except Failure as failure:
        if output_padding >= min(stride, dilation):
            _explain_refusal(failure, what)
        raise
    expect_int(
        got,
        arithmetic.transposed_output_size(size, kernel, stride, padding, output_padding, dilation),
        transposed_size_mistakes(size, kernel, stride, padding, output_padding, dilation),
        what=what,
    )


def _explain_refusal(failure: Failure, what: str) -> None:
    """Raise with a hint of its own when an output_padding was refused that only the stride, or only the dilation, allows."""
    if {"ValueError", "AssertionError"} & {failure.type_name, *failure.bases}:
        raise Wrong(
            _("Your code raised {failure} ({what}).").format(failure=failure, what=what),
            "output-padding-refused",
            _(
                "PyTorch accepts this: `output_padding` must be smaller than the stride *or* than the dilation. One of the two is enough."
            ),
        )


def transposed_size_mistakes(
    size: int, kernel: int, stride: int, padding: int, output_padding: int, dilation: int
) -> tuple[Mistake, ...]:
    """Wrong output sizes of a transposed convolution."""
    span = arithmetic.effective_kernel(kernel, dilation)
    begins = (size - 1) * stride
    right = begins + span - 2 * padding + output_padding
    ends = _("Padding takes cells off the output, {padding} at *each* end.").format(padding=padding)
    return (
        Mistake("padding-on-one-side", right + padding, ends),
        Mistake("padding-added", right + 4 * padding, ends),
        Mistake("padding-ignored", right + 2 * padding, ends),
        Mistake(
            "output-padding-ignored",
            right - output_padding,
            _("`output_padding` is missing. It is there to choose among the sizes that a stride lumps together."),
        ),
        Mistake(
            "output-padding-on-both-sides",
            right + output_padding,
            _("`output_padding` counts once: it adds cells at one end only."),
        ),
        Mistake(
            "paddings-mixed-up",
            begins + span - 2 * output_padding + padding,
            _("The two paddings are mixed up. `padding` takes off at both ends, `output_padding` adds at one."),
        ),
        Mistake(
            "output-padding-subtracted",
            right - 2 * output_padding,
            _("`output_padding` adds cells; it is `padding` that takes some off."),
        ),
        Mistake(
            "stride-ignored",
            size - 1 + span - 2 * padding + output_padding,
            _("The stride is missing: how far apart do two neighbouring stamps begin?"),
        ),
        Mistake(
            "dilation-ignored",
            begins + kernel - 2 * padding + output_padding,
            _("The dilation is missing: with gaps between its numbers a stamp is longer."),
        ),
        Mistake(
            "dilation-times-kernel",
            begins + dilation * kernel - 2 * padding + output_padding,
            _(
                "A dilated stamp is shorter than kernel · dilation: there are gaps between its numbers only, none after the last."
            ),
        ),
        Mistake(
            "size-times-stride",
            size * stride,
            _("size · stride is right only when the stamps fit edge to edge. How far does the last stamp reach?"),
        ),
        Mistake(
            "size-times-stride",
            size * stride + span - 2 * padding + output_padding,
            _("The first stamp begins at cell 0. So where does the last of {size} stamps begin?").format(size=size),
        ),
        Mistake(
            "size-times-stride",
            size * stride + span - 1 - 2 * padding + output_padding,
            _("The first stamp begins at cell 0. So where does the last of {size} stamps begin?").format(size=size),
        ),
        Mistake(
            "no-plus-one",
            right - 1,
            _(
                "One cell is missing: a stamp of {span} cells that begins at cell 0 covers the cells 0 to {last}."
            ).format(span=span, last=span - 1),
        ),
        Mistake(
            "forward-size",
            (size + 2 * padding - span) // stride + 1,
            _("That is the size after an ordinary convolution. This one goes the other way: the output grows."),
        ),
        Mistake(
            "float-for-int",
            float(right),
            _("`/` always gives a float in Python. For whole numbers there is `//`."),
        ),
    )
