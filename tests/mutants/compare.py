"""Do two programs behave the same? They are run on the same random inputs, other ones than the checks use."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from tests import lessons

Names = Mapping[str, Any]
Option = TypeVar("Option")

RTOL, ATOL = 1e-3, 1e-4


class Draw:
    """Random inputs. The same number gives the same ones, to the solution and to a mutant."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)
        self._generator = torch.Generator().manual_seed(number)

    def integer(self, low: int, high: int) -> int:
        """An int from low to high, both included."""
        return self._random.randint(low, high)

    def choice(self, options: Sequence[Option]) -> Option:
        """One of the options."""
        return self._random.choice(options)

    def integers(self, count: int, low: int, high: int) -> tuple[int, ...]:
        """So many ints."""
        return tuple(self.integer(low, high) for _ in range(count))

    def one_or_pair(self, low: int, high: int) -> int | tuple[int, int]:
        """An int, or a pair of ints."""
        return self.integer(low, high) if self.integer(0, 1) else (self.integer(low, high), self.integer(low, high))

    def floats(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Normally distributed values; whole numbers for a dtype of ints, and signs for bools."""
        values = torch.randn(shape, generator=self._generator)
        if dtype == torch.bool:
            return values > 0
        return values.to(dtype) if dtype.is_floating_point else (values * 50).to(dtype)

    def bytes(self, *shape: int) -> Tensor:
        """Values from 0 to 255, as uint8."""
        return torch.randint(0, 256, shape, generator=self._generator, dtype=torch.uint8)


Observe = Callable[[Names, Draw], Any]


@dataclass(frozen=True)
class Probe:
    """How the answer to an exercise is tried once, and how many times that is done."""

    observe: Observe
    runs: int


PROBES: dict[str, Probe] = {}
"""By exercise id."""


def probe(exercise: str, runs: int = 200) -> Callable[[Observe], Observe]:
    """Register how an exercise is tried: a function that draws inputs and returns what it saw, as plain data."""

    def add(observe: Observe) -> Observe:
        PROBES[exercise] = Probe(observe, runs)
        return observe

    return add


def called(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """What a call gives, and its arguments as it leaves them; or the type of error, and whether it has a message."""
    arguments = copy.deepcopy(arguments)
    try:
        value = function(*arguments, **keywords)
    except Exception as error:
        return _error(error)
    return value, arguments


def layer(
    make: Callable[..., nn.Module], inputs: Sequence[Tensor], draw: Draw, *arguments: Any, **keywords: Any
) -> Any:
    """What a layer is and does: parameters, outputs and gradients in training, buffers after it, outputs in evaluation.

    It is filled with drawn values first, so that it does not matter how it starts.
    """
    module = make(*arguments, **keywords)
    seen: list[Any] = [sorted(tuple(value.shape) for value in module.state_dict().values()), module.training]
    fill(module, draw)
    leaves = [each.clone().requires_grad_() for each in inputs]
    output = module(*leaves)
    seen.append(output)
    weight = draw.floats(*output.shape)
    wanted = [*leaves, *(value for _, value in sorted(module.named_parameters(), key=_by_shape))]
    seen.append(torch.autograd.grad((output * weight).sum(), wanted, allow_unused=True))
    seen.append([value.clone() for _, value in sorted(module.named_buffers(), key=_by_shape)])
    module.eval()
    with torch.no_grad():
        seen.append(module(*inputs))
    return seen, list(inputs)


def fill(module: nn.Module, draw: Draw) -> None:
    """Give the module drawn parameters and buffers, in whatever order it made them: variances positive, counts as they are."""
    with torch.no_grad():
        for name, value in sorted(module.state_dict().items(), key=_by_shape):
            if value.is_floating_point():
                drawn = draw.floats(*value.shape)
                value.copy_(drawn.abs() + 0.5 if name.endswith("running_var") else drawn)


def difference(exercise: str, assignment: str, solution: str, mutant: str) -> str | None:
    """The first way in which a mutant behaves unlike the solution: what both gave; None when none was seen.

    Raises:
        KeyError: when nobody said how to try this exercise.
    """
    tried = PROBES[exercise]
    ours, theirs = (lessons.namespace(assignment, code) for code in (solution, mutant))
    for number in range(tried.runs):
        right, got = (_observed(tried.observe, names, number) for names in (ours, theirs))
        if not same(right, got):
            return f"trial {number}: {_short(right)} became {_short(got)}"
    return None


def same(a: Any, b: Any) -> bool:
    """Whether two observations are the same: type, dtype and shape just so, floats nearly. A list may be a tuple."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.allclose(a, b, RTOL, ATOL, equal_nan=True)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return bool(torch.allclose(a.detach().double(), b.detach().double(), RTOL, ATOL, equal_nan=True))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return math.isclose(a, b, rel_tol=RTOL, abs_tol=ATOL) or (math.isnan(a) and math.isnan(b))
    return bool(a == b)


def seed_all(number: int) -> None:
    """Seed every generator that an answer or a hidden check may use without a generator of its own."""
    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)


def _observed(observe: Observe, names: Names, number: int) -> Any:
    seed_all(number)
    try:
        return observe(names, Draw(number))
    except Exception as error:
        return _error(error)


def _error(error: Exception) -> tuple[str, bool]:
    """Python's own type of an error, and whether it has a message: what it says is left to whoever wrote it."""
    own = next(each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins")
    return own, bool(str(error))


def _by_shape(named: tuple[str, Tensor]) -> tuple[tuple[int, ...], str]:
    """A key to sort by: the order in which a module made its parts tells nothing."""
    name, value = named
    return tuple(value.shape), name


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 160 else f"{text[:157]}…"
