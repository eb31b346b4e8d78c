"""`course grade` on the small course, with an engine that marks in this process: who is marked when, and what is written."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from nbjudge.batch.command import INTERRUPTED, Options, grade
from nbjudge.record import gradebook as gradebook_room
from tests.nbjudge.batch.engines import PlainEngine, plain
from tests.nbjudge.record.postgres import Server
from tests.nbjudge.record.small_course import ASSIGNMENT, HALF, RIGHT, Rows, release_into, rows, submission_folder

STUDENTS = ("ann", "bob", "cyd", "dan")
HANDED_IN = 7
"""Notebooks that they handed in."""
TRIED = 4
"""Notebooks of the source's own: two, solved and untouched; they are marked before a class, once for each source."""


@pytest.fixture(autouse=True)
def _nothing_marked() -> None:
    PlainEngine.marked.clear()
    PlainEngine.failed_once = False


def run(folder: Path, *students: str, regrade: bool = False, preview: bool = False, workers: int = 2) -> int:
    """Grade; returns the exit status."""
    return grade(Options(ASSIGNMENT, students, workers=workers, regrade=regrade, preview=preview), folder, plain)


def book(folder: Path) -> Rows:
    return rows(f"sqlite:///{folder}/gradebook.db")


def tree(folder: Path) -> Mapping[str, bytes]:
    marked = folder / "marked"
    return {path.relative_to(marked).as_posix(): path.read_bytes() for path in marked.rglob("*") if path.is_file()}


def verdicts(folder: Path, student: str) -> dict[str, str]:
    return {
        path.stem: nbformat.read(path, 4).metadata["grading"]["verdict"]
        for path in (folder / "marked" / ASSIGNMENT / student).glob("*.ipynb")
    }


def test_the_gradebook_is_row_by_row_that_of_nbgrader(stock: Path, fresh: Path) -> None:
    assert run(fresh) == 0
    assert book(fresh) == book(stock)
    assert len(PlainEngine.marked) == TRIED + HANDED_IN
    for student in STUDENTS:
        theirs = {path.name for path in (stock / "marked" / ASSIGNMENT / student).iterdir()}
        ours = {path.name for path in (fresh / "marked" / ASSIGNMENT / student).iterdir()}
        assert ours - theirs <= {"shapes.ipynb"}  # cyd reads in it that it was not handed in
        assert theirs <= ours


def test_what_has_not_changed_is_not_marked_again(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(fresh)
    before, files = book(fresh), tree(fresh)
    PlainEngine.marked.clear()
    assert run(fresh) == 0
    assert PlainEngine.marked == []
    assert (book(fresh), tree(fresh)) == (before, files)
    assert "4 unchanged" in capsys.readouterr().out


def test_a_changed_submission_is_marked_again_and_it_alone(fresh: Path) -> None:
    run(fresh)
    PlainEngine.marked.clear()
    submission_folder(fresh, "bob", RIGHT)
    assert run(fresh) == 0
    assert sorted(PlainEngine.marked) == ["shapes", "words"]
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "bob").score == 5


def test_a_changed_source_marks_everything_again(fresh: Path) -> None:
    run(fresh)
    PlainEngine.marked.clear()
    (fresh / "source" / ASSIGNMENT / "table.csv").write_text("3,4\n")
    run(fresh)
    assert len(PlainEngine.marked) == TRIED + HANDED_IN


def test_a_corrected_check_marks_again_and_an_unrelated_file_does_not(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = tmp_path / "packages" / "checks_of_week_1"
    checks.mkdir(parents=True)
    (checks / "__init__.py").write_text("def is_right(answer):\n    return answer > 0\n")
    monkeypatch.syspath_prepend(checks.parent)
    with (fresh / "nbgrader_config.py").open("a") as file:
        file.write('c.NbJudge.plugins = ["checks_of_week_1"]\n')
    run(fresh)
    assert len(PlainEngine.marked) == TRIED + HANDED_IN
    (checks.parent / "notes.py").write_text("x = 1")
    (fresh / "notes.md").write_text("about the class")
    run(fresh)
    assert len(PlainEngine.marked) == TRIED + HANDED_IN
    assert "4 unchanged" in capsys.readouterr().out
    (checks / "__init__.py").write_text("def is_right(answer):\n    return answer >= 0\n")
    run(fresh)
    assert len(PlainEngine.marked) == 2 * (TRIED + HANDED_IN)
    assert "4 marked now" in capsys.readouterr().out


def test_regrade_marks_everything_again(fresh: Path) -> None:
    run(fresh)
    PlainEngine.marked.clear()
    run(fresh, regrade=True)
    assert len(PlainEngine.marked) == HANDED_IN


def test_a_new_time_of_handing_in_changes_the_penalty_without_marking(fresh: Path) -> None:
    run(fresh)
    PlainEngine.marked.clear()
    (fresh / "handed-in" / ASSIGNMENT / "ann" / "timestamp.txt").write_text("2026-03-01 12:30:00 UTC")
    run(fresh)
    assert PlainEngine.marked == []
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "ann").late_submission_penalty == 1
    assert (fresh / "marked" / ASSIGNMENT / "ann" / "timestamp.txt").read_text().startswith("2026-03-01 12:30:00")


