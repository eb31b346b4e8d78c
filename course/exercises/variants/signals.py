"""Lesson 04, signals: a moving average, each channel by its own."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import paddings

smooth_signal = Exercise(
    "smooth-signal",
    difficulty=1,
    minutes=10,
    hints=(
        N_("A moving average is a convolution. How many numbers has its kernel, and what is each of them?"),
        N_(
            "Each channel is smoothed by itself. Either say so with `groups`, or make one channel out of each: "
            "`signal.reshape(N * C, 1, L)`, and reshape back at the end."
        ),
        N_(
            "`kernel = torch.full((C, 1, width), 1 / width)`, then `F.conv1d(signal, kernel, ...)` with as many groups as channels. "
            "`padding='same'` keeps the length."
        ),
    ),
    hidden={
        N_("other signals"): N_("Try several channels, an even width, and a window that is longer than the signal.")
    },
    misconceptions=paddings.MISCONCEPTIONS,
)


@smooth_signal.step("one-channel", N_("One signal, an odd width: the mean of each window"))
def _one_channel(answer: Answer, sample: Sample) -> None:
    for width in (3, 5):
        _expect_smooth(answer, sample.floats(1, 1, sample.integer(11, 16)), width)


@smooth_signal.step("channels", N_("Each channel keeps to itself"))
def _channels(answer: Answer, sample: Sample) -> None:
    _expect_smooth(answer, sample.floats(1, sample.integer(3, 5), 12), 5)


@smooth_signal.step("batch", N_("Each signal of the batch keeps to itself"))
def _batch(answer: Answer, sample: Sample) -> None:
    _expect_smooth(answer, sample.floats(sample.integer(3, 4), 2, sample.integer(9, 14)), 3)


@smooth_signal.step("even", N_("Even widths: the length stays, the extra zero stands at the end"))
def _even(answer: Answer, sample: Sample) -> None:
    for width in (4, 2, 6):
        _expect_smooth(answer, sample.floats(2, 3, sample.integer(11, 16)), width)


@smooth_signal.step("wide", N_("A width of 1 changes nothing; a window may be longer than the signal"))
def _wide(answer: Answer, sample: Sample) -> None:
    for width in (1, 9, 12):
        _expect_smooth(answer, sample.floats(2, 3, 7), width)


def _expect_smooth(answer: Answer, signal: Tensor, width: int) -> None:
    what = _("for a signal of shape {shape}, width={width}").format(shape=tuple(signal.shape), width=width)
    try:
        got = answer(signal, width)
    except Failure as failure:
        _explain_refusal(failure, what)
        raise
    expected = smoothed(signal, width, arithmetic.same_padding(width))
    expect_tensor(got, expected, smooth_mistakes(signal, width), what=what, any_dtype=True)


def _explain_refusal(failure: Failure, what: str) -> None:
    """Raise with a hint of its own when torch's words tell why the convolution failed."""
    if "Given groups=" in failure.message and "channels" in failure.message:
        raise Wrong(
            _("Your code raised {failure} ({what}).").format(failure=failure, what=what),
            "channels-not-grouped",
            _(
                "The weight is (out_channels, in_channels / groups, width). With one group for each channel, its second axis is 1 and its "
                "first is the number of channels."
            ),
        )


def smoothed(signal: Tensor, width: int, sides: tuple[int, int]) -> Tensor:
    """The mean of each window of this width, with so many zeros before and after, each channel by itself."""
    channels = signal.shape[1]
    return F.conv1d(F.pad(signal, sides), torch.full((channels, 1, width), 1 / width), groups=channels)


def smooth_mistakes(signal: Tensor, width: int) -> tuple[Mistake, ...]:
    """Wrong moving averages of a signal (N, C, L)."""
    batch, channels, _length = signal.shape
    before, after = arithmetic.same_padding(width)
    half = width // 2

    def padded(first: int, last: int) -> Callable[[], Tensor]:
        return lambda: smoothed(signal, width, (first, last))

    def counts() -> Tensor:
        return smoothed(torch.ones_like(signal), width, (before, after))

    def mixed(over: float) -> Callable[[], Tensor]:
        return lambda: (smoothed(signal, width, (before, after)).sum(1, keepdim=True) / over).expand_as(signal)

    each_alone = _("Every output channel got something of all input channels. Each channel must be smoothed by itself.")
    inside = _("At the ends you divide by the samples that are inside. Here the zeros count as samples.")
    return (
        Mistake("channels-mixed", mixed(1), each_alone),
        Mistake("channels-mixed", mixed(channels), each_alone),
        Mistake("channels-mixed", lambda: mixed(1)()[:, :1], each_alone),
        Mistake("channels-mixed", lambda: mixed(channels)()[:, :1], each_alone),
        Mistake(
            "channels-mixed",
            lambda: smoothed(signal.transpose(1, 2), width, (before, after)).transpose(1, 2),
            _("You smoothed across the channels. The time is the last axis: the shape is (N, C, L)."),
        ),
        Mistake(
            "channels-mixed",
            lambda: smoothed(signal.reshape(1, batch, -1), width, (before, after)).reshape_as(signal),
            _("The end of one channel flows into the beginning of the next one."),
        ),
        Mistake(
            "batch-mixed",
            lambda: smoothed(signal.transpose(0, 2), width, (before, after)).transpose(0, 2),
            _("You smoothed across the signals of the batch. The time is the last axis."),
        ),
        Mistake(
            "first-channel-for-all",
            lambda: smoothed(signal[:, :1], width, (before, after)).expand_as(signal),
            _("All channels came out alike: each of them is the first one, smoothed."),
        ),
        Mistake(
            "sum-for-mean",
            lambda: width * smoothed(signal, width, (before, after)),
            _("That is the sum of each window. What makes a sum a mean?"),
        ),
        Mistake("extra-cell-before", padded(after, before)),
        Mistake("half-even-kernel", padded(half, half)),
        Mistake("extra-cell-dropped", padded(before, before)),
        Mistake("padding-ignored", padded(0, 0), _("No zeros were added at all, so the signal became shorter.")),
        Mistake(
            "all-zeros-before",
            padded(width - 1, 0),
            _("All zeros stand before the signal, so the result comes late. Here the window lies around its sample."),
        ),
        Mistake(
            "all-zeros-before",
            padded(0, width - 1),
            _("All zeros stand after the signal. Here the window lies around its sample."),
        ),
        Mistake("border-not-zero", lambda: smoothed(signal, width, (before, after)) / counts(), inside),
        Mistake(
            "border-not-zero",
            lambda: smoothed(F.pad(signal, (before, after), mode="replicate"), width, (0, 0)),
            _("Beyond the ends are zeros here, not copies of the first and the last sample."),
        ),
        Mistake(
            "border-not-zero",
            lambda: smoothed(F.pad(signal, (before, after), mode="circular"), width, (0, 0)),
            _("Beyond the ends are zeros here. Your window runs over the end and starts again at the beginning."),
        ),
        Mistake(
            "other-width",
            lambda: smoothed(signal, 3, (1, 1)),
            _("That is right for width=3. Does your code use `width` everywhere?"),
        ),
        Mistake(
            "nothing-smoothed",
            signal,
            _("The signal came back as it was."),
        ),
    )
