"""docs/misconceptions.md has every key with its sentence. What it says of each answer is compared where the bank is run."""

from __future__ import annotations

import re

from course.exercises.catalogue import LESSONS
from tests import misconceptions
from tests.bank_files import bank, file_of
from tests.lessons import ROOT

TAUGHT = sorted({each.assignment for each in bank()} & LESSONS.keys())


def written() -> dict[str, str]:
    """The page's parts by their headings; the first has none."""
    parts = re.split(r"^(?=## )", misconceptions.PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.splitlines()[0].removeprefix("## ") if part.startswith("## ") else "": part for part in parts}


def test_the_page_counts_what_the_bank_holds() -> None:
    wrong = [each for each in bank() if not each.accepted]
    keys = {each.misconception for each in wrong if each.misconception}
    assert f"{len(wrong)} wrong answers show {len(keys)} misconceptions" in written()[""], "run `make misconceptions`"
    assert written().keys() == {"", *TAUGHT}


def test_every_misconception_has_a_sentence_and_every_sentence_a_misconception() -> None:
    assert misconceptions.unexplained() == [], f"see {misconceptions.WORDS.name}"


def test_the_page_shows_each_wrong_answer_once_and_no_other() -> None:
    links = re.findall(r"\[(\w+)\]\(\.\./(tests/bank/\S+)\)", misconceptions.PAGE.read_text(encoding="utf-8"))
    wrong = [each for each in bank() if not each.accepted]
    files = [file_of(each.assignment, each.exercise).relative_to(ROOT).as_posix() for each in wrong]
    expected = [(each.name.removeprefix("wrong_"), file) for each, file in zip(wrong, files, strict=True)]
    assert sorted(links) == sorted(expected), "run `make misconceptions`"
