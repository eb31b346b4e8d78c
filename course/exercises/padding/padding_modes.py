"""Exercise padding-modes: zeros, reflect, replicate and circular, by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from course.checking import by_hand
from course.checking.answer import Answer, NotAttempted, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor, mistakes
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "padding-modes",
    difficulty=3,
    minutes=15,
    partial=True,
    hints=(
        N_("Write the mode on one line first: a b c d with pad = 2. Which letters are before a, and which after d?"),
        N_(
            "Except for zeros, each new cell copies an old one. So make a list of old positions, from −pad to size + pad − 1, and bring each "
            "into 0 … size − 1 by the mode's rule. Do the columns, then the rows of the result."
        ),
        N_(
            "`i = torch.arange(-pad, size + pad)`; circular: `i % size`; replicate: `i.clamp(0, size - 1)`; reflect: `i.abs()`, then "
            "mirror what is beyond `size - 1`. Then `x[..., rows[:, None], columns]`. Zeros: `x.new_zeros(...)`, then a slice assignment."
        ),
    ),
    hidden={N_("each mode"): N_("Try pictures with more columns than rows, pad=0, whole numbers, and no batch axis.")},
    misconceptions={
        "corners-left-empty": Misconception(
            "The corners are left empty.",
            N_(
                "The four sides are right, the corners are zero. Pad one axis first, then the other axis of *that* result."
            ),
        ),
        "one-axis-only": Misconception("Only one of the two axes is padded.", N_("Only the columns were padded.")),
        "one-axis-only:rows": N_("Only the rows were padded."),
        "minus-zero-slice:twice": N_(
            "For pad=0 the picture came twice: in Python −0 is 0, so `x[..., -0:]` is everything."
        ),
        "minus-zero-slice": N_(
            "In Python −0 is 0, so `x[..., pad:-pad]` with pad=0 is empty. Count from the front: `pad:pad + size`."
        ),
        "reflect-repeats-border": Misconception(
            "'reflect' repeats the border itself; it begins one cell further in.",
            N_("The border pixel came twice. Where is the mirror of 'reflect'?"),
        ),
        "sides-swapped": N_(
            "Walking off the right end, one comes back in on the left. Which columns belong before the first one?"
        ),
        "other-mode": Misconception("All modes do the same."),
        "dtype": N_("The result must have the dtype of `x`: `torch.zeros(..., dtype=x.dtype)`, or `x.new_zeros(...)`."),
        "mode-name": Misconception(
            "The mode goes by another name in this function.",
            N_("Layers call this mode 'zeros', `F.pad` calls it 'constant'. Here you need no `F.pad`: slices will do."),
        ),
        "ready-made-pad": Misconception(
            "A ready-made pad does the work.",
            N_(
                "That function is what you are building. Slices, `flip`, `cat`, or indexing with a list of positions will do."
            ),
        ),
    },
)

NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
"""What numpy.pad calls torch's padding modes."""


@dataclass(frozen=True)
class Padding:
    """A tensor (…, H, W), by how many cells its last two axes are padded on each side, and the mode."""

    x: Tensor
    pad: int
    mode: str

    def __str__(self) -> str:
        return _("for a {dtype} input of shape {shape}, pad={pad}, mode={mode!r}").format(
            dtype=self.x.dtype, shape=tuple(self.x.shape), pad=self.pad, mode=self.mode
        )

    def by_numpy(self, mode: str) -> Tensor:
        """What `numpy.pad` gives in this mode of its own."""
        widths = [(0, 0)] * (self.x.ndim - 2) + [(self.pad, self.pad)] * 2
        return torch.from_numpy(np.pad(self.x.numpy(), widths, mode=mode))  # type: ignore[call-overload]

    def right(self) -> Tensor:
        """The right result."""
        return self.by_numpy(NUMPY_MODES[self.mode])

    @property
    def rows(self) -> slice:
        """Where the input's rows lie in the result."""
        return slice(self.pad, self.pad + self.x.shape[-2])

    @property
    def columns(self) -> slice:
        """Where the input's columns lie in the result."""
        return slice(self.pad, self.pad + self.x.shape[-1])

    def corners_empty(self) -> Tensor:
        """The right result with zeros in its corners."""
        right = self.right()
        result = torch.zeros_like(right)
        result[..., self.rows, :] = right[..., self.rows, :]
        result[..., :, self.columns] = right[..., :, self.columns]
        return result

    def sides_swapped(self) -> Tensor:
        """Circular padding with the first columns before the first column, and the last after the last; rows alike."""
        x, pad = self.x, self.pad
        wide = torch.cat([x[..., :pad], x, x[..., x.shape[-1] - pad :]], dim=-1)
        return torch.cat([wide[..., :pad, :], wide, wide[..., x.shape[-2] - pad :, :]], dim=-2)


