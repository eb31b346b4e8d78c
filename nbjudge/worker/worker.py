"""The worker: runs a student's cells, and carries out a judge's requests on the objects that they define.

The student's code runs in the same process and can change all of it, so the judge checks every reply and believes none.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import io
import json
import os
import pickle
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import dropwhile
from types import FrameType
from typing import Any

import msgpack

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.codec import Encoder, libraries
from nbjudge.hidden_tests import StudentLine, format_error, hidden_line_is_running
from nbjudge.job import HiddenTestDelimiters
from nbjudge.limits import Limits
from nbjudge.plugins import load_plugins, plugin_packages
from nbjudge.shared_state import (
    WATCHED_BYTES,
    can_change,
    generators_state,
    is_mutable_data,
    restore_generators,
    seed_generators,
    state_of,
    sync_in_place,
)
from nbjudge.time_limit import TimeLimitReached, processor_seconds, time_limit
from nbjudge.warm_up import warm_up_cells
from nbjudge.worker.operations import (
    OPERATIONS,
    describe_error,
    described_line,
    folders_of_others,
    names_of,
    student_frames,
    traits,
)
from nbjudge.worker.outputs import Outputs
from nbjudge.worker.shell import Shell, make_shell, redirect

MISSING = object()


def preload(plugins: Sequence[str], used_libraries: Sequence[str]) -> None:
    """In the fork server: load all that a fork would otherwise load for itself."""
    make_shell().warm_up(warm_up_cells(used_libraries, load_plugins(plugins), worker=True))
    libraries.loaded()
    folders_of_others(plugin_packages())


def serve(channel: Channel) -> None:
    """In a fork: serve the judge at the other end until it closes."""
    Worker(channel, Limits(), Shell.instance()).serve()


class _Callback:
    """The proxy of an object that lives in the judge, such as a function that a test cell hands over."""

    def __init__(self, ask: Callable[[int, str, Sequence[Any]], Any], number: int) -> None:
        self._ask = ask
        self._number = number

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it there."""
        return self._ask(self._number, "call", [list(arguments), keywords])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask(self._number, "attribute", [name])

    def __iter__(self) -> Any:
        return self._ask(self._number, "iterate", [])

    def __next__(self) -> Any:
        return self._ask(self._number, "next", [])

    def __len__(self) -> int:
        return int(self._ask(self._number, "length", []))

    def __getitem__(self, key: Any) -> Any:
        return self._ask(self._number, "item", [key])


