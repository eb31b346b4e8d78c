"""Exercise shift-error: how far a layer is from giving a shifted output for a shifted input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import torch
from torch import Tensor, nn

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake
from course.checking.expect_float import expect_float
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "shift-error",
    difficulty=2,
    minutes=12,
    hints=(
        N_(
            "Two ways to the same place: shift the image, then call the layer; or call the layer, then shift its output."
        ),
        N_(
            "`x.roll((rows, columns), dims=(2, 3))` shifts the image. The output has fewer cells when the layer has a step: "
            "divide the shift by `round(H / H')`, with `//`, before you roll it."
        ),
        N_(
            "Leave out `y.shape[2] // 4` rows at each end, and as many columns by `y.shape[3] // 4`. Then the largest of "
            "`abs()` of the difference, and `.item()`."
        ),
    ),
    hidden={
        N_("other layers"): N_(
            "Try a layer whose step is 3, a shift up and to the left, and an image that is not square."
        )
    },
    misconceptions={
        "tensor-for-float": N_("`.item()` makes a float of a tensor with one number."),
        "type:float": N_("Return one float: the largest difference of all."),
        "nan:float": N_("Is the part that you compare empty? The largest number of nothing does not exist."),
        "border-counted": Misconception(
            "The border is compared, too.",
            N_(
                "The border is compared, too. There `roll` brings in pixels from the other side: leave out a quarter at each end."
            ),
        ),
        "step-forgotten": Misconception(
            "The output is shifted by as many cells as the input, though the layer has a step.",
            N_("This layer has a step of 2 or more. Its output moves by fewer cells than the image: divide the shift."),
        ),
        "rounded-to-zero": Misconception(
            "A negative shift is rounded toward 0.",
            N_("`int(…)` rounds −1.5 to −1; `//` rounds down, to −2. The docstring says `rows // step`."),
        ),
        "opposite-shift": Misconception(
            "The output is shifted the other way.",
            N_("The two shifts go in opposite directions. Both go down and to the right."),
        ),
        "one-shift-missing": Misconception(
            "Only the image is shifted, or only the output.",
            N_(
                "One of the two shifts is missing. The layer must see the shifted image, and that output is compared with "
                "the shifted output."
            ),
        ),
        "axes-swapped": Misconception(
            "Rows and columns of the shift are swapped.", N_("rows belong to axis 2, columns to axis 3.")
        ),
        "other-axes": Misconception(
            "The shift goes along other axes than rows and columns.",
            N_("The shift goes along other axes. In (N, C, H, W), rows are axis 2 and columns are axis 3."),
        ),
        "mean-for-max": N_("That is the mean difference. Return the largest one."),
        "sum-for-max": N_("That is the sum of the differences. Return the largest one."),
        "sign-kept": Misconception(
            "A negative difference counts as small.",
            N_("A difference of −3 is larger than one of 1: take `abs()` first."),
        ),
        "squared": N_("That is the square of the largest difference."),
        "first-image-only": N_("Only the first image of the batch is compared."),
        "always-zero": Misconception(
            "Every layer is taken to move along with its input.",
            N_("0 is right for a convolution. This layer does something else at each place, or skips places: compare."),
        ),
    },
)


@dataclass(frozen=True)
class Shift:
    """A layer, its input (N, C, H, W), and by how many cells the input moves down and to the right."""

    layer: Callable[[Tensor], Tensor]
    x: Tensor
    rows: int
    columns: int

    @cached_property
    def y(self) -> Tensor:
        """The output for the input where it is."""
        return self.output(self.x)

    def output(self, x: Tensor) -> Tensor:
        """The layer's output."""
        with torch.no_grad():
            return self.layer(x)

    @cached_property
    def of_shifted(self) -> Tensor:
        """The output for the shifted input."""
        return self.output(self.x.roll((self.rows, self.columns), dims=(2, 3)))

    @property
    def output_shift(self) -> tuple[int, int]:
        """By how many cells the output is shifted."""
        down, right = (round(n / m) for n, m in zip(self.x.shape[2:], self.y.shape[2:], strict=True))
        return self.rows // down, self.columns // right

    @property
    def toward_zero(self) -> tuple[int, int]:
        """The output's shift, rounded toward 0 as `int` does, not down as `//` does."""
        down, right = (round(n / m) for n, m in zip(self.x.shape[2:], self.y.shape[2:], strict=True))
        return int(self.rows / down), int(self.columns / right)

    @cached_property
    def shifted(self) -> Tensor:
        """The shifted output."""
        return self.y.roll(self.output_shift, dims=(2, 3))

    def middle(self, y: Tensor) -> Tensor:
        """An output without a quarter of its rows and columns at each end."""
        top, left = (size // 4 for size in y.shape[2:])
        return y[..., top : y.shape[2] - top, left : y.shape[3] - left]

    def difference(self, a: Tensor, b: Tensor) -> float:
        """The largest difference between two outputs, away from the border."""
        return self.middle(a - b).abs().max().item()

    def right(self) -> float:
        """The right shift error."""
        return self.difference(self.of_shifted, self.shifted)

    def inner(self) -> Tensor:
        """The differences away from the border."""
        return self.middle(self.of_shifted - self.shifted)

    def axes_swapped(self) -> float:
        """The error for a shift whose rows and columns are swapped."""
        return Shift(self.layer, self.x, self.columns, self.rows).right()

    def other_axes(self) -> float:
        """The error for a shift along channels and rows."""
        moved = self.output(self.x.roll((self.rows, self.columns), dims=(1, 2)))
        return self.difference(moved, self.y.roll(self.output_shift, dims=(1, 2)))


RULES: Rules[Shift] = (
    ("always-zero", lambda s: 0.0),
    ("border-counted", lambda s: (s.of_shifted - s.shifted).abs().max().item()),
    ("step-forgotten", lambda s: s.difference(s.of_shifted, s.y.roll((s.rows, s.columns), dims=(2, 3)))),
    ("rounded-to-zero", lambda s: s.difference(s.of_shifted, s.y.roll(s.toward_zero, dims=(2, 3)))),
    ("opposite-shift", lambda s: s.difference(s.of_shifted, s.y.roll([-n for n in s.output_shift], dims=(2, 3)))),
    ("one-shift-missing", lambda s: s.difference(s.of_shifted, s.y)),
    ("one-shift-missing", lambda s: s.difference(s.y, s.shifted)),
    ("axes-swapped", lambda s: s.axes_swapped()),
    ("axes-swapped", lambda s: s.difference(s.of_shifted, s.y.roll(s.output_shift, dims=(3, 2)))),
    ("other-axes", lambda s: s.other_axes()),
    ("mean-for-max", lambda s: s.inner().abs().mean().item()),
    ("sum-for-max", lambda s: s.inner().abs().sum().item()),
    ("sign-kept", lambda s: s.inner().max().item()),
    ("sign-kept", lambda s: (-s.inner()).max().item()),
    ("squared", lambda s: s.inner().square().max().item()),
    ("first-image-only", lambda s: s.inner()[0].abs().max().item()),
)


@exercise.step("convolution", N_("0 for a convolution, whatever its padding"))
def _convolution(answer: Answer, sample: Sample) -> None:
    for padding, mode in ((0, "zeros"), (1, "zeros"), (1, "reflect")):
        layer = nn.Conv2d(2, 3, 3, padding=padding, padding_mode=mode)  # type: ignore[arg-type]
        _expect(answer, sample, layer, sample.integer(1, 3), sample.integer(4, 5))


@exercise.step("places", N_("The right number for a layer that treats each place in its own way"))
def _places(answer: Answer, sample: Sample) -> None:
    for rows, columns in ((sample.integer(1, 2), sample.integer(3, 4)), (0, 3), (-2, 1)):
        layer = nn.Linear(27, 27)
        _expect(answer, sample, layer, rows, columns)


@exercise.step("steps", N_("With a step, 0 only for shifts that are a multiple of it"))
def _steps(answer: Answer, sample: Sample) -> None:
    for layer in (nn.MaxPool2d(2), nn.Conv2d(2, 3, 3, stride=2, padding=1), nn.AvgPool2d((2, 1))):
        for rows, columns in ((2, 4), (1, 2), (3, 1), (-2, 4), (-3, -1)):
            _expect(answer, sample, layer, rows, columns)


def _expect(answer: Answer, sample: Sample, layer: nn.Module, rows: int, columns: int) -> None:
    """Expect the shift error of this layer, on a batch of two images."""
    shapes = {name: tuple(value.shape) for name, value in layer.state_dict().items()}
    layer.load_state_dict({name: sample.floats(*shape) for name, shape in shapes.items()})
    x = sample.floats(2, 2, 25, 27)
    x[1] *= 3  # the largest difference is in the second image
    shift = Shift(layer, x, rows, columns)
    known = tuple(Mistake(key, partial(rule, shift)) for key, rule in RULES)
    what = _("for {layer}, an input of shape {shape}, rows={rows}, columns={columns}").format(
        layer=layer, shape=tuple(x.shape), rows=rows, columns=columns
    )
    (placed,) = answer.place(layer)
    expect_float(answer(placed, x, rows, columns), shift.right(), known, what=what)
