"""How a forked process ended, as plain values."""

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
            fault. memory, time, disk: it went beyond that limit. forkserver: its warm process is gone, and it with it.
        detail: one line for a log.
        peak_memory_bytes: the most memory that was seen in use, shared pages included.
        cpu_seconds: processor time of the child and of its descendants, user and system.
    """

    reason: Reason
    detail: str = ""
    peak_memory_bytes: int = 0
    cpu_seconds: float = 0.0


def reason_of_status(status: int, cpu_seconds: float, cpu_limit: float) -> tuple[Reason, str]:
    """Why a process with this wait status ended, if nobody killed it on purpose."""
    if not _signaled(status):
        return "exited", f"status {status >> 8 & 0xFF}"
    number = status & 0x7F
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_seconds >= cpu_limit):
        return "time", f"used {cpu_seconds:.1f} s of processor time; {cpu_limit:g} s are allowed"
    try:
        return "signal", signal.Signals(number).name
    except ValueError:
        return "signal", f"signal {number}"


def had_ended_before(asked: tuple[Reason, str], found: tuple[Reason, str]) -> bool:
    """Whether a process that the coordinator asked to end had ended already, as its wait status (`found`) shows.

    Its end is seen first on its channel, by others; the coordinator may ask before the process can be waited for.
    """
    return asked[0] == "killed" and found != ("signal", "SIGKILL")


def _signaled(status: int) -> bool:
    return status & 0x7F != 0
