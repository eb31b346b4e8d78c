"""The gradebook after our recording is row by row that of `nbgrader autograde`, and a failure leaves it as it was."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Grade, Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from sqlalchemy import event

from course.authoring.release import run_step
from nbjudge.files import read_config
from nbjudge.record.gradebook import GradebookError, Recorder
from nbjudge.record.notebook import NotebookScores, scores_of
from nbjudge.verdict import Verdict
from tests.nbjudge.record.postgres import Server
from tests.nbjudge.record.small_course import ASSIGNMENT, NOTEBOOKS, release_into, rows

STUDENTS = ("ann", "bob", "cyd", "dan")


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/gradebook.db"


def recorder(folder: Path, url: str = "", **options: object) -> Recorder:
    config = read_config(folder)
    if url:
        config.CourseDirectory.db_url = url
    return Recorder(CourseDirectory(config=config, root=str(folder)), config, ASSIGNMENT, **options)  # type: ignore[arg-type]


def marked_by(folder: Path, student: str) -> tuple[dict[str, NotebookScores], datetime | None]:
    """What a course folder's autograded notebooks of a student are worth, and when they were handed in."""
    place = folder / "marked" / ASSIGNMENT / student
    time = place / "timestamp.txt"
    return (
        {path.stem: scores_of(nbformat.read(path, 4), Verdict.MARKED) for path in place.glob("*.ipynb")},
        parse_utc(time.read_text()) if time.exists() else None,
    )


def record_all(book: Recorder, stock: Path) -> None:
    for student in STUDENTS:
        book.record(student, *marked_by(stock, student))


def test_the_rows_are_those_of_nbgrader(stock: Path, fresh: Path) -> None:
    with recorder(fresh) as book:
        record_all(book, stock)
    assert rows(address(fresh)) == rows(address(stock))


def test_recording_twice_changes_nothing(stock: Path, fresh: Path) -> None:
    with recorder(fresh) as book:
        record_all(book, stock)
        once = rows(address(fresh))
        record_all(book, stock)
    assert rows(address(fresh)) == once


def test_late_work_loses_what_the_courses_plugin_says(stock: Path, fresh: Path) -> None:
    with recorder(fresh) as book:
        record_all(book, stock)
    with Gradebook(address(fresh), "algebra") as gradebook:
        ann = {
            each.name: each.late_submission_penalty for each in gradebook.find_submission(ASSIGNMENT, "ann").notebooks
        }
    assert ann == {"shapes": 1.5, "words": 1.0}  # an hour and a half; no more than the notebook's score


def test_manual_grades_stay_and_ask_for_another_look(stock: Path, fresh: Path, tmp_path: Path) -> None:
    """The same hand-in marked again after a person has graded it, by nbgrader and by us."""
    theirs = tmp_path / "theirs"
    shutil.copytree(stock, theirs)
    with recorder(fresh) as book:
        record_all(book, stock)
    for folder in (theirs, fresh):
        with Gradebook(address(folder), "algebra") as gradebook:
            for cell, notebook in (("why", "shapes"), ("area-test", "shapes"), ("draw", "words")):
                grade = gradebook.find_grade(cell, notebook, ASSIGNMENT, "ann")
                grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.25, False
            gradebook.find_comment("why", "shapes", ASSIGNMENT, "ann").manual_comment = "Why indeed."
            gradebook.db.commit()
    config = read_config(theirs)
    config.Autograde.force = True
    run_step(Autograde, theirs, config, ASSIGNMENT, "ann")
    with recorder(fresh) as book:
        totals = book.record("ann", *marked_by(theirs, "ann"))
    assert rows(address(fresh)) == rows(address(theirs))
    assert (totals.score, totals.max_score, totals.to_read) == (1.75 + 2 + 1.75 + 1 + 1.75, 13, True)


def test_a_cell_that_is_gone_keeps_no_old_score(stock: Path, fresh: Path) -> None:
    found, time = marked_by(stock, "ann")
    with recorder(fresh) as book:
        book.record("ann", found, time)
        scores = {name: points for name, points in found["shapes"].scores.items() if name != "area-test"}
        book.record("ann", found | {"shapes": NotebookScores(Verdict.MARKED, scores, {})}, time)
        assert book.recorded_scores()["ann"].scores["shapes", "area-test"] is None


