"""A course that is not ours: two notebooks, answers in words, partial credit, a task, late penalties, folders of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Base, Gradebook
from nbgrader.converters import GenerateAssignment
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from course.authoring.release import run_step
from nbjudge.files import read_config

ASSIGNMENT = "week-1"
NOTEBOOKS = ("shapes", "words")

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "algebra"
c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"
c.CourseDirectory.submitted_directory = "handed-in"
c.CourseDirectory.autograded_directory = "marked"
c.AssignLatePenalties.plugin_class = "penalty.PerHour"
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = 30
"""
PLUGIN = '''
from nbgrader.plugins import BasePlugin


class PerHour(BasePlugin):
    """A point for each hour."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600
'''
DUE = "2026-03-01 12:00:00 UTC"
LATE = "2026-03-01 13:30:00 UTC"


def graded(grade_id: str, source: str, points: float, **more: Any) -> NotebookNode:
    return new_code_cell(source, metadata={"nbgrader": _metadata(grade_id, points=points, grade=True, **more)})


def solution(grade_id: str, source: str) -> NotebookNode:
    return new_code_cell(source, metadata={"nbgrader": _metadata(grade_id, solution=True)})


def in_words(grade_id: str, points: float, **more: Any) -> NotebookNode:
    """An answer that a person reads."""
    metadata = _metadata(grade_id, points=points, grade=True, solution=True, **more)
    return new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", metadata={"nbgrader": metadata})


def task(grade_id: str, points: float) -> NotebookNode:
    return new_markdown_cell("Draw.", metadata={"nbgrader": _metadata(grade_id, points=points, task=True, locked=True)})


def _metadata(grade_id: str, **more: Any) -> dict[str, Any]:
    return (
        {"grade": False, "solution": False, "locked": False, "task": False, "grade_id": grade_id, "schema_version": 3}
        | more
        | ({"locked": True} if more.get("grade") and not more.get("solution") else {})
    )


def source_notebooks() -> dict[str, NotebookNode]:
    """The source notebooks by name."""
    shapes = [
        new_markdown_cell("# Shapes"),
        new_code_cell("import math"),
        solution("area", "def area(r):\n    ### BEGIN SOLUTION\n    return math.pi * r**2\n    ### END SOLUTION"),
        graded(
            "area-test",
            "assert area(0) == 0\n### BEGIN HIDDEN TESTS\nassert abs(area(2) - 4 * math.pi) < 1e-9\n### END HIDDEN TESTS",
            2,
        ),
        solution("double", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"),
        graded("double-test", "sum(0.5 * (double(x) == 2 * x) for x in (0, 1, 2, 3))", 2),
        in_words("why", 3),
    ]
    words = [
        solution("shout", "def shout(text):\n    ### BEGIN SOLUTION\n    return text.upper()\n    ### END SOLUTION"),
        graded("shout-test", "assert shout('a') == 'A'", 1),
        graded("by-hand", "### BEGIN SOLUTION\nanswer = 1\n### END SOLUTION", 1, solution=True),
        task("draw", 4),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = {}
    for name, cells in zip(NOTEBOOKS, (shapes, words), strict=True):
        for index, cell in enumerate(cells):
            cell["id"] = f"{name}-{index}"
        made[name] = new_notebook(cells=cells, metadata=kernel)
    return made


def make_small_course(folder: Path, config: str = "") -> None:
    """A course folder that nbgrader has released into its gradebook."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG + config)
    (folder / "penalty.py").write_text(PLUGIN)
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    # nbgrader looks for sources with the student '.', and the folder of our structure ends in it.
    for name, notebook in source_notebooks().items():
        nbformat.write(notebook, source / f"{name}.ipynb")
    (source / "table.csv").write_text("1,2\n")
    settings = read_config(folder)
    settings.GenerateAssignment.create_assignment = True
    run_step(GenerateAssignment, folder, settings, ASSIGNMENT)


def release_into(folder: Path, url: str) -> None:
    """The course released into another gradebook, with what the fixture has put into the first."""
    config = read_config(folder)
    config.CourseDirectory.db_url = url
    config.GenerateAssignment.force = True
    run_step(GenerateAssignment, folder, config, ASSIGNMENT)
    with Gradebook(url, "algebra") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
        gradebook.add_student("ann", first_name="Ann")


def submission_folder(
    folder: Path,
    student: str,
    answers: Mapping[str, str],
    *,
    timestamp: str = "",
    notebooks: tuple[str, ...] = NOTEBOOKS,
) -> Path:
    """Hand the released notebooks in, with the given text in the cells that are named; returns the folder."""
    place = folder / "handed-in" / ASSIGNMENT / student
    place.mkdir(parents=True, exist_ok=True)
    for name in notebooks:
        notebook = nbformat.read(folder / "release" / ASSIGNMENT / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if id in answers:
                cell.source = answers[id]
        nbformat.write(notebook, place / f"{name}.ipynb")
    if timestamp:
        (place / "timestamp.txt").write_text(timestamp)
    return place


RIGHT = {
    "area": "def area(r):\n    return math.pi * r * r",
    "double": "def double(x):\n    return x + x",
    "why": "I say so.",
    "shout": "def shout(text):\n    return text.upper()",
    "by-hand": "answer = 41 + 1",
}
HALF = {
    "area": "def area(r):\n    return 0",
    "double": "def double(x):\n    return 2 if x == 1 else 0",  # two of four
    "shout": "def shout(text):\n    raise KeyError(text)",
}

Rows = dict[str, list[tuple[Any, ...]]]


def rows(url: str) -> Rows:
    """Every row of a gradebook, with names in the place of the ids that are drawn at random."""
    engine = create_engine(url)
    with Session(engine) as session:
        tables = {
            table.name: [dict(row._mapping) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    names: dict[str, Any] = {}
    for table in ("assignment", "notebook", "base_cell", "submitted_assignment", "submitted_notebook"):
        for row in tables[table]:
            names[row["id"]] = tuple(
                names.get(value, value)
                for column, value in sorted(row.items())
                if column in {"name", "type", "assignment_id", "notebook_id", "student_id"}
            )
    return {
        table: sorted(
            (
                tuple(
                    (column, names.get(value, value) if isinstance(value, str) else value)
                    for column, value in sorted(row.items())
                    if column != "id" or value in names or table in {"course", "student"}
                )
                for row in found
            ),
            key=repr,
        )
        for table, found in tables.items()
    }
