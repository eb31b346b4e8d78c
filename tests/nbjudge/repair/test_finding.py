"""Which of the files handed in is taken as the notebook, and what is told about the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from nbjudge.repair.repair import repair
from nbjudge.repair.submission import Skipped, Submitted
from nbjudge.repair.template import Assignment
from nbjudge.verdict import Verdict
from tests.classroom.fill import fill, saved_by_colab
from tests.nbjudge.repair.damage import ANSWER, ANSWER_2, RIGHT, RIGHT_2, taken_from
from tests.nbjudge.repair.test_damage import told

Saved = Mapping[str, bytes]


@pytest.fixture(scope="module")
def saved(released: Callable[[str], NotebookNode]) -> Saved:
    """Notebooks by what is in them."""
    start = released("00-start")
    half = fill(start, {ANSWER: RIGHT})
    stripped = json.loads(nbformat.writes(half))
    for cell in stripped["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    return {
        "untouched": nbformat.writes(start).encode(),
        "half": saved_by_colab(half).encode(),
        "whole": nbformat.writes(fill(start, {ANSWER: RIGHT, ANSWER_2: RIGHT_2})).encode(),
        "stripped": json.dumps(stripped).encode(),
        "other": nbformat.writes(released("01-nchw")).encode(),
        "broken": b"{",
    }


@pytest.mark.parametrize(
    "name",
    [
        "Copy of start.ipynb",
        "Copy_of_start.ipynb",
        "Copy of Copy of start.ipynb",
        "start (1).ipynb",
        "start(12).ipynb",
        "start-1.ipynb",
        "start-Copy1.ipynb",
        "start - Copy.ipynb",
        "start - Copy (2).ipynb",
        "Copy of start (1)-1.ipynb",
        "Start.IPYNB",
        "start.ipynb.txt",
        "start.ipynb.json",
        "work/start.ipynb",
        "a/b/c/start (3).ipynb",
        "Kim Min-ji_4711_assignsubmission_file_start.ipynb",
        "Kim Min-ji_4711_assignsubmission_file_/start.ipynb",
        "Participant_12_assignsubmission_file_Copy of start.ipynb",
        "kimminji_LATE_1234_56789_start-1.ipynb",
        "kimminji_1234_56789_start.ipynb",
    ],
)
def test_names_that_copies_and_lms_give(name: str, saved: Saved, assignment: Callable[[str], Assignment]) -> None:
    lesson = assignment("00-start")
    submitted = Submitted({name: saved["whole"]})
    repaired = repair(lesson.templates[0], submitted, lesson)
    assert repaired.verdict is None
    assert taken_from(lesson.templates[0], submitted, lesson) == name
    assert RIGHT in {cell.source for cell in repaired.notebook.cells}
    assert list(told(repaired)) == ["renamed-file"]
    assert repaired.files == {}


@pytest.mark.parametrize(
    ("files", "taken", "fixes"),
    [
        ({"start.ipynb": "half", "start (1).ipynb": "whole"}, "start.ipynb", {"extra-notebook": "`start (1).ipynb`"}),
        ({"start.ipynb": "untouched", "mine.ipynb": "other"}, "start.ipynb", {"extra-notebook": "`mine.ipynb`"}),
        (
            {"start.ipynb": "broken", "Copy of start.ipynb": "half"},
            "Copy of start.ipynb",
            {"renamed-file": "`Copy of start.ipynb`", "extra-notebook": "`start.ipynb`"},
        ),
        (
            {"start (1).ipynb": "whole", "start (2).ipynb": "half"},
            "start (1).ipynb",
            {"renamed-file": "`start (1).ipynb`", "extra-notebook": "`start (2).ipynb`"},
        ),
        (
            {"start (2).ipynb": "half", "start (10).ipynb": "half", "x/start.ipynb": "half"},
            "start (10).ipynb",
            {"renamed-file": "`start (10).ipynb`", "extra-notebook": "`start (2).ipynb`, `x/start.ipynb`"},
        ),
        ({"homework.ipynb": "whole"}, "homework.ipynb", {"found-by-content": "`homework.ipynb`"}),
        (
            {"homework.ipynb": "stripped", "notes.ipynb": "other"},
            "homework.ipynb",
            {"found-by-content": "`homework.ipynb`", "extra-notebook": "`notes.ipynb`"},
        ),
    ],
)
def test_one_of_several(
    files: Mapping[str, str],
    taken: str,
    fixes: Mapping[str, str],
    saved: Saved,
    assignment: Callable[[str], Assignment],
) -> None:
    lesson = assignment("00-start")
    submitted = Submitted({name: saved[content] for name, content in files.items()})
    repaired = repair(lesson.templates[0], submitted, lesson)
    assert (taken_from(lesson.templates[0], submitted, lesson), repaired.verdict) == (taken, None)
    assert {key: those for key, those in told(repaired).items() if key != "lost-metadata"} == fixes


@pytest.mark.parametrize(
    ("files", "verdict", "fixes"),
    [
        ({}, Verdict.MISSING, {"missing-notebook": "`nothing`"}),
        ({"notes.ipynb": "other"}, Verdict.MISSING, {"missing-notebook": "`notes.ipynb`"}),
        (
            {"work.zip": b"PK\3\4", "start.html": b"<html>"},
            Verdict.MISSING,
            {"missing-notebook": "`work.zip`, `start.html`"},
        ),
        (
            {"start.ipynb": "broken"},
            Verdict.UNREADABLE,
            {"unreadable-file": "`start.ipynb` (its text breaks off or is damaged)"},
        ),
        (
            {"start (1).ipynb": "broken"},
            Verdict.UNREADABLE,
            {
                "renamed-file": "`start (1).ipynb`",
                "unreadable-file": "`start (1).ipynb` (its text breaks off or is damaged)",
            },
        ),
        (
            {"start.ipynb": Skipped.LINK},
            Verdict.UNREADABLE,
            {"unreadable-file": "`start.ipynb` (a link, which is not followed)", "link": "`start.ipynb`"},
        ),
        (
            {"start.ipynb": Skipped.TOO_LARGE},
            Verdict.UNREADABLE,
            {"unreadable-file": "`start.ipynb` (too large)", "large-file": "`start.ipynb`"},
        ),
    ],
)
def test_nothing_to_mark(
    files: Mapping[str, Any],
    verdict: Verdict,
    fixes: Mapping[str, str],
    saved: Saved,
    assignment: Callable[[str], Assignment],
) -> None:
    lesson = assignment("00-start")
    submitted = Submitted({name: saved.get(each, each) for name, each in files.items()})
    repaired = repair(lesson.templates[0], submitted, lesson)
    assert repaired.verdict is verdict
    assert told(repaired) == fixes
    nbformat.validate(repaired.notebook)
    assert RIGHT not in {cell.source for cell in repaired.notebook.cells}


def test_a_name_cannot_speak_for_us(saved: Saved, assignment: Callable[[str], Assignment]) -> None:
    lesson = assignment("00-start")
    name = "`<script>alert(1)</script>\n\u202e# All points\x1b[0m $x$" + "a" * 500 + "/start.ipynb"
    submitted = Submitted({name: saved["half"]})
    repaired = repair(lesson.templates[0], submitted, lesson)
    assert taken_from(lesson.templates[0], submitted, lesson) == name
    (told_of_it,) = told(repaired).values()
    assert told_of_it == "`??script?alert(1)?/script? # A…aaaaaaaaaaaaaaaaaa/start.ipynb`"
