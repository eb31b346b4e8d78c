"""`nbjudge grade` with the real engine, on a course that is not ours: the same gradebook as `nbgrader autograde`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde

from course.authoring.release import run_step
from nbjudge.files import read_config
from nbjudge.sandbox.choose import SandboxUnavailable, choose_sandbox
from tests.nbjudge.batch.test_coordinator import book, verdicts
from tests.nbjudge.record.small_course import ASSIGNMENT, RIGHT, submission_folder

ROOT = Path(__file__).resolve().parents[3]


def sandbox() -> list[str]:
    """What to add where no sandbox is possible."""
    try:
        choose_sandbox()
    except SandboxUnavailable:
        return ["--no-sandbox"]
    return []


def nbjudge(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a course's folder, as an instructor does."""
    return subprocess.run(
        [sys.executable, "-m", "nbjudge", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def test_another_course_gets_the_same_gradebook_as_from_nbgrader(stock: Path, fresh: Path) -> None:
    readme = fresh / "marked" / "README.md"
    readme.parent.mkdir()
    readme.write_text("What lies here.")
    ran = nbjudge(fresh, "grade", ASSIGNMENT, "--workers", "2", *sandbox())
    assert ran.returncode == 0, ran.stderr
    assert book(fresh) == book(stock)
    assert readme.exists()
    assert "3 marked, 1 missing" in ran.stdout
    assert "next: nbgrader generate_feedback week-1" in ran.stdout
    again = nbjudge(fresh, "grade", ASSIGNMENT)
    assert "4 unchanged" in again.stdout
    assert book(fresh) == book(stock)


def test_a_notebook_that_runs_too_long_keeps_what_it_had_passed(fresh: Path) -> None:
    with (fresh / "nbgrader_config.py").open("a") as file:
        file.write("c.Execute.timeout = 5\n")
    endless = "import time\nwhile True:\n    try:\n        time.sleep(1000)\n    except BaseException: pass"
    submission_folder(fresh, "ann", RIGHT | {"double": endless})
    ran = nbjudge(fresh, "grade", ASSIGNMENT, "--student", "ann", *sandbox())
    assert ran.returncode == 0, ran.stderr
    assert verdicts(fresh, "ann") == {"shapes": "timed out", "words": "marked"}
    assert "shapes: " in ran.stdout  # how it ended, for the instructor
    points = {row["cell_id"][0]: row["auto_score"] for row in map(dict, book(fresh)["grade"])}
    assert (points["area-test"], points["double-test"], points["shout-test"]) == (2, 0, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "week-1", "--workers", "0"], "'0' is no number of workers"),
        (["grade", "week-1", "--workers", "2", "--scheduler", "tcp://x:1"], "not allowed with"),
        (["grade"], "the following arguments are required: ASSIGNMENT"),
        (["grade", "week-1", "--student", "zoe"], "no student 'zoe'"),
    ],
)
def test_what_cannot_start_says_why(fresh: Path, arguments: list[str], said: str) -> None:
    ran = nbjudge(fresh, *arguments)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def _listen_to_interrupts() -> None:
    """As a program that a terminal starts: whoever runs these tests in the background ignores SIGINT, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("ending", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.soak)])
def test_a_run_that_is_ended_leaves_no_process_and_the_next_one_goes_on(stock: Path, fresh: Path, ending: int) -> None:
    with (fresh / "nbgrader_config.py").open("a") as file:
        file.write("c.Execute.timeout = 3600\n")
    place = submission_folder(
        fresh, "ada", RIGHT | {"area": "while True: pass"}
    )  # the first in the row, and never done
    with subprocess.Popen(
        [sys.executable, "-m", "nbjudge", "grade", ASSIGNMENT, "--workers", "2", *sandbox()],
        cwd=fresh,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        preexec_fn=_listen_to_interrupts,
    ) as running:
        assert running.stdout is not None
        assert "marked" in running.stdout.readline()
        family = psutil.Process(running.pid).children(recursive=True)
        assert family
        if ending == signal.SIGINT:
            os.killpg(running.pid, ending)  # as a terminal does
        else:
            os.kill(running.pid, ending)
        said, errors = running.communicate(timeout=120)
    _gone, alive = psutil.wait_procs(family, timeout=600)
    assert alive == []
    if ending == signal.SIGINT:
        assert running.returncode == 130
        assert "The same command goes on from there" in said
        assert "Traceback" not in errors
    shutil.rmtree(place)
    again = nbjudge(fresh, "grade", ASSIGNMENT, *sandbox())
    assert again.returncode == 0, again.stderr
    rows = {name: [row for row in found if "ada" not in repr(row)] for name, found in book(fresh).items()}
    assert rows == book(stock)


# -- nbgrader's own commands, with our marking


def ours(folder: Path) -> None:
    """The lines of nbjudge.nbgrader_preprocessors in the course's settings."""
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(
            'c.Autograde.sanitize_preprocessors = ["nbjudge.nbgrader_preprocessors.Repair"]\n'
            "c.Autograde.autograde_preprocessors = [\n"
            '    "nbjudge.nbgrader_preprocessors.Mark",\n'
            '    "nbgrader.preprocessors.SaveAutoGrades",\n'
            '    "nbgrader.preprocessors.AssignLatePenalties",\n'
            '    "nbgrader.preprocessors.CheckCellMetadata",\n'
            "]\n"
        )
        if sandbox():
            file.write("c.Mark.sandbox = False\n")


def test_nbgrader_autograde_with_our_marking_gives_the_same_gradebook(stock: Path, fresh: Path) -> None:
    ours(fresh)
    run_step(Autograde, fresh, read_config(fresh), ASSIGNMENT)
    assert book(fresh) == book(stock)
    assert verdicts(fresh, "ann") == {"shapes": "marked", "words": "marked"}
    again = nbjudge(fresh, "grade", ASSIGNMENT, "--student", "ann", "--student", "bob", "--student", "dan")
    assert "3 unchanged" in again.stdout, again.stderr  # one marking, whoever starts it


def test_formgraders_button_uses_our_marking_and_no_link_comes_through(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the grades of the others")
    place = fresh / "handed-in" / ASSIGNMENT / "ann"
    (place / "stolen.txt").symlink_to(secret)
    (place / "data").mkdir()
    (place / "data" / "stolen.csv").symlink_to(secret)
    (place / "own.txt").write_text("my own")
    ours(fresh)
    monkeypatch.chdir(fresh)
    done = NbGraderAPI(config=read_config(fresh)).autograde(ASSIGNMENT, "ann")
    assert done["success"], done
    marked = fresh / "marked" / ASSIGNMENT / "ann"
    files = {path.relative_to(marked).as_posix() for path in marked.rglob("*") if path.is_file()}
    assert files == {"shapes.ipynb", "words.ipynb", "table.csv", "own.txt", "timestamp.txt"}
    assert not any("the grades of the others" in path.read_text() for path in marked.rglob("*") if path.is_file())
    assert verdicts(fresh, "ann") == {"shapes": "marked with mends", "words": "marked with mends"}
