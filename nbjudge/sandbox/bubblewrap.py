"""The box that bubblewrap makes, where that program may have namespaces and others may not.

Inside it nothing has the rights that a process namespace for each fork takes, and a fork could touch the process that it
was forked from. So nothing is forked: each child is a process of its own in a bubblewrap of its own, which imports
everything itself. One is always kept ready, so that its start is not waited for while the one before works.

Its disk is limited in bytes; the number of empty files on it is not, for bubblewrap has no such option.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbjudge
from nbjudge.channel import Channel, ChannelClosed
from nbjudge.limits import Limits
from nbjudge.sandbox import linux, root_filesystem, seccomp, usage
from nbjudge.sandbox.isolation import Unsandboxed, set_limits, warm_bytes

_ENTER = """
import sys
try:
    import nbjudge
except ImportError:
    sys.path.append(sys.argv.pop())
from nbjudge.sandbox.forkserver_main import main_of_one
main_of_one()
"""


class Bubblewrap(Unsandboxed):
    """See the head of this file. It is for ordinary users: root inside a bubblewrap is still root for files."""

    name = "bubblewrap"

    def __init__(self) -> None:
        super().__init__()
        self._program = shutil.which("bwrap") or "/usr/bin/bwrap"
        self._setup: dict[str, Any] = {}
        self._folders: Sequence[str] = ()
        self._spare: tuple[int, Channel, int] | None = None  # pid, control socket, bytes of its disk

    def enter(self, folders: Sequence[str], home: str) -> None:
        """Have a place for the files that the boxes show."""
        super().enter(folders, home)
        self._folders = folders
        etc = Path(home, "etc")
        etc.mkdir()
        for name, text in root_filesystem.own_files().items():
            (etc / name).write_text(text, encoding="ascii")

    def keep_ready(self, setup: Mapping[str, Any]) -> None:
        """Start the first process, and wait until it has preloaded.

        Raises:
            RuntimeError: it could not be isolated, or could not import or preload.
        """
        self._setup = {**setup, "announce": False}
        self._spare = self._start(Limits().disk_bytes, announce=True)
        try:
            message = self._spare[1].receive_json()
        except ChannelClosed:
            message = {"broken": "bubblewrap could not make a box"}
        if "broken" in message:
            raise RuntimeError(message["broken"])

    def spawn(self, message: Mapping[str, Any], descriptors: Sequence[int]) -> int:
        """Make the spare process the child that the message asks for, and start another; the pid of its bubblewrap.

        Raises:
            OSError, ChannelClosed: it could not be started.
        """
        disk_bytes = message["limits"]["disk_bytes"]
        if self._spare is not None and self._spare[2] != disk_bytes:
            self._drop_spare()
        pid, connection, _disk = self._spare or self._start(disk_bytes)
        self._spare = None
        with connection:
            connection.send_json(message, descriptors)
        self._spare = self._start(disk_bytes)
        return pid

    def isolate(self, number: int, limits: Limits, slot: int, proc: int) -> None:
        """In the box already: set the limits, refuse system calls, and go to the working directory."""
        set_limits(limits, warm_bytes(proc), processes=True)
        linux.forgo_new_privileges()
        program = seccomp.program()
        if program is not None:
            linux.filter_system_calls(program)
        os.chdir(root_filesystem.WORK)

    def end(self, pid: int, proc: int) -> None:
        """End the first process in the box, with which all others end; bubblewrap follows, and tells how it ended."""
        for first in usage.processes(proc).get(pid, ()) or (pid,):
            with suppress(ProcessLookupError):
                os.kill(first, signal.SIGKILL)

    def wait_status(self, status: int) -> int:
        """Bubblewrap tells a signal as a shell does."""
        code = os.waitstatus_to_exitcode(status)
        return code - 128 if code > 128 else status

    def kept(self) -> set[int]:
        """The process that is kept ready."""
        return {self._spare[0]} if self._spare else set()

    def close(self) -> None:
        """End the process that is kept ready."""
        if self._spare:
            self._drop_spare()

    def _drop_spare(self) -> None:
        assert self._spare is not None
        pid, connection, _disk = self._spare
        connection.close()
        os.kill(pid, signal.SIGKILL)  # what is inside dies with its parent; nothing of a student's has run there
        os.waitpid(pid, 0)
        self._spare = None

    def _start(self, disk_bytes: int, *, announce: bool = False) -> tuple[int, Channel, int]:
        channel, inner_end = Channel.pair()
        with inner_end:
            os.set_inheritable(inner_end.fileno(), True)
            safe = ["-P", *(["-s"] if sys.flags.no_user_site else [])]
            root = os.path.dirname(os.path.dirname(os.path.abspath(nbjudge.__file__)))
            inner = [sys.executable, *safe, "-c", _ENTER, str(inner_end.fileno()), root]
            pid = os.posix_spawn(self._program, [self._program, *self._options(disk_bytes), "--", *inner], os.environ)
        channel.send_json({**self._setup, "announce": announce})
        return pid, channel, disk_bytes

    def _options(self, disk_bytes: int) -> list[str]:
        shown = root_filesystem.plan(self._folders)
        size = str(disk_bytes)
        options = ["--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"]
        options += ["--uid", str(root_filesystem.UID), "--gid", str(root_filesystem.UID), "--hostname", "sandbox"]
        for path, real in shown.shown.items():
            for parent in reversed(Path(path).parents):
                options += ["--perms", "0755", "--dir", str(parent)]
            options += ["--ro-bind", real, path]
        for path, target in shown.links.items():
            options += ["--symlink", target, path]
        for name in root_filesystem.own_files():
            options += ["--ro-bind", os.path.join(self._home, "etc", name), f"/etc/{name}"]
        # bubblewrap's own /dev has a /dev/shm without a limit, so a part of it is linked from another one
        options += ["--proc", "/proc", "--dev", "/.dev", "--dir", "/dev"]
        for name in ("null", "zero", "full", "random", "urandom", "fd", "stdin", "stdout", "stderr", "pts", "ptmx"):
            options += ["--symlink", f"/.dev/{name}", f"/dev/{name}"]
        options += ["--symlink", f"{root_filesystem.HOME}/.shm", "/dev/shm", "--dir", f"{root_filesystem.HOME}"]
        options += [
            "--size",
            size,
            "--tmpfs",
            root_filesystem.HOME,
            "--dir",
            f"{root_filesystem.HOME}/.shm",
            "--dir",
            root_filesystem.WORK,
            "--dir",
            f"{root_filesystem.HOME}/.tmp",
        ]
        if not any(path.startswith("/tmp/") for path in shown.shown):
            options += ["--symlink", f"{root_filesystem.HOME}/.tmp", "/tmp"]
        options += ["--setenv", "HOME", root_filesystem.HOME, "--setenv", "TMPDIR", f"{root_filesystem.HOME}/.tmp"]
        return [*options, "--remount-ro", "/.dev", "--remount-ro", "/", "--chdir", root_filesystem.HOME]
