"""Reads what submissions are rebuilt on: the source notebooks, nbgrader's settings and the gradebook."""

from __future__ import annotations

import contextlib
import json
import pkgutil
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import find_all_files
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from nbjudge.files import CourseFolderError
from nbjudge.job import HiddenTestDelimiters
from nbjudge.repair.template import Assignment, Template, TemplateCell

SAVE_CELLS = "SaveCells"
NEEDS_KERNEL = "InstantiateTests"
GENERATED_TESTS = "AUTOTEST"
"""A directive of `InstantiateTests`, whose result only the gradebook holds."""
_INVENTED_ID = re.compile("[0-9a-f]{8}")


@dataclass(frozen=True)
class Recorded:
    """A notebook as the gradebook has it: its kernel, and its cells by grade_id, without what only the source knows of them."""

    kernelspec: Mapping[str, Any]
    cells: Mapping[str, TemplateCell]


def read_source(root: Path, config: Config, assignment: str) -> Assignment:
    """Read what submissions of this assignment are rebuilt on, from the course's folder and its gradebook.

    Which cells there are and what they are worth is as registered in the gradebook, as for `nbgrader autograde`. The text of
    a cell is the source's, so that a corrected test has an effect before it is registered again; `TemplateCell.newer`
    tells which. While nbgrader's preprocessors work, the process stands in `root`.

    Args:
        root: the course's folder.
        config: its settings, from nbgrader_config.py.
        assignment: the assignment's name.

    Raises:
        CourseFolderError: when the gradebook does not know the assignment or cannot be read, or the source cannot be released.
    """
    course = CourseDirectory(config=config, root=str(root.resolve()), assignment_id=assignment)
    recorded = _recorded(course, assignment)
    folder = Path(course.format_path(course.source_directory, ".", assignment)).resolve()
    own = frozenset(
        Path(name).as_posix()
        for name in Autograde(coursedir=course, config=config).exclude_overwriting.get(assignment, [])
    )
    return Assignment(
        name=assignment,
        templates=tuple(
            _template(course, config, folder, assignment, notebook, cells) for notebook, cells in recorded.items()
        ),
        files=_data_files(folder, course.ignore, own),
        students_own=own,
        modules=modules(),
    )


def modules() -> frozenset[str]:
    """The names of top-level modules that are installed or come with Python."""
    installed = (module.name for module in pkgutil.iter_modules())
    return frozenset({*sys.stdlib_module_names, *sys.builtin_module_names, *installed, "course"})


def _data_files(folder: Path, ignore: Sequence[str], own: frozenset[str]) -> dict[str, bytes]:
    """The source's files that are no notebooks, as `nbgrader autograde` copies them."""
    paths = {Path(path) for path in find_all_files(str(folder), [*ignore, "*.ipynb"])}
    named = {path.relative_to(folder).as_posix(): path for path in sorted(paths)}
    return {name: path.read_bytes() for name, path in named.items() if name not in own}


def _recorded(course: CourseDirectory, assignment: str) -> dict[str, Recorded]:
    """The assignment's notebooks in the gradebook; a gradebook that is not there is not made."""
    unknown = CourseFolderError(
        f"the gradebook has no notebook of the assignment {assignment}: "
        f"run `nbgrader generate_assignment {assignment} --force` first"
    )
    file = course.db_url.removeprefix("sqlite:///")
    if file != course.db_url and not Path(file).is_file():
        raise unknown
    try:
        with Gradebook(course.db_url, course.course_id) as gradebook:
            rows = gradebook.find_assignment(assignment).notebooks
            notebooks = {notebook.name: _recorded_notebook(notebook) for notebook in rows}
    except MissingEntry:
        raise unknown from None
    except OperationalError as error:
        raise CourseFolderError(
            f"the gradebook cannot be read ({error.orig}). When nothing else uses it, run the same command"
        ) from error
    if not notebooks:
        raise unknown
    return dict(sorted(notebooks.items()))


