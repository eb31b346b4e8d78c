"""All mutants of a solution: the same program with one change, in the order of the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutants.expressions import EXPRESSIONS, condition
from tests.mutants.rewrite import Program, difference
from tests.mutants.statements import left_out, neighbours, reordered, sibling_attributes, sibling_names


@dataclass(frozen=True)
class Mutant:
    """A solution with one change.

    Attributes:
        operator: what was done, such as "arithmetic".
        code: the whole changed program.
        change: the lines that differ: "- …" as the solution has it, "+ …" as the mutant does.
    """

    operator: str
    code: str
    change: str


def mutants(code: str) -> list[Mutant]:
    """The mutants of a program, each once. Where it marks its solution, nothing else is changed."""
    found: dict[str, Mutant] = {}
    original = _meaning(code)
    for operator, changed in _changes(Program(code)):
        meaning = _meaning(changed)
        if meaning != original and meaning not in found:
            found[meaning] = Mutant(operator, changed, difference(code, changed))
    return list(found.values())


def _changes(program: Program) -> Iterator[tuple[str, str]]:
    names, attributes = sibling_names(program.tree), sibling_attributes(program.tree)
    for node in program.nodes():
        for operator, new in _replacements(program, node, names, attributes):
            changed = program.replaced(node, new)
            if changed is not None:
                yield operator, changed
        for first, second in reordered(program, node):
            changed = program.swapped(first, second)
            if changed is not None:
                yield "reordered", changed


def _replacements(
    program: Program, node: ast.AST, names: dict[str, tuple[str, ...]], attributes: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, ast.AST]]:
    place = program.places[node]
    for operator in (*EXPRESSIONS, left_out):
        for new in operator(node):
            if not isinstance(place.parent, ast.Raise) or isinstance(new, (ast.Call, ast.Name)):
                yield operator.__name__, new
    if place.field == "test" or (place.field == "ifs" and isinstance(place.parent, ast.comprehension)):
        for new in condition(node):
            yield condition.__name__, new
    for new in neighbours(program, node, names, attributes):
        yield neighbours.__name__, new


class _Fold(ast.NodeTransformer):
    """Negative numbers as constants: `-0` is 0, and `--1` is 1."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            number = node.operand.value
            if isinstance(number, (int, float)) and not isinstance(number, bool):
                return ast.Constant(-number)
        return node


def _meaning(code: str) -> str:
    return ast.dump(_Fold().visit(ast.parse(code)))