def test_a_notebook_that_comes_back_is_read_again(stock: Path, fresh: Path) -> None:
    found, time = marked_by(stock, "ann")
    with recorder(fresh) as book:
        book.record("ann", {"shapes": found["shapes"]}, time)
        assert book.recorded_scores()["ann"].scores["words", "draw"] == 0
        totals = book.record("ann", found, time)
        assert book.recorded_scores()["ann"].scores["words", "draw"] is None
    assert totals.to_read


def test_what_could_not_be_marked_keeps_its_scores_and_asks_for_a_look(stock: Path, fresh: Path) -> None:
    found, _time = marked_by(stock, "dan")
    with recorder(fresh) as book:
        book.record("dan", found, None)
        before = book.recorded_scores()["dan"].scores
        totals = book.ask_for_review("dan")
        assert book.recorded_scores()["dan"].scores == before
        assert totals.to_read
        assert book.ask_for_review("eve").to_read  # who has no row yet gets one
        assert set(book.recorded_scores()["eve"].scores.values()) == {None}


def test_an_unreadable_notebook_earns_nothing_until_a_person_has_looked(fresh: Path) -> None:
    with recorder(fresh) as book:
        unreadable = NotebookScores(Verdict.UNREADABLE, {"area-test": 0.0, "double-test": 0.0, "why": 0.0}, {})
        totals = book.record("ann", {"shapes": unreadable})
    assert (totals.score, totals.to_read) == (0, True)


def test_a_new_time_or_extension_changes_the_penalty_alone(stock: Path, fresh: Path) -> None:
    found, _time = marked_by(stock, "ann")
    with recorder(fresh) as book:
        book.record("ann", found, datetime(2026, 3, 1, 12, 30))
        with Gradebook(address(fresh), "algebra") as gradebook:
            grade = gradebook.find_grade("why", "shapes", ASSIGNMENT, "ann")
            grade.manual_score, grade.needs_manual_grade = 3, False
            gradebook.db.commit()
        book.refresh("ann", datetime(2026, 3, 1, 13, 0))
        with Gradebook(address(fresh), "algebra") as gradebook:
            submission = gradebook.find_submission(ASSIGNMENT, "ann")
            assert submission.timestamp == datetime(2026, 3, 1, 13, 0)
            assert submission.late_submission_penalty == 2
            assert not gradebook.find_grade("why", "shapes", ASSIGNMENT, "ann").needs_manual_grade
            gradebook.grant_extension(ASSIGNMENT, "ann", hours=2)
        assert book.recorded_scores()["ann"].penalties
        book.refresh("ann")
        assert not book.recorded_scores()["ann"].penalties


def test_formgrader_shows_what_it_shows_after_nbgrader(
    stock: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorder(fresh) as book:
        record_all(book, stock)
    shutil.copytree(stock / "marked", fresh / "marked")
    shown = []
    for folder in (stock, fresh):
        monkeypatch.chdir(folder)
        api = NbGraderAPI(config=read_config(folder))
        pages = [api.get_assignment(ASSIGNMENT), *api.get_submissions(ASSIGNMENT), *api.get_students()]
        pages += [each for name in NOTEBOOKS for each in api.get_notebook_submissions(ASSIGNMENT, name)]
        pages += [each for student in STUDENTS for each in api.get_student_submissions(student)]
        for page in pages:
            page.pop("id", None)  # drawn at random, and the index goes by it
            page.pop("index", None)
        shown.append(sorted(pages, key=repr))
    assert shown[0] == shown[1]
    assert {each["autograded"] for each in shown[1] if "autograded" in each} == {True}


def test_a_locked_database_is_tried_again(stock: Path, fresh: Path) -> None:
    waits: list[float] = []
    with sqlite3.connect(fresh / "gradebook.db", isolation_level=None) as other:

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                other.execute("ROLLBACK")

        with recorder(fresh, f"{address(fresh)}?timeout=0.01", wait=wait) as book:
            other.execute("BEGIN EXCLUSIVE")
            book.record("ann", *marked_by(stock, "ann"))
            assert len(waits) == 2
            assert book.recorded_scores()["ann"].scores["shapes", "area-test"] == 2
    other.close()


def test_a_database_that_stays_locked_is_a_clear_error_and_nothing_is_written(stock: Path, fresh: Path) -> None:
    before = rows(address(fresh))
    other = sqlite3.connect(fresh / "gradebook.db", isolation_level=None)
    with recorder(fresh, f"{address(fresh)}?timeout=0.01", wait=lambda seconds: None, tries=3) as book:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookError, match=r"tried 3 times.*locked"):
            book.record("ann", *marked_by(stock, "ann"))
        other.execute("ROLLBACK")
        other.close()
        assert rows(address(fresh)) == before
        book.record("ann", *marked_by(stock, "ann"))  # the same recorder goes on


