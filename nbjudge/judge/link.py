"""The judge's end of the channel to a worker: each request gets one reply; anything else that comes ends the worker."""

from __future__ import annotations

import builtins
import contextlib
import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import msgpack

from nbjudge.channel import Channel, ChannelBroken, ChannelClosed, ChannelTimeout
from nbjudge.codec import CodecError, Decoder, libraries
from nbjudge.hidden_tests import StudentLine
from nbjudge.job import End, HiddenTestDelimiters
from nbjudge.judge.callbacks import Callbacks, call_back, pickled, plain_error
from nbjudge.judge.errors import OutOfTime, RemoteFailure, RemoteTooSlow, WorkerGone, rebuild_error
from nbjudge.limits import Limits
from nbjudge.shared_state import generators_state, restore_generators, sync_in_place
from nbjudge.text import lines_of
from nbjudge.worker.outputs import Output

GRACE = 5.0
"""Seconds of wall time that a worker has, beyond a request's limit, to reply that the limit is reached."""

_MARGIN = 0.5
"""Seconds before a test cell's deadline at which a request in it ends, so that the worker lives on."""

_OUTPUT_SHARE = 8
"""How many bytes of JSON one byte of output may take: JSON may write a character as \\ud83d\\ude00."""

_ENDINGS = (StopIteration, StopAsyncIteration, GeneratorExit)
"""Errors that end a loop when a call raises them: only the iterator of the loop may."""

_FUNCTIONS = frozenset({"module", "lambda", "locals", "listcomp", "dictcomp", "setcomp", "genexpr", "cell", "line"})
"""Words of the names that Python gives to code that has no name."""

_FILE_NAME = "co_filename"
"""The attribute of code that `inspect` asks for before it reads the code's file."""

KINDS = {"value", "slow", "error", "question"}


