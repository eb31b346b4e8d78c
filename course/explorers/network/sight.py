"""What the chosen cell sees of the input, in words: the formula with its numbers, and what the gradient reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torch import nn

from course import arithmetic
from course.explorers.network.fields import Field
from course.explorers.network.reach import Measured
from course.explorers.network.run import Row
from course.explorers.network.specs import pair_of
from course.language import _

if TYPE_CHECKING:
    from course.explorers.network import Result


def sight_title(result: Result) -> str:
    """What the lines below are about."""
    if len(result.place) == 3:
        return _("What cell {place} (channel, row, column) sees of the input").format(place=place_text(result))
    return _("What element {place} sees of the input").format(place=place_text(result))


def sight_lines(result: Result) -> Iterator[str]:
    """What the chosen cell sees: by the formula, by its gradient, and how much of it does something now."""
    row = result.row
    if row is None:
        return
    if result.x.dim() != 3:
        yield _("The input is no image, so nothing of it lies beside anything.")
        return
    fields = row.seen.fields if row.seen else None
    if fields is not None and result.index is not None:
        yield from _formula_lines(result, row, fields)
    if row.seen is not None:
        yield _("by the formula: {box}").format(box=box_text(row.seen.box((0, *result.place))))
    else:
        yield _("no formula for this layer, or for one before it: it is measured only")
    reached = result.reached
    if not isinstance(reached, Measured):
        if reached:
            yield _("no gradient; torch says: {error}").format(error=reached)
        else:
            yield _("no gradient comes from this layer to the input")
        return
    box = reached.box
    same = row.seen is not None and row.seen.box((0, *result.place)) == box
    measured = _("by its gradient: {box}").format(box=box_text(box))
    yield measured + (_(", the same") if same else _(", not the same: trust this one") if row.seen is not None else "")
    able, now = int(reached.reach.sum()), int((reached.gradient > 0).sum())
    yield _("{able} pixels can change the cell (gradient with every weight positive, every ReLU open)").format(
        able=f"{able:,}"
    )
    if now:
        yield _("{now} of them would do so now, with these weights and this image: they are lit").format(now=f"{now:,}")
    else:
        yield _("none of them does so now: the cell stands still, as behind a ReLU that is closed; choose another cell")


def _formula_lines(result: Result, row: Row, fields: tuple[Field, Field]) -> Iterator[str]:
    """How the field grew in this layer, and where the cell's lies, padding counted."""
    before = _fields_before(result)
    module: Any = row.module
    sliding = isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d)
    lines = []
    for axis, field in enumerate(fields):
        line = f"{field.size}" if field.exact else _("{size} at most").format(size=field.size)
        if before and sliding and len(row.in_shape) == 3:
            kernel, stride = pair_of(module.kernel_size)[axis], pair_of(module.stride)[axis]
            spans = arithmetic.effective_kernel(kernel, pair_of(getattr(module, "dilation", 1))[axis])
            old = before[axis]
            if field.span == old.span + (spans - 1) * old.jump:
                line = f"{old.size} + ({spans} − 1) · {old.jump} = {line}"
                line += "; " + _("jump {old} · {stride} = {new}").format(old=old.jump, stride=stride, new=field.jump)
        lines.append(line)
    if lines[0] == lines[1]:
        yield _("size of the field, height and width: {size}").format(size=lines[0])
    else:
        yield _("size of the field, height: {size}").format(size=lines[0])
        yield _("size of the field, width: {size}").format(size=lines[1])
    if len(row.out_shape) == 3:
        rows, columns = (f.cells(i if f.count > 1 else 0) for f, i in zip(fields, result.place[1:], strict=True))
        if row.seen and (rows, columns) != row.seen.box((0, *result.place)):
            yield _("with padding: {box}").format(box=box_text((rows, columns)))


def _fields_before(result: Result) -> tuple[Field, Field] | None:
    """The fields of what came into the layer, where that is surely what the row before it gave."""
    assert result.index is not None
    if not result.index:
        return Field.of_cell(), Field.of_cell()
    row = result.trace.rows[result.index - 1]
    return row.seen.fields if result.row and row.seen and row.out_shape == result.row.in_shape else None


def box_text(box: tuple[range, range]) -> str:
    """Rows and columns in words."""
    if not all(box):
        return _("nothing of the input")
    rows, columns = (_span(part) for part in box)
    return _("rows {rows}, columns {columns} ({height} × {width})").format(
        rows=rows, columns=columns, height=len(box[0]), width=len(box[1])
    )


def _span(part: range) -> str:
    return " … ".join(str(number).replace("-", "−") for number in dict.fromkeys((part.start, part.stop - 1)))


def place_text(result: Result) -> str:
    """The chosen cell: (channel, row, column), or the number of an element."""
    return str(result.place if len(result.place) != 1 else result.place[0])
