"""Exercise grouped-by-hand: a grouped convolution made of ungrouped ones."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.by_hand import grouped_convolutions
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
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
    misconceptions={
        "groups-handed-on": Misconception(
            "The groups are passed on to torch.",
            N_("The exercise is to build what `groups` does: cut, convolve each part by itself, join."),
        ),
        "bias-none": Misconception(
            "A bias of None is used as if it were a tensor.",
            N_("There may be no bias at all. Where does your code use it without asking?"),
        ),
        "bias-ignored": N_("The bias changes nothing in your result."),
        "input-not-split": Misconception(
            "Each group sees all input channels.",
            N_("Every group saw the first group's input channels. Which ones belong to group g?"),
        ),
        "kernels-not-split": Misconception(
            "The kernels are not split into groups.",
            N_("Every group used the first group's kernels. Which ones belong to group g?"),
        ),
        "kernels-not-split:all": N_("Every group used all kernels. Which ones belong to group g?"),
        "kernels-not-split:seen": N_(
            "A convolution got all kernels, and they see another number of channels than it was given. A group's kernels are a slice of axis 0 of the weight; its input is a slice of axis 1 of `x`."
        ),
        "channels-interleaved": Misconception(
            "The groups take every n-th channel, not neighbouring ones.",
            N_("A group's input channels are neighbours: a slice, not every g-th channel."),
        ),
        "channels-interleaved:kernels": N_(
            "A group's kernels are neighbours in the weight: a slice, not every g-th kernel."
        ),
        "outputs-interleaved": Misconception(
            "The groups' outputs are interleaved.",
            N_(
                "The channels are right, their order is not. The first group's output channels come first, all of them."
            ),
        ),
        "groups-summed": Misconception(
            "The groups' outputs are added, not joined.",
            N_("The groups' results were added up. They must be joined: each group has output channels of its own."),
        ),
        "groups-summed:bias": N_(
            "The bias has one number for each output channel, and your maps have fewer channels. Were the groups' results joined along the channels, or added up?"
        ),
        "first-group-only": Misconception(
            "Only the first group is computed.",
            N_("Only the first group's channels came out. Go through all groups and join what they give."),
        ),
        "joined-on-another-axis": Misconception(
            "The groups' outputs are joined on another axis.",
            N_("The groups' results were joined along the batch. On which axis are the channels?"),
        ),
        "bias-not-split": Misconception(
            "Each group gets the whole bias.",
            N_("Every group got the first group's biases. Cut the bias like the kernels."),
        ),
        "bias-added-often": N_("The bias is in your result twice."),
        "bias-added-often:groups": N_("The bias is in your result once for each group."),
    },
)


class Layer(NamedTuple):
    """An input (N, C, H, W), a weight, a bias or None, and the groups; stride 1, no padding."""

    x: Tensor
    weight: Tensor
    bias: Tensor | None
    groups: int

    def inputs(self) -> tuple[Tensor, ...]:
        """Each group's input channels."""
        return self.x.chunk(self.groups, dim=1)

    def kernels(self) -> tuple[Tensor, ...]:
        """Each group's kernels."""
        return self.weight.chunk(self.groups)

    def offsets(self, count: int | None = None) -> Tensor:
        """The first so many biases, to be added to maps; all by default. Without a bias there is no mistake with it."""
        if self.bias is None:
            raise ValueError("no bias")
        return self.bias[:count, None, None]

    def biased(self, maps: Tensor) -> Tensor:
        """Maps with the bias of each channel, where there is one."""
        return maps if self.bias is None else maps + self.offsets(maps.shape[1])

    def maps(self) -> list[Tensor]:
        """What each group gives, without its bias."""
        return [F.conv2d(x, weight) for x, weight in zip(self.inputs(), self.kernels(), strict=True)]

    def summed(self) -> Tensor:
        """The groups' maps added up."""
        return torch.stack(self.maps()).sum(dim=0)

    @property
    def of_one_group(self) -> int:
        """Output channels of one group."""
        return len(self.weight) // self.groups


def _joined(maps: list[Tensor]) -> Tensor:
    return torch.cat(maps, dim=1)


def _first_inputs_for_all(n: Layer) -> Tensor:
    return n.biased(_joined([F.conv2d(n.inputs()[0], weight) for weight in n.kernels()]))


def _first_kernels_for_all(n: Layer) -> Tensor:
    return n.biased(_joined([F.conv2d(x, n.kernels()[0]) for x in n.inputs()]))


def _every_gth_channel(n: Layer) -> Tensor:
    return n.biased(_joined([F.conv2d(n.x[:, g :: n.groups], weight) for g, weight in enumerate(n.kernels())]))


