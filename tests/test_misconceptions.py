"""docs/misconceptions.md is what the bank gives, lesson by lesson, and every key has its sentence."""

from __future__ import annotations

import re

import pytest

from course.exercises.catalogue import LESSONS
from tests import misconceptions
from tests.bank_files import bank

TAUGHT = sorted({each.assignment for each in bank()} & LESSONS.keys())


def written() -> dict[str, str]:
    """The page's parts by their headings; the first has none."""
    parts = re.split(r"^(?=## )", misconceptions.PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.splitlines()[0].removeprefix("## ") if part.startswith("## ") else "": part for part in parts}


@pytest.mark.parametrize("assignment", TAUGHT)
def test_the_page_says_of_a_lesson_what_its_checks_say(assignment: str) -> None:
    assert written()[assignment].strip() == misconceptions.section(assignment).strip(), "run `make misconceptions`"


def test_the_page_counts_what_the_bank_holds() -> None:
    wrong = [each for each in bank() if not each.accepted]
    keys = {each.misconception for each in wrong if each.misconception}
    assert f"{len(wrong)} wrong answers show {len(keys)} misconceptions" in written()[""], "run `make misconceptions`"
    assert written().keys() == {"", *TAUGHT}


def test_every_misconception_has_a_sentence_and_every_sentence_a_misconception() -> None:
    assert misconceptions.unexplained() == [], f"see {misconceptions.WORDS.name}"
