"""The world of an answer that lives in a worker: the same few things that a check may do, done there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor

from course.checking.world import SECONDS, Called, Description, Gradients, Handle
from nbjudge.judge.link import Link

_KINDS = frozenset({"function", "class", "module", "tensor", "array", "number", "string", "container", "none", "other"})


class RemoteWorld:
    """See `course.checking.world.World`. Replies are the answer's word: what does not fit its place is the answer's failure.

    Args:
        link_of: the way to the worker of a stand-in.
    """

    def __init__(self, link_of: Callable[[object], Link]) -> None:
        self._link_of = link_of

    def describe(self, target: object) -> Description:
        """Tell what the target is."""
        kind, type_name = _parts(self._do("describe", target), 2)
        return Description(kind if kind in _KINDS else "other", str(type_name)[:200])

    def call(self, target: object, arguments: Sequence[Any], keywords: Mapping[str, Any], seconds: float) -> Called:
        """Call the target with copies of the arguments."""
        value, after = _parts(self._do("call", target, tuple(arguments), dict(keywords), seconds, seconds=seconds), 2)
        return Called(value, tuple(_parts(after, len(arguments))))

    def place(self, near: object, values: Sequence[Any]) -> tuple[object, ...]:
        """Copies of the values in the worker."""
        return tuple(_parts(self._do("place", near, tuple(values)), len(values)))

    def run(self, near: object, function: Callable[..., Any], arguments: Sequence[Any], seconds: float) -> Any:
        """Run a function of the package there."""
        return self._do("run", near, function, tuple(arguments), seconds, seconds=seconds)

    def value(self, target: object) -> Any:
        """What the stand-in's object holds now."""
        return self._do("value", target)

    def state(self, module: object) -> dict[str, Tensor]:
        """The module's state_dict."""
        state = self._do("state", module)
        if not isinstance(state, dict):
            return {}
        return {name: value for name, value in state.items() if isinstance(name, str) and isinstance(value, Tensor)}

    def load_state(self, module: object, state: Mapping[str, Tensor]) -> None:
        """Load a state_dict into the module."""
        self._do("load_state", module, dict(state))

    def gradients(self, target: object, arguments: Sequence[Any], weight: Tensor | None, seconds: float) -> Gradients:
        """Gradients of `(target(*arguments) * weight).sum()`."""
        of_arguments, of_parameters = _parts(
            self._do("gradients", target, tuple(arguments), weight, seconds, seconds=seconds), 2
        )
        named = of_parameters.items() if isinstance(of_parameters, dict) else ()
        return Gradients(
            tuple(map(_gradient, _parts(of_arguments, len(arguments)))),
            {str(name): _gradient(value) for name, value in named},
        )

    def _do(self, operation: str, near: object, *arguments: Any, seconds: float = SECONDS) -> Any:
        near = near.target if isinstance(near, Handle) else near
        return self._link_of(near).do_for_a_check(operation, near, *arguments, seconds=seconds)


def _parts(value: Any, count: int) -> list[Any]:
    """The parts of a reply, filled up with None where it is shorter."""
    parts = list(value) if isinstance(value, (list, tuple)) else []
    return (parts + [None] * count)[:count]


def _gradient(value: Any) -> Tensor | None:
    return value if isinstance(value, Tensor) else None
