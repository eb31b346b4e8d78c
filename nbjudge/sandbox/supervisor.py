"""The parent of a warm process: it ends when the coordinator ends, and takes everything with it.

It holds no modules and no data, and does nothing but wait. A warm process alone could not do this: it may hang while it
imports, and what it leaves when it is killed would have no parent that knows.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
from collections.abc import Callable

from nbjudge.sandbox import linux, usage

_SECONDS_TO_CLOSE = 3.0


def keep(coordinator: int, prepare: Callable[[], None], last_signal: int, home: str) -> None:
    """Fork, and return in the new process, which is to be the warm one.

    The calling process becomes the supervisor and never returns: when the warm process has ended, it removes the folder `home`.
    If the supervisor itself is killed, the warm process gets `last_signal`. Where the system has no way to wait for a process
    that is no child, the calling process itself goes on, and must see for itself that the coordinator is gone.
    """
    try:
        watched = os.pidfd_open(coordinator)
    except (AttributeError, OSError):
        watched = -1
    if watched < 0 or not linux.supported():
        prepare()
        return
    linux.adopt_orphans()
    prepare()
    pid = os.fork()
    if pid == 0:
        linux.die_with_parent(last_signal)
        os.close(watched)
        return
    status = 1
    try:
        os.closerange(3, watched)
        os.closerange(watched + 1, 1024)
        status = _wait(watched, pid)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os._exit(status)


def _wait(coordinator: int, pid: int) -> int:
    """Until one of them has ended, and then until nothing is left."""
    warm = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(coordinator, select.POLLIN)
    poll.register(warm, select.POLLIN)
    ended = dict(poll.poll())
    if warm not in ended:  # the coordinator is gone; the warm process sees that too, and closes
        poll.unregister(coordinator)
        poll.poll(_SECONDS_TO_CLOSE * 1000)
        os.kill(pid, signal.SIGKILL)
    _waited, status = os.waitpid(pid, 0)
    reap_orphans()
    return os.waitstatus_to_exitcode(status) & 0xFF


def reap_orphans(spare: frozenset[int] = frozenset()) -> None:
    """End every child of this process but these, and what comes to it when they end."""
    while strays := _children() - spare:
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
        for pid in strays:
            os.waitpid(pid, 0)


def _children() -> set[int]:
    """The children of this process, which has one thread."""
    own = os.getpid()
    try:
        with open(f"/proc/self/task/{own}/children") as file:
            return {int(pid) for pid in file.read().split()}
    except OSError:  # a kernel that was built without this list
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
        try:
            return set(usage.processes(proc).get(own, ()))
        finally:
            os.close(proc)