class Worker:
    """One submission's process.

    Args:
        channel: to the judge.
        limits: for the bytes of outputs; the process itself is limited from outside.
    """

    def __init__(self, channel: Channel, limits: Limits, shell: Shell) -> None:
        self._channel = channel
        self._limits = limits
        self._shell = shell
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._callbacks: dict[int, _Callback] = {}
        self._sides: dict[str, libraries.WorkerSide] = {}
        self._watched: dict[str, tuple[Any, bytes]] = {}
        self._encoder = Encoder(self._handle, self._number_of_callback)
        # Of an object only its number: what a judge may know of it is slow to find out, and compared after every call.
        self._fingerprints = Encoder(lambda value: [self._number(value)], self._number_of_callback)
        self._written = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # as long as the process lives

    def serve(self) -> None:
        """Answer requests until the judge is gone."""
        for descriptor in (1, 2):  # what is written past sys.stdout
            os.dup2(self._written.fileno(), descriptor)
        sys.argv = ["notebook"]
        if "" not in sys.path:
            sys.path.insert(0, "")
        redirect(self._shell, "stderr")
        builtins.input = lambda prompt="": self.ask(-1, "input", [str(prompt)])
        seed_generators(0)  # the same notebook gives the same outputs twice
        try:
            self.until_answered(None)
        except ChannelClosed:
            return

    def until_answered(self, awaited: int | None) -> Any:
        """Serve requests, until the answer to the worker's own question with this number comes."""
        while True:
            message = self._load(self._channel.receive())
            if message[0] == "answer":
                if message[1] == awaited:
                    return message[2:]
                continue
            _, number, operation, arguments, settings = message
            self._reply(number, *self._run(operation, arguments, settings))

    def ask(self, number: int, operation: str, arguments: Sequence[Any]) -> Any:
        """Ask the judge to do something with an object of its own; returns what it gives, raises what it raises."""
        question = random.getrandbits(62)
        encoded = self._encoder.encode(list(arguments))
        packed = msgpack.packb(
            {"kind": "question", "question": question, "of": number, "do": operation, "with": encoded}
        )
        self._channel.send(packed)
        raised, value = self.until_answered(question)
        if raised:
            raise value
        return value

    def _run(self, operation: str, arguments: Any, settings: Any) -> tuple[dict[str, Any], Outputs]:
        outputs = Outputs(self._limits.cell_output_bytes)
        before, self._shell.outputs = self._shell.outputs, outputs
        started = processor_seconds()
        reply: dict[str, Any] = {}
        for name, sent in settings["libraries"].items():
            self._side(libraries.library(name)).incoming(sent)
        try:
            if operation == "cell":
                reply = self._cell(*arguments, seconds=settings["seconds"])
                self._watched.clear()
            elif operation == "in_process_test":
                reply = self._in_process_test(*arguments, seconds=settings["seconds"])
                self._watched.clear()
            elif operation == "names":
                self._watched.clear()
                for name in arguments:
                    self._watch(name)
                reply = {"names": {name: self._name(name) for name in arguments}}
            else:
                reply = self._operate(operation, arguments, settings)
        except TimeLimitReached:
            reply = {"kind": "slow"}
        finally:
            outputs.stream("stdout", self._take_written())
            self._shell.outputs = before
        reply["cpu"] = processor_seconds() - started
        return reply, outputs

    def _cell(self, source: str, count: int, *, seconds: float) -> dict[str, Any]:
        self._shell.execution_count = count
        began = time.monotonic()
        with contextlib.suppress(TimeLimitReached), time_limit(seconds):
            self._shell.run_cell(source, store_history=True)
        slow = time.monotonic() - began >= seconds  # IPython may have taken the exception that stopped the cell
        return {"kind": "slow" if slow else "value"}

    def _in_process_test(
        self, source: str, count: int, delimiters: HiddenTestDelimiters, *, seconds: float
    ) -> dict[str, Any]:
        """Run a test cell among the student's cells; of its hidden lines neither text nor output is kept."""
        shell, file_name = self._shell, ""
        with contextlib.suppress(Exception):  # IPython's transformer may raise anything on a text that is no Python
            file_name = shell.compile.cache(shell.transform_cell(source), count, source)

        def is_test(frame: FrameType) -> bool:
            return frame.f_code.co_filename == file_name

        def shown(error: BaseException) -> tuple[str, str, list[str]]:
            below = dropwhile(lambda place: not is_test(place[0]), student_frames(error))
            lines = [StudentLine(*described_line(*place)) for place in below if not is_test(place[0])]
            text = format_error(error, is_test, delimiters, lines, from_answer=bool(lines))
            return text.name, text.message, text.traceback

        redirect(shell, "stdout")
        shell.format_error = shown
        shell.suppress_outputs = lambda: hidden_line_is_running(is_test, delimiters)
        try:
            return self._cell(source, count, seconds=seconds)
        finally:
            shell.format_error = shell.suppress_outputs = None
            redirect(shell, "stderr")

    def _name(self, name: str) -> bytes | None:
        value = self._shell.user_ns.get(name, MISSING)
        return None if value is MISSING else self._encoder.encode(value)

    def _side(self, library: libraries.Library) -> libraries.WorkerSide:
        """The worker's side of a library."""
        if library.name not in self._sides:
            self._sides[library.name] = library.worker_side()
        return self._sides[library.name]

    def _watch(self, name: str) -> None:
        value = self._shell.user_ns.get(name, MISSING)
        fingerprint = self._fingerprints.encode(value) if is_mutable_data(value) else b""
        self._watched[name] = value, fingerprint if len(fingerprint) <= WATCHED_BYTES else b""

    def _rebound(self) -> dict[str, list[Any]]:
        """Of the names that the judge has asked for: those whose value has changed (in place: True), or that are gone."""
        rebound = {}
        namespace = self._shell.user_ns
        for name, (value, fingerprint) in list(self._watched.items()):
            now = namespace.get(name, MISSING)
            in_place = now is value
            if in_place and not (fingerprint and self._fingerprints.encode(now) != fingerprint):
                continue
            self._watch(name)
            rebound[name] = [in_place, self._name(name)]
        return rebound

    def _operate(self, operation: str, arguments: Any, settings: Any) -> dict[str, Any]:
        positional, named = arguments
        # A function of the course, which `run` names, does not change the judge's arguments.
        by_place = {} if operation == "run" else {**{str(at): value for at, value in enumerate(positional)}, **named}
        states = {  # of what came by value; the judge asks for the state of what lives here
            place: self._state_of(value)
            for place, value in by_place.items()
            if can_change(value) and id(value) not in self._numbers
        }
        if settings["random"] is not None:
            restore_generators(settings["random"])
        reply: dict[str, Any]
        with contextlib.ExitStack() as in_force:
            for name, sent in settings["libraries"].items():
                in_force.enter_context(self._sides[name].using(sent))
            try:
                with time_limit(settings["seconds"]):
                    value = self._do(operation, positional, named)
                positions = {id(value): number for number, value in enumerate(by_place.values())}
                reply = {"kind": "value", "value": self._encoder.encode(value, positions)}
            except TimeLimitReached:
                return {"kind": "slow"}
            except ChannelClosed:
                raise
            except BaseException as error:
                reply = {"kind": "error", "error": self._encoder.encode(self._error_data(error))}
        changed = {place: self._state_of(by_place[place]) for place in states}
        reply["changed"] = {place: state for place, state in changed.items() if state != states[place]}
        reply["names"] = self._rebound()
        reply["libraries"] = {
            name: self._encoder.encode(values)
            for name, side in self._sides.items()
            if (values := side.outgoing()) is not None
        }
        if settings["random"] is not None:
            reply["random"] = self._encoder.encode(generators_state())
        return reply

    def _do(self, operation: str, positional: Sequence[Any], named: dict[str, Any]) -> Any:
        namespace = self._shell.user_ns
        if operation == "assign":
            namespace[positional[0]] = positional[1]
            return None
        if operation == "delete":
            namespace.pop(positional[0], None)
            return None
        if operation == "sync_in_place":  # a container that a test cell has changed in place
            sync_in_place(namespace[positional[0]], positional[1])
            return None
        if operation == "execute":  # a definition that the student can read in a test cell
            exec(compile(positional[0], "<test cell>", "exec"), namespace)
            return None
        return OPERATIONS[operation](*positional, **named)

    def _state_of(self, value: Any) -> bytes:
        return self._encoder.encode(state_of(value))

    def _error_data(self, error: BaseException) -> list[Any]:
        arguments = [value for value in error.args if isinstance(value, (str, int, float, bool, type(None)))]
        return [*describe_error(error), names_of(type(error)), arguments, error]

    def _reply(self, number: int, reply: dict[str, Any], outputs: Outputs) -> None:
        reply["number"] = number
        reply["outputs"] = json.dumps(outputs.plain(), default=str).encode()
        self._channel.send(msgpack.packb(reply))

    def _take_written(self) -> str:
        self._written.seek(0)
        data = self._written.read(self._limits.cell_output_bytes)
        if data:
            self._written.seek(0)
            self._written.truncate()
        return data.decode("utf-8", "replace")

    def _handle(self, value: Any) -> list[Any]:
        return [self._number(value), *traits(value)]

    def _number(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)  # kept, so that its id() is nobody else's
            for library in libraries.loaded():
                self._side(library).hand_out(value)
        return number

    def _number_of_callback(self, value: Any) -> int | None:
        return value._number if type(value) is _Callback else None

    def _load(self, message: bytes) -> Any:
        return _Unpickler(self, message).load()

    def callback(self, number: int) -> _Callback:
        """The callback with this number."""
        return self._callbacks.setdefault(number, _Callback(self.ask, number))

    def object_at(self, number: int) -> Any:
        """The object with this handle."""
        return self._objects[number]


class _Unpickler(pickle.Unpickler):
    """Reads a message of the judge, whom the worker trusts."""

    def __init__(self, worker: Worker, message: bytes) -> None:
        super().__init__(io.BytesIO(message))
        self._worker = worker

    def persistent_load(self, pid: Any) -> Any:
        kind, number = pid
        if kind == "module":
            return importlib.import_module(number)
        return self._worker.object_at(number) if kind == "handle" else self._worker.callback(number)
