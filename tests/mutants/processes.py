"""Runs jobs in forked processes, each with a limit on its time and memory, so that no job can harm another."""

from __future__ import annotations

import multiprocessing
import resource
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

MEMORY = 6 * 2**30
"""How much address space a process may have, in bytes; torch alone takes more than half a GiB."""

_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class _Running(Generic[In]):
    number: int
    process: BaseProcess
    pipe: Connection
    ends: float


@dataclass(frozen=True)
class _Broken:
    traceback: str


def run(
    function: Callable[[In], Out],
    jobs: Sequence[In],
    *,
    workers: int,
    seconds: Callable[[In], float],
    late: Out,
    died: Out,
) -> Iterator[tuple[int, Out]]:
    """Yield the number of each job and what the function gives for it, as they come.

    Args:
        seconds: how long a job may take, of wall time.
        late: what stands for a job that took longer.
        died: what stands for a job whose process ended without an answer, or ran out of memory.

    Raises:
        RuntimeError: when the function raised in a job.
    """
    waiting = list(enumerate(jobs))[::-1]
    running: list[_Running[In]] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number, job = waiting.pop()
                running.append(_start(function, number, job, time.monotonic() + seconds(job)))
            first = min(each.ends for each in running)
            ready = wait([each.pipe for each in running], max(0.0, first - time.monotonic()))
            for each in list(running):
                if each.pipe in ready:
                    running.remove(each)
                    yield each.number, _received(each, died)
                elif each.ends <= time.monotonic():
                    running.remove(each)
                    _end(each)
                    yield each.number, late
    finally:
        for each in running:
            _end(each)


def _start(function: Callable[[In], Out], number: int, job: In, ends: float) -> _Running[In]:
    ours, theirs = _fork.Pipe(duplex=False)
    process = _fork.Process(target=_work, args=(function, job, theirs), daemon=True)
    process.start()
    theirs.close()
    return _Running(number, process, ours, ends)


def _work(function: Callable[[In], Out], job: In, pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: Out | _Broken = function(job)
    except MemoryError:
        return
    except Exception:
        answer = _Broken(traceback.format_exc())
    pipe.send(answer)


def _received(each: _Running[In], died: Out) -> Out:
    try:
        value: Out | _Broken = each.pipe.recv()
    except (EOFError, OSError):
        value = died
    _end(each)
    if isinstance(value, _Broken):
        raise RuntimeError(f"a job raised:\n{value.traceback}")
    return value


def _end(each: _Running[In]) -> None:
    each.process.kill()
    each.process.join()
    each.pipe.close()
