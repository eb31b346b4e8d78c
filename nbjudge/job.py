"""The job of a judge and its result, as plain values. The judge is trusted; hidden tests go to no other process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from nbjudge.limits import Limits

Kind = Literal["text", "student", "locked", "test", "in_process_test"]
"""text: markdown or raw, not run. student: the student's code. locked: code of the source that is no test, run with the
student's. test: a test cell, run by the judge, apart from the student's code. in_process_test: a test cell that is run in the
student's process, as stock nbgrader does."""


@dataclass(frozen=True)
class JobCell:
    """One cell of a repaired notebook.

    Attributes:
        kind: who runs it.
        source: its whole text, a test cell's hidden tests included.
        grade_id: its nbgrader id, or "".
    """

    kind: Kind
    source: str
    grade_id: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it is a test cell, wherever it runs."""
        return self.kind in {"test", "in_process_test"}


@dataclass(frozen=True)
class InstructorNames:
    """The names that the source notebook binds and none of its answer cells does: the judge binds them itself.

    Attributes:
        imports: the import statement that binds a name.
        definitions: the text of the function or class that a locked cell defines.
        constants: the text of a literal that a locked cell assigns.
        stars: `from module import *` of the source.
        shared: what cells of the source that are no tests bind otherwise: the names that are the student's. None: not known,
            any name may be.
        operators: special methods that classes of the source define; None: not known.
    """

    imports: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    shared: frozenset[str] | None = None
    operators: frozenset[str] | None = None


@dataclass(frozen=True)
class HiddenTestDelimiters:
    """Between which lines of a test cell hidden tests stand: the delimiters of nbgrader's `ClearHiddenTests`."""

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"


@dataclass(frozen=True)
class Job:
    """A repaired notebook to be marked.

    Attributes:
        notebook: the notebook's id, which is its file's name without `.ipynb`.
        cells: in order.
        instructor_names: see InstructorNames.
        files: data files that lie beside the notebook while it runs: name (may have folders, "/" between) -> content.
        judge_files: those of them that come from the source: what a test cell reads.
        limits: what the submission may use.
        hidden_test_delimiters: see HiddenTestDelimiters.
    """

    notebook: str
    cells: tuple[JobCell, ...]
    instructor_names: InstructorNames = InstructorNames()
    files: Mapping[str, bytes] = field(default_factory=dict)
    judge_files: Mapping[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    hidden_test_delimiters: HiddenTestDelimiters = HiddenTestDelimiters()


class End(Enum):
    """How a worker ended."""

    DONE = "done"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"


@dataclass(frozen=True)
class CellRun:
    """The run of one cell: its outputs as nbformat has them (plain dicts), and its number in the order of execution."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    execution_count: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The run as plain values, for `from_json`."""
        return {"outputs": self.outputs, "execution_count": self.execution_count}

    @classmethod
    def from_json(cls, value: Any) -> CellRun:
        """The run that `to_json` gave.

        Raises:
            ValueError: when it is anything else.
        """
        run = _checked(value, dict)
        count = run.get("execution_count")
        return cls(
            outputs=[_checked(output, dict) for output in _checked(run.get("outputs"), list)],
            execution_count=None if count is None else _checked(count, int),
        )


@dataclass(frozen=True)
class Marked:
    """A marked notebook: the judge's result.

    Attributes:
        runs: one for each cell of the job. Outputs of a test cell are such that nbgrader's `determine_grade` reads the score
            from them: an error is 0, the number of the last line is partial credit, anything else is full marks.
        end: how the worker ended.
        detail: for the instructor's log, one line.
        cpu_seconds: processor time that the cells themselves took, student's and test cells together.
    """

    runs: tuple[CellRun, ...]
    end: End
    detail: str = ""
    cpu_seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The result as plain values, for `from_json`."""
        return {
            "runs": [run.to_json() for run in self.runs],
            "end": self.end.value,
            "detail": self.detail,
            "cpu_seconds": self.cpu_seconds,
        }

    @classmethod
    def from_json(cls, value: Any) -> Marked:
        """The result that `to_json` gave.

        Raises:
            ValueError: when it is anything else.
        """
        marked = _checked(value, dict)
        return cls(
            runs=tuple(CellRun.from_json(run) for run in _checked(marked.get("runs"), list)),
            end=End(marked.get("end")),
            detail=_checked(marked.get("detail"), str),
            cpu_seconds=float(_checked(marked.get("cpu_seconds"), int, float)),
        )


def _checked(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise ValueError(f"a result holds {type(value).__name__} where {kinds[0].__name__} was expected")
    return value
