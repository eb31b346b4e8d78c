"""Children that do what a test asks, and what can be seen of them from outside."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbjudge.limits import MIB, Limits
from nbjudge.sandbox import root_filesystem
from nbjudge.sandbox.bubblewrap import Bubblewrap
from nbjudge.sandbox.forkserver import Child, ForkServer
from nbjudge.sandbox.isolation import Isolation, Unsandboxed
from nbjudge.sandbox.namespaces import Namespaces

INSIDE = Path(__file__).parent / "inside"
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
BOXES: dict[str, type[Isolation]] = {"open": Unsandboxed, "namespaces": Namespaces, "bubblewrap": Bubblewrap}


class Refused(Exception):
    """What was done inside raised; the text is the name of the exception and its message."""


class Worker:
    """A child, and the way to make it act."""

    def __init__(
        self, forkserver: ForkServer, limits: Limits = LIMITS, slot: int = 0, files: Mapping[str, bytes] | None = None
    ) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self.child: Child = forkserver.fork(theirs, files=files, limits=limits, slot=slot)
        except BaseException:
            ours.close()
            raise
        self._channel = ours
        self._stream = ours.makefile("rwb")

    def start(self, act: str, *arguments: Any) -> None:
        """Ask for an act of inside/acts.py, and do not wait."""
        self._stream.write(json.dumps([act, arguments]).encode() + b"\n")
        self._stream.flush()

    def finish(self) -> Any:
        """What the act gave.

        Raises:
            Refused: it raised.
            EOFError: the child ended.
        """
        try:
            line = self._stream.readline()
        except ConnectionResetError:
            line = b""
        if not line:
            raise EOFError("the child has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(f"{answer['error']}: {answer['message']}")
        return answer["value"]

    def do(self, act: str, *arguments: Any) -> Any:
        self.start(act, *arguments)
        return self.finish()

    def hang_up(self) -> None:
        self._stream.close()
        self._channel.close()


@contextmanager
def warm(box: str | None, *preload: str) -> Iterator[ForkServer]:
    """A warm process whose children serve acts."""
    chosen = BOXES[box]() if box else None
    preloaded = [f"acts:{name}" for name in preload]
    with ForkServer.begin(
        "acts:serve", preload=preloaded, box=chosen, import_from=[INSIDE]
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