def test_manual_grades_of_unchanged_work_stay_graded(fresh: Path) -> None:
    run(fresh)
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        grade_row = gradebook.find_grade("why", "shapes", ASSIGNMENT, "ann")
        grade_row.manual_score, grade_row.needs_manual_grade = 3, False
        gradebook.db.commit()
    before = book(fresh)
    run(fresh)
    assert book(fresh) == before


def test_a_result_that_the_gradebook_lacks_is_recorded_without_marking(
    stock: Path, fresh: Path, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(fresh)
    shutil.copy(released / "gradebook.db", fresh / "gradebook.db")
    PlainEngine.marked.clear()
    assert run(fresh) == 0
    assert PlainEngine.marked == []
    assert book(fresh) == book(stock)
    assert "4 marked before, recorded now" in capsys.readouterr().out


@pytest.mark.parametrize("wanted", [("bob",), ("b*",), ("bob", "b?b")])
def test_only_the_students_that_are_asked_for(fresh: Path, wanted: tuple[str, ...]) -> None:
    assert run(fresh, *wanted) == 0
    assert [path.name for path in (fresh / "marked" / ASSIGNMENT).iterdir()] == ["bob"]


def test_an_unknown_student_is_told_with_those_that_are_near(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(fresh, "bobb") == 2
    assert "no student 'bobb' handed week-1 in; there are for example: bob" in capsys.readouterr().err
    assert not (fresh / "marked").exists()


def test_an_assignment_that_nobody_handed_in_is_told(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(Options("week-9"), fresh, plain) == 2
    assert "nobody handed week-9 in" in capsys.readouterr().err


def test_excluded_students_are_left_out(fresh: Path) -> None:
    with (fresh / "nbgrader_config.py").open("a") as file:
        file.write('c.CourseDirectory.student_id_exclude = "ann,dan"\n')
    run(fresh)
    assert sorted(path.name for path in (fresh / "marked" / ASSIGNMENT).iterdir()) == ["bob", "cyd"]


def test_settings_that_cannot_be_read_are_told(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (fresh / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.ignore = [\n")
    assert run(fresh) == 2
    assert "settings cannot be read: SyntaxError" in capsys.readouterr().err


def test_every_kind_of_bad_submission_has_an_outcome(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = fresh / "handed-in" / ASSIGNMENT
    (place / "empty").mkdir()
    (place / "file").write_text("not a folder")
    (place / "linked").symlink_to(place / "ann")
    (place / "broken").mkdir()
    (place / "broken" / "shapes.ipynb").write_text('{"cells": [')
    submission_folder(fresh, "slow", RIGHT | {"shout": "# too long"})
    (place / "new\nline").mkdir()
    os.mkdir(os.fsencode(place) + b"/\xff\xfe")
    (place / ("n" * 200)).mkdir()
    submission_folder(fresh, "when", RIGHT, timestamp="the day before yesterday, about noon, I think")
    assert run(fresh) == 1
    said = capsys.readouterr().out
    assert verdicts(fresh, "empty") == {"shapes": "missing", "words": "missing"}
    assert verdicts(fresh, "file") == {"shapes": "missing", "words": "missing"}
    assert verdicts(fresh, "broken") == {"shapes": "unreadable", "words": "missing"}
    assert verdicts(fresh, "slow") == {"shapes": "marked", "words": "timed out"}
    assert said.count("not marked") >= 3
    assert "timestamp.txt holds no time" in said
    assert "\xff" not in said
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        students = {student.id for student in gradebook.students}
        assert {"empty", "file", "broken", "slow", "when", *STUDENTS} <= students
        assert not any("n" * 100 in student or "\n" in student for student in students)
        assert gradebook.find_submission(ASSIGNMENT, "broken").needs_manual_grade
        assert gradebook.find_submission(ASSIGNMENT, "slow").score == 4  # what was passed before keeps its points


def test_a_failed_engine_costs_nobody_else_anything(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submission_folder(fresh, "eve", RIGHT | {"area": "# engine fails always"})
    submission_folder(fresh, "fay", RIGHT | {"shout": f"# engine fails once\n{RIGHT['shout']}"})
    assert run(fresh) == 1
    said = capsys.readouterr()
    assert "the engine failed twice: a fork server ended" in said.out
    assert "not marked: eve" in said.out
    assert not (fresh / "marked" / ASSIGNMENT / "eve").exists()
    assert verdicts(fresh, "fay") == {"shapes": "marked", "words": "marked"}
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "eve").needs_manual_grade
        assert gradebook.find_submission(ASSIGNMENT, "fay").score == 5


def test_what_could_not_be_marked_keeps_its_old_score_and_is_marked_by_the_next_run(fresh: Path) -> None:
    submission_folder(fresh, "bob", RIGHT)
    run(fresh)
    submission_folder(fresh, "bob", HALF | {"area": "# engine fails always"})
    assert run(fresh) == 1
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "bob")
        assert submission.score == 5
        assert all(each.needs_manual_grade for book in submission.notebooks for each in book.grades)
    submission_folder(fresh, "bob", HALF)
    assert run(fresh) == 0
    with Gradebook(f"sqlite:///{fresh}/gradebook.db", "algebra") as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "bob").score == 1


@pytest.fixture
def interrupts() -> Iterator[None]:
    """SIGINT interrupts, as where a terminal is: tests that run in the background are started so that they ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_ctrl_c_leaves_what_is_done_and_the_next_run_goes_on(
    stock: Path, fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = submission_folder(fresh, "cut", RIGHT | {"area": "# interrupts"})
    assert run(fresh, workers=1) == INTERRUPTED
    assert "The same command goes on from there" in capsys.readouterr().out
    shutil.rmtree(bad)
    shutil.rmtree(fresh / "marked" / ASSIGNMENT / "cut", ignore_errors=True)
    assert run(fresh) == 0
    assert {each for each in book(fresh)["grade"] if "cut" not in repr(each)} == set(book(stock)["grade"])


def test_a_full_disk_stops_the_batch_with_a_clear_error(
    fresh: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        assert run(fresh) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert tree(fresh) == {}
    assert book(fresh)["submitted_assignment"] == []
    assert run(fresh) == 0


def test_a_locked_gradebook_loses_no_result(
    stock: Path, fresh: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebook_room, "TRIES", 1)
    other = sqlite3.connect(fresh / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # others may read, nobody may write
    assert run(fresh, workers=1) == 2
    assert "database is locked" in capsys.readouterr().err
    other.execute("ROLLBACK")
    other.close()
    done = len(PlainEngine.marked)
    kept = len(tree(fresh)) > 0
    assert kept
    assert run(fresh) == 0
    assert len(PlainEngine.marked) < done + 7
    assert book(fresh)["grade"] == book(stock)["grade"]


def test_a_gradebook_on_postgresql_gets_the_same_rows(stock: Path, fresh: Path, postgres: Server) -> None:
    url = postgres.database("batch")
    release_into(fresh, url)
    with (fresh / "nbgrader_config.py").open("a") as file:
        file.write(f"c.CourseDirectory.db_url = {url!r}\n")
    before = book(fresh)
    assert run(fresh) == 0
    assert rows(url) == book(stock)
    PlainEngine.marked.clear()
    assert run(fresh) == 0
    assert PlainEngine.marked == []
    assert book(fresh) == before  # the other gradebook is not touched


def test_two_batches_at_once_are_told(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import fcntl

    (fresh / ".grading").mkdir()
    with (fresh / ".grading" / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert run(fresh) == 2
    assert "another run of `grade` is at work" in capsys.readouterr().err
    assert run(fresh) == 0
