"""A submission -> a clean notebook, what was fixed, and the job for a judge. Pure: nothing handed in can make it raise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from nbjudge.job import InstructorNames, Job, JobCell, Kind
from nbjudge.limits import Limits
from nbjudge.repair.files import files_beside, tell_skipped
from nbjudge.repair.finding import find_notebook
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.rebuilding import rebuild, untouched
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment, Template
from nbjudge.verdict import Fix, Verdict

SKIP = "skip-execution"


@dataclass(frozen=True)
class Repaired:
    """A submission's notebook, ready to be marked.

    Attributes:
        notebook: nbformat 4.5, valid, without outputs; its graded cells are the template's, each once. When there was no
            notebook to read it is the one that was handed out, so that there is something to look at.
        fixes: what was put right.
        verdict: UNREADABLE or MISSING when there is nothing to mark: all scores are 0 then.
        files: what lies beside it while it runs, by name ("/" between folders).
        source_files: those of them that come from the source.
    """

    notebook: NotebookNode
    fixes: tuple[Fix, ...] = ()
    verdict: Verdict | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    source_files: Mapping[str, bytes] = field(default_factory=dict)


def repair(template: Template, submitted: Submitted, assignment: Assignment) -> Repaired:
    """Rebuild what a student handed in on the notebook of the source.

    Args:
        template: which notebook of the assignment.
        submitted: the student's files.
        assignment: what the template is part of.
    """
    fixes = Fixes()
    file = find_notebook(template, submitted, assignment, fixes)
    tell_skipped(submitted, fixes)
    files = files_beside(assignment, submitted, fixes)
    if file.document is None:
        notebook, verdict = untouched(template), Verdict.UNREADABLE if file.name else Verdict.MISSING
    else:
        for key, thing in file.document.fixed:
            fixes.add(key, thing)
        notebook, verdict = rebuild(template, file.document.cells, fixes), None
    return Repaired(notebook, fixes.told(template.notebook), verdict, files, dict(assignment.files))


def job_of(
    template: Template,
    repaired: Repaired,
    instructor_names: InstructorNames = InstructorNames(),  # noqa: B008 (frozen)
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    in_process: Collection[str] = (),
) -> Job:
    """What a judge is asked about a repaired notebook: one cell of the job for each of the notebook.

    Args:
        template: the notebook of the source.
        repaired: what was handed in.
        instructor_names: the names that the judge makes itself.
        limits: what the submission may use.
        in_process: the test cells, by their grade_id, that are run in the student's process.
    """
    return Job(
        notebook=template.notebook,
        cells=tuple(_job_cell(template, cell, in_process) for cell in repaired.notebook.cells),
        instructor_names=instructor_names,
        files=repaired.files,
        judge_files=repaired.source_files,
        limits=limits,
        hidden_test_delimiters=template.hidden_test_delimiters,
    )


def _job_cell(template: Template, cell: NotebookNode, in_process: Collection[str]) -> JobCell:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    if cell.cell_type != "code" or SKIP in cell.metadata.get("tags", ()):
        return JobCell("text", cell.source, grade_id=grade_id)
    if not grade_id:
        return JobCell("student", cell.source)
    template_cell = template.cells[template.places[grade_id]]
    if template_cell.is_test:
        kind: Kind = "in_process_test" if grade_id in in_process else "test"
        return JobCell(kind, template_cell.source, grade_id=grade_id)
    return JobCell("locked" if template_cell.locked else "student", cell.source, grade_id=grade_id)
