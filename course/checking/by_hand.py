"""Tells an answer that calls a ready-made function from one that does the work by hand.

A call of the answer is watched: torch's operations are seen where torch dispatches them, functions of other libraries by name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import takewhile
from types import FrameType
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode

from course.checking.answer import Answer, Wrong
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "uses-torch-conv": Misconception(
        "A ready-made convolution does the work.",
        N_(
            "That function is what you are building. Slicing, loops, `unfold`, `einsum`, sums and products are all yours to use."
        ),
    ),
}

_READY_MADE = re.compile(r"(?:fft|oa)?convolve(?:[123]d)?|correlate(?:[123]d)?|filter2D|sepFilter2D")
"""Names of functions of NumPy, SciPy, OpenCV and libraries like them."""

_NONE = re.compile(r"(?!)")
"""Fits no name."""

_POOLS = re.compile(r"block_reduce|(?:maximum|minimum|uniform)_filter(?:1d)?|MaxPool|AveragePool")
"""Names of functions of other libraries that pool."""

_PADS = re.compile(r"pad|constant_pad_nd|copyMakeBorder|(?:reflection|replication)_pad[123]d")
"""Names of functions of torch, NumPy and OpenCV that pad, and of the operations that torch dispatches for them."""


def ready_made_calls(answer: Answer, *arguments: Any) -> tuple[str, ...]:
    """The ready-made convolutions and correlations that a call of the answer runs through, by name."""
    return _names(answer, watched, *arguments)


def ready_made_pads(answer: Answer, *arguments: Any) -> tuple[str, ...]:
    """The ready-made functions that pad and that a call of the answer runs through, by name."""
    return _names(answer, watched_pads, *arguments)


def ready_made_pools(answer: Answer, *arguments: Any) -> tuple[str, ...]:
    """The ready-made functions that pool and that a call of the answer runs through, by name."""
    return _names(answer, watched_pools, *arguments)


def grouped_convolutions(answer: Answer, *arguments: Any) -> tuple[str, ...]:
    """Torch's convolutions that a call of the answer runs through with more than one group, by name."""
    return _names(answer, watched_groups, *arguments)


def _names(answer: Answer, watch: Callable[..., list[str]], *arguments: Any) -> tuple[str, ...]:
    names = answer.run(watch, answer, *arguments)
    return tuple(map(str, names)) if isinstance(names, (list, tuple)) else ()


def require_by_hand(answer: Answer, *arguments: Any) -> None:
    """Require that a call of the answer with these arguments runs no ready-made convolution or correlation.

    Raises:
        Wrong: when it does; whatever else the call gives, or raises, is fine here.
    """
    if names := ready_made_calls(answer, *arguments):
        raise Wrong(
            _("Your code uses a ready-made convolution: {names}.").format(names=", ".join(names)), "uses-torch-conv"
        )


def watched(function: Callable[..., Any], *arguments: Any) -> list[str]:
    """Call the function and name the ready-made convolutions that ran meanwhile. For `Answer.run`.

    Torch's are seen where torch dispatches its operations, whatever Python function led there; those of other
    libraries by the name of a function of an installed package.
    """
    return _watched(_READY_MADE, lambda operation, _groups: _is_convolution(operation), function, *arguments)


def watched_pads(function: Callable[..., Any], *arguments: Any) -> list[str]:
    """Call the function and name the ready-made functions that padded meanwhile. For `Answer.run`."""
    return _watched(_PADS, lambda operation, _groups: _PADS.fullmatch(operation) is not None, function, *arguments)


def watched_pools(function: Callable[..., Any], *arguments: Any) -> list[str]:
    """Call the function and name the ready-made functions that pooled meanwhile. For `Answer.run`."""
    return _watched(_POOLS, lambda operation, _groups: "pool" in operation, function, *arguments)


def watched_groups(function: Callable[..., Any], *arguments: Any) -> list[str]:
    """Call the function and name torch's convolutions that got more than one group meanwhile. For `Answer.run`."""
    return _watched(_NONE, lambda operation, groups: _is_convolution(operation) and groups > 1, function, *arguments)


def _is_convolution(operation: str) -> bool:
    return "convolution" in operation or operation.startswith("conv")


def _watched(
    ready_made: re.Pattern[str],
    is_ready_made: Callable[[str, int], bool],
    function: Callable[..., Any],
    *arguments: Any,
) -> list[str]:
    """Call the function and name what ran meanwhile: Python functions by one pattern, torch's operations by a predicate.

    The predicate gets an operation's name and its `groups`: 1 where it has none.
    """
    names: dict[str, None] = {}

    def note(frame: FrameType, event: str, callee: Any) -> None:
        if event == "call" and ready_made.fullmatch(frame.f_code.co_name) and "-packages" in frame.f_code.co_filename:
            names[_public_name(str(frame.f_globals.get("__name__", "")), frame.f_code.co_name)] = None
        elif event == "c_call" and ready_made.fullmatch(getattr(callee, "__name__", "")):
            names[_public_name(str(getattr(callee, "__module__", "") or ""), callee.__name__)] = None

    before = sys.getprofile()
    with _Operations(names, is_ready_made):
        sys.setprofile(note)
        try:
            function(*arguments)
        except Exception:  # what it raises is told by an ordinary call
            pass
        finally:
            sys.setprofile(before)
    return list(names)


class _Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes the ready-made ones among the operations that torch dispatches."""

    def __init__(self, names: dict[str, None], is_ready_made: Callable[[str, int], bool]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names = names
        self.is_ready_made = is_ready_made

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = operation._schema.name.partition("::")[2]
        if self.is_ready_made(name, _groups_of(operation, args, kwargs or {})):
            self.names[f"torch's {name}"] = None
        return operation(*args, **(kwargs or {}))


def _groups_of(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    for index, argument in enumerate(operation._schema.arguments):
        if argument.name == "groups":
            return int(kwargs.get("groups", args[index] if index < len(args) else 1))
    return 1


def _public_name(module: str, function: str) -> str:
    """A function's name after the public part of its module's: "scipy.signal.correlate2d"."""
    public = takewhile(lambda part: not part.startswith("_"), module.split("."))
    return ".".join(filter(None, (*public, function)))
