"""Messages arrive whole or not at all, within their limits; file descriptors go only where they are asked for."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from nbjudge.channel import Channel, ChannelBroken, ChannelClosed, ChannelTimeout

LARGE = bytes(range(256)) * 16384  # more than a socket holds at once


@pytest.fixture
def raw() -> Iterator[tuple[Channel, socket.socket]]:
    """A channel, and the bare socket at its other end."""
    one, other = socket.socketpair()
    with Channel(one) as channel, other:
        yield channel, other


@pytest.fixture
def pair() -> Iterator[tuple[Channel, Channel]]:
    one, other = Channel.pair()
    with one, other:
        yield one, other


@pytest.mark.parametrize("message", [b"", b"short", LARGE])
def test_a_message_arrives_whole(pair: tuple[Channel, Channel], message: bytes) -> None:
    one, other = pair
    sender = threading.Thread(target=one.send, args=(message,))
    sender.start()
    assert other.receive(seconds=60) == message
    sender.join()


def test_json_arrives_as_it_was(pair: tuple[Channel, Channel]) -> None:
    one, other = pair
    one.send_json({"a": [1, None, "ü\ud83d"]})
    assert other.receive_json() == {"a": [1, None, "ü\ud83d"]}


@pytest.mark.parametrize("message", [b"", LARGE])
def test_descriptors_arrive_beside_the_message_and_are_not_inherited(
    pair: tuple[Channel, Channel], message: bytes
) -> None:
    one, other = pair
    read_end, write_end = os.pipe()
    sender = threading.Thread(target=one.send, args=(message, [write_end]))
    sender.start()
    received, (descriptor,) = other.receive_with_descriptors()
    sender.join()
    assert received == message
    assert not os.get_inheritable(descriptor)
    os.write(descriptor, b"x")
    assert os.read(read_end, 1) == b"x"
    for open_ in (read_end, write_end, descriptor):
        os.close(open_)


def test_a_message_without_descriptors_has_none(pair: tuple[Channel, Channel]) -> None:
    one, other = pair
    one.send(b"x")
    assert other.receive_with_descriptors() == (b"x", [])


def test_an_end_that_takes_no_descriptors_gets_none(pair: tuple[Channel, Channel]) -> None:
    """What is not taken is closed: a worker cannot fill the judge's table of files."""
    one, other = pair
    read_end, write_end = os.pipe()
    one.send(b"x", [write_end])
    os.close(write_end)
    assert other.receive() == b"x"
    assert os.read(read_end, 1) == b""
    os.close(read_end)


def test_a_message_beyond_the_limit_is_broken_before_it_is_read(raw: tuple[Channel, socket.socket]) -> None:
    channel, other = raw
    other.sendall(struct.pack("!Q", 1 << 62))
    with pytest.raises(ChannelBroken, match="where at most 10 are allowed"):
        channel.receive(limit=10)


@pytest.mark.parametrize("sent", [b"", b"\0\0", struct.pack("!Q", 5) + b"abc"])
def test_an_end_that_closes_in_the_middle_is_gone(raw: tuple[Channel, socket.socket], sent: bytes) -> None:
    channel, other = raw
    other.sendall(sent)
    other.close()
    with pytest.raises(ChannelClosed):
        channel.receive()


@pytest.mark.parametrize("sent", [b"", b"\0\0"])
def test_an_end_that_closes_before_its_descriptors_is_gone(raw: tuple[Channel, socket.socket], sent: bytes) -> None:
    channel, other = raw
    other.sendall(sent)
    other.close()
    with pytest.raises(ChannelClosed):
        channel.receive_with_descriptors()


@pytest.mark.parametrize("sent", [b"", struct.pack("!Q", 5) + b"abc"])
def test_a_message_that_does_not_come_in_time_is_told(raw: tuple[Channel, socket.socket], sent: bytes) -> None:
    channel, other = raw
    other.sendall(sent)
    with pytest.raises(ChannelTimeout):
        channel.receive(seconds=0.01)


def test_a_message_that_is_not_taken_in_time_is_told(pair: tuple[Channel, Channel]) -> None:
    with pytest.raises(ChannelTimeout):
        pair[0].send(LARGE, seconds=0.01)


def test_sending_to_an_end_that_is_gone_is_told(pair: tuple[Channel, Channel]) -> None:
    one, other = pair
    other.close()
    with pytest.raises(ChannelClosed):
        one.send(LARGE)
    one.close()
    with pytest.raises(ChannelClosed):
        one.receive()


def test_a_deadline_does_not_outlast_its_message(pair: tuple[Channel, Channel]) -> None:
    one, other = pair
    with pytest.raises(ChannelTimeout):
        other.receive(seconds=0.01)
    sender = threading.Timer(0.1, one.send, (b"late",))
    sender.start()
    assert other.receive() == b"late"
    sender.join()


def test_shutting_down_wakes_who_waits(pair: tuple[Channel, Channel]) -> None:
    one, _other = pair
    ended = threading.Event()

    def wait() -> None:
        with pytest.raises(ChannelClosed):
            one.receive()
        ended.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    one.shut_down()
    assert ended.wait(60)
    waiting.join()
