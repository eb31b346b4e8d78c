"""The sandbox that the Linux kernel offers by itself: namespaces, capabilities, seccomp and resource limits.

The fork server enters it once, as the first process of its own process namespace: a root filesystem with nothing but the
interpreter and the packages that it needs, read-only; no network. Each child becomes the first process of another process
namespace below, so that the kernel ends everything it started together with it, and gets a disk of its own. Then it gives
up all rights: as root it becomes the user of its slot, otherwise it goes into a user namespace of its own, which also keeps
its count of processes apart from its neighbours'.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from nbjudge.limits import Limits
from nbjudge.sandbox import linux, resources, root_filesystem, seccomp
from nbjudge.sandbox.base import Sandbox


class Namespaces(Sandbox):
    """Namespaces for the fork server, and further ones for each child."""

    name = "namespaces"
    reaps = False

    def __init__(self) -> None:
        self._root = False
        self._has_proc = False
        self._own_pids = -1
        self._filter: bytes | None = None

    def prepare(self, proc: int) -> None:
        """Make the fork server the first process of its process namespace; not as root, also the student's user."""
        self._root = os.geteuid() == 0
        if not self._root:
            _enter_user_namespace(os.geteuid(), os.getegid(), proc)
        linux.unshare(linux.CLONE_NEWPID)

    def enter(self, paths: Sequence[str], home: str) -> None:
        """Leave the network and the disk behind."""
        tree = root_filesystem.plan(paths)
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS)
        socket.sethostname("sandbox")
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self._has_proc = root_filesystem.enter(tree)
        self._filter = seccomp.program()
        os.environ["HOME"] = root_filesystem.HOME
        os.chdir(root_filesystem.WORK)

    def spawn(self, request: Mapping[str, Any], descriptors: Sequence[int], run_child: Callable[[], NoReturn]) -> int:
        """Fork the first process of a new process namespace. It is to be used by one thread only."""
        linux.unshare(linux.CLONE_NEWPID)  # where the next child goes; only after the way back can another one be made
        try:
            pid = os.fork()
        except OSError:
            linux.setns(self._own_pids, linux.CLONE_NEWPID)
            raise
        if pid == 0:
            run_child()
        linux.setns(self._own_pids, linux.CLONE_NEWPID)
        return pid

    def pid_in_proc(self, pid: int) -> int:
        """Nothing known: the process id is of the fork server's namespace, and the child reports the machine's."""
        return 0

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """Take a disk of its own, then give up every right for good."""
        if not 0 <= slot < root_filesystem.SLOTS:
            raise ValueError(
                f"A slot is a number from 0 to {root_filesystem.SLOTS - 1}, one for each worker; this one is {slot}."
            )
        linux.die_with_parent(signal.SIGKILL)
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWIPC)
        uid = root_filesystem.UID + slot if self._root else root_filesystem.UID
        root_filesystem.enter_own_disk(limits.disk_bytes, uid, proc=self._has_proc)
        # if the machine runs out of memory after all, this process is killed before others, such as the coordinator
        _write(proc, "oom_score_adj", "1000")
        preloaded_bytes = resources.address_space_bytes(proc)
        linux.drop_bounding_set()
        if self._root:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        else:
            _enter_user_namespace(uid, uid, proc)
            linux.drop_bounding_set()
        resources.set_limits(limits, preloaded_bytes, processes=True)
        linux.drop_capabilities()
        linux.set_dumpable()
        linux.die_with_parent(signal.SIGKILL)
        linux.forgo_new_privileges()
        if self._filter is not None:
            linux.filter_system_calls(self._filter)
        root_filesystem.enter_working_directory()


def _enter_user_namespace(uid: int, gid: int, proc: int) -> None:
    """Become the student's user in a user namespace that knows no other; `uid` and `gid` are what this process has now."""
    linux.unshare(linux.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{root_filesystem.UID} {uid} 1"),
        ("gid_map", f"{root_filesystem.UID} {gid} 1"),
    ):
        _write(proc, name, text)


def _write(proc: int, name: str, text: str) -> None:
    """Write a file of this process in an open /proc."""
    with open(os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc), "wb", buffering=0) as file:
        file.write(text.encode())
