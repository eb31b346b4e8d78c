"""What a step may expect of a plain value; every expectation says what was expected and what came, with the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course.checking import variants
from course.checking.answer import Answer, Wrong, same_data
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions, Numbers, Rules

RTOL, ATOL = 1e-4, 1e-5

SLIPS: Misconceptions = {
    "raised": Misconception("The code raises an error."),
    "shape": Misconception("The result has another shape."),
    "dtype": Misconception("The result has another dtype."),
    "values": Misconception("The values are wrong in a way that has no name of its own."),
    "type": Misconception("The result is another kind of thing, such as a list in place of a tensor."),
    "type:look": N_("Look at what each line makes; `type(...)` and `.shape` tell you."),
    "type:module": N_(
        "That is a layer, not what it gives. `nn.ReLU(x)` builds a layer; `nn.ReLU()(x)` and `F.relu(x)` run one on x."
    ),
    "type:list": N_("A list is no tensor: `torch.stack` makes one of tensors, `torch.tensor` one of plain numbers."),
    "type:array": N_(
        "That is a NumPy array. `torch.from_numpy` makes a tensor of it; better stay with torch's own functions."
    ),
    "type:places": N_(
        "`max` and `min` along an axis give two tensors: the values, and their places. Take `.values`, or call `amax` or `amin`."
    ),
    "nan": Misconception(
        "NaN or infinite values come out, often from memory that was never filled.",
        N_("Look for a division by zero, a root or logarithm of a negative number, or memory that was never filled."),
    ),
    "missing-return": Misconception(
        "The result is computed, but not returned.",
        N_("Is there a `return` in front of the result, on every way through the function?"),
    ),
    "unfinished": Misconception("One case still raises the NotImplementedError of the stub."),
    "no-error": Misconception("Bad input gets a value in place of an error."),
    "no-error:returned": N_(
        "You return the error as a value. `raise` stops the function and hands the error to the caller."
    ),
    "other-error": Misconception(
        "Bad input gets an error of another type.",
        N_("Test for this case before you compute, and raise the error yourself."),
    ),
    "silent-error": Misconception(
        "The error has no message.",
        N_("Say what came and what was expected: the next reader of this error is you."),
    ),
    "mutates-input": Misconception(
        "The input is changed in place, though whoever called still needs it.",
        N_("Whoever calls you still needs the input. Make a new tensor; avoid `x += …`, `x[...] = …`, `x.add_(…)`."),
    ),
    "float-for-int": Misconception(
        "A size or a count comes out as a float.",
        N_("`/` always gives a float in Python. For whole numbers there is `//`."),
    ),
    "float-for-int:floor": N_(
        "`/` always gives a float in Python. For whole numbers there is `//`, which rounds down."
    ),
}
"""Slips that any exercise may meet, whatever it is about: each with its sentence, and the hint where one fits every exercise."""


@dataclass(frozen=True)
class Mistake:
    """A known way to be wrong, and what an answer that makes it gives.

    Attributes:
        key: the misconception's key, such as "reshape-for-permute"; the exercise has the hint for it.
        gives: the value that this mistake gives, or a function that computes it. A mistake that cannot give a value
            here (its function raises) is not looked for.
        advice: a translated hint in place of the exercise's.
        numbers: the numbers that the exercise's hint may show.
    """

    key: str
    gives: Any | Callable[[], Any]
    advice: str = ""
    numbers: object = None

    def explains(self, got: Any) -> bool:
        """Whether this mistake gives just what came."""
        try:
            value = self.gives() if callable(self.gives) else self.gives
        except (ArithmeticError, IndexError, RuntimeError, ValueError):
            return False
        if isinstance(value, Tensor) and isinstance(got, Tensor):
            return value.shape == got.shape and close(got, value)
        return same_data(got, value)


def mistakes(rules: Rules[Numbers], numbers: Numbers) -> tuple[Mistake, ...]:
    """What each rule gives for these numbers, in the order of the rules; worked out when it is looked for."""
    return tuple(Mistake(key, partial(rule, numbers), numbers=numbers) for key, rule in rules)


def raise_known_mistake(got: Any, known: Iterable[Mistake], message: str) -> None:
    """Raise Wrong with this message for the first known mistake that gives just what came; return when none does."""
    for mistake in known:
        if mistake.explains(got):
            raise Wrong(message, mistake.key, mistake.advice, numbers=mistake.numbers)


@contextmanager
def failures_explained(known: Iterable[tuple[str, str]], what: str = "") -> Iterator[None]:
    """Raise Wrong for an answer's failure whose message tells of a misconception; any other failure stays as it is.

    Args:
        known: words of an error message, each with the misconception's key; the first that fit count.
        what: the call in words for the message, such as "for an input of shape (2, 3, 5, 7)"; translated.
    """
    try:
        yield
    except Failure as failure:
        for words, key in known:
            if words in failure.message:
                first_line = str(failure).partition("\n")[0]
                message = _("Your code raised {failure} ({what}).") if what else _("Your code raised {failure}")
                raise Wrong(message.format(failure=first_line, what=what), key) from None
        raise


def expect_tensor(
    got: Any,
    expected: Tensor,
    known: tuple[Mistake, ...] = (),
    *,
    what: str = "",
    any_dtype: bool = False,
) -> None:
    """Expect a tensor of the same shape, dtype and (nearly) the same values.

    Args:
        known: known ways to be wrong; the first that explains what came gives its hint.
        what: the call in words for the message, such as "for an input of shape (2, 3, 5, 7)"; translated.
        any_dtype: whether another floating-point dtype will do.
    """
    _expect_type(got, Tensor)
    expect_ordinary(got)
    _explain(got, known, what, expected)
    if got.shape != expected.shape:
        raise Wrong(_wrong_message(got, expected, what), "shape", _variant(got, expected))
    if got.dtype != expected.dtype and not (any_dtype and got.dtype.is_floating_point):
        raise Wrong(
            _("Expected the dtype {expected}, but got {got}{what}.").format(
                expected=expected.dtype, got=got.dtype, what=_after(what)
            ),
            "dtype",
        )
    expect_no_nan(got)
    if not close(got, expected):
        raise Wrong(_first_difference(got, expected, what), "values", _variant(got, expected))


def expect_int(got: Any, expected: int, known: tuple[Mistake, ...] = (), *, what: str = "") -> None:
    """Expect this int. A float that equals it is a mistake of its own: sizes and counts are ints."""
    if type(got) is float and not _explained(got, known):
        raise Wrong(
            _("Expected the int {expected}, but got the float {got}{what}.").format(
                expected=expected, got=got, what=_after(what)
            ),
            "float-for-int:floor",
        )
    _expect_type(got, int, float)
    _explain(got, known, what, expected)
    if got != expected:
        raise Wrong(_expected_but_got(expected, got, what), "values")


def expect_tuple(got: Any, expected: tuple[Any, ...], known: tuple[Mistake, ...] = (), *, what: str = "") -> None:
    """Expect this tuple of plain values; a list of the same values will do."""
    if type(got) not in (tuple, list):
        raise_known_mistake(got, known, _expected_but_got(expected, got, what))
    _expect_type(got, tuple, list)
    _explain(tuple(got), known, what, expected)
    if not same_data(tuple(got), expected):
        raise Wrong(_expected_but_got(expected, tuple(got), what), "values")


def expect_no_nan(got: Tensor) -> None:
    """Expect that every value is a finite number."""
    if got.is_floating_point() and not bool(torch.isfinite(got).all()):
        count = int((~torch.isfinite(got)).sum())
        raise Wrong(
            _("{count} of {total} values are NaN or infinite.").format(count=count, total=got.numel()),
            "nan",
        )


def expect_error(answer: Answer, error: str, *arguments: Any, what: str, advice: str = "") -> None:
    """Expect that a call raises an error of this built-in type, such as "ValueError", with a message.

    Args:
        what: the call in words, such as "a kernel of 7 on a size of 5"; translated.
    """
    try:
        value = answer(*arguments)
    except Failure as error_raised:
        failure = error_raised
    else:
        if Answer(value).describe().type_name == error:
            raise Wrong(
                _("Expected that {what} raises a {error}, but your code returned one.").format(what=what, error=error),
                "no-error:returned",
            )
        raise Wrong(
            _("Expected a {error} for {what}, but your code returned a value.").format(error=error, what=what),
            "no-error",
            advice
            or _("Test for this case first, and `raise {error}(...)` with a sentence that says what is wrong.").format(
                error=error
            ),
        )
    if error not in failure.bases:
        raise Wrong(
            _("Expected a {error} for {what}, but your code raised {failure}.").format(
                error=error, what=what, failure=failure
            ),
            "other-error",
            advice,
        )
    if not failure.message.strip():
        raise Wrong(
            _("Your {error} for {what} has no message.").format(error=error, what=what),
            "silent-error",
        )


def close(got: Tensor, expected: Tensor) -> bool:
    """Whether two tensors of one shape agree to single precision (NaN agrees with nothing)."""
    return bool(torch.allclose(got.to(torch.float64), expected.to(torch.float64), rtol=RTOL, atol=ATOL))


def arguments_text(**settings: Any) -> str:
    """Settings for a message: "size=7, kernel=3"."""
    return ", ".join(f"{name}={value!r}" for name, value in settings.items())


def _variant(got: Tensor, expected: Tensor) -> str:
    """The sentence on the first systematic variant of the right result that is just what came; "" when none is."""
    return next(iter(variants.equal(got, expected, variants.of_result(got, expected), close).values()), "")


def _expect_type(got: Any, *types: type) -> None:
    """Expect just one of these types, no subclass; the message names the first."""
    if type(got) in types:
        return
    if got is None:
        raise Wrong(
            _("Expected {types}, but your code returned None.").format(types=types[0].__name__),
            "missing-return",
        )
    came = Answer(got).describe()
    raise Wrong(
        _("Expected {types}, but got {type_name}.").format(types=types[0].__name__, type_name=came.type_name),
        _type_key(got, types[0]),
    )


def _type_key(got: Any, asked: type) -> str:
    """The key of the hint on a value of another type than was asked."""
    if asked is Tensor and type(got) is list:
        return "type:list"
    if asked is Tensor and type(got) is np.ndarray:
        return "type:array"
    if asked is Tensor and Answer(got).describe().kind == "module":
        return "type:module"
    pair = type(got) is tuple and len(got) == 2 and all(type(part) is Tensor for part in got)
    if asked is Tensor and pair and got[1].dtype == torch.int64 and got[0].shape == got[1].shape:
        return "type:places"
    return "type:look"


def expect_ordinary(got: Tensor) -> None:
    """Expect a tensor of real numbers that stand in memory one by one: not sparse, not quantized, not without values."""
    if got.layout is not torch.strided or got.is_quantized or got.is_complex() or got.device.type == "meta":
        raise Wrong(
            _("Expected an ordinary tensor, but got one with {layout}, dtype {dtype}, on the device {device}.").format(
                layout=got.layout, dtype=got.dtype, device=got.device
            ),
            "type",
        )


def _explained(got: Any, known: tuple[Mistake, ...]) -> bool:
    return any(mistake.explains(got) for mistake in known)


def _explain(got: Any, known: tuple[Mistake, ...], what: str, expected: Any) -> None:
    """Raise with the hint of the first known mistake that gives just what came, unless what came is right."""
    if isinstance(expected, Tensor):
        right = got.shape == expected.shape and close(got, expected)
    else:
        right = same_data(got, expected)
    if not right:
        raise_known_mistake(got, known, _wrong_message(got, expected, what))


def _wrong_message(got: Any, expected: Any, what: str) -> str:
    if not isinstance(expected, Tensor):
        return _expected_but_got(expected, got, what)
    if got.shape != expected.shape:
        return _("Expected the shape {expected}, but got {got}{what}.").format(
            expected=tuple(expected.shape), got=tuple(got.shape), what=_after(what)
        )
    return _first_difference(got, expected, what)


def _expected_but_got(expected: Any, got: Any, what: str) -> str:
    return _("Expected {expected}, but got {got}{what}.").format(expected=expected, got=got, what=_after(what))


def _first_difference(got: Tensor, expected: Tensor, what: str) -> str:
    """The first position whose value is off, with both values."""
    wrong = ~torch.isclose(got.to(torch.float64), expected.to(torch.float64), rtol=RTOL, atol=ATOL)
    count = int(wrong.sum())
    if got.ndim == 0:
        return _expected_but_got(f"{float(expected):.4g}", f"{float(got):.4g}", what)
    index = tuple(map(int, wrong.nonzero()[0]))
    return _(
        "{count} of {total} values are wrong{what}. The first is at {index}: expected {expected:.4g}, but got {got:.4g}."
    ).format(
        count=count,
        total=got.numel(),
        what=_after(what),
        index=list(index),
        expected=float(expected[index]),
        got=float(got[index]),
    )


def _after(what: str) -> str:
    return f" ({what})" if what else ""
