"""The mutation testing itself: each operator makes the changes it names, a weak check is caught, and so is a stale entry."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import torch

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample, Step
from course.exercises.catalogue import LESSONS, exercises, find_exercise
from tests import lessons
from tests.bank_files import BankedAnswer, bank
from tests.mutants import __main__ as command
from tests.mutants import inputs, processes
from tests.mutants.compare import PROBES, difference
from tests.mutants.judge import Fate, Job, judge
from tests.mutants.mutate import mutants
from tests.mutants.reviewed import Entry, reviewed, stale
from tests.mutants.run import choose

pytestmark = pytest.mark.filterwarnings("ignore")  # an answer may warn

ASSIGNMENTS = tuple(dict.fromkeys(assignment for assignment, _ in choose([])))
ALL = [each for each in bank() if each.assignment in ASSIGNMENTS]


def changes(line: str) -> dict[str, str]:
    """What becomes of a line, with the operator that did it."""
    code = f"def f(a, b, x):\n    {line}\n    g()"
    return {mutant.change.partition("\n+ ")[2]: mutant.operator for mutant in mutants(code)}


@pytest.mark.parametrize(
    ("line", "operator", "expected"),
    [
        ("return a // 3", "arithmetic", {"return a / 3", "return a * 3", "return a", "return -(-a // 3)"}),
        ("return a - 7", "arithmetic", {"return a + 7", "return 7 - a"}),
        ("a += x", "arithmetic", {"a -= x", "a *= x"}),
        ("return a < 7", "comparison", {"return a <= 7", "return a >= 7"}),
        ("return a == 7", "comparison", {"return a != 7"}),
        ("return a and x", "logic", {"return a or x", "return a", "return x"}),
        ("if x: h()", "condition", {"if not x: h()", "if True: h()", "if False: h()"}),
        ("return 5", "constant", {"return 6", "return 4", "return 0", "return -5"}),
        ("return 0.5", "constant", {"return 1.0", "return 1.5", "return 0.0", "return -0.5"}),
        ("return True", "constant", {"return False"}),
        ("h(mode='same')", "constant", {"h(mode='valid')"}),
        ("h('ij->ij')", "constant", {"h('ij->ji')"}),
        ("return h(a, b)", "arguments", {"return h(b, a)", "return h(a)"}),
        ("h(u=a, v=b)", "arguments", {"h(u=b, v=a)", "h(v=b)", "h(u=a)"}),
        ("raise ValueError('no')", "arguments", {"raise ValueError()"}),
        ("return (a, x)", "elements", {"return (x, a)", "return (x,)", "return (a,)"}),
        ("return x.permute(0, 3)", "arguments", {"return x.permute(3, 0)"}),
        ("return a[1:x]", "slices", {"return a[:x]", "return a[1:]"}),
        ("return F.relu(x)", "calls", {"return x"}),
        ("return x.u().v()", "calls", {"return x.u()"}),
        ("return x.max()", "names", {"return x.min()"}),
        ("raise ValueError('no')", "names", {"raise TypeError('no')"}),
        ("return range(x)", "branches", {"return range(x - 1)", "return range(x + 1)", "return range(1, x)"}),
        ("return [u for u in x if u]", "branches", {"return [u for u in x]"}),
        ("h(x)", "left_out", {"pass"}),
        ("h(a)", "neighbours", {"h(b)"}),
    ],
)
def test_an_operator_makes_the_changes_that_it_names(line: str, operator: str, expected: set[str]) -> None:
    found = changes(line)
    assert expected <= found.keys()
    assert {found[each] for each in expected} == {operator}


def test_two_statements_are_done_in_the_other_order() -> None:
    code = "def f(x):\n    g(x)\n    h(x)"
    assert "def f(x):\n    h(x)\n    g(x)" in {each.code for each in mutants(code)}


def test_a_with_is_left_out_around_what_it_holds() -> None:
    code = "def f(x):\n    with torch.no_grad():\n        return x"
    assert any("if True:" in each.code and "no_grad" not in each.code for each in mutants(code))


def test_attributes_that_are_made_side_by_side_are_mixed_up() -> None:
    code = "class A:\n    def __init__(self):\n        self.u = g()\n        self.v = g()\n\n    def f(self):\n        return self.u()"
    assert "- return self.u()\n+ return self.v()" in {each.change for each in mutants(code)}


def test_only_the_solution_is_changed_and_no_words_for_people() -> None:
    code = (
        'def f(a=1):\n    """Keep 1."""\n    a = a + 1\n    ### BEGIN SOLUTION\n    if a > 2:\n'
        "        raise ValueError(f\"{a + 3} is over {'same'}\")\n    ### END SOLUTION"
    )
    for mutant in mutants(code):
        assert mutant.code.startswith('def f(a=1):\n    """Keep 1."""\n    a = a + 1\n')
        assert "a + 3} is over {'same'}" in mutant.code or "raise" not in mutant.code or "ValueError()" in mutant.code


@pytest.mark.parametrize(("assignment", "exercise"), choose([]))
def test_every_mutant_of_a_solution_is_another_program_and_the_same_on_every_run(
    assignment: str, exercise: str
) -> None:
    code = str(lessons.solution_cell(assignment, exercise).source)
    found = mutants(code)
    assert len({each.code for each in found} | {code}) == len(found) + 1
    assert all(each.change for each in found)
    for each in found:
        compile(each.code, "<mutant>", "exec")


def test_making_the_mutants_twice_gives_the_same_ones() -> None:
    code = str(lessons.solution_cell("02-conv2d", "conv2d").source)
    assert mutants(code) == mutants(code)


@pytest.fixture
def weak_check(monkeypatch: pytest.MonkeyPatch) -> str:
    """An exercise whose check is content with any number, and that has no hidden checks."""

    def any_number(answer: Answer, sample: Sample) -> None:
        if not isinstance(answer(torch.ones(2, 3), torch.ones(2, 3)), (float, torch.Tensor)):
            raise Wrong("no number")

    exercise = find_exercise("patch-response")
    monkeypatch.setattr(exercise, "steps", [Step("number", "A number", any_number, "", 1)])
    monkeypatch.setattr(lessons, "points", lambda *answer: (2.0, 2.0))
    monkeypatch.setattr(os, "environ", {**os.environ})
    return exercise.id


def test_a_weak_check_is_caught(
    weak_check: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "reviewed", list)
    assert command.main([weak_check, "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert "- return (patch * kernel).sum()\n+ return (patch * kernel).mean()\n" in said
    assert "to mend" in said


def test_a_survivor_is_explained_by_its_own_entry_alone(
    weak_check: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = Entry(weak_check, "- return (patch * kernel).sum()\n+ return (patch * kernel).mean()", "to try it")
    monkeypatch.setattr(command, "reviewed", lambda: [entry])
    assert command.main([weak_check, "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert "mean()" not in said
    assert "+ return (patch + kernel).sum()" in said


def test_an_entry_that_explains_no_survivor_is_caught(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = Entry("patch-response", "- return (patch * kernel).sum()\n+ return (patch * kernel).mean()", "to try it")
    monkeypatch.setattr(command, "reviewed", lambda: [entry])
    monkeypatch.setattr(os, "environ", {**os.environ})
    assert command.main(["patch-response", "--workers", "1"]) == 1
    assert "explains a mutant that does not survive" in capsys.readouterr().out
    assert stale([entry], ["to-nchw"], []) == []  # it was not asked for


def test_the_reviewed_list_is_of_exercises_that_exist() -> None:
    known = {each.id for assignment in LESSONS for each in exercises(assignment)}
    assert {each.exercise for each in reviewed()} <= known


def test_an_entry_needs_a_reason_and_stands_there_once(tmp_path: Path) -> None:
    path = tmp_path / "reviewed.toml"
    path.write_text("[[mutant]]\nexercise = 'a'\nchange = 'b'\n")
    with pytest.raises(ValueError, match="needs a reason"):
        reviewed(path)
    path.write_text("[[mutant]]\nexercise = 'a'\nchange = 'b'\nreason = 'c'\n" * 2)
    with pytest.raises(ValueError, match="twice"):
        reviewed(path)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(ValueError, match="no assignment or exercise 'to-nhwc'"):
        choose(["to-nhwc"])


def test_an_equivalent_mutant_is_told_from_a_survivor(monkeypatch: pytest.MonkeyPatch) -> None:
    solution = str(lessons.solution_cell("03-padding", "same-padding").source)
    job = Job(
        "03-padding",
        "same-padding",
        solution,
        solution.replace("dilation * (kernel - 1)", "dilation * kernel - dilation"),
    )
    assert judge(job).fate is Fate.EQUIVALENT
    monkeypatch.setattr(lessons, "reports", lambda *answer, **limits: [])
    monkeypatch.setattr(lessons, "points", lambda *answer: (2.0, 2.0))
    job = Job("03-padding", "same-padding", solution, solution.replace("total // 2,", "total - total // 2,", 1))
    assert judge(job).fate is Fate.SURVIVED


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_can_be_compared(assignment: str) -> None:
    inputs.load(assignment)
    assert {each.id for each in exercises(assignment)} <= PROBES.keys()


def broken_rule(answer: BankedAnswer) -> bool:
    """Whether an answer computes the right thing in a way that the exercise forbids: a comparison cannot see that."""
    return answer.step == "by-hand" or answer.name.startswith("wrong_torch_")


@pytest.mark.parametrize(("assignment", "exercise"), choose([]))
def test_the_comparison_of_an_exercise_is_not_blind(assignment: str, exercise: str) -> None:
    """It sees what is wrong with a banked answer. Not with each: where a design is free, many a wrong one is only another."""
    inputs.load(assignment)
    solution = str(lessons.solution_cell(assignment, exercise).source)
    wrong = [each for each in ALL if each.exercise == exercise and not each.accepted and not broken_rule(each)]
    assert any(difference(exercise, assignment, solution, each.code) is not None for each in wrong[:6])


def _job(name: str) -> str:
    if name == "endless":
        time.sleep(3600)
    if name == "dies":
        os._exit(3)
    if name == "hungry":
        bytearray(processes.MEMORY * 2)
    if name == "broken":
        raise KeyError(name)
    return name


def test_a_job_that_does_not_come_back_harms_no_other() -> None:
    names = ["endless", "one", "dies", "two", "hungry", "three"]
    seconds = {"endless": 2.0}
    found = processes.run(_job, names, workers=2, seconds=lambda name: seconds.get(name, 300), late="late", died="died")
    assert [each for _, each in sorted(found)] == ["late", "one", "died", "two", "died", "three"]


def test_an_error_of_our_own_is_not_taken_for_a_death() -> None:
    with pytest.raises(RuntimeError, match="KeyError: 'broken'"):
        list(processes.run(_job, ["broken"], workers=1, seconds=lambda name: 300, late="late", died="died"))
