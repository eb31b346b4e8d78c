"""The only module that touches a student's answer: it calls it, reads plain data from it, builds things in its world.

A check never looks at an answer itself. It asks the answer's `World`. Here the world is this very process; grading registers
another one for the proxies of answers that live elsewhere, and the same checks run there unchanged.
"""

from __future__ import annotations

import contextlib
import copy
import linecache
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from course.checking.time_limit import TimeLimitReached, time_limit

Kind = Literal["function", "class", "module", "tensor", "array", "number", "string", "container", "none", "other"]

PACKAGES = {"site-packages", "dist-packages"}
"""Names of folders in which libraries are installed."""

SECONDS = 10.0
"""How much processor time one call of an answer may use, in seconds; see `time_limit`."""


@dataclass(frozen=True)
class Description:
    """What an answer or a value is, in plain words: its kind, and its type's name for messages."""

    kind: Kind
    type_name: str


@dataclass(frozen=True)
class StudentLine:
    """One line of the student's own code on the way to an error."""

    function: str
    number: int
    text: str


class Failure(Exception):
    """An answer raised: the error's type and message, the names of its bases, and the student's lines that led there."""

    def __init__(self, type_name: str, message: str, bases: tuple[str, ...], lines: tuple[StudentLine, ...]) -> None:
        super().__init__(type_name, message)
        self.type_name = type_name
        self.message = message
        self.bases = bases
        self.lines = lines
        self.call = ""  # the arguments in short, when a call of the answer raised

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}" if self.message else self.type_name


class TooSlow(Exception):
    """An answer did not return within its time limit."""


@dataclass(frozen=True)
class Handle:
    """An argument that is in the answer's world already: it goes there as it is, and what becomes of it can be seen."""

    target: object

    def __deepcopy__(self, memo: object) -> Handle:
        return self


@dataclass(frozen=True)
class Called:
    """What a call gave: the value (plain data, or a handle on anything else), and the arguments as the call left them."""

    value: Any
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Gradients:
    """Gradients of a sum of outputs: one per tensor argument (None where it has none) and one per named parameter."""

    arguments: tuple[Tensor | None, ...]
    parameters: dict[str, Tensor | None]


class World(Protocol):
    """Where an answer lives, and the few things a check may do there. Every method can raise Failure or TooSlow.

    What runs there has float32 as default dtype, and gradients are recorded: see `usual_settings`. `seconds` is the processor
    time that a call may use: see `time_limit`.
    """

    def describe(self, target: object) -> Description:
        """Tell what the target is."""

    def call(self, target: object, arguments: Sequence[Any], keywords: Mapping[str, Any], seconds: float) -> Called:
        """Call the target. Arguments go by value, handles as what they stand for: the caller's own objects are never changed."""

    def place(self, near: object, values: Sequence[Any]) -> tuple[object, ...]:
        """Copies of the values in the world where `near` lives, to be used as handles. What they share they still share."""

    def run(self, near: object, function: Callable[..., Any], arguments: Sequence[Any], seconds: float) -> Any:
        """Run a module-level function of this package in the world where `near` lives; arguments and result as in `call`."""

    def value(self, target: object) -> Any:
        """What a handle holds now, as plain data."""

    def state(self, module: object) -> dict[str, Tensor]:
        """The module's state_dict, by value."""

    def load_state(self, module: object, state: Mapping[str, Tensor]) -> None:
        """Load a state_dict into the module."""

    def gradients(self, target: object, arguments: Sequence[Any], weight: Tensor | None, seconds: float) -> Gradients:
        """Gradients of `(target(*arguments) * weight).sum()`; a weight of None stands for ones."""


