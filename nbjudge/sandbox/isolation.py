"""How the forks of a warm process are kept apart from everything else. `choose_sandbox` finds what this machine offers."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from nbjudge.channel import Channel
from nbjudge.limits import Limits
from nbjudge.sandbox import linux


class SandboxUnavailable(Exception):
    """This machine has no way to keep a student's code apart; the message says what is missing and how to go on."""


class Isolation(Protocol):
    """How a warm process and its forks are isolated.

    A coordinator only names it. Its methods are called in this order: `prepare` in the process that will fork the warm
    process; `enter` in the warm process, before anything is preloaded; for each child `fork`, in the child `isolate`, and
    `end` and `bury` in the warm process, the latter when the child has ended. `proc` is an open /proc that shows all processes of the machine,
    or -1 where there is none.
    """

    name: str
    """What `make_sandbox` knows it by."""

    adopts: bool
    """Whether processes that outlive a child come to its warm process, which must end them."""

    def prepare(self, proc: int) -> None:
        """Make the namespaces that only a fork enters."""

    def enter(self, folders: Sequence[str], home: str) -> None:
        """Isolate the warm process. `folders` are to be readable; `home` is an empty folder, if the box `adopts`."""

    def fork(self) -> int:
        """As os.fork."""
        ...

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """Go to an empty working directory, and give up every right that a student's code must not have."""

    def end(self, pid: int, proc: int) -> None:
        """End a child that `fork` gave."""

    def bury(self, number: int) -> None:
        """Remove what the child left."""


class Unsandboxed:
    """No isolation, for work that you would run on your own computer. Limits hold where the system knows them.

    Each child has a working directory and a home of its own, which are removed at its end, and leads a process group of
    its own, which is killed at its end.
    """

    name = "open"
    adopts = True
    limited = True

    def __init__(self) -> None:
        self._home = ""

    def prepare(self, proc: int) -> None:
        """Nothing to do."""

    def enter(self, folders: Sequence[str], home: str) -> None:
        """Become the one to whom orphans come, and have a home."""
        self._home = home
        if linux.supported():
            linux.adopt_orphans()
        os.environ["HOME"] = os.path.join(home, "warm")
        os.mkdir(os.environ["HOME"])
        os.chdir(os.environ["HOME"])

    def fork(self) -> int:
        """As os.fork."""
        return os.fork()

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """Go to a working directory of its own, with limits on what the process may use."""
        if linux.supported():
            linux.die_with_parent(signal.SIGKILL)
            linux.adopt_orphans()
        home = self._folder(number)
        for folder in (home, f"{home}/work", f"{home}/.tmp"):
            os.mkdir(folder, 0o700)
        os.environ["HOME"] = home
        os.environ["TMPDIR"] = f"{home}/.tmp"
        tempfile.tempdir = None
        if self.limited:
            set_limits(limits, warm_bytes(proc) if proc >= 0 else None, processes=False)
        os.chdir(f"{home}/work")

    def end(self, pid: int, proc: int) -> None:
        """End the process; those that outlive it come to the warm process."""
        os.kill(pid, signal.SIGKILL)

    def bury(self, number: int) -> None:
        """Remove its folders."""
        shutil.rmtree(self._folder(number), ignore_errors=True)

    def _folder(self, number: int) -> str:
        return os.path.join(self._home, f"child-{number}")


class Trusted(Unsandboxed):
    """For code of ours: as Unsandboxed, with no limits but those on the wall time and the memory of the whole tree."""

    name = "trusted"
    limited = False


def set_limits(limits: Limits, warm: int | None, *, processes: bool) -> None:
    """Set the resource limits of this process, for good."""
    import resource  # Windows has no such module

    wanted = {
        resource.RLIMIT_CPU: max(1, limits.cpu_seconds),
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.disk_bytes,
        resource.RLIMIT_CORE: 0,
    }
    if warm is not None:  # what is only mapped counts too, so this is generous; the watchdog is exact
        wanted[resource.RLIMIT_AS] = warm + limits.memory_bytes + (1 << 30)
        wanted[resource.RLIMIT_MSGQUEUE] = 0
    if processes:
        wanted[resource.RLIMIT_NPROC] = limits.processes
    for kind, value in wanted.items():
        _soft, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # a process that ignores the signal of the soft limit, or is the first of its namespace, is killed a second later
        resource.setrlimit(
            kind, (value, value + 1 if kind == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else value)
        )


def warm_bytes(proc: int) -> int:
    """The address space that this process has already."""
    with open(os.open("self/statm", os.O_RDONLY, dir_fd=proc), "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def make_sandbox(name: str) -> Isolation:
    """The box of this name."""
    from nbjudge.sandbox.bubblewrap import Bubblewrap  # they import this module
    from nbjudge.sandbox.namespaces import Namespaces

    boxes: dict[str, type[Isolation]] = {box.name: box for box in (Unsandboxed, Trusted, Namespaces, Bubblewrap)}
    return boxes[name]()


@cache
def choose_sandbox() -> Isolation:
    """The sandbox that this machine offers, found by trying.

    Raises:
        SandboxUnavailable: there is none.
    """
    go_on = (
        "Mark on a Linux machine that allows one, or, for work that you would run on your own computer, go on without: "
        "--no-sandbox."
    )
    if sys.platform != "linux" or not linux.supported():
        raise SandboxUnavailable(
            f"Students' code must run in a sandbox, and there is one for Linux only; this is {sys.platform}. {go_on}"
        )
    refusals = []
    for name in ("namespaces", "bubblewrap"):
        if name == "bubblewrap" and (os.geteuid() == 0 or not shutil.which("bwrap")):
            refusals.append("bubblewrap: it is not installed, or this is root, for whom it is no protection")
            continue
        refusal = _refusal(make_sandbox(name))
        if refusal is None:
            return make_sandbox(name)
        refusals.append(f"{name}: {refusal}")
    raise SandboxUnavailable(
        f"Students' code must run in a sandbox, and this machine refuses one ({'; '.join(refusals)}). {go_on}"
    )


def _refusal(box: Isolation) -> str | None:
    """What keeps this box from working here, or None: it is tried."""
    from nbjudge.sandbox.forkserver import ForkFailed, ForkServer, ForkServerDied  # it imports this module

    here, in_child = Channel.pair()
    try:
        with (
            here,
            in_child,
            ForkServer.begin("nbjudge.sandbox.isolation:_nothing", box=box).await_ready() as forkserver,
        ):
            end = forkserver.fork(in_child, limits=Limits()).wait()
    except (OSError, ForkServerDied, ForkFailed) as error:
        return str(error).strip().splitlines()[-1]
    return None if end is not None and end.reason == "exited" else str(end)


def _nothing(channel: Channel) -> None:
    """What a box is tried with."""
