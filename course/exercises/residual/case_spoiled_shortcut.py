"""Exercise case-spoiled-shortcut: a ReLU before the sum, and a branch that writes into the tensor that the shortcut needs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.checking.models import same_gradient
from course.checking.world import Failure
from course.exercises.residual.block_mistakes import SUMS
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "case-spoiled-shortcut",
    difficulty=2,
    minutes=8,
    hints=(
        N_("`shortcut = x` makes a second name, not a second tensor. Who writes into that tensor?"),
        N_("Two fixes: the branch gets a tensor of its own, and the sum comes before the ReLU."),
        N_("`return F.relu(branch(x.clone()) + x)`."),
    ),
    hidden={
        N_("other branches"): N_("Try a branch that begins with an in-place ReLU, and one that adds to its input."),
    },
    misconceptions={
        "relu-before-sum": N_("Look at the last lines: which comes first, the sum or the ReLU?"),
        "no-final-relu": N_("The sum is right. What comes after it?"),
        "no-shortcut": N_("This is the branch alone. Where does the input come in again?"),
        "shortcut-twice": N_("The input is in the sum two times."),
        "relu-on-shortcut": N_("The shortcut goes through a ReLU before the sum. Add the input as it is."),
        "relu-before-branch": Misconception(
            "The branch gets the ReLU of the input.",
            N_(
                "The branch gets the input itself, or a copy of it. The only ReLU of this function comes after the sum."
            ),
        ),
        "branch-twice": Misconception(
            "The branch runs twice, one run after the other.",
            N_("The branch runs on its own output here. Call it once, with the input."),
        ),
        "shortcut-spoiled": N_(
            "What you add is not the input any more: the branch wrote into it. A second name for a tensor is no second tensor."
        ),
        "in-place-on-saved": N_(
            "A layer keeps its input for the backward pass. Do not write into a tensor that somebody still needs."
        ),
        "wrong-gradient": N_(
            "Look for `detach`, `.data`, `no_grad`, or a way through NumPy: a copy by `clone()` lets gradients through."
        ),
    },
)


@dataclass(frozen=True)
class SpoiledPaths:
    """The branch's output, the input, what the branch made of the tensor that it got, and the branch."""

    main: Tensor
    shortcut: Tensor
    spoiled: Tensor
    branch: nn.Module


RULES: Rules[SpoiledPaths] = (
    *SUMS,
    ("shortcut-spoiled", lambda p: F.relu(p.main + p.spoiled)),
    ("relu-before-sum", lambda p: F.relu(p.main) + p.spoiled),
    ("relu-on-shortcut", lambda p: F.relu(p.main + F.relu(p.shortcut))),
    ("relu-before-branch", lambda p: F.relu(p.branch(F.relu(p.shortcut)) + p.shortcut)),
    ("relu-before-branch", lambda p: F.relu(p.branch(F.relu(p.shortcut)) + F.relu(p.shortcut))),
    ("branch-twice", lambda p: F.relu(p.branch(p.main.clone()) + p.shortcut)),
    ("branch-twice", lambda p: F.relu(p.branch(F.relu(p.main)) + p.shortcut)),
)


@exercise.step("sum-first", N_("The sum comes first, then the ReLU"))
def _sum_first(answer: Answer, sample: Sample) -> None:
    _expect_sum(answer, sample, nn.Conv2d(3, 3, 3, padding=1))


@exercise.step("spoiling", N_("The shortcut is right, whatever the branch does to what it gets"))
def _spoiling(answer: Answer, sample: Sample) -> None:
    for first in (nn.ReLU(inplace=True), nn.Hardtanh(-0.5, 0.5, inplace=True), nn.LeakyReLU(0.2, inplace=True)):
        _expect_sum(answer, sample, nn.Sequential(first, nn.Conv2d(3, 3, 3, padding=1)))


@exercise.step("input", N_("The input stays as it was"))
def _input_stays(answer: Answer, sample: Sample) -> None:
    branch = nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(2, 2, 1))
    answer(sample.floats(2, 2, 4, 5), branch)


@exercise.step("gradients", N_("Gradients flow through both paths"))
def _gradients(answer: Answer, sample: Sample) -> None:
    for branch in (nn.Conv2d(3, 3, 3, padding=1), nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(3, 3, 1))):
        _expect_gradient(answer, sample, _with_values(branch, sample))


def _with_values(branch: nn.Module, sample: Sample) -> nn.Module:
    branch.load_state_dict({name: sample.floats(*value.shape) / 3 for name, value in branch.state_dict().items()})
    return branch


def _right(branch: nn.Module, x: Tensor) -> Tensor:
    return F.relu(branch(x.clone()) + x)


def _expect_sum(answer: Answer, sample: Sample, branch: nn.Module) -> None:
    """Expect relu(branch(x) + x), whatever became of x itself."""
    branch = _with_values(branch, sample)
    x = sample.floats(sample.integer(1, 3), 3, sample.integer(4, 6), sample.integer(7, 9))
    with torch.no_grad():
        spoiled = x.clone()
        paths = SpoiledPaths(branch(spoiled), x, spoiled, branch)
        expected = _right(branch, x)
    what = _("for a branch that starts with {layer}").format(layer=type(next(iter(branch.children()), branch)).__name__)
    expect_tensor(answer(x, branch, may_change=True), expected, mistakes(RULES, paths), what=what)


def _expect_gradient(answer: Answer, sample: Sample, branch: nn.Module) -> None:
    """Expect the input's gradient of the sum."""
    x = sample.floats(2, 3, 5, 4)
    weight = sample.floats(2, 3, 5, 4)
    leaf = x.clone().requires_grad_()
    (expected,) = torch.autograd.grad((_right(branch, leaf) * weight).sum(), leaf)
    try:
        got = answer.gradients(x, branch, weight=weight).arguments[0]
    except Failure as failure:
        if "in-place operation" in failure.message or "inplace operation" in failure.message:
            raise Wrong(
                _("Going backwards, your code raised {failure}").format(failure=str(failure).partition(":")[0]),
                "in-place-on-saved",
            ) from None
        raise
    if not same_gradient(got, expected):
        raise Wrong(_("The gradient with respect to the input is not what it should be."), "wrong-gradient")
