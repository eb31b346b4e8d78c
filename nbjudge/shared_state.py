"""State that judge and worker share: that of objects which a call changes in place, and of generators of random numbers.

A change that a call makes in a worker must show in the judge's object that was an argument of the call, and a test cell that
seeds random numbers means those of both processes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from nbjudge.codec import libraries
from nbjudge.codec.libraries import Library

WATCHED_BYTES = 1 << 20
"""Data up to this size is watched for changes in place: to pickle it takes no more than a millisecond."""

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
    return next((library for library in libraries.loaded() if isinstance(value, library.mutable)), None)


def seed_generators(number: int) -> None:
    """Seed Python's generator of random numbers, and those of the libraries that this process has imported."""
    random.seed(number)
    for library in libraries.loaded():
        library.seed(number)


def generators_state() -> dict[str, Any]:
    """The state of each generator by its library's name, to be pickled and encoded; "" is Python's own."""
    version, internal, gauss = random.getstate()
    states = {library.name: library.random_state() for library in libraries.loaded()}
    return {"": [version, list(internal), gauss], **states}


def restore_generators(states: Mapping[str, Any]) -> None:
    """Go on from these states.

    Raises:
        Exception: of many kinds, when one is none.
    """
    version, internal, gauss = states[""]
    random.setstate((version, tuple(internal), gauss))
    for name, random_state in states.items():
        if name:
            libraries.library(name).restore(random_state)
