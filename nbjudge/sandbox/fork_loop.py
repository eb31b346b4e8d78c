"""The loop of a warm process: fork when the coordinator asks, watch over the children, and bury them."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.limits import Limits
from nbjudge.sandbox import linux, supervisor, usage
from nbjudge.sandbox.bubblewrap import Bubblewrap
from nbjudge.sandbox.child import Entry, be_child
from nbjudge.sandbox.exits import Exit, Reason, had_ended_before, reason_of_status
from nbjudge.sandbox.isolation import Isolation

_TICK_SECONDS = 0.1
_GRACE_SECONDS = 5.0  # the judge, who watches the time of each cell, is to be the first to notice
_LOOK_AT_MOST = 20  # looking at the processes may take one part in so many of the time


@dataclass
class _Child:
    """A child, as the warm process knows it."""

    number: int
    limits: Limits
    reports: int  # where it tells how far it is
    started: float
    watched_pid: int = 0  # its number in the /proc that is watched; 0 until it has told
    ready: bool = False
    failed: dict[str, str] = field(default_factory=dict)
    buffer: bytes = b""
    error: str = ""
    verdict: tuple[Reason, str] | None = None
    peak: int = 0


class ForkLoop:
    """The loop of a warm process; `run` returns when the coordinator is gone."""

    def __init__(self, channel: Channel, box: Isolation, entry: Entry, proc: int, coordinator: int) -> None:
        self.channel, self.box, self.entry, self.proc, self.coordinator = channel, box, entry, proc, coordinator
        self.children: dict[int, _Child] = {}
        self.next_look = 0.0
        self.stopped = False
        self.own_memory = usage.use(proc, [self._self()], sys.maxsize).memory_bytes if proc >= 0 else 0
        self.kills = usage.out_of_memory_kills(proc) if proc >= 0 else 0
        self.wake, wake_write = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, self._stop)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.poll = select.poll()
        self.poll.register(self.channel, select.POLLIN)
        self.poll.register(self.wake, select.POLLIN)

    def run(self) -> None:
        """Until the coordinator is gone."""
        while not self.stopped:
            by_reports = {child.reports: child for child in self.children.values()}
            for descriptor, _events in self.poll.poll(self._patience()):
                if descriptor == self.channel.fileno():
                    try:
                        message, descriptors = self.channel.receive_with_descriptors()
                    except ChannelClosed:
                        self.stopped = True
                        break
                    self._obey(json.loads(message), descriptors)
                elif descriptor == self.wake:
                    self._drain_wake()
                elif descriptor in by_reports:
                    self._read_reports(by_reports[descriptor])
            self._reap()
            self._look()
        self._close()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopped = True

    def _patience(self) -> int | None:
        """How long to sleep at most, in milliseconds: for ever if nobody is to be watched."""
        if not self.children:
            return None
        return max(1, int((self.next_look - time.monotonic()) * 1000))

    def _drain_wake(self) -> None:
        try:
            while os.read(self.wake, 4096):
                pass
        except BlockingIOError:
            pass

    def _self(self) -> int:
        return int(os.readlink("self", dir_fd=self.proc))

    # what the coordinator asks

    def _obey(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if message["do"] == "fork":
            self._fork(message, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
        else:
            for pid, child in self.children.items():
                if child.number == message["id"]:
                    self._end(pid, child, "killed", "the coordinator asked")

    def _fork(self, message: dict[str, Any], descriptors: list[int]) -> None:
        reports, theirs = os.pipe()
        limits = Limits(**message["limits"])
        try:
            if isinstance(self.box, Bubblewrap):
                pid = self.box.spawn(message, [*descriptors, theirs])
            else:
                pid = self.box.fork()
        except (OSError, ChannelClosed) as error:
            os.close(reports)
            os.close(theirs)
            self.channel.send_json({"id": message["id"], "failed": f"fork: {error}"})
            return
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            be_child(self.box, self.entry, self.proc, message, descriptors, theirs)
        os.close(theirs)
        os.set_blocking(reports, False)
        now = time.monotonic()
        if not self.children:
            self.next_look = now + _TICK_SECONDS
        watched = pid if isinstance(self.box, Bubblewrap) else 0
        self.children[pid] = _Child(message["id"], limits, reports, now, watched)
        self.poll.register(reports, select.POLLIN)

    # how children are

    def _read_reports(self, child: _Child) -> None:
        if child.reports < 0:
            return
        try:
            while part := os.read(child.reports, 1 << 16):
                child.buffer += part
        except BlockingIOError:
            ended = False
        else:
            ended = True
        *lines, child.buffer = child.buffer.split(b"\n")
        for line in lines:
            report = json.loads(line)
            child.watched_pid = child.watched_pid or report.get("pid", 0)
            child.error = report.get("error", child.error)
            if "failed" in report:
                child.failed = report
            if "ready" in report:
                child.ready, child.started = True, time.monotonic()
                self.channel.send_json({"id": child.number, "started": child.watched_pid})
        if ended:
            self.poll.unregister(child.reports)
            os.close(child.reports)
            child.reports = -1

    def _end(self, pid: int, child: _Child, reason: Reason, detail: str) -> None:
        if child.verdict is None:
            child.verdict = reason, detail
            self.box.end(pid, self.proc)

    def _reap(self) -> None:
        for pid, child in list(self.children.items()):
            reaped, status, usage = os.wait4(pid, os.WNOHANG)
            if reaped:
                del self.children[pid]
                self._bury(pid, child, status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)

    def _bury(self, pid: int, child: _Child, status: int, cpu_seconds: float, largest: int) -> None:
        if isinstance(self.box, Bubblewrap):
            status = self.box.wait_status(status)
        self._read_reports(child)
        if child.reports >= 0:
            self.poll.unregister(child.reports)
            os.close(child.reports)
        if self.box.adopts:
            self._end_group(pid)
        self.box.bury(child.number)
        found = reason_of_status(status, cpu_seconds, child.limits.cpu_seconds)
        if child.verdict is not None and had_ended_before(child.verdict, found):
            child.verdict = None
        reason, detail = child.verdict or found
        if child.failed.get("disk"):
            reason, detail = "disk", child.failed["failed"]
        elif child.verdict is None and detail == "SIGKILL" and self._machine_ran_out():
            reason, detail = "memory", "the machine has no memory left"
        if child.error:
            detail += f": {child.error}"
        if not child.ready and reason != "disk":
            why = child.failed.get("failed") or f"{reason} {detail}"
            self.channel.send_json({"id": child.number, "failed": f"a child could not be set up: {why}"})
            return
        peak = max(child.peak, largest * (1 if sys.platform == "darwin" else 1024))
        end = Exit(reason, detail, peak, cpu_seconds)
        self.channel.send_json({"id": child.number, "ended": vars(end)})

    def _end_group(self, pid: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        if linux.supported():
            kept = self.box.kept() if isinstance(self.box, Bubblewrap) else set()
            supervisor.reap_orphans(frozenset(self.children.keys() | kept))

    def _machine_ran_out(self) -> bool:
        before, self.kills = self.kills, usage.out_of_memory_kills(self.proc) if self.proc >= 0 else 0
        return self.kills > before

    def _look(self) -> None:
        """End children that use more memory, processes or time than they may."""
        now = time.monotonic()
        if not self.children or now < self.next_look:
            return
        if self.proc < 0 and os.getppid() != self.coordinator:  # no supervisor watches, and no end of file came
            self.stopped = True
        children = usage.processes(self.proc) if self.proc >= 0 else {}
        for pid, child in self.children.items():
            if now - child.started > child.limits.total_seconds + _GRACE_SECONDS:
                self._end(pid, child, "time", f"ran longer than {child.limits.total_seconds:g} s")
            if child.watched_pid:
                self._look_at(pid, child, usage.tree(children, child.watched_pid))
        self.next_look = now + max(_TICK_SECONDS, _LOOK_AT_MOST * (time.monotonic() - now))

    def _look_at(self, pid: int, child: _Child, processes: list[int]) -> None:
        allowed = child.limits.memory_bytes + self.own_memory
        used = usage.use(self.proc, processes, allowed)
        child.peak = max(child.peak, used.memory_bytes)
        if used.memory_bytes > allowed:
            self._end(
                pid,
                child,
                "memory",
                f"used {used.memory_bytes} bytes in {len(processes)} processes; {allowed} are allowed",
            )
        elif used.tasks > 2 * child.limits.processes:  # where no limit of the system's stops it before
            self._end(
                pid, child, "killed", f"ran {used.tasks} processes and threads; {child.limits.processes} are allowed"
            )

    def _close(self) -> None:
        """The coordinator is gone, or wants us gone: end everything."""
        if isinstance(self.box, Bubblewrap):
            self.box.close()
        for pid in self.children:
            self.box.end(pid, self.proc)
        for pid, child in list(self.children.items()):
            os.waitpid(pid, 0)
            del self.children[pid]
            if self.box.adopts:
                self._end_group(pid)
            self.box.bury(child.number)
