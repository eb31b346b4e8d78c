"""What a student's notebook has that its source lacks, as nbgrader preprocessors; nbgrader_config.py lists them."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import TraitError, Unicode, validate

GITHUB = "https://github.com/"
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
COLAB = "https://colab.research.google.com/github/"

SETUP_ID = "setup"
SETUP = """\
# This fetches the course where it is missing, as in Colab. Where it is installed, nothing happens.
import importlib.util

if importlib.util.find_spec("course") is None:
    %pip install -q --no-deps git+{repository}@{branch}"""


class Published(NbGraderPreprocessor):  # type: ignore[misc]
    """Knows where the course is published."""

    repository = Unicode(help="Address of the course's repository, such as https://github.com/NAME/COURSE").tag(
        config=True
    )
    branch = Unicode("main", help="Branch that student notebooks are opened and installed from").tag(config=True)

    @validate("repository")  # type: ignore[untyped-decorator]
    def _validate_repository(self, proposal: dict[str, Any]) -> str:
        address = str(proposal["value"]).rstrip("/").removesuffix(".git")
        if not (address.startswith(GITHUB) and address.count("/") == 4):
            raise TraitError(
                f"Published.repository: expected {GITHUB}NAME/COURSE, since Colab opens notebooks from there, "
                f"but got {proposal['value']!r}"
            )
        return address


class OpenInColab(Published):
    """Adds the two cells on top: Colab's badge, and the set-up that installs the student's half where it is missing.

    The set-up installs without dependencies: Colab has them all, and its torch and ipywidgets must stay as they are.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Put the two cells before all others."""
        release = self.config.CourseDirectory.release_directory
        at = resources["nbgrader"]
        name = self.repository.removeprefix(GITHUB)
        link = f"{COLAB}{name}/blob/{self.branch}/{release}/{at['assignment']}/{at['notebook']}.ipynb"
        badge = new_markdown_cell(f"[![Open in Colab]({BADGE})]({link})", id="open-in-colab")
        setup = new_code_cell(SETUP.format(repository=self.repository, branch=self.branch), id=SETUP_ID)
        setup.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": SETUP_ID,
            "grade": False,
            "locked": True,
            "solution": False,
            "task": False,
        }
        nb.cells[:0] = [badge, setup]
        return nb, resources


class FillInRepository(Published):
    """Puts the repository's address in place of `{{repository}}` in markdown cells."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in one cell."""
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("{{repository}}", self.repository)
        return cell, resources


class GoOnAfterChecks(NbGraderPreprocessor):  # type: ignore[misc]
    """Lets "Run All Cells" go on after a check that does not pass yet: JupyterLab stops at errors, save in tagged cells."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Tag one cell, if it is a test cell."""
        if cell.cell_type == "code" and is_grade(cell):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
        return cell, resources
