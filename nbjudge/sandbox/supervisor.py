"""The supervisor: the parent of a fork server, which ends when the coordinator ends, and takes everything with it.

It holds no modules and no data, and does nothing but wait. A fork server alone could not do this: it may hang while it
imports, and what it leaves when it is killed would have no parent that knows.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
from collections.abc import Callable, Set

from nbjudge.sandbox import linux, resources

_SECONDS_TO_CLOSE = 3.0


def supervise(coordinator: int, prepare: Callable[[], None], last_signal: int, home: str) -> None:
    """Fork, and return in the new process, which is to be the fork server; the calling process becomes the supervisor.

    The supervisor never returns: when the fork server has ended, it kills and reaps what is left, and removes the folder
    `home`. If the supervisor itself is killed, the fork server gets `last_signal`. Where the system has no way to wait for a
    process that is no child, there is no supervisor: the calling process itself returns, and must see for itself that the
    coordinator is gone.

    Args:
        coordinator: its process id.
        prepare: called before the fork, where there is one.

    Raises:
        ProcessLookupError: the coordinator is gone already.
    """
    try:
        watched = os.pidfd_open(coordinator)
    except ProcessLookupError:
        raise
    except (AttributeError, OSError):
        watched = -1
    if watched < 0 or not linux.supported():
        prepare()
        return
    linux.become_subreaper()
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
    """Wait until coordinator or fork server has ended, then until nothing is left; returns the fork server's exit status."""
    fork_server = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(coordinator, select.POLLIN)
    poll.register(fork_server, select.POLLIN)
    ended = dict(poll.poll())
    if fork_server not in ended:  # the coordinator is gone; the fork server sees that too, and closes
        poll.unregister(coordinator)
        poll.poll(_SECONDS_TO_CLOSE * 1000)
        os.kill(pid, signal.SIGKILL)
    _waited, status = os.waitpid(pid, 0)
    kill_and_reap()
    return os.waitstatus_to_exitcode(status) & 0xFF


def kill_and_reap(spare: Set[int] = frozenset()) -> None:
    """Kill and reap every child of this process but these, and the processes whose subreaper it becomes thereby."""
    while pids := _children() - spare:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
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
            return set(resources.children_by_parent(proc).get(own, ()))
        finally:
            os.close(proc)
