"""Writes docs/misconceptions.md: every misconception of the bank, the step that catches it, and the hint that it earns.

The hints are those of the checks, run on the bank's own wrong answers: `make misconceptions` writes them anew.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Iterable
from functools import cache

import torch

from course.checking.expect import SLIPS
from course.checking.report import Outcome, Report
from course.exercises.catalogue import LESSONS, exercises, find_exercise
from course.misconceptions import Misconception
from tests import lessons
from tests.bank_files import BankedAnswer, bank, file_of
from tests.training.small_trial import small_trial

PAGE = lessons.ROOT / "docs" / "misconceptions.md"

_HEAD = """\
# What learners get wrong, and what the checks say

Every wrong answer in `tests/bank/` names the misconception behind it. This page runs the public check on each of them, and shows
which step catches it and what a student reads then. It is written by `make misconceptions`; a test compares it with the bank.

{answers} wrong answers show {keys} misconceptions, in {exercises} exercises of {lessons} lessons.
A key stands for the same mistake in every lesson; feedback and reports use it too.
"""

_NUMBERS = "*No hint of its own: the message tells what was expected and what came, with the numbers.*"

_ERROR = "*No hint of its own: the message tells the call, the error, and the line of the answer that raised it.*"


def page() -> str:
    """The whole page."""
    wrong = _wrong()
    taught = [assignment for assignment in LESSONS if any(each.assignment == assignment for each in wrong)]
    head = _HEAD.format(
        answers=len(wrong),
        keys=len({each.misconception for each in wrong if each.misconception}),
        exercises=len({(each.assignment, each.exercise) for each in wrong}),
        lessons=len(taught),
    )
    return "\n".join([head, *(section(assignment) for assignment in taught)])


def section(assignment: str) -> str:
    """The part of the page on one lesson: its own misconceptions first, then the slips that any exercise may meet."""
    wrong = [each for each in _wrong() if each.assignment == assignment]
    own = [each for each in wrong if each.misconception not in SLIPS]
    general = [each for each in wrong if each.misconception in SLIPS]
    keys = len({each.misconception for each in wrong if each.misconception})
    lines = [f"## {assignment}", "", f"{len(wrong)} wrong answers, {keys} misconceptions.", ""]
    lines += _table(own, assignment)
    if general:
        lines += ["### Slips that any exercise may meet", "", *_table(general, assignment)]
    return "\n".join(lines)


def line_of(answer: BankedAnswer) -> str:
    """The line of the page as it stands that shows this answer; empty when there is none."""
    link = _link(answer.assignment, answer.exercise, answer.name)
    return next((line for line in PAGE.read_text(encoding="utf-8").splitlines() if link in line), "")


@cache
def sentences() -> dict[str, list[str]]:
    """The sentences on each misconception, by its key. A sentence that several exercises share comes once."""
    declared = [SLIPS, *(each.misconceptions for lesson in LESSONS for each in exercises(lesson))]
    distinct = {id(each): (key, each) for group in declared for key, each in group.items()}
    texts = [(key, each.sentence) for key, each in distinct.values() if isinstance(each, Misconception)]
    gathered: dict[str, list[str]] = {}
    for key, text in texts:
        gathered.setdefault(key, []).append(text)
    return gathered


def sentence(key: str) -> str:
    """What a learner who shows this misconception did or believed."""
    return next(iter(sentences().get(key, ())), "")


def unexplained() -> list[str]:
    """The keys of the bank that have not just one sentence, and those with a sentence that no answer of the bank needs."""
    used = {each.misconception for each in _wrong() if each.misconception}
    once = {key for key, texts in sentences().items() if len(texts) == 1}
    return sorted((used ^ once) | (sentences().keys() - once))


def _wrong() -> list[BankedAnswer]:
    """The wrong answers, in the order of the lessons and of their exercises in the notebooks."""
    order = {
        (lesson, str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))): number
        for lesson in LESSONS
        for number, cell in enumerate(lessons.source(lesson).cells)
    }
    found = [each for each in bank() if not each.accepted and (each.assignment, each.exercise) in order]
    return sorted(found, key=lambda each: (each.assignment, order[each.assignment, each.exercise], each.name))


@cache
def caught(answer: BankedAnswer) -> Report | None:
    """The first report of the public checks that is no pass; None where only a hidden check notices the answer.

    The tests of the bank and of the page look at the same report, so it is made once in a process. The capstone's designs
    are trained on few digits: that changes no step and no hint.
    """
    with small_trial(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.manual_seed(0)  # an answer may draw
        reports = lessons.reports(answer.assignment, answer.exercise, answer.code)
    return next((each for each in reports if each.outcome is not Outcome.PASSED), None)


def _table(answers: Iterable[BankedAnswer], assignment: str) -> list[str]:
    """One row for each misconception, exercise, step and hint."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for answer in answers:
        report = caught(answer)
        row = (answer.misconception or "", answer.exercise, (report and report.step) or "hidden", hint(answer))
        rows.setdefault(row, []).append(answer.name)
    first = {key: number for number, key in reversed(list(enumerate(row[0] for row in rows)))}
    lines = ["| misconception | exercise, step, answers | what the student reads |", "| --- | --- | --- |"]
    before = ""
    for (key, exercise, step, advice), names in sorted(rows.items(), key=lambda item: first[item[0][0]]):
        said = (
            ""
            if key and key == before
            else f"**{key}** {sentence(key)}"
            if key
            else "*Nothing that a public check can see.*"
        )
        links = ", ".join(_link(assignment, exercise, name) for name in names)
        lines.append(f"| {_cell(said)} | {exercise}, `{step}`: {links} | {advice} |")
        before = key
    return [*lines, ""]


def _link(assignment: str, exercise: str, name: str) -> str:
    path = file_of(assignment, exercise).relative_to(lessons.ROOT)
    return f"[{name.removeprefix('wrong_')}](../{path.as_posix()})"


def hint(answer: BankedAnswer) -> str:
    """What a student who gives this answer reads, as a cell of the page."""
    report = caught(answer)
    if report is None:
        return _cell(" / ".join(find_exercise(answer.exercise).hidden.values()))
    # What a training reaches is not the same on every machine.
    advice = re.sub(r"\d+(\.\d+)? %", "… %", report.advice)
    return _cell(advice or (_ERROR if report.outcome is Outcome.RAISED else _NUMBERS))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    print(page(), end="")
