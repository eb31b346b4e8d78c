"""The kinds of examples that the contract asks of an explorer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from torch import nn

Arguments = dict[str, Any]
Move = tuple[str, Any]
Refused = tuple[Arguments, type[Exception], str]
"""A call, what it raises, and words of the message."""
Guess = tuple[Arguments, tuple[int, ...], bool, str]
"""A call, a guess at its answer, whether it is right, and words of what is said of it."""


@dataclass(frozen=True)
class Moved:
    """A call, and one control to be moved after it."""

    given: Arguments
    move: Move


@dataclass(frozen=True)
class Drag:
    """A call, controls moved by another thread, controls moved by this one meanwhile, and the settings in the end."""

    given: Arguments
    elsewhere: list[Move]
    here: list[Move]
    end: Arguments


@dataclass(frozen=True)
class Controls:
    """A call, and new values of controls, each moved by itself; 2, or 4 in place of 2, where none is told.

    `without_effect` are those that change nothing by themselves, `irreversible` those whose old value does not bring
    the old settings back.
    """

    given: Arguments
    moves: Arguments
    without_effect: frozenset[str] = frozenset()
    irreversible: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Follow:
    """A call, controls moved one after the other, and what the other controls show then; words that stand in the text."""

    given: Arguments
    moves: list[Move]
    values: Arguments = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    enabled: set[str] = field(default_factory=set)
    words: str = ""


@dataclass(frozen=True)
class Prediction:
    """A call whose answer is predicted: texts that give it away, a guess, and what is said of it.

    `hides` are the controls that are out of use until the reveal, because their ranges would give the answer away.
    `kept` is a move after the reveal that leaves the answer as it is, `asked_again` one that changes it.
    """

    given: Arguments
    secrets: list[str]
    guess: list[str]
    feedback: list[str]
    kept: Move
    asked_again: Move
    hides: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Examples:
    """The examples of one explorer. Pictures without a palette have more colours than one holds."""

    pictures: list[Arguments]
    figures: list[Moved]
    refused: list[Refused]
    controls: Controls
    drag: Drag
    global_state: list[Moved]
    follows: list[Follow]
    guesses: list[Guess]
    predictions: list[Prediction]
    has_palette: bool = True


def with_nan(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer with weights that are not finite."""
    nn.init.constant_(layer.weight, math.nan)
    return layer
