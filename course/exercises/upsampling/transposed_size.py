"""Exercise transposed-size: the size that comes out of a transposed convolution, along one axis."""

from __future__ import annotations

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_int, mistakes
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, transposed
from course.misconceptions.transposed import TRANSPOSED_SIZE, TransposedAxis

exercise = Exercise(
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
    misconceptions={
        **transposed.MISCONCEPTIONS,
        "output-padding-refused": Misconception(
            "output_padding is required to be below the stride and the dilation; below one of them is enough.",
            N_(
                "PyTorch accepts this: `output_padding` must be smaller than the stride *or* than the dilation. One of the two is enough."
            ),
        ),
    },
)


@exercise.step("stamps", N_("Without padding: as far as the last stamp reaches"))
def _stamps(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, sample.integer(5, 9), 4)
    _expect_size(answer, sample.integer(5, 9), 1)
    for kernel, stride in ((5, 2), (2, 2), (2, 3), (7, 4)):
        _expect_size(answer, sample.integer(5, 9), kernel, stride)
    _expect_size(answer, 1, 7, 3)


@exercise.step("padding", N_("Padding takes cells off both ends"))
def _padding(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding in ((5, 4, 1), (7, 5, 3), (6, 1, 2), (4, 2, 1)):
        _expect_size(answer, sample.integer(6, 11), kernel, stride, padding)


@exercise.step("output-padding", N_("output_padding adds cells at one end"))
def _output_padding(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding, more in ((7, 6, 2, 3), (5, 4, 0, 2), (3, 2, 1, 1)):
        _expect_size(answer, sample.integer(5, 11), kernel, stride, padding, more)


@exercise.step("dilation", N_("A dilated kernel stamps wider"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, stride, padding, more, dilation in ((3, 3, 0, 0, 5), (4, 1, 2, 2, 3), (5, 3, 4, 1, 2), (1, 2, 0, 1, 3)):
        _expect_size(answer, sample.integer(6, 11), kernel, stride, padding, more, dilation)


def _expect_size(answer: Answer, *settings: int) -> None:
    n = TransposedAxis(*settings)
    chosen = {
        name: getattr(n, name)
        for name in ("stride", "padding", "output_padding", "dilation")
        if getattr(n, name) != getattr(TransposedAxis, name)
    }
    what = arguments_text(size=n.size, kernel=n.kernel, **chosen)
    try:
        got = answer(n.size, n.kernel, **chosen)
    except Failure as failure:
        refused = {"ValueError", "AssertionError"} & {failure.type_name, *failure.bases}
        if refused and n.output_padding >= min(n.stride, n.dilation):  # only the other one of the two allows it
            message = _("Your code raised {failure} ({what}).").format(failure=failure, what=what)
            raise Wrong(message, "output-padding-refused") from None
        raise
    expected = arithmetic.transposed_output_size(n.size, n.kernel, n.stride, n.padding, n.output_padding, n.dilation)
    expect_int(got, expected, mistakes(TRANSPOSED_SIZE, n), what=what)
