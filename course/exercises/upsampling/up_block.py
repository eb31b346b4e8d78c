"""Exercise up-block: a U-Net decoder step that upsamples, fits to the skip connection, joins, convolves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import close, failures_explained
from course.exercises.upsampling import networks
from course.exercises.upsampling.networks import (
    built,
    expect_floats,
    expect_learning,
    expect_nonlinear,
    expect_samples_apart,
)
from course.language import N_, _
from course.misconceptions import Misconception

IN, SKIP, OUT = 6, 4, 8
"""The channels of the block that most steps build."""

exercise = Exercise(
    "up-block",
    asks="class",
    difficulty=3,
    minutes=20,
    hints=(
        N_(
            "Four things in a row: double the size, fit to the skip's size, join the channels, convolve twice. Print the shape after each."
        ),
        N_(
            "`nn.ConvTranspose2d(..., kernel_size=2, stride=2)` doubles the size exactly. When the skip has one row or column more, "
            "`F.pad` adds it. How many channels does `torch.cat([up, skip], dim=1)` have?"
        ),
        N_(
            "`rows, columns = skip.shape[2] - up.shape[2], skip.shape[3] - up.shape[3]`, then `F.pad(up, (0, columns, 0, rows))`: F.pad "
            "begins with the last axis."
        ),
        N_(
            "Convolutions: `nn.Conv2d(up_channels + skip_channels, out_channels, 3, padding=1)` and "
            "`nn.Conv2d(out_channels, out_channels, 3, padding=1)`, each followed by a ReLU."
        ),
    ),
    hidden={
        N_("other sizes"): N_(
            "Try odd and even sides in every mixture, a batch of one, and other numbers of channels."
        ),
        N_("both count"): N_(
            "Change x alone, then skip alone: both times the output must change, for that sample only."
        ),
    },
    misconceptions={
        **networks.MISCONCEPTIONS,
        "skip-cropped": Misconception(
            "The skip is cropped, so that the output is too small.",
            N_("The output has twice the size of x. It must have the size of skip: fit x to skip, not skip to x."),
        ),
        "not-upsampled": Misconception(
            "x is not enlarged.", N_("The output is as small as x. Which layer doubles the size?")
        ),
        "not-upsampled:filled": N_(
            "A part of the output sees nothing of x. Is x doubled by a layer, or only filled up with zeros? One row and one column are all "
            "that `F.pad` has to add."
        ),
        "padding-ignored": N_(
            "Each 3 × 3 convolution without padding takes a pixel off every side. Lesson 03 tells what keeps the size."
        ),
        "wrong-channels": Misconception(
            "The output has another number of channels.",
            N_("The size is right, the channels are not. How many channels does the last convolution give?"),
        ),
        "same-for-transposed": N_(
            "A transposed convolution has no `padding='same'`. Which kernel and stride double the size without any padding?"
        ),
        "skip-does-not-fit": Misconception(
            "Odd sizes of the skip do not fit.",
            N_(
                "x and skip are joined, but their heights or widths differ. Which one is smaller, by how much, and what adds that?"
            ),
        ),
        "skip-does-not-fit:view": N_(
            "`view` and `reshape` only rearrange the values that are there. `F.pad` adds a row or a column, and `torch.cat` puts the channels side by side."
        ),
        "added-not-joined": Misconception(
            "x and the skip are added, not joined on the channels.",
            N_(
                "A sum no longer shows which part was x and which was skip. U-Net puts the channels side by side and lets the convolution choose."
            ),
        ),
        "added-not-joined:refused": N_(
            "The two have different channels, so they cannot be added. U-Net puts their channels side by side: `torch.cat`."
        ),
        "transposed-weight-out-first": Misconception(
            "The weight of a transposed convolution is taken for (out, in, k, k); it is (in, out, k, k).",
            N_(
                "The weight of a transposed convolution has the shape (in_channels, out_channels / groups, kernel, kernel): in first. Here "
                "the two are swapped."
            ),
        ),
        "channels-after-joining": Misconception(
            "The channels of the two together are counted wrongly.",
            N_(
                "A convolution gets other channels than it was built for. After joining there are those of x upsampled *and* those of skip."
            ),
        ),
        "inputs-swapped": Misconception(
            "x and skip have changed places.",
            N_("A layer that was built for `in_channels` got skip. `forward` takes x first, and skip second."),
        ),
        "joined-on-the-batch": Misconception(
            "`torch.cat` gets no axis, so it joins the batch.",
            N_("Without an axis `torch.cat` joins along axis 0, and that is the batch. The channels are `dim=1`."),
        ),
        "detached": Misconception(
            "An input is used, but its gradient is cut off.",
            N_(
                "Its values are used, but no gradient gets back to it. Look for `detach()`, `no_grad` or `.data` on its way through `forward`. "
                "In a U-Net x and skip come from layers that must learn too."
            ),
        ),
        "looks-too-near": Misconception(
            "After joining, one convolution or only 1 × 1 kernels follow.",
            N_(
                "After joining, two convolutions with 3 × 3 kernels follow here. A single one, or a 1 × 1 kernel, sees less."
            ),
        ),
        "other-kernels": Misconception(
            "Other kernels than 3 × 3 are taken.",
            N_(
                "Two 3 × 3 kernels one after the other see as far as one of 5 × 5, with fewer weights and one more ReLU."
            ),
        ),
        "x-ignored": Misconception("x makes no difference."),
        "skip-ignored": Misconception("The skip makes no difference."),
        "partly-ignored": Misconception("A part of an input makes no difference."),
        "moved": Misconception(
            "Values are moved away from their places.",
            N_(
                "Something is shifted against the skip, or its values are in another order. Test with a dot: where does it come out?"
            ),
        ),
    },
)


@exercise.step("even", N_("Even sizes: the output is as large as the skip, with out_channels channels"))
def _even(answer: Answer, sample: Sample) -> None:
    _expect_size(answer, sample, 2 * sample.integer(4, 6), 2 * sample.integer(7, 9))


@exercise.step("odd", N_("Odd sizes: rows, columns, or both"))
def _odd(answer: Answer, sample: Sample) -> None:
    for rows, columns in ((9, 14), (8, 13), (11, 7), (3, 2)):
        _expect_size(answer, sample, rows, columns)


@exercise.step("both", N_("The output depends on x and on skip: on every channel, at every place"))
def _both(answer: Answer, sample: Sample) -> None:
    layer = built(answer, IN, SKIP, OUT)
    for rows, columns in ((10, 8), (9, 11)):
        x, skip = _inputs(sample, 6, rows, columns)
        gradients = layer.gradients(x, skip, weight=sample.floats(6, OUT, rows, columns)).arguments
        _expect_attached(layer, x, skip, gradients)
        for name, gradient in zip(("x", "skip"), gradients, strict=True):
            _expect_felt(name, gradient)


@exercise.step(
    "place", N_("Nothing is moved: an output cell sees the skip around its own place, and x around half of it")
)
def _place(answer: Answer, sample: Sample) -> None:
    layer = built(answer, IN, SKIP, OUT)
    rows, columns = 29, 26
    x, skip = _inputs(sample, 6, rows, columns)
    for row, column in ((9, 17), (18, 8)):
        weight = torch.zeros(6, OUT, rows, columns)
        weight[:, :, row, column] = sample.floats(6, OUT)
        to_x, to_skip = layer.gradients(x, skip, weight=weight).arguments
        _expect_around("skip", to_skip, (row, column), (row, column), 0.5)
        _expect_around("x", to_x, ((row - 0.5) / 2, (column - 0.5) / 2), (row, column), 1.5)


@exercise.step("samples", N_("The samples of a batch keep apart"))
def _samples(answer: Answer, sample: Sample) -> None:
    expect_samples_apart(built(answer, IN, SKIP, OUT), *_inputs(sample, 3, 9, 12))


@exercise.step("joined", N_("The two are joined on the channel axis, not added up"))
def _joined(answer: Answer, sample: Sample) -> None:
    """When up(x) + skip is all that the rest sees, x can do nothing that skip could not do: the columns of the Jacobian
    with respect to x are combinations of those with respect to skip."""
    layer = built(answer, 2, 1, OUT)
    outputs = OUT * 4 * 4
    x, skip = sample.floats(1, 2, 2, 2), sample.floats(1, 1, 4, 4)
    one_each = torch.eye(outputs).reshape(outputs, OUT, 4, 4)
    found = layer.gradients(x.repeat(outputs, 1, 1, 1), skip.repeat(outputs, 1, 1, 1), weight=one_each).arguments
    to_x, to_skip = (
        _expect_gradient(name, each).flatten(1).double() for name, each in zip(("x", "skip"), found, strict=True)
    )
    combined = to_skip @ torch.linalg.lstsq(to_skip, to_x, driver="gelsd").solution
    if not float((to_x - combined).norm()) > 1e-3 * float(to_x.norm()):
        raise Wrong(
            _("x does nothing to the output that skip could not do as well: it seems that the two are added up."),
            "added-not-joined",
        )


@exercise.step("activation", N_("There is an activation: the block is not linear"))
def _activation(answer: Answer, sample: Sample) -> None:
    layer = built(answer, IN, SKIP, OUT)
    (x, skip), (y, other) = _inputs(sample, 2, 8, 9), _inputs(sample, 2, 8, 9)
    expect_nonlinear(layer(x, skip), layer(y, other), layer(0 * x, 0 * skip), layer(x + y, skip + other))


@exercise.step("trainable", N_("Every parameter gets a gradient"))
def _trainable(answer: Answer, sample: Sample) -> None:
    for rows in (8, 9):
        expect_learning(built(answer, IN, SKIP, OUT), *_inputs(sample, 3, rows, 10))


@exercise.step("convolutions", N_("Two 3 × 3 convolutions follow the joining"))
def _convolutions(answer: Answer, sample: Sample) -> None:
    """Two of them see 5 × 5 cells of skip, and there are two weights of that shape; a 5 × 5 kernel has no such weight."""
    layer = built(answer, IN, SKIP, OUT)
    x, skip = _inputs(sample, 16, 13, 12)
    weight = torch.zeros(16, OUT, 13, 12)
    weight[:, :, 6, 5] = sample.floats(16, OUT)
    seen = _expect_gradient("skip", layer.gradients(x, skip, weight=weight).arguments[1]).abs().sum((0, 1)) > 0
    sides = tuple(int(seen.any(axis).sum()) for axis in (1, 0))
    if min(sides) < 5:
        raise Wrong(
            _("An output cell sees {rows} × {columns} cells of skip. Two 3 × 3 convolutions see 5 × 5.").format(
                rows=sides[0], columns=sides[1]
            ),
            "looks-too-near",
        )
    kernels = layer.run(convolution_kernels, layer)
    if kernels.count((3, 3)) < 2:
        raise Wrong(
            _("Expected two 3 × 3 convolutions, but the kernels of your convolutions are {kernels}.").format(
                kernels=", ".join(f"{height} × {width}" for height, width in kernels)
            ),
            "other-kernels",
        )


def convolution_kernels(module: nn.Module) -> list[tuple[int, ...]]:
    """The (height, width) of each convolution's weight; those of transposed convolutions do not count. For `Answer.run`."""
    transposed = {id(each.weight) for each in module.modules() if isinstance(each, nn.ConvTranspose2d)}
    return [tuple(each.shape[2:]) for each in module.parameters() if each.ndim == 4 and id(each) not in transposed]


