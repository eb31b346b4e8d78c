"""docs/misconceptions.md shows every wrong answer of the bank, with the step that catches it, the sentence on it, and the hint."""

from __future__ import annotations

import re

import pytest

from course.exercises.catalogue import LESSONS
from tests import misconceptions
from tests.bank_files import BankedAnswer, bank, file_of
from tests.lessons import ROOT

WRONG = [each for each in bank() if not each.accepted]
TAUGHT = sorted({each.assignment for each in bank()} & LESSONS.keys())
PAGE = misconceptions.PAGE.read_text(encoding="utf-8")
OUTDATED = "run `make misconceptions`"


def written() -> dict[str, str]:
    """The page's parts by their headings; the first has none."""
    parts = re.split(r"^(?=## )", PAGE, flags=re.MULTILINE)
    return {part.splitlines()[0].removeprefix("## ") if part.startswith("## ") else "": part for part in parts}


def test_the_page_counts_what_the_bank_holds() -> None:
    keys = {each.misconception for each in WRONG if each.misconception}
    assert f"{len(WRONG)} wrong answers show {len(keys)} misconceptions" in written()[""], OUTDATED
    assert written().keys() == {"", *TAUGHT}


def test_every_misconception_has_a_sentence_and_every_sentence_a_misconception() -> None:
    assert misconceptions.unexplained() == [], "an exercise declares it, see course/misconceptions/__init__.py"


def test_the_page_tells_each_misconception_by_its_sentence() -> None:
    for assignment in TAUGHT:
        for key in {each.misconception for each in WRONG if each.assignment == assignment and each.misconception}:
            assert f"| **{key}** {misconceptions.sentence(key)} |" in written()[assignment], OUTDATED


def test_the_page_shows_each_wrong_answer_once_and_no_other() -> None:
    links = re.findall(r"\[(\w+)\]\(\.\./(tests/bank/\S+)\)", PAGE)
    files = [file_of(each.assignment, each.exercise).relative_to(ROOT).as_posix() for each in WRONG]
    expected = [(each.name.removeprefix("wrong_"), file) for each, file in zip(WRONG, files, strict=True)]
    assert sorted(links) == sorted(expected), OUTDATED


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_the_page_shows_the_step_and_the_hint_of_a_wrong_answer(answer: BankedAnswer) -> None:
    line = misconceptions.line_of(answer)
    assert f"{answer.exercise}, `{answer.step}`: " in line, OUTDATED
    assert line.endswith(f"| {misconceptions.hint(answer)} |"), OUTDATED
