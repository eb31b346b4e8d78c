"""The coordinator's side of a fork server: start it, request a child for each submission, wait for its end."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import BinaryIO, Self

from nbjudge.channel import Channel, ChannelClosed, ChannelTimeout, Closing
from nbjudge.limits import Limits
from nbjudge.sandbox import interpreter
from nbjudge.sandbox.base import Sandbox, Setup, Unlimited
from nbjudge.sandbox.child import Exit, pack

_START_SECONDS = 300.0


class ForkServerDied(Exception):
    """The fork server is gone, or never came to be. Start another."""


class ForkFailed(Exception):
    """A child could not be forked or isolated; the message tells what the system refused. The fork server lives on."""


class Child:
    """The coordinator's handle on a process that was forked for one submission.

    Attributes:
        pid: its process id as the coordinator sees it; 0 until it has started, and where that cannot be known.
    """

    def __init__(self, forkserver: ForkServer, number: int) -> None:
        self.pid = 0
        self._forkserver, self._number = forkserver, number
        self._started, self._ended = threading.Event(), threading.Event()
        self._exit: Exit | None = None
        self._failed = ""

    def wait(self, timeout: float | None = None) -> Exit | None:
        """Wait for its end and return how it ended; None if it still runs after `timeout` seconds."""
        self._ended.wait(timeout)
        return self._exit

    def await_start(self) -> None:
        """Wait until it runs, isolated and with its files.

        Raises:
            ForkFailed: it could not be made.
            ForkServerDied: the fork server is gone.
        """
        self._started.wait()
        if self._failed:
            raise ForkFailed(self._failed)
        if self._exit is not None and self._exit.reason == "forkserver":
            raise ForkServerDied(self._exit.detail)

    def request_kill(self) -> None:
        """Request that it be killed, with everything that it started, unless it has ended already; and do not wait."""
        if self._exit is None:
            self._forkserver._request_kill(self._number)

    def kill(self) -> Exit:
        """Have it killed as by `request_kill`, wait, and return how it ended."""
        self.request_kill()
        self._ended.wait()
        assert self._exit is not None
        return self._exit

    def _take(self, message: Mapping[str, object]) -> None:
        """Take in a message of the fork server about this child."""
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


class ForkServer(Closing):
    """A process that has imported everything, and from which judges or workers are forked, one for each submission.

    Make it with `begin`.

    Threads may share it. It must be closed, or used as a context manager; it ends by itself when the coordinator does.
    """

    def __init__(self, channel: Channel, process: subprocess.Popen[bytes], errors: BinaryIO, *, has_home: bool) -> None:
        self._channel, self._process, self._errors = channel, process, errors
        self._has_home = has_home
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
        sandbox: Sandbox | None = None,
        packages: Sequence[str | os.PathLike[str]] = (),
    ) -> Self:
        """Start a fork server; before anything is forked from it, call `await_ready`.

        It is a fresh interpreter, with an environment of its own: the coordinator has seen hidden tests, and its environment
        may hold secrets.

        Args:
            entry: `package.module:function`. In each child `function(channel)` is called; the process ends when it returns.
            preload: functions, named in the same way, to be called once in the fork server.
            arguments: what each of these functions is called with, as JSON has it.
            sandbox: how it and its children are isolated; None for nbjudge's own code, as `Unlimited`.
            packages: folders of packages, or files of modules, that can be imported as well. A sandbox shows nothing beside them.
        """
        sandbox = sandbox or Unlimited()
        channel, server_end = Channel.pair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the forkserver)
        process = subprocess.Popen(
            interpreter.command("main", server_end.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            pass_fds=[server_end.fileno()],
            env=interpreter.environment(),
            cwd="/",
            start_new_session=True,  # Ctrl-C is the coordinator's
        )
        server_end.close()
        forkserver = cls(channel, process, errors, has_home=sandbox.reaps)
        setup = Setup(
            sandbox=sandbox.name,
            entry=entry,
            preload=preload,
            arguments=arguments,
            packages=[os.path.abspath(path) for path in packages],
            coordinator=os.getpid(),
            temporary=tempfile.gettempdir(),
        )
        with suppress(ChannelClosed):  # `await_ready` sees that too
            channel.send_json(asdict(setup))
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
            raise ForkServerDied(f"The fork server was not ready after {_START_SECONDS:g} s.") from error
        except ChannelClosed:
            message = {"broken": self._startup_errors()}
        if "broken" in message:
            raise ForkServerDied(f"The fork server could not start.\n{message['broken']}")
        self._listener.start()

    def fork(
        self, channel: Channel, *, files: Mapping[str, bytes] | None = None, limits: Limits, slot: int = 0
    ) -> Child:
        """Request a child as by `request`, and wait until it runs.

        Raises:
            ValueError: a file's name would lead out of the working directory.
            ForkServerDied: the fork server is gone.
            ForkFailed: this child could not be made.
        """
        child = self.request(channel, files=files, limits=limits, slot=slot)
        child.await_start()
        return child

    def request(
        self, channel: Channel, *, files: Mapping[str, bytes] | None = None, limits: Limits, slot: int = 0
    ) -> Child:
        """Request a child that talks over `channel`, and do not wait. Threads may call this at once.

        Args:
            channel: goes to the entry function; close your own copy of it afterwards.
            files: written into the child's own working directory: relative name, with "/" between folders -> content.
            limits: what the child may use.
            slot: which of the workers that run at the same time this is, from 0; decides the user that it runs as.

        Raises:
            ValueError: a file's name would lead out of the working directory.
            ForkServerDied: the fork server is gone.
        """
        packed = pack(files) if files else None
        try:
            with self._lock:
                self._count += 1
                child = Child(self, self._count)
                if self._gone:
                    raise ForkServerDied("The fork server is gone; start another.")
                self._children[child._number] = child
                message = {"do": "fork", "id": child._number, "limits": asdict(limits), "slot": slot}
                descriptors = [channel.fileno(), *([packed.fileno()] if packed else [])]
                try:
                    self._channel.send_json(message, descriptors)
                except ChannelClosed as error:
                    del self._children[child._number]
                    raise ForkServerDied("The fork server is gone; start another.") from error
        finally:
            if packed:
                packed.close()
        return child

    @property
    def gone(self) -> bool:
        """Whether the fork server has ended, as far as is known."""
        return self._gone

    def close(self) -> None:
        """End the fork server and everything that was forked from it."""
        with suppress(OSError):
            self._channel.shut_down()
        if self._listener.ident is not None:
            self._listener.join()
        elif not self._has_home:  # it may be in the middle of its imports, and leaves no files
            self._process.kill()
        self._channel.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _listen(self) -> None:
        """Pass the fork server's messages to the children that they are about, until it is gone."""
        while True:
            try:
                message = self._channel.receive_json()
            except ChannelClosed:
                break
            number = message["id"]
            with self._lock:
                child = self._children[number] if "started" in message else self._children.pop(number)
            child._take(message)
        with self._lock:
            self._gone = True
            left, self._children = list(self._children.values()), {}
        for child in left:
            child._end(Exit("forkserver", "its fork server is gone"))

    def _request_kill(self, number: int) -> None:
        with self._lock:
            if not self._gone:
                with suppress(ChannelClosed):  # the listener sees it too
                    self._channel.send_json({"do": "kill", "id": number})

    def _startup_errors(self) -> str:
        """The end of what the fork server wrote to its standard streams before it ended."""
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._errors.seek(0)
        text = self._errors.read().decode(errors="replace").strip()
        return text[-4000:] or f"It ended with status {self._process.returncode}."