def _every_gth_kernel(n: Layer) -> Tensor:
    return n.biased(_joined([F.conv2d(x, n.weight[g :: n.groups]) for g, x in enumerate(n.inputs())]))


def _joined_in_the_batch(n: Layer) -> Tensor:
    biases = [None] * n.groups if n.bias is None else n.bias.chunk(n.groups)
    parts = zip(n.inputs(), n.kernels(), biases, strict=True)
    return torch.cat([F.conv2d(x, weight, bias) for x, weight, bias in parts], dim=0)


RULES: Rules[Layer] = (
    ("bias-ignored", lambda n: _joined(n.maps())),
    ("input-not-split", _first_inputs_for_all),
    ("kernels-not-split", _first_kernels_for_all),
    ("kernels-not-split:all", lambda n: _joined([F.conv2d(x, n.weight, n.bias) for x in n.inputs()])),
    ("channels-interleaved", _every_gth_channel),
    ("channels-interleaved:kernels", _every_gth_kernel),
    ("outputs-interleaved", lambda n: n.biased(torch.stack(n.maps(), dim=2).flatten(1, 2))),
    ("outputs-interleaved", lambda n: n.biased(_joined(n.maps()[::-1]))),
    ("groups-summed", lambda n: n.summed()),
    ("groups-summed", lambda n: n.biased(n.summed().repeat(1, n.groups, 1, 1))),
    ("groups-summed", lambda n: n.summed() + n.offsets(n.of_one_group)),
    ("first-group-only", lambda n: n.biased(n.maps()[0])),
    ("joined-on-another-axis", _joined_in_the_batch),
    ("bias-not-split", lambda n: _joined([maps + n.offsets(n.of_one_group) for maps in n.maps()])),
    ("bias-added-often", lambda n: _joined(n.maps()) + 2 * n.offsets()),
    ("bias-added-often:groups", lambda n: _joined(n.maps()) + n.groups * n.offsets()),
)


@exercise.step("by-hand", N_("One group is an ordinary convolution; `groups` is passed on nowhere"))
def _by_hand(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 1, 3, 4)
    _require_ungrouped(answer, sample)


@exercise.step("two-groups", N_("Two groups: each sees its half of the channels"))
def _two_groups(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 2, 2, 4)
    _expect_grouped(answer, sample, 2, 4, 2)


@exercise.step("more-groups", N_("More groups, and one for each channel"))
def _more_groups(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 3, 2, 2)
    _expect_grouped(answer, sample, 4, 3, 1)
    _expect_grouped(answer, sample, 5, 1, 1)
    _expect_grouped(answer, sample, 3, 1, 4)


@exercise.step("no-bias", N_("The bias may be None"))
def _no_bias(answer: Answer, sample: Sample) -> None:
    _expect_grouped(answer, sample, 2, 3, 2, bias=False)


@exercise.step("kernels", N_("Any kernel: 1 × 1, and one that is not square"))
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
    n = Layer(x, weight, sample.floats(groups * made) if bias else None, groups)
    what = _("for an input of shape {x} and a weight of shape {weight}, groups={groups}").format(
        x=tuple(x.shape), weight=tuple(weight.shape), groups=groups
    )
    try:
        got = answer(*n)
    except Failure as failure:
        said = str(failure)
        summed = n.bias is not None and f"tensor b ({len(weight)}) at non-singleton dimension 1" in said
        not_split = groups > 1 and f"weight of size [{len(weight)}, " in said and " to have " in said
        if summed or not_split:
            message = _("Your code raised {failure} ({what}).").format(failure=failure, what=what)
            raise Wrong(message, "groups-summed:bias" if summed else "kernels-not-split:seen") from None
        if n.bias is not None:
            raise
        message = _("Your code raised {failure} ({what}, bias=None).").format(failure=failure, what=what)
        raise Wrong(message, "bias-none") from None
    expect_tensor(got, F.conv2d(x, weight, n.bias, groups=groups), mistakes(RULES, n), what=what, any_dtype=True)


def _require_ungrouped(answer: Answer, sample: Sample) -> None:
    """Require that the answer hands `groups` to no convolution of torch."""
    x, weight, bias = sample.floats(2, 6, 5, 6), sample.floats(6, 2, 3, 3), sample.floats(6)
    if names := grouped_convolutions(answer, x, weight, bias, 3):
        raise Wrong(
            _("Called with groups=3, your code passes the groups on to a ready-made convolution: {names}.").format(
                names=", ".join(names)
            ),
            "groups-handed-on",
        )
