"""Values on their way from a worker to a judge: each type comes back as it was, and no bytes do harm."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import math
import pathlib
import random
import socket
import struct
import threading
import uuid
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np
import pytest
import torch
from torch import nn

from nbjudge.channel import Channel
from nbjudge.codec import DEPTH, ByHandle, CodecError, Decoder, Encoder, libraries
from nbjudge.judge.errors import OutOfTime, WorkerGone
from nbjudge.judge.link import Link
from nbjudge.judge.proxy import make_proxy
from nbjudge.limits import Limits
from nbjudge.worker.operations import traits

Point = collections.namedtuple("Point", "x y")


class Held:
    """An object that is no plain data."""

    def __init__(self, number: int) -> None:
        self.number = number


def encoder() -> Encoder:
    objects: list[Any] = []

    def handle(value: Any) -> list[Any]:
        objects.append(value)
        return [len(objects) - 1, *traits(value)]

    return Encoder(handle)


def decoder(arguments: tuple[Any, ...] = ()) -> Decoder:
    return Decoder(lambda handle: ("handle", handle[0]), arguments)


PLAIN: tuple[Any, ...] = (
    None, True, False, 0, -1, 1 << 63, -(1 << 63), 1 << 64, -(10**500), 10**5000, 0.1, -0.0, math.inf, 1 + 2j, "", "héllo \ud800", b"\0x",
    bytearray(b"ab"), [], [1, [2, "a"]], (), (1, (2,)), {1, 2}, frozenset({"a"}), {}, {"a": 1, 2: (3,), None: [4]},
    collections.OrderedDict(b=1, a=2), collections.Counter("aab"), collections.deque([1, 2]), Point(1, [2]), range(1, 9, 2), slice(1, None, 2),
    ..., NotImplemented, int, dict, type(None), torch.float16, torch.channels_last, torch.strided, np.dtype("f4"), torch.device("cpu"),
    fractions.Fraction(-1, 3), fractions.Fraction(7), decimal.Decimal("1.50"), datetime.date(2026, 1, 2), datetime.time(3, 4),
    datetime.datetime(2026, 1, 2, 3, 4, 5), datetime.timedelta(1, 2, 3), uuid.UUID(int=5), pathlib.PurePosixPath("a/b"),
    torch.Size([2, 3]),
)  # fmt: skip


@pytest.mark.parametrize(
    "value",
    PLAIN,
    ids=lambda value: (
        f"{type(value).__name__} {str(value)[:20]!a}" if type(value) is not int else f"int {value.bit_length()}"
    ),
)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    found = decoder().decode(encoder().encode(value))
    assert type(found).__name__ == type(value).__name__
    assert found == value
    assert isinstance(found, type(value)) or isinstance(value, Point)


def test_numbers_that_equal_nothing_come_back() -> None:
    assert math.isnan(decoder().decode(encoder().encode(math.nan)))
    assert math.copysign(1, decoder().decode(encoder().encode(-0.0))) == -1


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.arange(6.0).reshape(2, 3),
        lambda: torch.arange(6).reshape(2, 3).t(),
        lambda: torch.ones(1).expand(3, 4),
        lambda: torch.zeros(0, 3),
        lambda: torch.tensor(5),
        lambda: torch.tensor([True, False]),
        lambda: torch.rand(3).half(),
        lambda: torch.rand(3, dtype=torch.complex64).conj(),
        lambda: torch.rand(3).bfloat16(),
        lambda: torch.rand(100)[::9],
        lambda: nn.Parameter(torch.rand(2)),
        lambda: torch.rand(2, requires_grad=True),
    ],
)  # fmt: skip
def test_a_tensor_comes_back_with_dtype_shape_strides_and_flags(make: Callable[[], torch.Tensor]) -> None:
    value = make()
    found = decoder().decode(encoder().encode(value))
    assert type(found) is type(value)
    assert (found.dtype, found.shape, found.stride(), found.requires_grad) == (
        value.dtype,
        value.shape,
        value.stride(),
        value.requires_grad,
    )
    assert torch.equal(found.detach(), value.detach())


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)), np.array(["ab", "c"]), np.array([b"x"]),
        np.array([True, False]), np.array(3.5), np.zeros((0, 2)), np.array(["2026-01-02"], "M8[D]"), np.array([1 + 1j]), np.arange(9)[::-2],
        np.float32(1.5), np.int64(-3), np.bool_(True),
    ],
    ids=repr,
)  # fmt: skip
def test_an_array_comes_back_with_dtype_and_shape(value: Any) -> None:
    found = decoder().decode(encoder().encode(value))
    assert type(found) is type(value)
    assert (found.dtype, found.shape) == (value.dtype, value.shape)
    assert np.array_equal(found, value)


def test_an_object_goes_as_a_handle_and_an_argument_as_itself() -> None:
    given = [1, 2]
    assert decoder().decode(encoder().encode([Held(1), Held(2)])) == [("handle", 0), ("handle", 1)]
    assert decoder().decode(encoder().encode(ByHandle([1]))) == ("handle", 0)
    assert decoder((given,)).decode(encoder().encode((given, 1), {id(given): 0}))[0] is given


def test_what_is_nested_too_deeply_goes_as_a_handle() -> None:
    deep: list[Any] = []
    for _ in range(DEPTH + 5):
        deep = [deep]
    assert decoder().decode(encoder().encode(deep)) == ("handle", 0)


def test_an_object_of_a_subclass_goes_as_what_it_is_underneath() -> None:
    class Sly(float):
        def __eq__(self, other: object) -> bool:
            return True

        def __add__(self, other: Any) -> Any:
            return 7.0

        __mul__ = __add__
        __hash__ = float.__hash__

    found = decoder().decode(encoder().encode(Sly(1.5)))
    assert type(found) is float
    assert found == 1.5


@pytest.mark.parametrize(
    "payload",
    [
        (13, ["Fraction", "1e999999999"]), (13, ["eval", "1"]), (13, ["numpy.dtype", "O"]), (5, "0x" + "f" * 5_000_000), (5, ["0x"]), (12, "type:eval"),
        (7, ["torch.bool", [1], [1], b"\2", [False, False, True], None, None]), (8, ["|b1", [1], "C", b"\2"]), (9, ["|b1", b"\2"]),
        (7, ["torch.float32", [-1], [1], b"", [False, False, True], None, None]), (7, ["torch.float32", [4], [1], b"1234", [0, 0, 1], None, None]),
        (7, ["torch.float32", [2, 2], [1 << 39, 1], b"1234", [0, 0, 1], None, None]), (8, ["|O", [1], "C", bytes(8)]),
        (11, 0), (11, -1), (22, 5), (99, 0), (17, ["a", ["b=1"], [1]]), (4, [1]), (4, [[], 1]),
    ],
    ids=lambda payload: repr(payload)[:40],
)  # fmt: skip
def test_what_no_encoder_writes_is_refused(payload: tuple[int, Any]) -> None:
    with pytest.raises(CodecError):
        decoder().decode(msgpack.packb(msgpack.ExtType(payload[0], msgpack.packb(payload[1]))))


# -- any bytes


def _messages() -> list[bytes]:
    values = [
        *PLAIN,
        torch.rand(3, 2),
        nn.Parameter(torch.rand(2)),
        np.arange(4),
        np.float32(1),
        [Held(1)],
        {"a": [torch.ones(2)]},
    ]
    return [encoder().encode(value) for value in values]


def _mutated(message: bytes, chance: random.Random) -> bytes:
    data = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data)) if data else 0
        what = chance.randrange(5)
        if what == 0 and data:
            data[place] = chance.randrange(256)
        elif what == 1:
            data[place:place] = chance.randbytes(chance.randint(1, 6))
        elif what == 2:
            del data[place : place + chance.randint(1, 6)]
        elif what == 3:
            data[place:place] = data[place : place + chance.randint(1, 30)]
        elif data:
            data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


def test_mutated_messages_are_a_value_or_refused() -> None:
    chance = random.Random(1)
    messages = _messages()
    refused = 0
    for number in range(20_000):
        message = (
            chance.randbytes(chance.randint(0, 60)) if number % 10 == 0 else _mutated(chance.choice(messages), chance)
        )
        try:
            decoder().decode(message)
        except CodecError:
            refused += 1
    assert 2_000 < refused < 20_000


def _reply(number: int, chance: random.Random, values: list[bytes]) -> bytes:
    """A reply, honest but for one part."""
    reply: dict[str, Any] = {
        "number": number,
        "kind": "value",
        "value": chance.choice(values),
        "outputs": b"[]",
        "names": {},
        "cpu": 0.1,
    }
    odd: list[Any] = [
        None,
        0,
        -1,
        1e400,
        True,
        "",
        "x",
        b"",
        b"x",
        [],
        [1],
        {},
        {"0": b"x"},
        {"0": chance.choice(values)},
        [chance.choice(values)],
    ]
    parts = [
        "kind",
        "number",
        "value",
        "outputs",
        "cpu",
        "changed",
        "names",
        "libraries",
        "random",
        "error",
        "do",
        "of",
        "with",
        "question",
    ]
    for part in chance.sample(parts, chance.randint(0, 3)):
        reply[part] = chance.choice(odd)
    if chance.random() < 0.3:
        reply["kind"] = chance.choice(["error", "question", "slow", "value"])
    packed: bytes = msgpack.packb(reply)
    return _mutated(packed, chance) if chance.random() < 0.4 else packed


def _framed(data: bytes, chance: random.Random) -> bytes:
    length = len(data) if chance.random() < 0.9 else chance.choice([0, len(data) // 2, 1 << 40, (1 << 64) - 1])
    return struct.pack("!Q", length) + data


def _speak(channel: socket.socket, answers: bytes) -> None:
    try:
        channel.sendall(answers)
        channel.shutdown(socket.SHUT_WR)
        while channel.recv(1 << 16):
            pass
    except OSError:
        return


def _talk(link: Link) -> str:
    """How a talk of a few requests ends: "gone", or "odd: …" for an error that nobody may meet."""
    asks: tuple[Callable[[], Any], ...] = (
        lambda: link.cell("x = 1", 1, 5),
        lambda: link.names([]),
        lambda: link.do("call", [1], key=torch.ones(2)),
    )
    for ask in asks:
        try:
            ask()
        except WorkerGone:
            return "gone"
        except OutOfTime:
            continue
        except BaseException as error:
            if libraries.ORIGINAL not in error.__dict__:  # which an answer's own error has
                return f"odd: {error!r}"
    return "to the end"


def test_a_worker_that_says_anything_is_gone_or_gave_a_value() -> None:
    chance = random.Random(2)
    values = _messages()
    ends: collections.Counter[str] = collections.Counter()
    for _ in range(600):
        judges, workers = socket.socketpair()
        answers = b"".join(_framed(_reply(number, chance, values), chance) for number in range(1, 6))
        speaker = threading.Thread(target=_speak, args=(workers, answers))
        with judges, workers:
            speaker.start()
            link = Link(Channel(judges), Limits(cell_seconds=5, total_seconds=20), make_proxy, lambda outputs: None)
            end = _talk(link)
            assert (link.end is None) == (end != "gone")
            ends[end] += 1
            judges.close()
            speaker.join()
    assert ends.keys() == {"gone", "to the end"}
    assert min(ends.values()) > 20, ends
