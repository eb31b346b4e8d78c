"""The worker: runs a student's cells, and does what a judge asks of what they defined. Everything here is in the
student's hands; the judge believes nothing of it."""

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
from collections.abc import Sequence
from typing import Any

import msgpack
import numpy as np
import torch
from torch import Tensor, nn

from nbjudge import random_state
from nbjudge.channel import Channel, ChannelClosed
from nbjudge.clock import processor_seconds
from nbjudge.codec import Encoder
from nbjudge.limits import Limits
from nbjudge.plugins import load_plugins, plugin_packages
from nbjudge.shared_leaves import Seen, copy_into, seen
from nbjudge.sync_in_place import sync_in_place
from nbjudge.time_limit import TimeLimitReached, time_limit
from nbjudge.worker.callbacks import Callback
from nbjudge.worker.errors import describe_error, folders_of_others
from nbjudge.worker.mutable_arguments import can_change, module_state, places
from nbjudge.worker.operations import OPERATIONS, traits
from nbjudge.worker.outputs import Outputs
from nbjudge.worker.shell import Shell, make_shell, redirect
from nbjudge.worker.warm_up import IMPORTS, PICTURES, warm_up

MISSING = object()
WATCHED_BYTES = 1 << 20


def preload(*plugins: str) -> None:
    """In the fork server: load all that a fork would otherwise load for itself."""
    torch.set_num_threads(1)
    loaded = load_plugins(plugins)
    cells = (cell for plugin in loaded for cell in (*plugin.warm_up, *plugin.worker_warm_up))
    warm_up(make_shell(), IMPORTS, PICTURES, *cells)
    folders_of_others(plugin_packages())


def serve(channel: Channel) -> None:
    """In a fork: serve the judge at the other end until it closes."""
    Worker(channel, Limits(), Shell.instance()).serve()


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
        self._callbacks: dict[int, Callback] = {}
        self._leaves: dict[int, tuple[Tensor, Seen]] = {}
        self._watched: dict[str, tuple[Any, bytes]] = {}
        self._encoder = Encoder(self._handle, self._number_of_callback)
        # Of an object only which one it is: what a judge may know of it is slow to find out, and asked after every call.
        self._fingerprints = Encoder(lambda value: [self._number(value)], self._number_of_callback)
        self._written = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # as long as the process lives

    def serve(self) -> None:
        """Answer requests until the judge is gone."""
        os.environ["NBGRADER_EXECUTION"] = "autograde"
        for descriptor in (1, 2):  # what is written past sys.stdout
            os.dup2(self._written.fileno(), descriptor)
        sys.argv = ["notebook"]
        if "" not in sys.path:
            sys.path.insert(0, "")
        redirect(self._shell, "stderr")
        builtins.input = lambda prompt="": self.ask(-1, "input", [str(prompt)])
        random_state.seed(0)  # the same notebook gives the same outputs twice
        try:
            self.until_answered(None)
        except ChannelClosed:
            return

    def until_answered(self, awaited: int | None) -> Any:
        """Serve requests, until the answer to our own question with this number comes."""
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
        try:
            if operation == "cell":
                reply = self._cell(*arguments, seconds=settings["seconds"])
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

    def _name(self, name: str) -> bytes | None:
        value = self._shell.user_ns.get(name, MISSING)
        return None if value is MISSING else self._encoder.encode(value)

    def _changed_leaves(self) -> list[bytes]:
        found = []
        for leaf, was in list(self._leaves.values()):
            if seen(leaf) != was:
                self._leaves[id(leaf)] = leaf, seen(leaf)
                found.append(self._encoder.encode(leaf))
        return found

    def _watch(self, name: str) -> None:
        value = self._shell.user_ns.get(name, MISSING)
        changes = isinstance(value, (list, dict, set, bytearray, np.ndarray, Tensor))
        fingerprint = self._fingerprints.encode(value) if changes else b""
        self._watched[name] = value, fingerprint if len(fingerprint) <= WATCHED_BYTES else b""

    def _rebound(self) -> dict[str, list[Any]]:
        """Of the names that the judge has asked for: those whose value has changed (in place: True), or that are gone."""
        found = {}
        namespace = self._shell.user_ns
        for name, (value, fingerprint) in list(self._watched.items()):
            now = namespace.get(name, MISSING)
            in_place = now is value
            if in_place and not (fingerprint and self._fingerprints.encode(now) != fingerprint):
                continue
            self._watch(name)
            found[name] = [in_place, self._name(name)]
        return found

    def _operate(self, operation: str, arguments: Any, settings: Any) -> dict[str, Any]:
        positional, named = arguments
        handed = [] if operation == "run" else places(positional, named)
        states = {  # of what came by value; the judge asks here for what lives here
            place: self._state_of(value)
            for place, value in handed
            if can_change(value) and id(value) not in self._numbers
        }
        for leaf, value, gradient in settings["leaves"]:
            copy_into(leaf, value, gradient)
            self._leaves[id(leaf)] = leaf, seen(leaf)
        if settings["random"] is not None:
            random_state.restore(settings["random"])
        reply: dict[str, Any]
        recorded, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
        torch.set_grad_enabled(settings["gradients"])
        torch.set_default_dtype(settings["dtype"])
        try:
            with time_limit(settings["seconds"]):
                value = self._do(operation, positional, named)
            positions = {id(each): number for number, (_, each) in enumerate(handed)}
            reply = {"kind": "value", "value": self._encoder.encode(value, positions)}
        except TimeLimitReached:
            return {"kind": "slow"}
        except ChannelClosed:
            raise
        except BaseException as error:
            reply = {"kind": "error", "error": self._encoder.encode(self._error_data(error))}
        finally:
            torch.set_grad_enabled(recorded)
            torch.set_default_dtype(dtype)
        changed = {}
        for place, value in handed:
            if place in states and (now := self._state_of(value)) != states[place]:
                changed[place] = now
        reply["changed"] = changed
        reply["names"] = self._rebound()
        reply["leaves"] = self._changed_leaves()
        if settings["random"] is not None:
            reply["random"] = self._encoder.encode(random_state.state())
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
        if isinstance(value, nn.Module):
            return self._encoder.encode(module_state(value))
        return self._encoder.encode(value)

    def _error_data(self, error: BaseException) -> list[Any]:
        names = [f"{each.__module__}.{each.__qualname__}" for each in type(error).__mro__]
        arguments = [each for each in error.args if isinstance(each, (str, int, float, bool, type(None)))]
        return [*describe_error(error), names, arguments, error]

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
            if isinstance(value, Tensor) and value.is_leaf and value.requires_grad:
                self._leaves[id(value)] = value, seen(value)
        return number

    def _number_of_callback(self, value: Any) -> int | None:
        return value._number if type(value) is Callback else None

    def _load(self, message: bytes) -> Any:
        return _Unpickler(self, message).load()

    def theirs(self, number: int) -> Callback:
        """What stands for an object of the judge."""
        return self._callbacks.setdefault(number, Callback(self.ask, number))

    def mine(self, number: int) -> Any:
        """The object with this handle."""
        return self._objects[number]


class _Unpickler(pickle.Unpickler):
    """Reads what the judge sends. It is trusted by us; we are not by it."""

    def __init__(self, worker: Worker, message: bytes) -> None:
        super().__init__(io.BytesIO(message))
        self._worker = worker

    def persistent_load(self, pid: Any) -> Any:
        kind, number = pid
        if kind == "module":
            return importlib.import_module(number)
        return self._worker.mine(number) if kind == "yours" else self._worker.theirs(number)
