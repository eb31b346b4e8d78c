"""The notebook of an assignment as its source and the gradebook have it: what submissions are rebuilt on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nbjudge.job import HiddenTestDelimiters
from nbjudge.text import bare, defined_names

SCHEMA_VERSION = 3


@dataclass(frozen=True)
class TemplateCell:
    """One cell of the source.

    Attributes:
        grade_id: its nbgrader id; "" for a plain cell.
        cell_type: code, markdown or raw.
        source: its whole text, hidden tests and mark schemes included; an answer cell has the stub here too.
        released: its text as students got it.
        newer: whether the source has changed its text since it was registered: what students got may be another.
        solved: of an answer cell, its text with the solution; "" where the source notebook is gone.
        points: what a graded cell or a task is worth.
        grade, solution, locked, task: nbgrader's flags. A locked cell's text is the source's, whatever was handed in.
        checksum: what an untouched cell sums to, as the gradebook has it.
        cell_id: the id that the released notebook gives it.
        metadata: what its released metadata has besides nbgrader's: deletable, editable, tags.
        attachments: pictures inside a markdown cell.
    """

    grade_id: str
    cell_type: str
    source: str
    released: str
    points: float = 0.0
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    checksum: str = ""
    cell_id: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    solved: str = ""
    newer: bool = False

    @property
    def is_test(self) -> bool:
        """Whether it is a test cell: code that is graded and not the student's."""
        return self.grade and not self.solution and self.cell_type == "code"

    @cached_property
    def bare(self) -> str:
        """The released text without the white space that editors change."""
        return bare(self.released)

    @cached_property
    def names(self) -> frozenset[str]:
        """The functions and classes that the released text defines; without any, the names that it assigns."""
        return defined_names(self.released, assigned=False) or defined_names(self.released)

    def nbgrader(self) -> dict[str, Any]:
        """Its nbgrader metadata, fresh for each notebook."""
        marks: dict[str, Any] = {
            "cell_type": self.cell_type,
            "grade": self.grade,
            "grade_id": self.grade_id,
            "locked": self.locked,
            "schema_version": SCHEMA_VERSION,
            "solution": self.solution,
            "task": self.task,
        }
        if self.checksum:
            marks["checksum"] = self.checksum
        if self.grade or self.task:
            marks["points"] = int(self.points) if self.points.is_integer() else self.points
        return marks


@dataclass(frozen=True)
class Template:
    """A notebook of an assignment.

    Attributes:
        notebook: its id, which is its file's name without `.ipynb`.
        cells: nbgrader's cells and the plain ones between them, in the source's order.
        metadata: the notebook's own: kernelspec, language_info and what else the release keeps.
        hidden_test_delimiters: the course's own where it has set them.
    """

    notebook: str
    cells: tuple[TemplateCell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    hidden_test_delimiters: HiddenTestDelimiters = field(default_factory=HiddenTestDelimiters)

    @property
    def newer(self) -> tuple[str, ...]:
        """The ids of cells whose text has changed in the source since they were registered."""
        return tuple(cell.grade_id for cell in self.cells if cell.newer)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each nbgrader cell is, by grade_id."""
        return {cell.grade_id: place for place, cell in enumerate(self.cells) if cell.grade_id}

    @cached_property
    def answers(self) -> dict[int, tuple[int, ...]]:
        """For each test cell the answer cells before it, back to the test cell before; several tests may share them."""
        answers: dict[int, tuple[int, ...]] = {}
        group: list[int] = []
        tested = False
        for place, cell in enumerate(self.cells):
            if cell.is_test:
                answers[place] = tuple(group)
                tested = True
            elif cell.solution and not cell.grade:
                group = [place] if tested else [*group, place]
                tested = False
        return answers


@dataclass(frozen=True)
class Assignment:
    """All that submissions of an assignment are rebuilt on.

    Attributes:
        name: as nbgrader knows it.
        templates: one for each notebook that the gradebook knows.
        files: the source's data files by name ("/" between folders): they lie beside a notebook and win over a student's.
        students_own: names of files that the course lets students edit (`Autograde.exclude_overwriting`).
        modules: names of installed and standard modules, which no file of a student may hide.
    """

    name: str
    templates: tuple[Template, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    students_own: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()

    @property
    def code(self) -> list[str]:
        """The texts of the source's code cells."""
        return [cell.source for template in self.templates for cell in template.cells if cell.cell_type == "code"]
