"""Questions answered in words: each has a model answer and its points, which students find folded away, or in their feedback."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from traitlets.config import Config

from course.authoring import release
from course.authoring.student_notebook import FOLDED, UNFOLDED, ModelAnswers, ModelAnswersInFeedback, is_essay
from course.exercises.catalogue import LESSONS
from nbjudge.files import CONFIG_FILE, read_config
from tests import lessons

ESSAYS = [
    (assignment, cell.metadata.nbgrader.grade_id)
    for assignment in LESSONS
    for cell in lessons.source(assignment).cells
    if is_essay(cell)
]
LESSON, ESSAY = "00-start", "00-start-why"
STUB = read_config(lessons.ROOT).ClearSolutions.text_stub


def released(assignment: str, root: Path = lessons.ROOT) -> NotebookNode:
    built = release.build(root, [assignment])
    return nbformat.reads(
        built[Path("release", "en", assignment, f"{LESSONS[assignment]}.ipynb")].decode(), as_version=4
    )


def answer(assignment: str, essay: str) -> str:
    return str(lessons.solution_cell(assignment, essay).source)


def test_every_lesson_asks_for_an_answer_in_words() -> None:
    assert {assignment for assignment, _essay in ESSAYS} == set(LESSONS)
    assert {(assignment, f"{assignment}-why") for assignment in LESSONS} | {("08-cnn", "capstone-finding")} == {*ESSAYS}


@pytest.mark.parametrize(("assignment", "essay"), ESSAYS)
def test_a_model_answer_says_what_each_point_is_given_for(assignment: str, essay: str) -> None:
    text, _heading, points = answer(assignment, essay).partition(lessons.POINTS)
    assert len(text.split()) > 40
    most = lessons.solution_cell(assignment, essay).metadata.nbgrader.points
    assert len(re.findall(r"^- ", points, re.MULTILINE)) == most


@pytest.mark.parametrize("assignment", LESSONS)
def test_students_find_the_whole_model_answer_folded_away_below_their_own(assignment: str) -> None:
    cells = released(assignment).cells
    for essay in (essay for lesson, essay in ESSAYS if lesson == assignment):
        at = next(
            place for place, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == essay
        )
        assert cells[at].source == STUB
        assert cells[at + 1].source == FOLDED.format(answer=answer(assignment, essay).strip())
        assert "nbgrader" not in cells[at + 1].metadata
    assert sum("<details>" in cell.source for cell in cells) == sum(lesson == assignment for lesson, _essay in ESSAYS)


def test_a_page_shows_what_is_folded_away_as_text_and_list() -> None:
    page = markdown2html(FOLDED.format(answer=answer(LESSON, ESSAY)))
    inside = page.partition("</summary>")[2].partition("</details>")[0]
    assert inside.count("<p>") >= 2
    assert inside.count("<li>") == 2


@pytest.fixture
def course_without(tmp_path: Path) -> Path:
    """A course of one lesson whose instructor has switched the model answers off."""
    shutil.copytree(lessons.ROOT / "source" / LESSON, tmp_path / "source" / LESSON)
    config = (lessons.ROOT / CONFIG_FILE).read_text()
    switched = config.replace("c.ModelAnswers.enabled = True", "c.ModelAnswers.enabled = False")
    assert switched != config
    (tmp_path / CONFIG_FILE).write_text(switched)
    return tmp_path


def test_an_instructor_can_keep_model_answers_out_of_the_notebooks(course_without: Path) -> None:
    cells = released(LESSON, course_without).cells
    whole = [cell for cell in released(LESSON).cells if cell.id != f"{ESSAY}-model-answer"]
    assert cells == whole
    text = "\n".join(cell.source for cell in cells)
    assert [line for line in answer(LESSON, ESSAY).splitlines() if line and line in text] == []


def in_feedback(notebook: NotebookNode, root: Path) -> NotebookNode:
    config = Config({"CourseDirectory": {"root": str(root)}})
    at = {"nbgrader": {"assignment": LESSON, "notebook": LESSONS[LESSON]}}
    page, _resources = ModelAnswersInFeedback(config=config).preprocess(notebook, at)
    return page


def test_feedback_holds_them_unfolded_whether_the_notebook_held_them_or_not(course_without: Path) -> None:
    whole = released(LESSON)
    cell = next(cell for cell in whole.cells if cell.id == f"{ESSAY}-model-answer")
    cell.source = UNFOLDED.format(answer=answer(LESSON, ESSAY).strip())
    assert in_feedback(released(LESSON, course_without), course_without).cells == whole.cells
    assert in_feedback(released(LESSON), course_without).cells == whole.cells


def test_feedback_knows_a_model_answer_whose_cell_colab_has_given_another_id() -> None:
    notebook = released(LESSON)
    count = len(notebook.cells)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"colab-{number}"
    assert len(in_feedback(notebook, lessons.ROOT).cells) == count


def test_feedback_without_a_source_notebook_stays_as_it_is(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[lessons.solution_cell(LESSON, ESSAY)])
    assert len(in_feedback(notebook, tmp_path).cells) == 1


def test_a_question_that_the_source_lacks_gets_no_model_answer(course_without: Path) -> None:
    other = nbformat.from_dict(lessons.solution_cell(LESSON, ESSAY))
    other.metadata.nbgrader.grade_id = "a-question-of-last-year"
    assert in_feedback(nbformat.v4.new_notebook(cells=[other]), course_without).cells == [other]


def test_what_no_person_reads_gets_no_model_answer() -> None:
    markdown = nbformat.v4.new_markdown_cell("# Title")
    code = nbformat.v4.new_code_cell(
        "def f(): ...", metadata={"nbgrader": {"grade": True, "solution": True, "grade_id": "f"}}
    )
    page, _resources = ModelAnswers().preprocess(nbformat.v4.new_notebook(cells=[markdown, code]), {})
    assert page.cells == [markdown, code]
