"""A course's folder as every command of nbgrader sees it: all of its settings, and who handed an assignment in."""

from __future__ import annotations

import difflib
import glob
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, LimitOutput
from traitlets.config import Config

from nbjudge.batch.key import assignment_key
from nbjudge.batch.try_source import Way
from nbjudge.files import CourseFolderError
from nbjudge.language import language
from nbjudge.limits import Limits
from nbjudge.plugins import SECTION, plugin_names
from nbjudge.repair.template import Assignment
from nbjudge.versions import marking_versions

LONGEST_ID = 128
"""Characters of a student's id in nbgrader's gradebook."""


@dataclass(frozen=True)
class Course:
    """A course's folder.

    Attributes:
        root: the folder; `CourseDirectory.root` where the settings name another.
        config: all settings, from the folder's nbgrader_config.py and Jupyter's own folders.
        directory: nbgrader's view of the folders in it.
    """

    root: Path
    config: Config
    directory: CourseDirectory

    @property
    def limits(self) -> Limits:
        """The limits of a submission: nbgrader's `Execute.timeout`, where it is set, is the time of one cell."""
        seconds = Execute(config=self.config).timeout
        if "timeout" not in self.config.Execute or seconds is None or seconds <= 0:
            return Limits()
        longest = max(Limits().total_seconds, 5 * float(seconds))
        return Limits(cell_seconds=float(seconds), total_seconds=longest, cpu_seconds=int(longest))

    @property
    def limit_output(self) -> LimitOutput:
        """nbgrader's preprocessor that cuts long outputs."""
        return LimitOutput(config=self.config)

    @property
    def plugins(self) -> tuple[str, ...]:
        """The names of the course's plugins, see `nbjudge.plugins`."""
        return plugin_names(self.config)

    @property
    def in_process_allowed(self) -> bool:
        """Whether a test cell may run in the student's process where its own solution needs that: `c.NbJudge.in_process`.

        Raises:
            CourseFolderError: when the setting is neither True nor False.
        """
        allowed = self._setting("in_process", True)
        if not isinstance(allowed, bool):
            raise CourseFolderError(f"c.{SECTION}.in_process must be True or False; it is {allowed!r}")
        return allowed

    @property
    def fixed_ways(self) -> dict[str, Way]:
        """Where the settings want test cells to be run, by grade_id: `c.NbJudge.test_cells = {"CELL": "apart"}`.

        Raises:
            CourseFolderError: when the setting is anything else.
        """
        ways = self._setting("test_cells", {})
        try:
            return {str(cell): Way(way) for cell, way in dict(ways).items()}
        except (TypeError, ValueError):
            words = " or ".join(repr(way.value) for way in Way)
            raise CourseFolderError(
                f"c.{SECTION}.test_cells must name for each grade_id one of {words}; it is {ways!r}"
            ) from None

    def _setting(self, name: str, default: Any) -> Any:
        return self.config[SECTION].get(name, default) if SECTION in self.config else default

    def key_of(self, assignment: Assignment) -> str:
        """The hash of what is the same for every submission of an assignment, see `nbjudge.batch.key`.

        Raises:
            CourseFolderError: when there is no package that a plugin names.
        """
        limit = self.limit_output
        settings = {"language": language(), "max_lines": limit.max_lines, "max_traceback": limit.max_traceback}
        return assignment_key(marking_versions(assignment.code, self.plugins), assignment, self.limits, settings)


def open_course(folder: Path) -> Course:
    """Read a course's settings as nbgrader's commands do.

    Raises:
        CourseFolderError: when a settings file cannot be read; nbgrader itself would go on with its defaults.
    """
    app = NbGrader()
    app.log_level = "ERROR"  # it would warn that there are no settings besides those of the course's folder
    app.raise_config_file_errors = True
    app.load_cwd_config = False
    try:
        app.initialize([], root=str(folder.resolve()))
    except (Exception, SystemExit) as error:
        raise CourseFolderError(f"nbgrader's settings cannot be read: {type(error).__name__}: {error}") from error
    return Course(Path(app.coursedir.root), app.config, app.coursedir)


@dataclass(frozen=True)
class SubmissionFolder:
    """Where one student's submission lies.

    Attributes:
        student: the student's id, which is the folder's name.
        folder: the folder, as `CourseDirectory.directory_structure` has it; it may turn out to be a file.
        problem: why nothing under this name can be recorded; "" when it can.
    """

    student: str
    folder: Path
    problem: str = ""


def find_submissions(course: Course, assignment: str, students: Sequence[str] = ()) -> list[SubmissionFolder]:
    """Who handed the assignment in, sorted by name.

    Args:
        course: the course.
        assignment: the assignment's name.
        students: names or glob patterns; none stands for all who handed in.

    Raises:
        CourseFolderError: when nobody handed in, or a name fits nobody; it names those that are near.
    """
    directory = course.directory
    pattern = directory.format_path(directory.submitted_directory, "*", glob.escape(assignment))
    if pattern.startswith(directory.root):
        pattern = glob.escape(directory.root) + pattern[len(directory.root) :]
    shape = re.compile(
        directory.format_path(
            directory.submitted_directory, "(?P<student>[^/\\\\]+)", re.escape(assignment), escape=True
        )
    )
    excluded = {name for name in directory.student_id_exclude.split(",") if name}
    submissions = {}
    for path in glob.glob(pattern):
        fits = shape.fullmatch(path)
        if fits and fits["student"] not in excluded:
            student = fits["student"]
            submissions[student] = SubmissionFolder(student, Path(path), _problem(student))
    if not submissions:
        raise CourseFolderError(f"nobody handed {assignment} in: there is nothing at {pattern}")
    chosen = set() if students else set(submissions)
    for name in students:
        fitting = {student for student in submissions if fnmatchcase(student, name)}
        if not fitting:
            near = difflib.get_close_matches(name, submissions, n=3, cutoff=0.5) or sorted(submissions)[:3]
            raise CourseFolderError(
                f"no student {name!r} handed {assignment} in; there are for example: {', '.join(near)}"
            )
        chosen |= fitting
    return [submissions[student] for student in sorted(chosen)]


def _problem(student: str) -> str:
    if len(student) > LONGEST_ID:
        return f"the folder's name is longer than the {LONGEST_ID} characters of a student's id"
    if not student.isprintable() or student != student.strip():
        return "the folder's name holds characters that a student's id cannot have"
    return ""
