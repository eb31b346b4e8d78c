"""Lesson 05, BatchNorm: what it counts with in training and in evaluation, and what it keeps."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_error, expect_tensor
from course.checking.prediction import Prediction
from course.language import N_, _


def _kept_after(values: list[float], momentum: float = 0.1) -> float:
    """The running variance after one batch of these values, seen from outside."""
    norm = nn.BatchNorm2d(1, momentum=momentum)
    norm(torch.tensor(values).reshape(-1, 1, 1, 1))
    assert norm.running_var is not None
    return round(float(norm.running_var), 6)


running_variance = Prediction(
    "running-variance",
    N_(
        "A new BatchNorm has running_var 1. It runs once in training mode, momentum 0.1, on a channel with the two values 1 and 3. "
        "What is running_var then?"
    ),
    lambda: _kept_after([1.0, 3.0]),
    N_(
        "The mean is 2, so the two squared distances are 1 and 1. The running variance counts with n − 1: (1 + 1) / 1 = 2, and 0.9 · 1 + 0.1 · 2 = 1.1."
    ),
    {
        N_(
            "That divides by n = 2. The batch itself is divided by that; what is kept for later is divided by n − 1."
        ): 1.0,
        N_("That gives the new value nine tenths. torch's momentum is the share of the new one."): 1.9,
        N_("That is the variance of this batch. Nine tenths of the old value stay."): 2.0,
    },
)


def _moved_without_gradients() -> bool:
    norm = nn.BatchNorm2d(1)
    with torch.no_grad():
        norm(torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1))
    assert norm.running_mean is not None
    return bool(norm.running_mean != 0)


no_grad_moves = Prediction(
    "no-grad-moves",
    N_(
        "A new BatchNorm in training mode runs on a batch inside `with torch.no_grad():`. Do its running statistics change? (True or False)"
    ),
    _moved_without_gradients,
    N_(
        "`no_grad` says: keep nothing for a backward pass. The running statistics are no gradients. Only `eval()` stops them."
    ),
    {N_("`no_grad` and `eval()` are two things. Which of them does a BatchNorm ask?"): False},
    choices=(True, False),
)


running_statistics = Exercise(
    "running-statistics",
    difficulty=1,
    minutes=8,
    hints=(
        N_("One mean and one variance for each channel: over which three axes do you take them?"),
        N_(
            "`x.mean((0, 2, 3))` and `x.var((0, 2, 3))` are of shape (C,). torch's `var` divides by n − 1 by itself, NumPy's by n."
        ),
        N_(
            "New value = (1 − momentum) · old + momentum · batch, for both. Before that, `raise ValueError(...)` when n is 1."
        ),
    ),
    hidden={
        N_("torch agrees"): N_(
            "Compare with an `nn.BatchNorm2d` in training mode, for small batches and other momenta."
        ),
        N_("one value per channel"): N_("N · H · W = 1: what would the variance divide by?"),
    },
)


@running_statistics.step("mean", N_("The running mean moves a tenth of the way, for each channel"))
def _running_mean(answer: Answer, sample: Sample) -> None:
    _expect_kept(answer, sample, (3, 4, 5, 2), which=0)


@running_statistics.step("variance", N_("The running variance counts with n − 1"))
def _running_var(answer: Answer, sample: Sample) -> None:
    for shape in ((3, 4, 5, 2), (2, 3, 1, 1), (1, 2, 1, 3)):
        _expect_kept(answer, sample, shape, which=1)


@running_statistics.step("momentum", N_("Another momentum: the share of the new batch"))
def _momentum(answer: Answer, sample: Sample) -> None:
    for momentum in (0.3, 0.01, 1.0):
        for which in (0, 1):
            _expect_kept(answer, sample, (2, 3, 4, 5), momentum, which=which)


@running_statistics.step("one-value", N_("One value per channel is refused, as torch does"))
def _one_value(answer: Answer, sample: Sample) -> None:
    x, mean, variance = sample.floats(1, 3, 1, 1), sample.floats(3), 1 + sample.floats(3).abs()
    what = _("x of shape (1, 3, 1, 1)")
    advice = _("A single value tells nothing about a spread: n − 1 is 0. Test for `N * H * W == 1` before you compute.")
    expect_error(answer, "ValueError", mean, variance, x, what=what, advice=advice)
    _expect_kept(answer, sample, (2, 3, 1, 1), which=1)
    _expect_kept(answer, sample, (1, 3, 1, 2), which=1)


def _expect_kept(answer: Answer, sample: Sample, shape: tuple[int, ...], *momentum: float, which: int) -> None:
    """Expect the running mean (which=0) or variance (which=1) after a batch of this shape."""
    x = 2 + 3 * sample.floats(*shape)
    mean, variance = sample.floats(shape[1]), 0.5 + sample.floats(shape[1]).abs()
    got = answer(mean, variance, x, *momentum)
    if type(got) not in (tuple, list) or len(got) != 2:
        if got is None:
            expect_tensor(got, mean)
        raise Wrong(
            _("Expected two tensors, the mean and the variance, but got {type_name}.").format(
                type_name=Answer(got).describe().type_name
            ),
            "type",
            _("`return new_mean, new_variance` gives both back."),
        )
    share = momentum[0] if momentum else 0.1
    expected = (mean.clone(), variance.clone())
    F.batch_norm(x, *expected, training=True, momentum=share)
    what = _("the new {name}, for x of shape {shape}, momentum={momentum}").format(
        name=(_("mean"), _("variance"))[which], shape=shape, momentum=share
    )
    expect_tensor(got[which], expected[which], _kept_mistakes(mean, variance, x, share, which), what=what)


def _kept_mistakes(mean: Tensor, variance: Tensor, x: Tensor, share: float, which: int) -> tuple[Mistake, ...]:
    """Wrong running statistics."""
    old = (mean, variance)[which]
    axes = (0, 2, 3)
    batch = (x.mean(axes), x.var(axes))[which]
    biased = _(
        "The batch is normalised with the variance that divides by n, but the one that is kept divides by n − 1. `unbiased` "
        "or `correction` says which."
    )
    per_channel = _("Each channel has its own statistics, over all images and all pixels: axes 0, 2 and 3.")
    common = (
        Mistake(
            "momentum-reversed",
            share * old + (1 - share) * batch,
            _("torch's momentum is the share of the new batch: 0.1 of the new, 0.9 of the old."),
        ),
        Mistake("batch-only", batch, _("These are the statistics of this batch alone. What remains of the old ones?")),
        Mistake("nothing-kept", old, _("These are the old statistics. The batch must move them.")),
        Mistake("added-up", old + share * batch, _("The old value keeps a share of 1 − momentum only.")),
    )
    if which == 0:
        return (
            *common,
            Mistake("one-for-all", (1 - share) * old + share * x.mean(), per_channel),
            Mistake("per-image", lambda: (1 - share) * old + share * x.mean((2, 3)), per_channel),
            Mistake(
                "mean-and-variance-swapped", (1 - share) * variance + share * x.var(axes), _("The mean comes first.")
            ),
        )
    biased_batch = x.var(axes, correction=0)
    return (
        Mistake("biased-variance", (1 - share) * old + share * biased_batch, biased),
        Mistake("biased-variance", share * old + (1 - share) * biased_batch, biased),
        Mistake(
            "deviation-for-variance",
            (1 - share) * old + share * x.std(axes),
            _("That is the standard deviation: its square is the variance."),
        ),
        Mistake("one-for-all", (1 - share) * old + share * x.var(), per_channel),
        Mistake(
            "average-of-variances",
            lambda: (1 - share) * old + share * x.var((2, 3)).mean(0),
            _("That is the mean of the images' variances. All values of the channel go into one variance."),
        ),
        *common,
        Mistake(
            "mean-and-variance-swapped", (1 - share) * mean + share * x.mean(axes), _("The variance comes second.")
        ),
    )
