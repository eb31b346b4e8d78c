"""What a learner sees: cards in text and HTML, hints in tiers, predictions, hidden checks, progress."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from course import achievements
from course.achievements import XP_PER_DIFFICULTY, Passed, State, after_hint, after_pass
from course.checking.card import Card, report_card
from course.checking.exercise import run_check
from course.checking.prediction import judge
from course.exercises import CheckFailed, check, errors, hidden, hint, mine, predict, progress, uses, verbs
from course.exercises.catalogue import LESSONS, exercises, find_exercise, predictions


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    verbs._tiers_shown.clear()
    verbs._passing.clear()
    return tmp_path


def right(patch: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    return (patch * kernel).sum()


def wrong(patch: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    return (patch * kernel).mean()


def test_a_pass_prints_its_steps_and_what_it_earned_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("patch-response", right).credit == 1
    assert "passed +15 XP" in capsys.readouterr().out
    check("patch-response", right)
    assert "XP" not in capsys.readouterr().out


def test_a_mistake_raises_one_text_with_the_numbers_and_the_hint() -> None:
    with pytest.raises(CheckFailed) as failed:
        check("patch-response", wrong)
    text = str(failed.value)
    assert re.search(r"expected -?\d+\.\d+, but got -?\d+\.\d+", text)
    assert "That is the mean of the products" in text


def test_an_unknown_exercise_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="patch-response"):
        check("patch-responce", right)
    with pytest.raises(ValueError, match="flat-patch"):
        predict("flat-path", 1)


def test_hints_go_one_tier_further_and_the_last_stays(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        hint("patch-response")
    said = capsys.readouterr().out
    tiers = find_exercise("patch-response").hints
    assert [said.count(tier) for tier in tiers] == [1] * (len(tiers) - 1) + [5 - len(tiers) + 1]


def test_hints_read_cost_the_bonus(capsys: pytest.CaptureFixture[str]) -> None:
    hint("patch-response")
    check("patch-response", right)
    assert "+10 XP" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (..., "in place of the dots"),
        (None, "in place of the dots"),
        (0, "that is right"),
        (0.0, "that is right"),
        (9, "the sum of the patch"),
        (4, "You predicted 4; it is 0"),
    ],
)
def test_a_prediction_is_asked_judged_and_explained(
    guess: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    predict("flat-patch", guess)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("assignment", LESSONS)
def test_every_prediction_can_be_revealed_and_no_slip_is_the_truth(assignment: str) -> None:
    for each in predictions(assignment):
        truth = each.reveal()
        assert "that is right" in judge(each, truth).text()
        for sentence, slip in each.slips.items():
            value = slip() if callable(slip) else slip
            assert sentence in judge(each, value).text()
            assert "that is right" not in judge(each, value).text(), f"{each.id}: the slip {value!r} is the truth"


def test_a_hidden_check_that_holds_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    @hidden("patch-response", "other windows", cases=[1, 2])
    def share(case: int) -> bool:
        return case > 0

    assert share == 1.0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("verdict", [False, None, 1, float("nan"), torch.tensor(True)])
def test_only_true_holds(verdict: object) -> None:
    with pytest.raises(CheckFailed, match="other windows"):
        hidden("patch-response", "other windows")(lambda: verdict)  # type: ignore[arg-type,return-value]


def test_a_hidden_check_that_raises_shows_its_hint_and_nothing_of_what_it_tried() -> None:
    def secret() -> bool:
        hidden_value = 123456789
        raise RuntimeError(f"an answer can put what it was called with into its message: {hidden_value}")

    with pytest.raises(CheckFailed) as failed:
        hidden("patch-response", "other windows")(secret)
    assert "RuntimeError" in str(failed.value)
    assert "123456789" not in str(failed.value)
    assert "Hint:" in str(failed.value)


def test_a_hidden_check_must_be_named_in_the_exercise() -> None:
    with pytest.raises(ValueError, match="other windows"):
        hidden("patch-response", "nothing")


def test_a_failure_in_a_shell_shows_no_traceback() -> None:
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with capture_output() as captured:
        shell.run_cell("from course import check\ncheck('patch-response', lambda p, k: (p * k).mean())")
    InteractiveShell.clear_instance()
    shown = captured.stdout + captured.stderr
    assert "That is the mean of the products" in shown
    assert "verbs.py" not in shown
    assert "Traceback" not in shown


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def handle_data(self, data: str) -> None:
        self.words += data + " "


@pytest.mark.parametrize("answer", [right, wrong, lambda p, k: p.nothing, torch.ones(2)])
def test_html_and_text_say_the_same(answer: object) -> None:
    card = report_card(run_check(find_exercise("patch-response"), answer))
    parser = Text()
    parser.feed(card.html())

    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text)

    assert words(parser.words) == words(card.text().replace("`", ""))


def test_what_a_student_wrote_cannot_become_html() -> None:
    assert (
        "<script>"
        not in Card("<script>", ticks=((True, "<b onclick=x>"),), paragraphs=("`<i>`",), code=("<script>",)).html()
    )


def test_progress_lists_every_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    check("patch-response", right)
    capsys.readouterr()
    progress()
    said = capsys.readouterr().out
    assert all(lesson in said for lesson in LESSONS)
    assert "15 XP" in said
    assert "✓ First window" in said
    total, achieved = sum(len(exercises(lesson)) for lesson in LESSONS), len(achievements.ACHIEVEMENTS)
    assert (
        f"1 % of the course: 0 of {len(LESSONS)} lessons, 1 of {total} exercises, 1 of {achieved} achievements." in said
    )


def test_the_bug_hunter_has_passed_every_broken_program() -> None:
    hunter = next(each for each in achievements.ACHIEVEMENTS if each.name == "Bug hunter")
    lessons = {"a": ["case-one", "own"], "b": ["hunt-two"]}
    half = after_pass(State(), "case-one", 1)
    assert not hunter.earned(half, lessons)
    assert hunter.earned(after_pass(half, "hunt-two", 1), lessons)


def test_progress_goes_to_another_computer_and_is_added_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {"a": achievements.KeptAnswer("f", "f = 1\n"), "b": achievements.KeptAnswer("g", "g = 1\n")}
    there = State({"a": Passed(15, 0), "b": Passed(10, 1)}, {"b": 1, "c": 2}, answers)
    achievements.save(there)
    progress(save_as=tmp_path / "mine.json")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "another"))
    newer = achievements.KeptAnswer("f", "f = 2\n")
    achievements.save(State({"a": Passed(10, 1)}, {"a": 1, "c": 1}, {"a": newer}))
    progress(load_from=str(tmp_path / "mine.json"))
    assert achievements.load() == State(
        {"a": Passed(10, 1), "b": Passed(10, 1)},
        {"a": 1, "b": 1, "c": 2},
        {"a": newer, "b": achievements.KeptAnswer("g", "g = 1\n")},
    )
    assert "Level 0, Pixel: 20 XP" in capsys.readouterr().out


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff\xfe", b'{"passed": []}'])
def test_a_file_that_holds_no_progress_is_refused_and_nothing_is_lost(raw: bytes, tmp_path: Path) -> None:
    check("patch-response", right)
    before = achievements.load()
    (tmp_path / "other.json").write_bytes(raw)
    with pytest.raises(ValueError, match=r"other\.json holds no progress of this course"):
        progress(load_from=tmp_path / "other.json")
    assert achievements.load() == before


def test_a_second_pass_earns_nothing() -> None:
    once = after_pass(State(), "a", 2)
    assert after_pass(once, "a", 2) == once
    assert once.xp == 25
    assert after_pass(after_hint(State(), "a"), "a", 2).xp == 20


def test_levels_end_at_the_last() -> None:
    state = State()
    for number in range(100):
        state = after_pass(state, str(number), 3)
    assert state.level == len(achievements.LEVELS) - 1
    assert state.xp_to_next_level == 0


def test_the_last_level_needs_nearly_the_whole_course_and_no_more() -> None:
    earned = [XP_PER_DIFFICULTY * each.difficulty for lesson in LESSONS for each in exercises(lesson)]
    assert 0.8 * sum(earned) < achievements.XP_PER_LEVEL * (len(achievements.LEVELS) - 1) <= sum(earned)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"passed": {"a": 1}, "hints": {}}', '{"passed": []}'])
def test_an_unreadable_progress_file_is_put_aside(text: str, home: Path) -> None:
    achievements.path().write_text(text)
    assert achievements.load() == State()
    assert (home / "progress.unreadable.json").read_text() == text


def test_progress_survives_a_round_trip(home: Path) -> None:
    answers = {"b": achievements.KeptAnswer("f", "def f(): ...\n")}
    state = replace(after_pass(after_hint(State(), "a"), "b", 1), answers=answers)
    achievements.save(state)
    assert achievements.load() == state
    assert [each.name for each in home.iterdir()] == ["progress.json"]
    assert set(json.loads(achievements.path().read_text())) == {"passed", "hints", "answers"}


def test_a_home_that_cannot_be_written_costs_the_progress_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "file" / "below"))
    assert check("patch-response", right).credit == 1
    assert achievements.load() == State()


def test_nothing_is_remembered_while_nbgrader_grades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check("patch-response", right)
    assert achievements.load() == State()


def test_progress_says_where_it_is_kept_while_nbgrader_grades(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    progress()
    assert capsys.readouterr().out == "Your progress is kept where you work, not where you are graded.\n"


PATCH_RESPONSE = (
    "import torch\nZERO = 0\ndef patch_response(patch, kernel):\n    return (patch * kernel).sum() + ZERO\n"
)


def _in_a_notebook(*cells: str) -> str:
    """What cells print in one shell."""
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    with capture_output() as shown:
        for cell in cells:
            shell.run_cell(cell, store_history=True)
    return str(shown.stdout)


def _used_by(answer: object, exercise: str = "patch-response") -> list[str]:
    """What a cell of `uses` ran, after a check of this answer."""
    with contextlib.suppress(CheckFailed):
        check("patch-response", answer)
    ran: list[str] = []
    uses(exercise, shows="the map")(lambda: ran.append("ran"))
    return ran


def test_a_cell_that_uses_an_answer_runs_when_its_newest_check_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _used_by(lambda patch, kernel: (patch * kernel).sum()) == ["ran"]
    assert _used_by(lambda patch, kernel: (patch * kernel).mean()) == []
    said = capsys.readouterr().out
    assert "Here you will see the map. It needs your answer to patch-response" in said
    with pytest.raises(ValueError, match="patch-response"):
        uses("patch-respons", shows="the map")


def test_a_cell_that_uses_an_answer_is_silent_while_nbgrader_grades(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check("patch-response", lambda patch, kernel: (patch * kernel).sum())
    capsys.readouterr()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    uses("patch-response", shows="the map")(lambda: pytest.fail("it ran"))
    assert mine("patch-response", 3) == 3
    assert capsys.readouterr().out == ""


def test_an_answer_that_passed_is_ones_own_in_a_later_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    assert mine("patch-response", None) is None
    assert "keeps no answer of yours to patch-response" in capsys.readouterr().out
    assert "passed" in _in_a_notebook(
        PATCH_RESPONSE, "from course import check", "check('patch-response', patch_response)"
    )
    own: Any = mine("patch-response", None)
    assert "Your own patch_response is used" in capsys.readouterr().out
    assert own is not None
    assert own(torch.ones(2, 2), torch.full((2, 2), 3.0)) == 12


def test_an_answer_that_does_not_run_by_itself_is_replaced_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    achievements.save(State(answers={"patch-response": achievements.KeptAnswer("patch_response", "factor\n")}))
    assert mine("patch-response", None) is None
    assert "does not run by itself (NameError)" in capsys.readouterr().out


def test_an_error_is_explained_by_the_last_line_of_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    errors(
        "Traceback (most recent call last):\nRuntimeError: mat1 and mat2 shapes cannot be multiplied (8x900 and 7200x10)"
    )
    said = capsys.readouterr().out
    assert "The linear layer expects another number of values" in said
    assert "Broadcasting" not in said
    errors("no such thing")
    assert "do not know this error: no such thing" in capsys.readouterr().out
    errors()
    assert "Broadcasting aligns shapes" in capsys.readouterr().out
