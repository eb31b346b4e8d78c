"""The source notebooks as the tests see them: which cells belong to an exercise, and how to run an answer against them."""

from __future__ import annotations

import ast
import linecache
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course.checking.exercise import run_check
from course.checking.report import Report
from course.checking.world import SECONDS
from course.exercises.catalogue import LESSONS, find_exercise

ROOT = Path(__file__).resolve().parents[1]
POINTS = "**A point for each of these, in your own words:**"
"""What stands in an answer in words between the model answer and the list of what its points are given for."""


@dataclass(frozen=True)
class CheckCall:
    """A call of `check` in a test cell: the exercise, the name of the answer, and the part."""

    exercise: str
    answer: str
    part: str


@cache
def source(assignment: str) -> NotebookNode:
    """The source notebook of an assignment."""
    return nbformat.read(ROOT / "source" / assignment / f"{LESSONS[assignment]}.ipynb", as_version=4)


def solution_cell(assignment: str, exercise: str) -> NotebookNode:
    """The cell whose grade_id is the exercise's id."""
    return next(cell for cell in source(assignment).cells if _grade_id(cell) == exercise)


def test_cells(assignment: str, exercise: str) -> list[NotebookNode]:
    """The test cells of an exercise, in order."""
    names = {f"{exercise}-test", *(f"{exercise}-test-{number}" for number in range(2, 10))}
    return [cell for cell in source(assignment).cells if _grade_id(cell) in names]


def check_calls(cell: NotebookNode) -> list[CheckCall]:
    """The calls of `check` in a test cell."""
    calls = []
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check":
            id, answer, *part = node.args
            part += [keyword.value for keyword in node.keywords if keyword.arg == "part"]
            assert isinstance(answer, ast.Name), f"{_grade_id(cell)}: check gets a name, not an expression"
            calls.append(
                CheckCall(ast.literal_eval(id), answer.id, ast.literal_eval(part[0]) if part else ""),
            )
    return calls


def hidden_names(cell: NotebookNode) -> list[str]:
    """The names of the hidden checks in a test cell."""
    return [
        ast.literal_eval(node.args[1])
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hidden"
    ]


def stub(assignment: str, exercise: str) -> str:
    """What a student finds in the exercise's cell."""
    return re.sub(
        r"^( *)### BEGIN SOLUTION\n.*?### END SOLUTION *$",
        r"\1raise NotImplementedError",
        str(solution_cell(assignment, exercise).source),
        flags=re.MULTILINE | re.DOTALL,
    )


def namespace(assignment: str, code: str) -> dict[str, Any]:
    """What a notebook's names are after its imports and this code have run."""
    names: dict[str, Any] = {"__name__": "__main__"}
    imports = next(cell.source for cell in source(assignment).cells if cell.get("id") == "imports")
    for text in (imports, code):
        linecache.cache["<answer>"] = (len(text), None, text.splitlines(keepends=True), "<answer>")
        exec(compile(text, "<answer>", "exec"), names)
    return names


def reports(
    assignment: str, exercise: str, code: str, *, seconds: float = SECONDS, first_seed: int = 0
) -> list[Report]:
    """What the public checks of an exercise find in an answer, one for each call of `check`; see `run_check`."""
    names = namespace(assignment, code)
    return [
        run_check(find_exercise(call.exercise), names[call.answer], call.part, seconds=seconds, first_seed=first_seed)
        for cell in test_cells(assignment, exercise)
        for call in check_calls(cell)
    ]


def points(assignment: str, exercise: str, code: str) -> tuple[float, float]:
    """What an answer earns in the exercise's test cells, hidden tests and all, and what they can earn.

    nbgrader's rule: a cell that raises earns nothing, one that ends in a number earns that, any other earns all.
    """
    names = namespace(assignment, code)
    earned = total = 0.0
    for cell in test_cells(assignment, exercise):
        most = float(cell.metadata.nbgrader.points)
        total += most
        try:
            value = run_cell(cell.source, names)
        except Exception:
            continue
        earned += float(value) if isinstance(value, (int, float)) else most
    return earned, total


def run_cell(code: str, names: dict[str, Any]) -> Any:
    """Run a cell in these names; returns the value of a last line that is an expression, as a notebook shows it."""
    *body, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        exec(compile(code, "<test cell>", "exec"), names)
        return None
    exec(compile(ast.Module(body, []), "<test cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<test cell>", "eval"), names)


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
