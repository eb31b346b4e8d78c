"""The channel between two processes: messages over a socket, each a length and that many bytes.

Coordinator, fork servers, judges and workers speak over channels only. Between two trusted ends a message can carry file
descriptors; from an end that is not trusted, `Channel.receive` takes none.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

TRUSTED_BYTES = 1 << 31
"""The longest message from a trusted end, in bytes."""

_LENGTH = struct.Struct("!Q")
_CHUNK = 1 << 20
_MAX_DESCRIPTORS = 4


class ChannelClosed(Exception):
    """The other end is gone."""


class ChannelBroken(Exception):
    """The other end sent something that cannot be a message."""


class ChannelTimeout(Exception):
    """The other end did not send, or take, a message in time."""


class Closing:
    """A context manager that closes at its end."""

    def close(self) -> None:
        """End what was begun."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Channel(Closing):
    """One end of a channel. A thread may send while another one receives, as long as neither has a deadline.

    Args:
        connection: a connected stream socket, which the channel closes.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    @classmethod
    def pair(cls) -> tuple[Self, Self]:
        """Both ends of a new channel. The second is for another process: pass on its file descriptor, and close it here."""
        one, other = socket.socketpair()
        return cls(one), cls(other)

    @classmethod
    def from_descriptor(cls, descriptor: int) -> Self:
        """The end whose socket this process has inherited, or received, as a file descriptor."""
        return cls(socket.socket(fileno=descriptor))

    def send(self, message: bytes, descriptors: Sequence[int] = (), *, seconds: float | None = None) -> None:
        """Send one message whole, within `seconds` of wall time for its length and as many for its bytes.

        Args:
            descriptors: at most four file descriptors; the other end gets duplicates of them.

        Raises:
            ChannelClosed: the other end does not read any more.
            ChannelTimeout: it did not take the message in time.
        """
        head = _LENGTH.pack(len(message))
        try:
            self._socket.settimeout(seconds)
            if descriptors:
                head = head[socket.send_fds(self._socket, [head], list(descriptors)) :]
            self._socket.sendall(head)
            self._socket.sendall(message)
        except TimeoutError:
            raise ChannelTimeout from None
        except OSError as error:
            raise ChannelClosed(str(error)) from None

    def send_json(self, message: object, descriptors: Sequence[int] = ()) -> None:
        """Send one message as JSON; see `send`."""
        self.send(json.dumps(message).encode(), descriptors)

    def receive(self, *, limit: int = TRUSTED_BYTES, seconds: float | None = None) -> bytes:
        """Receive one message of at most `limit` bytes, within `seconds` of wall time in all.

        Raises:
            ChannelClosed: the other end is gone.
            ChannelBroken: the message is longer than the limit.
            ChannelTimeout: it did not come in time.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        return self._body(self._exactly(_LENGTH.size, deadline), limit, deadline)

    def receive_json(self, *, limit: int = TRUSTED_BYTES, seconds: float | None = None) -> Any:
        """Receive one message that is JSON; see `receive`."""
        return json.loads(self.receive(limit=limit, seconds=seconds))

    def receive_with_descriptors(self) -> tuple[bytes, list[int]]:
        """Receive one message of a trusted end, with the file descriptors beside it.

        Raises:
            ChannelClosed: the other end is gone.
        """
        try:
            self._socket.settimeout(None)
            head, descriptors, _flags, _address = socket.recv_fds(self._socket, _LENGTH.size, _MAX_DESCRIPTORS)
        except OSError as error:
            raise ChannelClosed(str(error)) from None
        if not head:
            raise ChannelClosed
        for descriptor in descriptors:  # Python leaves them open for programs that are started later
            os.set_inheritable(descriptor, False)
        head += self._exactly(_LENGTH.size - len(head), None)
        return self._body(head, TRUSTED_BYTES, None), descriptors

    def fileno(self) -> int:
        """The file descriptor of the socket; -1 once it is closed."""
        return self._socket.fileno()

    def shut_down(self) -> None:
        """End the conversation at both ends, also for a thread that waits in `receive`."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _body(self, head: bytes, limit: int, deadline: float | None) -> bytes:
        (length,) = _LENGTH.unpack(head)
        if length > limit:
            raise ChannelBroken(f"a message of {length} bytes, where at most {limit} are allowed")
        return self._exactly(length, deadline)

    def _exactly(self, count: int, deadline: float | None) -> bytes:
        parts: list[bytes] = []
        while count:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise ChannelTimeout
            try:
                self._socket.settimeout(left)
                part = self._socket.recv(min(count, _CHUNK))
            except TimeoutError:
                raise ChannelTimeout from None
            except OSError as error:
                raise ChannelClosed(str(error)) from None
            if not part:
                raise ChannelClosed
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
