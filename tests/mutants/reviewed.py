"""The survivors that someone looked at and found to be right answers too: one entry for each, with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("reviewed.toml")


@dataclass(frozen=True)
class Entry:
    """A mutant that may survive.

    Attributes:
        exercise: the exercise's id.
        change: the change, line by line as the run prints it.
        reason: why it is a right answer all the same.
    """

    exercise: str
    change: str
    reason: str


def reviewed(path: Path = FILE) -> list[Entry]:
    """The entries of the list.

    Raises:
        ValueError: when an entry has no reason, or stands there twice.
    """
    entries = [
        Entry(each["exercise"], each["change"].strip(), each.get("reason", "").strip())
        for each in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    ]
    for entry in entries:
        if not entry.reason:
            raise ValueError(f"{entry.exercise}: an entry needs a reason:\n{entry.change}")
        if sum((each.exercise, each.change) == (entry.exercise, entry.change) for each in entries) > 1:
            raise ValueError(f"{entry.exercise}: this change is there twice:\n{entry.change}")
    return entries


def stale(entries: Iterable[Entry], exercises: Iterable[str], survived: Iterable[tuple[str, str]]) -> list[Entry]:
    """The entries of these exercises that no survivor, given by exercise and change, needs any more."""
    needed, asked = set(survived), set(exercises)
    return [each for each in entries if each.exercise in asked and (each.exercise, each.change) not in needed]
