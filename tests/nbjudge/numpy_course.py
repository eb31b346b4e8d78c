"""A course that uses NumPy and nothing of torch: its folder, six submissions, and their scores by either way of marking.

    python -m tests.nbjudge.numpy_course

prints both, and needs no more than nbgrader and what nbjudge needs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "week-1"
NOTEBOOK = "arrays"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "arrays"
"""

_ANSWERS = {
    "normalise": "def normalise(x):\n    ### BEGIN SOLUTION\n    return (x - x.mean()) / x.std()\n    ### END SOLUTION",
    "moving-mean": "def moving_mean(x, width):\n    ### BEGIN SOLUTION\n    return np.convolve(x, np.ones(width) / width, 'valid')\n    ### END SOLUTION",
    "clip": "def clip_in_place(x, low, high):\n    ### BEGIN SOLUTION\n    np.clip(x, low, high, out=x)\n    ### END SOLUTION",
}
_TESTS = {
    "normalise": """
        x = np.random.rand(7)
        expected = (x - x.mean()) / x.std()
        np.testing.assert_allclose(normalise(x), expected)
        ### BEGIN HIDDEN TESTS
        assert abs(normalise(np.arange(100.0) + 1e6).std() - 1) < 1e-6
        assert normalise(np.array([[1.0, 2.0], [3.0, 5.0]])).shape == (2, 2)
        ### END HIDDEN TESTS
        """,
    "moving-mean": """
        points = 0
        x = np.array([1.0, 2.0, 3.0, 7.0])
        points += 1 if np.allclose(moving_mean(x, 2), [1.5, 2.5, 5.0]) else 0
        ### BEGIN HIDDEN TESTS
        points += 1 if np.allclose(moving_mean(x, 1), x) else 0
        points += 1 if len(moving_mean(x, 4)) == 1 else 0
        ### END HIDDEN TESTS
        points
        """,
    "clip": """
        np.random.seed(5)
        x = np.random.randn(20)
        before = x.copy()
        clip_in_place(x, -0.5, 0.5)
        assert np.array_equal(x, np.clip(before, -0.5, 0.5))
        assert x.dtype == np.float64
        """,
}
_POINTS = {"normalise": 2, "moving-mean": 3, "clip": 2}

SUBMISSIONS: Mapping[str, Mapping[str, str]] = {
    "all-right": {
        "normalise": "def normalise(x):\n    return (x - np.mean(x)) / np.sqrt(((x - np.mean(x)) ** 2).mean())",
        "moving-mean": "def moving_mean(x, width):\n    return np.array([x[i:i + width].mean() for i in range(len(x) - width + 1)])",
        "clip": "def clip_in_place(x, low, high):\n    x[x < low] = low\n    x[x > high] = high",
    },
    "in-part": {
        "normalise": "def normalise(x):\n    return (x - x.mean()) / x.std(ddof=1)",
        "moving-mean": "def moving_mean(x, width):\n    return np.convolve(x, np.ones(width) / width, 'same')[: len(x) - width + 1]",
        "clip": "def clip_in_place(x, low, high):\n    x = np.clip(x, low, high)",
    },
    "raises": {
        "normalise": "def normalise(x):\n    raise ValueError('not yet')",
        "moving-mean": "def moving_mean(x, width):\n    return x[width]",
        "clip": "def clip_in_place(x, low, high):\n    x[:] = [min(max(each, low), high) for each in x]",
    },
    "lists-for-arrays": {
        "normalise": "def normalise(x):\n    return [(each - x.mean()) / x.std() for each in x]",
        "moving-mean": "def moving_mean(x, width):\n    return [sum(x[i:i + width]) / width for i in range(len(x) - width + 1)]",
        "clip": "def clip_in_place(x, low, high):\n    return [min(max(each, low), high) for each in x]",
    },
    "prints-and-scalars": {
        "normalise": "def normalise(x):\n    print(x.shape)\n    return (x - x.mean()) / float(x.std())",
        "moving-mean": "def moving_mean(x, width):\n    return np.float32(x.mean())",
        "clip": "def clip_in_place(x, low, high):\n    for i, each in enumerate(x):\n        x[i] = np.float64(low if each < low else high if each > high else each)",
    },
    "stubs": {},
}
"""The answers of six students, by the grade_id of their cells."""


def make_numpy_course(folder: Path) -> None:
    """The course's folder, released, with the submissions."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(_source(), source / f"{NOTEBOOK}.ipynb")
    _run(folder, "nbgrader", "generate_assignment", ASSIGNMENT)
    for student, answers in SUBMISSIONS.items():
        notebook = nbformat.read(folder / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        place = folder / "submitted" / student / ASSIGNMENT
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{NOTEBOOK}.ipynb")


def _source() -> NotebookNode:
    cells = [new_markdown_cell("# Arrays"), new_code_cell("import numpy as np")]
    for id, text in _TESTS.items():
        cells.append(_cell(id, _ANSWERS[id], solution=True))
        cells.append(_cell(f"{id}-test", dedent(text).strip(), grade=True, locked=True, points=_POINTS[id]))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def _cell(grade_id: str, source: str, **more: object) -> NotebookNode:
    flags = {"grade": False, "solution": False, "locked": False, "task": False} | more
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, "schema_version": 3, **flags}})


def mark_by_stock(folder: Path) -> None:
    """Mark with `nbgrader autograde`."""
    _run(folder, "nbgrader", "autograde", ASSIGNMENT)


def mark_by_nbjudge(folder: Path, *options: str, import_from: str = "") -> None:
    """Mark with `nbjudge grade`."""
    _run(folder, "nbjudge", "grade", ASSIGNMENT, *options, import_from=import_from)


def _run(folder: Path, module: str, *arguments: str, import_from: str = "") -> None:
    path = os.pathsep.join(filter(None, (import_from, str(ROOT))))
    environment = os.environ | {"PYTHONPATH": path, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    if ran.returncode:
        raise RuntimeError(f"{module} {arguments} failed:\n{ran.stdout}\n{ran.stderr}")


def scores(folder: Path) -> dict[str, dict[str, float]]:
    """The automatic score of each test cell, by student."""
    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "arrays") as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student.id] = {grade.name: grade.auto_score for grade in grades}
    return found


def main() -> None:
    """Print the scores by both ways of marking."""
    with tempfile.TemporaryDirectory() as place:
        stock, judged = Path(place, "stock"), Path(place, "judged")
        for folder in (stock, judged):
            make_numpy_course(folder)
        mark_by_stock(stock)
        mark_by_nbjudge(judged)
        by_stock, by_nbjudge = scores(stock), scores(judged)
    for student in SUBMISSIONS:
        print(f"{student:20}  nbgrader {by_stock[student]}")
        print(f"{'':20}  nbjudge  {by_nbjudge[student]}")
    print("the same" if by_stock == by_nbjudge else "NOT the same")


if __name__ == "__main__":
    main()
