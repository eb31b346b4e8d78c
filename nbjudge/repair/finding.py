"""Which file of a submission is the notebook: by its name, by the names that copies and LMSs give, or by its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbjudge.language import N_, _
from nbjudge.repair.document import Document, Unreadable, read_document
from nbjudge.repair.files import NOTEBOOK
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.submission import Skipped, Submitted
from nbjudge.repair.template import Assignment, Template
from nbjudge.text import bare

MOST_READ = 20
"""Candidates that are looked into."""

_LMS = re.compile(r"^.*_assignsubmission_file_|^[^_]+(?:_late)?_\d+_\d+_", re.IGNORECASE)
_COPY_OF = re.compile(r"^(?:copy[ _-]+of[ _-]+)+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:[ _-]*\((\d+)\)|[ _-]*copy[ _-]*(\d*)|-(\d+))$", re.IGNORECASE)

REASONS = {
    Skipped.LINK: N_("a link, which is not followed"),
    Skipped.TOO_LARGE: N_("too large"),
    Skipped.TOO_MANY: N_("one of too many files"),
    Skipped.TOO_DEEP: N_("in too many folders"),
    Skipped.NOT_A_FILE: N_("not a file"),
    Skipped.UNREADABLE: N_("it cannot be opened"),
}


@dataclass(frozen=True)
class NotebookFile:
    """The file of a submission that holds a notebook.

    Attributes:
        name: its name; "" when there is none.
        document: what is in it; None when it could not be read.
    """

    name: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class _Candidate:
    name: str
    document: Document | None
    why_not: str
    version: int  # -1 for a name that is none of the template's

    def rank(self, template: Template) -> tuple[bool, int, int, int, str]:
        """Which one to take among renamed ones: the largest."""
        document = self.document
        changed = 0 if document is None else _changed_answers(template, document)
        return document is not None, changed, self.version, -self.name.count("/"), self.name


def find_notebook(template: Template, submitted: Submitted, assignment: Assignment, fixes: Fixes) -> NotebookFile:
    """Find the notebook of a template among what was handed in, and tell what is not as it should be.

    The exact name wins, then other forms of the name, then the cells. A file that cannot be read comes last.
    """
    exact = f"{template.notebook}.ipynb"
    others = {f"{other.notebook}.ipynb" for other in assignment.templates if other is not template}
    names = [name for name in submitted.files if NOTEBOOK.search(name) and name not in others]
    names.sort(key=lambda name: name != exact)
    candidates = []
    for name in names[:MOST_READ]:
        candidates.append(_candidate(template, submitted, name))
        if name == exact and candidates[0].document is not None:
            break
    chosen = _choose(template, assignment, candidates)
    if chosen is None:
        shown = [*names, *(name for name in submitted.files if name not in names)]
        for name in shown or [_("nothing")]:
            fixes.add("missing-notebook", name)
        return NotebookFile()
    if chosen.document is None:
        fixes.add("unreadable-file", chosen.name, chosen.why_not)
    if chosen.name != exact:
        fixes.add("found-by-content" if chosen.version < 0 else "renamed-file", chosen.name)
    for name in names:
        if name != chosen.name and not _belongs_elsewhere(template, assignment, name):
            fixes.add("extra-notebook", name)
    return NotebookFile(chosen.name, chosen.document)


def _choose(template: Template, assignment: Assignment, candidates: list[_Candidate]) -> _Candidate | None:
    exact = [file for file in candidates if file.name == f"{template.notebook}.ipynb"]
    renamed = [file for file in candidates if file.version >= 0 and file not in exact]
    for group in (exact, renamed):
        readable = [file for file in group if file.document is not None]
        if readable:
            return max(readable, key=lambda file: file.rank(template))
    by_content = [
        file
        for file in candidates
        if file.document is not None
        and file.version < 0
        and not _belongs_elsewhere(template, assignment, file.name)
        and _fits_best(template, assignment, file.document)
    ]
    if by_content:
        return max(by_content, key=lambda file: (_fit(template, file.document), file.rank(template)))
    unreadable = [*exact, *renamed] or [file for file in candidates if file.document is None and len(candidates) == 1]
    return unreadable[0] if unreadable else None


def _candidate(template: Template, submitted: Submitted, name: str) -> _Candidate:
    version = _version(template.notebook, name)
    content = submitted.files[name]
    if isinstance(content, Skipped):
        return _Candidate(name, None, _(REASONS[content]), version)
    try:
        return _Candidate(name, read_document(content), "", version)
    except Unreadable as error:
        return _Candidate(name, None, str(error), version)


def _version(notebook: str, name: str) -> int:
    """Which copy of the notebook a file's name says it is, 0 for none in particular; -1 when it is another name."""
    stem = NOTEBOOK.sub("", name.rpartition("/")[2]).strip()
    version = 0
    for _step in range(6):
        if _same_name(stem, notebook):
            return version
        shorter = _COPY_OF.sub("", _LMS.sub("", stem))
        if shorter == stem:
            number = _NUMBER.search(stem)
            if number is None:
                return -1
            shorter = stem[: number.start()]
            version = max(version, int(next((digits[:6] for digits in number.groups() if digits), "1")))
        stem = shorter.strip()
    return -1


def _same_name(one: str, other: str) -> bool:
    """Whether two names differ in case, spaces and hyphens only."""
    return re.sub(r"[\s_-]+", "-", one).casefold() == re.sub(r"[\s_-]+", "-", other).casefold()


def _belongs_elsewhere(template: Template, assignment: Assignment, name: str) -> bool:
    """Whether a file's name is that of another notebook of the assignment."""
    return any(_version(other.notebook, name) >= 0 for other in assignment.templates if other is not template)


def _fits_best(template: Template, assignment: Assignment, document: Document) -> bool:
    fit = _fit(template, document)
    return fit > 0 and all(fit >= _fit(other, document) for other in assignment.templates)


def _fit(template: Template, document: Document | None) -> int:
    """How many of the template's tests, answers and tasks a notebook has, by name, id or text."""
    if document is None:
        return 0
    ids = {cell.grade_id for cell in document.cells}
    cell_ids = {cell.cell_id for cell in document.cells}
    texts = {bare(cell.source) for cell in document.cells}
    return sum(
        cell.grade_id in ids
        or (cell.cell_id in cell_ids and cell.cell_id != "")
        or (cell.locked and cell.bare in texts)
        for cell in template.cells
        if cell.grade or cell.solution or cell.task  # other locked cells may be the same in every notebook
    )


def _changed_answers(template: Template, document: Document) -> int:
    """How many answer cells differ from what was handed out."""
    places = template.places
    return sum(
        template.cells[places[cell.grade_id]].solution
        and bare(cell.source) != template.cells[places[cell.grade_id]].bare
        for cell in document.cells
        if cell.grade_id in places
    )
