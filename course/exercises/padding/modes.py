"""Lesson 03's padding modes: what numpy.pad gives, what each known mistake gives, and the exercise."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course.checking.answer import Answer, NotAttempted, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.world import Failure
from course.language import N_, _

NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
"""What numpy.pad calls torch's padding modes."""


def padded_by_numpy(x: Tensor, pad: int, mode: str, numpy_mode: str = "") -> Tensor:
    """The last two axes padded, by `numpy.pad`."""
    widths = [(0, 0)] * (x.ndim - 2) + [(pad, pad)] * 2
    return torch.from_numpy(np.pad(x.numpy(), widths, mode=numpy_mode or NUMPY_MODES[mode]))  # type: ignore[call-overload]


def padding_mode_mistakes(x: Tensor, pad: int, mode: str) -> tuple[Mistake, ...]:
    """Wrong results of padding in this mode."""
    height, width = x.shape[-2:]
    right = padded_by_numpy(x, pad, mode)

    def corners_empty() -> Tensor:
        y = torch.zeros_like(right)
        y[..., pad : pad + height, :] = right[..., pad : pad + height, :]
        y[..., :, pad : pad + width] = right[..., :, pad : pad + width]
        return y

    found = [
        Mistake(
            "corners-left-empty",
            corners_empty,
            _(
                "The four sides are right, the corners are zero. Pad one axis first, then the other axis of *that* result."
            ),
        ),
        Mistake("one-axis-only", right[..., pad : pad + height, :], _("Only the columns were padded.")),
        Mistake("one-axis-only", right[..., pad : pad + width], _("Only the rows were padded.")),
        Mistake(
            "minus-zero-slice",
            x.repeat(*[1] * (x.ndim - 2), 2, 2),
            _("For pad=0 the picture came twice: in Python −0 is 0, so `x[..., -0:]` is everything."),
        ),
        Mistake(
            "reflect-repeats-border",
            lambda: padded_by_numpy(x, pad, mode, "symmetric"),
            _("The border pixel came twice. Where does the mirror of 'reflect' stand?"),
        ),
        Mistake(
            "sides-swapped",
            lambda: _pad_from_own_side(x, pad),
            _("Walking off the right end, one comes back in on the left. Which columns belong before the first one?"),
        ),
    ]
    found += [
        Mistake(
            "other-mode",
            padded_by_numpy(x, pad, other),
            _("That is what '{other}' gives; '{mode}' was asked.").format(other=other, mode=mode),
        )
        for other in NUMPY_MODES
        if other != mode
    ]
    return tuple(found)


def _pad_from_own_side(x: Tensor, pad: int) -> Tensor:
    """Circular padding with the sides mixed up: the first columns before the first column."""
    wide = torch.cat([x[..., :pad], x, x[..., x.shape[-1] - pad :]], dim=-1)
    return torch.cat([wide[..., :pad, :], wide, wide[..., x.shape[-2] - pad :, :]], dim=-2)


padding_modes = Exercise(
    "padding-modes",
    difficulty=3,
    minutes=15,
    partial=True,
    hints=(
        N_("Write the mode on one line first: a b c d with pad = 2. Which letters stand before a, and which after d?"),
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
)


@padding_modes.step("size", N_("A larger tensor comes out, in one mode at least"))
def _size(answer: Answer, sample: Sample) -> None:
    """Whoever has one mode right goes on to the steps of the four modes; the stub does not."""
    x, pad = sample.floats(2, 3, 4, 6), 2
    found: list[Exception] = []
    for mode in NUMPY_MODES:
        what = _for_input(x, pad, mode)
        try:
            got, expected = _padded(answer, x, pad, mode), padded_by_numpy(x, pad, mode)
            if type(got) is Tensor and got.shape == expected.shape:
                return
            expect_tensor(got, expected, padding_mode_mistakes(x, pad, mode), what=what)
        except (Wrong, Failure, NotAttempted) as error:
            found.append(error)
    raise next((each for each in found if not isinstance(each, NotAttempted)), found[0])


@padding_modes.step("zeros", N_("zeros: 0 0 | a b c d | 0 0"))
def _zeros(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "zeros")


@padding_modes.step("reflect", N_("reflect: c b | a b c d | c b"))
def _reflect(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "reflect")


@padding_modes.step("replicate", N_("replicate: a a | a b c d | d d"))
def _replicate(answer: Answer, sample: Sample) -> None:
    _expect_mode(answer, sample, "replicate")


@padding_modes.step("circular", N_("circular: c d | a b c d | a b"))
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
        got, what = _padded(answer, x, pad, mode), _for_input(x, pad, mode)
        expect_tensor(got, padded_by_numpy(x, pad, mode), padding_mode_mistakes(x, pad, mode), what=what)


def _for_input(x: Tensor, pad: int, mode: str) -> str:
    return _("for a {dtype} input of shape {shape}, pad={pad}, mode={mode!r}").format(
        dtype=x.dtype, shape=tuple(x.shape), pad=pad, mode=mode
    )


def _padded(answer: Answer, x: Tensor, pad: int, mode: str) -> object:
    """What the answer gives; when it raises and the cause is known, the hint for it."""
    try:
        return answer(x, pad, mode)
    except Failure as failure:
        _explain_failure(failure, pad, _for_input(x, pad, mode))
        raise


def _explain_failure(failure: Failure, pad: int, what: str) -> None:
    """Raise with a hint of its own when it is known why the answer failed here."""
    if "adding mode" in failure.message and "zeros" in failure.message:
        raise Wrong(
            _("Your code raised {failure} ({what}).").format(failure=failure, what=what),
            "mode-name",
            _("Layers call this mode 'zeros', `F.pad` calls it 'constant'. Here you need no `F.pad`: slices will do."),
        )
    if failure.type_name == "NotImplementedError":
        raise Wrong(
            _("Your code raised {failure} ({what}).").format(failure=failure, what=what),
            "torch-pad",
            _("torch's own pad does not know all shapes and dtypes. Indexing with a list of positions knows them all."),
        )
    if pad == 0:
        raise Wrong(
            _("Your code raised {failure} ({what}).").format(failure=failure, what=what),
            "minus-zero-slice",
            _("In Python −0 is 0, so `x[..., pad:-pad]` with pad=0 is empty. Count from the front: `pad:pad + size`."),
        )
