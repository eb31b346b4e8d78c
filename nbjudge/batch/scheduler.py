"""Marking on a Dask cluster: the same function on each of its workers, each with an engine of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache
from typing import Any

from nbjudge.batch.pool import EngineMaker, EnginePool, MarkingError
from nbjudge.job import Job, Marked

TIMEOUT = 20
"""Seconds that connecting may take."""

_starting = threading.Lock()


class SchedulerError(Exception):
    """There is no cluster to work with; the message says what to do."""


def mark_submission(jobs: Sequence[Job], make: EngineMaker) -> bytes:
    """Mark the notebooks of one submission, on a worker of the cluster; the results as JSON.

    Args:
        jobs: built by the coordinator.
        make: makes this worker's engine, at the first call; it is kept.
    """
    with _starting:
        pool = _pool(make)
    return json.dumps([pool.mark(job).to_json() for job in jobs]).encode()


def read_marked(content: bytes) -> list[Marked]:
    """The results that `mark_submission` gave, checked like everything else that comes from another machine.

    Raises:
        ValueError: when it is anything else.
    """
    try:
        results = json.loads(content)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"a result is no JSON: {error}") from error
    if not isinstance(results, list):
        raise ValueError(f"a list of results was expected, not {type(results).__name__}")
    return [Marked.from_json(result) for result in results]


@cache
def _pool(make: EngineMaker) -> EnginePool:
    """This worker's engine, with a slot for each of its threads; it ends with the process."""
    import atexit

    from distributed import get_worker

    pool = EnginePool(make, get_worker().state.nthreads)
    atexit.register(pool.close)
    return pool


class SchedulerMarker:
    """Marks on a Dask cluster.

    What a worker of the cluster had in work when it was lost goes to another one. How often that is tried is the
    scheduler's setting `distributed.scheduler.allowed-failures`; then the submission is not marked, and the others go on.

    Args:
        address: the scheduler's, such as tcp://10.0.0.1:8786.
        make: makes a worker's engine.

    Raises:
        SchedulerError: when Dask is not installed, the scheduler does not answer, or it has no workers.
    """

    def __init__(self, address: str, make: EngineMaker) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise SchedulerError("--scheduler needs Dask: pip install 'conv-course[scheduler]'") from error
        try:
            self._client = Client(address, timeout=TIMEOUT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SchedulerError(f"no scheduler answers at {address}: {error}") from error
        threads = self._client.nthreads()
        if not threads:
            self._client.close()
            raise SchedulerError(f"the scheduler at {address} has no workers: start some, with this package installed")
        self._make = make
        self._threads = sum(int(count) for count in threads.values())
        self._kept: set[Any] = set()

    @property
    def capacity(self) -> int:
        """Enough that no worker waits for the coordinator."""
        return 2 * self._threads + 2

    def submit(self, jobs: Sequence[Job]) -> Future[list[Marked]]:
        """See nbjudge.batch.pool.Marker."""
        result: Future[list[Marked]] = Future()
        result.set_running_or_notify_cancel()
        remote = self._client.submit(mark_submission, list(jobs), self._make, pure=False)
        self._kept.add(remote)  # Dask forgets a task that nobody holds
        remote.add_done_callback(lambda done: self._pass_on(done, result))
        return result

    def close(self) -> None:
        """See nbjudge.batch.pool.Marker."""
        self._client.cancel(list(self._kept))
        self._client.close()

    def _pass_on(self, remote: Any, result: Future[list[Marked]]) -> None:
        """Put a task's result, or why there is none, into our own future; called by a thread of Dask."""
        self._kept.discard(remote)
        try:
            result.set_result(read_marked(remote.result()))
        except MarkingError as error:
            result.set_exception(error)
        except (
            BaseException
        ) as error:  # KilledWorker, a lost scheduler, a worker without this package, a cancelled task
            result.set_exception(MarkingError(f"the cluster did not mark it: {type(error).__name__}: {error}"))