def _recorded_notebook(notebook: Any) -> Recorded:
    grades = {cell.name for cell in notebook.grade_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    points = {cell.name: float(cell.max_score) for cell in (*notebook.grade_cells, *notebook.task_cells)}
    solutions = {cell.name for cell in notebook.solution_cells}
    return Recorded(
        kernelspec=json.loads(notebook.kernelspec or "null") or {},
        cells={
            cell.name: TemplateCell(
                cell.name,
                cell.cell_type,
                source=cell.source or "",
                released="",
                points=points.get(cell.name, 0.0),
                grade=cell.name in grades,
                solution=cell.name in solutions,
                locked=bool(cell.locked),
                task=cell.name in tasks,
                checksum=cell.checksum or "",
            )
            for cell in notebook.source_cells
        },
    )


def _template(
    course: CourseDirectory, config: Config, folder: Path, assignment: str, notebook: str, recorded: Recorded
) -> Template:
    """One notebook: the source as nbgrader releases it, with the gradebook's cells laid over it."""
    before, after = _release_steps(course, config)
    at = {"nbgrader": {"assignment": assignment, "notebook": notebook, "student": ".", "db_url": course.db_url}}
    path = folder / f"{notebook}.ipynb"
    try:
        with contextlib.chdir(course.root):
            source = nbformat.read(path, as_version=4) if path.is_file() else nbformat.v4.new_notebook()
            solved = {_grade_id(cell): cell.source for cell in source.cells}
            ids = {cell.get("id") for cell in source.cells} if source.nbformat_minor >= 5 else set()
            whole = _lay_over(_preprocessed(source, before, config, at), recorded, ids)
            released = _preprocessed(whole, after, config, at)
    except Exception as error:
        raise CourseFolderError(
            f"{path} cannot be released: {error}. Run `nbgrader generate_assignment {assignment}` to see why"
        ) from error
    as_released = {cell.id: cell for cell in released.cells}
    clear_hidden_tests = ClearHiddenTests(config=config)
    metadata = dict(released.metadata)
    if recorded.kernelspec:
        metadata["kernelspec"] = dict(recorded.kernelspec)
    return Template(
        notebook,
        tuple(_template_cell(cell, as_released.get(cell.id, cell), recorded, solved) for cell in whole.cells),
        metadata,
        HiddenTestDelimiters(clear_hidden_tests.begin_test_delimeter, clear_hidden_tests.end_test_delimeter),
    )


def _release_steps(course: CourseDirectory, config: Config) -> tuple[list[Any], list[Any]]:
    """The preprocessors of a release up to the one that saves cells in the gradebook, and those after it."""
    steps = [
        step
        for step in GenerateAssignment(coursedir=course, config=config).preprocessors
        if _name(step) != NEEDS_KERNEL  # what it writes is in the gradebook
    ]
    at = next((place for place, step in enumerate(steps) if _name(step) == SAVE_CELLS), len(steps))
    return steps[:at], steps[at + 1 :]


def _name(step: Any) -> str:
    return (step if isinstance(step, str) else getattr(step, "__name__", type(step).__name__)).rpartition(".")[2]


def _preprocessed(notebook: NotebookNode, steps: Sequence[Any], config: Config, resources: Any) -> NotebookNode:
    settings = deepcopy(config)
    settings.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=settings)
    for step in steps:
        exporter.register_preprocessor(step)
    text, _ = exporter.from_notebook_node(notebook, resources)
    return nbformat.reads(text, as_version=4)


def _lay_over(notebook: NotebookNode, recorded: Recorded, ids: Collection[str]) -> NotebookNode:
    """The notebook with the gradebook's cells and the source's texts; cells that only the gradebook knows come last.

    Each cell has an id that is the same every time: nbformat invents one where the source (`ids`) has none.
    """
    notebook.nbformat_minor = 5
    missing = dict(recorded.cells)
    for number, cell in enumerate(notebook.cells):
        if cell.get("id") not in ids and _INVENTED_ID.fullmatch(cell.get("id", "00000000")):
            cell.id = f"source-{number}"
        row = missing.pop(_grade_id(cell), None)
        if row is None:
            cell.metadata.pop("nbgrader", None)
        else:
            if cell.cell_type != row.cell_type or GENERATED_TESTS in cell.source:
                cell.source = row.source
            cell.cell_type = row.cell_type
            cell.metadata["nbgrader"] = NotebookNode(row.nbgrader())
    for number, row in enumerate(missing.values()):
        new_cell = nbformat.v4.new_code_cell if row.cell_type == "code" else nbformat.v4.new_markdown_cell
        metadata = {"nbgrader": NotebookNode(row.nbgrader())}
        notebook.cells.append(new_cell(row.source, id=f"gradebook-{number}", metadata=metadata))
    return notebook


def _template_cell(
    whole: NotebookNode, released: NotebookNode, recorded: Recorded, solved: Mapping[str, str]
) -> TemplateCell:
    grade_id = _grade_id(whole)
    cell = recorded.cells.get(grade_id) or TemplateCell("", whole.cell_type, released.source, released="")
    return replace(
        cell,
        source=whole.source if cell.grade_id else cell.source,
        released=released.source,
        cell_id=str(whole.id),
        metadata={key: value for key, value in released.metadata.items() if key != "nbgrader"},
        attachments=dict(released.get("attachments", {})),
        solved=solved.get(grade_id, "") if cell.solution else "",
        newer=bool(cell.grade_id) and whole.source != cell.source,
    )


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
