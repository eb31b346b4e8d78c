"""Exercise running-statistics: the running mean and variance that a BatchNorm keeps after a batch in training mode."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_error, expect_tensor, mistakes
from course.language import N_, _
from course.misconceptions import Misconception, Rules

_BIASED = N_(
    "The batch is normalised with the variance that divides by n, but the one that is kept divides by n − 1. `unbiased` "
    "or `correction` says which."
)
_PER_CHANNEL = N_("Each channel has its own statistics, over all images and all pixels: axes 0, 2 and 3.")

exercise = Exercise(
    "running-statistics",
    difficulty=1,
    minutes=8,
    hints=(
        N_("One mean and one variance for each channel: over which three axes do you take them?"),
        N_(
            "`x.mean((0, 2, 3))` and `x.var((0, 2, 3))` are of shape (C,). torch's `var` divides by n − 1, NumPy's by n."
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
    misconceptions={
        "momentum-reversed": Misconception(
            "momentum is taken for the share of the old value.",
            N_("torch's momentum is the share of the new batch: 0.1 of the new, 0.9 of the old."),
        ),
        "batch-only": Misconception(
            "Only the batch counts, the old statistics are dropped.",
            N_("These are the statistics of this batch alone. A share of 1 − momentum of the old ones must remain."),
        ),
        "nothing-kept": N_("These are the old statistics, unchanged. The batch must move them."),
        "added-up": Misconception(
            "The new statistics are added to the old ones.",
            N_("The old value keeps a share of 1 − momentum only."),
        ),
        "one-for-all": Misconception("All channels share one statistic.", _PER_CHANNEL),
        "per-image": Misconception("Each image gets its own statistics.", _PER_CHANNEL),
        "momentum-ignored": Misconception(
            "The share of the new batch is always a tenth.",
            N_(
                "The new batch always counts a tenth in your code. Its share is `momentum`, which is another number here."
            ),
        ),
        "mean-and-variance-swapped": Misconception(
            "Mean and variance are in the wrong order.", N_("The mean comes first.")
        ),
        "mean-and-variance-swapped:variance": N_("The variance comes second."),
        "biased-variance": Misconception(
            "The running variance is divided by n; torch divides by n − 1 there.", _BIASED
        ),
        "deviation-for-variance": Misconception(
            "The deviation is taken for the variance.",
            N_("That is the standard deviation: its square is the variance."),
        ),
        "average-of-variances": Misconception(
            "The images' variances are averaged, which leaves out how the means differ.",
            N_("That is the mean of the images' variances. All values of the channel go into one variance."),
        ),
        "type:pair": N_("`return new_mean, new_variance` gives both back."),
    },
)

AXES = (0, 2, 3)


@dataclass(frozen=True)
class Update:
    """One of the two running statistics, and the batch that moves it.

    Attributes:
        old, batch: the running statistic before, and that of the batch alone, of shape (C,).
        swapped: the other statistic after the batch.
    """

    x: Tensor
    share: float
    old: Tensor
    batch: Tensor
    swapped: Tensor

    def moved(self, batch: Tensor) -> Tensor:
        """The running statistic after a batch of this statistic."""
        return (1 - self.share) * self.old + self.share * batch

    def reversed(self, batch: Tensor) -> Tensor:
        """The same with the shares of old and new in each other's place."""
        return self.share * self.old + (1 - self.share) * batch


RULES: Rules[Update] = (
    ("momentum-reversed", lambda u: u.reversed(u.batch)),
    ("batch-only", lambda u: u.batch),
    ("nothing-kept", lambda u: u.old),
    ("momentum-ignored", lambda u: 0.9 * u.old + 0.1 * u.batch),
    ("added-up", lambda u: u.old + u.share * u.batch),
)

MEAN_RULES: Rules[Update] = (
    *RULES,
    ("one-for-all", lambda u: u.moved(u.x.mean())),
    ("per-image", lambda u: u.moved(u.x.mean((2, 3)))),
    ("mean-and-variance-swapped", lambda u: u.swapped),
)

VARIANCE_RULES: Rules[Update] = (
    ("biased-variance", lambda u: u.moved(u.x.var(AXES, correction=0))),
    ("biased-variance", lambda u: u.reversed(u.x.var(AXES, correction=0))),
    ("deviation-for-variance", lambda u: u.moved(u.x.std(AXES))),
    ("one-for-all", lambda u: u.moved(u.x.var())),
    ("average-of-variances", lambda u: u.moved(u.x.var((2, 3)).mean(0))),
    *RULES,
    ("mean-and-variance-swapped:variance", lambda u: u.swapped),
)


@exercise.step("mean", N_("The running mean moves a tenth of the way, for each channel"))
def _running_mean(answer: Answer, sample: Sample) -> None:
    _expect_kept(answer, sample, (3, 4, 5, 2), which=0)


@exercise.step("variance", N_("The running variance counts with n − 1"))
def _running_var(answer: Answer, sample: Sample) -> None:
    for shape in ((3, 4, 5, 2), (2, 3, 1, 1), (1, 2, 1, 3)):
        _expect_kept(answer, sample, shape, which=1)


@exercise.step("momentum", N_("Another momentum: the share of the new batch"))
def _momentum(answer: Answer, sample: Sample) -> None:
    for momentum in (0.3, 0.01, 1.0):
        for which in (0, 1):
            _expect_kept(answer, sample, (2, 3, 4, 5), momentum, which=which)


@exercise.step("one-value", N_("One value per channel is refused, as torch does"))
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
            "type:pair",
        )
    share = momentum[0] if momentum else 0.1
    expected = (mean.clone(), variance.clone())
    F.batch_norm(x, *expected, training=True, momentum=share)
    what = _("the new {name}, for x of shape {shape}, momentum={momentum}").format(
        name=(_("mean"), _("variance"))[which], shape=shape, momentum=share
    )
    update = Update(x, share, (mean, variance)[which], (x.mean(AXES), x.var(AXES))[which], expected[1 - which])
    known = mistakes((MEAN_RULES, VARIANCE_RULES)[which], update)
    expect_tensor(got[which], expected[which], known, what=what)
