"""Predictions: a learner says what will happen, then the real code runs and tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from course.checking.answer import same_data
from course.checking.card import Card
from course.checking.world import plain
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
    """The card for a guess: what was predicted, what is so, and why. An Ellipsis or None is no guess yet."""
    question = _(prediction.question)
    if guess is ... or guess is None:
        ask = _("Put your guess in place of the dots, then run the cell again.")
        offer = (
            (_("Choose one of: {choices}.").format(choices=_listed(prediction.choices)),) if prediction.choices else ()
        )
        return Card(question, "calm", (), (*offer, ask))
    guess = _comparable(plain(guess))
    if prediction.choices and guess not in prediction.choices:
        ask = _("Your guess {guess!r} is none of: {choices}.").format(guess=guess, choices=_listed(prediction.choices))
        return Card(question, "calm", (), (ask,))
    truth = _comparable(plain(prediction.reveal()))
    if same_data(guess, truth) or (_is_number(guess) and _is_number(truth) and guess == truth):
        heading = _("You predicted {guess}, and so it is.").format(guess=guess)
        return Card(heading, "good", (), (_(prediction.because),))
    heading = _("You predicted {guess}; it is {truth}.").format(guess=guess, truth=truth)
    slip = tuple(
        _(sentence)
        for sentence, value in prediction.slips.items()
        if same_data(guess, _comparable(value() if callable(value) else value))
    )
    return Card(heading, "bad", (), (*slip, _(prediction.because)))


def _comparable(value: Any) -> Any:
    """Lists and tuples are the same guess."""
    return tuple(map(_comparable, value)) if isinstance(value, (list, tuple)) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _listed(choices: tuple[Any, ...]) -> str:
    return ", ".join(map(repr, choices))
