"""The warm process: it imports once, then forks a child for each submission, watches over them and buries them.

It runs one thread, holds nothing of any submission, and is told what to do over the control socket only.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NoReturn

from course.grading.limits import Limits
from course.grading.processes import control, keeper, linux, watch, workfiles
from course.grading.processes.box import Box, make_box
from course.grading.processes.bubblewrap import Bubblewrap
from course.grading.processes.exits import Exit, Reason, reason_of_status

_TICK_SECONDS = 0.1
_GRACE_SECONDS = 5.0  # the judge, who watches the time of each cell, is to be the first to notice
_LOOK_AT_MOST = 20  # looking at the processes may take one part in so many of the time

Entry = Callable[[socket.socket], object]


def main() -> NoReturn:
    """Become a warm process; the first argument is the number of the control socket's file descriptor."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    received = control.receive(connection)
    if received is None:
        os._exit(1)
    setup, _none = received
    try:
        box = make_box(setup["box"])
        proc = _open_proc()
        # where the kernel does not end what is left, there must be time to do it
        last_signal = signal.SIGTERM if box.adopts else signal.SIGKILL
        home = tempfile.mkdtemp(prefix="course-grading-", dir=setup["temporary"]) if box.adopts else ""
        keeper.keep(setup["coordinator"], lambda: box.prepare(proc), last_signal, home)
        box.enter(setup["folders"], home)
        sys.path += setup["folders"]
        os.environ["MPLCONFIGDIR"] = os.path.join(os.environ["HOME"], ".config", "matplotlib")
        if isinstance(box, Bubblewrap):
            box.keep_ready(setup)
            entry: Entry = _no_entry
        else:
            entry = _preload(setup)
        threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
        if threads != 1:
            raise RuntimeError(
                f"After preloading, {threads} threads run in the warm process. A process with threads cannot be forked safely; "
                "let the functions that are preloaded start none, or end them."
            )
    except BaseException:
        control.send(connection, {"broken": traceback.format_exc()})
        os._exit(1)
    gc.collect()
    gc.freeze()
    control.send(connection, {"ready": True})
    _Warm(connection, box, entry, proc, setup["coordinator"]).run()
    shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


