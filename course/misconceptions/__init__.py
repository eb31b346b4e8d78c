"""Known mistakes: what a learner did or believed, the hint for it, and rules that work out which value each mistake gives.

The modules here hold rules in numbers, which checks of answers and explorers' predictions share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from course.language import _

Numbers = TypeVar("Numbers")

Rule = tuple[str, Callable[[Numbers], Any]]
"""The key of a misconception, and the value that it gives for these numbers."""

Rules = Sequence[Rule[Numbers]]
"""Rules in the order in which they are tried: the first that gives just the learner's value explains it."""


@dataclass(frozen=True)
class Misconception:
    """A mistake that is known by its key, such as "reshape-for-permute".

    Attributes:
        sentence: what the learner did or believed, in one plain sentence, for the page of misconceptions.
        hint: the next thing to look at, never the solution; marked with N_. "{n.padding}" in it stands for a number that
            rules speak of. "" where the message alone says it, or where a step passes advice of its own.
    """

    sentence: str
    hint: str = ""


Misconceptions = Mapping[str, Misconception | str]
"""What is said of each known mistake, by its key. A sentence stands once in the package.

So a text alone is a hint: for a key whose sentence stands in another exercise or in a module that exercises share, or
for a key with a variant, such as "kernel-first:all", which is a second hint for the same mistake. Reports carry the bare
key.
"""


def bare_key(key: str) -> str:
    """The key of a misconception without its variant: "kernel-first" for "kernel-first:all"."""
    return key.partition(":")[0]


def undeclared(rules: Iterable[Rule[Any]], *declared: Iterable[str]) -> list[str]:
    """The keys of rules for which no misconception is declared: they would earn no hint."""
    known = {key for keys in declared for key in keys}
    return [key for key, _rule in rules if key not in known]


def hint_of(misconceptions: Misconceptions, key: str, numbers: object = None) -> str:
    """The hint that is declared for a key, in the language in force; "" when there is none.

    Args:
        numbers: what "n" stands for in a hint.
    """
    declared = misconceptions.get(key, "")
    hint = declared.hint if isinstance(declared, Misconception) else declared
    text = _(hint) if hint else ""
    return text.format(n=numbers) if "{n." in text else text


def explanation(value: Any, rules: Rules[Numbers], numbers: Numbers) -> str:
    """The key of the first rule that gives this value for these numbers; "" when none does."""
    return next((key for key, rule in rules if rule(numbers) == value), "")
