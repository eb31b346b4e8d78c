"""The engine: marks a notebook with a judge and a worker, forked from two fork servers for it, and ends both."""

from __future__ import annotations

import contextlib
import json
import pickle
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from traitlets.config import Config

from nbjudge.channel import Channel, ChannelBroken, ChannelClosed, ChannelTimeout, Closing
from nbjudge.files import read_config
from nbjudge.job import CellRun, End, Job, Marked
from nbjudge.limits import MIB, Limits
from nbjudge.plugins import package_folders, plugin_names
from nbjudge.sandbox.base import Sandbox, Unlimited, Unsandboxed
from nbjudge.sandbox.child import Exit
from nbjudge.sandbox.choose import choose_sandbox
from nbjudge.sandbox.forkserver import Child, ForkFailed, ForkServer, ForkServerDied
from nbjudge.warm_up import imported_libraries
from nbjudge.worker.outputs import not_run

_JUDGES_SLOTS = 128
"""Judges run as other users than workers, where each slot has a user of its own."""

_MORE_SECONDS = 60.0
"""Seconds of wall time that a judge has beyond the submission's own."""

_CRASHES = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"}

_ENDS = {"memory": End.OUT_OF_MEMORY, "time": End.TIMED_OUT}


class EngineError(Exception):
    """A notebook was not marked, through no fault of its own: a judge or a fork server ended. Marking it again may help."""


@dataclass(frozen=True)
class EngineSettings:
    """The settings of an engine: a plain value, which can be sent to another machine and called there.

    Attributes:
        sandbox: False runs students' code as you: only for work that you would run on your own computer.
        plugins: names of the course's plugins, see `nbjudge.plugins`.
        libraries: names of the libraries that the source's cells import, see `nbjudge.warm_up`; one that is left out is
            imported by each fork that needs it.
    """

    sandbox: bool = True
    plugins: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()

    @classmethod
    def of_course(cls, folder: Path, assignment: str, *, sandbox: bool = True) -> Self:
        """Read the settings of the course in a folder, quickly: nbgrader, which reads all of them, takes seconds to import.

        Where there are none, or they cannot be read, it is the engine of a course without plugins: whoever reads all of them
        says why they cannot.

        Raises:
            CourseFolderError: when the plugins are no list of names.
        """
        try:
            config = read_config(folder)
        except Exception:  # the settings are a program of the instructor's
            return cls(sandbox)
        return cls(sandbox, plugin_names(config), imported_libraries(_source_cells(folder, config, assignment)))

    def __call__(self) -> Engine:
        """Make the engine; raises what `Engine` raises."""
        return Engine(self)


class Engine(Closing):
    """The fork servers of judges and of workers. Threads may share an engine, each with a slot of its own.

    Raises:
        SandboxUnavailable: this machine has no way to keep students' code apart.
        CourseFolderError: there is no package that a plugin names.
    """

    def __init__(self, settings: EngineSettings = EngineSettings()) -> None:
        self._preload = [settings.plugins, settings.libraries]
        self._packages = package_folders(settings.plugins)
        self._workers_sandbox: Sandbox = choose_sandbox() if settings.sandbox else Unsandboxed()
        # A test cell may open a file that an answer names: in a sandbox it is none of the instructor's.
        self._judges_sandbox: Sandbox = self._workers_sandbox if settings.sandbox else Unlimited()
        self._lock = threading.Lock()
        self._forkservers: tuple[ForkServer, ForkServer] | None = None
        self._ready = False

    def mark(self, job: Job, slot: int = 0) -> Marked:
        """Mark a notebook. Timeouts and crashes of the student's code are results too.

        Args:
            slot: the number, from 0, of this notebook among those that are marked at the same time.

        Raises:
            EngineError: when it could not be marked.
        """
        judges, workers = self._ready_forkservers()
        to_judge, judges_end = Channel.pair()
        to_worker, workers_end = Channel.pair()
        children: list[Child] = []
        exits: list[Exit] = []
        runs: list[CellRun] = []
        broken: Exception | None = None
        try:
            with to_judge, judges_end, to_worker, workers_end:
                children.append(workers.request(workers_end, files=job.files, limits=job.limits, slot=slot))
                children.append(
                    judges.request(
                        judges_end,
                        files=job.judge_files,
                        limits=_judge_limits(job.limits),
                        slot=_JUDGES_SLOTS + slot,
                    )
                )
                for child in children:
                    child.await_start()
                workers_end.close()
                judges_end.close()
                to_judge.send(pickle.dumps(job), [to_worker.fileno()])
                to_worker.close()
                marked = _listen(to_judge, job, runs)
        except ForkServerDied as error:
            self._forget(judges, workers)
            raise EngineError(f"a fork server ended: {error}") from None
        except (ForkFailed, ChannelClosed, ChannelBroken) as error:
            broken = error
        finally:
            for child in children:
                child.request_kill()
            exits = [child.kill() for child in children]
        if any(exit.reason == "forkserver" for exit in exits):
            self._forget(judges, workers)
            if broken is not None or marked.end is not End.DONE:
                raise EngineError("a fork server ended")
        if broken is not None:
            return _without_judge(job, runs, exits, broken)
        return _with_exit(marked, exits[0])

    def close(self) -> None:
        """End the fork servers and all that was forked from them."""
        with self._lock:
            pair, self._forkservers = self._forkservers, None
        for forkserver in pair or ():
            forkserver.close()

    def start(self) -> None:
        """Begin to start the fork servers, without waiting until they are ready."""
        with self._lock:
            self._begin()

    def _begin(self) -> tuple[ForkServer, ForkServer]:
        if self._forkservers is None:
            self._ready = False
            self._forkservers = (
                self._begin_one("nbjudge.judge.judge", self._judges_sandbox),
                self._begin_one("nbjudge.worker.worker", self._workers_sandbox),
            )
        return self._forkservers

    def _begin_one(self, side: str, sandbox: Sandbox) -> ForkServer:
        return ForkServer.begin(
            f"{side}:serve",
            preload=[f"{side}:preload"],
            arguments=self._preload,
            sandbox=sandbox,
            packages=self._packages,
        )

    def _ready_forkservers(self) -> tuple[ForkServer, ForkServer]:
        """The fork servers of judges and of workers, started side by side unless both live, and ready."""
        if (pair := self._forkservers) is not None and any(forkserver.gone for forkserver in pair):
            self._forget(*pair)
        with self._lock:
            pair = self._begin()
            if not self._ready:
                try:
                    for forkserver in pair:
                        forkserver.await_ready()
                except ForkServerDied as error:
                    self._forkservers = None
                    for forkserver in pair:
                        forkserver.close()
                    raise EngineError(str(error)) from None
                self._ready = True
            return pair

    def _forget(self, *dead: ForkServer) -> None:
        with self._lock:
            if self._forkservers is not None and self._forkservers[0] in dead:
                pair, self._forkservers = self._forkservers, None
            else:
                return
        for forkserver in pair:
            forkserver.close()


