"""The source's own solution is marked before anyone else: it decides where each test runs, and a broken test stops the run."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.converters import Autograde, GenerateAssignment

from course.authoring.release import run_step
from nbjudge.batch.command import Options, grade, try_assignment
from nbjudge.batch.try_source import CellTry, SourceTry, Way
from nbjudge.files import read_config
from tests.nbjudge.batch.engines import PlainEngine, plain
from tests.nbjudge.batch.test_grade import nbjudge, sandbox
from tests.nbjudge.record.small_course import graded, solution

WEEK = "week-3"
ANSWERS = {
    "twice": ("def twice(x):\n    return 2 * x", "def twice(x):\n    return x"),
    "saved": (
        "def saved(text):\n    open('note.txt', 'w').write(text)",
        "def saved(text):\n    open('other.txt', 'w').write(text)",
    ),
    "helped": (
        "def helper(x):\n    return x + 1\ndef helped(x):\n    return helper(x) * 2",
        "def helper(x):\n    return x + 1\ndef helped(x):\n    return (x + 1) * 2",
    ),
    "told": (
        "def told(x):\n    '''\n    >>> told(1)\n    2\n    '''\n    return x + 1",
        "def told(x):\n    '''\n    >>> told(1)\n    2\n    '''\n    return x",
    ),
    "greet": ("def greet(name):\n    print('hello', name)", "def greet(name):\n    print('hi', name)"),
}
"""A right and a wrong answer."""

TESTS = {
    "twice": "assert twice(4) == 8",
    "saved": "saved('hello')\nassert open('note.txt').read() == 'hello'",
    "helped": "from unittest.mock import patch\nwith patch('__main__.helper') as mock:\n    helped(3)\nmock.assert_called_once_with(3)",
    "told": "import doctest\nassert doctest.testmod().failed == 0",
    "greet": "%%capture said\ngreet('Ann')",
}


def make_course(folder: Path, cells: list[NotebookNode], config: str = "") -> Path:
    """A course of one notebook, released into its gradebook, and handed in by nobody."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'tried'\nc.Execute.timeout = 30\n{config}\n"
    )
    source = folder / "source" / WEEK
    source.mkdir(parents=True)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), source / "work.ipynb")
    settings = read_config(folder)
    settings.GenerateAssignment.create_assignment = True
    run_step(GenerateAssignment, folder, settings, WEEK)
    return folder


def answer(grade_id: str, text: str) -> NotebookNode:
    return solution(grade_id, f"### BEGIN SOLUTION\n{text}\n### END SOLUTION")


