"""Which submitted cell is which cell of the template. Cells that have lost their marks are known by other signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nbjudge.repair.document import Cell
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.names import defined_names
from nbjudge.repair.template import SCHEMA_VERSION, Template, TemplateCell
from nbjudge.repair.text import bare


@dataclass
class Matched:
    """What was found.

    Attributes:
        places: the template's place of a submitted cell, both counted from 0; cells that are the student's own have none.
        dropped: submitted cells that are superfluous copies.
    """

    places: dict[int, int] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


def match(template: Template, cells: Sequence[Cell], fixes: Fixes) -> Matched:
    """Match the cells of a submission. Each cell of the template is matched once at most."""
    matching = _Matching(template, cells, fixes)
    matching.by_marks()
    if len(matching.taken) < len(template.places):
        matching.by_id()
        matching.by_text()
        matching.by_names()
    matching.plain_cells()
    if len(matching.taken & matching.graded) < len(template.places):
        matching.by_position()
    for place in sorted(matching.lost):
        fixes.add("lost-metadata", template.cells[place].grade_id)
    return matching.found


class _Matching:
    def __init__(self, template: Template, cells: Sequence[Cell], fixes: Fixes) -> None:
        self.template = template
        self.cells = cells
        self.fixes = fixes
        self.found = Matched()
        self.taken: set[int] = set()
        self.lost: set[int] = set()
        self.graded = set(template.places.values())
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
            wanted = self.template.cells[place]
            at = copies[0] if len(copies) == 1 else self._choose(wanted, copies)
            self._take(place, at)
            if not _same_marks(wanted, self.cells[at]):
                self.fixes.add("retagged-cell", wanted.grade_id)

    def by_id(self) -> None:
        """By the cell's own id, which survives when metadata is lost."""
        ids: dict[str, int] = {}
        for at in self._free():
            ids.setdefault(self.cells[at].cell_id, at)
        for place, wanted in self._missing():
            if wanted.cell_id and wanted.cell_id in ids:
                self._take_lost(place, ids[wanted.cell_id])

    def by_text(self) -> None:
        """A graded cell by its text as it was handed out."""
        texts = self._texts()
        for place, wanted in self._missing():
            same = [at for text in {wanted.bare, bare(wanted.source)} for at in texts.get(text, ())]
            same = sorted(at for at in same if at not in self.found.places)
            first, last = self._between(place)
            near = [at for at in same if first < at < last]
            fitting = near if wanted.solution else near or same
            if fitting:
                self._take_lost(place, fitting[-1 if wanted.is_test else 0])

    def plain_cells(self) -> None:
        """The plain cells between nbgrader's, by their text."""
        texts = self._texts()
        for place, wanted in enumerate(self.template.cells):
            if not wanted.grade_id:
                same = texts.get(wanted.bare, [])
                fitting = [at for at in same if self.cells[at].cell_type == wanted.cell_type]
                if fitting:
                    same.remove(fitting[0])
                    self._take(place, fitting[0])

    def by_names(self) -> None:
        """An answer by the functions and classes that it must define."""
        defined: dict[int, frozenset[str]] | None = None
        for place, wanted in self._missing():
            if not wanted.solution or wanted.cell_type != "code" or not wanted.names:
                continue
            if defined is None:
                defined = {
                    at: defined_names(self.bare[at]) for at in self._free() if self.cells[at].cell_type == "code"
                }
            fitting = [at for at, names in defined.items() if wanted.names <= names and at not in self.found.places]
            first, last = self._between(place)
            near = [at for at in fitting if first < at < last]
            if fitting:
                self._take_lost(place, (near or fitting)[-1])

    def by_position(self) -> None:
        """Answers by their place: between known neighbours there are as many cells of the type as are missing."""
        gaps: dict[tuple[int, int, str], list[int]] = {}
        for place, wanted in self._missing():
            if wanted.solution and self._has_neighbours(place):
                gaps.setdefault((*self._between(place), wanted.cell_type), []).append(place)
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

    def _choose(self, wanted: TemplateCell, copies: Sequence[int]) -> int:
        """The copy that counts. Others that say the same as the template are dropped, the rest is the student's own."""
        self.fixes.add("duplicate-cell", wanted.grade_id)
        same = [at for at in copies if self.bare[at] in (wanted.bare, bare(wanted.source))]
        changed = [at for at in copies if at not in same]
        if wanted.locked:
            # What a locked cell defines is needed from its first copy on; a test comes after the answer.
            at = (same[-1] if wanted.is_test else same[0]) if same else copies[-1]
        else:
            at = changed[-1] if changed else copies[-1]
        self.found.dropped.update(each for each in same if each != at)
        return at

    def _take(self, place: int, at: int) -> None:
        self.found.places[at] = place
        self.taken.add(place)

    def _take_lost(self, place: int, at: int) -> None:
        self._take(place, at)
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
        return (at for at in range(len(self.cells)) if at not in self.found.places and at not in self.found.dropped)

    def _missing(self) -> list[tuple[int, TemplateCell]]:
        """The template's nbgrader cells that no submitted cell is so far."""
        return [
            (place, cell) for place, cell in enumerate(self.template.cells) if cell.grade_id and place not in self.taken
        ]

    def _has_neighbours(self, place: int) -> bool:
        """Whether a cell of the template is known on either side of this one, or there is none on that side."""
        known = self.found.places.values()
        return (place == 0 or min(known, default=place) < place) and (
            place == len(self.template.cells) - 1 or max(known, default=place) > place
        )

    def _between(self, place: int) -> tuple[int, int]:
        """Where the nearest known neighbours of a template's cell are, before and after it."""
        where = {known: at for at, known in self.found.places.items()}
        before = max((known for known in where if known < place), default=None)
        after = min((known for known in where if known > place), default=None)
        return -1 if before is None else where[before], len(self.cells) if after is None else where[after]


def _marks_something(cell: Cell) -> bool:
    """Whether its metadata says that nbgrader has to do with it; flags that are off are left by nbgrader itself."""
    return cell.marks is not None and any(cell.marks.get(flag) for flag in ("grade", "solution", "locked", "task"))


def _same_marks(wanted: TemplateCell, cell: Cell) -> bool:
    """Whether a cell's nbgrader metadata is the template's, for all that nbgrader does with it."""
    marks = cell.marks or {}
    solution = marks.get("solution", False)
    grade = marks.get("grade", False)
    locked = marks.get("locked", False) if not (grade or solution) else wanted.locked
    return (
        type(marks.get("schema_version")) is int
        and marks["schema_version"] == SCHEMA_VERSION
        and (grade, solution, locked, marks.get("task", False))
        == (wanted.grade, wanted.solution, wanted.locked, wanted.task)
        and (not wanted.grade or _same_number(marks.get("points"), wanted.points))
        and (not cell.skipped or "skip-execution" in wanted.metadata.get("tags", ()))
    )


def _same_number(value: object, points: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == points