def main_of_one() -> NoReturn:
    """Become a process that will be one child, in a box already; the first argument is as for `main`."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    received = control.receive(connection)
    if received is None:
        os._exit(1)
    setup, _none = received
    try:
        sys.path += setup["folders"]
        os.environ["MPLCONFIGDIR"] = os.path.join(os.environ["HOME"], ".config", "matplotlib")
        entry = _preload(setup)
    except BaseException:
        control.send(connection, {"broken": traceback.format_exc()})
        os._exit(1)
    if setup["announce"]:
        control.send(connection, {"ready": True})
    received = control.receive(connection)
    if received is None:
        os._exit(0)
    message, descriptors = received
    *for_entry, reports = descriptors
    be_child(Bubblewrap(), entry, _open_proc(), message, for_entry, reports)


def _preload(setup: Mapping[str, Any]) -> Entry:
    """Import the entry, and call what is to be called before the first child."""
    entry = load(setup["entry"])
    for name in setup["preload"]:
        load(name)()
    return entry


def _no_entry(channel: socket.socket) -> None:
    raise NotImplementedError("Children of this box are no forks.")


def load(name: str) -> Callable[..., object]:
    """The function that `package.module:function` names."""
    module, _colon, function = name.partition(":")
    found = getattr(import_module(module), function)
    if not callable(found):
        raise TypeError(f"{name!r} must name a function; it is a {type(found).__name__}.")
    return found  # type: ignore[no-any-return]


def _open_proc() -> int:
    try:
        return os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return -1


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


class _Warm:
    """The loop of a warm process."""

    def __init__(self, connection: socket.socket, box: Box, entry: Entry, proc: int, coordinator: int) -> None:
        self.connection, self.box, self.entry, self.proc, self.coordinator = connection, box, entry, proc, coordinator
        self.children: dict[int, _Child] = {}
        self.next_look = 0.0
        self.stopped = False
        self.own_memory = watch.use(proc, [self._self()], sys.maxsize).memory_bytes if proc >= 0 else 0
        self.kills = watch.out_of_memory_kills(proc) if proc >= 0 else 0
        self.wake, wake_write = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, self._stop)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.poll = select.poll()
        self.poll.register(self.connection, select.POLLIN)
        self.poll.register(self.wake, select.POLLIN)

    def run(self) -> None:
        """Until the coordinator is gone."""
        while not self.stopped:
            by_reports = {child.reports: child for child in self.children.values()}
            for descriptor, _events in self.poll.poll(self._patience()):
                if descriptor == self.connection.fileno():
                    received = control.receive(self.connection)
                    if received is None:
                        self.stopped = True
                        break
                    self._obey(*received)
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
        except OSError as error:
            os.close(reports)
            os.close(theirs)
            control.send(self.connection, {"id": message["id"], "failed": f"fork: {error}"})
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
                control.send(self.connection, {"id": child.number, "started": child.watched_pid})
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
        reason, detail = child.verdict or reason_of_status(status, cpu_seconds, child.limits.cpu_seconds)
        if child.failed.get("disk"):
            reason, detail = "disk", child.failed["failed"]
        elif child.verdict is None and detail == "SIGKILL" and self._machine_ran_out():
            reason, detail = "memory", "the machine has no memory left"
        if child.error:
            detail += f": {child.error}"
        if not child.ready and reason != "disk":
            why = child.failed.get("failed") or f"{reason} {detail}"
            control.send(self.connection, {"id": child.number, "failed": f"a child could not be set up: {why}"})
            return
        peak = max(child.peak, largest * (1 if sys.platform == "darwin" else 1024))
        end = Exit(reason, detail, peak, cpu_seconds)
        control.send(self.connection, {"id": child.number, "ended": vars(end)})

    def _end_group(self, pid: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        if linux.supported():
            kept = self.box.kept() if isinstance(self.box, Bubblewrap) else set()
            keeper.end_strays(frozenset(self.children.keys() | kept))

    def _machine_ran_out(self) -> bool:
        before, self.kills = self.kills, watch.out_of_memory_kills(self.proc) if self.proc >= 0 else 0
        return self.kills > before

    def _look(self) -> None:
        """End children that use more memory, processes or time than they may."""
        now = time.monotonic()
        if not self.children or now < self.next_look:
            return
        if self.proc < 0 and os.getppid() != self.coordinator:  # no keeper watches, and no end of file came
            self.stopped = True
        children = watch.processes(self.proc) if self.proc >= 0 else {}
        for pid, child in self.children.items():
            if now - child.started > child.limits.total_seconds + _GRACE_SECONDS:
                self._end(pid, child, "time", f"ran longer than {child.limits.total_seconds:g} s")
            if child.watched_pid:
                self._look_at(pid, child, watch.tree(children, child.watched_pid))
        self.next_look = now + max(_TICK_SECONDS, _LOOK_AT_MOST * (time.monotonic() - now))

    def _look_at(self, pid: int, child: _Child, processes: list[int]) -> None:
        allowed = child.limits.memory_bytes + self.own_memory
        used = watch.use(self.proc, processes, allowed)
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


def be_child(
    box: Box, entry: Entry, proc: int, message: Mapping[str, Any], descriptors: list[int], reports: int
) -> NoReturn:
    """Be the child that the message asks for: isolated, with its files, in its entry; and end."""
    status = 1
    try:
        if os.getpid() != os.getsid(0):
            os.setsid()
        if proc >= 0:
            _report(reports, pid=int(os.readlink("self", dir_fd=proc)))
        try:
            box.isolate(message["id"], Limits(**message["limits"]), message["slot"], proc)
            _close_all_but({reports, *descriptors})
            for descriptor in descriptors[1:]:
                workfiles.unpack(descriptor)
        except BaseException as error:
            disk = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            _report(reports, failed="".join(traceback.format_exception_only(error)).strip(), disk=disk)
            os._exit(1)
        _report(reports, ready=True)
        if box.name != "trusted":
            os.close(reports)
        try:
            entry(socket.socket(fileno=descriptors[0]))
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except BaseException as error:
            if box.name == "trusted":
                _report(reports, error="".join(traceback.format_exception(error)))
    finally:
        os._exit(status & 0xFF)


def _report(descriptor: int, **words: object) -> None:
    os.write(descriptor, json.dumps(words).encode()[:60000] + b"\n")


def _close_all_but(kept: set[int]) -> None:
    """Let a child have no file of its parent's, and nothing as its standard streams."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    low = 3
    for descriptor in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
        os.closerange(low, descriptor)
        low = descriptor + 1
