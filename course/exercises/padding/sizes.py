"""Lesson 03, sizes: its predictions, how many zeros 'same' needs, what size comes out, and the even kernel's case."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import arguments_text, expect_error, expect_int, expect_tensor, expect_tuple, mistakes
from course.checking.prediction import Prediction
from course.checking.world import Failure
from course.exercises.padding.mistakes import (
    box_blur,
    box_blur_mistakes,
    same_padding_mistakes,
    same_size_mistakes,
)
from course.language import N_, _
from course.misconceptions import sizes


def _after_layers(layers: int) -> int:
    x = torch.zeros(1, 1, 28, 28)
    for _layer in range(layers):
        x = F.conv2d(x, torch.zeros(1, 1, 3, 3))
    return x.shape[-1]


after_ten_layers = Prediction(
    "after-ten-layers",
    N_("An image of 28 × 28 goes through ten 3 × 3 layers without padding. How many pixels has a side at the end?"),
    lambda: _after_layers(10),
    N_(
        "Each layer takes one pixel off at either end: 28 − 10 · 2 = 8. After thirteen layers 2 are left, and a fourteenth fails."
    ),
    {
        N_("That is one pixel for each layer. A border has two ends."): 18,
    },
)


padding_pair = Prediction(
    "padding-pair",
    N_("An image of 10 rows and 10 columns, a 3 × 3 kernel, padding=(1, 2). What is the output's (height, width)?"),
    lambda: tuple(nn.Conv2d(1, 1, 3, padding=(1, 2))(torch.zeros(1, 1, 10, 10)).shape[2:]),
    N_("The pair is (rows, columns), each on both sides: 10 + 2 · 1 − 2 rows, and 10 + 2 · 2 − 2 columns."),
    {
        N_("That takes the pair as (columns, rows). torch counts axes in the order of the shape: H before W."): (
            12,
            10,
        ),
        N_("That takes the pair as (before, after). It is one number for each axis, and each is used on both sides."): (
            11,
            11,
        ),
    },
)


def _torch_sides(kernel: int) -> tuple[int, int]:
    """How torch splits 'same', seen from outside: a kernel with a single 1 moves its input by as many cells."""
    ones, first, last = torch.ones(1, 1, 2 * kernel), torch.zeros(1, 1, kernel), torch.zeros(1, 1, kernel)
    first[..., 0] = last[..., -1] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns that an even kernel costs it a copy
        moved = [F.conv1d(ones, each, padding="same") for each in (first, last)]
    before, after = (int((each == 0).sum()) for each in moved)
    return before, after


even_same = Prediction(
    "even-same",
    N_("A kernel of 4 and padding='same': how many zeros stand (before, after) each row of pixels?"),
    lambda: _torch_sides(4),
    N_(
        "A window of 4 costs 3 positions, so 3 zeros are needed. They cannot be shared evenly, and torch puts the odd one after."
    ),
    {
        N_("The number is right. torch puts the odd one on the other side."): (2, 1),
        N_("Then the output would have one pixel too many: 2 + 2 zeros, and a window of 4 costs 3 positions."): (2, 2),
    },
)


def _strided_same() -> object:
    try:
        return tuple(nn.Conv2d(1, 1, 3, stride=2, padding="same")(torch.zeros(1, 1, 32, 32)).shape[2:])
    except ValueError:
        return "ValueError"


strided_same = Prediction(
    "strided-same",
    N_("nn.Conv2d(1, 1, 3, stride=2, padding='same') gets an image of 32 × 32. What comes out?"),
    _strided_same,
    N_("torch refuses it when the layer is built: a stride of 2 cannot keep the size, so 'same' would not be true."),
    {
        N_("TensorFlow would give that. torch says no."): (16, 16),
        N_("The word promises that. A window that skips every second place cannot keep the promise."): (32, 32),
    },
    choices=((32, 32), (16, 16), "ValueError"),
)

first_centre = Prediction(
    "first-centre",
    N_(
        "TensorFlow's rule on a row of 8 pixels, kernel 3, stride 2. Over which pixel (0 to 7) is the centre of the first window?"
    ),
    lambda: arithmetic.window(0, 3, 2, padding=(0, 1))[1],
    N_(
        "Four windows of 3, two apart, span 9 pixels. One zero is missing, and it goes after: the first window covers pixels 0, 1 and 2."
    ),
    {N_("So it is with padding=1 in torch, where a zero stands before the row."): 0},
)


same_padding = Exercise(
    "same-padding",
    difficulty=1,
    minutes=6,
    hints=(
        N_(
            "How many positions does a window of 3 cells lose on a line? And a window of 4? That many zeros are needed in all."
        ),
        N_(
            "With dilation d the kernel spans d · (kernel − 1) + 1 cells. The zeros needed in all are one less than that."
        ),
        N_("`total = dilation * (kernel - 1)`. The smaller half, `total // 2`, goes before, and the rest after."),
    ),
    hidden={N_("torch agrees"): N_("Try even kernels with an odd and with an even dilation, and a kernel of 1.")},
)


@same_padding.step("pair", N_("Two whole numbers come out"))
def _pair(answer: Answer, sample: Sample) -> None:
    _expect_sides(answer, 3)


@same_padding.step("odd", N_("Odd kernels: as many before as after"))
def _odd(answer: Answer, sample: Sample) -> None:
    for kernel in (5, 7, 1, 2 * sample.integer(4, 9) + 1):
        _expect_sides(answer, kernel)


@same_padding.step("even", N_("Even kernels: the odd one goes after"))
def _even(answer: Answer, sample: Sample) -> None:
    for kernel in (4, 6, 2, 2 * sample.integer(4, 9)):
        _expect_sides(answer, kernel)


@same_padding.step("dilation", N_("Dilation counts"))
def _dilation(answer: Answer, sample: Sample) -> None:
    for kernel, dilation in ((5, 2), (4, 3), (6, 2), (1, 5), (sample.integer(2, 9), sample.integer(2, 6))):
        _expect_sides(answer, kernel, dilation)


def _expect_sides(answer: Answer, kernel: int, *dilation: int) -> None:
    """Expect the zeros (before, after) that torch's 'same' puts."""
    got = answer(kernel, *dilation)
    spread = dilation[0] if dilation else 1
    what = arguments_text(kernel=kernel, dilation=spread)
    if type(got) in (tuple, list) and any(type(each) is float for each in got):
        raise Wrong(
            _("Expected two ints, but got {got} ({what}).").format(got=got, what=what),
            "float-for-int",
            _(
                "`/` always gives a float in Python, and padding in floats is an error. For whole numbers there is `//`."
            ),
        )
    expected = arithmetic.same_padding(kernel, spread)
    expect_tuple(got, expected, same_padding_mistakes(kernel, spread), what=what)


