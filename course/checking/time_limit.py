"""A limit on how long a call may take, so that an endless answer ends with a sentence and not with a dead kernel."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.25  # seconds between further interruptions, for an answer that swallows the first


class TimeLimitReached(BaseException):
    """Raised inside an answer when its time is up. Not an Exception, so that `except Exception` cannot swallow it."""

    def _render_traceback_(self) -> list[str]:
        """One line in IPython: a long traceback would take longer than the time until the next interruption."""
        return [type(self).__name__]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitReached inside the block once `seconds` of wall time have passed.

    In the main thread of a POSIX system a timer signal interrupts even a sleep. Elsewhere (Windows, a widget's callback
    thread) the exception is delivered between two Python instructions. Both repeat until the block is left.
    """
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        with _by_signal(seconds):
            yield
    else:
        with _by_thread(seconds):
            yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise TimeLimitReached

    before = signal.signal(signal.SIGALRM, interrupt)
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if remaining:  # an outer limit goes on; what this block used of it is not given back
            signal.setitimer(signal.ITIMER_REAL, remaining, interval)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    left = threading.Event()

    def watch() -> None:
        wait = seconds
        while not left.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeLimitReached))
            wait = _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        left.set()
        watcher.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)
