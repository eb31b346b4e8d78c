"""The same marking behind `nbgrader autograde` and formgrader's button: preprocessors for nbgrader_config.py.

    c.Autograde.sanitize_preprocessors = ["nbjudge.nbgrader_preprocessors.Repair"]
    c.Autograde.autograde_preprocessors = [
        "nbjudge.nbgrader_preprocessors.Mark",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]

    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "nbjudge.nbgrader_preprocessors.HideTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]

    # Only for work that you would run on your own computer, where no sandbox is possible:
    # c.Mark.sandbox = False

nbgrader reads the notebook, copies the files and writes the gradebook; what lies between is ours. Some things it does
before any preprocessor: a notebook under another name is skipped, and a file that is no JSON fails for that student.
`nbjudge grade` has a verdict for these too.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from traitlets import Bool

from nbjudge.batch.course_folder import Course
from nbjudge.batch.key import submission_key
from nbjudge.batch.pool import EnginePool
from nbjudge.batch.source import Source
from nbjudge.engine import EngineSettings
from nbjudge.record.autograded import SUFFIX
from nbjudge.record.notebook import autograded
from nbjudge.repair.repair import Repaired, repair
from nbjudge.repair.submission import TIMESTAMP, Submitted, read_submission
from nbjudge.repair.template import Template
from nbjudge.warm_up import imported_libraries

Resources = dict[str, Any]


class Repair(NbGraderPreprocessor):  # type: ignore[misc]
    """Rebuilds what was handed in on the source notebook, and removes files that may not lie beside it."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The clean notebook; `nb` is what nbgrader read of the submission."""
        work = _repaired(self, resources)
        _keep_only(work.folder, {*work.repaired.files, *([TIMESTAMP] if work.submitted.timestamp else [])})
        for fix in work.repaired.fixes:
            self.log.warning("%s: %s", fix.key, fix.message)
        converter = _converter(self)
        if converter is not None:
            _for_mark[converter] = work
        return deepcopy(work.repaired.notebook), resources


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
            SourceError: when the source's own solution does not pass.
        """
        converter = _converter(self)
        work = _for_mark.pop(converter, None) if converter is not None else None
        if work is None or work.of != _names(resources):
            work = _repaired(self, resources)
        marked = None
        if work.repaired.verdict is None:
            libraries = imported_libraries(cell.source for cell in work.template.cells if cell.cell_type == "code")
            pool = _pool(EngineSettings(self.sandbox, work.course.plugins, libraries))
            if not work.source.take_over():
                work.source.try_out(lambda jobs: [pool.mark(job) for job in jobs])
            work.source.require_sound()
            marked = pool.mark(work.source.job(work.template, work.repaired))
            if marked.detail:
                self.log.warning("%s: %s", work.template.notebook, marked.detail)
        in_process = () if marked is None else work.source.in_process(work.template.notebook)
        key = submission_key(work.source.key, work.source.assignment, work.submitted)
        limit = work.course.limit_output
        return autograded(work.repaired, marked, key=key, limit=limit, in_process=in_process), resources


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Removes hidden tests from feedback, and shortens errors in cells that had some to the error's own line."""

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


@dataclass(frozen=True)
class _Work:
    """A notebook of a submission that nbgrader has in hand, repaired.

    Attributes:
        of: the names of student, assignment and notebook.
        folder: where nbgrader writes the marked submission.
    """

    of: tuple[str, str, str]
    course: Course
    source: Source
    template: Template
    submitted: Submitted
    repaired: Repaired
    folder: Path


_for_mark: WeakKeyDictionary[Any, _Work] = WeakKeyDictionary()
"""What `Repair` has made in a run of nbgrader, for `Mark`: nbgrader hands on the notebook alone."""


def _converter(preprocessor: NbGraderPreprocessor) -> Any:
    """The run of nbgrader that a preprocessor works for: the exporter's parent; None where it is used by itself."""
    return preprocessor.parent.parent if preprocessor.parent is not None else None


def _names(resources: Resources) -> tuple[str, str, str]:
    named = resources["nbgrader"]
    return named["student"], named["assignment"], named["notebook"]


def _repaired(preprocessor: NbGraderPreprocessor, resources: Resources) -> _Work:
    """Read and repair the submission: nbgrader hands over a notebook that it has changed already, and no files."""
    student, name, notebook = _names(resources)
    converter = _converter(preprocessor)
    directory = getattr(converter, "coursedir", None) or CourseDirectory(config=preprocessor.config)
    course = Course(Path(directory.root), preprocessor.config, directory)
    source = _source(converter, course, name)
    assignment = source.assignment
    template = next(template for template in assignment.templates if template.notebook == notebook)
    handed_in = Path(directory.format_path(directory.submitted_directory, student, name))
    submitted = read_submission(handed_in, directory.ignore)
    return _Work(
        of=(student, name, notebook),
        course=course,
        source=source,
        template=template,
        submitted=submitted,
        repaired=repair(template, submitted, assignment),
        folder=Path(directory.format_path(directory.autograded_directory, student, name)),
    )


_read: WeakKeyDictionary[Any, Source] = WeakKeyDictionary()
"""The source that each run of nbgrader has read; it may change before the next."""


def _source(converter: Any, course: Course, name: str) -> Source:
    """The source of an assignment."""
    source = _read.get(converter) if converter is not None else None
    if source is None or source.assignment.name != name:
        source = Source(course, name)
        if converter is not None:
            _read[converter] = source
    return source


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
