"""Predictions: a learner says what will happen, then the real code runs and tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from course.checking.card import Card
from course.checking.guess import chosen, matches, numbered, remark, value_of
from course.language import _


@dataclass(frozen=True)
class Prediction:
    """A question whose answer is computed when it is revealed.

    Attributes:
        id: the prediction's id.
        question: what to predict; marked with N_.
        reveal: runs the real thing and returns plain data.
        because: why it is so, one or two sentences; marked with N_.
        slips: what to say to a guess that shows a known mistake: the value of that guess (or a function that computes
            it) by the sentence for it, each marked with N_.
        choices: the possible answers, when the question offers some.
    """

    id: str
    question: str
    reveal: Callable[[], Any]
    because: str
    slips: Mapping[str, Any | Callable[[], Any]] = field(default_factory=dict)
    choices: tuple[Any, ...] = ()


def judge(prediction: Prediction, guess: Any) -> Card:
    """The card for a guess: what was predicted, what is so, and why. An Ellipsis or None is no guess yet.

    A guess counts by its value, whatever its type: see `course.checking.guess`.
    """
    question, choices = _(prediction.question), prediction.choices
    if guess is ... or guess is None:
        offer, lines = _offer(choices)
        ask = _("Put your guess in place of the dots, then run the cell again.")
        return Card(question, "calm", (), (*offer, ask), lines)
    value = value_of(guess)
    if choices:
        meant = chosen(value, choices)
        if len(meant) != 1:
            return _which(question, guess, meant or choices, choices)
        value = value_of(meant[0])
    truth = value_of(prediction.reveal())
    if matches(value, truth):
        heading = _("You predicted {guess}, and that is right.").format(guess=value)
        comment = "" if choices else remark(guess, truth)
        return Card(heading, "good", (), tuple(filter(None, (_(prediction.because), comment))))
    heading = _("You predicted {guess}; it is {truth}.").format(guess=value, truth=truth)
    slips = tuple(
        _(sentence)
        for sentence, slip in prediction.slips.items()
        if matches(value, value_of(slip() if callable(slip) else slip))
    )
    return Card(heading, "bad", (), (*slips, _(prediction.because)))


def _offer(choices: tuple[Any, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentence that offers choices, and the lines of numbered ones; both empty where there are none."""
    if not choices:
        return (), ()
    if numbered(choices):
        return (_("Choose one, in words or by its number:"),), _lines(choices, choices)
    return (_("Choose one of: {choices}.").format(choices=", ".join(map(repr, choices))),), ()


def _which(question: str, guess: Any, possible: tuple[Any, ...], choices: tuple[Any, ...]) -> Card:
    """The card that asks again because a guess is no choice, or could be several."""
    if not numbered(choices):
        ask = _("Your guess {guess!r} is none of: {choices}.")
        listed = ", ".join(map(repr, choices))
        return Card(question, "calm", (), (ask.format(guess=guess, choices=listed),))
    ask = (
        _("Your guess {guess!r} is none of these. Choose one, in words or by its number:")
        if len(possible) == len(choices)
        else _("Your guess {guess!r} could be more than one of these. Choose one, in words or by its number:")
    )
    return Card(question, "calm", (), (ask.format(guess=guess),), _lines(possible, choices))


def _lines(shown: tuple[Any, ...], choices: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(f"{number}: {choice}" for number, choice in enumerate(choices, 1) if choice in shown)
