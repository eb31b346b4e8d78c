"""The box that the Linux kernel offers by itself: namespaces, capabilities, seccomp and resource limits.

The warm process is put into it once, as the first process of its own process namespace: a root with nothing but the
interpreter and the course's package, read-only; no network. Each child becomes the first process of another process
namespace below, so that the kernel ends everything it started together with it, and gets a disk of its own. Then it gives
up all rights: as root it becomes a user of its slot, otherwise it goes into a user namespace of its own, which also keeps
its count of processes apart from its neighbours'.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence

from nbjudge.limits import Limits
from nbjudge.sandbox import linux, root_filesystem, seccomp
from nbjudge.sandbox.isolation import set_limits, warm_bytes


class Namespaces:
    """See the head of this file."""

    name = "namespaces"
    adopts = False

    def __init__(self) -> None:
        self._root = False
        self._has_proc = False
        self._own_pids = -1
        self._filter: bytes | None = None

    def prepare(self, proc: int) -> None:
        """Make the warm process the first of its process namespace; not as root, also the student in its user namespace."""
        self._root = os.geteuid() == 0
        if not self._root:
            _enter_user_namespace(os.geteuid(), os.getegid(), proc)
        linux.unshare(linux.CLONE_NEWPID)

    def enter(self, folders: Sequence[str], home: str) -> None:
        """Leave the network and the disk behind."""
        shown = root_filesystem.plan(folders)
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS)
        socket.sethostname("sandbox")
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self._has_proc = root_filesystem.enter(shown)
        self._filter = seccomp.program()
        os.environ["HOME"] = root_filesystem.HOME
        os.chdir(root_filesystem.WORK)

    def fork(self) -> int:
        """Fork the first process of a new process namespace. It is to be used by one thread only."""
        linux.unshare(linux.CLONE_NEWPID)  # where the next child goes; only after the way back can another one be made
        try:
            pid = os.fork()
        except OSError:
            linux.setns(self._own_pids, linux.CLONE_NEWPID)
            raise
        if pid:
            linux.setns(self._own_pids, linux.CLONE_NEWPID)
        return pid

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
        _prefer_for_out_of_memory(proc)
        warm = warm_bytes(proc)
        linux.drop_bounding_set()
        if self._root:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        else:
            _enter_user_namespace(uid, uid, proc)
            linux.drop_bounding_set()
        set_limits(limits, warm, processes=True)
        linux.drop_capabilities()
        linux.set_dumpable()
        linux.die_with_parent(signal.SIGKILL)
        linux.forgo_new_privileges()
        if self._filter is not None:
            linux.filter_system_calls(self._filter)
        root_filesystem.enter_working_directory()

    def end(self, pid: int, proc: int) -> None:
        """End the first process of its namespace; the kernel ends the others with it."""
        os.kill(pid, signal.SIGKILL)

    def bury(self, number: int) -> None:
        """Nothing is left: the kernel ended the child's processes, and its disk was theirs."""


def _enter_user_namespace(uid: int, gid: int, proc: int) -> None:
    """Be the student's user in a user namespace that knows no other; `uid` and `gid` are what this process has now."""
    linux.unshare(linux.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{root_filesystem.UID} {uid} 1"),
        ("gid_map", f"{root_filesystem.UID} {gid} 1"),
    ):
        descriptor = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _prefer_for_out_of_memory(proc: int) -> None:
    """If the machine runs out of memory after all, the kernel is to take a worker, not the coordinator."""
    descriptor = os.open("self/oom_score_adj", os.O_WRONLY, dir_fd=proc)
    try:
        os.write(descriptor, b"1000")
    finally:
        os.close(descriptor)
