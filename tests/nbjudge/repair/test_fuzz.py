"""Hundreds of damaged notebooks, thousands in long tests: each gives a sound one and a verdict, and nothing more to fix."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from nbjudge.repair.repair import job_of, repair
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment
from nbjudge.verdict import Verdict
from tests.classroom.fill import fill, saved_by_colab
from tests.nbjudge.repair.damage import (
    ANSWER,
    ANSWER_2,
    RIGHT,
    RIGHT_2,
    WORDS,
    WRITTEN,
    as_nbformat_3,
    marks,
    repair_cells,
)
from tests.nbjudge.repair.test_damage import is_sound

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "50"))
"""For each of the six kinds below."""

fuzz = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

TELLING = [
    "", "code", "markdown", "raw", "cells", "metadata", "source", "nbgrader", ANSWER, f"{ANSWER}-test", WRITTEN, "setup",
    "\ud800", "\0", "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](attachment:a.png)", "### BEGIN HIDDEN TESTS",
    "def patch_response(): pass", "\r\n", "view-in-github", "skip-execution", "stream", "{those}", "`",
]  # fmt: skip
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-3, 100)
    | st.just(10**400)
    | st.floats()
    | st.sampled_from(TELLING)
    | st.text(max_size=12)
)
JUNK = st.recursive(
    PLAIN,
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(TELLING) | st.text(max_size=5), each, max_size=3)
    ),
    max_leaves=6,
)
PLACES = st.integers(0, 2**16)


@pytest.fixture(scope="module")
def lesson(assignment: Callable[[str], Assignment]) -> Assignment:
    return assignment("00-start")


@pytest.fixture(scope="module")
def saved(released: Callable[[str], NotebookNode]) -> tuple[str, str]:
    """What JupyterLab and Colab save, with answers."""
    notebook = fill(released("00-start"), {ANSWER: RIGHT, ANSWER_2: RIGHT_2, WRITTEN: WORDS})
    return nbformat.writes(notebook), saved_by_colab(notebook)


@fuzz
@given(editor=st.integers(0, 1), steps=st.lists(st.tuples(PLACES, st.integers(0, 3), JUNK), min_size=1, max_size=6))
def test_any_part_of_the_tree(editor: int, steps: Any, saved: tuple[str, str], lesson: Assignment) -> None:
    notebook = json.loads(saved[editor])
    for at, action, junk in steps:
        change_somewhere(notebook, at, action, junk)
    holds(json.dumps(notebook).encode(), lesson)


@fuzz
@given(
    editor=st.integers(0, 1),
    steps=st.lists(st.tuples(PLACES, st.integers(0, 300), st.binary(max_size=8)), min_size=1, max_size=4),
)
def test_any_bytes(editor: int, steps: Any, saved: tuple[str, str], lesson: Assignment) -> None:
    content = saved[editor].encode()
    for at, length, instead in steps:
        at %= len(content) + 1
        content = content[:at] + instead + content[at + (length if length < 30 else 0) :]
        if length == 300:
            content = content[:at]
    holds(content, lesson)


@fuzz
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["copy", "delete", "move", "swap texts", "swap marks", "split"]), PLACES, PLACES),
        min_size=1,
        max_size=12,
    )
)
def test_cells_in_any_order(steps: Any, saved: tuple[str, str], lesson: Assignment) -> None:
    notebook = json.loads(saved[0])
    for action, one, other in steps:
        change_cells(notebook["cells"], action, one, other)
    holds(json.dumps(notebook).encode(), lesson)


@fuzz
@given(
    steps=st.lists(
        st.tuples(
            PLACES,
            st.sampled_from(
                ["grade", "solution", "locked", "task", "points", "grade_id", "schema_version", "checksum", "x"]
            ),
            JUNK,
        ),
        min_size=1,
        max_size=8,
    ),
    lost=st.sets(st.integers(0, 24), max_size=6),
    types=st.dictionaries(st.integers(0, 24), st.sampled_from(["code", "markdown", "raw", "heading", "?"]), max_size=4),
)
def test_any_metadata(
    steps: Any, lost: set[int], types: dict[int, str], saved: tuple[str, str], lesson: Assignment
) -> None:
    notebook = json.loads(saved[0])
    graded = [cell for cell in notebook["cells"] if marks(cell)]
    for at, key, junk in steps:
        marks(graded[at % len(graded)])[key] = junk
    for at in lost:
        notebook["cells"][at]["metadata"] = {}
    for at, cell_type in types.items():
        notebook["cells"][at]["cell_type"] = cell_type
    holds(json.dumps(notebook).encode(), lesson)


@fuzz
@given(
    major=st.sampled_from([1, 2, 3, 4, 5, "4", None]),
    minor=JUNK,
    old=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp949"]),
    steps=st.lists(st.tuples(PLACES, st.integers(0, 3), JUNK), max_size=3),
    indent=st.sampled_from([None, 1]),
)
def test_any_format(
    major: Any,
    minor: Any,
    old: bool,
    encoding: str,
    steps: Any,
    indent: int | None,
    saved: tuple[str, str],
    lesson: Assignment,
) -> None:
    notebook = json.loads(saved[0])
    if old:
        as_nbformat_3(notebook)
    notebook["nbformat"], notebook["nbformat_minor"] = major, minor
    for at, action, junk in steps:
        change_somewhere(notebook, at, action, junk)
    holds(json.dumps(notebook, ensure_ascii=False, indent=indent).encode(encoding, "replace"), lesson)


@fuzz
@given(
    texts=st.lists(
        st.tuples(
            st.integers(0, 24),
            st.lists(
                st.sampled_from(
                    [*TELLING, "<b>", "</b>", "`", "\n", "    ", "$", "<!--", "-->", "(", "](", ":", "&#58;"]
                )
                | st.text(max_size=4),
                max_size=12,
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_text(texts: Any, saved: tuple[str, str], lesson: Assignment) -> None:
    notebook = json.loads(saved[0])
    for at, parts in texts:
        notebook["cells"][at]["source"] = "".join(parts)
    holds(json.dumps(notebook).encode(), lesson)


def holds(content: bytes, lesson: Assignment) -> None:
    """What must hold for every file."""
    template = lesson.templates[0]
    repaired = repair(template, Submitted({"start.ipynb": content}), lesson)
    assert repaired.verdict in (None, Verdict.UNREADABLE)
    assert (repaired.verdict is not None) == ("unreadable-file" in {fix.key for fix in repaired.fixes})
    is_sound(template, repaired.notebook)
    text = nbformat.writes(repaired.notebook)
    text.encode()
    assert repair_cells(template, json.loads(text)) == (repaired.notebook, ())
    tests = {cell.grade_id: cell for cell in job_of(template, repaired).cells if cell.kind == "test"}
    assert {grade_id: cell.source for grade_id, cell in tests.items()} == {
        cell.grade_id: cell.source for cell in template.cells if cell.is_test
    }
    for fix in repaired.fixes:
        assert "<" not in fix.message
        assert "\n" not in fix.message
        fix.message.encode()


def change_somewhere(tree: Any, at: int, action: int, junk: Any) -> None:
    """Replace, delete or copy a part of a JSON tree, or add something beside it."""
    parts = list(_parts(tree))
    if not parts:
        return
    holder, key = parts[at % len(parts)]
    if action == 0:
        holder[key] = junk
    elif action == 1:
        del holder[key]
    elif isinstance(holder, list):
        holder.insert(key, json.loads(json.dumps(holder[key])) if action == 2 else junk)
    else:
        holder[f"{key}_" if action == 2 else str(junk)[:8]] = junk


def _parts(tree: Any) -> Any:
    """Each part of a JSON tree, as what holds it and the key in there."""
    items = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    for key, value in items:
        yield tree, key
        yield from _parts(value)


def change_cells(cells: list[Any], action: str, one: int, other: int) -> None:
    if not cells:
        return
    one, other = one % len(cells), other % len(cells)
    cell = cells[one]
    match action:
        case "copy":
            cells.insert(other, json.loads(json.dumps(cell)))
        case "delete":
            del cells[one]
        case "move":
            cells.insert(other, cells.pop(one))
        case "swap texts":
            cell["source"], cells[other]["source"] = cells[other]["source"], cell["source"]
        case "swap marks":
            cell["metadata"], cells[other]["metadata"] = cells[other]["metadata"], cell["metadata"]
        case "split":
            half = len(cell["source"]) // 2
            rest = {**json.loads(json.dumps(cell)), "source": cell["source"][half:], "metadata": {}}
            cell["source"] = cell["source"][:half]
            cells.insert(one + 1, rest)


@pytest.mark.soak
def test_all_of_these_with_2700_notebooks() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", __file__]
    done = subprocess.run(command, env=os.environ | {"FUZZ_EXAMPLES": "450"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
