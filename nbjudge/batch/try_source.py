"""Tries the source itself before anyone is marked: its own solution and the untouched stub, apart and in one process.

A test cell may be written so that it works only where the student's code runs too. The source proves which ones do: where its
solution earns less apart than it does by stock nbgrader's rules, or the untouched stub earns more, the cell is marked in the
student's process for everybody. A solution that fails by stock's rules too is a broken test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any

import nbformat
from nbformat import NotebookNode

from nbjudge.job import InstructorNames, Job, Marked
from nbjudge.limits import Limits
from nbjudge.record.autograded import SUFFIX
from nbjudge.record.notebook import autograded, scores_of
from nbjudge.repair.repair import job_of, repair
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment, Template

MarkAll = Callable[[Sequence[Job]], list[Marked]]
"""Marks these notebooks; raises MarkingError when that was not possible."""


class Way(Enum):
    """Where a test cell is run; the value is the word that is stored, shown and written in settings."""

    APART = "apart"
    IN_PROCESS = "in process"


@dataclass(frozen=True)
class CellTry:
    """One test cell, and what the source's own answers earn in it.

    Attributes:
        notebook, cell: the notebook's name and the cell's grade_id.
        most: the cell's points.
        solution_apart, stub_apart: points of the source's solution and of the untouched stub where the cell is marked apart.
        solution_in_process, stub_in_process: the same where it runs in the student's process; None: it did not have to be tried.
        raises: whether the solution raises in process; a test that gives it a part of the points by a number may mean to.
        error: the line that the solution's error ends with, apart; in process where it raises there too.
        fixed: where the course's settings want it; None leaves it to the try.
        needed_by: a cell that does not work when this one is marked apart and others are not; "" for none.
    """

    notebook: str
    cell: str
    most: float
    solution_apart: float
    stub_apart: float
    solution_in_process: float | None = None
    stub_in_process: float | None = None
    raises: bool = False
    error: str = ""
    fixed: Way | None = None
    needed_by: str = ""

    @property
    def suspicious(self) -> bool:
        """Whether it has to be tried in process too: the solution lacks points apart, or the stub has some."""
        return self.solution_apart < self.most or self.stub_apart > 0

    @property
    def broken(self) -> bool:
        """Whether the solution fails by stock nbgrader's rules."""
        return self.fixed is None and self.raises

    @property
    def way(self) -> Way:
        """Where it is marked."""
        if self.fixed is not None:
            return self.fixed
        if self.solution_in_process is None or self.stub_in_process is None:
            return Way.APART
        needs = self.solution_in_process > self.solution_apart or self.stub_in_process < self.stub_apart
        blind = self.stub_apart >= self.most  # what tells nothing from nothing may find more where the answer is
        return Way.IN_PROCESS if needs or blind or self.needed_by else Way.APART

    @property
    def why(self) -> str:
        """Why it is marked in process, or what is wrong with it; "" when all is well."""
        if self.broken:
            return f"the source's own solution earns {self.solution_in_process:g} of {self.most:g}: {self.error}"
        if self.fixed is not None:
            return f"the course's settings say so (apart, the solution earns {self.solution_apart:g} of {self.most:g})"
        if self.way is Way.APART:
            return f"the untouched stub earns {self.stub_apart:g} of {self.most:g}" if self.stub_apart > 0 else ""
        if self.solution_apart < self.most:
            return f"apart, the source's own solution earns {self.solution_apart:g} of {self.most:g}: {self.error}"
        if self.stub_apart > 0:
            return f"apart, the untouched stub earns {self.stub_apart:g} of {self.most:g}: it may find nothing to test there"
        return f"{self.needed_by} needs what this cell leaves behind"


@dataclass(frozen=True)
class SourceTry:
    """What the try of an assignment's source has shown.

    Attributes:
        cells: of each test cell that is worth points.
        untried: notebooks whose solution the source does not hold, so that all of their cells are marked apart.
    """

    cells: tuple[CellTry, ...] = ()
    untried: tuple[str, ...] = ()

    def in_process(self, notebook: str) -> frozenset[str]:
        """The test cells of a notebook that are marked in the student's process."""
        return frozenset(cell.cell for cell in self.cells if cell.notebook == notebook and cell.way is Way.IN_PROCESS)

    def to_json(self) -> dict[str, Any]:
        """The result as plain values, for `from_json`."""
        cells = [{**asdict(cell), "fixed": cell.fixed.value if cell.fixed else None} for cell in self.cells]
        return {"cells": cells, "untried": list(self.untried)}

    @classmethod
    def from_json(cls, value: Any) -> SourceTry:
        """The result that `to_json` gave.

        Raises:
            ValueError: when it is anything else.
        """
        try:
            cells = tuple(
                CellTry(**{**cell, "fixed": Way(cell["fixed"]) if cell["fixed"] else None}) for cell in value["cells"]
            )
            return cls(cells, tuple(value["untried"]))
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"no result of a try: {error}") from None


@dataclass(frozen=True)
class _Outcome:
    """What a marked notebook's test cells earned, and the error of each that raised."""

    points: Mapping[str, float]
    errors: Mapping[str, str]


@dataclass(frozen=True)
class _Attempt:
    """One marking of the source: with its solution or as the untouched stub, and which cells run in process."""

    template: Template
    solved: bool
    in_process: frozenset[str] = field(default_factory=frozenset)


