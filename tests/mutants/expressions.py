"""What may be wrong with an expression: each operator takes a node and gives the nodes that could stand in its place."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

from tests.mutants.families import ERRORS, NAMES, STRINGS, relatives

Operator = Callable[[ast.AST], Iterator[ast.AST]]
Node = TypeVar("Node", bound=ast.AST)

_ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.FloorDiv),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}

_COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.GtE, ast.LtE),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

_MODULES = {"torch", "nn", "F", "np", "math", "plt", "init", "itertools", "random", "copy", "warnings"}


def arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    """Another operator, one of the two operands, and the quotient rounded up."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for other in _ARITHMETIC.get(type(node.op), ()):
            yield _with(node, op=other())
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right
        if isinstance(node.op, ast.FloorDiv):
            up = ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right)
            yield ast.UnaryOp(ast.USub(), up)
        if isinstance(node.op, (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult)):
            yield _with(node, left=node.right, right=node.left)
    if isinstance(node, ast.UnaryOp):
        yield node.operand


def comparison(node: ast.AST) -> Iterator[ast.AST]:
    """Another comparison."""
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in _COMPARISON.get(type(operator), ()):
                yield _with(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def logic(node: ast.AST) -> Iterator[ast.AST]:
    """And for or, an operand left out; a condition negated, always true, or never."""
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for index in range(len(node.values)):
            rest = [*node.values[:index], *node.values[index + 1 :]]
            yield _with(node, values=rest) if len(rest) > 1 else rest[0]


def condition(node: ast.AST) -> Iterator[ast.AST]:
    """A condition negated, always true, or never: for the test of an `if`, a `while`, or an expression with `if`."""
    yield ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]
    yield ast.Constant(True)
    yield ast.Constant(False)


def constant(node: ast.AST) -> Iterator[ast.AST]:
    """A neighbouring number, zero, the negative; the other bool; another option."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    numbers: tuple[object, ...] = ()
    if isinstance(value, bool):
        numbers = (not value,)
    elif isinstance(value, int):
        numbers = (value + 1, value - 1, 0)
    elif isinstance(value, float):
        numbers = (value * 2, value + 1.0, 0.0)
    elif isinstance(value, str):
        numbers = (*relatives(value, STRINGS), *_einsums(value))
    for number in numbers:
        if isinstance(number, (int, float)) and not isinstance(number, bool) and number < 0:
            yield ast.UnaryOp(ast.USub(), ast.Constant(-number))
        else:
            yield ast.Constant(number)  # type: ignore[arg-type]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value:
        yield ast.UnaryOp(ast.USub(), ast.Constant(value))


def arguments(node: ast.AST) -> Iterator[ast.AST]:
    """Two neighbouring arguments swapped, and one left out."""
    if not isinstance(node, ast.Call):
        return
    for positional in _swaps(node.args):
        yield _with(node, args=positional)
    for (i, first), (j, second) in pairwise(enumerate(node.keywords)):
        swapped = list(node.keywords)
        swapped[i], swapped[j] = _with(first, value=second.value), _with(second, value=first.value)
        yield _with(node, keywords=swapped)
    for index in range(len(node.keywords)):
        yield _with(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])
    if node.args:
        yield _with(node, args=node.args[:-1])


def elements(node: ast.AST) -> Iterator[ast.AST]:
    """Two neighbouring elements of a tuple, a list or a dict swapped, and one left out."""
    if isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
        for swapped in _swaps(node.elts):
            yield _with(node, elts=swapped)
        for index in range(len(node.elts)):
            yield _with(node, elts=[*node.elts[:index], *node.elts[index + 1 :]])
    if isinstance(node, ast.Dict):
        for swapped in _swaps(node.values):
            yield _with(node, values=swapped)


def slices(node: ast.AST) -> Iterator[ast.AST]:
    """A slice without its beginning, its end or its step."""
    if isinstance(node, ast.Slice):
        for field in ("lower", "upper", "step"):
            if getattr(node, field) is not None:
                yield _with(node, **{field: None})


def calls(node: ast.AST) -> Iterator[ast.AST]:
    """A call left out: its object or its first argument stands alone."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value) and not _is_self(node.func.value):
        yield node.func.value
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]


def names(node: ast.AST) -> Iterator[ast.AST]:
    """Another function, method, layer or dtype of the same family."""
    if isinstance(node, ast.Attribute):
        for other in relatives(node.attr, NAMES):
            yield _with(node, attr=other)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in relatives(node.id, (*NAMES, ERRORS)):
            yield _with(node, id=other)


def branches(node: ast.AST) -> Iterator[ast.AST]:
    """The filter of a comprehension left out; a loop over all but the first, all but the last, or in reverse."""
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        for index, generator in enumerate(node.generators):
            if generator.ifs:
                without = _with(generator, ifs=[])
                yield _with(node, generators=[*node.generators[:index], without, *node.generators[index + 1 :]])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        stop = 0 if len(node.args) == 1 else 1
        for shift in (ast.Sub(), ast.Add()):
            changed = list(node.args)
            changed[stop] = ast.BinOp(node.args[stop], shift, ast.Constant(1))
            yield _with(node, args=changed)
        if len(node.args) == 1:
            yield _with(node, args=[ast.Constant(1), *node.args])


EXPRESSIONS: tuple[Operator, ...] = (
    arithmetic,
    comparison,
    logic,
    constant,
    arguments,
    elements,
    slices,
    calls,
    names,
    branches,
)
"""The operators for expressions, apart from `condition`, which is for tests only."""


def _with(node: Node, **fields: object) -> Node:
    """A copy of the node with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _swaps(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for i in range(len(items) - 1):
        if ast.dump(items[i]) != ast.dump(items[i + 1]):
            yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


def _einsums(text: str) -> Iterator[str]:
    """Two neighbouring letters of an einsum's output swapped."""
    left, arrow, right = text.partition("->")
    if arrow:
        for i in range(len(right) - 1):
            yield f"{left}->{right[:i]}{right[i + 1]}{right[i]}{right[i + 2 :]}"


def _is_module(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in _MODULES


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
