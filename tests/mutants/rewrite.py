"""Changes one place of a program's text, and leaves every other character as it was, so that a change can be read as a diff."""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where a node hangs: its parent, the parent's field, and its index when that field is a list."""

    parent: ast.AST
    field: str
    index: int | None


class Program:
    """A program with the places of its nodes, in its text and in its tree."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.tree = ast.parse(code)
        self._bytes = code.encode()
        self._lines = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.places: dict[ast.AST, Place] = {}
        for parent in ast.walk(self.tree):
            for field, value in ast.iter_fields(parent):
                for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
                    if isinstance(node, ast.AST):
                        self.places[node] = Place(parent, field, index)
        # A solution is what stands between its marks; a program without marks is one as a whole.
        self._solutions = [match.span(1) for match in _SOLUTION.finditer(code)] or [(0, len(code))]
        self._solutions = [(len(code[:start].encode()), len(code[:end].encode())) for start, end in self._solutions]

    def nodes(self) -> Iterator[ast.AST]:
        """The nodes of the solution with a place in the text, in the text's order; no docstring and no words for people."""
        for node in sorted(
            (each for each in ast.walk(self.tree) if hasattr(each, "lineno")), key=lambda each: self.span(each)
        ):
            start, end = self.span(node)
            if any(low <= start and end <= high for low, high in self._solutions) and not self._is_prose(node):
                yield node

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where the node begins and ends, in bytes of the text."""
        assert isinstance(node, (ast.expr, ast.stmt, ast.arg, ast.keyword, ast.excepthandler, ast.alias, ast.pattern))
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.lineno - 1] + node.col_offset, self._lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, start: int, end: int) -> str:
        """The text between two places."""
        return self._bytes[start:end].decode()

    def replaced(self, node: ast.AST, new: ast.AST) -> str | None:
        """The program's text with another node in this one's place; None when there is no such program."""
        expected = self._dump_with({node: new})
        for code in self._rearranged(node, new):
            if _dump_of(code) == expected:
                return code
        start, end = self.span(node)
        text = ast.unparse(ast.fix_missing_locations(new))
        if isinstance(node, ast.stmt):
            text = textwrap.indent(text, " " * node.col_offset).lstrip()
        for form in (text, f"({text})"):
            code = self.text(0, start) + form + self.text(end, len(self._bytes))
            if _dump_of(code) == expected:
                return code
        return None

    def swapped(self, first: ast.stmt, second: ast.stmt) -> str | None:
        """The program's text with two statements, one right after the other, in the other order."""
        expected = self._dump_with({first: second, second: first})
        (start, end), (after, last) = self.span(first), self.span(second)
        code = self._joined((0, start), (after, last), (end, after), (start, end), (last, len(self._bytes)))
        return code if _dump_of(code) == expected else None

    def _rearranged(self, node: ast.AST, new: ast.AST) -> Iterator[str]:
        """The text when two of the node's children change places, or when one of them is left out: the rest keeps its lines."""
        if type(node) is not type(new):
            return
        for field, before in ast.iter_fields(node):
            after = getattr(new, field)
            if before is after or not isinstance(before, list):
                continue
            moved = [each for each, other in zip(before, after, strict=False) if each is not other]
            spans = [self.span(each) for each in before if hasattr(each, "lineno")]
            if len(after) == len(before) == len(spans) and len(moved) == 2:
                (start, end), (later, last) = (self.span(each) for each in moved)
                yield self._joined((0, start), (later, last), (end, later), (start, end), (last, len(self._bytes)))
            if len(after) == len(before) - 1 and len(before) == len(spans) > 1:
                gone = next((i for i, each in enumerate(after) if before[i] is not each), len(after))
                last_one = gone == len(after)
                start = spans[gone - 1][1] if last_one else spans[gone][0]
                end = spans[gone][1] if last_one else spans[gone + 1][0]
                yield self._joined((0, start), (end, len(self._bytes)))

    def _joined(self, *spans: tuple[int, int]) -> str:
        return "".join(self.text(*span) for span in spans)

    def _dump_with(self, changes: dict[ast.AST, ast.AST]) -> str:
        for node, new in changes.items():
            _set(self.places[node], new)
        try:
            return ast.dump(self.tree)
        finally:
            for node in changes:
                _set(self.places[node], node)

    def _is_prose(self, node: ast.AST) -> bool:
        """Whether a node is part of a docstring, of a formatted string, or of what an error says."""
        while node in self.places:
            place = self.places[node]
            if isinstance(place.parent, ast.JoinedStr):
                return True
            if isinstance(place.parent, ast.Expr) and isinstance(node, ast.Constant):
                return True
            said = isinstance(place.parent, ast.Call) and place.field in {"args", "keywords"}
            if said and isinstance(self.places[place.parent].parent, ast.Raise):
                return True
            node = place.parent
        return False


def difference(before: str, after: str) -> str:
    """The lines that differ, without their common indentation: "- …" as it was, "+ …" as it is."""
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "-+"]
    indent = min(len(line) - 2 - len(line[2:].lstrip()) for line in lines if line[2:].strip())
    return "\n".join(f"{line[:2]}{line[2 + indent :]}".rstrip() for line in lines)


def _set(place: Place, node: ast.AST) -> None:
    if place.index is None:
        setattr(place.parent, place.field, node)
    else:
        getattr(place.parent, place.field)[place.index] = node


def _dump_of(code: str) -> str | None:
    try:
        return ast.dump(ast.parse(code))
    except SyntaxError:
        return None