def _without_judge(job: Job, runs: Sequence[CellRun], exits: Sequence[Exit], broken: Exception) -> Marked:
    """The result when the judge ended early: a value that it has no memory for, or crashes on, is an answer's.

    Raises:
        EngineError: when it ended for another reason.
    """
    if isinstance(broken, ChannelClosed) and len(exits) == 2:
        judge = exits[1]
        end = End.CRASHED if judge.reason == "signal" and judge.detail in _CRASHES else _ENDS.get(judge.reason)
        if end is not None:
            return Marked(_with_rest(job, runs), end, f"the judge ended: {judge.reason} {judge.detail}")
    raise EngineError(f"a judge or a worker could not do its work: {broken or type(broken).__name__}")


def _with_rest(job: Job, runs: Sequence[CellRun]) -> tuple[CellRun, ...]:
    """The runs so far, and those of the cells that did not run."""
    rest = [CellRun([not_run()] if cell.is_test else []) for cell in job.cells[len(runs) :]]
    return (*runs, *rest)


def _listen(channel: Channel, job: Job, runs: list[CellRun]) -> Marked:
    """Receive the run of each cell from the judge into `runs`; when the judge takes too long, those received count."""
    deadline = time.monotonic() + job.limits.total_seconds + job.limits.cell_seconds + _MORE_SECONDS
    try:
        while True:
            message = channel.receive_json(
                limit=4 * job.limits.output_bytes,
                seconds=min(max(0.0, deadline - time.monotonic()), job.limits.cell_seconds + _MORE_SECONDS),
            )
            if "run" in message:
                runs.append(CellRun.from_json(message["run"]))
            elif "broken" in message:
                raise EngineError(f"the judge failed:\n{message['broken']}")
            else:
                return replace(Marked.from_json(message["ended"]), runs=tuple(runs))
    except ChannelTimeout:
        return Marked(_with_rest(job, runs), End.TIMED_OUT, "the judge was stopped")


def _with_exit(marked: Marked, exit: Exit) -> Marked:
    """The result with the reason why the worker ended: the judge sees only that it is gone."""
    if marked.end is not End.CRASHED:
        return marked
    return replace(marked, end=_ENDS.get(exit.reason, marked.end), detail=_end_detail(marked.detail, exit))


def _end_detail(judges_detail: str, exit: Exit) -> str:
    """How a worker ended, for the instructor: the judge reports a broken protocol, the fork server all else."""
    if judges_detail.startswith("protocol:") or exit.detail == "the coordinator asked":
        return judges_detail
    if exit.reason == "exited":
        return f"its process ended by itself, with {exit.detail}"
    if exit.reason == "signal":
        return f"its process was ended by {exit.detail}"
    return exit.detail or judges_detail


def _source_cells(folder: Path, config: Config, assignment: str) -> Iterator[str]:
    """The code of the assignment's source notebooks, as far as they can be read."""
    root = folder / config.CourseDirectory.get("source_directory", "source")
    for path in root.rglob("*.ipynb"):
        if assignment in path.relative_to(root).parts:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                    if cell["cell_type"] == "code":
                        yield "".join(cell["source"])


def _judge_limits(limits: Limits) -> Limits:
    """The limits of a judge, which holds the values that a worker sends, and has its own work besides."""
    return Limits(
        cell_seconds=limits.cell_seconds,
        total_seconds=limits.total_seconds + limits.cell_seconds + 2 * _MORE_SECONDS,
        cpu_seconds=limits.cpu_seconds * 2,
        memory_bytes=limits.memory_bytes + 2048 * MIB,
        disk_bytes=limits.disk_bytes,
    )
