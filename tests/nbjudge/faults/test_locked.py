"""A SQLite gradebook that another process holds: a run waits for it, and when it is never let go, nothing is lost."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.nbjudge.faults.classes import state
from tests.nbjudge.faults.running import Running, graded, running
from tests.nbjudge.record.small_course import ASSIGNMENT


@contextmanager
def held(folder: Path, kind: str) -> Iterator[None]:
    """IMMEDIATE: nobody else may write; EXCLUSIVE: nor read."""
    other = sqlite3.connect(folder / "gradebook.db", isolation_level=None)
    other.execute(f"BEGIN {kind}")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def has_opened(run: Running, name: str) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return any(each.path.endswith(name) for each in psutil.Process(run.process.pid).open_files())
    return False


def test_a_run_waits_for_a_gradebook_that_may_not_be_read(course: Path, undisturbed: Path) -> None:
    with held(course, "EXCLUSIVE"):
        context = running(course, ASSIGNMENT, "--workers", "2")
        run = context.__enter__()
        opened = run.until(lambda: has_opened(run, "gradebook.db"))
    try:
        assert opened, run.lines
        assert run.end() == 0, run.lines
    finally:
        context.__exit__(None, None, None)
    assert state(course) == state(undisturbed)


def test_a_run_waits_for_a_gradebook_that_may_not_be_written(course: Path, undisturbed: Path) -> None:
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(contextlib.ExitStack())
        lock.enter_context(held(course, "IMMEDIATE"))
        run = stack.enter_context(running(course, ASSIGNMENT, "--workers", "2"))
        # It lies in its folder before it is recorded.
        assert run.until(lambda: any((course / "marked").glob("*/*/*.ipynb"))), run.lines
        assert run.until(lambda: has_opened(run, "gradebook.db"))
        assert run.students == []
        lock.close()
        assert run.end() == 0, run.lines
    assert state(course) == state(undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_gradebook_that_is_never_let_go_loses_no_mark(kind: str, course: Path, undisturbed: Path) -> None:
    with held(course, kind):
        lines = graded(course, ASSIGNMENT, "--workers", "2", status=2)
    assert "database is locked" in lines[-1]
    assert "the same command" in lines[-1]
    assert not any("Traceback" in line for line in lines)
    graded(course, ASSIGNMENT, "--workers", "2")
    assert state(course) == state(undisturbed)
