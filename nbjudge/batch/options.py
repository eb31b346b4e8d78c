"""What `course grade` was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What was asked for.

    Attributes:
        assignment: the assignment's name.
        students: names or glob patterns; none stands for all who handed in.
        workers: how many submissions are marked at once; None is one for each processor.
        scheduler: the address of a Dask scheduler; "" marks on this machine.
        regrade: mark again what has a result.
        preview: show what would change, and write nothing.
        sandbox: whether students' code is shut off.
    """

    assignment: str
    students: Sequence[str] = ()
    workers: int | None = None
    scheduler: str = ""
    regrade: bool = False
    preview: bool = False
    sandbox: bool = True
