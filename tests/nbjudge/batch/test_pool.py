"""Slots are never given twice at once, and what dies is tried once more."""

from __future__ import annotations

import threading

import pytest

from nbjudge.batch.pool import EnginePool, LocalMarker, MarkingError
from nbjudge.engine import EngineError
from nbjudge.job import End, Job, Marked

JOB = Job("shapes", ())
MARKED = Marked((), End.DONE)
CRASHED = Marked((), End.CRASHED, "SIGKILL")


class Waiting:
    """An engine in which marking waits until as many as expected are at it."""

    def __init__(self, at_once: int) -> None:
        self.met = threading.Barrier(at_once)
        self.slots: list[int] = []

    def mark(self, job: Job, slot: int = 0) -> Marked:
        self.slots.append(slot)
        self.met.wait(600)
        return MARKED

    def close(self) -> None:
        self.met.abort()


class Failing:
    """An engine that fails so many times."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.tries = 0

    def mark(self, job: Job, slot: int = 0) -> Marked:
        self.tries += 1
        if self.left:
            self.left -= 1
            raise EngineError("a fork server ended")
        return MARKED

    def close(self) -> None:
        pass


def test_each_that_marks_at_once_has_a_slot_of_its_own() -> None:
    engine = Waiting(3)
    marker = LocalMarker(lambda: engine, 3)
    found = [marker.submit([JOB]) for _ in range(3)]
    assert [each.result() for each in found] == [[MARKED]] * 3
    assert sorted(engine.slots) == [0, 1, 2]
    marker.close()


def test_the_notebooks_of_a_submission_come_back_in_their_order() -> None:
    class Named(Failing):
        def mark(self, job: Job, slot: int = 0) -> Marked:
            return Marked((), End.DONE, detail=job.notebook)

    marker = LocalMarker(lambda: Named(0), 2)
    found = marker.submit([Job("shapes", ()), Job("words", ())]).result()
    assert [each.detail for each in found] == ["shapes", "words"]
    marker.close()


def test_a_failed_engine_is_tried_once_more() -> None:
    engine = Failing(1)
    assert EnginePool(lambda: engine, 1).mark(JOB) == MARKED
    assert engine.tries == 2


class Ending(Failing):
    """An engine in which the student's process ends so many times; then it fails so many times."""

    def __init__(self, crashes: int, failures: int = 0) -> None:
        super().__init__(failures)
        self.crashes = crashes

    def mark(self, job: Job, slot: int = 0) -> Marked:
        if self.crashes:
            self.crashes -= 1
            self.tries += 1
            return CRASHED
        return super().mark(job, slot)


def test_a_student_s_process_that_has_ended_is_tried_once_more() -> None:
    engine = Ending(1)
    assert EnginePool(lambda: engine, 1).mark(JOB) == MARKED
    assert engine.tries == 2


def test_a_student_s_process_that_ends_twice_has_crashed() -> None:
    engine = Ending(2)
    pool = EnginePool(lambda: engine, 1)
    assert pool.mark(JOB) == CRASHED
    assert engine.tries == 2
    assert pool.mark(JOB) == MARKED


def test_a_failed_engine_between_is_no_second_try() -> None:
    engine = Ending(1, failures=1)
    assert EnginePool(lambda: engine, 1).mark(JOB) == MARKED
    assert engine.tries == 3


def test_what_the_first_try_gave_counts_when_the_engine_fails_twice() -> None:
    assert EnginePool(lambda: Ending(1, failures=2), 1).mark(JOB) == CRASHED


def test_after_two_failures_the_submission_is_not_marked_and_the_slot_is_free_again() -> None:
    engine = Failing(2)
    pool = EnginePool(lambda: engine, 1)
    with pytest.raises(MarkingError, match="failed twice: a fork server ended"):
        pool.mark(JOB)
    assert engine.tries == 2
    assert pool.mark(JOB) == MARKED


def test_closing_cancels_what_waits_and_starts_nothing_more() -> None:
    engine = Waiting(2)  # the other never comes
    marker = LocalMarker(lambda: engine, 1)
    first, second = marker.submit([JOB]), marker.submit([JOB])
    while not engine.slots:
        threading.Event().wait(0.01)
    marker.close()
    assert first.exception() is not None
    assert second.cancelled()
    assert len(engine.slots) == 1
