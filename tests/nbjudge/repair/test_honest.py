"""Honest submissions come through as they are: no fix, the same cells in the same order, the tests whole again."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import determine_grade

from course.exercises.catalogue import LESSONS
from nbjudge.repair.repair import job_of, repair
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment
from tests import lessons
from tests.classroom.fill import fill, saved_by_colab, saved_by_jupyterlab
from tests.classroom.students import a_class, words
from tests.nbjudge.repair.damage import repair_cells

SAVED = {"JupyterLab": saved_by_jupyterlab, "Colab": saved_by_colab}


classmates = cache(a_class)


@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
@pytest.mark.parametrize("lesson", LESSONS)
def test_answers_come_through(
    lesson: str,
    save: Callable[[NotebookNode], str],
    assignment: Callable[[str], Assignment],
    released: Callable[[str], NotebookNode],
) -> None:
    students = [each for each in classmates() if lesson in each.work]
    assert students
    template = assignment(lesson).templates[0]
    for student in students:
        handed_in = fill(released(lesson), {**student.work[lesson], **words(lesson)})
        name = f"{template.notebook}.ipynb"
        repaired = repair(template, Submitted({name: save(handed_in).encode()}), assignment(lesson))
        assert (repaired.fixes, repaired.verdict) == ((), None)
        nbformat.validate(repaired.notebook)
        MetadataValidator().validate_nb(repaired.notebook)
        tests = {cell.grade_id: cell.source for cell in template.cells if cell.is_test}
        assert [cell.source for cell in repaired.notebook.cells] == [
            tests.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source) for cell in handed_in.cells
        ]
        assert repair_cells(template, repaired.notebook) == (repaired.notebook, ())


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_template_is_the_released_notebook(
    lesson: str, assignment: Callable[[str], Assignment], released: Callable[[str], NotebookNode]
) -> None:
    template = assignment(lesson).templates[0]
    notebook = released(lesson)
    assert dict(template.metadata) == dict(notebook.metadata)
    assert [(cell.cell_id, cell.cell_type, cell.released) for cell in template.cells] == [
        (cell.id, cell.cell_type, cell.source) for cell in notebook.cells
    ]
    for cell, handed_out in zip(template.cells, notebook.cells, strict=True):
        marks = {**cell.nbgrader()} if cell.grade_id else {}
        expected = dict(handed_out.metadata.get("nbgrader", {}))
        if cell.is_test:  # the gradebook's checksum is that of the whole test
            assert marks.pop("checksum") != expected.pop("checksum")
        assert marks == expected
        assert {**cell.metadata} == {key: each for key, each in handed_out.metadata.items() if key != "nbgrader"}


@pytest.mark.parametrize("lesson", LESSONS)
def test_tests_are_those_of_the_source(lesson: str, assignment: Callable[[str], Assignment]) -> None:
    sources = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in lessons.source(lesson).cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    tests = [cell for cell in assignment(lesson).templates[0].cells if cell.is_test]
    assert tests
    for cell in tests:
        assert cell.source == sources[cell.grade_id]
        assert "HIDDEN TESTS" in cell.source
        assert "hidden" not in cell.released.lower()
        before, _, rest = cell.source.partition("### BEGIN HIDDEN TESTS\n")
        assert cell.released.split("\n") == (before + rest.partition("### END HIDDEN TESTS\n")[2]).rstrip("\n").split(
            "\n"
        )


def test_an_untouched_written_answer_is_known_and_a_changed_one_waits(
    assignment: Callable[[str], Assignment], released: Callable[[str], NotebookNode]
) -> None:
    template = assignment("00-start").templates[0]
    for text, grade in (("", 0), ("Because.", None), ("\n", 0)):
        notebook = released("00-start")
        written = next(
            cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "00-start-why"
        )
        written.source = text if text.strip() else written.source + text
        repaired, fixes = repair_cells(template, notebook)
        found = next(
            cell for cell in repaired.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "00-start-why"
        )
        assert fixes == ()
        assert determine_grade(found) == (grade, 2)


def test_nothing_of_a_person_or_of_a_run_is_left(
    assignment: Callable[[str], Assignment], released: Callable[[str], NotebookNode]
) -> None:
    template = assignment("00-start").templates[0]
    repaired, _ = repair_cells(template, json.loads(saved_by_colab(released("00-start"))))
    text = nbformat.writes(repaired)
    for secret in ("NAME OF THE ACCOUNT", "executionInfo", "outputId", "widget-state", "cellView", "colab_type"):
        assert secret not in text
    assert all(
        cell.outputs == [] and cell.execution_count is None for cell in repaired.cells if cell.cell_type == "code"
    )


def test_the_job_has_a_cell_for_each_of_the_notebook(
    assignment: Callable[[str], Assignment], released: Callable[[str], NotebookNode]
) -> None:
    template = assignment("00-start").templates[0]
    handed_in = saved_by_jupyterlab(released("00-start")).encode()
    repaired = repair(template, Submitted({"start.ipynb": handed_in}), assignment("00-start"))
    job = job_of(template, repaired)
    assert job.notebook == "start"
    assert [cell.source for cell in job.cells] == [cell.source for cell in repaired.notebook.cells]
    kinds = {cell.grade_id: cell.kind for cell in job.cells if cell.grade_id}
    assert kinds == {
        "setup": "locked",
        "patch-response": "student",
        "patch-response-test": "test",
        "case-wrapped-bytes": "student",
        "case-wrapped-bytes-test": "test",
        "00-start-why": "text",
    }
    assert {cell.kind for cell in job.cells if not cell.grade_id} == {"text", "student"}
