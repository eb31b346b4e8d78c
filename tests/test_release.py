"""Student notebooks: built twice the same, what is committed is what source gives, and nothing hidden gets out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from course.authoring import release
from course.authoring.release import choose_assignments
from course.authoring.student_notebook import Published
from course.exercises.catalogue import LESSONS, exercises
from nbjudge.files import CONFIG_FILE, read_config
from tests import lessons

ASSIGNMENTS = choose_assignments(lessons.ROOT, [])
REGION = re.compile(r"^.*### BEGIN (SOLUTION|HIDDEN TESTS).*\n((?:.*\n)*?).*### END \1.*$", flags=re.MULTILINE)
PUBLISHED = read_config(lessons.ROOT).Published


@cache
def built() -> dict[Path, bytes]:
    return release.build(lessons.ROOT, ASSIGNMENTS)


def released(assignment: str) -> NotebookNode:
    path = Path("release", "en", assignment, f"{LESSONS[assignment]}.ipynb")
    return nbformat.reads(built()[path].decode(), as_version=4)


def test_the_same_source_gives_the_same_bytes() -> None:
    assert release.build(lessons.ROOT, ASSIGNMENTS) == built()


def test_what_is_committed_is_what_the_source_gives() -> None:
    found = release.changes(lessons.ROOT, built(), ASSIGNMENTS)
    assert not found, f"{found}: run `course release` and commit what it writes"


def test_every_lesson_is_released_as_one_notebook() -> None:
    assert sorted(built()) == [Path("release", "en", each, f"{LESSONS[each]}.ipynb") for each in ASSIGNMENTS]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_line_of_a_solution_or_a_hidden_test_gets_out(assignment: str) -> None:
    secret, visible = set[str](), set[str]()
    for cell in lessons.source(assignment).cells:
        regions = [match[2] for match in REGION.finditer(cell.source)]
        secret |= lines("\n".join(regions))
        visible |= lines(REGION.sub("", cell.source))  # with the model answers, which students may unfold
    assert secret
    shown = lines("\n".join(cell.source for cell in released(assignment).cells))
    assert not (secret - visible) & shown


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_student_notebook_holds_no_mark_of_hidden_parts_no_output_and_no_open_place(assignment: str) -> None:
    notebook = released(assignment)
    text = nbformat.writes(notebook)
    for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TEST", "{{"):
        assert mark not in text
    assert notebook.metadata.keys() == {"course", "kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_has_its_stub_and_its_test_cells(assignment: str) -> None:
    graded = {cell.metadata.nbgrader.grade_id: cell for cell in released(assignment).cells if graded_id(cell)}
    for exercise in exercises(assignment):
        assert "raise NotImplementedError" in graded[exercise.id].source
        tests = [graded[graded_id(cell)] for cell in lessons.test_cells(assignment, exercise.id)]
        assert tests
        for cell in tests:
            assert cell.metadata.nbgrader.points > 0
            assert cell.metadata.editable is False
            assert cell.source.strip()
    words = graded[f"{assignment}-why"]
    assert words.metadata.nbgrader.points > 0
    assert words.source == read_config(lessons.ROOT).ClearSolutions.text_stub


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_cells_are_those_of_the_source_below_the_badge_and_the_set_up(assignment: str) -> None:
    badge, setup, *rest = released(assignment).cells
    own = [cell for cell in rest if not cell.id.endswith("-model-answer")]
    assert [cell.id for cell in own] == [cell.id for cell in lessons.source(assignment).cells]
    ids = [badge.id, setup.id, *(cell.id for cell in rest)]
    assert len(set(ids)) == len(ids)
    name = PUBLISHED.repository.removeprefix("https://github.com/")
    here = f"{name}/blob/{PUBLISHED.branch}/release/en/{assignment}/{LESSONS[assignment]}.ipynb"
    assert f"(https://colab.research.google.com/github/{here})" in badge.source
    assert graded_id(setup) == "setup"
    assert setup.metadata.editable is False


@pytest.mark.parametrize(("missing", "installs"), [(True, True), (False, False)])
def test_the_set_up_installs_the_course_only_where_it_is_missing(
    missing: bool, installs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    magics: list[tuple[str, str]] = []

    class Shell:
        def run_line_magic(self, name: str, line: str) -> None:
            magics.append((name, line))

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if missing and name == "course" else object())
    names: dict[str, Any] = {"get_ipython": Shell}
    exec(TransformerManager().transform_cell(released(ASSIGNMENTS[0]).cells[1].source), names)
    assert magics == (
        [("pip", f"install -q --no-deps git+{PUBLISHED.repository}@{PUBLISHED.branch}")] if installs else []
    )


def test_the_address_of_the_repository_stands_in_one_place() -> None:
    address = PUBLISHED.repository.removeprefix("https://")
    folders = ("course", "nbjudge", "source", "tests", "docs", "benchmarks")
    files = [path for folder in folders for path in (lessons.ROOT / folder).rglob("*") if path.suffix != ".pyc"]
    files += [path for path in lessons.ROOT.iterdir() if path.suffix in {".md", ".toml", ".txt", ".py"}]
    holding = {path for path in files if path.is_file() and address.encode() in path.read_bytes()}
    assert holding == {lessons.ROOT / CONFIG_FILE}


@pytest.mark.parametrize("address", ["https://example.org/course", "https://github.com/name", ""])
def test_a_repository_that_colab_cannot_open_is_refused(address: str) -> None:
    with pytest.raises(Exception, match="Colab opens notebooks from there"):
        Published(repository=address)


def lines(text: str) -> set[str]:
    """The lines that say something: a bracket or `else:` alone gives nothing away."""
    return {line.strip() for line in text.splitlines() if len(line.strip()) > 5}


def graded_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
