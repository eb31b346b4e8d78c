"""A limit on how long a call may take, so that an endless answer ends with a sentence and not with a dead kernel.

It counts the processor time of the calling thread, since an answer cannot help what other programs and other threads use.
A call that sleeps or waits uses none; that is limited too, by wall time.
"""

from __future__ import annotations

import ctypes
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

_BUSY = 0.01  # the share of wall time from which on a thread works: on a crowded machine it may not get more
_AGAIN = 0.25  # seconds of processor time between further interruptions, for an answer that swallows the first
_SOON = 0.001  # seconds; a timer of 0 seconds would never ring


class TimeLimitReached(BaseException):
    """Raised inside an answer when its time is up. Not an Exception, so that `except Exception` cannot swallow it."""

    def _render_traceback_(self) -> list[str]:
        """One line in IPython: a long traceback would take longer than the time until the next interruption."""
        return [type(self).__name__]


def waiting_limit(seconds: float) -> float:
    """How long a call may wait, in seconds of wall time, that may use `seconds` of processor time: longer, up to a minute."""
    return max(seconds, min(6 * seconds, 60.0))


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitReached inside the block once its thread has used `seconds` of processor time.

    Also once it has slept or waited for `waiting_limit(seconds)` of wall time. Either way at least `seconds` of wall time have
    passed: a thread uses no more. The exception comes again and again until the block is left.

    In the main thread of a POSIX system a timer's signal interrupts even a sleep. Elsewhere (Windows, a widget's callback
    thread) the exception is delivered between two Python instructions. Where there are neither signals nor threads, as in a
    browser's kernel, there is no limit: tracing each line could stop an endless loop there, but makes an honest one thirty
    times slower.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and hasattr(signal, "setitimer") and sys.platform != "emscripten":
        with _by_signal(_Deadline(seconds, getattr(time, "thread_time", time.process_time))):
            yield
    else:
        with _by_thread(_Deadline(seconds, _clock_of_this_thread())):
            yield


class _Deadline:
    """The moment at which a call has used its time.

    Args:
        seconds: of processor time that are left.
        processor: tells the processor time used so far, in seconds.
    """

    def __init__(self, seconds: float, processor: Callable[[], float]) -> None:
        self._processor = processor
        self.put_off(seconds)

    def put_off(self, seconds: float) -> None:
        """Let the call have this much processor time from now on."""
        self._began = self._processor(), time.monotonic()  # of the time in which it may be waiting
        self._end = self._began[0] + seconds
        self._longest = waiting_limit(seconds)

    def wait(self) -> float:
        """Seconds of wall time until it can be reached at the earliest; 0 when it is."""
        used, now = self._processor(), time.monotonic()
        passed = now - self._began[1]
        if passed >= self._longest and used - self._began[0] >= _BUSY * passed:
            self._began, passed = (used, now), 0.0
        return max(0.0, min(self._end - used, self._longest - passed))


def _clock_of_this_thread() -> Callable[[], float]:
    """A clock of the calling thread's processor time that other threads can read.

    Where the system has none (Windows, macOS), it counts all threads. A limit looks at it only after as many seconds of
    wall time, so it is not reached earlier than by wall time alone.
    """
    try:
        return partial(time.clock_gettime, time.pthread_getcpuclockid(threading.get_ident()))
    except (AttributeError, OSError):
        return time.process_time


class _Timer:
    """The system's timer as it was set when a limit began, by another limit around it. It goes on.

    Args:
        handler: what the timer calls.
        wait: seconds until it rings; 0 if it is not set.
        interval: seconds between further rings; 0 if there are none.
    """

    def __init__(self, handler: Any, wait: float, interval: float) -> None:
        self.handler, self.interval = handler, interval
        self._end = time.monotonic() + wait if wait else math.inf

    def wait(self) -> float:
        """Seconds until it rings."""
        return max(0.0, self._end - time.monotonic())

    def ring(self, signum: int, frame: FrameType | None) -> bool:
        """Call its handler, which may set it again; returns whether the handler raised, so that the call is to end."""
        raised = False
        try:
            if callable(self.handler):
                self.handler(signum, frame)
        except BaseException:
            raised = True
        again = signal.getitimer(signal.ITIMER_REAL)[0] or self.interval
        self._end = time.monotonic() + again if again else math.inf
        return raised


@contextmanager
def _by_signal(deadline: _Deadline) -> Iterator[None]:
    over = False

    def ring(signum: int, frame: FrameType | None) -> None:
        if over:
            return
        reached = not deadline.wait()
        if reached:
            deadline.put_off(_AGAIN)
        if not outer.wait():
            reached = outer.ring(signum, frame) or reached
        _set_timer(min(deadline.wait(), outer.wait()))
        if reached:
            raise TimeLimitReached

    outer = _Timer(signal.getsignal(signal.SIGALRM) or signal.SIG_DFL, *signal.setitimer(signal.ITIMER_REAL, 0))
    signal.signal(signal.SIGALRM, ring)
    _set_timer(min(deadline.wait(), outer.wait()))
    try:
        try:
            yield
        finally:
            over = True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, outer.handler)
        if outer.wait() < math.inf:
            _set_timer(outer.wait(), outer.interval)


def _set_timer(seconds: float, interval: float = 0.0) -> None:
    signal.setitimer(signal.ITIMER_REAL, max(seconds, _SOON), interval)


@contextmanager
def _by_thread(deadline: _Deadline) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    over = threading.Event()
    sent = False

    def watch() -> None:
        nonlocal sent
        while not over.wait(max(deadline.wait(), _SOON)):
            if not deadline.wait():
                deadline.put_off(_AGAIN)
                sent = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeLimitReached))

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
    except RuntimeError:
        watched = False
    else:
        watched = True
    try:
        yield
    finally:
        if watched:
            over.set()
            watcher.join()
            if sent:
                _drop_pending(target)


def _drop_pending(target: ctypes.c_ulong) -> None:
    """Let an exception that was sent to this thread arrive here, and drop it.

    Taking it back with None would leave CPython 3.11's flag for it set for good; a function that is profiled would then
    never begin.
    """
    try:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeLimitReached))
        while True:
            pass
    except TimeLimitReached:
        pass
