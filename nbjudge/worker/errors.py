"""Describes an error of the student's code as plain data, for the judge: its type, message, bases, and the student's lines."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from functools import cache
from pathlib import Path
from typing import Any

from nbjudge.plugins import package_folders, plugin_packages


def describe_error(error: BaseException) -> list[Any]:
    """Describe an error.

    Returns:
        Its type's name, its message, the names of its type and the type's bases, and the student's lines that led to it,
        each as function, number and text.
    """
    try:
        message = str(error)
    except Exception:  # its own __str__ is the student's code
        message = ""
    kind = type(error)
    return [kind.__name__, message, [base.__name__ for base in kind.__mro__], _student_lines(error)]


def _student_lines(error: BaseException) -> list[list[Any]]:
    """The frames of the traceback that are in the student's own code, outermost first.

    Libraries are not, nor nbjudge and the course's plugins, wherever they are installed.
    """
    others = folders_of_others(plugin_packages())
    lines: list[list[Any]] = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        path = Path(name)
        of_others = path.is_absolute() and not others.isdisjoint([path.resolve(), *path.resolve().parents])
        if not of_others and not name.startswith("<frozen"):
            lines.append([frame.f_code.co_name, number, linecache.getline(name, number, frame.f_globals).strip()])
    return lines


@cache
def folders_of_others(packages: frozenset[str]) -> frozenset[Path]:
    """The folders of code that is no student's: installed libraries, nbjudge, and these packages."""
    libraries = (Path(path) for path in sysconfig.get_paths().values() if path)
    own = package_folders(["nbjudge", *sorted(packages)])
    return frozenset(path.resolve() for path in (*libraries, *own))
