"""The coordinator's side of a warm process: start it, fork a child of it for each submission, wait for its end."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import BinaryIO, Self

import nbjudge
from nbjudge.channel import Channel, ChannelClosed, ChannelTimeout
from nbjudge.limits import Limits
from nbjudge.sandbox import workfiles
from nbjudge.sandbox.exits import Exit
from nbjudge.sandbox.isolation import Isolation

_START_SECONDS = 300.0
_ENTER = """
import sys
try:
    import nbjudge
except ImportError:
    sys.path.append(sys.argv.pop())
from nbjudge.sandbox.forkserver_main import main
main()
"""
_PASSED_ON = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_NUMERIC", "TZ", "LD_LIBRARY_PATH")


class ForkServerDied(Exception):
    """The warm process is gone, or never came to be. Start another."""


class ForkFailed(Exception):
    """A child could not be made or isolated; the message tells what the system refused. The warm process lives on."""


class Child:
    """A process that was forked for one submission.

    Attributes:
        pid: its process id as the coordinator sees it, or 0 where that cannot be known.
    """

    def __init__(self, forkserver: ForkServer, number: int) -> None:
        self.pid = 0
        self._forkserver, self._number = forkserver, number
        self._started, self._ended = threading.Event(), threading.Event()
        self._exit: Exit | None = None
        self._failed = ""

    def wait(self, timeout: float | None = None) -> Exit | None:
        """How it ended; None if it still runs after `timeout` seconds."""
        self._ended.wait(timeout)
        return self._exit

    def await_start(self) -> None:
        """Wait until it runs, isolated and with its files.

        Raises:
            ForkFailed: it could not be made.
            ForkServerDied: the warm process is gone.
        """
        self._started.wait()
        if self._failed:
            raise ForkFailed(self._failed)
        if self._exit is not None and self._exit.reason == "forkserver":
            raise ForkServerDied(self._exit.detail)

    def ask_to_end(self) -> None:
        """Have it ended, with everything that it started, unless it has ended already; and do not wait."""
        if self._exit is None:
            self._forkserver._ask_to_kill(self._number)

    def kill(self) -> Exit:
        """The same, and wait; tell how it ended."""
        self.ask_to_end()
        self._ended.wait()
        assert self._exit is not None
        return self._exit

    def _tell(self, message: Mapping[str, object]) -> None:
        """Take in what the warm process says of it."""
        if "started" in message:
            self.pid = int(str(message["started"]))
        elif "failed" in message:
            self._failed = str(message["failed"])
            self._end(Exit("killed", self._failed))
        else:
            self._end(Exit(**message["ended"]))  # type: ignore[arg-type]
        self._started.set()

    def _end(self, end: Exit) -> None:
        if self._exit is None:
            self._exit = end
        self._started.set()
        self._ended.set()


class ForkServer:
    """A warm process from which judges or workers are forked, one for each submission. Make it with `begin`.

    Threads may share it. It must be closed, or used as a context manager; it ends by itself when the coordinator does.
    """

    def __init__(
        self, channel: Channel, process: subprocess.Popen[bytes], errors: BinaryIO, *, leaves_folders: bool
    ) -> None:
        self._channel, self._process, self._errors = channel, process, errors
        self._leaves_folders = leaves_folders
        self._lock = threading.Lock()
        self._children: dict[int, Child] = {}
        self._count = 0
        self._gone = False
        self._listener = threading.Thread(target=self._listen, name="forkserver", daemon=True)

    @classmethod
    def begin(
        cls,
        entry: str,
        *,
        preload: Sequence[str] = (),
        arguments: Sequence[object] = (),
        box: Isolation | None = None,
        import_from: Sequence[str | os.PathLike[str]] = (),
        packages: Sequence[str | os.PathLike[str]] = (),
    ) -> Self:
        """Start a warm process; before anything is forked from it, call `await_ready`.

        It is a fresh interpreter, with an environment of its own: the coordinator has seen hidden tests, and its environment
        may hold secrets.

        Args:
            entry: `package.module:function`. In each child `function(channel)` is called; the process ends when it returns.
            preload: functions, named in the same way, to be called once in the warm process.
            arguments: what each of these functions is called with, as JSON has it.
            box: how it and its children are isolated; None for code of ours.
            import_from: folders from which modules can be imported as well. A sandbox shows all of their content.
            packages: folders of packages, or files of modules, that can be imported as well. A sandbox shows nothing beside them.
        """
        channel, warm_end = Channel.pair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the forkserver)
        home = os.path.dirname(os.path.dirname(os.path.abspath(nbjudge.__file__)))
        user = [] if site.ENABLE_USER_SITE else ["-s"]
        process = subprocess.Popen(
            [sys.executable, "-P", *user, "-c", _ENTER, str(warm_end.fileno()), home],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            pass_fds=[warm_end.fileno()],
            env=environment(),
            cwd="/",
            start_new_session=True,  # Ctrl-C is the coordinator's
        )
        warm_end.close()
        forkserver = cls(channel, process, errors, leaves_folders=box is None or box.adopts)
        setup = {
            "entry": entry,
            "preload": list(preload),
            "arguments": list(arguments),
            "box": box.name if box else "trusted",
            "coordinator": os.getpid(),
            "temporary": tempfile.gettempdir(),
            "folders": [os.path.abspath(folder) for folder in (*import_from, *packages)],
            "import_from": [
                *map(os.path.abspath, import_from),
                *(os.path.dirname(os.path.abspath(path)) for path in packages),
            ],
        }
        with suppress(ChannelClosed):  # whoever waits for it sees that too
            channel.send_json(setup)
        return forkserver

    def await_ready(self) -> Self:
        """Wait until it has preloaded, and return it; if it cannot, it is closed.

        Raises:
            ForkServerDied: it could not be isolated, or could not import or preload; the message says why.
        """
        try:
            self._await_ready()
        except BaseException:
            self.close()
            raise
        return self

    def _await_ready(self) -> None:
        try:
            message = self._channel.receive_json(seconds=_START_SECONDS)
        except ChannelTimeout as error:
            raise ForkServerDied(f"The warm process was not ready after {_START_SECONDS:g} s.") from error
        except ChannelClosed:
            message = {"broken": self._last_words()}
        if "broken" in message:
            raise ForkServerDied(f"The warm process could not start.\n{message['broken']}")
        self._listener.start()

    def fork(
        self, channel: Channel, *, files: Mapping[str, bytes] | None = None, limits: Limits, slot: int = 0
    ) -> Child:
        """As `ask_for`, and wait until the child runs.

        Raises:
            ValueError: a file's name would lead out of the working directory.
            ForkServerDied: the warm process is gone.
            ForkFailed: this child could not be made.
        """
        child = self.ask_for(channel, files=files, limits=limits, slot=slot)
        child.await_start()
        return child

    def ask_for(
        self, channel: Channel, *, files: Mapping[str, bytes] | None = None, limits: Limits, slot: int = 0
    ) -> Child:
        """Have a child forked that talks over `channel`; close your own copy of it afterwards. Threads may call this at once.

        Args:
            channel: goes to the entry function.
            files: written into the child's own working directory: relative name, with "/" between folders -> content.
            limits: what the child may use.
            slot: which of the workers that run at the same time this is, from 0; decides the user that it runs as.

        Raises:
            ValueError: a file's name would lead out of the working directory.
            ForkServerDied: the warm process is gone.
        """
        packed = workfiles.pack(files) if files else None
        try:
            with self._lock:
                self._count += 1
                child = Child(self, self._count)
                if self._gone:
                    raise ForkServerDied("The warm process is gone; start another.")
                self._children[child._number] = child
                message = {"do": "fork", "id": child._number, "limits": asdict(limits), "slot": slot}
                descriptors = [channel.fileno(), *([packed.fileno()] if packed else [])]
                try:
                    self._channel.send_json(message, descriptors)
                except ChannelClosed as error:
                    del self._children[child._number]
                    raise ForkServerDied("The warm process is gone; start another.") from error
        finally:
            if packed:
                packed.close()
        return child

    @property
    def gone(self) -> bool:
        """Whether the warm process has ended, as far as is known."""
        return self._gone

    def close(self) -> None:
        """End the warm process and everything that was forked from it."""
        with suppress(OSError):
            self._channel.shut_down()
        if self._listener.ident is not None:
            self._listener.join()
        elif not self._leaves_folders:  # it may be in the middle of its imports, and nothing would be left
            self._process.kill()
        self._channel.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self) -> None:
        """Hand what the warm process says to the children it speaks of, until it is gone."""
        while True:
            try:
                message = self._channel.receive_json()
            except ChannelClosed:
                break
            number = message["id"]
            with self._lock:
                child = self._children[number] if "started" in message else self._children.pop(number)
            child._tell(message)
        with self._lock:
            self._gone = True
            orphans, self._children = list(self._children.values()), {}
        for child in orphans:
            child._end(Exit("forkserver", "its warm process is gone"))

    def _ask_to_kill(self, number: int) -> None:
        with self._lock:
            if not self._gone:
                with suppress(ChannelClosed):  # the listener sees it too
                    self._channel.send_json({"do": "kill", "id": number})

    def _last_words(self) -> str:
        """What the warm process wrote before it ended."""
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._errors.seek(0)
        text = self._errors.read().decode(errors="replace").strip()
        return text[-4000:] or f"It ended with status {self._process.returncode}."


def environment() -> dict[str, str]:
    """What a warm process gets of the environment: its own settings, and the user's language."""
    folders = [os.path.join(sys.prefix, "bin"), "/usr/local/bin", "/usr/bin", "/bin"]
    threads = (
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
    own = {
        "PATH": os.pathsep.join(folders),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "KMP_INIT_AT_FORK": "FALSE",
    } | dict.fromkeys(threads, "1")
    if site.ENABLE_USER_SITE:
        own["PYTHONUSERBASE"] = site.getuserbase()
    return own | {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
