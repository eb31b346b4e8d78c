"""The sandbox that bubblewrap makes, where that program may have namespaces and others may not.

Inside it nothing has the rights that a process namespace for each fork takes, and a fork could touch the process that it
was forked from. So nothing is forked: each child is a process of its own in a bubblewrap of its own, which imports
everything itself. One is always kept ready, so that nobody waits for its start while the one before works.

Its disk is limited in bytes; the number of empty files on it is not, for bubblewrap has no such option.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.limits import Limits
from nbjudge.sandbox import interpreter, linux, resources, root_filesystem, seccomp
from nbjudge.sandbox.base import Setup, Unsandboxed


@dataclass(frozen=True)
class _Spare:
    """A process that is kept ready: its bubblewrap's process id, the channel to it, and how large its disk is."""

    pid: int
    channel: Channel
    disk_bytes: int


class Bubblewrap(Unsandboxed):
    """A bubblewrap for each child. It is for ordinary users: root inside a bubblewrap is still root for files."""

    name = "bubblewrap"

    def __init__(self) -> None:
        super().__init__()
        self._program = shutil.which("bwrap") or "/usr/bin/bwrap"
        self._setup: Setup | None = None
        self._paths: Sequence[str] = ()
        self._spare: _Spare | None = None

    def enter(self, paths: Sequence[str], home: str) -> None:
        """Write the files of /etc that the sandboxes show."""
        super().enter(paths, home)
        self._paths = paths
        etc = Path(home, "etc")
        etc.mkdir()
        for name, text in root_filesystem.own_files().items():
            (etc / name).write_text(text, encoding="ascii")

    def preload(self, setup: Setup, load: Callable[[], None]) -> None:
        """Start the first child's process, and wait until it has preloaded.

        Raises:
            RuntimeError: it could not be isolated, or could not import or preload.
        """
        self._setup = setup
        self._spare = self._start(Limits().disk_bytes, announce=True)
        try:
            message = self._spare.channel.receive_json()
        except ChannelClosed:
            message = {"broken": "bubblewrap could not make a sandbox"}
        if "broken" in message:
            raise RuntimeError(message["broken"])

    def spawn(self, request: Mapping[str, Any], descriptors: Sequence[int], run_child: Callable[[], NoReturn]) -> int:
        """Make the process that is kept ready the child, and start another; returns the process id of its bubblewrap."""
        disk_bytes = request["limits"]["disk_bytes"]
        if self._spare is not None and self._spare.disk_bytes != disk_bytes:
            self._kill_spare(self._spare)
        spare = self._spare or self._start(disk_bytes)
        self._spare = None
        with spare.channel:
            spare.channel.send_json(request, descriptors)
        self._spare = self._start(disk_bytes)
        return spare.pid

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """Set the limits, refuse system calls, and go to the working directory: the rest bubblewrap has done."""
        resources.set_limits(limits, resources.address_space_bytes(proc), processes=True)
        linux.forgo_new_privileges()
        program = seccomp.program()
        if program is not None:
            linux.filter_system_calls(program)
        os.chdir(root_filesystem.WORK)

    def kill(self, pid: int, proc: int) -> None:
        """Kill the first process in the sandbox, with which all others end; bubblewrap follows, and tells how it ended."""
        for first in resources.children_by_parent(proc).get(pid, ()) or (pid,):
            with suppress(ProcessLookupError):
                os.kill(first, signal.SIGKILL)

    def wait_status(self, status: int) -> int:
        """The status by bubblewrap's, which tells a signal as a shell does."""
        code = os.waitstatus_to_exitcode(status)
        return code - 128 if code > 128 else status

    def spare_pids(self) -> frozenset[int]:
        """The process that is kept ready."""
        return frozenset({self._spare.pid} if self._spare else ())

    def close(self) -> None:
        """End the process that is kept ready."""
        if self._spare:
            self._kill_spare(self._spare)

    def _kill_spare(self, spare: _Spare) -> None:
        spare.channel.close()
        os.kill(spare.pid, signal.SIGKILL)  # what is inside dies with its parent; nothing of a student's has run there
        os.waitpid(spare.pid, 0)
        self._spare = None

    def _start(self, disk_bytes: int, *, announce: bool = False) -> _Spare:
        assert self._setup is not None
        channel, inner_end = Channel.pair()
        with inner_end:
            os.set_inheritable(inner_end.fileno(), True)
            inner = interpreter.command("main_of_single_child", inner_end.fileno())
            pid = os.posix_spawn(self._program, [self._program, *self._options(disk_bytes), "--", *inner], os.environ)
        channel.send_json(asdict(replace(self._setup, announce=announce)))
        return _Spare(pid, channel, disk_bytes)

    def _options(self, disk_bytes: int) -> list[str]:
        home, etc = root_filesystem.HOME, os.path.join(self._home, "etc")
        tree = root_filesystem.plan(self._paths)
        user = str(root_filesystem.UID)
        options = ["--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"]
        options += ["--uid", user, "--gid", user, "--hostname", "sandbox"]
        for path, real in tree.shown.items():
            for parent in reversed(Path(path).parents):
                options += ["--perms", "0755", "--dir", str(parent)]
            options += ["--ro-bind", real, path]
        for path, target in tree.links.items():
            options += ["--symlink", target, path]
        for name in root_filesystem.own_files():
            options += ["--ro-bind", os.path.join(etc, name), f"/etc/{name}"]
        # bubblewrap's own /dev has a /dev/shm without a limit, so a part of it is linked from another one
        options += ["--proc", "/proc", "--dev", "/.dev", "--dir", "/dev"]
        for name in ("null", "zero", "full", "random", "urandom", "fd", "stdin", "stdout", "stderr", "pts", "ptmx"):
            options += ["--symlink", f"/.dev/{name}", f"/dev/{name}"]
        options += ["--symlink", f"{home}/.shm", "/dev/shm", "--dir", home, "--size", str(disk_bytes), "--tmpfs", home]
        for folder in (f"{home}/.shm", root_filesystem.WORK, f"{home}/.tmp"):
            options += ["--dir", folder]
        if not any(path.startswith("/tmp/") for path in tree.shown):
            options += ["--symlink", f"{home}/.tmp", "/tmp"]
        options += ["--setenv", "HOME", home, "--setenv", "TMPDIR", f"{home}/.tmp"]
        return [*options, "--remount-ro", "/.dev", "--remount-ro", "/", "--chdir", home]
