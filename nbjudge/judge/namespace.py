"""The namespace of test cells: the instructor's names, those that test cells bind, and those of the student's notebook."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import pickle
from collections.abc import Mapping
from typing import Any

from nbjudge.codec import libraries
from nbjudge.codec.libraries import ValuePickler
from nbjudge.hidden_tests import hidden_lines, visible_part
from nbjudge.job import HiddenTestDelimiters, InstructorNames
from nbjudge.judge.errors import WorkerGone
from nbjudge.judge.instructor_names import binds, imports_of, mentions, parsed, words
from nbjudge.judge.link import Link
from nbjudge.judge.proxy import is_proxy
from nbjudge.shared_state import WATCHED_BYTES, is_mutable_data, sync_in_place

_BUILTINS = frozenset([*dir(builtins), "__builtins__", "__builtin__"])
_ABSENT = object()


class Namespace:
    """Syncs the namespace of test cells with that of the student's notebook, which are one where nbgrader itself grades.

    Args:
        names: the namespace in which test cells run.
        link: to the worker.
        instructor: the instructor's names.
        delimiters: of hidden tests.
    """

    def __init__(
        self, names: dict[str, Any], link: Link, instructor: InstructorNames, delimiters: HiddenTestDelimiters
    ) -> None:
        self._names = names
        self._link = link
        self._instructor = instructor
        self._delimiters = delimiters
        self._mentioned: set[str] = set()
        self._of_tests: set[str] = set()
        self._fetched: dict[str, Any] = {}
        self._states: dict[str, bytes | None] = {}
        self._shadowed: frozenset[str] = frozenset()
        self._starred: dict[str, Any] | None = None
        link.before_request = self._push
        link.renamed = self._renamed

    def student_cell_ran(self, source: str) -> None:
        """A name that a student's cell binds is the student's from now on, though a test cell had it before."""
        tree = parsed(source)
        if tree is not None:
            self._of_tests -= self._students(binds(tree))

    def in_process_test_ran(self, source: str) -> None:
        """A name that a test cell has bound in the student's process is looked up there from now on."""
        tree = parsed(source)
        if tree is not None:
            self._of_tests -= binds(tree)

    def prepare(self, source: str) -> None:
        """Before a test cell: bind the names that it can use, the instructor's here, the others as the worker has them."""
        self._fetched.clear()
        tree = parsed(source)
        bound: frozenset[str] = frozenset()
        if tree is not None:
            bound = binds(tree)
            self._mentioned |= mentions(tree) | (words(tree) & (self._instructor.shared or frozenset()))
        self._shadowed = bound & _BUILTINS
        # A name that only test cells bind is not the student's: the worker is not told that it is used.
        own = self._of_tests | {name for name in bound - self._students(bound) if not self._is_instructors(name)}
        used = sorted(self._mentioned - own - _BUILTINS - {"get_ipython", "In", "Out", "_"})
        students = [name for name in used if not self._bind(name)]
        for name, encoded in self._link.names(students).items() if students else ():
            self._put(name, encoded)

    def settle(self, source: str) -> None:
        """After a test cell: send the worker its changes to the student's names, and the names of its visible lines."""
        self._push()
        tree = parsed(source)
        if tree is None:
            return
        bound = binds(tree)
        for name in bound & self._fetched.keys():
            self._fetched.pop(name)
        self._of_tests |= {name for name in bound if name in self._names}
        self._share_visible_names(source)

    def _students(self, names: frozenset[str]) -> frozenset[str]:
        """Those names that are the student's by the source."""
        return names if self._instructor.shared is None else names & self._instructor.shared

    def _is_instructors(self, name: str) -> bool:
        instructor = self._instructor
        return any(
            name in texts for texts in (instructor.imports, instructor.definitions, instructor.constants, self._stars())
        )

    def _bind(self, name: str) -> bool:
        """Bind a name of the instructor; False when it is none, or cannot be bound here."""
        if name in self._stars() and name not in (self._instructor.shared or ()):
            self._names[name] = self._stars()[name]
            return True
        statement = (
            self._instructor.imports.get(name)
            or self._instructor.definitions.get(name)
            or self._instructor.constants.get(name)
        )
        if statement is None:
            return False
        if name in self._instructor.definitions:
            self._mentioned |= mentions(ast.parse(statement)) - {name}
        elif name in self._instructor.constants:
            for used in mentions(ast.parse(statement)) - {name} - self._names.keys():
                self._bind(used)
        try:
            exec(compile(statement, "<course>", "exec"), self._names)
        except Exception:  # such as a module that only the student's folder has
            return False
        return True

    def _stars(self) -> dict[str, Any]:
        """The names that the source imports without naming them."""
        if self._starred is None:
            self._starred = {}
            for statement in self._instructor.stars:
                with contextlib.suppress(Exception):  # such as a module that only the student's folder has
                    exec(compile(statement, "<course>", "exec"), self._starred)
            self._starred.pop("__builtins__", None)
        return self._starred

    def _put(self, name: str, encoded: bytes | None) -> None:
        if encoded is None:
            self._names.pop(name, None)
            return
        value = self._link.decode(encoded)
        self._names[name] = value
        self._fetched[name] = value
        self._states[name] = _state(value)

    def _renamed(self, names: Mapping[str, Any]) -> None:
        """Take over names that the student's code has bound anew, or whose values it has changed in place."""
        for name, (in_place, encoded) in names.items():
            if name not in self._fetched or self._names.get(name, _ABSENT) is not self._fetched[name]:
                continue
            if in_place and encoded is not None:
                sync_in_place(self._fetched[name], self._link.decode(encoded))
                self._states[name] = _state(self._fetched[name])
            else:
                self._put(name, encoded)

    def _push(self) -> None:
        """Send the worker the student's names that a test cell has bound anew or deleted, or changed the values of."""
        self._push_shadowed()
        for name, value in list(self._fetched.items()):
            now = self._names.get(name, _ABSENT)
            if now is _ABSENT:
                del self._fetched[name]
                self._try_in_worker("delete", name)
            elif now is not value:
                self._fetched[name] = now
                self._states[name] = _state(now)
                self._try_in_worker("assign", name, now)
            elif self._states[name] is not None and (state := _state(now)) != self._states[name]:
                self._states[name] = state
                self._try_in_worker("sync_in_place", name, now)

    def _push_shadowed(self) -> None:
        """Send the worker the built-in names that a test cell binds, such as `input`: they are meant for the student's code."""
        for name in self._shadowed:
            if name in self._names and name not in self._fetched:
                self._fetched[name] = self._names[name]
                self._states[name] = None
                self._try_in_worker("assign", name, self._names[name])

    def _share_visible_names(self, source: str) -> None:
        """Send the worker the imports, functions and data of a test cell's visible lines: the student's later cells may use them.

        Names that a hidden line mentions or binds stay here.
        """
        visible = parsed(visible_part(source, self._delimiters))
        if visible is None:
            return
        whole = parsed(source)
        hidden_names: set[str] = set()
        hidden = hidden_lines(source, self._delimiters)
        if whole is not None:
            for statement in whole.body:
                if statement.lineno in hidden or (statement.end_lineno or 0) in hidden:
                    hidden_names |= mentions(statement) | binds(statement)
        for statement in visible.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for text in imports_of(statement).values():
                    self._try_in_worker("execute", text)
            elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                if statement.name not in hidden_names:
                    self._try_in_worker("execute", ast.unparse(statement))
            else:
                for name in binds(statement) - hidden_names:
                    value = self._names.get(name, _ABSENT)
                    if value is not _ABSENT and _may_go(value):
                        self._try_in_worker("assign", name, value)

    def _try_in_worker(self, operation: str, *arguments: Any) -> None:
        """Have the worker carry out an operation, if its arguments can be pickled and the operation succeeds there."""
        before, self._link.before_request = self._link.before_request, lambda: None
        try:
            with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
                self._link.do(operation, *arguments)
        except WorkerGone:
            raise
        except Exception:  # the worker could not do it
            return
        finally:
            self._link.before_request = before


_DATA = (bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, type(None))


def _may_go(value: Any) -> bool:
    """Whether a value goes to the worker: plain data and proxies do, a function of a test cell stays."""
    return is_proxy(value) or isinstance(value, _DATA) or _data_library(value) is not None


def _data_library(value: Any) -> libraries.Library | None:
    return next((library for library in libraries.loaded() if isinstance(value, library.data)), None)


def _state(value: Any) -> bytes | None:
    """The pickled state of data, which is another one when it has been changed in place; None for what is not watched."""
    if not is_mutable_data(value) or getattr(value, "nbytes", 0) > WATCHED_BYTES:
        return None
    library = _data_library(value)
    try:
        buffer = io.BytesIO()
        ValuePickler(buffer, protocol=5).dump(value if library is None else library.snapshot(value))
    except Exception:  # it holds a proxy
        return None
    return buffer.getvalue() if buffer.tell() <= WATCHED_BYTES else None
