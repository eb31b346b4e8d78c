"""Which lines of a test cell are hidden, and that a student reads nothing of them."""

from __future__ import annotations

import json

import pytest

from nbjudge.engine import Engine
from nbjudge.hidden_tests import hidden_lines, visible_part
from nbjudge.job import HiddenTestDelimiters, Job, JobCell, Kind

MARKS = HiddenTestDelimiters("vvv", "^^^")


def cell(*lines: str) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "marks", "hidden"),
    [
        (cell("a", "### BEGIN HIDDEN TESTS", "b", "### END HIDDEN TESTS", "c"), HiddenTestDelimiters(), {2, 3, 4}),
        (cell("a", "# vvv", "b", "# ^^^", "c"), MARKS, {2, 3, 4}),
        (cell("a", "# vvv", "b", "# ^^^", "c"), HiddenTestDelimiters(), set()),
        (cell("a", "# vvv ^^^", "b", "# vvv", "c"), MARKS, {2, 4, 5}),
        (cell("'a\fb\u2028c\x85d'", "# vvv", "b", "# ^^^"), MARKS, {2, 3, 4}),
        ("a\r\n# vvv\r\nb\r# ^^^\nc", MARKS, {2, 3, 4}),
    ],
)
def test_hidden_lines_count_as_python_counts(source: str, marks: HiddenTestDelimiters, hidden: set[int]) -> None:
    assert hidden_lines(source, marks) == hidden


def test_the_visible_part_is_what_is_released() -> None:
    assert visible_part(cell("a", "# vvv", "b", "# ^^^", "c"), MARKS) == cell("a", "c")


@pytest.mark.parametrize("kind", ["test", "in_process_test"])
@pytest.mark.parametrize(
    ("marks", "source"),
    [
        (
            HiddenTestDelimiters(),
            cell("x = 1", "### BEGIN HIDDEN TESTS", "assert f(91733) == 1", "### END HIDDEN TESTS"),
        ),
        (MARKS, cell("x = 1", "# vvv", "assert f(91733) == 1", "# ^^^")),
        (MARKS, cell("x = '\f\f\f\f'", "# vvv", "assert f(91733) == 1", "# ^^^")),
        (MARKS, cell("x = 1", "# vvv", "y = 0", "x / y if f(91733) else x / 0  # 91733", "# ^^^")),
    ],
)
def test_nothing_is_said_of_a_hidden_line(engine: Engine, marks: HiddenTestDelimiters, source: str, kind: Kind) -> None:
    answer = JobCell("student", "def f(x):\n    print('asked', x)\n    return 0")
    marked = engine.mark(Job("notebook", (answer, JobCell(kind, source, "f-test")), hidden_test_delimiters=marks))
    (error,) = marked.runs[1].outputs
    assert error["ename"] in {"AssertionError", "ZeroDivisionError"}
    assert error["evalue"] == "A hidden test does not pass."
    assert "91733" not in json.dumps(marked.runs[1].outputs)


@pytest.mark.parametrize("kind", ["test", "in_process_test"])
def test_a_visible_line_is_shown_by_its_number(engine: Engine, kind: Kind) -> None:
    source = cell("x = '\f\f'", "y = 1", "assert f(x) == y", "# vvv", "assert False", "# ^^^")
    cells = (JobCell("student", "def f(x):\n    return 0"), JobCell(kind, source, "f-test"))
    (error,) = engine.mark(Job("notebook", cells, hidden_test_delimiters=MARKS)).runs[1].outputs
    assert error["traceback"][:2] == ["Test cell, line 3", "----> assert f(x) == y"]


@pytest.mark.parametrize("kind", ["test", "in_process_test"])
def test_the_students_own_line_is_shown_below_the_tests(engine: Engine, kind: Kind) -> None:
    answer = JobCell("student", "def f(x):\n    return x.missing")
    (error,) = engine.mark(Job("notebook", (answer, JobCell(kind, "y = 1\nassert f(y)", "f-test")))).runs[1].outputs
    assert error["traceback"] == [
        "Test cell, line 2",
        "----> assert f(y)",
        "Your code, in f, line 2",
        "----> return x.missing",
        "AttributeError: 'int' object has no attribute 'missing'",
    ]
