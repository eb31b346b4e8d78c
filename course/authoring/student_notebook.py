"""What a student's notebook and feedback have that their source lacks, as nbgrader preprocessors; nbgrader_config.py lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
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

FOLDED = """\
<details>
<summary><b>Have you written your answer? Compare it with a model answer.</b></summary>

{answer}

</details>"""

UNFOLDED = FOLDED.replace("<details>", "<details open>")


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


class ModelAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts its model answer, the source's solution, below each question that is answered in words, folded away.

    It works before solutions are cleared. `c.ModelAnswers.enabled = False` keeps model answers out of students' notebooks.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the cells."""
        return _with_model_answers(nb, nb, FOLDED), resources


class ModelAnswersInFeedback(NbGraderPreprocessor):  # type: ignore[misc]
    """Shows the model answers, unfolded, on a page of feedback, whether or not the notebook held them.

    They are read from the source notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Put in the cells. Without a source notebook the page stays as it is."""
        converter = getattr(self.parent, "parent", None)  # the exporter's parent; none where it is used by itself
        course, at = getattr(converter, "coursedir", None) or CourseDirectory(config=self.config), resources["nbgrader"]
        folder = Path(course.format_path(course.source_directory, ".", at["assignment"]))
        path = Path(course.root, folder, f"{at['notebook']}.ipynb")
        if not path.is_file():
            return nb, resources
        return _with_model_answers(nb, nbformat.read(path, as_version=4), UNFOLDED), resources


def _with_model_answers(nb: NotebookNode, source: NotebookNode, form: str) -> NotebookNode:
    """The notebook with the source's model answers in this form, each below its question.

    Those that it has already give way to them: they are known by their text, since Colab gives cells ids of its own.
    """
    answers = {_grade_id(cell): cell.source.strip() for cell in source.cells if is_essay(cell)}
    there = {FOLDED.format(answer=answer) for answer in answers.values()}
    cells = []
    for cell in nb.cells:
        if cell.source in there:
            continue
        cells.append(cell)
        if is_essay(cell) and _grade_id(cell) in answers:
            name = _grade_id(cell)
            cells.append(new_markdown_cell(form.format(answer=answers[name]), id=f"{name}-model-answer"))
    nb.cells = cells
    return nb


def is_essay(cell: NotebookNode) -> bool:
    """Whether the cell is an answer in words, which a person reads and grades."""
    return bool(cell.cell_type == "markdown" and is_grade(cell) and is_solution(cell))


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
