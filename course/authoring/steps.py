"""Runs one step of nbgrader on a course's folder, with that folder's settings."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config


class StepError(Exception):
    """nbgrader did not finish a step; the message is what it logged."""


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
