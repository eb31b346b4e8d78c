"""Notebooks in real kernels: a released one runs to its end untouched, and the source holds outputs to compare with."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from course.authoring import outputs
from course.authoring.release import choose_assignments
from course.checking.card import CHECK_MIMETYPE
from course.exercises.catalogue import LESSONS
from tests import lessons

ASSIGNMENTS = choose_assignments(lessons.ROOT, [])


@pytest.mark.colab  # the newest versions run the same cells in source/, where nbval compares what they give
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_an_untouched_notebook_fails_in_its_test_cells_only_and_there_it_is_not_attempted(
    assignment: str, tmp_path: Path
) -> None:
    path = lessons.ROOT / "release" / "en" / assignment / f"{LESSONS[assignment]}.ipynb"
    notebook = outputs.execute(nbformat.read(path, as_version=4), tmp_path)
    failed = outputs.raised_in(notebook.cells)
    assert outputs.failed_cells(notebook) == []  # "Run All Cells" stops at none of them
    tests = {
        cell.id: cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert {cell.name: cell.error for cell in failed}.keys() == tests.keys()
    for cell in failed:
        assert cell.error.startswith("CheckFailed: ")
        found = [output.data[CHECK_MIMETYPE] for output in tests[cell.name].outputs if "data" in output]
        assert [check["outcome"] for check in found] == ["not attempted"]
    setup = next(cell for cell in notebook.cells if cell.id == "setup")
    assert setup.outputs == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_code_cell_of_a_source_notebook_holds_what_it_gave(assignment: str) -> None:
    notebook = lessons.source(assignment)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # nbval compares nothing for a cell without a number, and says so nowhere.
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), (
        f"run `course outputs {assignment}`"
    )
    assert outputs.failed_cells(notebook) == []
    assert outputs.text(outputs.normal_form(notebook)) == (
        lessons.ROOT / "source" / assignment / f"{LESSONS[assignment]}.ipynb"
    ).read_text(encoding="utf-8")