class Link:
    """The link to one worker.

    Args:
        channel: to the worker.
        limits: what the worker may use.
        proxy: makes the proxy of a handle.
        show: gets the outputs that a request has caused.

    Attributes:
        proxies: by the number of their handles.
        end: how the worker ended; None while it lives.
        detail: of that end, for the instructor.
        slow: whether a call did not come back in time.
        deadline, cell_deadline: on the monotonic clock, of the notebook and of the test cell that is running.
        share_random: whether both processes draw from the same random numbers now.
        ends_loops: whether StopIteration may come out of any call.
        cpu_seconds: processor time of all requests in the worker.
        operators: special methods that classes of the source define; None: not known.
        last_lines: the student's lines that led to the last error.
        before_request, before_reading, renamed: called before a request, before a test cell reads a student's code, and
            with the names that a request has bound anew.
    """

    def __init__(
        self,
        channel: Channel,
        limits: Limits,
        proxy: Callable[[Link, list[Any]], Any],
        show: Callable[[list[Output]], None],
    ) -> None:
        self._channel = channel
        self._limits = limits
        self._make_proxy = proxy
        self._show = show
        self._number = 0
        self._callbacks = Callbacks()
        self._sides: dict[str, libraries.JudgeSide] = {}
        self._sources: list[str] = []
        self.proxies: dict[int, Any] = {}
        self.end: End | None = None
        self.detail = ""
        self.deadline = time.monotonic() + limits.total_seconds
        self.cell_deadline = math.inf
        self.slow = False
        self.share_random = False
        self.ends_loops = False
        self.cpu_seconds = 0.0
        self.operators: frozenset[str] | None = None
        self.last_lines: list[StudentLine] = []
        self.before_request: Callable[[], None] = lambda: None
        self.before_reading: Callable[[], None] = lambda: None
        self.renamed: Callable[[Mapping[str, Any]], None] = lambda _: None

    # -- requests

    def cell(self, source: str, number: int, seconds: float) -> tuple[list[Output], bool]:
        """Run a student's cell under this number: its outputs, and whether it was stopped for its time."""
        self._sources.append(source)
        reply = self._request("cell", (source, number), self._seconds(seconds))
        return self._outputs(reply), reply["kind"] == "slow"

    def in_process_test(
        self, source: str, number: int, seconds: float, delimiters: HiddenTestDelimiters
    ) -> tuple[list[Output], bool]:
        """Run a test cell in the student's process, as stock nbgrader does: as `cell` otherwise."""
        reply = self._request("in_process_test", (source, number, delimiters), self._seconds(seconds))
        return self._outputs(reply), reply["kind"] == "slow"

    def names(self, names: Sequence[str]) -> dict[str, bytes | None]:
        """The values of these names in the student's notebook, still encoded; None where there is no such name."""
        reply = self._request("names", list(names), self._seconds(GRACE * 4))
        values = reply.get("names")
        if not isinstance(values, dict) or values.keys() != set(names):
            self._break("names that nobody asked for")
        return values

    def do(self, operation: str, *arguments: Any, **keywords: Any) -> Any:
        """Carry out an operation on objects of the worker there; returns its result, raises the error that it raises."""
        if operation == "getattr" and arguments[1] == _FILE_NAME:
            self.before_reading()
        self.before_request()
        reply = self._request(operation, (arguments, keywords), self._seconds())
        return self._value(reply, arguments, keywords, may_end=operation == "next")

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Have a function of the course run in the worker; see `nbjudge.judge.proxy.run_in_worker`."""
        self.before_request()
        reply = self._request("run", ((function, *arguments), {}), self._seconds())
        if reply["kind"] == "slow":
            raise RemoteTooSlow
        if reply["kind"] == "error":
            raise _failure(self.decode(reply.get("error", b"")))
        return self._value(reply, arguments, {})

    def decode(self, message: bytes, arguments: Sequence[Any] = ()) -> Any:
        """A value of the worker's."""
        decoder = Decoder(self._proxy_of, arguments, self._callbacks.at, self._side)
        try:
            return decoder.decode(message)
        except CodecError as error:
            self._break(str(error))

    def _request(self, operation: str, arguments: Any, seconds: float) -> dict[str, Any]:
        if self.end is not None:
            raise WorkerGone(self.detail)
        self._number += 1
        number = self._number
        settings = {
            "seconds": seconds,
            "random": generators_state() if self.share_random else None,
            "libraries": {
                library.name: sent
                for library in libraries.loaded()
                if (sent := self._side(library).outgoing()) is not None
            },
        }
        message = pickled(("request", number, operation, arguments, settings), self._callbacks)
        try:
            self._channel.send(message, seconds=seconds + GRACE)
            reply = self._reply(number, seconds + GRACE)
        except ChannelTimeout:
            self._gone(End.TIMED_OUT, f"no reply within {seconds:.0f} seconds")
        except ChannelClosed:
            self._gone(End.CRASHED, "the worker ended")
        except (ChannelBroken, CodecError) as error:
            self._break(str(error))
        except (WorkerGone, OutOfTime):
            raise
        except Exception as error:  # whatever else the worker's bytes lead to
            self._break(f"{type(error).__name__}: {error}")
        except BaseException:  # the cell's time is up in the middle of a message: what comes next belongs to nothing
            self._close(End.TIMED_OUT, "stopped in the middle of a request")
            raise
        if self.share_random and isinstance(reply.get("random"), bytes):
            states = self.decode(reply["random"])
            with contextlib.suppress(Exception):  # a state that is none leaves the judge's as it is
                restore_generators(states)
        return reply

    def _reply(self, number: int, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            data = self._channel.receive(limit=self._limits.reply_bytes, seconds=max(0.0, deadline - time.monotonic()))
            reply = _checked(data)
            if reply["kind"] == "question":
                self._call_back(reply)
                continue
            if reply.get("number") != number:
                raise CodecError("a reply to another request")
            cpu = reply.get("cpu")
            self.cpu_seconds += cpu if isinstance(cpu, float) and 0 <= cpu < 1e6 else 0.0
            return reply

    def _value(
        self, reply: dict[str, Any], arguments: Sequence[Any], keywords: Mapping[str, Any], may_end: bool = False
    ) -> Any:
        self._show(self._outputs(reply))
        if reply["kind"] == "slow":
            self.slow = True
            raise OutOfTime
        self._sync(reply, arguments, keywords)
        if reply["kind"] == "error":
            error = self._error(self.decode(reply.get("error", b"")))
            if isinstance(error, _ENDINGS) and not may_end and not self.ends_loops:
                raise RuntimeError(f"the answer raised {type(error).__name__}") from error
            raise error
        if reply["kind"] != "value":
            self._break("a reply of another kind")
        return self.decode(reply.get("value", b""), [*arguments, *keywords.values()])

    def _sync(self, reply: dict[str, Any], arguments: Sequence[Any], keywords: Mapping[str, Any]) -> None:
        """Change here too what a call has changed: its arguments, values of libraries that are shared, and names."""
        changed = reply.get("changed") or {}
        places = {**{str(number): value for number, value in enumerate(arguments)}, **keywords}
        try:
            for place, state in changed.items():
                if not hasattr(type(places[place]), "_number_of"):  # a proxy holds nothing that could be old
                    sync_in_place(places[place], self.decode(state))
            for name, values in (reply.get("libraries") or {}).items():
                self._side(libraries.library(name)).incoming(self.decode(values))
            self.renamed(reply.get("names") or {})
        except Exception as error:
            self._break(f"changes that cannot be: {error}")

    def _outputs(self, reply: Mapping[str, Any]) -> list[Output]:
        try:
            text = reply.get("outputs") or b"[]"
            if len(text) > _OUTPUT_SHARE * self._limits.cell_output_bytes:
                raise ValueError
            outputs = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            self._break("outputs that cannot be read")
        return outputs if isinstance(outputs, list) else []

    def _error(self, data: Any) -> BaseException:
        try:
            _, message, _, lines, names, arguments, proxy = data
            self.last_lines = [line for line in _student_lines(lines) if self._is_a_line(line)]
            error = rebuild_error([(str(module), str(name)) for module, name in names], str(message), arguments)
        except WorkerGone:
            raise
        except Exception as problem:
            self._break(f"an error that cannot be: {problem}")
        error.__dict__.setdefault(libraries.ORIGINAL, proxy)
        return error

    def _is_a_line(self, line: StudentLine) -> bool:
        """Whether a student's cell has this line: an answer could put a test's inputs in its place."""
        return any(
            line.text in {text.strip() for text in lines_of(source)[line.number - 1 : line.number]}
            and all(word in source for word in re.findall(r"\w+", line.function) if word not in _FUNCTIONS)
            for source in self._sources
        )

    # -- callbacks

    def _call_back(self, question: Mapping[str, Any]) -> None:
        try:
            value: Any
            arguments = self.decode(question["with"])
            if question["do"] == "input":
                value, raised = builtins.input(*arguments), False
            else:
                value, raised = call_back(self._callbacks.at(question["of"]), question["do"], arguments), False
        except (WorkerGone, OutOfTime):
            raise
        except Exception as raised_here:
            value, raised = plain_error(raised_here), True
        number = question.get("question")
        try:
            message = pickled(("answer", number, raised, value), self._callbacks)
        except Exception:  # some objects, such as frames, cannot be pickled
            message = pickled(("answer", number, True, TypeError("this cannot be handed over")), self._callbacks)
        self._channel.send(message, seconds=GRACE)

    # -- values

    def _proxy_of(self, handle: list[Any]) -> Any:
        number = handle[0]
        if number not in self.proxies:
            self.proxies[number] = self._make_proxy(self, handle)
        return self.proxies[number]

    def _side(self, library: libraries.Library) -> libraries.JudgeSide:
        """The judge's side of a library, for this worker."""
        if library.name not in self._sides:
            self._sides[library.name] = library.judge_side(self)
        return self._sides[library.name]

    # -- time and the end

    def _seconds(self, most: float = 1e9) -> float:
        """How long a request may take, in seconds: not longer than the test cell may that makes it."""
        now = time.monotonic()
        return max(0.1, min(most, self.deadline - now, self.cell_deadline - _MARGIN - now))

    def _break(self, why: str) -> NoReturn:
        self._gone(End.CRASHED, f"protocol: {why}"[:300])

    def _gone(self, end: End, detail: str) -> NoReturn:
        self._close(end, detail)
        raise WorkerGone(detail) from None

    def _close(self, end: End, detail: str) -> None:
        if self.end is None:
            self.end, self.detail = end, detail
        self._channel.close()


def _checked(data: bytes) -> dict[str, Any]:
    try:
        reply = msgpack.unpackb(data, raw=False, strict_map_key=True)
    except Exception as error:
        raise CodecError(f"no message: {type(error).__name__}") from None
    if not isinstance(reply, dict) or reply.get("kind", "value") not in KINDS:
        raise CodecError("no reply")
    reply.setdefault("kind", "value")
    return reply


def _failure(data: Any) -> RemoteFailure:
    try:
        type_name, message, bases, lines, *_ = data
        return RemoteFailure(str(type_name), str(message), tuple(map(str, bases)), tuple(_student_lines(lines)))
    except Exception:  # whatever the worker's data leads to
        return RemoteFailure("Exception", "", ("Exception",), ())


def _student_lines(lines: Any) -> list[StudentLine]:
    return [StudentLine(str(function)[:200], int(number), str(text)[:500]) for function, number, text in lines[:50]]
