"""Callbacks: in the worker, proxies of objects that live in the judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class Callback:
    """The proxy of an object that lives in the judge, such as a function that a test cell hands over."""

    def __init__(self, ask: Callable[[int, str, Sequence[Any]], Any], number: int) -> None:
        self._ask = ask
        self._number = number

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it there."""
        return self._ask(self._number, "call", [list(arguments), keywords])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask(self._number, "attribute", [name])

    def __iter__(self) -> Any:
        return self._ask(self._number, "iterate", [])

    def __next__(self) -> Any:
        return self._ask(self._number, "next", [])

    def __len__(self) -> int:
        return int(self._ask(self._number, "length", []))

    def __getitem__(self, key: Any) -> Any:
        return self._ask(self._number, "item", [key])