def try_source(
    assignment: Assignment,
    mark: MarkAll,
    *,
    instructor_names: Mapping[str, InstructorNames],
    limits: Limits,
    fixed: Mapping[str, Way] = {},
    thorough: bool = False,
) -> SourceTry:
    """Mark the source's own answers, and decide where each test cell is marked.

    Args:
        assignment: with its solutions.
        mark: marks notebooks.
        instructor_names: by notebook, see `nbjudge.job.InstructorNames`.
        limits: of a submission.
        fixed: where the settings want a cell, by its grade_id.
        thorough: try every cell in process too, not only those that need it.
    """

    def outcomes(attempts: Sequence[_Attempt]) -> list[_Outcome]:
        repaired = [repair(each.template, _handed_in(each), assignment) for each in attempts]
        jobs = [
            job_of(each.template, notebook, instructor_names[each.template.notebook], limits, each.in_process)
            for each, notebook in zip(attempts, repaired, strict=True)
        ]
        marked = mark(jobs)
        return [_outcome(autograded(*pair, key="")) for pair in zip(repaired, marked, strict=True)]

    known = [template for template in assignment.templates if _has_solution(template)]
    apart = outcomes([_Attempt(template, solved) for template in known for solved in (True, False)])
    tried: dict[str, list[CellTry]] = {}
    for template, solution, stub in zip(known, apart[::2], apart[1::2], strict=True):
        tried[template.notebook] = [
            CellTry(
                template.notebook,
                cell.grade_id,
                cell.points,
                solution.points[cell.grade_id],
                stub.points[cell.grade_id],
                error=solution.errors.get(cell.grade_id, ""),
                fixed=fixed.get(cell.grade_id),
            )
            for cell in _tests(template)
        ]
    again = [template for template in known if thorough or any(cell.suspicious for cell in tried[template.notebook])]
    together = outcomes([_Attempt(template, solved, _ids(template)) for template in again for solved in (True, False)])
    for template, solution, stub in zip(again, together[::2], together[1::2], strict=True):
        tried[template.notebook] = [_with(cell, solution, stub) for cell in tried[template.notebook]]
    return SourceTry(
        tuple(cell for template in known for cell in _settled(template, tried[template.notebook], outcomes)),
        tuple(template.notebook for template in assignment.templates if template not in known),
    )


def _settled(
    template: Template, cells: list[CellTry], outcomes: Callable[[Sequence[_Attempt]], list[_Outcome]]
) -> list[CellTry]:
    """The cells, once the solution earns all that it can with some of them in process and the others apart.

    Where it does not, a cell needs what another one has made in the other process: one after the other goes in process too.
    """
    while True:
        chosen = frozenset(cell.cell for cell in cells if cell.way is Way.IN_PROCESS)
        if not chosen or any(cell.broken for cell in cells):
            return cells
        (mixed,) = outcomes([_Attempt(template, True, chosen)])
        place = next((place for place, cell in enumerate(cells) if _lacks(cell, mixed)), None)
        if place is None:
            return cells
        lacking = cells[place]
        if lacking.cell not in chosen:
            cells[place] = replace(
                lacking, solution_apart=mixed.points[lacking.cell], error=mixed.errors.get(lacking.cell, "")
            )
            continue
        before = [number for number, cell in enumerate(cells[:place]) if cell.way is Way.APART and cell.fixed is None]
        if not before:
            return cells
        cells[before[-1]] = replace(cells[before[-1]], needed_by=lacking.cell)


def _lacks(cell: CellTry, mixed: _Outcome) -> bool:
    return cell.fixed is None and mixed.points[cell.cell] < (cell.solution_in_process or 0)


def _with(cell: CellTry, solution: _Outcome, stub: _Outcome) -> CellTry:
    """A cell with what the answers earn in process."""
    return replace(
        cell,
        solution_in_process=solution.points[cell.cell],
        stub_in_process=stub.points[cell.cell],
        raises=cell.cell in solution.errors,
        error=solution.errors.get(cell.cell, cell.error),
    )


def _has_solution(template: Template) -> bool:
    """Whether the source holds the text of every answer that tests look at."""
    answers = [cell for cell in template.cells if cell.solution and cell.cell_type == "code"]
    return bool(_tests(template)) and all(cell.solved for cell in answers if not cell.grade)


def _tests(template: Template) -> list[Any]:
    return [cell for cell in template.cells if cell.is_test and cell.points > 0]


def _ids(template: Template) -> frozenset[str]:
    return frozenset(cell.grade_id for cell in template.cells if cell.is_test)


def _handed_in(attempt: _Attempt) -> Submitted:
    """The source as if a student had handed it in."""
    cells = []
    for cell in attempt.template.cells:
        text = (cell.solved or cell.source) if attempt.solved and cell.solution else cell.released
        node = NotebookNode(
            cell_type=cell.cell_type, id=cell.cell_id, source=text, metadata=NotebookNode(cell.metadata)
        )
        if cell.grade_id:
            node.metadata["nbgrader"] = NotebookNode(cell.nbgrader())
        if cell.cell_type == "code":
            node.update(outputs=[], execution_count=None)
        cells.append(node)
    metadata = NotebookNode(attempt.template.metadata)
    notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=metadata, cells=cells)
    text = nbformat.v4.writes(notebook)
    return Submitted({f"{attempt.template.notebook}{SUFFIX}": text.encode("utf-8", "surrogatepass")})


def _outcome(notebook: NotebookNode) -> _Outcome:
    return _Outcome(
        {id: points or 0.0 for id, points in scores_of(notebook).scores.items()},
        {
            cell.metadata.nbgrader["grade_id"]: " ".join(f"{output.ename}: {output.evalue}".split())[:300]
            for cell, output in _errors(notebook.cells)
        },
    )


def _errors(cells: Iterable[NotebookNode]) -> Iterable[tuple[NotebookNode, NotebookNode]]:
    for cell in cells:
        if "nbgrader" in cell.metadata:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    yield cell, output
