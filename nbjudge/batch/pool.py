"""Engines and their slots: submissions are marked side by side, and an engine that dies is started again once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from nbjudge.engine import EngineError
from nbjudge.job import End, Job, Marked


class MarkingEngine(Protocol):
    """What a pool needs of an engine; see nbjudge.engine.Engine."""

    def mark(self, job: Job, slot: int = 0) -> Marked:
        """Mark one notebook; raises EngineError when the engine itself failed."""

    def close(self) -> None:
        """End its processes."""


EngineMaker = Callable[[], MarkingEngine]
"""Makes an engine, such as `nbjudge.engine.EngineSettings`. It can be pickled, for other machines, and compared."""


class MarkingError(Exception):
    """A submission could not be marked, through no fault of its own; the message is for the instructor."""


class Marker(Protocol):
    """Who marks: processes of this machine, or a cluster."""

    @property
    def capacity(self) -> int:
        """How many submissions are worth handing over at once."""

    def submit(self, jobs: Sequence[Job]) -> Future[list[Marked]]:
        """Mark the notebooks of one submission. The future raises MarkingError when that was not possible."""

    def close(self) -> None:
        """End all processes; what is not done is cancelled."""


class EnginePool:
    """An engine whose slots are given to whoever asks; threads may share it.

    Args:
        make: makes the engine.
        slots: how many notebooks are marked at once.
    """

    def __init__(self, make: EngineMaker, slots: int) -> None:
        self._engine = make()
        self._slots: queue.Queue[int] = queue.Queue()
        for slot in range(slots):
            self._slots.put(slot)
        self._closed = threading.Event()

    def mark(self, job: Job) -> Marked:
        """Mark one notebook. When a process of ours or the notebook's own has ended, it is tried once more.

        Why the notebook's process ended cannot be known: a notebook that ends it by itself does so again.

        Raises:
            MarkingError: when a process of ours ended twice and there is no result, or the pool was closed.
        """
        slot = self._slots.get()
        crashed: Marked | None = None
        failures = 0
        try:
            while True:
                try:
                    marked = self._try(job, slot)
                except EngineError as error:
                    failures += 1
                    if failures < 2:
                        continue
                    if crashed is None:
                        raise MarkingError(f"the engine failed twice: {error}") from error
                    return crashed
                if marked.end is not End.CRASHED or crashed is not None:
                    return marked
                crashed = marked
        finally:
            self._slots.put(slot)

    def close(self) -> None:
        """End the engine, at once: what is being marked raises MarkingError."""
        self._closed.set()
        self._engine.close()

    def _try(self, job: Job, slot: int) -> Marked:
        if self._closed.is_set():
            raise MarkingError("marking was stopped")
        return self._engine.mark(job, slot)


class LocalMarker:
    """Marks on this machine.

    Args:
        make: makes the engine.
        workers: how many submissions are marked at once.
    """

    def __init__(self, make: EngineMaker, workers: int) -> None:
        self._pool = EnginePool(make, workers)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="marking")
        self._workers = workers

    @property
    def capacity(self) -> int:
        """Those in work, and as many that are repaired and wait."""
        return 2 * self._workers

    def submit(self, jobs: Sequence[Job]) -> Future[list[Marked]]:
        """See Marker."""
        return self._threads.submit(lambda: [self._pool.mark(job) for job in jobs])

    def close(self) -> None:
        """See Marker."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()
        self._threads.shutdown(wait=True)
