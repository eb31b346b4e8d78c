"""How a notebook gets damaged: functions that change its JSON, and what must come of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from nbjudge.repair.finding import find_notebook
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.repair import repair
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment, Template
from nbjudge.verdict import Fix

Json = Any
ANSWER, TEST = "patch-response", "patch-response-test"
ANSWER_2, TEST_2 = "case-wrapped-bytes", "case-wrapped-bytes-test"
WRITTEN = "00-start-why"
RIGHT = "def patch_response(patch, kernel):\n    return (patch * kernel).sum()"
RIGHT_2 = "def left_minus_right(patch):\n    return patch[:, 0].float().sum() - patch[:, -1].float().sum()"
WORDS = "Because the kernel sums to zero."
IN_ORDER = ("setup", ANSWER, TEST, ANSWER_2, TEST_2, WRITTEN)
STUB_AGAIN = "raise NotImplementedError"


@dataclass(frozen=True)
class Damage:
    """One way to damage the notebook of lesson 00 after its answers were written.

    Attributes:
        name: what happened.
        do: changes the notebook's JSON in place, or returns what the file is instead.
        fixes: what each fix names, by key.
        order: the grade_ids in the rebuilt notebook, when it is not the template's order.
        texts: texts that student's cells have in the rebuilt notebook, by grade_id, where they are not those written.
        own: the texts of code cells that are the student's own, in order, besides the lesson's plain ones.
    """

    name: str
    do: Callable[[Json], bytes | None]
    fixes: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()


def repair_cells(template: Template, notebook: Any) -> tuple[NotebookNode, tuple[Fix, ...]]:
    """A notebook, parsed already, as it is rebuilt when it is handed in by itself; and what was fixed."""
    submitted = Submitted({f"{template.notebook}.ipynb": json.dumps(notebook).encode()})
    repaired = repair(template, submitted, Assignment("any", (template,)))
    assert repaired.verdict is None
    return repaired.notebook, repaired.fixes


def taken_from(template: Template, submitted: Submitted, assignment: Assignment) -> str:
    """The name of the file that is read as this notebook; "" for none."""
    return find_notebook(template, submitted, assignment, Fixes()).name


def graded(notebook: Json, grade_id: str) -> Json:
    """The cell of this grade_id."""
    return next(cell for cell in notebook["cells"] if marks(cell).get("grade_id") == grade_id)


def marks(cell: Json) -> Json:
    return cell["metadata"].get("nbgrader", {})


def place(notebook: Json, grade_id: str) -> int:
    return int(notebook["cells"].index(graded(notebook, grade_id)))


def copy(cell: Json, **changed: Any) -> Json:
    return {**json.loads(json.dumps(cell)), **changed}


def code(text: str, **metadata: Any) -> Json:
    return {"cell_type": "code", "source": text, "metadata": metadata, "outputs": [], "execution_count": None}


def delete(*grade_ids: str) -> Callable[[Json], None]:
    def do(notebook: Json) -> None:
        notebook["cells"] = [cell for cell in notebook["cells"] if marks(cell).get("grade_id") not in grade_ids]

    return do


def insert(grade_id: str, /, *, after: int, **changed: Any) -> Callable[[Json], None]:
    """Put a copy of a cell so many places after it, with these changes."""

    def do(notebook: Json) -> None:
        cell = graded(notebook, grade_id)
        notebook["cells"].insert(place(notebook, grade_id) + after, copy(cell, **changed))

    return do


def move(grade_id: str, *, before: str) -> Callable[[Json], None]:
    def do(notebook: Json) -> None:
        cell = notebook["cells"].pop(place(notebook, grade_id))
        notebook["cells"].insert(place(notebook, before), cell)

    return do


def mark(grade_id: str, /, **changed: Any) -> Callable[[Json], None]:
    """Change nbgrader's metadata of a cell; None takes a key away."""

    def do(notebook: Json) -> None:
        found = marks(graded(notebook, grade_id))
        found.update(changed)
        for key in [key for key, value in changed.items() if value is None]:
            del found[key]

    return do


def change(grade_id: str, /, **changed: Any) -> Callable[[Json], None]:
    """Change a cell; None takes a key away."""

    def do(notebook: Json) -> None:
        cell = graded(notebook, grade_id)
        cell.update(changed)
        for key in [key for key, value in changed.items() if value is None]:
            del cell[key]

    return do


def tag(grade_id: str, *tags: str) -> Callable[[Json], None]:
    def do(notebook: Json) -> None:
        graded(notebook, grade_id)["metadata"]["tags"] = list(tags)

    return do


def every(*steps: Callable[[Json], bytes | None]) -> Callable[[Json], bytes | None]:
    def do(notebook: Json) -> bytes | None:
        results = [step(notebook) for step in steps]
        return results[-1]

    return do


def all_cells(step: Callable[[Json], None]) -> Callable[[Json], None]:
    def do(notebook: Json) -> None:
        for cell in notebook["cells"]:
            step(cell)

    return do


def without_metadata(cell: Json) -> None:
    cell["metadata"] = {}


def without_metadata_and_id(cell: Json) -> None:
    cell["metadata"] = {}
    cell.pop("id", None)


def saved(
    encoding: str = "utf-8", *, before: bytes = b"", after: bytes = b"", **options: Any
) -> Callable[[Json], bytes]:
    """The file as another editor stores it."""

    def do(notebook: Json) -> bytes:
        text = json.dumps(notebook, ensure_ascii=False, **options)
        return before + text.encode(encoding, "replace") + after

    return do


def as_nbformat_3(notebook: Json) -> None:
    cells = notebook.pop("cells")
    for cell in cells:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["language"] = "python"
            cell["prompt_number"] = cell.pop("execution_count")
    notebook["worksheets"] = [{"cells": cells, "metadata": {}}]
    notebook["nbformat"], notebook["nbformat_minor"] = 3, 0


def split_answer(notebook: Json) -> None:
    """The answer's cell loses its marks, as when two cells were merged by hand, and moves to the end."""
    cell = notebook["cells"].pop(place(notebook, ANSWER))
    notebook["cells"].append(code(cell["source"]))


def everything() -> str:
    return ", ".join(f"`{grade_id}`" for grade_id in IN_ORDER)


def with_a_long_number(notebook: Json) -> bytes:
    return json.dumps(notebook)[:-1].encode() + b', "x": ' + b"9" * 10_000 + b"}"


def without_outputs(cell: Json) -> None:
    cell.pop("outputs", None)
    cell.pop("execution_count", None)


def without_notebook_metadata(notebook: Json) -> None:
    del notebook["metadata"]


def twice(notebook: Json) -> None:
    notebook["cells"] = [each for cell in notebook["cells"] for each in (cell, copy(cell))]


def put(key: str, value: Any) -> Callable[[Json], None]:
    def do(notebook: Json) -> None:
        notebook[key] = value

    return do


def add(*cells: Any) -> Callable[[Json], None]:
    def do(notebook: Json) -> None:
        notebook["cells"].extend(cells)

    return do
