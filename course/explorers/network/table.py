"""The table of layers: what each takes and gives, costs and sees, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from course.explorers.network.result import Result
from course.explorers.network.run import Row
from course.explorers.text import in_columns
from course.language import N_, _

_HEADERS = (N_("layer"), N_("input"), N_("output"), N_("parameters"), N_("multiply-adds"), N_("sees"), N_("jump"))
_MOST_LINES = 28  # of a table as plain text
NONE = "–"


@dataclass(frozen=True)
class TableLine:
    """A layer in the table, as text; `mark` is "chosen", "failed", "total" or nothing."""

    number: str
    cells: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True)
class LayerTable:
    """The table of layers, as a part of a description."""

    rows: tuple[TableLine, ...]

    def plain(self) -> Iterator[str]:
        """The table in columns of plain text."""
        return _plain_table(self.rows)

    def html(self) -> str:
        """The table as HTML."""
        return _html_table(self.rows)


def table_of(result: Result, revealed: bool) -> Iterator[TableLine]:
    """A line for the input, for every layer that ran, for the one that failed, and the totals; unrevealed ones with ?."""
    chosen = result.settings.layer - 1
    yield TableLine("", (_("input"), "", str(tuple(result.x.shape)), "", "", NONE, NONE))
    for index, row in enumerate(result.trace.rows):
        mark = "chosen" if index == chosen else ""
        if not revealed and index >= chosen and result.failure is None:
            hidden = str(row.in_shape) if index == chosen else "?"
            yield TableLine(str(index + 1), (name_of(result, row), hidden, *("?",) * 5), mark)
            continue
        yield TableLine(
            str(index + 1),
            (name_of(result, row), str(row.in_shape), str(row.out_shape), *counts_of(row), *_field(row)),
            mark,
        )
    if result.failure is not None:
        failure = result.failure
        name = " ".join(filter(None, (_label(result, failure.name), failure.text.removeprefix("nn."))))
        yield TableLine(
            str(failure.index + 1), (name or _("after it"), str(failure.in_shape), _("fails"), *("",) * 4), "failed"
        )
    elif revealed:
        products = sum(row.multiply_adds or 0 for row in result.trace.rows)
        cells = (_("whole network"), "", "", f"{result.trace.parameters:,}", f"{products:,}", "", "")
        yield TableLine("", cells, "total")


def name_of(result: Result, row: Row) -> str:
    """A layer's name in the model and its class; of a stack, the class."""
    return " ".join(filter(None, (_label(result, row.name), row.kind)))


def _label(result: Result, name: str) -> str:
    """A layer's name where it tells more than its number."""
    return "" if result.texts else name


def counts_of(row: Row) -> tuple[str, str]:
    """Its parameters and its multiply-adds, as text."""
    parameters = f"{row.parameters:,}" if not row.again else _("as above") if row.parameters else "0"
    return parameters, NONE if row.multiply_adds is None else f"{row.multiply_adds:,}"


def _field(row: Row) -> tuple[str, str]:
    """What a cell sees and how far its neighbour's field is moved: by the formula, or as measured."""
    if row.sees is None:
        return _("measured only") if len(row.out_shape) in (1, 3) else NONE, NONE
    fields = row.sees.fields
    size = _both([f"{field.size}" if field.exact else f"≤{field.size}" for field in fields])
    if row.sees.chain is None:
        size = _("{size}, measured").format(size=size)
    moves = len(row.out_shape) == 3 and max(row.out_shape[1:]) > 1
    return size, _both([str(field.jump) for field in fields]) if moves else NONE


def _both(texts: list[str]) -> str:
    return texts[0] if texts[0] == texts[1] else " × ".join(texts)


def _plain_table(table: tuple[TableLine, ...]) -> Iterator[str]:
    lines = [
        ("", "", *map(_, _HEADERS)),
        *(("→" if line.mark in ("chosen", "failed") else "", line.number, *line.cells) for line in table),
    ]
    chosen = next((index for index, line in enumerate(table) if line.mark in ("chosen", "failed")), 0)
    first = max(0, min(chosen - _MOST_LINES // 2, len(table) - _MOST_LINES))
    for index, line in enumerate(in_columns(lines, left=5, gap="  ")):
        if not (0 < index <= first or first + _MOST_LINES < index < len(lines) - 1):
            yield line.rstrip()
    left_out = len(table) - 1 - _MOST_LINES
    if left_out > 0:
        yield _("… and {count} more layers").format(count=left_out)


_COLOURS = {"chosen": "rgba(255,176,0,.28)", "failed": "rgba(232,89,12,.22)", "total": "rgba(128,128,128,.14)"}


def _html_table(table: tuple[TableLine, ...]) -> str:
    cell = 'style="padding:1px 8px;text-align:{align};white-space:nowrap"'
    left, right = cell.format(align="left"), cell.format(align="right")
    sides = (right, left, left, left, right, right, right, right)
    head = "".join(
        f'<th scope="col" {side}>{escape(text)}</th>' for side, text in zip(sides, ("", *map(_, _HEADERS)), strict=True)
    )
    body = []
    for line in table:
        cells = "".join(
            f"<td {side}>{escape(text)}</td>" for side, text in zip(sides, (line.number, *line.cells), strict=True)
        )
        style = f' style="background:{_COLOURS[line.mark]}"' if line.mark else ""
        current = ' aria-current="true"' if line.mark == "chosen" else ""
        body.append(f"<tr{style}{current}>{cells}</tr>")
    caption = escape(_("Shapes without the batch axis; multiply-adds for one image; what a cell sees in input pixels."))
    return (
        '<div class="cx" style="max-height:420px;overflow:auto"><table style="border-collapse:collapse;font-size:12px">'
        f'<caption style="text-align:left;padding:2px 8px">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