def _expect_attached(layer: Answer, x: Tensor, skip: Tensor, gradients: Sequence[Any]) -> None:
    """Expect a gradient wherever a changed input changes the output."""
    before = layer(x, skip)
    for name, gradient, changed in zip(("x", "skip"), gradients, ((x + 1, skip), (x, skip + 1)), strict=True):
        if type(gradient) is not Tensor and not close(layer(*changed), before):
            raise Wrong(
                _("The output depends on the values of {name}, but no gradient comes back to it.").format(name=name),
                "detached",
            )


def _inputs(sample: Sample, batch: int, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """x and skip, for a skip of this height and width: a pooling has halved x, and dropped what was left over."""
    return sample.floats(batch, IN, rows // 2, columns // 2), sample.floats(batch, SKIP, rows, columns)


def _expect_size(answer: Answer, sample: Sample, rows: int, columns: int) -> None:
    layer = built(answer, IN, SKIP, OUT, evaluate=False)
    x, skip = _inputs(sample, sample.integer(2, 3), rows, columns)
    what = _("for x of shape {x} and skip of shape {skip}").format(x=tuple(x.shape), skip=tuple(skip.shape))
    with failures_explained(_REFUSALS, what):
        got = layer(x, skip)
    if type(got) is Tensor and got.shape != (len(x), OUT, rows, columns):
        _explain_shape(got, x, skip, what)
    expect_floats(got, (len(x), OUT, rows, columns), what)


def _explain_shape(got: Tensor, x: Tensor, skip: Tensor, what: str) -> None:
    """Raise with a hint of its own when it is known how the wrong shape came about."""
    message = _("Expected the shape {expected}, but got {got} ({what}).").format(
        expected=(len(x), OUT, *skip.shape[2:]), got=tuple(got.shape), what=what
    )
    if got.ndim and len(got) == 2 * len(x):
        raise Wrong(message, "joined-on-the-batch")
    doubled = (2 * x.shape[2], 2 * x.shape[3])
    if tuple(got.shape[2:]) == doubled and doubled != tuple(skip.shape[2:]):
        raise Wrong(
            message,
            "skip-cropped",
        )
    if tuple(got.shape[2:]) == tuple(x.shape[2:]):
        raise Wrong(message, "not-upsampled")
    if tuple(got.shape[2:]) == (skip.shape[2] - 4, skip.shape[3] - 4):
        raise Wrong(
            message,
            "padding-ignored",
        )
    if tuple(got.shape[2:]) == tuple(skip.shape[2:]):
        raise Wrong(
            message,
            "wrong-channels",
        )


_REFUSALS = (
    ("conv_transpose2d(): argument 'padding'", "same-for-transposed"),
    ("Sizes of tensors must match except in dimension 1", "skip-does-not-fit"),
    ("Sizes of tensors must match except in dimension 0", "joined-on-the-batch"),
    ("is invalid for input of size", "skip-does-not-fit:view"),
    ("must match the size of tensor", "added-not-joined:refused"),
    (f"transposed=1, weight of size [{OUT}, {IN}, ", "transposed-weight-out-first"),
    (f"to have {IN} channels, but got {SKIP} channels", "inputs-swapped"),
    ("channels, but got", "channels-after-joining"),
)
"""Torch's words, and the mistake that they tell of; the first that fits is taken."""


def _expect_gradient(name: str, gradient: Any) -> Tensor:
    if type(gradient) is not Tensor:
        raise Wrong(
            _("The output does not depend on {name} at all.").format(name=name),
            f"{name}-ignored",
            _("Both go into the block, and both must come out of it. Follow {name} through `forward`.").format(
                name=name
            ),
        )
    return gradient


def _expect_felt(name: str, gradient: Any) -> None:
    """Expect an influence of every channel and of every place."""
    sizes = _expect_gradient(name, gradient).abs()
    if not float(sizes.max()) > 0:
        _expect_gradient(name, None)
    for axis, kind in ((1, _("channel")), (2, _("row")), (3, _("column"))):
        felt = sizes.sum([other for other in range(4) if other != axis]) > 0
        if not bool(felt.all()):
            raise Wrong(
                _("The output does not depend on {kind} {index} of {name}, which has the shape {shape}.").format(
                    kind=kind, index=int((~felt).nonzero()[0]), name=name, shape=tuple(sizes.shape)
                ),
                "partly-ignored",
                _("Something of {name} is cut off or left out. Is anything cropped that should be padded?").format(
                    name=name
                ),
            )


def _expect_around(
    name: str, gradient: Any, centre: tuple[float, float], cell: tuple[int, int], tolerance: float
) -> None:
    """Expect that what an output cell sees lies around this place. Faint, far influences, as of a norm, do not count."""
    sizes = _expect_gradient(name, gradient).abs()
    for axis, wanted, kind in ((2, centre[0], _("rows")), (3, centre[1], _("columns"))):
        along = sizes.sum([other for other in range(4) if other != axis])
        seen = (along > 0.1 * along.max()).nonzero().flatten()
        if len(seen) == 0:
            raise Wrong(
                _("Output cell {cell} sees nothing of {name}.").format(cell=list(cell), name=name),
                "not-upsampled:filled" if name == "x" else "partly-ignored",
            )
        first, last = int(seen[0]), int(seen[-1])
        if not abs((first + last) / 2 - wanted) <= tolerance:
            raise Wrong(
                _(
                    "Output cell {cell} sees the {kind} {first} to {last} of {name}; they should lie around {wanted:g}."
                ).format(cell=list(cell), kind=kind, first=first, last=last, name=name, wanted=wanted),
                "moved",
            )
