"""Exercise smooth-signal: a moving average of signals (N, C, L), each channel by itself."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, Rules, paddings
from course.misconceptions.paddings import Sides

exercise = Exercise(
    "smooth-signal",
    difficulty=1,
    minutes=10,
    hints=(
        N_("A moving average is a convolution. How many numbers does its kernel have, and what is each of them?"),
        N_(
            "Each channel is smoothed by itself. `signal[:, [c]]` is channel c with its axis kept, (N, 1, L); smooth it, and join the results "
            "with `torch.cat`. Or make one channel out of each, `signal.reshape(N * C, 1, L)`, and reshape back at the end."
        ),
        N_(
            "`kernel = torch.full((1, 1, width), 1 / width)`, then `F.conv1d(signal[:, [c]], kernel, padding='same')`, which keeps the length."
        ),
    ),
    hidden={
        N_("other signals"): N_("Try several channels, an even width, and a window that is longer than the signal.")
    },
    misconceptions={
        **paddings.MISCONCEPTIONS,
        "channels-not-grouped": Misconception(
            "The kernel is applied without groups, so that the channels do not fit.",
            N_(
                "The kernel has another number of input channels than the signal. Smooth one channel at a time: a signal (N, 1, L), a kernel (1, 1, width)."
            ),
        ),
        "channels-mixed": Misconception(
            "The channels are mixed.",
            N_("Every output channel got something of all input channels. Each channel must be smoothed by itself."),
        ),
        "channels-mixed:time": N_(
            "You smoothed across the channels. The time is the last axis: the shape is (N, C, L)."
        ),
        "channels-mixed:ends": N_("The end of one channel flows into the beginning of the next one."),
        "axis-lost": Misconception(
            "The axis of the channels is lost, so that the batch is taken for the channels.",
            N_("The axis of the channels is gone. `signal[:, c]` drops it; `signal[:, [c]]` keeps it."),
        ),
        "axis-lost:stacked": N_(
            "There is an axis too many. `torch.stack` makes a new axis; `torch.cat` joins along one."
        ),
        "batch-mixed": N_("You smoothed across the signals of the batch. The time is the last axis."),
        "first-channel-for-all": Misconception(
            "All channels get the first one's result.",
            N_("All channels came out alike: each of them is the first one, smoothed."),
        ),
        "sum-for-mean": N_("That is the sum of each window. What makes a sum a mean?"),
        "padding-ignored": N_("No zeros were added at all, so the signal became shorter."),
        "all-zeros-before": Misconception(
            "All zeros are in front, so that the window looks backwards only.",
            N_("All zeros are before the signal, so the result is late. Here the window lies around its sample."),
        ),
        "all-zeros-before:after": N_("All zeros are after the signal. Here the window lies around its sample."),
        "border-not-zero:inside": N_(
            "At the ends you divide by the samples that are inside. Here the zeros count as samples."
        ),
        "border-not-zero:copies": N_("Beyond the ends are zeros here, not copies of the first and the last sample."),
        "border-not-zero:circular": N_(
            "Beyond the ends are zeros here. Your window runs over the end and starts again at the beginning."
        ),
        "other-width": Misconception(
            "Another window width is used.", N_("That is right for width=3. Does your code use `width` everywhere?")
        ),
        "nothing-smoothed": N_("The signal came back as it was."),
    },
)


def smoothed(signal: Tensor, width: int, sides: Sides) -> Tensor:
    """The mean of each window of this width, with so many zeros before and after, each channel by itself."""
    channels = signal.shape[1]
    return F.conv1d(F.pad(signal, sides), torch.full((channels, 1, width), 1 / width), groups=channels)


class Smoothing(NamedTuple):
    """A signal (N, C, L), and the width of the window."""

    signal: Tensor
    width: int

    def of(self, signal: Tensor) -> Tensor:
        """Another signal, smoothed as this one should be."""
        return smoothed(signal, self.width, arithmetic.same_padding(self.width))

    def padded(self, *sides: int) -> Tensor:
        """The signal, smoothed with so many zeros before and after."""
        before, after = sides
        return smoothed(self.signal, self.width, (before, after))

    def bordered(self, mode: str) -> Tensor:
        """The signal, smoothed with another border than zeros."""
        return smoothed(F.pad(self.signal, arithmetic.same_padding(self.width), mode=mode), self.width, (0, 0))

    def mixed(self) -> Tensor:
        """The sum of all channels, smoothed; one channel."""
        return self.of(self.signal).sum(1, keepdim=True)

    @property
    def channels(self) -> int:
        """Channels of the signal."""
        return self.signal.shape[1]


def _end_to_end(n: Smoothing) -> Tensor:
    return n.of(n.signal.reshape(1, len(n.signal), -1)).reshape_as(n.signal)


RULES: Rules[Smoothing] = (
    ("channels-mixed", lambda n: n.mixed().expand_as(n.signal)),
    ("channels-mixed", lambda n: n.mixed().expand_as(n.signal) / n.channels),
    ("channels-mixed", lambda n: n.mixed()),
    ("channels-mixed", lambda n: n.mixed() / n.channels),
    ("channels-mixed:time", lambda n: n.of(n.signal.transpose(1, 2)).transpose(1, 2)),
    ("channels-mixed:ends", _end_to_end),
    ("axis-lost", lambda n: n.of(n.signal)[0]),
    ("axis-lost:stacked", lambda n: n.of(n.signal).unsqueeze(2)),
    ("axis-lost:stacked", lambda n: n.of(n.signal).unsqueeze(1)),
    ("batch-mixed", lambda n: n.of(n.signal.transpose(0, 2)).transpose(0, 2)),
    ("first-channel-for-all", lambda n: n.of(n.signal[:, :1]).expand_as(n.signal)),
    ("sum-for-mean", lambda n: n.width * n.of(n.signal)),
    ("extra-cell-before", lambda n: n.padded(*paddings.odd_cell_before(n.width))),
    ("half-even-kernel", lambda n: n.padded(*paddings.half(n.width))),
    ("extra-cell-dropped", lambda n: n.padded(*paddings.odd_cell_dropped(n.width))),
    ("padding-ignored", lambda n: n.padded(0, 0)),
    ("all-zeros-before", lambda n: n.padded(n.width - 1, 0)),
    ("all-zeros-before:after", lambda n: n.padded(0, n.width - 1)),
    ("border-not-zero:inside", lambda n: n.of(n.signal) / n.of(torch.ones_like(n.signal))),
    ("border-not-zero:copies", lambda n: n.bordered("replicate")),
    ("border-not-zero:circular", lambda n: n.bordered("circular")),
    ("other-width", lambda n: smoothed(n.signal, 3, (1, 1))),
    ("nothing-smoothed", lambda n: n.signal),
)


@exercise.step("one-channel", N_("One signal, an odd width: the mean of each window"))
def _one_channel(answer: Answer, sample: Sample) -> None:
    for width in (3, 5):
        _expect_smooth(answer, sample.floats(1, 1, sample.integer(11, 16)), width)


@exercise.step("channels", N_("Each channel keeps to itself"))
def _channels(answer: Answer, sample: Sample) -> None:
    _expect_smooth(answer, sample.floats(1, sample.integer(3, 5), 12), 5)


@exercise.step("batch", N_("Each signal of the batch keeps to itself"))
def _batch(answer: Answer, sample: Sample) -> None:
    _expect_smooth(answer, sample.floats(sample.integer(3, 4), 2, sample.integer(9, 14)), 3)


@exercise.step("even", N_("Even widths: the length stays, the extra zero is at the end"))
def _even(answer: Answer, sample: Sample) -> None:
    for width in (4, 2, 6):
        _expect_smooth(answer, sample.floats(2, 3, sample.integer(11, 16)), width)


@exercise.step("wide", N_("A width of 1 changes nothing; a window may be longer than the signal"))
def _wide(answer: Answer, sample: Sample) -> None:
    for width in (1, 9, 12):
        _expect_smooth(answer, sample.floats(2, 3, 7), width)


def _expect_smooth(answer: Answer, signal: Tensor, width: int) -> None:
    what = _("for a signal of shape {shape}, width={width}").format(shape=tuple(signal.shape), width=width)
    n = Smoothing(signal, width)
    try:
        got = answer(signal, width)
    except Failure as failure:
        if "Given groups=" in failure.message and "channels" in failure.message:
            message = _("Your code raised {failure} ({what}).").format(failure=failure, what=what)
            raise Wrong(message, "channels-not-grouped") from None
        raise
    expect_tensor(got, n.of(signal), mistakes(RULES, n), what=what, any_dtype=True)
