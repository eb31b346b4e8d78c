"""kill -9 at any moment of a run: the next run ends as if nothing had happened, with nothing lost and nothing twice."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from nbjudge.batch.command import Options, grade
from tests.nbjudge.batch.engines import plain
from tests.nbjudge.batch.test_coordinator import book, tree
from tests.nbjudge.record.small_course import ASSIGNMENT

MOMENTS = ((Path, "write_bytes"), (Path, "mkdir"), (Path, "rename"), (Path, "chmod"), (Session, "commit"))
"""Calls before and after which a run is killed: all that it does to the disk and the gradebook."""


def killed_at(number: int, folder: Path, regrade: bool) -> bool:
    """Grade in a process of its own, which is killed at a moment of this number; whether it lived to be."""
    child = os.fork()
    if child == 0:
        count = 0

        def moment() -> None:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(call: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(call)
            def around(*arguments: Any, **named: Any) -> Any:
                moment()
                result = call(*arguments, **named)
                moment()
                return result

            return around

        for owner, name in MOMENTS:
            setattr(owner, name, counted(getattr(owner, name)))
        quiet(folder, regrade)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def quiet(folder: Path, regrade: bool = False) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return grade(Options(ASSIGNMENT, ("ann",), workers=1, regrade=regrade), folder, plain)


@pytest.mark.parametrize("regrade", [True, pytest.param(False, marks=pytest.mark.soak)])
def test_the_next_run_ends_as_if_nothing_had_happened(fresh: Path, tmp_path: Path, regrade: bool) -> None:
    if regrade:
        quiet(fresh)
    whole = tmp_path / "whole"
    shutil.copytree(fresh, whole)
    quiet(whole)
    wanted = book(whole), tree(whole)
    number, step = 1, 2
    kills = 0
    while True:
        copy = tmp_path / "copy"
        shutil.copytree(fresh, copy)
        if not killed_at(number, copy, regrade):
            break
        kills += 1
        assert quiet(copy) == 0
        assert (book(copy), tree(copy)) == wanted, f"killed at moment {number}"
        left = list((copy / "marked").rglob(".grading-*"))
        assert left == [], f"killed at moment {number}"
        shutil.rmtree(copy)
        number += step
    assert kills > 10