valid_or_same = Exercise(
    "valid-or-same",
    difficulty=1,
    minutes=8,
    hints=(
        N_(
            "Turn every padding into a number of cells in all: for 'valid', for an int, for 'same'. Then one formula does for the three."
        ),
        N_(
            "⌊(size + total − span) / stride⌋ + 1, where span = dilation · (kernel − 1) + 1 and total is 0, 2 · padding, or span − 1. "
            "Refuse first, then compute."
        ),
        N_(
            "Four refusals: 'same' with `stride > 1`; any other string; something that is no int, by "
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
    misconceptions=sizes.MISCONCEPTIONS,
)


@valid_or_same.step("int", N_("A number: that many cells on both sides"))
def _int(answer: Answer, sample: Sample) -> None:
    expect = partial(_expect_padded_size, answer)
    expect(sample.integer(14, 40), 3, 1, 3, 3)
    for rest in (1, 2, 0):  # what the last step of 3 leaves over
        expect(7 + 3 * sample.integer(4, 9) + rest - 6, 4, 3, 3, 2)
    expect(sample.integer(14, 40), 5, 2, 1, 1)


@valid_or_same.step("valid", N_("'valid': no padding"))
def _valid(answer: Answer, sample: Sample) -> None:
    for kernel, stride, dilation in ((3, 1, 1), (4, 3, 2), (1, 2, 1)):
        _expect_padded_size(answer, sample.integer(10, 40), kernel, stride, "valid", dilation)


@valid_or_same.step("same", N_("'same': the size stays, for even and for dilated kernels too"))
def _same(answer: Answer, sample: Sample) -> None:
    for size, kernel, dilation in ((sample.integer(8, 30), 3, 1), (12, 4, 1), (11, 5, 3), (9, 4, 3), (4, 9, 1)):
        _expect_padded_size(answer, size, kernel, 1, "same", dilation)


@valid_or_same.step("same-with-stride", N_("'same' with a stride of 2 or more is refused, as torch does"))
def _same_with_stride(answer: Answer, sample: Sample) -> None:
    advice = _("torch does not build such a layer. Test for the stride before you compute anything for 'same'.")
    for kernel, stride in ((3, 2), (1, 3), (4, sample.integer(2, 5))):
        _expect_refusal(answer, "ValueError", 16, kernel, stride, "same", advice=advice)


@valid_or_same.step("words", N_("Other words are refused"))
def _words(answer: Answer, sample: Sample) -> None:
    advice = _("torch knows two words, 'valid' and 'same', in small letters. A third one is most likely a misprint.")
    for word in ("SAME", "full", ""):
        _expect_refusal(answer, "ValueError", sample.integer(10, 20), 3, 1, word, advice=advice)


@valid_or_same.step("whole", N_("A float is refused"))
def _whole(answer: Answer, sample: Sample) -> None:
    advice = _(
        "Half a cell does not exist. torch refuses 1.0 as well: `isinstance(padding, int)` tells an int from a float."
    )
    for padding in (1.5, 1.0):
        _expect_refusal(answer, "TypeError", sample.integer(10, 20), 3, 1, padding, advice=advice)


@valid_or_same.step("fits", N_("A kernel that just fits gives 1, one that does not fit is refused"))
def _fits(answer: Answer, sample: Sample) -> None:
    advice = _("The kernel spans more cells than there are, padding and all. Which two numbers must you compare?")
    kernel, dilation = sample.integer(4, 6), sample.integer(1, 3)
    span = arithmetic.effective_kernel(kernel, dilation)
    for padding, just in (("valid", span), (0, span), (1, span - 2)):
        _expect_padded_size(answer, just, kernel, 2, padding, dilation)
        _expect_refusal(answer, "ValueError", just - 1, kernel, 2, padding, dilation, advice=advice)


def _expect_padded_size(answer: Answer, size: int, kernel: int, stride: int, padding: int | str, dilation: int) -> None:
    """Expect the output size of a layer with this padding."""
    expected = arithmetic.output_size(size, kernel, stride, padding, dilation)
    if padding == "same":
        known = same_size_mistakes(size, kernel, dilation)
    else:
        axis = sizes.axis(size, kernel, stride, 0 if isinstance(padding, str) else padding, dilation)
        known = mistakes(sizes.OUTPUT_SIZE, axis)
    what = arguments_text(size=size, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
    try:
        got = answer(size, kernel, stride, padding, *([dilation] if dilation > 1 else []))
    except Failure as failure:
        if "ValueError" not in failure.bases:
            raise
        raise Wrong(
            _("Expected {expected}, but your code raised {failure} ({what}).").format(
                expected=expected, failure=failure, what=what
            ),
            "refuses-too-much",
            _("This layer exists, and torch runs it. Look at the test in front of your `raise`: where is its border?"),
        ) from None
    expect_int(got, expected, known, what=what)


def _expect_refusal(
    answer: Answer, error: str, size: int, kernel: int, stride: int, padding: Any, dilation: int = 1, *, advice: str
) -> None:
    """Expect this error for a layer that torch refuses."""
    what = arguments_text(size=size, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
    expect_error(answer, error, size, kernel, stride, padding, dilation, what=what, advice=advice)


case_even_kernel = Exercise(
    "case-even-kernel",
    difficulty=1,
    minutes=6,
    hints=(
        N_("How many zeros in all keep the size for kernel = 4? How many does `kernel // 2` on both sides give?"),
        N_(
            "One number for both sides cannot do it. Pad first with `F.pad`, which takes the sides one by one, then pool without padding. "
            "Your same_padding has the numbers."
        ),
        N_("`before, after = (kernel - 1) // 2, kernel // 2`, and `F.pad(x, (before, after, before, after))`."),
    ),
    hidden={N_("other pictures"): N_("Try kernels of 1, 2 and 6, and a picture that is wider than high.")},
)


@case_even_kernel.step("size", N_("A picture of the same size comes out"))
def _blur_size(answer: Answer, sample: Sample) -> None:
    _expect_blur(answer, sample, 3)


@case_even_kernel.step("even", N_("Even kernels: the size stays, and the picture does not move"))
def _blur_even(answer: Answer, sample: Sample) -> None:
    for kernel in (4, 2, 6):
        _expect_blur(answer, sample, kernel)


@case_even_kernel.step("odd", N_("Odd kernels are right, as before"))
def _blur_odd(answer: Answer, sample: Sample) -> None:
    for kernel in (1, 5, 7):
        _expect_blur(answer, sample, kernel)


def _expect_blur(answer: Answer, sample: Sample, kernel: int) -> None:
    """Expect the blurred picture, of the same size and in the same place."""
    x = sample.floats(sample.integer(1, 3), sample.integer(1, 4), sample.integer(7, 11), sample.integer(7, 11))
    what = _("for an input of shape {shape}, kernel={kernel}").format(shape=tuple(x.shape), kernel=kernel)
    expected = box_blur(x, arithmetic.same_padding(kernel), kernel)
    expect_tensor(answer(x, kernel), expected, box_blur_mistakes(x, kernel), what=what)
