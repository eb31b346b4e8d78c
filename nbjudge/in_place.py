"""Objects that can be changed in place: which they are, what their state is, and how one is given the state of another.

A change that a call makes in a worker must show in the judge's object that was an argument of the call.
"""

from __future__ import annotations

from typing import Any

from nbjudge.codec import libraries
from nbjudge.codec.libraries import Library

_BUILT_IN = (list, dict, set, bytearray)


def can_change(value: Any) -> bool:
    """Whether a call could change an object so that it shows from outside."""
    return isinstance(value, _BUILT_IN) or _library_of(value) is not None


def is_mutable_data(value: Any) -> bool:
    """Whether that is so, and the object goes to the other process by value, so that each has a copy."""
    library = _library_of(value)
    return isinstance(value, _BUILT_IN if library is None else library.data)


def state_of(value: Any) -> Any:
    """All that a call can have changed in an object that `can_change`, to be encoded."""
    library = _library_of(value)
    return value if library is None else library.state(value)


def sync_in_place(target: Any, state: Any) -> None:
    """Give an object the state of another one, as `state_of` has it.

    Raises:
        TypeError, ValueError, RuntimeError: when the state cannot be what became of the target.
    """
    library = _library_of(target)
    if library is not None:
        library.sync(target, state)
        return
    kind = next((kind for kind in _BUILT_IN if isinstance(target, kind)), None)
    if kind is None or not isinstance(state, kind):
        raise TypeError(f"a {type(target).__name__} became a {type(state).__name__}")
    if isinstance(target, (list, bytearray)):
        target[:] = state
    else:
        items = state.copy()
        target.clear()
        target.update(items)


def _library_of(value: Any) -> Library | None:
    """The library that has this type among its mutable ones."""
    return next((each for each in libraries.loaded() if isinstance(value, each.mutable)), None)
