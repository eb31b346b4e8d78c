"""The command `course`: what it says, what it writes, and its exit codes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

import nbjudge.cli
from course import cli
from nbjudge.files import CONFIG_FILE, write_whole
from tests.lessons import ROOT

RELEASED = Path("release", "en", "00-start", "start.ipynb")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder with one assignment, and the process in it."""
    shutil.copy(ROOT / CONFIG_FILE, tmp_path)
    shutil.copytree(ROOT / "source" / "00-start", tmp_path / "source" / "00-start")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for command in ("release", "outputs", "grade"):
        assert command in said


@pytest.mark.parametrize("main", [cli.main, nbjudge.cli.main])
def test_both_commands_tell_their_version(main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.split()[1] == version("conv-course")


def test_course_grade_is_nbjudge_grade(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for program, main in (("course", cli.main), ("nbjudge", nbjudge.cli.main)):
        with pytest.raises(SystemExit):
            main(["grade", "--help"])
        said.append(" ".join(capsys.readouterr().out.replace(f"usage: {program} ", "usage: ").split()))
    assert said[0] == said[1]


@pytest.mark.parametrize(("program", "main"), [("course", cli.main), ("nbjudge", nbjudge.cli.main)])
def test_grading_says_by_its_own_name_why_it_cannot_start(
    program: str,
    main: Callable[[list[str]], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "00-start", "--no-sandbox"]) == 2
    assert capsys.readouterr().err.startswith(f"{program}: nobody handed 00-start in")


def test_a_release_is_written_once_and_then_up_to_date(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["release", "--check"]) == 1
    assert f"missing    {RELEASED}" in capsys.readouterr().out
    assert not (course / "release").exists()
    assert cli.main(["release"]) == 0
    assert f"new        {RELEASED}" in capsys.readouterr().out
    assert cli.main(["release", "--check"]) == 0
    assert "up to date" in capsys.readouterr().out
    assert not (course / "gradebook.db").exists()


def test_a_check_lists_what_differs_and_what_is_left_over(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["release"])
    (course / RELEASED).write_text("edited")
    old = course / "release" / "en" / "99-old" / "old.ipynb"
    old.parent.mkdir()
    old.write_text("{}")
    capsys.readouterr()
    assert cli.main(["release", "--check"]) == 1
    said = capsys.readouterr().out
    assert f"differs    {RELEASED}" in said
    assert "left over  release/en/99-old/old.ipynb" in said
    assert cli.main(["release"]) == 0
    assert not old.exists()
    assert cli.main(["release", "--check"]) == 0


def test_a_notebook_that_nbgrader_refuses_leaves_everything_as_it_was(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["release"])
    before = (course / RELEASED).read_bytes()
    source = course / "source" / "00-start" / "start.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("### END SOLUTION", ""), encoding="utf-8")
    assert cli.main(["release"]) == 2
    assert "no end solution statement found" in capsys.readouterr().err
    assert (course / RELEASED).read_bytes() == before


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("command", ["release", "outputs"])
def test_an_unknown_assignment_is_answered_with_the_known_ones(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, "00-strat"]) == 2
    assert capsys.readouterr().err == "course: no assignment 00-strat; there are: 00-start\n"


def test_outside_a_course_folder_it_says_where_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "source" / "00-start", tmp_path / "source" / "00-start")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["release"]) == 2
    assert "run this in the course's folder" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_whole_is_not_written_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: str, target: Path) -> None:
        raise OSError("no space left")

    path = tmp_path / "kept.txt"
    path.write_text("old")
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="no space left"):
        write_whole(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
