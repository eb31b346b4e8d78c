"""Resource limits of one process, which the system holds it to."""

from __future__ import annotations

import os

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
