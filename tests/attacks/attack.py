"""One attack: what it hands in, and what must hold afterwards. And what the student's code of several of them shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from nbformat import NotebookNode

MARKED = frozenset({"marked", "marked with mends"})
GONE = frozenset({"crashed"})
SLOW = frozenset({"timed out"})
FULL = frozenset({"out of memory"})

Damage = Callable[[Path, NotebookNode], None]
"""Changes the folder that is handed in, and the notebook before it is written there."""


@dataclass(frozen=True)
class Attack:
    """One submission. Cells that are not named are the untouched stubs.

    Attributes:
        name: what it tries.
        cells: the texts of cells by their grade_id.
        points: what it may get for each test cell, where that is not nothing.
        verdicts: how its marking may end.
        damage: what it does to the notebook's file and folder.
    """

    name: str
    cells: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    verdicts: frozenset[str] = MARKED
    damage: Damage | None = None

    def __str__(self) -> str:
        return self.name


def attack(
    name: str,
    *,
    points: Mapping[str, float] | None = None,
    verdicts: frozenset[str] = MARKED,
    damage: Damage | None = None,
    **cells: str,
) -> Attack:
    """An attack; cells are named by their grade_id."""
    texts = {id: dedent(text).strip("\n") for id, text in cells.items()}
    return Attack(name, texts, points or {}, verdicts, damage)


CHANNEL = dedent(
    """
    import gc, struct, msgpack
    worker = next(each for each in gc.get_objects() if type(each).__name__ == "Worker")
    channel, shell = worker._channel._socket, worker._shell

    def raw(data):
        channel.settimeout(None)
        channel.sendall(data)

    def say(data):
        raw(struct.pack("!Q", len(data)) + data)

    def packed(value):
        return msgpack.packb(value, unicode_errors="surrogatepass")

    def ext(code, value):
        return msgpack.ExtType(code, packed(value))

    def answer_with(**parts):
        def reply(number, honest, outputs):
            say(packed({"number": number, "outputs": b"[]", "kind": "value", **parts}))
        worker._reply = reply
    """
).strip()
"""Finds the way to the judge, and speaks its language."""


def forged(name: str, text: str, verdicts: frozenset[str] = GONE, **cells: str) -> Attack:
    """An attack on the protocol, in the cell of `affine` unless another is named."""
    cells = cells or {"affine": text}
    return Attack(name, {id: f"{CHANNEL}\n\n{dedent(each)}" for id, each in cells.items()}, verdicts=verdicts)
