"""Which submitted cell is which cell of the template. Cells that have lost their marks are known by other signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbjudge.repair.document import Cell
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.template import SCHEMA_VERSION, Template, TemplateCell
from nbjudge.text import bare, defined_names


def match(template: Template, cells: Sequence[Cell], fixes: Fixes) -> Matching:
    """Match the cells of a submission. Each cell of the template is matched once at most."""
    matching = Matching(template, cells, fixes)
    matching.by_marks()
    if len(matching.places) < len(template.places):
        matching.by_id()
        matching.by_text()
        matching.by_names()
    matching.plain_cells()
    if matching.missing():
        matching.by_position()
    for place in sorted(matching.lost):
        fixes.add("lost-metadata", template.cells[place].grade_id)
    return matching


class Matching:
    """Matches submitted cells with the template's; places in both are counted from 0.

    Attributes:
        places: the template's place of a submitted cell; cells that are the student's own have none.
        dropped: submitted cells that are superfluous copies.
        lost: places of the template whose submitted cell had lost its marks.
    """

    def __init__(self, template: Template, cells: Sequence[Cell], fixes: Fixes) -> None:
        self.template = template
        self.cells = cells
        self.fixes = fixes
        self.places: dict[int, int] = {}
        self.dropped: set[int] = set()
        self.lost: set[int] = set()
        self.bare = [bare(cell.source) for cell in cells]

    # -- signs, the surest first

    def by_marks(self) -> None:
        """By nbgrader's metadata. Of several copies one is chosen."""
        claims: dict[int, list[int]] = {}
        for at, cell in enumerate(self.cells):
            place = self.template.places.get(cell.grade_id)
            if place is not None:
                claims.setdefault(place, []).append(at)
            elif cell.grade_id and _marks_something(cell):
                self.fixes.add("unknown-cell", cell.grade_id)
        for place, copies in claims.items():
            template_cell = self.template.cells[place]
            at = copies[0] if len(copies) == 1 else self._choose(template_cell, copies)
            self.places[at] = place
            if not _same_marks(template_cell, self.cells[at]):
                self.fixes.add("retagged-cell", template_cell.grade_id)

    def by_id(self) -> None:
        """By the cell's own id, which survives when metadata is lost."""
        ids: dict[str, int] = {}
        for at in self._free():
            ids.setdefault(self.cells[at].cell_id, at)
        for place, template_cell in self.missing():
            if template_cell.cell_id and template_cell.cell_id in ids:
                self._take_lost(place, ids[template_cell.cell_id])

    def by_text(self) -> None:
        """A graded cell by its text as it was handed out."""
        texts = self._texts()
        for place, template_cell in self.missing():
            same = [at for text in {template_cell.bare, bare(template_cell.source)} for at in texts.get(text, ())]
            same = sorted(at for at in same if at not in self.places)
            first, last = self._between(place)
            near = [at for at in same if first < at < last]
            fitting = near if template_cell.solution else near or same
            if fitting:
                self._take_lost(place, fitting[-1 if template_cell.is_test else 0])

    def plain_cells(self) -> None:
        """The plain cells between nbgrader's, by their text."""
        texts = self._texts()
        for place, template_cell in enumerate(self.template.cells):
            if not template_cell.grade_id:
                same = texts.get(template_cell.bare, [])
                fitting = [at for at in same if self.cells[at].cell_type == template_cell.cell_type]
                if fitting:
                    same.remove(fitting[0])
                    self.places[fitting[0]] = place

    def by_names(self) -> None:
        """An answer by the functions and classes that it must define."""
        defined: dict[int, frozenset[str]] | None = None
        for place, template_cell in self.missing():
            if not template_cell.solution or template_cell.cell_type != "code" or not template_cell.names:
                continue
            if defined is None:
                defined = {
                    at: defined_names(self.bare[at]) for at in self._free() if self.cells[at].cell_type == "code"
                }
            fitting = [at for at, names in defined.items() if template_cell.names <= names and at not in self.places]
            first, last = self._between(place)
            near = [at for at in fitting if first < at < last]
            if fitting:
                self._take_lost(place, (near or fitting)[-1])

    def by_position(self) -> None:
        """Answers by their place: between matched neighbours there are as many cells of the type as are missing."""
        gaps: dict[tuple[int, int, str], list[int]] = {}
        for place, template_cell in self.missing():
            if template_cell.solution and self._has_neighbours(place):
                gaps.setdefault((*self._between(place), template_cell.cell_type), []).append(place)
        for (first, last, cell_type), places in gaps.items():
            fitting = [
                at
                for at in self._free()
                if first < at < last and self.bare[at] and self.cells[at].cell_type == cell_type
            ]
            if len(fitting) == len(places):
                for place, at in zip(places, fitting, strict=True):
                    self._take_lost(place, at)

    # -- helpers

    def missing(self) -> list[tuple[int, TemplateCell]]:
        """The template's nbgrader cells, with their places, that no submitted cell is so far."""
        taken = set(self.places.values())
        return [(place, cell) for place, cell in enumerate(self.template.cells) if cell.grade_id and place not in taken]

    def _choose(self, template_cell: TemplateCell, copies: Sequence[int]) -> int:
        """The copy that counts. Others that say the same as the template are dropped, the rest is the student's own."""
        self.fixes.add("duplicate-cell", template_cell.grade_id)
        same = [at for at in copies if self.bare[at] in (template_cell.bare, bare(template_cell.source))]
        changed = [at for at in copies if at not in same]
        if template_cell.locked:
            # What a locked cell defines is needed from its first copy on; a test comes after the answer.
            at = (same[-1] if template_cell.is_test else same[0]) if same else copies[-1]
        else:
            at = changed[-1] if changed else copies[-1]
        self.dropped.update(copy for copy in same if copy != at)
        return at

    def _take_lost(self, place: int, at: int) -> None:
        self.places[at] = place
        self.lost.add(place)

    def _texts(self) -> dict[str, list[int]]:
        """Where each text is among the cells that are free."""
        texts: dict[str, list[int]] = {}
        for at in self._free():
            if self.bare[at]:
                texts.setdefault(self.bare[at], []).append(at)
        return texts

    def _free(self) -> Iterator[int]:
        """Submitted cells that are no cell of the template so far."""
        return (at for at in range(len(self.cells)) if at not in self.places and at not in self.dropped)

    def _has_neighbours(self, place: int) -> bool:
        """Whether a cell of the template is matched on either side of this one, or there is none on that side."""
        taken = self.places.values()
        return (place == 0 or min(taken, default=place) < place) and (
            place == len(self.template.cells) - 1 or max(taken, default=place) > place
        )

    def _between(self, place: int) -> tuple[int, int]:
        """Where the nearest matched neighbours of a template's cell are, before and after it."""
        where = {matched: at for at, matched in self.places.items()}
        before = max((matched for matched in where if matched < place), default=None)
        after = min((matched for matched in where if matched > place), default=None)
        return -1 if before is None else where[before], len(self.cells) if after is None else where[after]


def _marks_something(cell: Cell) -> bool:
    """Whether its metadata says that nbgrader has to do with it; flags that are off are left by nbgrader itself."""
    return cell.marks is not None and any(cell.marks.get(flag) for flag in ("grade", "solution", "locked", "task"))


def _same_marks(template_cell: TemplateCell, cell: Cell) -> bool:
    """Whether a cell's nbgrader metadata is the template's, for all that nbgrader does with it."""
    marks = cell.marks or {}
    solution = marks.get("solution", False)
    grade = marks.get("grade", False)
    locked = marks.get("locked", False) if not (grade or solution) else template_cell.locked
    return (
        type(marks.get("schema_version")) is int
        and marks["schema_version"] == SCHEMA_VERSION
        and (grade, solution, locked, marks.get("task", False))
        == (template_cell.grade, template_cell.solution, template_cell.locked, template_cell.task)
        and (not template_cell.grade or _same_number(marks.get("points"), template_cell.points))
        and (not cell.skipped or "skip-execution" in template_cell.metadata.get("tags", ()))
    )


def _same_number(value: object, points: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == points
