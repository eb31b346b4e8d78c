"""What may be wrong with a statement: left out, done in another order, or done with a name that stands beside the right one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from tests.mutants.rewrite import Program

Siblings = dict[str, tuple[str, ...]]

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
_DROPPED = (*_SIMPLE, ast.Return, ast.Raise, ast.For, ast.While, ast.Assert, ast.Delete, ast.Break, ast.Continue)


def left_out(node: ast.AST) -> Iterator[ast.AST]:
    """The statement left out; a `with` left out around what it holds; a loop that ends after its first round."""
    if isinstance(node, _DROPPED):
        yield ast.Pass()
    if isinstance(node, ast.With):
        yield ast.If(ast.Constant(True), node.body, [])
    if isinstance(node, (ast.Break, ast.Continue)):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    if isinstance(node, ast.For):
        once = ast.For(node.target, node.iter, [*node.body, ast.Break()], node.orelse, None)
        yield once


def reordered(program: Program, node: ast.AST) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """A simple statement and the simple one after it."""
    place = program.places[node]
    block = getattr(place.parent, place.field)
    if isinstance(node, _SIMPLE) and place.index is not None and place.index + 1 < len(block):
        after = block[place.index + 1]
        if isinstance(after, _SIMPLE):
            yield node, after


def neighbours(program: Program, node: ast.AST, names: Siblings, attributes: Siblings) -> Iterator[ast.AST]:
    """Another name that stands beside this one where they are made: `width` for `height`, `self.conv2` for `self.conv1`."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        place = program.places[node]
        if not (isinstance(place.parent, ast.Call) and place.field == "func"):
            for other in names.get(node.id, ()):
                yield ast.Name(other, ast.Load())
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _of_self(node):
        for other in attributes.get(node.attr, ()):
            yield ast.Attribute(node.value, other, ast.Load())


def sibling_names(tree: ast.AST) -> Siblings:
    """By name: those beside it among a function's arguments, or among the targets that one statement fills."""
    rows: list[list[str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            rows.append([each.arg for each in (*node.args, *node.kwonlyargs) if each.arg != "self"])
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
            bare = [each.value if isinstance(each, ast.Starred) else each for each in node.elts]
            rows.append([each.id for each in bare if isinstance(each, ast.Name) and each.id != "_"])
    return _beside(rows)


def sibling_attributes(tree: ast.AST) -> Siblings:
    """By attribute of self: those assigned just before and after it."""
    rows = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            stores = [
                each
                for each in ast.walk(node)
                if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and _of_self(each)
            ]
            rows.append(list(dict.fromkeys(each.attr for each in sorted(stores, key=lambda each: each.lineno))))
    return _beside(rows)


def _beside(rows: list[list[str]]) -> Siblings:
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for first, second in pairwise(row):
            found.setdefault(first, {})[second] = None
            found.setdefault(second, {})[first] = None
    return {name: tuple(others) for name, others in found.items()}


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"
