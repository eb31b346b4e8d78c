"""A course that is not ours, as a careful author writes it: random inputs, expected values computed before the call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.converters import GenerateAssignment

from course.authoring.release import run_step
from nbjudge.files import read_config
from tests.lessons import ROOT
from tests.nbjudge.record.small_course import graded, solution

ASSIGNMENT = "week-1"
NOTEBOOK = "work"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "third"
c.Execute.timeout = 5
c.NbJudge.plugins = ["course.judge_plugin"]
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbjudge.nbgrader_preprocessors.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
"""
SECRETS = ("kestrelwing", "91733", "86028157", "the hidden half", "tern in flight")
"""Of hidden tests; no output and no page may show them."""

ANSWERS = {
    "affine": "def affine(x, a, b):\n    return a * x + b",
    "smooth": "def smooth(signal, kernel):\n    return torch.stack([(signal[i:i + len(kernel)] * kernel).sum() for i in range(len(signal) - len(kernel) + 1)])",
    "root": "def root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x ** 0.5",
    "shifted": "def shifted(word, by):\n    return ''.join(chr((ord(c) - 97 + by) % 26 + 97) for c in word)",
    "evens": "def evens(n):\n    return list(range(0, n, 2))",
    "patch_response": "def patch_response(patch, kernel):\n    return (patch * kernel).sum()",
}
"""Right answers, by the grade_id of their cells."""
POINTS = {"affine": 2.0, "smooth": 2.0, "root": 2.0, "shifted": 1.0, "evens": 4.0, "patch_response": 2.0}
"""Points of the test cell of each answer, whose grade_id ends in -test."""

_SETUP = """
import io
import random
import unittest
import torch
from math import *
from course import check

TOLERANCE = 10**-5
SIDES = torch.tensor([2.0, 3.0])

def window_sums(signal, kernel):
    return torch.nn.functional.conv1d(signal[None, None], kernel[None, None])[0, 0]
"""
_TESTS = {
    "affine": """
        import numpy as np
        for _ in range(3):
            x, a, b = (random.randint(2, 99) for _ in range(3))
            expected = a * x + b
            assert affine(x, a, b) == expected
        ### BEGIN HIDDEN TESTS
        x, a, b = random.random(), random.random(), random.random() + 1
        expected = a * x + b
        assert abs(affine(x, a, b) - expected) < TOLERANCE
        x = random.randint(100, 999)
        expected = 91733 * x + 86028157
        assert affine(x, 91733, 86028157) == expected, "the hidden half"
        ### END HIDDEN TESTS
        """,
    "smooth": """
        signal, kernel = torch.rand(9) + 1, torch.rand(3) + 1
        wanted = window_sums(signal, kernel)
        assert torch.allclose(smooth(signal, kernel), wanted, atol=TOLERANCE)
        ### BEGIN HIDDEN TESTS
        signal, kernel = torch.randn(12), torch.randn(4)
        wanted = np.convolve(signal.numpy(), kernel.numpy()[::-1], "valid")
        np.testing.assert_allclose(smooth(signal, kernel), wanted, atol=1e-4)
        ### END HIDDEN TESTS
        """,
    "root": """
        try:
            root(-random.random() - 1)
        except ValueError:
            pass
        else:
            raise AssertionError("no ValueError")
        ### BEGIN HIDDEN TESTS
        side = random.random() + 2
        assert isclose(root(side * side), side, rel_tol=TOLERANCE)
        for side in SIDES.tolist():
            assert isclose(root(side), side**0.5, rel_tol=TOLERANCE)
        assert 1 < root(side) < side
        ### END HIDDEN TESTS
        """,
    "shifted": """
        assert shifted("abc", 1) == "bcd"
        ### BEGIN HIDDEN TESTS
        assert shifted("hbpqobitfkd", 3) == "kestrelwing"
        assert shifted("", 5) == "", "tern in flight"
        ### END HIDDEN TESTS
        """,
    "evens": """
        cases = [random.randint(3, 40) for _ in range(4)]

        def holds(n):
            found = evens(n)
            assert found == list(range(0, n, 2))
            return True

        class Evens(unittest.TestCase):
            def test_holds(self):
                self.assertEqual(evens(7), [0, 2, 4, 6])

        points = 0
        points += all(map(holds, cases))
        points += unittest.TextTestRunner(io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Evens)).wasSuccessful()
        ### BEGIN HIDDEN TESTS
        n = 2 * random.randint(4, 30)
        points += n - 2 in evens(n) and n not in evens(n)
        points += len(evens(n)) == n // 2
        ### END HIDDEN TESTS
        points
        """,
}


def make_attacked_course(folder: Path) -> None:
    """The course's folder, released into its gradebook."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(_source(), source / f"{NOTEBOOK}.ipynb")
    (source / "table.csv").write_text("1,2\n")
    settings = read_config(folder)
    settings.GenerateAssignment.create_assignment = True
    run_step(GenerateAssignment, folder, settings, ASSIGNMENT)


def _source() -> NotebookNode:
    setup = solution("setup", _SETUP.strip())
    setup.metadata.nbgrader |= {"solution": False, "locked": True}
    cells = [new_markdown_cell("# Exercises"), setup]
    for id, text in _TESTS.items():
        name, _, body = ANSWERS[id].partition("\n")
        cells.append(solution(id, f"{name}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"))
        cells.append(graded(f"{id}-test", dedent(text).strip(), POINTS[id]))
    cells += [new_code_cell("print('a cell of its own')"), *_patch_response(), new_code_cell("print('the end')")]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def _patch_response() -> list[NotebookNode]:
    """An exercise of our own course: its answer and its test, as they are there."""
    notebook = nbformat.read(ROOT / "source" / "00-start" / "start.ipynb", as_version=4)
    by_id = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    answer, test = by_id["patch-response"], by_id["patch-response-test"]
    return [solution("patch_response", answer.source), graded("patch_response-test", test.source, 2)]


def notebook_of(folder: Path, answers: Mapping[str, str]) -> NotebookNode:
    """The released notebook with these texts in the cells that are named."""
    notebook = nbformat.read(folder / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    for cell in notebook.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id in answers:
            cell.source = answers[id]
    return notebook


def place_of(folder: Path, student: str) -> Path:
    """A new folder of a student who hands in."""
    place = folder / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True)
    return place


def write(notebook: NotebookNode, place: Path) -> None:
    """Write the notebook as it is, valid or not."""
    (place / f"{NOTEBOOK}.ipynb").write_text(json.dumps(notebook))
