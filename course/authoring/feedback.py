"""What a feedback page must not show: hidden tests, neither in a cell nor in the traceback of an error in it."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Removes hidden tests, and shortens errors in cells that had some to the error's own line."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clear one cell."""
        with_tests = cell.source
        cell, resources = super().preprocess_cell(cell, resources, index)
        if cell.source != with_tests:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources
