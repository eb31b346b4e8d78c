"""The contract of a sandbox, and the plain case: no sandbox, with limits or without."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from nbjudge.limits import Limits
from nbjudge.sandbox import linux, resources


@dataclass(frozen=True)
class Setup:
    """What a fork server is to be.

    Attributes:
        sandbox: the name of the sandbox that it and its children are in.
        entry: `package.module:function`; each child calls `function(channel)`.
        preload: functions, named in the same way, that are called once before the first child.
        arguments: what each of these functions is called with, as JSON has it.
        packages: folders of packages, and files of modules, that can be imported; a sandbox shows them besides the interpreter
            and nbjudge.
        coordinator: the process id of the coordinator.
        temporary: the coordinator's folder for temporary files.
        announce: whether a process that will be one child only says when it has preloaded.
    """

    sandbox: str
    entry: str
    preload: Sequence[str]
    arguments: Sequence[object]
    packages: Sequence[str]
    coordinator: int
    temporary: str
    announce: bool = False


class Sandbox:
    """How a fork server and its children are isolated: the contract, with what plain forks need. Each kind is a subclass.

    The methods are called in this order. In the supervisor, which forks the fork server: `prepare`. In the fork server:
    `enter`, then `preload`; for each child `spawn` and `pid_in_proc`, `kill` if it is to end early, and, when it has ended,
    `wait_status` and `clean_up`; at last `close`. In the child: `isolate`. `proc` is an open /proc that shows all processes
    of the machine, or -1 where there is none.
    """

    name: str
    """What `nbjudge.sandbox.choose.make_sandbox` knows it by."""

    trusted: bool = False
    """Whether children run nbjudge's own code, which may tell the coordinator what it raised."""

    reaps: bool
    """Whether the fork server must kill and reap processes that outlive a child; otherwise the kernel ends them."""

    def prepare(self, proc: int) -> None:
        """Make the namespaces that only a fork enters."""

    def enter(self, paths: Sequence[str], home: str) -> None:
        """Isolate the fork server. `paths` are to be readable; `home` is an empty folder, if the sandbox `reaps`."""
        raise NotImplementedError

    def preload(self, setup: Setup, load: Callable[[], None]) -> None:
        """Have `load` called, which imports and preloads, in this process or where children will be.

        Raises:
            Exception: what `load` raised, or RuntimeError where it ran in another process.
        """
        load()

    def spawn(self, request: Mapping[str, Any], descriptors: Sequence[int], run_child: Callable[[], NoReturn]) -> int:
        """Start the process of a child and return its process id.

        Args:
            request: the coordinator's message that asks for it.
            descriptors: file descriptors for the child: those of the request, and where it reports.
            run_child: what a fork of this process does.

        Raises:
            OSError, ChannelClosed: it could not be started.
        """
        pid = os.fork()
        if pid == 0:
            run_child()
        return pid

    def pid_in_proc(self, pid: int) -> int:
        """The number in `proc` of a child with this process id; 0 where only the child can tell, which reports it."""
        return pid

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """Go to an empty working directory, and give up every right that a student's code must not have."""
        raise NotImplementedError

    def kill(self, pid: int, proc: int) -> None:
        """Kill a child that `spawn` started."""
        os.kill(pid, signal.SIGKILL)

    def wait_status(self, status: int) -> int:
        """The wait status of a child, from that of the process that `spawn` started."""
        return status

    def clean_up(self, number: int) -> None:
        """Remove the files of a child that has ended, if any are left."""

    def spare_pids(self) -> frozenset[int]:
        """Processes that are kept ready for children to come: no child has left them."""
        return frozenset()

    def close(self) -> None:
        """End the processes that are kept ready, if any are."""


class Unsandboxed(Sandbox):
    """No isolation, for work that you would run on your own computer. Limits hold where the system knows them.

    Each child has a working directory and a home of its own, which are removed at its end, and leads a process group of
    its own, which is killed at its end.
    """

    name = "unsandboxed"
    reaps = True

    def __init__(self) -> None:
        self._home = ""

    def enter(self, paths: Sequence[str], home: str) -> None:
        """Become the subreaper of the children's processes, and have a home."""
        self._home = home
        if linux.supported():
            linux.become_subreaper()
        os.environ["HOME"] = os.path.join(home, "fork-server")
        os.mkdir(os.environ["HOME"])
        os.chdir(os.environ["HOME"])

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """Go to a working directory of its own, with limits on what the process may use."""
        if linux.supported():
            linux.die_with_parent(signal.SIGKILL)
            linux.become_subreaper()
        home = self._home_of(number)
        for folder in (home, f"{home}/work", f"{home}/.tmp"):
            os.mkdir(folder, 0o700)
        os.environ["HOME"] = home
        os.environ["TMPDIR"] = f"{home}/.tmp"
        tempfile.tempdir = None
        self._limit(limits, proc)
        os.chdir(f"{home}/work")

    def clean_up(self, number: int) -> None:
        """Remove the child's home and working directory."""
        shutil.rmtree(self._home_of(number), ignore_errors=True)

    def _home_of(self, number: int) -> str:
        return os.path.join(self._home, f"child-{number}")

    def _limit(self, limits: Limits, proc: int) -> None:
        resources.set_limits(limits, resources.address_space_bytes(proc) if proc >= 0 else None, processes=False)


class Unlimited(Unsandboxed):
    """For nbjudge's own code: as Unsandboxed, without limits on a single process; memory and wall time of all are watched."""

    name = "unlimited"
    trusted = True

    def _limit(self, limits: Limits, proc: int) -> None:
        pass
