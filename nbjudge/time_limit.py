"""The time of a cell or a request in a judge or a worker: a limit on its wall time, and the processor time so far."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.25
"""Seconds between further interruptions, for code that swallows the first."""


class TimeLimitReached(BaseException):
    """Raised inside a block when its time is up. Not an Exception, so that `except Exception` cannot swallow it."""

    def _render_traceback_(self) -> list[str]:
        """One line in IPython: a long traceback would take longer than the time until the next interruption."""
        return [type(self).__name__]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitReached inside the block once `seconds` of wall time have passed, and again until the block is left.

    A timer signal interrupts even a sleep. Only the main thread of a POSIX process may use it.
    """

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise TimeLimitReached

    before = signal.signal(signal.SIGALRM, interrupt)
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if remaining:  # an outer limit goes on; the time that this block took is not subtracted from it
            signal.setitimer(signal.ITIMER_REAL, remaining, interval)


def processor_seconds() -> float:
    """Processor time of this process so far, of all its threads.

    Not by `time.process_time`: where a process has a limit of processor time, Linux counts that clock on at ticks only, 4 ms
    apart, so that thousands of short calls seem to take nothing.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
