"""The same marking behind `nbgrader autograde` and formgrader's button: two preprocessors for nbgrader_config.py.

    c.Autograde.sanitize_preprocessors = ["nbjudge.nbgrader_preprocessors.Repair"]
    c.Autograde.autograde_preprocessors = [
        "nbjudge.nbgrader_preprocessors.Mark",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]

    # Only for work that you would run on your own computer, where no sandbox is possible:
    # c.Mark.sandbox = False

nbgrader reads the notebook, copies the files and writes the gradebook; what lies between is ours. Some things it does
before any preprocessor: a notebook under another name is skipped, and a file that is no JSON fails for that student. `course
grade` has an outcome for these too.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from nbjudge.batch.coordinator import instructor_names_of
from nbjudge.batch.course_folder import Course
from nbjudge.batch.key import assignment_key, submission_key
from nbjudge.batch.pool import EnginePool
from nbjudge.engine import ENGINE_VERSION, EngineSettings
from nbjudge.plugins import plugin_names
from nbjudge.record.autograded import SUFFIX
from nbjudge.record.notebook import autograded
from nbjudge.repair.repair import Repaired, job_of, repair
from nbjudge.repair.submission import TIMESTAMP, Submitted, read_submission
from nbjudge.repair.template import Assignment, Template, read_templates
from nbjudge.warm_up import imported_libraries

Resources = dict[str, Any]


class Repair(NbGraderPreprocessor):  # type: ignore[misc]
    """Rebuilds what was handed in on the source notebook, and removes files that may not lie beside it."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The clean notebook; `nb` is what nbgrader read of the submission."""
        at = _Place.of(self, resources)
        _keep_only(at.folder, {*at.repaired.files, *([TIMESTAMP] if at.submitted.timestamp else [])})
        for mend in at.repaired.mends:
            self.log.warning("%s: %s", mend.key, mend.message)
        return at.repaired.notebook, resources


class Mark(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs the student's cells in a sandbox and the test cells apart from them, and puts what they gave into the notebook."""

    sandbox = Bool(
        True,
        help="Whether students' code is shut off from this machine. False only for work that you would run yourself.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The marked notebook.

        Raises:
            MarkingError: when it could not be marked, through no fault of its own; nbgrader then goes on with the others.
            SandboxUnavailable: when this machine has no way to keep students' code apart.
        """
        at = _Place.of(self, resources)
        marked = None
        if at.repaired.verdict is None:
            job = job_of(
                at.template, at.repaired, instructor_names=instructor_names_of(at.template), limits=at.course.limits
            )
            libraries = imported_libraries(cell.source for cell in at.template.cells if cell.cell_type == "code")
            marked = _pool(EngineSettings(self.sandbox, plugin_names(at.course.config), libraries)).mark(job)
            if marked.detail:
                self.log.warning("%s: %s", at.template.notebook, marked.detail)
        notebook = autograded(at.repaired, marked, key=at.key, engine=ENGINE_VERSION, limit=at.course.limit_output)
        return notebook, resources


@dataclass(frozen=True)
class _Place:
    """Which notebook of which submission nbgrader has in hand.

    Attributes:
        folder: where nbgrader writes the marked submission.
    """

    course: Course
    template: Template
    submitted: Submitted
    repaired: Repaired
    folder: Path
    key: str

    @classmethod
    def of(cls, preprocessor: NbGraderPreprocessor, resources: Resources) -> _Place:
        """Read the submission again: nbgrader hands over a notebook that it has changed already, and no files."""
        named = resources["nbgrader"]
        converter = preprocessor.parent.parent if preprocessor.parent is not None else None
        directory = getattr(converter, "coursedir", None) or CourseDirectory(config=preprocessor.config)
        course = Course(Path(directory.root), preprocessor.config, directory)
        assignment = _assignment(converter, course, named["assignment"])
        template = next(each for each in assignment.templates if each.notebook == named["notebook"])
        student = named["student"]
        handed_in = Path(directory.format_path(directory.submitted_directory, student, assignment.name))
        submitted = read_submission(handed_in, directory.ignore)
        base = assignment_key(ENGINE_VERSION, assignment, course.limits, course.marking_settings)
        return cls(
            course,
            template,
            submitted,
            repair(template, submitted, assignment),
            Path(directory.format_path(directory.autograded_directory, student, assignment.name)),
            submission_key(base, assignment, submitted),
        )


_read: WeakKeyDictionary[Any, Assignment] = WeakKeyDictionary()
"""What each run of nbgrader has read of its assignment; the source may change before the next."""


def _assignment(converter: Any, course: Course, name: str) -> Assignment:
    known = _read.get(converter) if converter is not None else None
    if known is None or known.name != name:
        known = read_templates(course.root, course.config, name)
        if converter is not None:
            _read[converter] = known
    return known


@cache
def _pool(settings: EngineSettings) -> EnginePool:
    """The engine of this process: formgrader's server keeps it warm from one click to the next."""
    pool = EnginePool(settings, slots=1)
    atexit.register(pool.close)
    return pool


def _keep_only(folder: Path, names: Iterable[str]) -> None:
    """Remove what nbgrader has copied into the folder and is not among the names; notebooks stay."""
    kept = set(names)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (
            (path.is_symlink() or path.is_file())
            and name not in kept
            and not (path.parent == folder and path.suffix == SUFFIX)
        ):
            path.unlink()
