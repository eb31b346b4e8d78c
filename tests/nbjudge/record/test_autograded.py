"""A marked submission's notebook says what was found and no better, and its folder is written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata, LimitOutput
from traitlets.config import Config

from nbjudge.job import CellRun, End, Marked
from nbjudge.record import autograded as folders
from nbjudge.record.notebook import METADATA, NOT_REACHED, autograded, report, scores_of
from nbjudge.repair.repair import Repaired
from nbjudge.verdict import VERDICTS, Fix, Verdict
from tests.nbjudge.record.small_course import graded, in_words, solution


def notebook(minor: int = 5) -> NotebookNode:
    cells = [solution("f", "def f(): ..."), graded("f-test", "assert f()", 2), in_words("why", 3)]
    for index, cell in enumerate(cells):
        cell.pop("id")
        if minor >= 5:
            cell["id"] = f"cell-{index}"
    return NotebookNode(nbformat=4, nbformat_minor=minor, metadata=NotebookNode(), cells=cells)


def result(text: str) -> dict[str, object]:
    return {"output_type": "execute_result", "execution_count": 2, "data": {"text/plain": text}, "metadata": {}}


ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": ["AssertionError"]}
WRITTEN = {"output_type": "stream", "name": "stdout", "text": "hello\n"}


def marked(
    *test: dict[str, object], end: End = End.DONE, count: int | None = 2, own: Sequence[object] = (WRITTEN,)
) -> Marked:
    return Marked((CellRun(list(own), 1), CellRun(list(test), count), CellRun()), end)  # type: ignore[arg-type]


def made(run: Marked | None, **more: object) -> NotebookNode:
    return autograded(Repaired(notebook(), **more), run, key="k")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outputs", "points"),
    [
        ((), 2),
        ((result("1.25"),), 1.25),
        ((result("0"),), 0),
        ((result("True"),), 2),  # nbgrader's rule: what is no number is full marks
        ((ERROR,), 0),
        ((result("nan"),), 0),
        ((result("inf"),), 0),
        ((result("-1"),), 0),
        ((result("2.5"),), 0),
        ((result(""),), 0),
        ((WRITTEN, result("0.5")), 0.5),
    ],
)
def test_a_test_cell_is_worth_what_its_last_line_says_within_its_points(
    outputs: tuple[dict[str, object], ...], points: float
) -> None:
    assert scores_of(made(marked(*outputs))).scores == {"f-test": points, "why": None}


@pytest.mark.parametrize("end", [End.TIMED_OUT, End.CRASHED, End.OUT_OF_MEMORY, End.DONE])
def test_a_test_cell_that_was_not_reached_earns_nothing(end: End) -> None:
    book = made(marked(end=end, count=None))
    assert scores_of(book).scores["f-test"] == 0
    assert NOT_REACHED in str(book.cells)


def test_cells_passed_before_the_end_keep_their_points() -> None:
    book = made(marked(end=End.TIMED_OUT))
    assert scores_of(book).scores["f-test"] == 2
    assert book.metadata[METADATA]["verdict"] == "timed out"
    assert VERDICTS[Verdict.TIMED_OUT] in book.cells[0].source


@pytest.mark.parametrize("verdict", [Verdict.MISSING, Verdict.UNREADABLE])
def test_without_a_notebook_everything_is_zero(verdict: Verdict) -> None:
    found = scores_of(made(None, verdict=verdict))
    assert found.verdict is verdict
    assert found.scores == {"f-test": 0, "why": 0}
    assert set(found.comments.values()) == {None}


@pytest.mark.parametrize("minor", [0, 4, 5])
def test_the_notebook_is_valid_and_tells_the_fixes_on_top(minor: int) -> None:
    repaired = Repaired(notebook(minor), (Fix("duplicate-cell", "A cell was there twice."), Fix("link", "No links.")))
    before = str(repaired.notebook)
    book = autograded(repaired, marked(), key="k")
    assert str(repaired.notebook) == before
    nbformat.validate(book)
    MetadataValidator().validate_nb(book)
    CheckCellMetadata().preprocess(book, {})
    assert "- A cell was there twice.\n- No links." in book.cells[0].source
    assert "nbgrader" not in book.cells[0].metadata
    assert book.metadata[METADATA] == {
        "key": "k",
        "verdict": "marked with mends",
        "mends": ["duplicate-cell", "link"],
        "engine": "1",
    }
    assert [cell.source for cell in book.cells[1:]] == [cell.source for cell in repaired.notebook.cells]
    assert nbformat.reads(folders.content_of(book).decode(), 4) == book


def test_nothing_is_said_of_a_notebook_that_was_as_it_should_be() -> None:
    assert len(made(marked()).cells) == 3
    assert report(Verdict.MARKED, []) == ""


def test_what_is_no_output_is_removed() -> None:
    book = made(marked(own=[WRITTEN, {"output_type": "stream", "name": 3}]))
    nbformat.validate(book)
    assert book.cells[0].outputs[0].text == "hello\n"
    assert [output.output_type for output in book.cells[0].outputs] == ["stream", "stream"]
    assert scores_of(book).scores["f-test"] == 2


def test_long_outputs_are_cut_as_the_course_says() -> None:
    lines = {"output_type": "stream", "name": "stdout", "text": "line\n" * 5000}
    limit = LimitOutput(config=Config({"LimitOutput": {"max_lines": 10}}))
    book = autograded(Repaired(notebook()), marked(own=[lines]), key="k", limit=limit)
    assert book.cells[0].outputs[0].text.count("\n") < 11


def test_runs_that_do_not_fit_the_notebook_are_refused() -> None:
    with pytest.raises(ValueError, match="2 runs for a notebook of 3 cells"):
        made(Marked((CellRun(), CellRun()), End.DONE))


def place(root: Path, config: Config | None = None) -> folders.Folders:
    config = config or Config()
    return folders.Folders(CourseDirectory(config=config, root=str(root)), config)


FILES = {"a.ipynb": b"{}", "data/table.csv": b"1,2\n", "timestamp.txt": b"2026-03-01 12:00:00 UTC"}


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_holds_the_files_and_nothing_else(tmp_path: Path) -> None:
    there = place(tmp_path)
    folder = there.autograded("ann", "week-1")
    assert folder == tmp_path / "autograded" / "ann" / "week-1"
    there.write(folder, FILES | {"left.txt": b""})
    there.write(folder, FILES)
    assert tree(tmp_path / "autograded") == {f"ann/week-1/{name}": content for name, content in FILES.items()}
    assert stat.S_IMODE((folder / "a.ipynb").stat().st_mode) == 0o444


def test_permissions_are_those_of_the_courses_settings(tmp_path: Path) -> None:
    shared = place(tmp_path, Config({"CourseDirectory": {"groupshared": True}}))
    shared.write(shared.autograded("ann", "week-1"), FILES)
    assert stat.S_IMODE((tmp_path / "autograded/ann/week-1/data/table.csv").stat().st_mode) == 0o664
    for name in ("ann", "ann/week-1", "ann/week-1/data"):
        assert (tmp_path / "autograded" / name).stat().st_mode & 0o2770 == 0o2770
    own = place(tmp_path, Config({"Autograde": {"permissions": 640}}))
    own.write(own.autograded("bob", "week-1"), FILES)
    assert stat.S_IMODE((tmp_path / "autograded/bob/week-1/a.ipynb").stat().st_mode) == 0o640


def test_a_failure_leaves_the_old_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = place(tmp_path)
    folder = there.autograded("ann", "week-1")
    there.write(folder, FILES)

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            there.write(folder, {"a.ipynb": b"new"})
    assert tree(folder) == FILES
    assert os.listdir(folder.parent) == ["week-1"]


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", ""])
def test_no_file_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    there = place(tmp_path)
    with pytest.raises(ValueError, match="no path inside"):
        there.write(there.autograded("ann", "week-1"), {"a.ipynb": b"", name: b""})
    assert not (tmp_path / "autograded").exists()


def test_what_a_killed_run_left_is_removed_and_the_old_folder_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "ann" / "week-1"
    place(tmp_path).write(folder, FILES)
    half = folders._beside(folder, "new")
    half.mkdir()
    (half / "a.ipynb").write_bytes(b"half")
    folder.rename(folders._beside(folder, "old"))  # killed between the two renamings
    folders.clean_up(folder)
    assert tree(folder) == FILES
    assert os.listdir(folder.parent) == ["week-1"]


def test_only_notebooks_that_carry_a_key_are_read_back(tmp_path: Path) -> None:
    book = made(marked())
    place(tmp_path).write(
        tmp_path / "x", {"f.ipynb": folders.content_of(book), "stock.ipynb": b'{"metadata": {}}', "bad.ipynb": b"[1"}
    )
    assert list(folders.read(tmp_path / "x")) == ["f"]
    assert scores_of(folders.read(tmp_path / "x")["f"]) == scores_of(book)
    assert folders.read(tmp_path / "nowhere") == {}
