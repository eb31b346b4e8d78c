"""A result's key changes with everything that was marked, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nbjudge.batch.key import assignment_key, submission_key
from nbjudge.limits import Limits
from nbjudge.repair.submission import Skipped, Submitted
from nbjudge.repair.template import Assignment, Template, TemplateCell

CELL = TemplateCell("f-test", "code", "assert f() == 1  # hidden", "assert f()", points=2.0, grade=True, locked=True)
ASSIGNMENT = Assignment(
    "week-1", (Template("shapes", (CELL,)),), files={"table.csv": b"1"}, modules=frozenset({"torch"})
)
SUBMITTED = Submitted({"shapes.ipynb": b"{}", "data/own.csv": b"2"}, timestamp="2026-03-01 12:00:00 UTC")


def key(
    assignment: Assignment = ASSIGNMENT,
    submitted: Submitted = SUBMITTED,
    torch: str = "2.13.0",
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    language: str = "en",
) -> str:
    return submission_key(
        assignment_key({"torch": torch}, assignment, limits, {"language": language}), assignment, submitted
    )


def with_cell(**changes: object) -> Assignment:
    return replace(ASSIGNMENT, templates=(Template("shapes", (replace(CELL, **changes),)),))  # type: ignore[arg-type]


def test_the_same_work_has_the_same_key() -> None:
    assert key() == key(replace(ASSIGNMENT), Submitted(dict(reversed(list(SUBMITTED.files.items())))))
    assert len(key()) == 64


def test_the_time_of_handing_in_marks_nothing_again() -> None:
    assert key(submitted=replace(SUBMITTED, timestamp="later")) == key()


@pytest.mark.parametrize(
    "other",
    [
        key(torch="2.14.0"),
        key(limits=Limits(cell_seconds=1)),
        key(language="ko"),
        key(with_cell(source="assert f() == 2  # hidden")),
        key(with_cell(points=3.0)),
        key(replace(ASSIGNMENT, files={"table.csv": b"2"})),
        key(replace(ASSIGNMENT, templates=(*ASSIGNMENT.templates, Template("words", ())))),
        key(submitted=Submitted({"shapes.ipynb": b"{ }", "data/own.csv": b"2"})),
        key(submitted=Submitted({"Copy of shapes.ipynb": b"{}", "data/own.csv": b"2"})),
        key(submitted=Submitted({"shapes.ipynb": b"{}", "data/own.csv": Skipped.LINK})),
        key(submitted=Submitted({"shapes.ipynb": b"{}"})),
    ],
)
def test_whatever_can_change_a_mark_changes_the_key(other: str) -> None:
    assert other != key()


def test_a_newly_installed_library_matters_to_files_of_its_name_alone() -> None:
    more = replace(ASSIGNMENT, modules=frozenset({"torch", "own", "einops"}))
    assert key(more) != key()  # own.csv may now be in the way of a library
    assert key(replace(ASSIGNMENT, modules=frozenset({"torch", "einops"}))) == key()


def test_parts_do_not_run_into_each_other() -> None:
    assert key(submitted=Submitted({"a": b"bc"})) != key(submitted=Submitted({"ab": b"c"}))
    assert key(submitted=Submitted({"a": b"1", "b": b""})) != key(submitted=Submitted({"a": b"", "b": b"1"}))
