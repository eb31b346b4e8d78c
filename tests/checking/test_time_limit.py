"""A call is stopped for the processor time that it uses itself, or when it waits for ever; nothing here hangs on a machine's speed."""

from __future__ import annotations

import contextlib
import math
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from course.checking import time_limit as module
from course.checking.time_limit import TimeLimitReached, time_limit, waiting_limit
from course.checking.world import LocalWorld, TooSlow

EVER = 600.0
"""Seconds of a sleep that nothing but a limit ends."""


def endless() -> None:
    while True:
        with contextlib.suppress(Exception):
            pass


def sleeping() -> None:
    until = time.monotonic() + EVER
    while time.monotonic() < until:  # in another thread, an exception comes between two instructions
        time.sleep(0.01)


def in_main_thread(work: Callable[[], None]) -> None:
    work()


def in_another_thread(work: Callable[[], None]) -> None:
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


Run = Callable[[Callable[[], None]], None]


@pytest.fixture(params=[in_main_thread, in_another_thread])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a function where a signal ends it, and where another thread does."""
    place: Run = request.param
    return place


@pytest.fixture
def may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processor time alone counts."""
    monkeypatch.setattr(module, "waiting_limit", lambda seconds: EVER)


def limited(seconds: float, call: Callable[[], None]) -> Callable[[], None]:
    def work() -> None:
        with time_limit(seconds):
            call()

    return work


def test_an_endless_call_is_stopped_by_the_processor_time_that_it_used(run: Run, may_wait: None) -> None:
    used = math.nan

    def work() -> None:
        nonlocal used
        before = time.thread_time()
        try:
            with time_limit(0.2):
                endless()
        finally:
            used = time.thread_time() - before

    with pytest.raises(TimeLimitReached):
        run(work)
    assert used >= 0.2


def test_a_call_is_not_stopped_for_time_that_others_used(run: Run, may_wait: None) -> None:
    """Its processor is taken away: by other programs, or by another thread of the same process."""
    over = threading.Event()

    def burn() -> None:
        while not over.is_set():
            pass

    other = threading.Thread(target=burn)
    other.start()
    try:
        run(limited(0.3, lambda: time.sleep(1)))
    finally:
        over.set()
        other.join()


