"""Libraries whose values nbjudge knows, such as NumPy's arrays and torch's tensors. Each has a room of its own.

A room is a module with a `LIBRARY`, an instance of `Library`, and a line in `ROOMS`. It is imported once the process has
imported the library, or gets a message that holds one of its values: a course that does not use a library neither needs it
installed nor pays for its import.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol

from nbjudge.codec.types import ARRAY, SCALAR, SIZE, TENSOR, CodecError

ROOMS = {"numpy": "nbjudge.codec.numpy_values", "torch": "nbjudge.codec.torch_values"}
"""The room of each library, by the name under which the library is imported."""

ORIGINAL = "_nbjudge_proxy"
"""The attribute in which a judge's copy of an object, such as a tensor or an error, holds the proxy of the original."""

_CODES = {ARRAY: "numpy", SCALAR: "numpy", TENSOR: "torch", SIZE: "torch"}
"""The library of each extension code that is a library's."""


class Writer(Protocol):
    """What a room needs of an encoder."""

    def ext(self, code: int, payload: Any) -> Any:
        """The payload, of plain values and what this method and `handle` return, as an extension with this code."""

    def handle(self, value: Any) -> Any:
        """The value as a handle."""


class Reader(Protocol):
    """What a room needs of a decoder."""

    @property
    def side(self) -> Callable[[Library], JudgeSide | None]:
        """Finds the judge's side of a library; None where only the values are read."""


class Remote(Protocol):
    """What a judge's side of a library needs of the link to the worker."""

    def do(self, operation: str, *arguments: Any) -> Any:
        """Have something done in the worker; see `nbjudge.judge.link.Link.do`."""


class JudgeSide:
    """A judge's part in what both processes keep the same of a library, such as its settings. One for each worker."""

    def outgoing(self) -> Any:
        """What goes to the worker with each request, to be pickled; None for nothing."""
        return None

    def incoming(self, values: Any) -> None:
        """Take in what the worker's side has sent with a reply; raises an error when it is nothing that a worker sends."""


class WorkerSide:
    """A worker's part in the same."""

    def incoming(self, sent: Any) -> None:
        """Take in what the judge's side has sent with a request."""

    def using(self, sent: Any) -> AbstractContextManager[Any]:
        """Let the settings in it hold, while an operation of a test cell is carried out."""
        return nullcontext()

    def hand_out(self, value: Any) -> None:
        """Note that the judge gets a handle of this object."""

    def outgoing(self) -> Any:
        """What goes to the judge with a reply, to be encoded; None for nothing."""
        return None


class Library:
    """What codec, judge and worker must know of one library's values. A room overrides what its library has.

    Attributes:
        name: under which the library is imported.
        data: types whose values go by value.
        mutable: types whose objects a call can change in place, so that it shows outside.
        names: constants such as dtypes, by their names, which begin with the library's.
        makers: what makes a value of its text, by a name that begins with the library's.
        readers: what reads the payload of an extension, by its code. It may hold anything, and raises CodecError.
    """

    name = ""
    data: tuple[type, ...] = ()
    mutable: tuple[type, ...] = ()
    names: Mapping[str, Any] = {}
    makers: Mapping[str, Callable[[str], Any]] = {}
    readers: Mapping[int, Callable[[Reader, Any], Any]] = {}

    def encode(self, value: Any, writer: Writer) -> Any:
        """The value as an extension or a handle; None when it is none of this library's."""
        return None

    def reduce(self, value: Any) -> Any:
        """How a value is pickled, as `pickle.Pickler.reducer_override` has it."""
        return NotImplemented

    def snapshot(self, value: Any) -> Any:
        """Of a value in `data`, what tells whether it has been changed; it can be pickled."""
        return value

    def state(self, value: Any) -> Any:
        """Of an object in `mutable`, all that a call can have changed, to be encoded."""
        return value

    def sync(self, target: Any, state: Any) -> None:
        """Give an object in `mutable` this state; raises TypeError, ValueError or RuntimeError when it cannot have it."""

    def seed(self, number: int) -> None:
        """Seed the generator of random numbers."""

    def random_state(self) -> Any:
        """The state of that generator, to be pickled and encoded; None where there is none."""
        return None

    def restore(self, random_state: Any) -> None:
        """Go on from a state; raises an error when it is none."""

    def judge_side(self, remote: Remote) -> JudgeSide:
        """A new judge's side."""
        return JudgeSide()

    def worker_side(self) -> WorkerSide:
        """A new worker's side."""
        return WorkerSide()


_loaded: dict[str, Library] = {}


def loaded() -> Sequence[Library]:
    """The libraries that this process has imported."""
    if len(_loaded) < len(ROOMS):
        for name in ROOMS:
            if name not in _loaded and sys.modules.get(name) is not None:
                library(name)
    return tuple(_loaded.values())


def library(name: str) -> Library:
    """The library of this name, imported if it is not yet.

    Raises:
        CodecError: when it has no room, or is not installed.
    """
    if name not in _loaded:
        if name not in ROOMS:
            raise CodecError(f"unknown library {name[:100]!r}")
        try:
            _loaded[name] = import_module(ROOMS[name]).LIBRARY
        except ImportError as error:
            raise CodecError(f"{name} cannot be imported: {error}") from None
    return _loaded[name]


def library_of(code: int) -> Library:
    """The library that reads extensions of this code; raises CodecError as `library` does."""
    if code not in _CODES:
        raise CodecError(f"unknown kind of value {code}")
    return library(_CODES[code])


def original_of(value: Any) -> Any:
    """The proxy of the original, of a judge's copy of an object; None of any other value."""
    attributes = getattr(value, "__dict__", None)
    return attributes.get(ORIGINAL) if isinstance(attributes, (dict, MappingProxyType)) else None


class ValuePickler(pickle.Pickler):
    """Pickles values of libraries as their rooms have it, such as a tensor as its memory; all else as ever."""

    def reducer_override(self, value: Any) -> Any:
        """See pickle.Pickler."""
        for library in loaded():
            reduced = library.reduce(value)
            if reduced is not NotImplemented:
                return reduced
        return NotImplemented
