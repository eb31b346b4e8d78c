"""What of a test cell stays with the instructor: hidden lines, what runs because of them, and our own frames."""

from __future__ import annotations

import dis
import linecache
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from traceback import walk_tb

from nbjudge.job import HiddenTestDelimiters
from nbjudge.judge.errors import StudentLine
from nbjudge.language import _
from nbjudge.plugins import plugin_packages, top_level
from nbjudge.source_lines import lines_of

_RAISING = frozenset(dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE"))
_LINES_OF_HIDDEN = 5
"""How many lines of an answer are shown of an error in a hidden test."""


@lru_cache(maxsize=256)
def hidden_lines(source: str, marks: HiddenTestDelimiters) -> frozenset[int]:
    """The numbers of the lines between the marks, the marks included; lines count from 1."""
    found, inside = set(), False
    for number, line in enumerate(lines_of(source), start=1):
        inside = inside or marks.begin in line
        if inside:
            found.add(number)
        if marks.end in line:
            inside = False
    return frozenset(found)


def visible_part(source: str, marks: HiddenTestDelimiters) -> str:
    """The cell without its hidden lines."""
    hidden = hidden_lines(source, marks)
    return "\n".join(line for number, line in enumerate(lines_of(source), start=1) if number not in hidden)


def runs_hidden(names: dict[str, object], marks: HiddenTestDelimiters) -> bool:
    """Whether a hidden line of a test cell is running now: one of the callers is such a line."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals is names and frame.f_lineno in _hidden_of(frame.f_code.co_filename, marks):
            return True
        frame = frame.f_back
    return False


def _hidden_of(filename: str, marks: HiddenTestDelimiters) -> frozenset[int]:
    return hidden_lines("".join(linecache.getlines(filename)), marks)


@dataclass(frozen=True)
class Told:
    """What a student reads of an error in a test cell."""

    name: str
    message: str
    traceback: list[str]


def told(
    error: BaseException,
    names: dict[str, object],
    marks: HiddenTestDelimiters,
    student_lines: list[StudentLine],
    from_answer: bool,
) -> Told:
    """What may be said of an error in a test cell.

    The visible line that failed is shown, and the student's own lines that led to an error of the answer. Of a hidden line
    nothing is shown, of an error that it caused only the class: a message can hold what the test tried. A message that the
    test itself wrote (`assert x, "…"`, or a check's sentence) is meant for the student.

    Args:
        names: the namespace of test cells.
        from_answer: whether the error came out of the answer.
    """
    name = type(error).__name__
    known = next(each.__name__ for each in type(error).__mro__ if each.__module__ != "__main__")
    try:
        message = str(error)
    except Exception:
        message = ""
    rendered = getattr(error, "_render_traceback_", None)
    if callable(rendered) and top_level(type(error).__module__) in plugin_packages():  # a check's own words
        return Told(name, message, [str(line) for line in rendered()])
    frames = [(frame, number) for frame, number in walk_tb(error.__traceback__) if frame.f_globals is names]
    hidden = any(number in _hidden_of(frame.f_code.co_filename, marks) for frame, number in frames)
    if hidden:
        own = _written_by_the_test(error, names) and not from_answer
        said = message if own and message else _("A hidden test does not pass.")
        name = known if from_answer else name  # an answer's own name for an error can hold what was tried
        return Told(name, said, [*_answer_lines(student_lines[-_LINES_OF_HIDDEN:]), f"{name}: {said}"])
    lines = [line for frame, number in frames for line in _shown(frame.f_code.co_filename, number)]
    return Told(name, message, [*lines, *_answer_lines(student_lines), f"{name}: {message}"])


def _written_by_the_test(error: BaseException, names: dict[str, object]) -> bool:
    """Whether the test itself raised the error, by `assert` or `raise`, and not something that it called or did."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or last.tb_frame.f_globals is not names:
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] in _RAISING


def _shown(filename: str, number: int) -> Iterator[str]:
    text = linecache.getline(filename, number).rstrip()
    if text:
        yield _("Test cell, line {number}").format(number=number)
        yield f"----> {text}"


def _answer_lines(lines: list[StudentLine]) -> Iterator[str]:
    for line in lines:
        yield _("Your code, in {function}, line {number}").format(function=line.function, number=line.number)
        yield f"----> {line.text}"