def hand_in(folder: Path, student: str, answers: dict[str, str]) -> None:
    notebook = nbformat.read(folder / "release" / WEEK / "work.ipynb", 4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    place = folder / "submitted" / student / WEEK
    place.mkdir(parents=True)
    nbformat.write(notebook, place / "work.ipynb")


def scores(folder: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    with sqlite3.connect(folder / "gradebook.db") as gradebook:
        for student, cell, points in gradebook.execute(
            "select s.student_id, c.name, g.auto_score from grade g join base_cell c on g.cell_id = c.id "
            "join submitted_notebook n on g.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id"
        ):
            found.setdefault(student, {})[cell] = points
    return found


# -- with the real engine, beside stock nbgrader


@pytest.fixture(scope="module")
def one_process(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose tests patch, share files, look for doctests and capture, and a class of right and wrong answers."""
    cells = [
        cell
        for name, (right, _) in ANSWERS.items()
        for cell in (answer(name, right), graded(f"{name}-test", TESTS[name], 1))
    ]
    cells.append(graded("greeted-test", "assert said.stdout.strip() == 'hello Ann'", 1))
    folder = make_course(tmp_path_factory.mktemp("tried") / "course", cells)
    hand_in(folder, "right", {name: right for name, (right, _) in ANSWERS.items()})
    hand_in(folder, "wrong", {name: wrong for name, (_, wrong) in ANSWERS.items()})
    hand_in(folder, "untouched", {})
    return folder


def test_nobody_who_is_right_gets_0_and_nobody_who_is_wrong_gets_more_than_from_nbgrader(
    one_process: Path, tmp_path: Path
) -> None:
    stock, ours = tmp_path / "stock", tmp_path / "ours"
    shutil.copytree(one_process, stock)
    run_step(Autograde, stock, read_config(stock), WEEK)
    shutil.copytree(one_process, ours)
    ran = nbjudge(ours, "grade", WEEK, *sandbox())
    assert ran.returncode == 0, ran.stderr
    assert scores(ours) == scores(stock)
    assert set(scores(ours)["right"].values()) == {1.0}
    line = next(line for line in ran.stdout.splitlines() if "run in the student's process" in line)
    assert "saved-test, helped-test, told-test" in line
    assert "twice-test" not in line
    assert line.endswith(f"Why: nbjudge try {WEEK}")
    marked = nbformat.read(ours / "autograded" / "right" / WEEK / "work.ipynb", 4)
    assert {"saved-test", "helped-test", "told-test", "greeted-test"} <= set(marked.metadata["grading"]["in_process"])
    assert "`helped-test`" in marked.cells[0].source
    assert f"{len(scores(ours))} unchanged" in nbjudge(ours, "grade", WEEK, *sandbox()).stdout


def test_the_command_shows_what_the_solution_and_the_stub_earn(one_process: Path, tmp_path: Path) -> None:
    folder = tmp_path / "course"
    shutil.copytree(one_process, folder)
    ran = nbjudge(folder, "try", WEEK, *sandbox())
    assert ran.returncode == 1, ran.stderr
    lines = {line.split()[0]: line.split()[1:] for line in ran.stdout.splitlines() if line.startswith("work/")}
    assert lines["work/twice-test"] == ["1", "1", "1", "0", "0", "apart"]
    assert lines["work/saved-test"] == ["1", "0", "1", "0", "0", "in", "process"]
    assert "the source's own solution earns 0 of 1: FileNotFoundError" in ran.stdout
    assert scores(folder) == {}


# -- with an engine that marks in this process


@pytest.fixture(autouse=True)
def _nothing_marked() -> None:
    PlainEngine.marked.clear()


def run(folder: Path) -> int:
    return grade(Options(WEEK, workers=1), folder, plain)


def course(folder: Path, *tests: str, config: str = "") -> Path:
    """A course with one answer and these tests, handed in by ann, who is right."""
    cells = [answer("f", "def f():\n    return 1"), *(graded(f"test-{n}", test, 2) for n, test in enumerate(tests))]
    make_course(folder, cells, config)
    hand_in(folder, "ann", {"f": "def f():\n    return 1"})
    return folder


def test_a_solution_that_fails_by_stock_rules_stops_the_run_before_anyone_gets_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = course(tmp_path / "course", "assert f() == 1", "assert f() == 2, 'two, please'")
    assert run(folder) == 2
    said = capsys.readouterr().err
    assert "nobody was marked: work/test-1: the source's own solution earns 0 of 2: AssertionError: two, please" in said
    assert f"nbgrader generate_assignment {WEEK} --force" in said
    assert "test-0" not in said
    assert scores(folder) == {}
    assert not (folder / "autograded").exists()


def test_a_cell_that_is_meant_so_is_named_in_the_settings(tmp_path: Path) -> None:
    config = 'c.NbJudge.test_cells = {"test-0": "apart"}'
    folder = course(tmp_path / "course", "assert f() == 2", config=config)
    assert run(folder) == 0
    assert scores(folder) == {"ann": {"test-0": 0.0}}


def test_a_part_of_the_points_by_a_number_is_no_broken_test(tmp_path: Path) -> None:
    folder = course(tmp_path / "course", "0.5 * f()")
    assert run(folder) == 0
    assert scores(folder) == {"ann": {"test-0": 0.5}}


def test_what_works_in_one_process_only_is_marked_there_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = course(tmp_path / "course", "assert f() == 1  # in one process", "assert f() == 1")
    assert run(folder) == 0
    assert scores(folder) == {"ann": {"test-0": 2.0, "test-1": 2.0}}
    assert "run in the student's process, as stock nbgrader does: test-0. Why" in capsys.readouterr().out


def test_a_test_that_the_stub_passes_apart_is_never_counted_apart(tmp_path: Path) -> None:
    folder = course(tmp_path / "course", "assert f() == 1  # finds nothing")
    hand_in(folder, "bob", {"f": "def f():\n    return 2"})
    assert run(folder) == 0
    assert scores(folder) == {"ann": {"test-0": 2.0}, "bob": {"test-0": 0.0}}


def test_the_settings_can_forbid_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = course(tmp_path / "course", "assert f() == 1  # in one process", config="c.NbJudge.in_process = False")
    assert run(folder) == 2
    said = capsys.readouterr().err
    assert (
        "c.NbJudge.in_process is False, and work/test-0: apart, the source's own solution earns 0 of 2: ValueError"
        in said
    )
    assert scores(folder) == {}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("c.NbJudge.in_process = 'no'", "c.NbJudge.in_process must be True or False; it is 'no'"),
        ("c.NbJudge.test_cells = {'f': 'together'}", "one of 'apart' or 'in process'; it is {'f': 'together'}"),
        ("c.NbJudge.test_cells = 3", "one of 'apart' or 'in process'; it is 3"),
    ],
)
def test_settings_that_are_none_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: str, said: str
) -> None:
    assert run(course(tmp_path / "course", "assert f() == 1", config=config)) == 2
    assert said in capsys.readouterr().err


def test_what_the_try_has_shown_is_kept_until_the_source_changes(tmp_path: Path) -> None:
    folder = course(tmp_path / "course", "assert f() == 1  # in one process")
    assert run(folder) == 0
    first = len(PlainEngine.marked)
    assert run(folder) == 0
    assert len(PlainEngine.marked) == first
    hand_in(folder, "bob", {"f": "def f():\n    return 2"})
    assert run(folder) == 0
    assert len(PlainEngine.marked) == first + 1
    (kept,) = (folder / ".grading").glob("*.try.json")
    kept.write_text("{")
    assert run(folder) == 0
    assert len(PlainEngine.marked) == 2 * first - 1 + 1
    json.loads(kept.read_text())


def test_a_source_without_its_solution_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = course(tmp_path / "course", "assert f() == 1  # in one process")
    shutil.rmtree(folder / "source")
    assert run(folder) == 0
    assert "not tried, as the source holds no solution: work" in capsys.readouterr().out
    assert try_assignment(Options(WEEK, workers=1), folder, plain) == 1


def test_a_test_that_was_corrected_after_it_was_registered_has_an_effect_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = course(tmp_path / "course", "assert f() == 2", "assert f() == 1")
    assert run(folder) == 2
    path = folder / "source" / WEEK / "work.ipynb"
    path.write_text(path.read_text().replace("assert f() == 2", "assert f() < 2"))
    assert run(folder) == 0
    assert scores(folder) == {"ann": {"test-0": 2.0, "test-1": 2.0}}
    said = capsys.readouterr().out
    assert "changed in the source since it was registered, and marked by the new text: test-0." in said
    path.write_text(path.read_text().replace("assert f() < 2", "assert f() < 2 and f.__doc__ is None"))
    assert run(folder) == 0
    assert "1 marked now" in capsys.readouterr().out


def test_a_gradebook_that_is_never_let_go_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = course(tmp_path / "course", "assert f() == 1")
    other = sqlite3.connect(folder / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert try_assignment(Options(WEEK, workers=1), folder, plain) == 2
    other.execute("ROLLBACK")
    other.close()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "the gradebook cannot be read (database is locked). When nothing else uses it, run the same command" in said


# -- pure


def cell(**more: object) -> CellTry:
    return CellTry(**{"notebook": "work", "cell": "t", "most": 2.0, "solution_apart": 2.0, "stub_apart": 0.0, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tried", "way"),
    [
        (cell(), Way.APART),
        (cell(solution_in_process=2.0, stub_in_process=0.0), Way.APART),
        (cell(solution_apart=0.0, solution_in_process=2.0, stub_in_process=0.0), Way.IN_PROCESS),
        (cell(solution_apart=1.0, solution_in_process=1.5, stub_in_process=0.0), Way.IN_PROCESS),
        (cell(stub_apart=2.0, solution_in_process=2.0, stub_in_process=0.0), Way.IN_PROCESS),
        (cell(stub_apart=2.0, solution_in_process=2.0, stub_in_process=2.0), Way.IN_PROCESS),
        (cell(stub_apart=0.5, solution_in_process=2.0, stub_in_process=0.5), Way.APART),
        (cell(solution_in_process=2.0, stub_in_process=0.0, needed_by="u"), Way.IN_PROCESS),
        (cell(solution_apart=0.0, solution_in_process=2.0, stub_in_process=0.0, fixed=Way.APART), Way.APART),
    ],
)
def test_the_way_of_a_cell(tried: CellTry, way: Way) -> None:
    assert tried.way is way
    assert bool(tried.why) == (way is Way.IN_PROCESS or tried.fixed is not None or tried.stub_apart > 0)


def test_a_try_survives_its_file() -> None:
    tried = SourceTry((cell(fixed=Way.IN_PROCESS, error="E: x"), cell(raises=True)), ("other",))
    assert SourceTry.from_json(json.loads(json.dumps(tried.to_json()))) == tried


@pytest.mark.parametrize(
    "kept", ["null", "[]", "{}", '{"cells": [{}], "untried": []}', '{"cells": [{"fixed": 3}], "untried": []}']
)
def test_what_is_no_try_is_refused(kept: str) -> None:
    with pytest.raises(ValueError, match=r"no result of a try|is not a valid Way"):
        SourceTry.from_json(json.loads(kept))
