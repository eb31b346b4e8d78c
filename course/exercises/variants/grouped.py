"""Lesson 04, groups: a grouped convolution made of ungrouped ones, and how `groups` handed on is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.world import Failure
from course.language import N_, _

grouped_by_hand = Exercise(
    "grouped-by-hand",
    difficulty=2,
    minutes=12,
    hints=(
        N_("Cut three things into `groups` parts: the input channels, the kernels, the biases. What belongs together?"),
        N_(
            "For group g: its slice of the input channels, its slice of the weight (axis 0) and of the bias, one ordinary `F.conv2d`. "
            "Then join the results on the channel axis."
        ),
        N_(
            "`x.chunk(groups, dim=1)` and `weight.chunk(groups)` give the parts in order; `torch.cat(parts, dim=1)` joins the results. "
            "The bias can be added at the end as `bias[:, None, None]`, when there is one."
        ),
    ),
    hidden={
        N_("other layers"): N_(
            "Try as many groups as channels, more output than input channels, a kernel that is not square, and no bias."
        ),
        N_("by hand"): N_("`groups` tells you how to cut. No convolution may get it as an argument."),
    },
)


@grouped_by_hand.step("by-hand", N_("One group is an ordinary convolution; `groups` is handed on nowhere"))
def _by_hand(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 1, 3, 4)
    _require_ungrouped(answer, sample)


@grouped_by_hand.step("two-groups", N_("Two groups: each sees its half of the channels"))
def _two_groups(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 2, 2, 4)
    _expect_grouped(answer, sample, 2, 4, 2)


@grouped_by_hand.step("more-groups", N_("More groups, and one for each channel"))
def _more_groups(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 3, 2, 2)
    _expect_grouped(answer, sample, 4, 3, 1)
    _expect_grouped(answer, sample, 5, 1, 1)
    _expect_grouped(answer, sample, 3, 1, 4)


@grouped_by_hand.step("no-bias", N_("The bias may be None"))
def _no_bias(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 2, 3, 2, bias=False)


@grouped_by_hand.step("kernels", N_("Any kernel: 1 × 1, and one that is not square"))
def _kernels(answer: Answer, sample: Sample) -> None:
    for kernel in ((1, 1), (2, 5), (4, 1)):
        _expect_grouped(answer, sample, 2, 3, 2, kernel=kernel)


def _expect_grouped(
    answer: Answer,
    sample: Sample,
    groups: int,
    seen: int,
    made: int,
    *,
    bias: bool = True,
    kernel: tuple[int, int] = (3, 3),
) -> None:
    """Expect what torch gives, for groups of so many input channels and so many output channels each."""
    x = sample.floats(sample.integer(2, 3), groups * seen, 6, sample.integer(7, 9))
    weight = sample.floats(groups * made, seen, *kernel)
    offsets = sample.floats(groups * made) if bias else None
    what = _("for an input of shape {x} and a weight of shape {weight}, groups={groups}").format(
        x=tuple(x.shape), weight=tuple(weight.shape), groups=groups
    )
    try:
        got = answer(x, weight, offsets, groups)
    except Failure as failure:
        if offsets is None:
            raise Wrong(
                _("Your code raised {failure} ({what}, bias=None).").format(failure=failure, what=what),
                "bias-none",
                _("There may be no bias at all. Where does your code use it without asking?"),
            ) from None
        raise
    expect_tensor(
        got,
        F.conv2d(x, weight, offsets, groups=groups),
        grouped_mistakes(x, weight, offsets, groups),
        what=what,
        any_dtype=True,
    )


def _require_ungrouped(answer: Answer, sample: Sample) -> None:
    """The answer must hand `groups` to no convolution of torch.

    No sensible input tells. Impossible ones do: torch's error then names the groups and the weight that it was given.
    """
    weight = sample.floats(6, 2, 3, 3)
    for channels in (9, 7, 12):
        try:
            failure = answer.failure(sample.floats(2, channels, 5, 6), weight, sample.floats(6), 3, may_change=True)
        except Wrong:
            continue
        if failure is not None and _HANDED_ON.search(failure.message):
            raise Wrong(
                _(
                    "Your code hands `groups` to a convolution: an impossible input of {channels} channels gave torch's error, “{message}”"
                ).format(channels=channels, message=failure.message.splitlines()[0]),
                "groups-handed-on",
                _("The exercise is to build what `groups` does: cut, convolve each part by itself, join."),
            )


_HANDED_ON = re.compile(
    r"Given groups=(?!1,)\d+, |"
    r"shape in current model is torch\.Size\(\[6, 3, 3, 3\]\)"
)


def grouped_mistakes(x: Tensor, weight: Tensor, bias: Tensor | None, groups: int) -> tuple[Mistake, ...]:
    """Wrong results of a grouped convolution with stride 1 and no padding."""
    seen, made = weight.shape[1], weight.shape[0] // groups

    def part(inputs: Tensor, kernels: Tensor) -> Tensor:
        return F.conv2d(inputs, kernels)

    def with_bias(maps: Tensor) -> Tensor:
        return maps if bias is None else maps + bias[:, None, None]

    def cut(kind: Callable[[int], tuple[Tensor, Tensor]]) -> list[Tensor]:
        return [part(*kind(group)) for group in range(groups)]

    def inputs(group: int) -> Tensor:
        return x[:, group * seen : (group + 1) * seen]

    def kernels(group: int) -> Tensor:
        return weight[group * made : (group + 1) * made]

    def right() -> list[Tensor]:
        return cut(lambda group: (inputs(group), kernels(group)))

    order = _("The channels are right, their order is not. The first group's output channels come first, all of them.")
    return (
        Mistake("bias-ignored", lambda: torch.cat(right(), dim=1), _("The bias changes nothing in your result.")),
        Mistake(
            "input-not-split",
            lambda: with_bias(torch.cat(cut(lambda group: (inputs(0), kernels(group))), dim=1)),
            _("Every group saw the first group's input channels. Which ones belong to group g?"),
        ),
        Mistake(
            "kernels-not-split",
            lambda: with_bias(torch.cat(cut(lambda group: (inputs(group), kernels(0))), dim=1)),
            _("Every group used the first group's kernels. Which ones belong to group g?"),
        ),
        Mistake(
            "kernels-not-split",
            lambda: torch.cat([F.conv2d(inputs(group), weight, bias) for group in range(groups)], dim=1),
            _("Every group used all kernels. Which ones belong to group g?"),
        ),
        Mistake(
            "channels-interleaved",
            lambda: with_bias(torch.cat(cut(lambda group: (x[:, group::groups], kernels(group))), dim=1)),
            _("A group's input channels stand side by side: a slice of neighbours, not every g-th channel."),
        ),
        Mistake(
            "channels-interleaved",
            lambda: with_bias(torch.cat(cut(lambda group: (inputs(group), weight[group::groups])), dim=1)),
            _("A group's kernels stand side by side in the weight: a slice of neighbours, not every g-th kernel."),
        ),
        Mistake("outputs-interleaved", lambda: with_bias(torch.stack(right(), dim=2).flatten(1, 2)), order),
        Mistake("outputs-interleaved", lambda: with_bias(torch.cat(right()[::-1], dim=1)), order),
        Mistake("groups-summed", lambda: _sum(right()), _groups_summed()),
        Mistake("groups-summed", lambda: with_bias(_sum(right()).repeat(1, groups, 1, 1)), _groups_summed()),
        Mistake("groups-summed", lambda: _sum(right()) + _given(bias)[:made, None, None], _groups_summed()),
        Mistake(
            "first-group-only",
            lambda: right()[0] + (0 if bias is None else bias[:made, None, None]),
            _("Only the first group's channels came out. Go through all groups and join what they give."),
        ),
        Mistake(
            "joined-on-another-axis",
            lambda: torch.cat(right(), dim=0) if bias is None else torch.cat(_each_biased(right(), bias), dim=0),
            _("The groups' results stand one below the other in the batch. On which axis are the channels?"),
        ),
        Mistake(
            "bias-not-split",
            lambda: torch.cat([each + _given(bias)[:made, None, None] for each in right()], dim=1),
            _("Every group got the first group's biases. Cut the bias like the kernels."),
        ),
        Mistake(
            "bias-added-often",
            lambda: torch.cat(right(), dim=1) + 2 * _given(bias)[:, None, None],
            _("The bias is in your result twice."),
        ),
        Mistake(
            "bias-added-often",
            lambda: torch.cat(right(), dim=1) + groups * _given(bias)[:, None, None],
            _("The bias is in your result once for each group."),
        ),
    )


def _groups_summed() -> str:
    return _("The groups' results were added up. No group adds to another one: their channels stand side by side.")


def _sum(maps: list[Tensor]) -> Tensor:
    return torch.stack(maps).sum(dim=0)


def _each_biased(maps: list[Tensor], bias: Tensor) -> list[Tensor]:
    parts = bias.chunk(len(maps))
    return [each + part[:, None, None] for each, part in zip(maps, parts, strict=True)]


def _given(bias: Tensor | None) -> Tensor:
    """The bias; without one there is no mistake to look for."""
    if bias is None:
        raise ValueError("no bias")
    return bias