@pytest.fixture
def stolen(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets wall time pass as if others had the rest of the processor, whatever this machine does meanwhile."""

    def steal(share: float) -> None:
        clocks = SimpleNamespace(**vars(time) | {"monotonic": lambda: time.thread_time() / share})
        monkeypatch.setattr(module, "time", clocks)

    return steal


def needing(seconds: float) -> Callable[[], None]:
    """A call that needs this much processor time."""

    def work() -> None:
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass

    return work


@pytest.mark.parametrize("share", [1, 0.5, 0.02])
def test_how_little_of_the_processor_a_call_gets_does_not_matter(share: float, stolen: Callable[[float], None]) -> None:
    stolen(share)
    limited(0.2, needing(0.1))()
    with pytest.raises(TimeLimitReached):
        limited(0.2, needing(EVER))()


@pytest.mark.parametrize(("share", "over"), [(0, True), (0.001, True), (0.02, False)])
def test_a_call_that_uses_hardly_any_of_the_processor_waits(
    share: float, over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(module, "time", SimpleNamespace(**vars(time) | {"monotonic": lambda: now}))
    deadline = module._Deadline(10, lambda: share * now)
    now = waiting_limit(10) - 1
    assert deadline.wait() > 0
    now = waiting_limit(10)
    assert (deadline.wait() == 0) is over


def test_a_call_that_waits_for_ever_is_stopped(run: Run) -> None:
    with pytest.raises(TimeLimitReached):
        run(limited(0.05, sleeping))


def test_a_sleep_is_interrupted_by_the_signal() -> None:
    with pytest.raises(TimeLimitReached):
        limited(0.05, lambda: time.sleep(EVER))()


@pytest.mark.parametrize(("seconds", "wait"), [(0.1, 0.6), (10, 60), (60, 60), (150, 150)])
def test_a_call_may_wait_for_a_minute_and_never_less_than_it_may_work(seconds: float, wait: float) -> None:
    assert waiting_limit(seconds) == pytest.approx(wait)


def test_an_answer_that_swallows_the_interruption_is_interrupted_again(run: Run) -> None:
    swallowed = 0

    def stubborn() -> None:
        nonlocal swallowed
        while swallowed < 3:
            try:
                endless()
            except TimeLimitReached:
                swallowed += 1
        endless()

    with pytest.raises(TimeLimitReached):
        run(limited(0.05, stubborn))
    assert swallowed == 3


def test_a_limit_that_was_not_reached_leaves_nothing_behind(run: Run) -> None:
    before, threads = signal.getsignal(signal.SIGALRM), threading.active_count()
    run(limited(100, lambda: None))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before
    assert threading.active_count() == threads


def test_an_outer_limit_goes_on_after_an_inner_one(run: Run) -> None:
    def inner_first() -> None:
        limited(100, lambda: None)()
        endless()

    with pytest.raises(TimeLimitReached):
        run(limited(0.2, inner_first))


@pytest.mark.parametrize("call", [endless, sleeping])
def test_an_outer_limit_holds_within_an_inner_one(run: Run, call: Callable[[], None]) -> None:
    with pytest.raises(TimeLimitReached):
        run(limited(0.1, limited(EVER, call)))


def test_an_outer_limit_that_is_not_reached_does_not_end_an_inner_one(may_wait: None) -> None:
    """Its timer rings meanwhile, to look at the clock."""

    def work() -> None:
        with pytest.raises(TimeLimitReached):
            limited(0.1, sleeping_then_endless)()

    def sleeping_then_endless() -> None:
        time.sleep(0.5)
        endless()

    limited(0.4, work)()


@pytest.fixture
def alarm() -> Iterator[list[int]]:
    """An alarm clock of the notebook's own, which only counts."""
    rings: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: rings.append(number))
    yield rings
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_an_alarm_that_was_set_before_rings_within_the_limit(alarm: list[int]) -> None:
    def until_it_has_rung() -> None:
        while len(alarm) < 3:
            pass

    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    limited(EVER, until_it_has_rung)()


def test_an_alarm_that_was_set_before_rings_after_the_limit(alarm: list[int]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    limited(EVER, lambda: None)()
    while not alarm:
        pass


def test_a_clock_that_counts_all_threads_will_do(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.delattr(time, "thread_time")
    monkeypatch.delattr(time, "pthread_getcpuclockid")
    with pytest.raises(TimeLimitReached):
        run(limited(0.1, endless))
    with pytest.raises(TimeLimitReached):
        run(limited(0.05, sleeping))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without signals and without threads, as Pyodide is."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.delattr(signal, "setitimer")
    monkeypatch.delattr(time, "thread_time")
    monkeypatch.delattr(time, "pthread_getcpuclockid")
    monkeypatch.setattr(threading.Thread, "start", refuse)


def test_without_signals_and_threads_a_call_runs_without_a_limit(browser: None) -> None:
    def work() -> None:
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass

    limited(0.01, work)()
    assert LocalWorld().call(abs, (-3,), {}, 10).value == 3


def test_without_signals_and_threads_an_error_is_the_call_s_own(browser: None) -> None:
    def fail() -> None:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        limited(10, fail)()


def test_an_endless_answer_is_too_slow(run: Run) -> None:
    def work() -> None:
        LocalWorld().call(endless, (), {}, 0.2)

    with pytest.raises(TooSlow):
        run(work)


def test_a_limit_by_a_thread_leaves_nothing_behind_that_keeps_a_profiled_function_from_beginning() -> None:
    code = """
import sys
import course.checking.time_limit as limits
limits.signal = object()
try:
    with limits.time_limit(0.05):
        while True:
            pass
except limits.TimeLimitReached:
    print("reached")
sys.setprofile(lambda frame, event, callee: None)
(lambda: 1)()
print("done")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["reached", "done"]
