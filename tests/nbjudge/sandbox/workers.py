"""Children that do what a test asks, and what can be seen of them from outside."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import course
from nbjudge.channel import Channel, ChannelClosed
from nbjudge.limits import MIB, Limits
from nbjudge.sandbox import root_filesystem
from nbjudge.sandbox.choose import make_sandbox
from nbjudge.sandbox.forkserver import Child, ForkServer

ACTS = Path(__file__).parent / "inside" / "acts.py"
PACKAGE = Path(course.__file__).parent
"""A package that a course's plugin may name: it is shown, and nothing beside it."""
LIMITS = Limits(
    total_seconds=600,
    cpu_seconds=600,
    memory_bytes=256 * MIB,
    processes=24,
    open_files=128,
    disk_bytes=16 * MIB,
)
TEMPORARY = (
    f"{root_filesystem.HOME}/.tmp" if any(path.startswith("/tmp/") for path in root_filesystem.plan().shown) else "/tmp"
)
"""Where a child writes temporary files: elsewhere when Python or the course itself lies below /tmp."""


class Refused(Exception):
    """What was done inside raised; the text is the name of the exception and its message."""


class Worker:
    """A child, and the way to make it act."""

    def __init__(
        self, forkserver: ForkServer, limits: Limits = LIMITS, slot: int = 0, files: Mapping[str, bytes] | None = None
    ) -> None:
        self._channel, in_child = Channel.pair()
        try:
            with in_child:
                self.child: Child = forkserver.fork(in_child, files=files, limits=limits, slot=slot)
        except BaseException:
            self._channel.close()
            raise

    def start(self, act: str, *arguments: Any) -> None:
        """Ask for an act of inside/acts.py, and do not wait."""
        self._channel.send_json([act, arguments])

    def finish(self) -> Any:
        """What the act gave.

        Raises:
            Refused: it raised.
            EOFError: the child ended.
        """
        try:
            answer = self._channel.receive_json()
        except ChannelClosed:
            raise EOFError("the child has ended") from None
        if "error" in answer:
            raise Refused(f"{answer['error']}: {answer['message']}")
        return answer["value"]

    def do(self, act: str, *arguments: Any) -> Any:
        self.start(act, *arguments)
        return self.finish()

    def hang_up(self) -> None:
        self._channel.close()


@contextmanager
def started(sandbox: str, *preload: str, entry: str = "serve") -> Iterator[ForkServer]:
    """A fork server whose children serve acts, in the sandbox of this name."""
    with ForkServer.begin(
        f"acts:{entry}",
        preload=[f"acts:{name}" for name in preload],
        sandbox=make_sandbox(sandbox),
        packages=[ACTS, PACKAGE],
    ).await_ready() as forkserver:
        yield forkserver


@contextmanager
def worker(
    forkserver: ForkServer, limits: Limits = LIMITS, slot: int = 0, files: Mapping[str, bytes] | None = None
) -> Iterator[Worker]:
    """A child that is ended with the test."""
    one = Worker(forkserver, limits, slot, files)
    try:
        yield one
    finally:
        one.hang_up()
        one.child.kill()


def processes_with(marker: str) -> list[int]:
    """Processes of the machine that have this in their command line."""
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if marker.encode() in Path("/proc", name, "cmdline").read_bytes():
                found.append(int(name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        stat = Path("/proc", str(pid), "stat").read_text()
    except OSError:
        return False
    return stat[stat.rindex(")") + 2] not in "ZX"
