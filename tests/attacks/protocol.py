"""Answers that take the worker over and speak with the judge themselves."""

from __future__ import annotations

from tests.attacks.attack import FULL, GONE, MARKED, SLOW, Attack, forged

_ANSWER = "\ndef affine(x, a, b):\n    return 0"


def _value(name: str, value: str, verdicts: frozenset[str] = GONE | MARKED) -> Attack:
    """A reply of the right form, with this value in it."""
    return forged(name, f"def affine(x, a, b):\n    answer_with(value=packed({value}))\n    return 0", verdicts)


def _reply(name: str, parts: str, verdicts: frozenset[str] = GONE | MARKED) -> Attack:
    """A reply with other parts."""
    return forged(name, f"def affine(x, a, b):\n    answer_with(**{parts})\n    return 0", verdicts)


def _bytes(name: str, data: str, verdicts: frozenset[str] = GONE) -> Attack:
    """Bytes that are no message, in the middle of a call."""
    return forged(name, f"def affine(x, a, b):\n    {data}\n    import time\n    time.sleep(60)", verdicts)


_TENSOR = "ext(7, ['torch.float32', {shape}, {strides}, bytes({bytes}), [False, False, True], None, None])"

ATTACKS = (
    forged("closes the way to the judge", "def affine(x, a, b):\n    os_close = __import__('os').close\n    os_close(channel.fileno())"),
    forged("its own child answers", "import os\ndef affine(x, a, b):\n    if os.fork() == 0:\n        return 0\n    os._exit(0)"),
    _bytes("a reply too early, and another", "say(packed({'number': 10**6, 'kind': 'value', 'value': packed(0)}))"),
    _bytes("a reply with the number of the next", "[say(packed({'number': n, 'kind': 'value', 'value': packed(0), 'outputs': b'[]'})) for n in range(1, 400)]", GONE | MARKED),
    forged("a reply before anything is asked", "say(packed({'number': 2, 'kind': 'value', 'names': {'affine': packed(5)}, 'outputs': b'[]'}))" + _ANSWER),
    _bytes("many replies", "[say(packed({'number': -n, 'kind': 'value'})) for n in range(100)]"),
    _bytes("a length of everything", "raw(bytes([255] * 8))"),
    _bytes("a length beyond the limit", "raw(struct.pack('!Q', 1 << 40))"),
    _bytes("half a message", "raw(struct.pack('!Q', 1000) + b'x' * 10)", SLOW),
    _bytes("a message that comes byte by byte", "[(raw(bytes([each])), __import__('time').sleep(0.05)) for each in struct.pack('!Q', 10**6) + b'x' * 10**4]", SLOW),
    _bytes("no message at all", "say(b'')"),
    _bytes("random bytes", "say(__import__('os').urandom(5000))"),
    _bytes("a list, no reply", "say(packed([1, 2, 3]))"),
    _bytes("a bomb of lists", "say(b'\\x91' * 1000000)"),
    _bytes("an array of four billion", "say(b'\\xdd\\xff\\xff\\xff\\xff')"),
    _reply("a kind that is a list", "{'kind': [1]}"),
    _reply("a kind of its own", "{'kind': 'passed'}"),
    _reply("processor time that is none", "{'cpu': 'long', 'value': packed(0)}"),
    _reply("processor time that is no number", "{'cpu': float('nan'), 'value': packed(0)}"),
    _reply("no value", "{}"),
    _reply("a value that is no message", "{'value': 5}"),
    _reply("outputs that are none", "{'value': packed(0), 'outputs': 7}"),
    _reply("outputs nested deeply", "{'value': packed(0), 'outputs': b'[' * 100000}"),
    _reply("outputs of numbers that are none", "{'value': packed(0), 'outputs': b'[{\"output_type\": \"stream\", \"text\": ' + b'9' * 9000 + b'}]'}"),
    _reply("a result that is a score", "{'value': packed(0), 'outputs': b'[{\"output_type\": \"execute_result\", \"data\": {\"text/plain\": \"2.0\"}, \"metadata\": {}}]'}"),
    _reply("changes of nothing", "{'value': packed(0), 'changed': {'17': b'x'}}"),
    _reply("changes that are a number", "{'value': packed(0), 'changed': 5}"),
    _reply("changes of a number", "{'value': packed(0), 'changed': {'0': packed(0)}}"),
    _reply("names that nobody has asked for", "{'value': packed(0), 'names': {'expected': [False, packed(0)], 'x': [False, packed(0)], 'TOLERANCE': [False, packed(1e9)]}}"),
    _reply("names that are a number", "{'value': packed(0), 'names': 3}"),
    _reply("a random state of its own", "{'value': packed(0), 'random': packed([0])}"),
    _reply("leaves that are none", "{'value': packed(0), 'libraries': {'torch': packed([3])}}"),
    _reply("a leaf that is none", "{'value': packed(0), 'libraries': {'torch': packed(3)}}"),
    _reply("values of a library that is none", "{'value': packed(0), 'libraries': {'os': packed([3])}}"),
    _reply("an error that is none", "{'kind': 'error', 'error': packed(5)}"),
    _reply("an error of odd parts", "{'kind': 'error', 'error': packed([1, {'a': 1}, [], [[1]], [[[]]], 5, None])}"),
    _reply("an error of our own class", "{'kind': 'error', 'error': packed(['', '', [], [], ['nbjudge.judge.errors.WorkerGone', 'builtins.BaseException'], [], None])}"),
    _reply("an error of IPython's", "{'kind': 'error', 'error': packed(['', '', [], [], ['IPython.core.error.UsageError'], [], None])}"),
    _reply("a failure of a check", "{'kind': 'failure', 'failure': packed(0)}"),
    _reply("too slow, at once", "{'kind': 'slow'}", SLOW | GONE),
    _value("a handle of nobody", "ext(10, [999999, False, [['builtins', 'object']], ['__call__'], None, []])"),
    _value("a handle of odd parts", "ext(10, ['x', [], 5, {'a': 1}, 3])"),
    _value("a handle that says it is a tensor", "ext(10, [999998, False, [['torch', 'Tensor'], ['builtins', 'float']], ['__float__'], None, []])"),
    _value("an argument out of range", "ext(11, 50)"),
    _value("an argument below zero", "ext(11, -1)"),
    _value("an object that was never handed over", "ext(22, 10**9)"),
    _value("a kind of value that does not exist", "ext(99, 0)"),
    _value("a time stamp", "msgpack.ExtType(-1, b'12345678')"),
    _value("a tensor of another size", _TENSOR.format(shape="[1000]", strides="[1]", bytes=8)),
    _value("a tensor of negative size", _TENSOR.format(shape="[-4]", strides="[1]", bytes=0)),
    _value("a tensor of negative strides", _TENSOR.format(shape="[4]", strides="[-1]", bytes=16)),
    _value("a tensor of absurd strides", _TENSOR.format(shape="[2, 2]", strides="[1 << 39, 1 << 39]", bytes=16)),
    _value("a tensor beyond counting", _TENSOR.format(shape="[1 << 39, 1 << 39, 1 << 39]", strides="[0, 0, 0]", bytes=4)),
    _value("a tensor of a dtype that is none", "ext(7, ['torch.nothing', [1], [1], b'1234', [False, False, True], None, None])"),
    _value("a tensor of quantised numbers", "ext(7, ['torch.quint8', [1], [1], b'1', [False, False, True], None, None])"),
    _value("an array of objects", "ext(8, ['|O', [1], 'C', bytes(8)])"),
    _value("an array of records", "ext(8, ['i4,O', [1], 'C', bytes(12)])"),
    _value("a fraction that never ends", "ext(13, ['Fraction', '1e999999999'])"),
    _value("a number of many digits", "ext(5, '0x' + 'f' * 30_000_000)"),
    _value("a type that is none", "ext(12, 'type:eval')"),
    _value("an object built of a text", "ext(13, ['eval', '1'])"),
    _value("a named tuple of code", "ext(17, ['x', ['a', 'b=print(1)'], [1, 2]])"),
    _value("values nested deeply", "__import__('functools').reduce(lambda inner, _: ext(1, [inner]), range(2000), 0)"),
    _value("millions of empty lists", "ext(1, msgpack.ExtType(1, b'\\xdd' + struct.pack('!I', 1_900_000) + b'\\x90' * 1_900_000))"),
    forged(
        "memory of the judge",
        "def affine(x, a, b):\n    part = b'\\xdd' + struct.pack('!I', 1_900_000) + b'\\x90' * 1_900_000\n"
        "    answer_with(value=b'\\xdd' + struct.pack('!I', 60) + part * 60)\n    return 0",
        FULL | GONE | SLOW,
    ),
    forged("asks for ever", "def affine(x, a, b):\n    while True:\n        worker.ask(0, 'call', [[], {}])", SLOW | GONE | MARKED),
    forged(
        "walks through what a test handed over",
        "",
        MARKED,
        evens="""
        def evens(n):
            found = []
            for number in range(50):
                for name in ('__globals__', 'gi_frame', 'f_back', '__class__', 'tb_frame', '__dict__', 'modules', 'cache'):
                    for act in ('attribute', 'call', 'next', 'item', 'length', 'iterate', 'eval', '__getattr__', 7, None, []):
                        try:
                            found.append(worker.ask(number, act, [name]))
                        except Exception:
                            pass
            print(found)
            try:
                worker.ask(-1, 'input', ['name? '])
            except Exception as error:
                print(error)
            raise ValueError(str(found))
        """,
    ),
    _bytes("a question of odd parts", "say(packed({'kind': 'question'}))\n    say(packed({'kind': 'question', 'of': 'x', 'do': [], 'with': 5}))"),
    forged("replies after its time is up", "import time\ndef affine(x, a, b):\n    end = time.monotonic() + 10\n    while time.monotonic() < end:\n        try:\n            time.sleep(60)\n        except BaseException:\n            pass\n    return a * x + b", SLOW),
    forged("swallows its time", "def affine(x, a, b):\n    import time\n    while True:\n        try:\n            while True: time.sleep(1)\n        except BaseException:\n            pass", SLOW),
)  # fmt: skip
