"""Messages over a socket: a length, then that many bytes. Used between coordinator, judge and worker."""

from __future__ import annotations

import socket
import struct
import time

_LENGTH = struct.Struct("!Q")
_CHUNK = 1 << 20


class ChannelClosed(Exception):
    """The other side is gone."""


class ChannelBroken(Exception):
    """The other side sent what cannot be a message."""


class ChannelTimeout(Exception):
    """Nothing came in time."""


def send(channel: socket.socket, message: bytes, *, seconds: float | None = None) -> None:
    """Send one message whole.

    Raises:
        ChannelClosed: the other side does not read any more.
        ChannelTimeout: it did not take the message in time.
    """
    channel.settimeout(seconds)
    try:
        channel.sendall(_LENGTH.pack(len(message)))
        channel.sendall(message)
    except TimeoutError:
        raise ChannelTimeout from None
    except OSError as error:
        raise ChannelClosed(str(error)) from None


def receive(channel: socket.socket, *, limit: int, seconds: float | None = None) -> bytes:
    """Receive one message of at most `limit` bytes, within `seconds` of wall time in all.

    Raises:
        ChannelClosed: the other side is gone.
        ChannelBroken: the message is longer than the limit.
        ChannelTimeout: it did not come in time.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size, deadline))
    if length > limit:
        raise ChannelBroken(f"a message of {length} bytes, where at most {limit} are allowed")
    return _exactly(channel, length, deadline)


def _exactly(channel: socket.socket, count: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while count:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise ChannelTimeout
        channel.settimeout(left)
        try:
            part = channel.recv(min(count, _CHUNK))
        except TimeoutError:
            raise ChannelTimeout from None
        except OSError as error:
            raise ChannelClosed(str(error)) from None
        if not part:
            raise ChannelClosed
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
