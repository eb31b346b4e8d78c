"""Other courses' honest work gets the mark that stock grading gives: everything is run both ways, cell by cell."""

from __future__ import annotations

import os
from collections.abc import Sequence

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

from nbjudge.engine import Engine
from nbjudge.job import End, Job, JobCell
from nbjudge.judge.instructor_names import SourceCell, find_instructor_names
from tests.nbjudge.judge.honest import PAIRS

NAMES = [each.name for each in PAIRS]
WRONG = {"wrong number", "stub", "expects another error", "partial credit of nothing", "a message", "exit"}


def graded_cell(number: int, outputs: Sequence[NotebookNode]) -> NotebookNode:
    """A test cell of nbgrader's, worth one point."""
    graded = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": f"test-{number}"}
    return new_code_cell(PAIRS[number].test, metadata={"nbgrader": graded}, outputs=list(outputs))


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """What a kernel gives that runs answers and tests together, as nbgrader's does."""
    notebook = new_notebook()
    for number, pair in enumerate(PAIRS):
        notebook.cells += [new_code_cell(pair.answer), graded_cell(number, ())]
    inline = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("stock"))}}
    NotebookClient(notebook, allow_errors=True, timeout=120, resources=folder).execute(env=inline)
    return {name: determine_grade(cell)[0] for name, cell in zip(NAMES, notebook.cells[1::2], strict=True)}


@pytest.fixture(scope="module", params=["test", "in_process_test"])
def judged(engine: Engine, request: pytest.FixtureRequest) -> dict[str, NotebookNode]:
    """The test cells as the engine leaves them, marked apart and in the student's process."""
    cells, source = [], []
    for pair in PAIRS:
        cells += [JobCell("student", pair.answer), JobCell(request.param, pair.test, pair.name)]
        source += [SourceCell("answer", pair.answer), SourceCell("test", pair.test)]
    marked = engine.mark(Job("honest", tuple(cells), find_instructor_names(source)))
    assert marked.end is End.DONE, marked.detail
    return {
        name: graded_cell(number, [nbformat.from_dict(output) for output in marked.runs[2 * number + 1].outputs])
        for number, name in enumerate(NAMES)
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_mark_is_that_of_stock_grading(name: str, stock: dict[str, float], judged: dict[str, NotebookNode]) -> None:
    assert determine_grade(judged[name])[0] == stock[name], judged[name].outputs


def test_right_and_wrong_answers_are_told_apart(stock: dict[str, float]) -> None:
    assert {name for name, score in stock.items() if score == 0} == WRONG
