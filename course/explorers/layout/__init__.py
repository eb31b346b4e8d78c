"""The layout explorer: a tensor's axes, the order of its elements in memory, its strides, and what reads or copies it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.layout.description import describe
from course.explorers.layout.result import Result, compute
from course.explorers.layout.settings import AXES, GIVEN, NCHW, Settings, settings_of
from course.explorers.layout.view import draw
from course.explorers.question import Feedback, Question
from course.explorers.settings import clamped, controls_of
from course.language import N_, _

CONTROLS = controls_of(Settings)
_LAYER = frozenset({"kernel", "stride", "padding", "out_channels"})


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the element inside the tensor, and what the controls show of them."""
    if settings.own is None and settings.memory_format == GIVEN:
        settings = replace(settings, memory_format=NCHW)
    ranges = {axis: (0, getattr(settings, size) - 1) for axis, size in AXES.items()}
    return clamped(settings, ranges), Shown(ranges, disabled=frozenset(_out_of_use(settings)))


def _out_of_use(settings: Settings) -> Iterator[str]:
    if settings.own is not None:
        yield from AXES.values()
    if settings.layer() is None:
        yield from _LAYER


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    """What is said of a guessed offset: the arithmetic, and which rule a wrong guess follows."""
    truth, arithmetic = result.memory.offset(result.settings.element), result.offset_sum
    if guess[0] == truth:
        return Feedback(True, _("Right: {arithmetic}.").format(arithmetic=arithmetic))
    message = _("Not quite: you said {guess}. {hint} {arithmetic}.")
    return Feedback(False, message.format(guess=guess[0], hint=_hint(result, guess[0]), arithmetic=arithmetic))


@dataclass(frozen=True)
class _Indexed:
    """The chosen element, and the strides of its tensor."""

    settings: Settings
    strides: tuple[int, ...]

    def sum(self, *strides: int) -> int:
        """The offset that these strides of N, C, H and W give."""
        return sum(index * stride for index, stride in zip(self.settings.element, strides, strict=True))

    @property
    def nchw(self) -> int:
        """The offset in contiguous order."""
        s = self.settings
        return self.sum(s.channels * s.height * s.width, s.height * s.width, s.width, 1)

    @property
    def nhwc(self) -> int:
        """The offset in channels_last order."""
        s = self.settings
        return self.sum(s.channels * s.height * s.width, 1, s.width * s.channels, s.channels)


# A wrong rule, and what to tell who followed it; the first one that gives the guess is taken.
_WRONG_RULES: tuple[tuple[Callable[[_Indexed], int], str], ...] = (
    (lambda i: i.sum(*i.strides) + 1, N_("Offsets are counted from 0: the first element lies at 0.")),
    (lambda i: i.nchw, N_("That is its place in contiguous order, NCHW; this memory has another order.")),
    (lambda i: i.nhwc, N_("That is its place in channels_last order, NHWC; this memory has another order.")),
    (
        lambda i: i.sum(0, *i.strides[1:]),
        N_("The batch index n is forgotten: each image before this one takes {n_stride} places."),
    ),
    (
        lambda i: i.sum(i.strides[0], 0, *i.strides[2:]),
        N_("The channel index c is forgotten: one step of c goes {c_stride} places."),
    ),
    (
        lambda i: i.sum(*i.strides[:2], i.strides[3], i.strides[2]),
        N_("h and w are mixed up: h has the stride {h_stride}, w the stride {w_stride}."),
    ),
    (
        lambda i: i.sum(*i.strides[:2], i.settings.height, i.strides[3]),
        N_("A row is as long as it has columns: {width} elements, not {height}."),
    ),
    (lambda i: i.sum(1, 1, 1, 1), N_("Each index counts as many times as its stride tells; these are only added up.")),
)


def _hint(result: Result, guess: int) -> str:
    indexed = _Indexed(result.settings, result.memory.stride)
    strides = dict(zip(("n_stride", "c_stride", "h_stride", "w_stride"), indexed.strides, strict=True))
    for rule, message in _WRONG_RULES:
        if guess == rule(indexed):
            return _(message).format(**strides, height=result.settings.height, width=result.settings.width)
    return _("Find the stride of each axis first: how many elements lie between one step and the next.")


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("How many places after the first one does the chosen element lie in the memory of x?"),
        inputs=(N_("offset"),),
        judge=_judge,
        about=frozenset({*AXES, *AXES.values(), "memory_format"}),
    ),
)
