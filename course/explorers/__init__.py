"""The live pictures. `explore.NAME(...)` shows one in a notebook, `explore.NAME.figure(...)` draws it without widgets."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.explorers.base import Verb

EXPLORERS = ("convolution", "padding", "pooling", "learning", "layout", "variants", "residual", "network")
"""Each is a package here that holds a RECIPE, imported when its name is first used."""


class Explore:
    """The explorers by name."""

    def __getattr__(self, name: str) -> Verb[Any, Any]:
        if name not in EXPLORERS:
            raise AttributeError(f"there is no explorer {name!r}; there are: {', '.join(EXPLORERS)}")
        return _verb(name)

    def __dir__(self) -> list[str]:
        return list(EXPLORERS)

    def __repr__(self) -> str:
        return f"explore: {', '.join(f'explore.{name}()' for name in EXPLORERS)}"


@cache
def _verb(name: str) -> Verb[Any, Any]:
    from course.explorers.base import Verb

    return Verb(name, import_module(f"course.explorers.{name}").RECIPE)


explore = Explore()