RULES: Rules[Padding] = (
    ("corners-left-empty", lambda n: n.corners_empty()),
    ("one-axis-only", lambda n: n.right()[..., n.rows, :]),
    ("one-axis-only:rows", lambda n: n.right()[..., n.columns]),
    ("minus-zero-slice:twice", lambda n: n.x.repeat(*[1] * (n.x.ndim - 2), 2, 2)),
    ("reflect-repeats-border", lambda n: n.by_numpy("symmetric")),
    ("sides-swapped", lambda n: n.sides_swapped()),
)


@exercise.step("size", N_("A larger tensor comes out, in one mode at least"))
def _size(answer: Answer, sample: Sample) -> None:
    """Whoever has one mode right goes on to the steps of the four modes; the stub does not."""
    x = sample.floats(2, 3, 4, 6)
    errors: list[Exception] = []
    for mode in NUMPY_MODES:
        asked = Padding(x, 2, mode)
        try:
            got = _padded(answer, asked)
            if type(got) is Tensor and got.shape == asked.right().shape:
                return
            _expect(got, asked)
        except (Wrong, Failure, NotAttempted) as error:
            errors.append(error)
    raise next((each for each in errors if not isinstance(each, NotAttempted)), errors[0])


@exercise.step("zeros", N_("zeros: 0 0 | a b c d | 0 0"))
def _zeros(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "zeros")


@exercise.step("reflect", N_("reflect: c b | a b c d | c b"))
def _reflect(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "reflect")


@exercise.step("replicate", N_("replicate: a a | a b c d | d d"))
def _replicate(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "replicate")


@exercise.step("circular", N_("circular: c d | a b c d | a b"))
def _circular(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "circular")


def _expect_mode(answer: Answer, sample: Sample, mode: str) -> None:
    """Expect the padded tensor in this mode: for several shapes, pads and dtypes."""
    height, width = sample.choice(((5, 7), (8, 6), (4, 9)))
    picture = sample.bytes(2, 3, height, width)
    inputs = (
        (sample.floats(2, 3, height, width), 2),
        (sample.floats(1, 2, height, width), 3),
        (sample.floats(2, 3, height, width), 0),
        (sample.floats(height, width), 1),
        (sample.floats(2, 1, 3, height, width), 2),
        (sample.floats(3, height, width, dtype=torch.float64), 1),
        (picture, 2),
        (picture.to(torch.int64) - 128, 1),
        (picture > 127, 2),
    )
    for x, pad in inputs:
        asked = Padding(x, pad, mode)
        _expect(_padded(answer, asked), asked)
        if names := by_hand.ready_made_pads(answer, x, pad, mode):
            raise Wrong(_("Your code uses a ready-made pad: {names}.").format(names=", ".join(names)), "ready-made-pad")


def _expect(got: object, asked: Padding) -> None:
    other_modes = (
        Mistake(
            "other-mode",
            asked.by_numpy(NUMPY_MODES[other]),
            _("That is what '{other}' gives; '{mode}' was asked.").format(other=other, mode=asked.mode),
        )
        for other in NUMPY_MODES
        if other != asked.mode
    )
    expect_tensor(got, asked.right(), (*mistakes(RULES, asked), *other_modes), what=str(asked))


def _padded(answer: Answer, asked: Padding) -> object:
    """What the answer gives; when it raises and the cause is known, the hint for it."""
    try:
        return answer(asked.x, asked.pad, asked.mode)
    except Failure as failure:
        if "adding mode" in failure.message and "zeros" in failure.message:
            key = "mode-name"
        elif asked.pad == 0:
            key = "minus-zero-slice"
        else:
            raise
        raise Wrong(_("Your code raised {failure} ({what}).").format(failure=failure, what=asked), key) from None
