"""Reading a guess: what somebody meant who wrote "3" for 3, a tensor for a list, ValueError for its name, or 2 for the second choice."""

from __future__ import annotations

import ast
import builtins
import difflib
import math
import re
from typing import Any

import numpy as np
from torch import Tensor

from course.checking.world import plain
from course.language import _

_YES, _NO = {"true", "yes"}, {"false", "no"}
_DENIALS = {"no", "not", "never", "without", "none", "neither"}
_ARTICLES = {"a", "an", "the"}


def value_of(guess: Any) -> Any:
    """The guess as numbers, text, and tuples of them.

    Tensors, arrays, lists and shapes become tuples, those without an axis numbers; an error or its class becomes its name;
    text that spells numbers or a tuple becomes them.
    """
    guess = plain(guess)
    if isinstance(guess, (Tensor, np.ndarray)):
        guess = guess.tolist()
    if isinstance(guess, type) and issubclass(guess, BaseException):
        return guess.__name__
    if isinstance(guess, BaseException):
        return type(guess).__name__
    if isinstance(guess, (list, tuple, range)):
        return tuple(value_of(item) for item in guess)
    return _spelt(guess) if isinstance(guess, str) else guess


def matches(guess: Any, truth: Any) -> bool:
    """Whether a guess means the truth, both as `value_of` gives them.

    Whole numbers are compared exactly. A fraction may be rounded to two digits or more. One number is as good as a row of one.
    """
    if isinstance(guess, tuple) and isinstance(truth, tuple):
        return len(guess) == len(truth) and all(map(matches, guess, truth))
    if isinstance(guess, tuple) != isinstance(truth, tuple):
        row, single = (guess, truth) if isinstance(guess, tuple) else (truth, guess)
        return len(row) == 1 and _is_number(single) and matches(row[0], single)
    if isinstance(truth, bool):
        return guess == truth if isinstance(guess, (bool, int, float)) else _truth_value(guess) is truth
    if _is_number(guess) and _is_number(truth):
        return _equal_numbers(guess, truth)
    if isinstance(guess, str) and isinstance(truth, str):
        return _words(guess) == _words(truth) or _is_error_of(guess, truth)
    return False


def chosen(guess: Any, choices: tuple[Any, ...]) -> tuple[Any, ...]:
    """The choices that a guess can mean; exactly one when it is clear.

    A choice may be given by value, by its number where choices are numbered, by some of its words, or with a slip of the pen.
    """
    values = tuple(value_of(choice) for choice in choices)
    same = _those(choices, (matches(guess, value) for value in values))
    if same:
        return same[:1]
    if numbered(choices):
        number = guess if isinstance(guess, int) and not isinstance(guess, bool) else 0
        if 1 <= number <= len(choices):
            return (choices[number - 1],)
    elif _is_number(guess):
        digits = max(_decimals(value) for value in values if _is_number(value))
        return _those(choices, (_is_number(value) and round(guess, digits) == value for value in values))
    if not isinstance(guess, str):
        return ()
    words = _words(guess)
    if not words or _DENIALS & set(words):
        return ()
    texts = [_words(value) if isinstance(value, str) else () for value in values]
    found = _those(choices, (set(words) <= set(text) for text in texts))
    found = found or _those(choices, (bool(text) and set(text) <= set(words) for text in texts))
    found = found or _those(choices, (len(words) == 1 and len(words[0]) > 3 and words[0] in "".join(t) for t in texts))
    return found or _nearest(choices, texts, words)


def _nearest(choices: tuple[Any, ...], texts: list[tuple[str, ...]], words: tuple[str, ...]) -> tuple[Any, ...]:
    """The choice that is spelt nearly like the words, if no other is nearly as near."""
    likeness = [difflib.SequenceMatcher(None, " ".join(words), " ".join(text)).ratio() for text in texts]
    best, next_best = sorted(likeness, reverse=True)[:2]
    return _those(choices, (ratio == best for ratio in likeness)) if best > max(0.8, next_best + 0.05) else ()


def numbered(choices: tuple[Any, ...]) -> bool:
    """Whether choices can be named by 1, 2, …: not where one of them is a number or True or False itself."""
    return not any(isinstance(value_of(choice), (bool, int, float)) for choice in choices)


def remark(raw: Any, truth: Any) -> str:
    """What to tell somebody whose guess is right, but of another type than the truth; empty when there is nothing to learn."""
    if isinstance(raw, str) and not isinstance(truth, str):
        return _("(You wrote it as text. Without the quotes it is a value that Python can calculate with.)")
    value = value_of(raw)
    if isinstance(truth, tuple) and not isinstance(value, tuple):
        return _("(As a tuple it is {truth}: with its comma, even when there is one number only.)").format(truth=truth)
    if isinstance(value, tuple) and not isinstance(truth, tuple):
        return _("(It is the number itself, {truth}, without brackets.)").format(truth=truth)
    return ""


def _spelt(text: str) -> Any:
    """The number, tuple, True or False that a text spells; else the text."""
    stripped = text.strip().strip("`'\"").strip().replace("−", "-").replace("×", ",")
    if re.fullmatch(r"\d{1,3}([, _]\d{3})+", stripped):  # 69,632
        return int(re.sub(r"\D", "", stripped))
    for call in ("torch.Size", "Size", "torch.tensor", "tensor"):
        if stripped.startswith(f"{call}(") and stripped.endswith(")"):
            stripped = stripped[len(call) + 1 : -1]
    try:
        value = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value_of(value) if isinstance(value, (bool, int, float, tuple, list)) else text


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _equal_numbers(guess: float, truth: float) -> bool:
    if guess == truth or (math.isnan(guess) and math.isnan(truth)):
        return True
    if isinstance(truth, int) or float(truth).is_integer() or not math.isfinite(guess):
        return math.isclose(guess, truth, rel_tol=1e-9, abs_tol=1e-9)
    digits = _decimals(guess)
    significant = len(repr(abs(guess)).split("e")[0].replace(".", "").strip("0"))
    return math.isclose(guess, truth, rel_tol=1e-4) or (significant >= 2 and round(truth, digits) == guess)


def _decimals(number: float) -> int:
    """How many digits stand after the point: 2 for 2.35, 0 for 10.0."""
    if float(number).is_integer() or not math.isfinite(number):
        return 0
    mantissa, _e, exponent = repr(float(number)).partition("e")
    return max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))


def _truth_value(text: Any) -> bool | None:
    words = _words(text) if isinstance(text, str) else ()
    return True if set(words) & _YES == set(words) and words else False if len(words) == 1 and words[0] in _NO else None


def _is_error_of(guess: str, truth: str) -> bool:
    """Whether `guess` is a broader name of the error `truth`: "error", or the name of a class above it."""
    error, base = getattr(builtins, truth, None), getattr(builtins, guess, None)
    if not (isinstance(error, type) and issubclass(error, Exception)):
        return False
    broader = isinstance(base, type) and issubclass(base, Exception) and issubclass(error, base)
    return broader or _words(guess) in ((truth.casefold(),), ("error",), ("exception",))


def _words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without punctuation and articles."""
    words = re.findall(r"[\w.+-]+", text.casefold().replace("−", "-"))
    stripped = (word.strip(".") for word in words)
    return tuple(word for word in stripped if word and word not in _ARTICLES)


def _those(choices: tuple[Any, ...], which: Any) -> tuple[Any, ...]:
    return tuple(choice for choice, take in zip(choices, which, strict=True) if take)
