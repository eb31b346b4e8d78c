"""Hidden tests: which lines of a test cell they are, whether one is running, and what a student may read of an error."""

from __future__ import annotations

import dis
import linecache
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from traceback import walk_tb

from nbjudge.job import HiddenTestDelimiters
from nbjudge.language import _
from nbjudge.plugins import plugin_packages, top_level
from nbjudge.text import lines_of, message_of

_RAISING = frozenset(dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE"))
_STUDENT_LINES = 5
"""How many of the student's lines are shown of an error in a hidden test."""

IsTest = Callable[[types.FrameType], bool]
"""Tells whether a frame runs code of a test cell."""


@dataclass(frozen=True)
class StudentLine:
    """One line of the student's own code on the way to an error."""

    function: str
    number: int
    text: str


@lru_cache(maxsize=256)
def hidden_lines(source: str, delimiters: HiddenTestDelimiters) -> frozenset[int]:
    """The numbers of the lines between the delimiters, which are hidden too; lines count from 1."""
    numbers, inside = set(), False
    for number, line in enumerate(lines_of(source), start=1):
        inside = inside or delimiters.begin in line
        if inside:
            numbers.add(number)
        if delimiters.end in line:
            inside = False
    return frozenset(numbers)


def visible_part(source: str, delimiters: HiddenTestDelimiters) -> str:
    """The cell without its hidden lines."""
    hidden = hidden_lines(source, delimiters)
    return "\n".join(line for number, line in enumerate(lines_of(source), start=1) if number not in hidden)


def hidden_line_is_running(is_test: IsTest, delimiters: HiddenTestDelimiters) -> bool:
    """Whether one of the callers is a hidden line of a test cell."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_test(frame) and frame.f_lineno in _hidden_of(frame.f_code.co_filename, delimiters):
            return True
        frame = frame.f_back
    return False


def _hidden_of(filename: str, delimiters: HiddenTestDelimiters) -> frozenset[int]:
    return hidden_lines("".join(linecache.getlines(filename)), delimiters)


@dataclass(frozen=True)
class ErrorText:
    """The name, message and traceback that a student reads of an error."""

    name: str
    message: str
    traceback: list[str]


def format_error(
    error: BaseException,
    is_test: IsTest,
    delimiters: HiddenTestDelimiters,
    student_lines: list[StudentLine],
    from_answer: bool,
) -> ErrorText:
    """Format an error in a test cell so that the student may read it.

    The visible line that failed is shown, and the student's own lines that led to an error of the answer. Of a hidden line
    nothing is shown, of an error that it caused only the class: a message can hold the test's inputs. A message that the
    test itself wrote (`assert x, "…"`, or a check's sentence) is meant for the student.

    Args:
        student_lines: the student's lines that led to it.
        from_answer: whether the student's code raised it.
    """
    name = type(error).__name__
    public_name = next(base.__name__ for base in type(error).__mro__ if base.__module__ != "__main__")
    message = message_of(error)
    rendered = getattr(error, "_render_traceback_", None)
    if callable(rendered) and top_level(type(error).__module__) in plugin_packages():  # a check's own words
        return ErrorText(name, message, [str(line) for line in rendered()])
    frames = [(frame, number) for frame, number in walk_tb(error.__traceback__) if is_test(frame)]
    hidden = any(number in _hidden_of(frame.f_code.co_filename, delimiters) for frame, number in frames)
    if hidden:
        tests_own = _raised_by_the_test(error, is_test) and not from_answer
        message = message if tests_own and message else _("A hidden test does not pass.")
        name = public_name if from_answer else name  # the student's own name for an error can hold the test's inputs
        return ErrorText(name, message, [*_format_lines(student_lines[-_STUDENT_LINES:]), f"{name}: {message}"])
    lines = [line for frame, number in frames for line in _format_test_line(frame.f_code.co_filename, number)]
    return ErrorText(name, message, [*lines, *_format_lines(student_lines), f"{name}: {message}"])


def _raised_by_the_test(error: BaseException, is_test: IsTest) -> bool:
    """Whether a line of the test raised the error, by `assert` or `raise`, and nothing that it called."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or not is_test(last.tb_frame):
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] in _RAISING


def _format_test_line(filename: str, number: int) -> Iterator[str]:
    text = linecache.getline(filename, number).rstrip()
    if text:
        yield _("Test cell, line {number}").format(number=number)
        yield f"----> {text}"


def _format_lines(lines: list[StudentLine]) -> Iterator[str]:
    for line in lines:
        yield _("Your code, in {function}, line {number}").format(function=line.function, number=line.number)
        yield f"----> {line.text}"
