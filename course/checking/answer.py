"""A student's answer as the steps of a check see it: something to call, whose every misbehaviour has a plain name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course.checking.world import SECONDS, Description, Failure, Gradients, Handle, TooSlow, world_of
from course.language import _
from course.misconceptions import bare_key


class Wrong(Exception):
    """The answer is wrong: what was expected and what came, and which mistake it is.

    Args:
        message: a translated sentence with the numbers.
        key: the key of the misconception when it was recognised, such as "reshape-for-permute", or with a variant, such
            as "kernel-first:all". The exercise has the hint for it.
        advice: a translated hint in place of the exercise's.
        numbers: the numbers that the exercise's hint may show.

    Attributes:
        misconception: the key without its variant.
    """

    def __init__(self, message: str, key: str | None = None, advice: str = "", *, numbers: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.misconception = key and bare_key(key)
        self.advice = advice
        self.numbers = numbers


class NotAttempted(Exception):
    """The answer still raises the NotImplementedError of its stub."""


class Answer:
    """An answer, or a handle on something that an answer made, with the few things a step may do to it.

    Every method can raise Failure (the answer raised), NotAttempted, or Wrong (too slow, or it changed its input).
    """

    def __init__(self, target: object, seconds: float = SECONDS) -> None:
        self._target = target
        self._world = world_of(target)
        self._seconds = seconds

    def describe(self) -> Description:
        """What kind of thing the answer is."""
        return self._world.describe(self._target)

    def __call__(self, *arguments: Any, may_change: bool = False, **keywords: Any) -> Any:
        """Call the answer; plain data comes back by value, anything else as a handle for `Answer(...)`.

        Args:
            arguments, keywords: go by value. Another `Answer` goes as the very thing it stands for: see `place`.
            may_change: whether the call may change its tensor arguments in place. Otherwise that is a mistake.
        """
        sent = tuple(map(_sent, arguments))
        try:
            called = self._world.call(
                self._target, sent, {name: _sent(value) for name, value in keywords.items()}, self._seconds
            )
        except Failure as failure:
            if failure.type_name == "NotImplementedError" and not failure.message:  # torch's own ones say something
                raise NotAttempted from None
            failure.call = call_text(arguments, keywords)
            raise
        except TooSlow:
            raise too_slow(self._seconds) from None
        if not may_change:
            _require_unchanged(sent, called.arguments)
        return called.value

    def build(self, *arguments: Any, **keywords: Any) -> Answer:
        """Call the answer, such as a class, and wrap what it makes."""
        return Answer(self(*arguments, may_change=True, **keywords), self._seconds)

    def failure(self, *arguments: Any, **keywords: Any) -> Failure | None:
        """The error that a call raises, or None when it returns."""
        try:
            self(*arguments, **keywords)
        except Failure as failure:
            return failure
        return None

    def place(self, *values: Any) -> tuple[Answer, ...]:
        """Copies of the values in the answer's world, to hand over where a step must see what becomes of them.

        They are copied together: an optimizer's copy works on the copy of its model.
        """
        return tuple(Answer(copy, self._seconds) for copy in self._world.place(self._target, values))

    def run(self, function: Callable[..., Any], *arguments: Any, seconds: float | None = None) -> Any:
        """Run a function of this package in the answer's world, on this and other handles; the result comes back as from a call.

        What comes back is the answer's word: it has had every chance to change it.

        Args:
            function: at the top level of one of the package's modules.
            seconds: how long it may take; a call's limit when left out.
        """
        limit = self._seconds if seconds is None else seconds
        try:
            return self._world.run(self._target, function, tuple(map(_sent, arguments)), limit)
        except TooSlow:
            raise too_slow(limit) from None

    def value(self) -> Any:
        """What a handle holds now, as plain data."""
        return self._world.value(self._target)

    def state(self) -> dict[str, Tensor]:
        """The state_dict of a module, by value."""
        try:
            return self._world.state(self._target)
        except TooSlow:
            raise too_slow(SECONDS) from None

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load a state_dict into a module."""
        try:
            self._world.load_state(self._target, state)
        except TooSlow:
            raise too_slow(SECONDS) from None

    def gradients(self, *arguments: Any, weight: Tensor | None = None) -> Gradients:
        """Gradients of `(answer(*arguments) * weight).sum()` for the tensor arguments and a module's parameters."""
        try:
            sent = tuple(map(_sent, arguments))
            return self._world.gradients(self._target, sent, weight, self._seconds)
        except TooSlow:
            raise too_slow(self._seconds) from None


def _sent(argument: Any) -> Any:
    """An answer goes as a handle, anything else as it is."""
    return Handle(argument._target) if isinstance(argument, Answer) else argument


def call_text(arguments: Sequence[Any], keywords: Mapping[str, Any]) -> str:
    """The arguments of a call in short, tensors by their shape: "a tensor of shape (4, 3), stride=2"; empty when it gets long."""
    parts = [_argument_text(value) for value in arguments]
    parts += [f"{name}={_argument_text(value)}" for name, value in keywords.items()]
    text = ", ".join(parts)
    return text if len(text) <= 200 else ""


def _argument_text(value: Any) -> str:
    if isinstance(value, Answer):
        return value.describe().type_name
    if isinstance(value, (Tensor, np.ndarray)):
        return _("a tensor of shape {shape}").format(shape=tuple(value.shape))
    return repr(value) if isinstance(value, (int, float, str, tuple, list, type(None))) else type(value).__name__


def too_slow(seconds: float) -> Wrong:
    """The mistake of an answer that does not come back."""
    return Wrong(
        _("Your code was still running after {seconds:g} seconds, so it was stopped.").format(seconds=seconds),
        "endless",
        _("Look for a loop that never ends: does every `while` come closer to its end?"),
    )


def _require_unchanged(before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    for position, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        if not same_data(old, new):
            raise Wrong(
                _("Your code changed its input: argument {position} is not the same after the call as before.").format(
                    position=position
                ),
                "mutates-input",
            )


def same_data(a: Any, b: Any) -> bool:
    """Whether two plain values are equal, NaN being equal to NaN, shapes and dtypes included."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return torch.equal(a, b) or bool(torch.allclose(a, b, rtol=0, atol=0, equal_nan=True))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same_data(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_data(a[key], b[key]) for key in a)
    if isinstance(a, _DATA) or isinstance(b, _DATA):
        return type(a) is type(b) and bool(a == b)
    return True  # handles and dtypes are compared by nobody


_DATA = (Tensor, np.ndarray, list, tuple, dict, bool, int, float, complex, str, type(None))
"""What is data; anything else is a handle."""
