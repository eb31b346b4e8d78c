"""The clean notebook: every graded cell of the template once, the student's cells in their order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from nbjudge.repair.document import Cell
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.match_cells import match
from nbjudge.repair.pages import (
    MOST_RENDERED,
    MOST_RENDERED_IN_ALL,
    harmless,
    length_to_look_into,
    without_missing_pictures,
)
from nbjudge.repair.template import Template, TemplateCell
from nbjudge.text import bare

_ID = re.compile(r"[a-zA-Z0-9\-_]{1,64}")


@dataclass(frozen=True)
class _Item:
    """A cell of the clean notebook: the submitted cell, the template's place of it, or both."""

    cell: Cell | None
    place: int | None


def rebuild(template: Template, cells: Sequence[Cell], fixes: Fixes) -> NotebookNode:
    """The template's notebook with the student's cells in it."""
    matching = match(template, cells, fixes)
    items = [_Item(cell, matching.places.get(at)) for at, cell in enumerate(cells) if at not in matching.dropped]
    _restore_missing(template, items, fixes)
    _tests_after_answers(template, items, fixes)
    texts = _Texts(template, items, fixes)
    return _notebook(template, [(_cell(template, item, texts), item) for item in items])


def untouched(template: Template) -> NotebookNode:
    """The template's notebook as it was handed out, with the whole tests."""
    items = [_Item(None, place) for place in range(len(template.cells))]
    texts = _Texts(template, items, Fixes())
    return _notebook(template, [(_cell(template, item, texts), item) for item in items])


def _restore_missing(template: Template, items: list[_Item], fixes: Fixes) -> None:
    """Put the template's missing nbgrader cells after their nearest predecessor that is there."""
    there = {item.place for item in items}
    for place in template.places.values():
        if place in there:
            continue
        at = 0
        before = max((other for other in there if other is not None and other < place), default=None)
        if before is not None:
            at = next(at for at, item in enumerate(items) if item.place == before) + 1
        items.insert(at, _Item(None, place))
        there.add(place)
        cell = template.cells[place]
        fixes.add("missing-answer" if cell.solution else "missing-cell", cell.grade_id)


def _tests_after_answers(template: Template, items: list[_Item], fixes: Fixes) -> None:
    """Put tests that come before their answer behind it; else the order is the student's."""
    for place, answers in template.answers.items():
        where = {item.place: at for at, item in enumerate(items) if item.place is not None}
        last = max((where[answer] for answer in answers), default=-1)
        at = where[place]
        if at > last:
            continue
        item = items.pop(at)
        target = last  # one less, since the test was before it, and one more, since it comes after
        while target < len(items) and _is_earlier_test(template, items[target], place):
            target += 1
        items.insert(target, item)
        if item.cell is not None:
            fixes.add("moved-cell", template.cells[place].grade_id)


def _is_earlier_test(template: Template, item: _Item, place: int) -> bool:
    return item.place is not None and item.place < place and template.cells[item.place].is_test


class _Texts:
    """Students' words as they can be shown to an instructor."""

    def __init__(self, template: Template, items: Sequence[_Item], fixes: Fixes) -> None:
        self.fixes = fixes
        own = (
            item.cell.source
            for item in items
            if item.cell is not None
            and item.cell.cell_type != "code"
            and (item.place is None or template.cells[item.place].solution)
        )
        in_all = sum(map(length_to_look_into, own))
        self._most = MOST_RENDERED if in_all <= MOST_RENDERED_IN_ALL else 0

    def shown(self, text: str, cell_type: str, attached: Collection[str], name: str) -> str:
        """A text without what would stop a page, or run in it; the name is what the fix calls the cell."""
        complete = without_missing_pictures(text, attached, self._most) if cell_type == "markdown" else text
        if complete != text:
            self.fixes.add("attachment", name)
        safe = harmless(complete, is_html=cell_type == "raw", attached=attached, most=self._most)
        if safe != complete:
            self.fixes.add("active-html", name)
        return safe


