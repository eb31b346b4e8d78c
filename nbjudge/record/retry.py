"""A database that others use too: work that failed because of them is tried again, and what fails is said in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

TRIES = 6
"""How often work is tried while another process holds the database. Each try of SQLite waits five seconds itself."""

_PAUSE = 0.5
_HELD = "Another program holds it: end that one, or wait for it, and run the same command. What is marked is kept"
_REPAIRED = "When that is mended, run the same command. What is marked is kept"
_RETRIED_STATES = {"40001", "40P01"}  # PostgreSQL: could not serialize, deadlock

T = TypeVar("T")


class GradebookError(Exception):
    """The gradebook could not be read or written; the message says what to do. Nothing was written by halves."""


def retry(work: Callable[[], T], wait: Callable[[float], None], tries: int, failure: str) -> T:
    """Run `work`; it is tried again where another process was the cause of a failure.

    Args:
        work: what leaves nothing behind where it raises.
        wait: called with the seconds between two tries.
        tries: how often it is tried, at least once.
        failure: how the message begins, such as "the gradebook X could not be read".

    Raises:
        GradebookError: when the database fails, however often it was tried.
    """
    for attempt in range(1, tries + 1):
        try:
            return work()
        except DBAPIError as error:
            if attempt < tries and _may_pass(error):
                wait(_PAUSE * attempt)
                continue
            tried, advice = (f" (tried {attempt} times)", _HELD) if _may_pass(error) else ("", _REPAIRED)
            raise GradebookError(f"{failure}{tried}: {said(error)}. {advice}") from error
    raise AssertionError("at least one try is made")


def said(error: SQLAlchemyError) -> str:
    """The database's own words, on one line and without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _may_pass(error: DBAPIError) -> bool:
    """Whether another process was the cause, so that another try can succeed."""
    if isinstance(error, IntegrityError):  # it has just made the same student or the same submission
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _RETRIED_STATES
