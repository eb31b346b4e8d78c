"""Messages between the coordinator and its warm process: a length, JSON, and file descriptors beside it.

Both ends are trusted. What a submission says goes over its own channel, never over this one.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any

_LENGTH = struct.Struct("!I")
MAX_DESCRIPTORS = 4


def send(connection: socket.socket, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message; the receiver gets duplicates of the file descriptors.

    Raises:
        OSError: the other end is gone.
    """
    body = json.dumps(message).encode()
    head = _LENGTH.pack(len(body))
    if descriptors:
        socket.send_fds(connection, [head], list(descriptors))
        connection.sendall(body)
    else:
        connection.sendall(head + body)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message and its file descriptors, or None if the other end is gone."""
    try:
        head, descriptors, _flags, _address = socket.recv_fds(connection, _LENGTH.size, MAX_DESCRIPTORS)
        for descriptor in descriptors:  # Python leaves them open for programs that are started later
            os.set_inheritable(descriptor, False)
        head += _exactly(connection, _LENGTH.size - len(head)) if head else b""
        if len(head) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(head)
        body = _exactly(connection, length)
    except ConnectionError:
        return None
    return (json.loads(body), descriptors) if len(body) == length else None


def _exactly(connection: socket.socket, length: int) -> bytes:
    """This many bytes, or fewer if the other end is gone."""
    data = bytearray()
    while len(data) < length:
        part = connection.recv(min(length - len(data), 1 << 16))
        if not part:
            break
        data += part
    return bytes(data)
