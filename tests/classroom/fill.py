"""From a released notebook to a student's: what is written into it, and how Colab saves it. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

SAVED_AT = 1_790_000_000_000
RUNTIME = "https://localhost:8080/"


def fill(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """The notebook with these texts in its answer cells.

    Args:
        notebook: a released notebook; left as it is.
        answers: the text of the cell by its grade_id: code of an exercise, or words for a written question.

    Raises:
        ValueError: when the notebook has no such cell for answers.
    """
    filled: NotebookNode = nbformat.from_dict(notebook)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in filled.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    unknown = sorted(answers.keys() - cells.keys())
    if unknown:
        raise ValueError(f"no answer cell {', '.join(unknown)}; there are: {', '.join(cells)}")
    for grade_id, text in answers.items():
        cells[grade_id].source = text
    return filled


def saved_by_jupyterlab(notebook: NotebookNode) -> str:
    """The file as JupyterLab saves it."""
    return f"{nbformat.writes(notebook)}\n"


def saved_by_colab(notebook: NotebookNode) -> str:
    """The file as Colab saves it for download.

    One line; ids only in the metadata; the runtime's marks, and the name of the account, in every code cell that was
    run; the state of widgets without the wrapper that nbconvert expects.
    """
    colab: NotebookNode = nbformat.from_dict(notebook)
    colab.nbformat_minor = 0
    colab.metadata = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {f"{0xC0FFEE:032x}": _widget()}},
    }
    for number, cell in enumerate(colab.cells):
        cell.metadata["id"] = f"{number:012x}"
        cell.pop("id", None)
        cell.source = _lines(cell.source)
        if cell.cell_type == "code":
            cell.execution_count = number + 1
            cell.metadata["outputId"] = "00000000-0000-4000-8000-000000000000"
            cell.metadata["colab"] = {"base_uri": RUNTIME, "height": 35, "referenced_widgets": [f"{0xC0FFEE:032x}"]}
            cell.metadata["executionInfo"] = {
                "elapsed": 12,
                "status": "ok",
                "timestamp": SAVED_AT + number,
                "user": {"displayName": "NAME OF THE ACCOUNT", "userId": "01234567890123456789"},
                "user_tz": -540,
            }
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "setup":
                cell.metadata["cellView"] = "form"
    return json.dumps(colab, separators=(",", ":"), ensure_ascii=False)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _widget() -> dict[str, object]:
    return {
        "model_module": "@jupyter-widgets/base",
        "model_name": "LayoutModel",
        "model_module_version": "1.2.0",
        "state": {"_model_name": "LayoutModel", "width": None},
    }
