"""Every kind of damage has one defined outcome: which fixes are told, and what the notebook is like afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from nbjudge.repair.fixes import MESSAGES
from nbjudge.repair.repair import Repaired, repair
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment, Template
from nbjudge.verdict import Verdict
from tests.classroom.fill import fill
from tests.nbjudge.repair.damage import ANSWER, ANSWER_2, IN_ORDER, RIGHT, RIGHT_2, WORDS, WRITTEN, Damage, repair_cells
from tests.nbjudge.repair.damages import DAMAGES, UNREADABLE

WRITTEN_TEXTS = {ANSWER: RIGHT, ANSWER_2: RIGHT_2, WRITTEN: WORDS}


@pytest.fixture
def handed_in(released: Callable[[str], NotebookNode]) -> Any:
    """The JSON of lesson 00 with its answers, before it is damaged."""
    return json.loads(nbformat.writes(fill(released("00-start"), WRITTEN_TEXTS)))


@pytest.mark.parametrize("damage", DAMAGES, ids=[each.name for each in DAMAGES])
def test_damage_is_fixed(damage: Damage, handed_in: Any, assignment: Callable[[str], Assignment]) -> None:
    lesson = assignment("00-start")
    template = lesson.templates[0]
    content = damage.do(handed_in)
    if content is None:
        content = json.dumps(handed_in).encode()

    repaired = repair(template, Submitted({"start.ipynb": content}), lesson)

    assert told(repaired) == damage.fixes
    assert repaired.verdict is None
    is_sound(template, repaired.notebook)
    graded = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in repaired.notebook.cells if "nbgrader" in cell.metadata
    }
    assert tuple(graded) == (damage.order or IN_ORDER)
    for grade_id, text in {**WRITTEN_TEXTS, **damage.texts}.items():
        if grade_id in damage.texts and text:
            assert text in graded[grade_id]
        else:
            assert graded[grade_id] == text
    given = {cell.released for cell in template.cells if not cell.grade_id}
    own = [
        cell.source
        for cell in repaired.notebook.cells
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata and cell.source not in given
    ]
    assert own == list(damage.own)
    assert repair_cells(template, repaired.notebook) == (repaired.notebook, ())


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_notebook_is_told_and_the_empty_one_is_shown(
    kind: str, assignment: Callable[[str], Assignment]
) -> None:
    lesson = assignment("00-start")
    content, why = UNREADABLE[kind]
    repaired = repair(lesson.templates[0], Submitted({"start.ipynb": content}), lesson)
    assert repaired.verdict is Verdict.UNREADABLE
    assert told(repaired) == {"unreadable-file": f"`start.ipynb` ({why})"}
    is_sound(lesson.templates[0], repaired.notebook)
    assert [cell.source for cell in repaired.notebook.cells] == [
        cell.source if cell.locked else cell.released for cell in lesson.templates[0].cells
    ]


def test_every_fix_has_a_kind_of_damage_here() -> None:
    """Those of files and names are in tests of their own."""
    elsewhere = {
        "missing-notebook", "unreadable-file", "renamed-file", "found-by-content", "extra-notebook",
        "source-file", "unsafe-file", "bad-name", "link", "large-file", "unread-file",
    }  # fmt: skip
    assert {key for damage in DAMAGES for key in damage.fixes} == MESSAGES.keys() - elsewhere


def told(repaired: Repaired, notebook: str = "start") -> dict[str, str]:
    """What each fix names, by its key; the sentence around it must be the one of that key."""
    found = {}
    for fix in repaired.fixes:
        before, after = MESSAGES[fix.key].format(notebook=notebook, those="\0").split("\0")
        assert fix.message.startswith(before)
        assert fix.message.endswith(after)
        found[fix.key] = fix.message[len(before) : len(fix.message) - len(after)]
    return found


def is_sound(template: Template, notebook: NotebookNode) -> None:
    """Valid, without outputs, each graded cell once with the template's marks, and locked texts the source's."""
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata == template.metadata
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert sorted(ids) == sorted(cell.grade_id for cell in template.cells if cell.grade_id)
    for cell in notebook.cells:
        assert cell.cell_type != "code" or (cell.outputs == [] and cell.execution_count is None)
        if "nbgrader" in cell.metadata:
            wanted = template.cells[template.places[cell.metadata.nbgrader.grade_id]]
            assert cell.metadata == {**wanted.metadata, "nbgrader": wanted.nbgrader()}
            assert cell.cell_type == wanted.cell_type
            assert not wanted.locked or cell.source == wanted.source
    places = {
        cell.metadata.nbgrader.grade_id: at for at, cell in enumerate(notebook.cells) if "nbgrader" in cell.metadata
    }
    for test, answers in template.answers.items():
        assert all(
            places[template.cells[answer].grade_id] < places[template.cells[test].grade_id] for answer in answers
        )