class LocalWorld:
    """Answers that live in this process: a student's own notebook, or stock grading in the student's kernel."""

    def describe(self, target: object) -> Description:
        """Tell what the target is."""
        return Description(_kind(target), target.__name__ if isinstance(target, type) else type(target).__name__)

    def call(self, target: object, arguments: Sequence[Any], keywords: Mapping[str, Any], seconds: float) -> Called:
        """Call the target with copies of the arguments."""
        copies, named = copy.deepcopy((tuple(arguments), dict(keywords)))
        with guarded(seconds):
            value = target(*map(_meant, copies), **{name: _meant(each) for name, each in named.items()})  # type: ignore[operator]
            return Called(plain(value), tuple(map(plain, copies)))

    def place(self, near: object, values: Sequence[Any]) -> tuple[object, ...]:
        """Copies of the values."""
        return copy.deepcopy(tuple(values))

    def run(self, near: object, function: Callable[..., Any], arguments: Sequence[Any], seconds: float) -> Any:
        """Run the function with copies of the arguments."""
        return self.call(function, arguments, {}, seconds).value

    def value(self, target: object) -> Any:
        """What the handle holds now."""
        return plain(target)

    def state(self, module: object) -> dict[str, Tensor]:
        """The module's state_dict, copied."""
        with guarded(SECONDS):
            state: Mapping[str, Any] = module.state_dict()  # type: ignore[attr-defined]
            return {name: plain(value).clone() for name, value in state.items() if isinstance(value, Tensor)}

    def load_state(self, module: object, state: Mapping[str, Tensor]) -> None:
        """Load a state_dict into the module."""
        with guarded(SECONDS):
            module.load_state_dict(copy.deepcopy(dict(state)))  # type: ignore[attr-defined]

    def gradients(self, target: object, arguments: Sequence[Any], weight: Tensor | None, seconds: float) -> Gradients:
        """Gradients of `(target(*arguments) * weight).sum()`."""
        copies = copy.deepcopy(tuple(arguments))
        leaves = [
            argument.requires_grad_()
            for argument in copies
            if isinstance(argument, Tensor) and argument.is_floating_point()
        ]
        with guarded(seconds):
            named = dict(target.named_parameters()) if isinstance(target, nn.Module) else {}
            output = target(*map(_meant, copies))  # type: ignore[operator]
            total = output.sum() if weight is None else (output * weight).sum()
            inputs = [*leaves, *named.values()]
            gradients = (
                torch.autograd.grad(total, inputs, allow_unused=True) if total.requires_grad else [None] * len(inputs)
            )
        by_leaf = {id(leaf): gradient for leaf, gradient in zip(leaves, gradients, strict=False)}
        return Gradients(
            tuple(by_leaf.get(id(argument)) for argument in copies),
            dict(zip(named, gradients[len(leaves) :], strict=True)),
        )


_EXACT: tuple[type[Any], ...] = (bool, int, float, complex, str)  # bool first: it is an int too
_LOCAL = LocalWorld()
_worlds: dict[type, World] = {}


def register_world(proxy: type, world: World) -> None:
    """Let objects of this type, and of its subclasses, be proxies of answers that live in another world."""
    _worlds[proxy] = world


def world_of(target: object) -> World:
    """The world that an answer lives in: this process, unless its type was registered as a proxy."""
    return next((_worlds[kind] for kind in type(target).__mro__ if kind in _worlds), _LOCAL)


def plain(value: Any) -> Any:
    """The value as plain data: exact built-in numbers and containers, base tensors without a graph, plain arrays.

    Anything else comes back as it is, to be used as a handle only.
    """
    if isinstance(value, Tensor):
        return value.detach().as_subclass(Tensor)
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if isinstance(value, np.generic):
        return value.item()
    for exact in _EXACT:
        if isinstance(value, exact):
            return exact(value)
    if isinstance(value, dict):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, list):
        return list(map(plain, value))
    return value


def _meant(argument: Any) -> Any:
    return argument.target if isinstance(argument, Handle) else argument


def _kind(target: object) -> Kind:
    if target is None:
        return "none"
    if isinstance(target, type):
        return "class"
    kinds: tuple[tuple[Kind, type | tuple[type, ...]], ...] = (
        ("module", nn.Module),
        ("tensor", Tensor),
        ("array", np.ndarray),
        ("string", str),
        ("number", (int, float, complex, np.generic)),
        ("container", (tuple, list, dict, set)),
    )
    for kind, types in kinds:
        if isinstance(target, types):
            return kind
    return "function" if callable(target) else "other"


@contextlib.contextmanager
def guarded(seconds: float) -> Iterator[None]:
    """Run a student's code: within `seconds` of processor time, with stderr told on stdout, every error turned into a Failure.

    nbgrader gives no marks to a test cell that wrote to stderr, and a warning is no mistake.
    """
    try:
        with contextlib.redirect_stderr(sys.stdout), usual_settings(), time_limit(seconds):
            yield
    except TimeLimitReached:
        raise TooSlow from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise failure_of(error) from None


@contextlib.contextmanager
def usual_settings() -> Iterator[None]:
    """float32 by default and gradients recorded, whatever an earlier cell of a notebook has set: no answer depends on that."""
    dtype = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(dtype)


def failure_of(error: BaseException) -> Failure:
    """What a check tells of an error: its class, its message, and the student's own lines that led to it."""
    try:
        message = str(error)
    except Exception:  # the error's own __str__ is the student's code too
        message = ""
    bases = tuple(base.__name__ for base in type(error).__mro__)
    return Failure(type(error).__name__, message, bases, _student_lines(error))


def _student_lines(error: BaseException) -> tuple[StudentLine, ...]:
    """The frames of the traceback that are in the student's own code, outermost first.

    Libraries are in this environment's folders, or in those of another one that it reads too, such as the user's own.
    """
    course = Path(__file__).resolve().parents[1]
    libraries = {Path(path).resolve() for path in sysconfig.get_paths().values() if path}
    lines = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        path = Path(name)
        inside = path.is_absolute() and any(parent in {course, *libraries} for parent in path.resolve().parents)
        installed = not PACKAGES.isdisjoint(path.parts)
        if not inside and not installed and not name.startswith("<frozen"):
            text = linecache.getline(name, number, frame.f_globals).strip()
            lines.append(StudentLine(frame.f_code.co_name, number, text))
    return tuple(lines)
