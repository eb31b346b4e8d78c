"""A course that is not ours: nbgrader's own settings, nameless stubs, tasks, answers by hand, data files, no cell ids."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment

from course.authoring.release import run_step
from nbjudge.files import CourseFolderError, read_config
from nbjudge.job import HiddenTestDelimiters
from nbjudge.repair.repair import job_of, repair
from nbjudge.repair.source import read_source
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment
from nbjudge.verdict import Verdict
from tests.nbjudge.repair.damage import copy, delete, graded, mark, repair_cells, taken_from
from tests.nbjudge.repair.test_damage import is_sound, told

NAME = "sums"
CONFIG = """
c = get_config()
c.Autograde.exclude_overwriting = {"sums": ["own.py"]}
c.IncludeHeaderFooter.header = "header.ipynb"
"""


def cell(text: str, kind: str = "", grade_id: str = "", **more: Any) -> NotebookNode:
    """A cell of a source; `kind` is what nbgrader calls it."""
    flags: dict[str, dict[str, Any]] = {
        "answer": {"solution": True},
        "tests": {"grade": True, "locked": True},
        "by hand": {"grade": True, "solution": True},
        "task": {"task": True, "locked": True},
        "read-only": {"locked": True},
    }
    base = {
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        "schema_version": 3,
        "grade_id": grade_id,
    }
    metadata = {"nbgrader": {**base, **flags[kind], **more}} if kind else {}
    is_text = kind == "task" or text.startswith(("# ", "Why"))
    made = new_markdown_cell(text) if is_text else new_code_cell(text)
    made.metadata.update(metadata)
    del made["id"]
    return made


SUMS = [
    cell("# Sums"),
    cell("import math"),
    cell("LIMIT = 10\n\n\ndef helper(x):\n    return x + LIMIT", "read-only", "helper"),
    cell("total = 55", "answer", "total"),
    cell(
        "assert total\n### BEGIN HIDDEN TESTS\nassert total == 55\n### END HIDDEN TESTS", "tests", "total-1", points=0.5
    ),
    cell("assert isinstance(total, int)", "tests", "total-2", points=1),
    cell("x = 1\ny = 2", "answer", "pair"),
    cell("assert x + y == 3", "tests", "pair-1", points=2),
    cell("Why?\n\nBecause.", "by hand", "why", points=3),
    cell("Why not?", "by hand", "why-not", points=1),
    cell("answer = 42", "by hand", "code-by-hand", points=2),
    cell("Draw.\n### BEGIN MARK SCHEME\nA circle.\n### END MARK SCHEME", "task", "draw", points=4),
    cell("# The end"),
]
MORE = [cell("z = 3", "answer", "z"), cell("assert z == 3", "tests", "z-1", points=1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other") / "course"
    source = folder / "source" / NAME
    (source / "data").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A header", id="header")]), folder / "header.ipynb")
    write(source / "sums.ipynb", SUMS)
    write(source / "more.ipynb", MORE)
    (source / "data" / "table.csv").write_bytes(b"1,2\n")
    (source / "own.py").write_bytes(b"raise NotImplementedError")
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "x.pyc").write_bytes(b"")
    run_step(GenerateAssignment, folder, read_config(folder), NAME)
    return folder


@pytest.fixture(scope="module")
def sums(folder: Path) -> Assignment:
    return read_source(folder, read_config(folder), NAME)


@pytest.fixture
def handed_in(folder: Path) -> Any:
    """What a student hands in, as the JSON of JupyterLab: every answer written."""
    notebook = json.loads((folder / "release" / NAME / "sums.ipynb").read_text())
    for grade_id, text in ANSWERS.items():
        graded(notebook, grade_id)["source"] = text
    return notebook


ANSWERS = {
    "total": "total = sum(range(11))",
    "pair": "x, y = 1, 2",
    "why": "I think so.",
    "why-not": "I do not.",
    "code-by-hand": "answer = 41",
}


def write(path: Path, cells: list[NotebookNode]) -> None:
    """Write a notebook as it was before cells had ids."""
    kernelspec = {"name": "python3", "display_name": "P", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernelspec}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook))


def test_the_template_is_what_was_handed_out(folder: Path, sums: Assignment) -> None:
    assert [template.notebook for template in sums.templates] == ["more", "sums"]
    for template in sums.templates:
        released = nbformat.read(folder / "release" / NAME / f"{template.notebook}.ipynb", as_version=4)
        assert [each.released for each in template.cells] == [each.source for each in released.cells]
        assert template.cells[0].released == "# A header"
    total, draw = (graded_cell(sums, grade_id) for grade_id in ("total-1", "draw"))
    assert (total.points, total.released) == (0.5, "assert total")
    assert "assert total == 55" in total.source
    assert (draw.points, draw.released) == (4, "Draw.")
    assert "A circle." in draw.source
    assert sums == read_source(folder, read_config(folder), NAME)
    assert sums.files == {"data/table.csv": b"1,2\n"}
    assert sums.students_own == {"own.py"}


def test_honest_work_becomes_what_nbgrader_makes_of_it(folder: Path, sums: Assignment, handed_in: Any) -> None:
    template = sums.templates[1]
    repaired, fixes = repair_cells(template, handed_in)
    assert fixes == ()
    is_sound(template, repaired)
    stock = sanitized_by_nbgrader(folder, handed_in)
    assert [each.source for each in repaired.cells] == [each.source for each in stock.cells]
    assert [each.metadata.get("nbgrader") for each in repaired.cells] == [
        each.metadata.get("nbgrader") for each in stock.cells
    ]
    assert repaired.metadata.kernelspec == stock.metadata.kernelspec


@pytest.mark.parametrize(
    ("do", "fixes"),
    [
        (delete("total-1", "total-2", "draw"), {"missing-cell": "`total-1`, `total-2`, `draw`"}),
        (delete("helper"), {"missing-cell": "`helper`"}),
        (mark("draw", task=False, points=None), {"retagged-cell": "`draw`"}),
        (lambda notebook: graded(notebook, "draw").update(source="Nothing to do."), {"edited-cell": "`draw`"}),
        (lambda notebook: notebook["cells"].append(copy(graded(notebook, "draw"))), {"duplicate-cell": "`draw`"}),
        (lambda notebook: [each.update(metadata={}) for each in notebook["cells"]] and None, {"lost-metadata": "`helper`, `total`, `total-1`, `total-2`, `pair`, `pair-1`, `why`, `why-not`, and 2 more"}),
        (lambda notebook: graded(notebook, "total").update(metadata={}), {"lost-metadata": "`total`"}),
        (lambda notebook: graded(notebook, "why").update(metadata={}), {"lost-metadata": "`why`"}),
        (lambda notebook: notebook["cells"].insert(0, copy(graded(notebook, "helper"))), {"duplicate-cell": "`helper`"}),
    ],
)  # fmt: skip
def test_damage_is_fixed(do: Callable[[Any], None], fixes: dict[str, str], handed_in: Any, sums: Assignment) -> None:
    do(handed_in)
    template = sums.templates[1]
    repaired = repair(template, Submitted({"sums.ipynb": json.dumps(handed_in).encode()}), sums)
    assert told(repaired) == fixes
    is_sound(template, repaired.notebook)
    written = {each.source for each in repaired.notebook.cells}
    assert written >= set(ANSWERS.values())
    order = [each.metadata.nbgrader.grade_id for each in repaired.notebook.cells if "nbgrader" in each.metadata]
    assert order == list(template.places)
    assert repair_cells(template, repaired.notebook) == (repaired.notebook, ())


def test_untouched_answers_that_have_lost_their_metadata_are_told_apart(folder: Path, sums: Assignment) -> None:
    notebook = json.loads((folder / "release" / NAME / "sums.ipynb").read_text())
    for each in notebook["cells"]:
        each["metadata"] = {}
    repaired = repair(sums.templates[1], Submitted({"sums.ipynb": json.dumps(notebook).encode()}), sums)
    assert list(told(repaired)) == ["lost-metadata"]
    assert [each.source for each in repaired.notebook.cells] == [
        each.source if each.locked else each.released for each in sums.templates[1].cells
    ]


def test_two_notebooks_of_an_assignment_are_told_apart(folder: Path, sums: Assignment, handed_in: Any) -> None:
    more, first = sums.templates
    handed_out = (folder / "release" / NAME / "more.ipynb").read_bytes()
    submitted = Submitted({"a.ipynb": json.dumps(handed_in).encode(), "b.ipynb": handed_out})
    assert taken_from(first, submitted, sums) == "a.ipynb"
    assert taken_from(more, submitted, sums) == "b.ipynb"
    only_one = Submitted({"sums.ipynb": json.dumps(handed_in).encode()})
    assert repair(first, only_one, sums).fixes == ()
    assert repair(more, only_one, sums).verdict is Verdict.MISSING
    renamed = Submitted({"Copy of sums.ipynb": json.dumps(handed_in).encode(), "more.ipynb": handed_out})
    assert repair(more, renamed, sums).fixes == ()
    assert list(told(repair(first, renamed, sums), "sums")) == ["renamed-file"]


def test_the_job(sums: Assignment, handed_in: Any) -> None:
    template = sums.templates[1]
    submitted = Submitted({"sums.ipynb": json.dumps(handed_in).encode(), "own.py": b"mine", "data/table.csv": b"other"})
    repaired = repair(template, submitted, sums)
    assert told(repaired) == {"source-file": "`data/table.csv`"}
    job = job_of(template, repaired)
    assert {each.grade_id: each.kind for each in job.cells if each.grade_id} == {
        "helper": "locked",
        "total": "student",
        "total-1": "test",
        "total-2": "test",
        "pair": "student",
        "pair-1": "test",
        "why": "text",
        "why-not": "text",
        "code-by-hand": "student",
        "draw": "text",
    }
    assert job.files == {"own.py": b"mine", "data/table.csv": b"1,2\n"}
    assert job.judge_files == {"data/table.csv": b"1,2\n"}
    assert job.hidden_test_delimiters == HiddenTestDelimiters()


def test_a_course_may_mark_hidden_tests_in_its_own_way(folder: Path, handed_in: Any) -> None:
    config = read_config(folder)
    config.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN"
    config.ClearHiddenTests.end_test_delimeter = "END HIDDEN"
    assignment = read_source(folder, config, NAME)
    template = assignment.templates[1]
    assert template.cells[template.places["total-1"]].released == "assert total"
    job = job_of(template, repair(template, Submitted({"sums.ipynb": json.dumps(handed_in).encode()}), assignment))
    assert job.hidden_test_delimiters == HiddenTestDelimiters("BEGIN HIDDEN", "END HIDDEN")


def test_cells_and_points_are_the_gradebooks_and_texts_the_sources(
    folder: Path, tmp_path: Path, handed_in: Any
) -> None:
    course = tmp_path / "course"
    shutil.copytree(folder, course)
    write(
        course / "source" / NAME / "sums.ipynb",
        [*SUMS[:4], cell("assert total == 0", "tests", "total-1", points=9), *MORE],
    )
    template = read_source(course, read_config(course), NAME).templates[1]
    known = {each.grade_id: each for each in template.cells if each.grade_id}
    assert known["total-1"].source == "assert total == 0"
    assert known["total-1"].points == 0.5
    assert template.newer == ("total-1",)
    assert {"pair", "why", "draw"} <= known.keys()
    assert not {"z", "z-1"} & known.keys()
    _, fixes = repair_cells(template, handed_in)
    assert fixes == ()


def test_the_gradebook_is_enough(folder: Path, tmp_path: Path, sums: Assignment, handed_in: Any) -> None:
    course = tmp_path / "course"
    shutil.copytree(folder, course)
    for path in (course / "source" / NAME).glob("*.ipynb"):
        path.unlink()
    template = read_source(course, read_config(course), NAME).templates[1]
    assert template.newer == sums.templates[1].newer == ()
    assert template.places.keys() == sums.templates[1].places.keys()
    repaired, fixes = repair_cells(template, handed_in)
    assert fixes == ()
    assert [each.source for each in repaired.cells] == [
        each.source for each in repair_cells(sums.templates[1], handed_in)[0].cells
    ]


def test_an_assignment_that_was_never_released_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseFolderError, match="run `nbgrader generate_assignment other --force` first"):
        read_source(folder, read_config(folder), "other")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()")
    with pytest.raises(CourseFolderError, match="run `nbgrader generate_assignment other --force` first"):
        read_source(tmp_path, read_config(tmp_path), "other")
    assert not (tmp_path / "gradebook.db").exists()


def test_a_source_that_cannot_be_released_is_told(folder: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(folder, course)
    (course / "source" / NAME / "more.ipynb").write_text("{")
    with pytest.raises(CourseFolderError, match=r"more.ipynb cannot be released: .*generate_assignment sums"):
        read_source(course, read_config(course), NAME)


def graded_cell(assignment: Assignment, grade_id: str) -> Any:
    template = assignment.templates[1]
    return template.cells[template.places[grade_id]]


def sanitized_by_nbgrader(folder: Path, handed_in: Any) -> NotebookNode:
    """What `nbgrader autograde` makes of a notebook before it runs it."""
    config = read_config(folder)
    config.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=config)
    for step in Autograde().sanitize_preprocessors:
        exporter.register_preprocessor(step)
    url = f"sqlite:///{folder / 'gradebook.db'}"
    with Gradebook(url) as gradebook:
        assert gradebook.find_notebook("sums", NAME)
    at = {"nbgrader": {"assignment": NAME, "notebook": "sums", "student": "s", "db_url": url}}
    text, _ = exporter.from_notebook_node(nbformat.reads(json.dumps(handed_in), as_version=4), at)
    return nbformat.reads(text, as_version=4)
