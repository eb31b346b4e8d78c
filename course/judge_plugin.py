"""What this course adds to nbjudge: its warm-up, and the world in which its checks meet an answer that lives in a worker.

Named in nbgrader_config.py, see `nbjudge.plugins`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor

from course.checking.world import (
    Called,
    Description,
    Failure,
    Gradients,
    Handle,
    LocalWorld,
    StudentLine,
    TooSlow,
    register_world,
)
from nbjudge.codec import ByHandle
from nbjudge.judge.errors import RemoteFailure, RemoteTooSlow
from nbjudge.judge.proxy import Proxy, run_in_worker
from nbjudge.plugins import Plugin
from nbjudge.time_limit import TimeLimitReached

_KINDS = frozenset({"function", "class", "module", "tensor", "array", "number", "string", "container", "none", "other"})

IMPORTS = """
from torch.utils.flop_counter import FlopCounterMode

from course import check, explore, hidden, hint, images, predict
from course.exercises.catalogue import LESSONS, exercises

for lesson in LESSONS:
    exercises(lesson)
"""
"""What the lessons' cells and their test cells ask for first."""

PICTURES = """
from course import explore, hint, images, predict, progress
from course.training import train

for name in images.photo_names():
    images.photo(name, 32)
images.digits(8, "train"), images.digits(28, "test"), images.mnist("test"), images.crops("test", 1)
for verb in ("convolution", "layout", "padding", "pooling", "learning", "variants", "residual"):
    getattr(explore, verb)
explore.convolution(kernel=3)
"""
"""What students' cells do besides: photos, digits, explorers."""


class RemoteWorld:
    """The world of answers that live in a worker, see `course.checking.world.World`; each proxy is such an answer.

    A reply is the answer's word: what does not fit its place is taken for a wrong answer, never for an error of the check.
    """

    def describe(self, target: object) -> Description:
        """Tell what the target is."""
        kind, type_name = _parts(self._do("describe", target), 2)
        return Description(kind if kind in _KINDS else "other", str(type_name)[:200])

    def call(self, target: object, arguments: Sequence[Any], keywords: Mapping[str, Any], seconds: float) -> Called:
        """Call the target with copies of the arguments."""
        value, after = _parts(self._do("call", target, tuple(arguments), dict(keywords), seconds), 2)
        return Called(value, tuple(_parts(after, len(arguments))))

    def place(self, near: object, values: Sequence[Any]) -> tuple[object, ...]:
        """Copies of the values in the worker."""
        return tuple(_parts(self._do("place", near, tuple(values)), len(values)))

    def run(self, near: object, function: Callable[..., Any], arguments: Sequence[Any], seconds: float) -> Any:
        """Run a function of the package there."""
        return self._do("run", near, function, tuple(arguments), seconds)

    def value(self, target: object) -> Any:
        """What the proxy's object holds now."""
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
        of_arguments, of_parameters = _parts(self._do("gradients", target, tuple(arguments), weight, seconds), 2)
        named = of_parameters.items() if isinstance(of_parameters, dict) else ()
        return Gradients(
            tuple(map(_gradient, _parts(of_arguments, len(arguments)))),
            {str(name): _gradient(value) for name, value in named},
        )

    def _do(self, method: str, near: object, *arguments: Any) -> Any:
        proxy = near.target if isinstance(near, Handle) else near
        try:
            return run_in_worker(proxy, in_local_world, method, proxy, *arguments)
        except RemoteFailure as failure:
            lines = tuple(StudentLine(line.function, line.number, line.text) for line in failure.lines)
            raise Failure(failure.type_name, failure.message, failure.bases, lines) from None
        except RemoteTooSlow:
            raise TooSlow from None


_LOCAL = LocalWorld()


def in_local_world(method: str, *arguments: Any) -> Any:
    """In the worker: have LocalWorld do it, and give its result as plain data and handles.

    Raises:
        TimeLimitReached: when the answer was too slow.
        BaseException: what the answer raised.
    """
    try:
        result = getattr(_LOCAL, method)(*arguments)
    except TooSlow:
        raise TimeLimitReached from None
    except Failure as failure:  # nbjudge describes the student's error, as it describes all of them
        raise failure.__context__ or failure  # noqa: B904
    if method == "place":
        return [ByHandle(value) for value in result]
    return tuple(vars(result).values()) if isinstance(result, (Called, Description, Gradients)) else result


def _parts(value: Any, count: int) -> list[Any]:
    """The parts of a reply, filled up with None where it is shorter."""
    parts = list(value) if isinstance(value, (list, tuple)) else []
    return (parts + [None] * count)[:count]


def _gradient(value: Any) -> Tensor | None:
    return value if isinstance(value, Tensor) else None


plugin = Plugin(
    libraries=("numpy", "matplotlib", "torch"),
    warm_up=(IMPORTS,),
    worker_warm_up=(PICTURES,),
    prepare_judge=lambda: register_world(Proxy, RemoteWorld()),
)
