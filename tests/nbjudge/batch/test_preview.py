"""A preview shows what a run would change and writes nothing; the next run takes its results."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.nbjudge.batch.engines import PlainEngine
from tests.nbjudge.batch.test_coordinator import _nothing_marked, book, run, tree
from tests.nbjudge.record.small_course import ASSIGNMENT, HALF, RIGHT, submission_folder

__all__ = ["_nothing_marked"]


def test_a_first_preview_writes_nothing_and_its_results_are_taken_over(
    stock: Path, fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book(fresh)
    assert run(fresh, preview=True) == 0
    assert book(fresh) == before
    assert not (fresh / "marked").exists()
    assert "nbjudge grade week-1" in capsys.readouterr().out
    PlainEngine.marked.clear()
    assert run(fresh) == 0
    assert PlainEngine.marked == []
    assert book(fresh) == book(stock)
    assert "4 taken from the preview" in capsys.readouterr().out
    left = sorted(path.name for path in (fresh / ".grading").iterdir() if not path.name.endswith(".try.json"))
    assert left == [".gitignore", "lock"]


def test_a_regrade_shows_its_differences_first(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(fresh)
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:  # as if another engine had marked it
        gradebook.find_grade("area-test", "shapes", ASSIGNMENT, "ann").auto_score = 1
        manual = gradebook.find_grade("double-test", "shapes", ASSIGNMENT, "bob")
        manual.auto_score, manual.manual_score, manual.needs_manual_grade = 0, 2, False
        gradebook.db.commit()
    before, files = book(fresh), tree(fresh)
    capsys.readouterr()
    assert run(fresh, regrade=True, preview=True) == 0
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["ann", "shapes/area-test", "1", "2"] in table
    assert ["ann", "total", "4", "5"] in table
    assert [
        "bob",
        "shapes/double-test",
        "0",
        "1",
        "its",
        "manual",
        "score",
        "stays,",
        "and",
        "asks",
        "for",
        "another",
        "look",
    ] in table
    assert not any(line[:2] in (["bob", "total"], ["dan", "total"]) for line in table)
    assert (book(fresh), tree(fresh)) == (before, files)
    PlainEngine.marked.clear()
    assert run(fresh, regrade=True) == 0
    assert PlainEngine.marked == []
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        assert gradebook.find_grade("area-test", "shapes", ASSIGNMENT, "ann").auto_score == 2
        assert gradebook.find_grade("double-test", "shapes", ASSIGNMENT, "bob").needs_manual_grade


def test_a_changed_verdict_is_shown(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(fresh)
    submission_folder(fresh, "ann", RIGHT | {"shout": "# too long"})
    capsys.readouterr()
    assert run(fresh, preview=True) == 0
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["ann", "verdict", "marked", "timed", "out"] in table
    assert ["ann", "words/shout-test", "1", "0"] in table
    assert not any(line[:1] == ["bob"] and "verdict" in line for line in table)


def test_a_preview_of_what_has_changed_since_is_not_taken(fresh: Path) -> None:
    run(fresh, preview=True)
    submission_folder(fresh, "ann", HALF)
    PlainEngine.marked.clear()
    run(fresh)
    assert sorted(PlainEngine.marked) == ["shapes", "words"]


def test_nothing_to_change_is_said(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(fresh)
    capsys.readouterr()
    assert run(fresh, regrade=True, preview=True) == 0
    assert "Nothing would change" in capsys.readouterr().out
