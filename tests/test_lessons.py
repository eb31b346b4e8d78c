"""What every lesson promises its student: each answer is used, each term introduced before it is needed, the minutes honest."""

from __future__ import annotations

import ast
import math
import re

import pytest
from nbformat import NotebookNode

from course.exercises.catalogue import LESSONS, exercises
from tests import lessons

WORDS_A_MINUTE = 180
LINES_A_MINUTE = 12
MOST_MINUTES = 120


def _stated_minutes(assignment: str) -> int:
    title = lessons.source(assignment).cells[0].source
    stated = re.search(r"\*\*Lesson \d+ of \d+ · about (\d+) minutes · tags: ", title)
    assert stated is not None, f"{assignment}: the title cell tells lesson, minutes and tags"
    return int(stated[1])


def _read_lines(cell: NotebookNode) -> int:
    """The lines of a code cell that a student reads: no blank lines, and nothing that is cut out of the release."""
    lines, cut = 0, False
    for line in cell.source.splitlines():
        cut = cut or "### BEGIN" in line
        lines += bool(line.strip()) and not cut
        cut = cut and "### END" not in line
    return lines


def _reckoned_minutes(assignment: str) -> float:
    """What reading the lesson's text and code takes, and the minutes that its exercises state.

    The cells that a student writes belong to the exercises.
    """
    cells = [cell for cell in lessons.source(assignment).cells if not cell.metadata.get("nbgrader", {}).get("solution")]
    words = sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")
    lines = sum(_read_lines(cell) for cell in cells if cell.cell_type == "code")
    return words / WORDS_A_MINUTE + lines / LINES_A_MINUTE + sum(exercise.minutes for exercise in exercises(assignment))


@pytest.mark.parametrize("assignment", LESSONS)
def test_the_minutes_are_honest(assignment: str) -> None:
    stated, reckoned = _stated_minutes(assignment), _reckoned_minutes(assignment)
    assert math.floor(reckoned) <= stated <= MOST_MINUTES, f"{reckoned:.0f} minutes, but the title says {stated}"


@pytest.mark.parametrize("assignment", LESSONS)
def test_the_metadata_and_the_page_for_students_say_what_the_title_cell_says(assignment: str) -> None:
    notebook = lessons.source(assignment)
    about, title = notebook.metadata.course, notebook.cells[0].source
    assert about.lesson == assignment
    assert f"# {about.title}\n" in title
    assert f"about {about.minutes} minutes · tags: {', '.join(about.tags)}**" in title
    assert all(f"- {objective}" in title for objective in about.objectives)
    page = (lessons.ROOT / "docs" / "students.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| {assignment[:2]} {re.escape(about.title)} \| .* \| {about.minutes} \|$", page, re.MULTILINE)


def _used(cell: NotebookNode) -> set[str]:
    """The exercises whose answers a cell uses, by its calls of `uses`."""
    return {
        str(argument.value)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "uses"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }


@pytest.mark.parametrize("assignment", LESSONS)
def test_each_answer_is_used_in_a_cell_below_its_check(assignment: str) -> None:
    cells = lessons.source(assignment).cells
    for exercise in exercises(assignment):
        test = max(cells.index(cell) for cell in lessons.test_cells(assignment, exercise.id))
        below = [cell for cell in cells[test + 1 :] if cell.cell_type == "code"]
        assert any(exercise.id in _used(cell) for cell in below), f"no cell below the check uses {exercise.id}"


TERMS = {
    term: (assignment, cell)
    for term, assignment, cell in re.findall(
        r"^\| ([^|]+) \| [^|]+ \| ([\w-]+), ([\w-]+) \|$",
        (lessons.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}
NEEDS = {
    "ReLU": r"nn\.ReLU|\.relu\(",
    "autograd": r"\.backward\(|requires_grad=True|autograd\.grad",
    "loss": r"cross_entropy|mse_loss",
    "optimizer": r"torch\.optim",
    "DataLoader": r"DataLoader|training\.loader",
    "batch normalisation": r"BatchNorm",
    "evaluation mode": r"\.eval\(\)",
    "forward hook": r"register_forward_hook",
    "module list": r"ModuleList",
}
"""What code cannot do without a term: a pattern of the code for each."""


def _student_cells() -> list[tuple[str, NotebookNode]]:
    """All cells in the order of the course, without what is cut out of the release."""
    return [(assignment, cell) for assignment in LESSONS for cell in lessons.source(assignment).cells]


def _as_released(cell: NotebookNode) -> str:
    return re.sub(r"### BEGIN .*?### END [^\n]*", "", cell.source, flags=re.DOTALL)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_introduced_in_bold_in_the_cell_that_the_glossary_names(term: str) -> None:
    assignment, id = TERMS[term]
    cells = {cell.id: cell.source for cell in lessons.source(assignment).cells}
    assert id in cells, f"{assignment} has no cell {id}"
    assert re.search(rf"\*\*[^*\n]*{re.escape(term)}[^*\n]*\*\*", cells[id], re.IGNORECASE)


@pytest.mark.parametrize("term", NEEDS)
def test_no_code_needs_a_term_before_it_is_introduced(term: str) -> None:
    places = [(assignment, cell.id) for assignment, cell in _student_cells()]
    before = _student_cells()[: places.index(TERMS[term])]
    early = [
        f"{assignment}, {cell.id}"
        for assignment, cell in before
        if cell.cell_type == "code" and re.search(NEEDS[term], _as_released(cell))
    ]
    assert early == []