def test_a_full_disk_rolls_the_whole_submission_back(stock: Path, fresh: Path) -> None:
    before = rows(address(fresh))
    with recorder(fresh) as book:

        @event.listens_for(book._gradebook.engine, "connect")
        def no_page_more(connection: sqlite3.Connection, record: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

        book._gradebook.engine.dispose()
        work = marked_by(stock, "ann")
        with pytest.raises(GradebookError, match="full"):
            all(book.record(f"student {number}", *work) for number in range(500))
        written = len(book.recorded_scores())
    after = rows(address(fresh))
    assert (
        len(after["submitted_assignment"]) == written == len(after["submitted_notebook"]) / 2 == len(after["grade"]) / 6
    )
    assert len(after["student"]) == written + len(before["student"])


def test_a_plugin_that_raises_leaves_the_rows_as_they_were(stock: Path, fresh: Path) -> None:
    (fresh / "raising_penalty.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\nclass Raises(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n        return 1 / 0\n"
    )
    config = read_config(fresh)
    config.AssignLatePenalties.plugin_class = "raising_penalty.Raises"
    before = rows(address(fresh))
    with Recorder(CourseDirectory(config=config, root=str(fresh)), config, ASSIGNMENT) as book:
        work = marked_by(stock, "ann")
        with pytest.raises(ZeroDivisionError):
            book.record("ann", *work)
        assert rows(address(fresh)) == before


def test_what_is_not_in_the_gradebook_is_told(fresh: Path, tmp_path: Path) -> None:
    config = read_config(fresh)
    course = CourseDirectory(config=config, root=str(fresh))
    with pytest.raises(GradebookError, match=r"no assignment 'week-9'.*generate_assignment week-9 --force"):
        Recorder(course, config, "week-9")
    nowhere = CourseDirectory(config=config, root=str(tmp_path / "nowhere"))
    with pytest.raises(GradebookError, match="there is no gradebook"):
        Recorder(nowhere, config, ASSIGNMENT)
    assert not (tmp_path / "nowhere").exists()


def test_no_student_is_made_where_the_course_forbids_it(stock: Path, fresh: Path) -> None:
    config = read_config(fresh)
    config.Autograde.create_student = False
    with Recorder(CourseDirectory(config=config, root=str(fresh)), config, ASSIGNMENT) as book:
        book.record("ann", *marked_by(stock, "ann"))
        with pytest.raises(GradebookError, match="no student 'bob'"):
            book.record("bob", *marked_by(stock, "bob"))
        assert set(book.recorded_scores()) == {"ann"}


def test_a_submission_costs_the_same_few_statements_whatever_its_cells(stock: Path, fresh: Path) -> None:
    statements: list[str] = []
    with recorder(fresh) as book:
        event.listen(
            book._gradebook.engine,
            "before_cursor_execute",
            lambda c, cursor, statement, *rest: statements.append(statement),
        )
        book.record("ann", *marked_by(stock, "ann"))
        first = len(statements)
        book.record("ann", *marked_by(stock, "ann"))
    assert first <= 7  # look for it and the student, then one insert for each table, and their penalties
    assert len(statements) - first <= 5  # look for it, its notebooks, grades and comments


def test_postgresql_holds_the_same_rows(stock: Path, fresh: Path, postgres: Server) -> None:
    url = postgres.database("same_rows")
    release_into(fresh, url)
    with recorder(fresh, url) as book:
        record_all(book, stock)
    assert rows(url) == rows(address(stock))


def test_two_who_make_the_same_student_at_once_do_not_collide(stock: Path, fresh: Path, postgres: Server) -> None:
    """Another process adds the student between our look and our insert."""
    url = postgres.database("at_once")
    release_into(fresh, url)
    waits: list[float] = []
    with recorder(fresh, url, wait=waits.append) as book, Gradebook(url, "algebra") as other:

        def meanwhile(session: object, context: object, instances: object) -> None:
            if not waits and not other.db.query(Grade).count():
                other.update_or_create_student("bob")

        event.listen(book._session, "before_flush", meanwhile)
        book.record("bob", *marked_by(stock, "bob"))
        assert len(waits) == 1
        assert book.recorded_scores()["bob"].scores["shapes", "double-test"] == 1
