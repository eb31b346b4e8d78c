"""Which assignments the course's folder has, and one step of nbgrader on them with that folder's settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nbgrader.converters import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config

from nbjudge.files import CourseFolderError


class StepError(Exception):
    """nbgrader did not finish a step; the message is what it logged."""


def choose_assignments(root: Path, chosen: Sequence[str]) -> list[str]:
    """The chosen assignments of the folder, or all of them when none is named; sorted.

    Raises:
        CourseFolderError: when the folder lacks one of them; it names those that there are.
    """
    assignments = sorted({path.parent.name for path in (root / "source").glob("*/*.ipynb")})
    unknown = sorted(set(chosen) - set(assignments))
    if unknown:
        raise CourseFolderError(f"no assignment {', '.join(unknown)}; there are: {', '.join(assignments) or 'none'}")
    if not assignments:
        raise CourseFolderError(f"there is no notebook in {root / 'source'}")
    return sorted(set(chosen)) or assignments


def run_step(step: type[BaseConverter], root: Path, config: Config, assignment: str, student: str = "*") -> None:
    """Run a converter of nbgrader, such as GenerateAssignment or Autograde, as its command and formgrader do.

    The process stands in `root` until the converter is done, so run one at a time in a process.

    Raises:
        StepError: when it could not finish.
    """
    course = CourseDirectory(config=config, root=str(root), assignment_id=assignment, student_id=student)
    result = capture_log(step(coursedir=course, config=config))
    if not result["success"]:
        log = str(result.get("log") or result["error"])
        raise StepError(f"{step.__name__} of {assignment} failed:\n{log}".replace(f"{root}/", ""))
