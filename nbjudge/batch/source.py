"""The source of an assignment as submissions are marked by it: its notebooks, and where the try has shown each test cell must run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import CancelledError

from nbjudge.batch.course_folder import Course
from nbjudge.batch.key import key_with_ways, try_key
from nbjudge.batch.pool import Marker, MarkingError
from nbjudge.batch.results import Results
from nbjudge.batch.try_source import CellTry, MarkAll, SourceTry, Way, try_source
from nbjudge.job import InstructorNames, Job, Marked
from nbjudge.judge.instructor_names import Role, SourceCell, find_instructor_names
from nbjudge.repair.repair import Repaired, job_of
from nbjudge.repair.source import read_source
from nbjudge.repair.template import Template

NAMED = 5
"""How many cells a message names."""


class SourceError(Exception):
    """Nobody can be marked by this source; the message says what to do."""


class Source:
    """The source of an assignment.

    Args:
        course: the course.
        name: the assignment's name.

    Attributes:
        assignment: its notebooks.
        results: where the results of its submissions lie.
        tried: what the try has shown; None before `prepare`.

    Raises:
        CourseFolderError: when the assignment or a setting cannot be read, or a plugin is not there.
    """

    def __init__(self, course: Course, name: str) -> None:
        self.assignment = read_source(course.root, course.config, name)
        self.results = Results(course, name)
        self.tried: SourceTry | None = None
        self._limits = course.limits
        self._in_process_allowed, self._fixed = course.in_process_allowed, course.fixed_ways
        self._instructor_names = {each.notebook: instructor_names_of(each) for each in self.assignment.templates}
        self._base = course.key_of(self.assignment)

    @property
    def key(self) -> str:
        """The hash of what is the same for every submission."""
        notebooks = (template.notebook for template in self.assignment.templates)
        return key_with_ways(self._base, {notebook: self.in_process(notebook) for notebook in notebooks})

    def in_process(self, notebook: str) -> frozenset[str]:
        """The test cells of a notebook that run in the student's process."""
        return self.tried.in_process(notebook) if self.tried is not None else frozenset()

    def job(self, template: Template, repaired: Repaired) -> Job:
        """What a judge is asked about a repaired notebook."""
        names = self._instructor_names[template.notebook]
        return job_of(template, repaired, names, self._limits, self.in_process(template.notebook))

    def take_over(self) -> bool:
        """Use what an earlier try of the same source has shown; False when there is none."""
        self.tried = self.results.read_try(try_key(self._base, self._fixed))
        return self.tried is not None

    def try_out(self, mark: MarkAll, *, thorough: bool = False) -> SourceTry:
        """Mark the source's own answers, and keep what that has shown.

        Raises:
            SourceError: when they could not be marked, through no fault of their own.
        """
        try:
            self.tried = try_source(
                self.assignment,
                mark,
                instructor_names=self._instructor_names,
                limits=self._limits,
                fixed=self._fixed,
                thorough=thorough,
            )
        except (MarkingError, CancelledError) as error:
            raise SourceError(f"the source's own solution could not be marked: {error}") from error
        self.results.write_try(try_key(self._base, self._fixed), self.tried)
        return self.tried

    def require_sound(self) -> None:
        """Require that nobody who is right loses points to a test.

        Raises:
            SourceError: when the source's own solution does, or when a test needs what the settings forbid.
        """
        cells = self.tried.cells if self.tried is not None else ()
        broken = [cell for cell in cells if cell.broken]
        if broken:
            raise SourceError(
                f"nobody was marked: {_listed(broken)}. Correct the source and register it (nbgrader generate_assignment "
                f'{self.assignment.name} --force), or, where this is meant, set c.NbJudge.test_cells = {{"CELL": "apart"}}'
            )
        needed = [cell for cell in cells if cell.way is Way.IN_PROCESS and cell.fixed is None]
        if needed and not self._in_process_allowed:
            raise SourceError(
                f"nobody was marked: c.NbJudge.in_process is False, and {_listed(needed)}. Rewrite the test, or set "
                'c.NbJudge.test_cells = {"CELL": "apart"}'
            )


def marking_with(marker: Marker) -> MarkAll:
    """Marks side by side what a marker has room for."""

    def mark(jobs: Sequence[Job]) -> list[Marked]:
        futures = [marker.submit([job]) for job in jobs]
        return [marked for future in futures for marked in future.result()]

    return mark


def _listed(cells: Sequence[CellTry]) -> str:
    """The cells with what is wrong with each, on one line."""
    named = [f"{cell.notebook}/{cell.cell}: {cell.why}" for cell in cells[:NAMED]]
    return "; ".join([*named, *([f"and {len(cells) - NAMED} more"] if len(cells) > NAMED else [])])


def instructor_names_of(template: Template) -> InstructorNames:
    """The names of a notebook that the judge makes itself."""
    cells = []
    for cell in template.cells:
        if cell.cell_type == "code":
            role: Role = "test" if cell.is_test else "answer" if cell.solution else "locked" if cell.locked else "other"
            cells.append(SourceCell(role, cell.solved or cell.source))
    names = find_instructor_names(cells)
    if any(cell.solution and cell.cell_type == "code" and not cell.solved for cell in template.cells):
        # A solution that is not known may bind any name. A name that only test cells use belongs to them all the same.
        spoken_of = "\n".join(cell.source for cell in template.cells if not cell.is_test)
        return InstructorNames(names.imports, stars=names.stars, shared=frozenset(re.findall(r"[^\W\d]\w*", spoken_of)))
    return names
