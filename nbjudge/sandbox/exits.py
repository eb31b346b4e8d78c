"""How a child of a fork server ended, as plain values."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Literal

Reason = Literal["exited", "killed", "signal", "memory", "time", "disk", "forkserver"]


@dataclass(frozen=True)
class Exit:
    """How a child ended.

    Attributes:
        reason: exited: by itself. killed: because the coordinator asked. signal: by a signal, such as a segmentation
            fault. memory, time, disk: it went beyond that limit. forkserver: its fork server is gone, and it with it.
        detail: one line for a log.
        cpu_seconds: processor time of the child and of its descendants, user and system.
    """

    reason: Reason
    detail: str = ""
    cpu_seconds: float = 0.0


def reason_of_status(status: int, cpu_seconds: float, cpu_limit: float) -> tuple[Reason, str]:
    """The reason, and a line for a log, by the wait status of a process that the fork server did not kill.

    Args:
        status: as os.wait gives it.
        cpu_seconds: processor time that it used.
        cpu_limit: processor time that it was allowed.
    """
    if not _signaled(status):
        return "exited", f"status {status >> 8 & 0xFF}"
    number = status & 0x7F
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_seconds >= cpu_limit):
        return "time", f"used {cpu_seconds:.1f} s of processor time; {cpu_limit:g} s are allowed"
    try:
        return "signal", signal.Signals(number).name
    except ValueError:
        return "signal", f"signal {number}"


def had_ended_before(killed_for: tuple[Reason, str], by_status: tuple[Reason, str]) -> bool:
    """Whether a process that was killed on request had ended by itself, as its wait status shows.

    Its channel closes first; the coordinator may request the kill before the fork server can wait for the process.
    """
    return killed_for[0] == "killed" and by_status != ("signal", "SIGKILL")


def _signaled(status: int) -> bool:
    return status & 0x7F != 0