def _cell(template: Template, item: _Item, texts: _Texts) -> dict[str, Any]:
    """The cell's content: type, text, metadata, attachments."""
    template_cell = None if item.place is None else template.cells[item.place]
    cell = item.cell
    if template_cell is None:
        assert cell is not None
        return _own(cell, texts)
    if not template_cell.grade_id:
        return _from_template(template_cell, template_cell.source if cell is None else cell.source)
    if cell is None:
        return _from_template(template_cell, template_cell.source if template_cell.locked else template_cell.released)
    if cell.cell_type != template_cell.cell_type:
        texts.fixes.add("cell-type", template_cell.grade_id)
    if template_cell.locked:
        as_handed_out = template_cell.newer or bare(cell.source) in (template_cell.bare, bare(template_cell.source))
        if not as_handed_out:
            texts.fixes.add("edited-cell", template_cell.grade_id)
        return _from_template(template_cell, template_cell.source)
    return _answer(template_cell, cell, texts)


def _answer(template_cell: TemplateCell, cell: Cell, texts: _Texts) -> dict[str, Any]:
    """The student's text in the template's cell."""
    text = cell.source
    if template_cell.grade and bare(text) == template_cell.bare:
        text = template_cell.released  # nbgrader knows an untouched answer by its exact text
    built = _from_template(template_cell, text)
    if template_cell.cell_type != "code":
        built["source"] = texts.shown(text, template_cell.cell_type, cell.attachments, template_cell.grade_id)
        built["attachments"] = cell.attachments
    return built


def _own(cell: Cell, texts: _Texts) -> dict[str, Any]:
    """A cell of the student's own: text only, and pictures."""
    text = cell.source
    if cell.cell_type != "code":
        text = texts.shown(text, cell.cell_type, cell.attachments, text.strip().partition("\n")[0])
    return {"cell_type": cell.cell_type, "source": text, "metadata": {}, "attachments": cell.attachments}


def _from_template(template_cell: TemplateCell, text: str) -> dict[str, Any]:
    metadata = deepcopy(dict(template_cell.metadata))
    if template_cell.grade_id:
        metadata["nbgrader"] = template_cell.nbgrader()
    return {
        "cell_type": template_cell.cell_type,
        "source": text,
        "metadata": metadata,
        "attachments": template_cell.attachments,
    }


def _notebook(template: Template, built: Sequence[tuple[dict[str, Any], _Item]]) -> NotebookNode:
    """The notebook of these cells, without outputs, each with an id of its own."""
    ids = _ids(template, [item for _, item in built])
    return NotebookNode(
        cells=[_node(cell, cell_id) for (cell, _), cell_id in zip(built, ids, strict=True)],
        metadata=_nodes(template.metadata),
        nbformat=4,
        nbformat_minor=5,
    )


def _node(built: Mapping[str, Any], cell_id: str) -> NotebookNode:
    node = NotebookNode(
        cell_type=built["cell_type"], id=cell_id, metadata=_nodes(built["metadata"]), source=built["source"]
    )
    if node.cell_type == "code":
        node["execution_count"] = None
        node["outputs"] = []
    elif built["attachments"]:
        node["attachments"] = _nodes(built["attachments"])
    return node


def _nodes(value: Mapping[str, Any]) -> NotebookNode:
    """nbformat's own kind of dict, all the way down."""
    return NotebookNode(
        {
            key: _nodes(item) if isinstance(item, Mapping) else list(item) if isinstance(item, list) else item
            for key, item in value.items()
        }
    )


def _ids(template: Template, items: Sequence[_Item]) -> list[str]:
    """The template's ids for its cells, the student's for theirs; a new one where there is none or it is used."""
    used = {cell.cell_id for cell in template.cells if cell.grade_id}
    ids = []
    for item in items:
        template_cell = None if item.place is None else template.cells[item.place]
        own = item.cell.cell_id if item.cell is not None else ""
        if template_cell is not None and template_cell.grade_id and _ID.fullmatch(template_cell.cell_id):
            ids.append(template_cell.cell_id)
            continue
        cell_id = next((id for id in (own, template_cell.cell_id if template_cell else "") if _is_new(id, used)), "")
        number = len(ids)
        while not cell_id:
            cell_id = f"cell-{number}" if _is_new(f"cell-{number}", used) else ""
            number += 1
        used.add(cell_id)
        ids.append(cell_id)
    return ids


def _is_new(cell_id: str, used: set[str]) -> bool:
    return cell_id not in used and _ID.fullmatch(cell_id) is not None
