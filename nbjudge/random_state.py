"""The generators of random numbers that notebooks use, as one state: a test cell that seeds them means those of both processes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from nbjudge.codec import libraries


def seed(number: int) -> None:
    """Seed Python's generator, and those of the libraries that this process has imported."""
    random.seed(number)
    for library in libraries.loaded():
        library.seed(number)


def state() -> dict[str, Any]:
    """The state of each generator by its library's name, to be pickled and encoded."""
    version, internal, gauss = random.getstate()
    return {"": [version, list(internal), gauss]} | {each.name: each.random_state() for each in libraries.loaded()}


def restore(states: Mapping[str, Any]) -> None:
    """Go on from these states.

    Raises:
        Exception: of many kinds, when one is none.
    """
    version, internal, gauss = states[""]
    random.setstate((version, tuple(internal), gauss))
    for name, random_state in states.items():
        if name:
            libraries.library(name).restore(random_state)
