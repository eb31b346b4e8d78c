"""The loop of a fork server: fork children on request, hold them to their limits, reap them, and report how they ended."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, NoReturn

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.limits import Limits
from nbjudge.sandbox import linux, resources, supervisor
from nbjudge.sandbox.base import Sandbox, Setup
from nbjudge.sandbox.child import Exit, Reason, had_ended_before, reason_of_status, run_child

_TICK_SECONDS = 0.1
_GRACE_SECONDS = 5.0  # the judge, who watches the time of each cell, is to be the first to notice
_WATCH_SHARE = 20  # reading the use of processes may take one part in so many of the time


@dataclass
class _Child:
    """A child that runs.

    Attributes:
        number: by which the coordinator knows it.
        limits: what it may use.
        reports: the pipe on which it tells how far it is; -1 once that is closed.
        started: when it was forked, or, once it is ready, when it became so; by time.monotonic().
        pid_in_proc: its process id in the /proc that is watched; 0 until it has reported it.
        ready: whether it is isolated and has its files.
        failed: its report that it could not be set up.
        unread: the beginning of a report whose end has not come.
        error: the traceback of nbjudge's own code.
        killed_for: why it was killed, and a line for the log; None while it was not.
    """

    number: int
    limits: Limits
    reports: int
    started: float
    pid_in_proc: int
    ready: bool = False
    failed: dict[str, str] = field(default_factory=dict)
    unread: bytes = b""
    error: str = ""
    killed_for: tuple[Reason, str] | None = None


class ForkLoop:
    """The loop of a fork server; `run` returns when the coordinator is gone.

    Args:
        coordinator: the channel to the coordinator.
        sandbox: has been entered, and has preloaded.
        setup: of the fork server.
        proc: an open /proc of the machine, or -1.
    """

    def __init__(self, coordinator: Channel, sandbox: Sandbox, setup: Setup, proc: int) -> None:
        self.coordinator, self.sandbox, self.setup, self.proc = coordinator, sandbox, setup, proc
        self.children: dict[int, _Child] = {}
        self.next_watch = 0.0
        self.stopped = False
        self.own_memory = resources.use(proc, [self._own_pid_in_proc()], sys.maxsize).memory_bytes if proc >= 0 else 0
        self.kills_for_memory = resources.out_of_memory_kills(proc) if proc >= 0 else 0
        self.wake, wake_write = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, self._stop)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.poll = select.poll()
        self.poll.register(self.coordinator, select.POLLIN)
        self.poll.register(self.wake, select.POLLIN)

    def run(self) -> None:
        """Serve requests until the coordinator is gone, then end all children."""
        with suppress(ChannelClosed):
            while not self.stopped:
                self._serve_once()
        self._close()

    def _serve_once(self) -> None:
        """Wait for something to happen, and do what it asks for.

        Raises:
            ChannelClosed: the coordinator is gone.
        """
        by_reports = {child.reports: child for child in self.children.values()}
        for descriptor, _events in self.poll.poll(self._poll_milliseconds()):
            if descriptor == self.coordinator.fileno():
                request, descriptors = self.coordinator.receive_with_descriptors()
                self._serve(json.loads(request), descriptors)
            elif descriptor == self.wake:
                self._drain_wake()
            elif descriptor in by_reports:
                self._read_reports(by_reports[descriptor])
        self._reap()
        self._watch()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopped = True

    def _poll_milliseconds(self) -> int | None:
        """How long to sleep at most: None, for ever, if there is no child to watch."""
        if not self.children:
            return None
        return max(1, int((self.next_watch - time.monotonic()) * 1000))

    def _drain_wake(self) -> None:
        try:
            while os.read(self.wake, 4096):
                pass
        except BlockingIOError:
            pass

    def _own_pid_in_proc(self) -> int:
        return int(os.readlink("self", dir_fd=self.proc))

    # requests of the coordinator

    def _serve(self, request: dict[str, Any], descriptors: list[int]) -> None:
        if request["do"] == "fork":
            self._fork(request, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
        else:
            for pid, child in self.children.items():
                if child.number == request["id"]:
                    self._kill(pid, child, "killed", "the coordinator asked")

    def _fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        reports, child_reports = os.pipe()
        try:
            pid = self.sandbox.spawn(
                request, [*descriptors, child_reports], partial(self._run_child, request, descriptors, child_reports)
            )
        except (OSError, ChannelClosed) as error:
            os.close(reports)
            os.close(child_reports)
            self.coordinator.send_json({"id": request["id"], "failed": f"fork: {error}"})
            return
        os.close(child_reports)
        os.set_blocking(reports, False)
        now = time.monotonic()
        if not self.children:
            self.next_watch = now + _TICK_SECONDS
        self.children[pid] = _Child(
            request["id"], Limits(**request["limits"]), reports, now, self.sandbox.pid_in_proc(pid)
        )
        self.poll.register(reports, select.POLLIN)

    def _run_child(self, request: dict[str, Any], descriptors: list[int], reports: int) -> NoReturn:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        run_child(self.sandbox, self.setup.entry, self.proc, request, descriptors, reports)

    # the children's reports and ends

    def _read_reports(self, child: _Child) -> None:
        if child.reports < 0:
            return
        try:
            while part := os.read(child.reports, 1 << 16):
                child.unread += part
        except BlockingIOError:
            closed = False
        else:
            closed = True
        *lines, child.unread = child.unread.split(b"\n")
        for line in lines:
            report = json.loads(line)
            child.pid_in_proc = child.pid_in_proc or report.get("pid", 0)
            child.error = report.get("error", child.error)
            if "failed" in report:
                child.failed = report
            if "ready" in report:
                child.ready, child.started = True, time.monotonic()
                self.coordinator.send_json({"id": child.number, "started": child.pid_in_proc})
        if closed:
            self._close_reports(child)

    def _close_reports(self, child: _Child) -> None:
        if child.reports >= 0:
            self.poll.unregister(child.reports)
            os.close(child.reports)
            child.reports = -1

    def _kill(self, pid: int, child: _Child, reason: Reason, detail: str) -> None:
        if child.killed_for is None:
            child.killed_for = reason, detail
            self.sandbox.kill(pid, self.proc)

    def _reap(self) -> None:
        for pid, child in list(self.children.items()):
            reaped, status, used = os.wait4(pid, os.WNOHANG)
            if reaped:
                del self.children[pid]
                self._report_end(pid, child, self.sandbox.wait_status(status), used.ru_utime + used.ru_stime)

    def _report_end(self, pid: int, child: _Child, status: int, cpu_seconds: float) -> None:
        """Clean up after a child that was reaped, and tell the coordinator how it ended."""
        self._read_reports(child)
        self._close_reports(child)
        self._clean_up(pid, child)
        by_status = reason_of_status(status, cpu_seconds, child.limits.cpu_seconds)
        killed_for = child.killed_for
        if killed_for is not None and had_ended_before(killed_for, by_status):
            killed_for = None
        reason, detail = killed_for or by_status
        if child.failed.get("disk"):
            reason, detail = "disk", child.failed["failed"]
        elif killed_for is None and detail == "SIGKILL" and self._kernel_ran_out_of_memory():
            reason, detail = "memory", "the machine has no memory left"
        if child.error:
            detail += f": {child.error}"
        if not child.ready and reason != "disk":
            why = child.failed.get("failed") or f"{reason} {detail}"
            self.coordinator.send_json({"id": child.number, "failed": f"a child could not be set up: {why}"})
            return
        self.coordinator.send_json({"id": child.number, "ended": asdict(Exit(reason, detail, cpu_seconds))})

    def _clean_up(self, pid: int, child: _Child) -> None:
        """End what a child that was reaped has left running, and remove its files."""
        if self.sandbox.reaps:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            if linux.supported():
                supervisor.kill_and_reap(spare=self.children.keys() | self.sandbox.spare_pids())
        self.sandbox.clean_up(child.number)

    def _kernel_ran_out_of_memory(self) -> bool:
        """Whether the kernel has killed processes for memory since this was last asked."""
        before = self.kills_for_memory
        self.kills_for_memory = resources.out_of_memory_kills(self.proc) if self.proc >= 0 else 0
        return self.kills_for_memory > before

    # limits

    def _watch(self) -> None:
        """End children that use more memory, processes or time than they may."""
        now = time.monotonic()
        if not self.children or now < self.next_watch:
            return
        if self.proc < 0 and os.getppid() != self.setup.coordinator:  # no supervisor watches, and no end of file came
            self.stopped = True
        processes = resources.children_by_parent(self.proc) if self.proc >= 0 else {}
        for pid, child in self.children.items():
            if now - child.started > child.limits.total_seconds + _GRACE_SECONDS:
                self._kill(pid, child, "time", f"ran longer than {child.limits.total_seconds:g} s")
            if child.pid_in_proc and self.proc >= 0:
                self._limit_use(pid, child, resources.subtree(processes, child.pid_in_proc))
        self.next_watch = now + max(_TICK_SECONDS, _WATCH_SHARE * (time.monotonic() - now))

    def _limit_use(self, pid: int, child: _Child, processes: list[int]) -> None:
        """End a child whose processes use too much memory together, or are too many."""
        allowed = child.limits.memory_bytes + self.own_memory
        used = resources.use(self.proc, processes, allowed)
        if used.memory_bytes > allowed:
            self._kill(
                pid,
                child,
                "memory",
                f"used {used.memory_bytes} bytes in {len(processes)} processes; {allowed} are allowed",
            )
        elif used.tasks > 2 * child.limits.processes:  # where no limit of the system's stops it before
            self._kill(
                pid, child, "killed", f"ran {used.tasks} processes and threads; {child.limits.processes} are allowed"
            )

    def _close(self) -> None:
        """End everything: the coordinator is gone, or has asked for it."""
        self.sandbox.close()
        for pid in self.children:
            self.sandbox.kill(pid, self.proc)
        for pid, child in list(self.children.items()):
            os.waitpid(pid, 0)
            del self.children[pid]
            self._clean_up(pid, child)
