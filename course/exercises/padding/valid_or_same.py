"""Exercise valid-or-same: the output size for a padding of cells, 'valid' or 'same', and what torch refuses."""

from __future__ import annotations

from typing import Any, NamedTuple

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_error, expect_int, mistakes
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, Rules, paddings, sizes

exercise = Exercise(
    "valid-or-same",
    difficulty=1,
    minutes=6,
    hints=(
        N_(
            "Turn every padding into a number of cells in all: for 'valid', for an int, for 'same'. Then one formula serves all three."
        ),
        N_(
            "⌊(size + total − span) / stride⌋ + 1, where span = dilation · (kernel − 1) + 1 and total is 0, 2 · padding, or span − 1. "
            "Refuse first, then compute."
        ),
        N_(
            "Four refusals: 'same' with `stride > 1`; any other string; something that is not an int, by "
            "`if not isinstance(padding, int): raise TypeError(...)`; and a span that is larger than size + total."
        ),
    ),
    hidden={
        N_("torch agrees"): N_(
            "Compare with `nn.Conv1d(1, 1, kernel, stride, padding, dilation)` on a few lines of zeros."
        ),
        N_("refuses what torch refuses"): N_(
            "Try 'same' with a stride, another word, and a kernel that just does not fit."
        ),
    },
    misconceptions={
        **paddings.MISCONCEPTIONS,
        **sizes.MISCONCEPTIONS,
        "same-taken-for-valid": Misconception(
            "'same' is taken for no padding.", N_("That is the size without padding. What does 'same' promise?")
        ),
        "refuses-too-much": Misconception(
            "Input that is right is refused.",
            N_(
                "This layer exists, and torch runs it. Look at the test in front of your `raise`: which case lies just on its border?"
            ),
        ),
    },
)


class Line(NamedTuple):
    """A line of cells, and the layer that goes over it."""

    size: int
    kernel: int
    stride: int
    padding: Any
    dilation: int = 1

    def __str__(self) -> str:
        return arguments_text(**self._asdict())

    def arguments(self) -> tuple[Any, ...]:
        """What the answer is called with: an ordinary kernel's dilation is left out."""
        return self if self.dilation > 1 else self[:-1]

    def padded(self, share: paddings.Share) -> int:
        """The size that comes out with stride 1 and this padding."""
        return self.size + sum(share(self.kernel, self.dilation)) - self.span + 1

    @property
    def span(self) -> int:
        """Cells from the kernel's first number to its last."""
        return arithmetic.effective_kernel(self.kernel, self.dilation)


SAME: Rules[Line] = (
    ("half-even-kernel", lambda line: line.padded(paddings.half)),
    ("extra-cell-dropped", lambda line: line.padded(paddings.odd_cell_dropped)),
    ("dilation-ignored:span", lambda line: line.padded(paddings.undilated)),
    ("same-taken-for-valid", lambda line: line.size - line.span + 1),
)
"""Wrong sizes for 'same'."""


@exercise.step("int", N_("A number: that many cells on both sides"))
def _int(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, Line(sample.integer(14, 40), 3, 1, 3, 3))
    for rest in (1, 2, 0):  # what the last step of 3 leaves over
        _expect_size(answer, Line(7 + 3 * sample.integer(4, 9) + rest - 6, 4, 3, 3, 2))
    _expect_size(answer, Line(sample.integer(14, 40), 5, 2, 1, 1))


@exercise.step("valid", N_("'valid': no padding"))
def _valid(answer: Answer, sample: Sample) -> None:
    for kernel, stride, dilation in ((3, 1, 1), (4, 3, 2), (1, 2, 1)):
        _expect_size(answer, Line(sample.integer(10, 40), kernel, stride, "valid", dilation))


@exercise.step("same", N_("'same': the size stays, for even and for dilated kernels too"))
def _same(answer: Answer, sample: Sample) -> None:
    for size, kernel, dilation in ((sample.integer(8, 30), 3, 1), (12, 4, 1), (11, 5, 3), (9, 4, 3), (4, 9, 1)):
        _expect_size(answer, Line(size, kernel, 1, "same", dilation))


@exercise.step("same-with-stride", N_("'same' with a stride of 2 or more is refused, as torch does"))
def _same_with_stride(answer: Answer, sample: Sample) -> None:
    advice = _("torch does not build such a layer. Test for the stride before you compute anything for 'same'.")
    for kernel, stride in ((3, 2), (1, 3), (4, sample.integer(2, 5))):
        _expect_refusal(answer, "ValueError", Line(16, kernel, stride, "same"), advice)


@exercise.step("words", N_("Other words are refused"))
def _words(answer: Answer, sample: Sample) -> None:
    advice = _("torch knows two words, 'valid' and 'same', in small letters. A third one is most likely a misprint.")
    for word in ("SAME", "full", ""):
        _expect_refusal(answer, "ValueError", Line(sample.integer(10, 20), 3, 1, word), advice)


@exercise.step("whole", N_("A float is refused"))
def _whole(answer: Answer, sample: Sample) -> None:
    advice = _(
        "Half a cell does not exist. torch refuses 1.0 as well: `isinstance(padding, int)` tells an int from a float."
    )
    for cells in (1.5, 1.0):
        _expect_refusal(answer, "TypeError", Line(sample.integer(10, 20), 3, 1, cells), advice)


@exercise.step("fits", N_("A kernel that just fits gives 1, one that does not fit is refused"))
def _fits(answer: Answer, sample: Sample) -> None:
    advice = _("The kernel spans more cells than there are, padding and all. Which two numbers must you compare?")
    kernel, dilation = sample.integer(4, 6), sample.integer(1, 3)
    span = arithmetic.effective_kernel(kernel, dilation)
    for cells, just in (("valid", span), (0, span), (1, span - 2)):
        _expect_size(answer, Line(just, kernel, 2, cells, dilation))
        _expect_refusal(answer, "ValueError", Line(just - 1, kernel, 2, cells, dilation), advice)


def _expect_size(answer: Answer, line: Line) -> None:
    """Expect the output size of a layer that torch builds."""
    expected = arithmetic.output_size(*line)
    if line.padding == "same":
        known = mistakes(SAME, line)
    else:
        cells = 0 if line.padding == "valid" else line.padding
        known = mistakes(sizes.OUTPUT_SIZE, sizes.axis(*line._replace(padding=cells)))
    try:
        got = answer(*line.arguments())
    except Failure as failure:
        if "ValueError" not in failure.bases:
            raise
        raise Wrong(
            _("Expected {expected}, but your code raised {failure} ({what}).").format(
                expected=expected, failure=failure, what=line
            ),
            "refuses-too-much",
        ) from None
    expect_int(got, expected, known, what=str(line))


def _expect_refusal(answer: Answer, error: str, line: Line, advice: str) -> None:
    """Expect this error for a layer that torch refuses."""
    expect_error(answer, error, *line, what=str(line), advice=advice)
