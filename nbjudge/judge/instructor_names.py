"""The instructor's names: those that only the instructor's text binds, so that test cells do not ask the worker. Pure functions.

A name that test cells use may be bound by an import, by a definition or a literal in a locked cell, or by the student. Where
no answer cell of the source notebook binds a name otherwise, the judge binds it itself: an answer cannot replace its value.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from nbjudge.job import InstructorNames

Role = Literal["locked", "answer", "other", "test"]


_CONSTANT = (
    ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Name, ast.Attribute,
    ast.keyword, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_MAKERS = frozenset({
    "tensor", "array", "arange", "linspace", "zeros", "ones", "full", "eye", "Size", "Path", "Fraction", "Decimal",
    "float", "int", "set", "frozenset", "tuple", "list", "dict", "range",
})  # fmt: skip
_BUILTINS = frozenset(dir(builtins))
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True)
class SourceCell:
    """A code cell of the source notebook: its text with the solution, and its role."""

    role: Role
    source: str


@dataclass
class _Bound:
    imports: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    otherwise: set[str] = field(default_factory=set)
    operators: set[str] = field(default_factory=set)
    in_answers: set[str] = field(default_factory=set)


def find_instructor_names(cells: Iterable[SourceCell]) -> InstructorNames:
    """The names that the judge binds itself, from the code cells of a source notebook."""
    bound = _Bound()
    for cell in cells:
        if cell.role != "test":
            tree = parsed(cell.source)
            if tree is not None:
                _read(tree, cell, bound)
    return InstructorNames(
        imports={name: text for name, text in bound.imports.items() if name not in bound.otherwise},
        definitions={name: text for name, text in bound.definitions.items() if name not in bound.otherwise},
        constants={name: text for name, text in bound.constants.items() if _is_instructors(name, text, bound)},
        stars=tuple(dict.fromkeys(bound.stars)),
        shared=frozenset(bound.otherwise),
        operators=frozenset(bound.operators),
    )


def _read(tree: ast.Module, cell: SourceCell, bound: _Bound) -> None:
    locked = cell.role == "locked"
    if not locked:
        bound.in_answers |= mentions(tree)
    bound.operators |= {name for node in ast.walk(tree) for name in _special_methods(node)}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            bound.stars.append(ast.unparse(statement))
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            bound.imports.update(imports_of(statement))
        elif locked and isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            bound.definitions[statement.name] = ast.unparse(statement)
        elif locked and (constant := _constant(statement)):
            bound.constants[constant] = ast.unparse(statement)
        else:
            bound.otherwise |= binds(statement)


def _special_methods(node: ast.AST) -> Iterator[str]:
    """Special methods that a class defines, by `def` or by assignment."""
    if isinstance(node, ast.ClassDef):
        for each in node.body:
            yield from (name for name in binds(each) if name.startswith("__"))


def imports_of(statement: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """For each name that an import binds, the import of it alone."""
    imports: dict[str, str] = {}
    for alias in statement.names:
        if alias.name == "*":
            continue
        name = alias.asname or (alias.name.partition(".")[0] if isinstance(statement, ast.Import) else alias.name)
        alone: ast.stmt
        if isinstance(statement, ast.Import):
            alone = ast.Import([alias])
        else:
            alone = ast.ImportFrom(statement.module, [alias], statement.level)
        text = ast.unparse(alone)
        imports[name] = f"{imports[name]}\n{text}" if name in imports else text  # import a.b and import a.c both bind a
    return imports


def _constant(statement: ast.stmt) -> str:
    """The name that a statement binds to a constant: literals, arithmetic, arrays of them; "" for another statement."""
    if (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
        and all(_is_constant(node) for node in ast.walk(statement.value))
    ):
        return statement.targets[0].id
    return ""


def _is_constant(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        return (isinstance(function, ast.Name) and function.id in _MAKERS) or (
            isinstance(function, ast.Attribute) and function.attr in _MAKERS and isinstance(function.value, ast.Name)
        )
    return isinstance(node, _CONSTANT)


def _is_instructors(name: str, text: str, bound: _Bound) -> bool:
    """Whether a constant of a locked cell is the same for the test as for the student.

    One that an answer could change in place is the instructor's only where no answer of the source speaks of it.
    """
    tree = ast.parse(text)
    changes = any(isinstance(node, (ast.List, ast.Dict, ast.Set, ast.Call)) for node in ast.walk(tree))
    used = mentions(tree) - {name}
    return (
        name not in bound.otherwise
        and not (changes and name in bound.in_answers)
        and all(other in bound.imports or other in _BUILTINS for other in used - bound.otherwise)
        and not used & bound.otherwise
    )


@lru_cache(maxsize=256)
def parsed(source: str) -> ast.Module | None:
    """The cell's syntax tree, IPython's own syntax translated; None when it is no Python. It is shared: do not change it."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    try:
        from IPython.core.inputtransformer2 import TransformerManager

        translated: str = TransformerManager().transform_cell(source)
        return ast.parse(translated)
    except Exception:  # IPython's transformer may raise anything on a text that is no Python
        return None


@lru_cache(maxsize=256)
def binds(tree: ast.AST) -> frozenset[str]:
    """Every name that a piece of code binds at its own level: assignments, definitions, imports, loops, `global` in functions."""
    names: set[str] = set()
    for node in _nodes(tree, _SCOPES):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= imports_of(node).keys()
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    names |= {name for node in _nodes(tree) if isinstance(node, ast.Global) for name in node.names}
    return frozenset(names)


def _nodes(tree: ast.AST, closed: tuple[type[ast.AST], ...] = ()) -> list[ast.AST]:
    """All nodes of a tree, as `ast.walk` but faster, without those inside of nodes of the kinds in `closed`."""
    nodes = [tree]
    for node in nodes:
        if closed and isinstance(node, closed):
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif type(value) is list:
                nodes.extend(child for child in value if isinstance(child, ast.AST))
    return nodes


def mentions(tree: ast.AST) -> set[str]:
    """Every name that a piece of code mentions."""
    names: set[str] = set()
    for node in _nodes(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            names.update(node.names)
    return names


def words(tree: ast.AST) -> set[str]:
    """Every word in the texts of a piece of code that may be a name: `eval("x")`, `"x" in globals()`."""
    names: set[str] = set()
    for node in _nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 1000:
            names |= set(re.findall(r"[^\W\d]\w*", node.value))
    return names
