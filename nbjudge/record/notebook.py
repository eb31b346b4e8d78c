"""From a repaired notebook and a judge's result to the autograded notebook, and from that to the values that the gradebook gets. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from nbjudge.job import CellRun, End, Marked
from nbjudge.language import N_, _
from nbjudge.repair.repair import Repaired
from nbjudge.verdict import VERDICTS, Fix, Verdict
from nbjudge.versions import ENGINE_VERSION

METADATA = "grading"
"""Where a notebook's metadata keep its key, its verdict, the keys of its fixes and the version of the engine."""

NO_RESPONSE = "No response."
"""nbgrader's own comment on an answer that is still the released text."""

NOT_REACHED = N_("This cell was not run: the notebook had ended before.")
NOT_RUN = N_("This cell was not run, because there was no notebook to mark.")
OUT_OF_RANGE = N_(
    "This cell's last line gave {value}, which is no number from 0 to {points}. Please tell your teacher."
)
NO_OUTPUT = N_("An output was removed here: it is none that a notebook can hold.")
IN_PROCESS = N_("These tests ran together with your code, as they need it: {cells}.")
FIXES = N_("Before marking, this was put right:")

_ENDS = {
    End.TIMED_OUT: Verdict.TIMED_OUT,
    End.OUT_OF_MEMORY: Verdict.OUT_OF_MEMORY,
    End.CRASHED: Verdict.CRASHED,
}


def verdict_of(repaired: Repaired, marked: Marked | None) -> Verdict:
    """How a notebook ended: as the repair says where it could not be run, else as its worker ended."""
    if repaired.verdict is not None:
        return repaired.verdict
    if marked is None:
        return Verdict.FAILED
    return _ENDS.get(marked.end) or (Verdict.REPAIRED if repaired.fixes else Verdict.MARKED)


def autograded(
    repaired: Repaired,
    marked: Marked | None,
    *,
    key: str,
    limit: LimitOutput | None = None,
    in_process: Collection[str] = (),
) -> NotebookNode:
    """The autograded notebook: outputs put in, a report on top, and in its metadata what it was made from.

    Args:
        repaired: the clean notebook; it is not changed.
        marked: what the judge found, one run for each cell; None where nothing could be run.
        key: the key of the result, see nbjudge.batch.key.
        limit: nbgrader's preprocessor that cuts long outputs, with the course's settings.
        in_process: the grade_ids of test cells that ran in the student's process.

    Raises:
        ValueError: when there are not as many runs as cells.
    """
    cells = [NotebookNode(**cell, metadata=_copy(metadata)) for cell, metadata in map(_parted, repaired.notebook.cells)]
    if marked is not None and len(marked.runs) != len(cells):
        raise ValueError(f"the judge gave {len(marked.runs)} runs for a notebook of {len(cells)} cells")
    for index, cell in enumerate(cells):
        if cell.cell_type == "code":
            _put_in(cell, None if marked is None else marked.runs[index])
    notebook = NotebookNode(
        nbformat=4,
        nbformat_minor=repaired.notebook.nbformat_minor,
        metadata=_copy(repaired.notebook.metadata),
        cells=cells,
    )
    if limit is not None:
        notebook, _resources = limit.preprocess(notebook, {})
    verdict = verdict_of(repaired, marked)
    notebook.metadata[METADATA] = NotebookNode(
        key=key, verdict=verdict.value, mends=[fix.key for fix in repaired.fixes], engine=ENGINE_VERSION
    )
    if in_process:
        notebook.metadata[METADATA]["in_process"] = sorted(in_process)
    text = report(verdict, repaired.fixes, in_process)
    if text:
        notebook.cells.insert(0, _markdown_cell(notebook, text))
    if not nbformat.validator.isvalid(notebook):
        _drop_invalid_outputs(notebook)
        nbformat.validate(notebook)
    return notebook


def report(verdict: Verdict, fixes: Sequence[Fix], in_process: Collection[str] = ()) -> str:
    """What the student reads on top of the notebook, in markdown; empty when all is as it should be."""
    lines = [] if verdict is Verdict.MARKED else [f"**{_(VERDICTS[verdict])}**"]
    if fixes:
        told = list(dict.fromkeys(fix.message for fix in fixes))
        lines += ["", _(FIXES), "", *(f"- {message}" for message in told)]
    if in_process:
        lines += ["", _(IN_PROCESS).format(cells=", ".join(f"`{cell}`" for cell in sorted(in_process)))]
    return "\n".join(lines).strip()


