"""What a process may use, by limits that the system holds it to, and what a tree of processes does use, read from /proc."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass

from nbjudge.limits import Limits

_SHARED_LIBRARIES = 1 << 30
"""Bytes of address space beyond the memory limit: what is only mapped counts too. The fork server's watch is exact."""


def set_limits(limits: Limits, preloaded_bytes: int | None, *, processes: bool) -> None:
    """Set the resource limits of this process, and of those that it starts, for good.

    Args:
        preloaded_bytes: the address space that the process has already, which does not count; None sets no limit on memory.
        processes: whether to limit the number of processes of this user.
    """
    import resource  # Windows has no such module

    values = {
        resource.RLIMIT_CPU: max(1, limits.cpu_seconds),
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.disk_bytes,
        resource.RLIMIT_CORE: 0,
    }
    if preloaded_bytes is not None:
        values[resource.RLIMIT_AS] = preloaded_bytes + limits.memory_bytes + _SHARED_LIBRARIES
        values[resource.RLIMIT_MSGQUEUE] = 0
    if processes:
        values[resource.RLIMIT_NPROC] = limits.processes
    for kind, value in values.items():
        _soft, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # a process that ignores the signal of the soft limit, or is the first of its namespace, is killed a second later
        resource.setrlimit(
            kind, (value, value + 1 if kind == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else value)
        )


def address_space_bytes(proc: int) -> int:
    """The address space of this process, by an open /proc."""
    with open(os.open("self/statm", os.O_RDONLY, dir_fd=proc), "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Use:
    """What a tree of processes uses: how many processes and threads, and bytes of memory."""

    tasks: int
    memory_bytes: int


def children_by_parent(proc: int) -> dict[int, list[int]]:
    """The children of each process that an open /proc shows, by process id."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in os.listdir(proc):
        if name.isdecimal():
            stat = _read(proc, f"{name}/stat")
            if stat:  # the name of the program may hold anything, so count from its closing parenthesis
                children[int(stat[stat.rindex(b")") + 2 :].split()[1])].append(int(name))
    return children


def subtree(children: dict[int, list[int]], root: int) -> list[int]:
    """A process and all its descendants, by `children_by_parent`."""
    pids = [root]
    for pid in pids:
        pids += children.get(pid, ())
    return pids


def use(proc: int, pids: list[int], enough: int) -> Use:
    """The use of these processes together.

    Pages that forks share are counted for each of them at first, which is quick; only if that comes to more than `enough`
    are they counted exactly.
    """
    tasks = memory = 0
    for pid in pids:
        status = _fields(_read(proc, f"{pid}/status"))
        tasks += status.get(b"Threads", 0)
        memory += _resident(status)
    if memory > enough:
        memory = sum(_own_share(proc, pid) for pid in pids)
    return Use(tasks, memory)


def _resident(status: dict[bytes, int]) -> int:
    return (status.get(b"RssAnon", 0) + status.get(b"RssShmem", 0)) * 1024


def _own_share(proc: int, pid: int) -> int:
    """Memory with shared pages divided among those who share them; all of it if the process hides that."""
    parts = _fields(_read(proc, f"{pid}/smaps_rollup"))
    if b"Pss_Anon" in parts:
        return (parts[b"Pss_Anon"] + parts.get(b"Pss_Shmem", 0)) * 1024
    return _resident(_fields(_read(proc, f"{pid}/status")))


def out_of_memory_kills(proc: int) -> int:
    """The number of processes that the kernel has killed because the machine had no memory left."""
    for line in _read(proc, "vmstat").splitlines():
        if line.startswith(b"oom_kill "):
            return int(line.split()[1])
    return 0


def _fields(text: bytes) -> dict[bytes, int]:
    """The numbers of lines such as `RssAnon:  12 kB`."""
    fields = {}
    for line in text.splitlines():
        key, _colon, value = line.partition(b":")
        number = value.split(maxsplit=1)[:1]
        if number and number[0].isdigit():
            fields[key] = int(number[0])
    return fields


def _read(proc: int, path: str) -> bytes:
    """A file of /proc; empty if the process has ended, or does not let us look."""
    try:
        descriptor = os.open(path, os.O_RDONLY, dir_fd=proc)
    except OSError:
        return b""
    try:
        with os.fdopen(descriptor, "rb") as file:
            return file.read()
    except OSError:
        return b""
