"""Exercise output-size: how many cells a convolution puts out along one axis."""

from __future__ import annotations

from collections.abc import Iterator

from course import arithmetic
from course.checking.answer import Answer
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_error
from course.language import N_
from course.misconceptions import sizes

exercise = Exercise(
    "output-size",
    difficulty=2,
    minutes=8,
    hints=(
        N_(
            "Where does the first window begin, and where the last one that still fits? Count the places from one to the other."
        ),
        N_(
            "The padded input has `size + 2 * padding` cells. The kernel spans `dilation * (kernel - 1) + 1` of them. What is left over is for steps."
        ),
        N_(
            "The steps are what is left over, divided by the stride and rounded down. The number of places is one more."
        ),
        N_(
            "`span = dilation * (kernel - 1) + 1`, `room = size + 2 * padding - span`. If `room` is negative raise a ValueError, else return `room // stride + 1`."
        ),
    ),
    hidden={
        N_("against torch"): N_(
            "Compare your function with `nn.Conv1d` on a signal of that many cells, for many settings."
        ),
        N_("refusals"): N_(
            "A kernel does not fit when it spans more cells than the padded input has; its dilation counts, and the stride does not."
        ),
    },
    misconceptions=sizes.MISCONCEPTIONS,
)

compared = Compared(exercise, arithmetic.output_size, sizes.axis, sizes.OUTPUT_SIZE)


@compared.step("kernel", N_("Right for a kernel alone"))
def _kernel(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(10, 20), sample.integer(3, 5))
    yield call(6, 6)


@compared.step("padding", N_("Right with padding"))
def _padding(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(10, 20), sample.integer(4, 6), padding=sample.integer(1, 3))
    yield call(3, 5, padding=1)


@compared.step("stride", N_("Right with a stride, when the last step fits and when it does not"))
def _stride(sample: Sample) -> Iterator[Call]:
    kernel = sample.integer(2, 6)
    for stride in (3, 4, 2):  # the first sizes leave 0 and 1 of 3 cells over: only rounding up is wrong there
        for size in range(kernel + 9, kernel + 9 + stride):
            yield call(size, kernel, stride=stride)


@compared.step("dilation", N_("Right with a dilation"))
def _dilation(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(20, 30), sample.integer(2, 5), dilation=sample.integer(2, 4))
    yield call(sample.integer(20, 30), 1, dilation=sample.integer(2, 4))


@compared.step("together", N_("Right with everything together"), seeds=12)
def _together(sample: Sample) -> Iterator[Call]:
    yield call(
        sample.integer(16, 40),
        sample.integer(2, 5),
        stride=sample.integer(2, 5),
        padding=sample.integer(1, 4),
        dilation=sample.integer(2, 3),
    )


@exercise.step("refuses", N_("A kernel that does not fit raises a ValueError"))
def _refuses(answer: Answer, sample: Sample) -> None:
    for size, kernel, stride, padding, dilation in ((5, 7, 1, 0, 1), (4, 7, 1, 1, 1), (5, 3, 1, 0, 3), (5, 7, 4, 0, 1)):
        settings = arguments_text(size=size, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
        expect_error(answer, "ValueError", size, kernel, stride, padding, dilation, what=settings)