def _put_in(cell: NotebookNode, run: CellRun | None) -> None:
    """Outputs and execution count of one code cell; a test cell never reads better than what was found."""
    cell.outputs = [nbformat.from_dict(output) for output in (run.outputs if run else [])]
    cell.execution_count = run.execution_count if run else None
    if not is_grade(cell) or is_solution(cell):
        return
    skipped = "skip-execution" in cell.metadata.get("tags", ())  # the source's own tag: nobody runs such a cell
    if cell.execution_count is None and not cell.outputs and cell.source.strip() and not skipped:
        # No output at all would be full marks to nbgrader.
        cell.outputs = [_error("NotRun", _(NOT_RUN) if run is None else _(NOT_REACHED))]
        return
    points = float(cell.metadata["nbgrader"]["points"])
    for output in cell.outputs:
        if output.output_type == "execute_result":
            value = _partial_credit(output, points)
            if value is not None:
                output_text = _(OUT_OF_RANGE).format(value=value, points=f"{points:g}")
                cell.outputs = [_error("ValueError", output_text)]
            return


def _partial_credit(output: NotebookNode, points: float) -> str | None:
    """The text of a value that nbgrader's `get_partial_grade` would take for full marks or refuse, or None.

    A value that is no number at all is full marks by nbgrader's rule, and stays so.
    """
    text = output.get("data", {}).get("text/plain", "")
    text = text if isinstance(text, str) else "".join(text)
    try:
        value = float(text)
    except ValueError:
        return None if text else "''"
    return None if math.isfinite(value) and 0 <= value <= points else text[:40]


def _drop_invalid_outputs(notebook: NotebookNode) -> None:
    """Replace what came from a student's process and is no output."""
    version, minor = notebook.nbformat, notebook.nbformat_minor
    for cell in notebook.cells:
        for index, output in enumerate(cell.get("outputs", [])):
            try:
                nbformat.validate(output, ref="output", version=version, version_minor=minor)
            except nbformat.ValidationError:
                test = is_grade(cell) and not is_solution(cell)
                text = _(NO_OUTPUT)
                cell.outputs[index] = (
                    _error("ValueError", text) if test else NotebookNode(output_type="stream", name="stdout", text=text)
                )


def _error(name: str, message: str) -> NotebookNode:
    return NotebookNode(output_type="error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _markdown_cell(notebook: NotebookNode, text: str) -> NotebookNode:
    """A cell without nbgrader's metadata, whose id is always the same where ids are used."""
    cell = NotebookNode(cell_type="markdown", metadata=NotebookNode(editable=False, deletable=False), source=text)
    if notebook.nbformat_minor >= 5:
        taken = {cell.get("id") for cell in notebook.cells}
        cell["id"] = next(name for number in range(len(taken) + 1) if (name := f"grading-report-{number}") not in taken)
    return cell


def _parted(cell: NotebookNode) -> tuple[dict[str, Any], NotebookNode]:
    return {name: value for name, value in cell.items() if name not in {"metadata", "outputs"}}, cell.metadata


def _copy(node: NotebookNode) -> NotebookNode:
    copied = nbformat.from_dict(node)
    assert isinstance(copied, NotebookNode)
    return copied


@dataclass(frozen=True)
class NotebookScores:
    """The values of one notebook.

    Attributes:
        verdict: how its marking ended.
        scores: points of each graded cell by its id; None where a person must read it. Task cells are not among them.
        comments: nbgrader's automatic comment, or None, of each solution and task cell.
    """

    verdict: Verdict
    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)


def scores_of(notebook: NotebookNode, verdict: Verdict | None = None) -> NotebookScores:
    """Read an autograded notebook as nbgrader's SaveAutoGrades does.

    Args:
        notebook: what `autograded` made.
        verdict: how it ended; None reads it in the notebook's metadata.

    Raises:
        ValueError: when the metadata hold no verdict.
    """
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in notebook.cells:
        if is_grade(cell):
            points, _most = determine_grade(cell)
            scores[cell.metadata.nbgrader["grade_id"]] = None if points is None else float(points)
        if is_solution(cell) or is_task(cell):
            meta = cell.metadata.nbgrader
            same = meta.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[meta["grade_id"]] = NO_RESPONSE if same else None
    if verdict is None:
        verdict = Verdict(notebook.metadata.get(METADATA, {}).get("verdict"))
    if verdict in {Verdict.MISSING, Verdict.UNREADABLE}:
        return NotebookScores(verdict, dict.fromkeys(scores, 0.0), dict.fromkeys(comments))
    return NotebookScores(verdict, scores, comments)
