"""A real `course grade` in a process of its own, which can be watched while it runs, and whose processes can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from nbjudge.engine import _JUDGES_SLOTS
from nbjudge.sandbox.root_filesystem import UID
from tests.lessons import ROOT
from tests.nbjudge.batch.test_grade import sandbox

Role = Literal["worker", "judge", "fork server of workers", "fork server of judges", "supervisor"]
ROLES: tuple[Role, ...] = ("worker", "judge", "fork server of workers", "fork server of judges", "supervisor")

USERS = os.geteuid() == 0 and not sandbox()
"""Whether each judge and each worker runs as a user of its own."""

LOOK_SECONDS = 0.002
PATIENCE = 300.0  # seconds after which a run that does not go on is a failure


@dataclass
class Running:
    """A run that has been started.

    Attributes:
        process: the coordinator.
        lines: what it has printed so far.
    """

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    sides: dict[int, set[str]] = field(default_factory=dict)

    def listen(self) -> None:
        """Collect lines until the end; for a thread of its own."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def students(self) -> list[str]:
        """The lines of students that there are so far, each of which is recorded."""
        found = []
        for line in list(self.lines):
            if not line:
                break
            if not line.startswith(" "):
                found.append(line)
        return found

    def until(self, condition: Callable[[], bool]) -> bool:
        """Wait until it comes true; False when the run has ended before."""
        started = time.monotonic()
        while not condition():
            if self.process.poll() is not None:
                return condition()
            assert time.monotonic() - started < PATIENCE, f"nothing happened; it said {self.lines}"
            time.sleep(LOOK_SECONDS)
        return True

    def until_students(self, count: int) -> bool:
        """Wait until so many students are recorded."""
        return self.until(lambda: len(self.students) >= count)

    def until_forks(self, count: int) -> bool:
        """Wait until so many processes have come that were not there before."""
        self.seen |= set(self._pids())
        before = len(self.seen)

        def come() -> bool:
            self.seen.update(self._pids())
            return len(self.seen) >= before + count

        return self.until(come)

    def kill(self, role: Role) -> bool:
        """Kill the first process in this role that is met; False when the run has ended before."""

        def killed() -> bool:
            for each in self.family().get(role, []):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
                    return True
            return False

        return self.until(killed)

    def kill_coordinator(self) -> None:
        """Kill the run itself, and wait until all that it had started is gone."""
        family = [each for found in self.family().values() for each in found]
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        _gone, alive = psutil.wait_procs(family, timeout=600)
        assert alive == []

    def family(self) -> dict[Role, list[psutil.Process]]:
        """The processes of the run by role. Judges and workers are told apart by their users; where they have none, all are both."""
        found: dict[Role, list[psutil.Process]] = {role: [] for role in ROLES}
        with contextlib.suppress(psutil.NoSuchProcess):
            for supervisor in psutil.Process(self.process.pid).children():
                found["supervisor"].append(supervisor)
                for warm in _children(supervisor):
                    children = _children(warm)
                    if not USERS:
                        sides = {"judge", "worker"}
                    else:
                        self.sides.setdefault(warm.pid, set()).update(
                            side for each in children if (side := _side(each))
                        )
                        sides = self.sides[warm.pid]
                    if "judge" in sides:
                        found["fork server of judges"].append(warm)
                        found["judge"] += children
                    if "worker" in sides:
                        found["fork server of workers"].append(warm)
                        found["worker"] += children
        return found

    def end(self) -> int:
        """Wait for its end; the exit status."""
        return self.process.wait(PATIENCE)

    def _pids(self) -> list[int]:
        with contextlib.suppress(psutil.NoSuchProcess):
            return [each.pid for each in psutil.Process(self.process.pid).children(recursive=True)]
        return []


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    """`course grade` with these arguments, started in a folder; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "course.cli", "grade", *arguments, *sandbox()],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    run = Running(process)
    listener = threading.Thread(target=run.listen)
    listener.start()
    try:
        yield run
    finally:
        process.kill()
        process.wait()
        listener.join()
        assert process.stdout is not None
        process.stdout.close()


def graded(folder: Path, *arguments: str, status: int = 0) -> list[str]:
    """Grade without a disturbance; what was printed."""
    with running(folder, *arguments) as run:
        ended = run.end()
    assert ended == status, "\n".join(run.lines)
    return run.lines


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        found: list[psutil.Process] = process.children()
        return found
    return []


def _side(child: psutil.Process) -> str:
    """Whether a child is a judge or a worker; "" while it has no user of its own yet."""
    with contextlib.suppress(psutil.NoSuchProcess):
        user = child.uids().real
        return "judge" if user >= UID + _JUDGES_SLOTS else "worker" if user >= UID else ""
    return ""
