"""What the chosen cell sees of the input, in words: the formula with its numbers, and what the gradient reaches."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from course import arithmetic
from course.explorers.network.gradient_reach import Measured
from course.explorers.network.receptive_field import Box, Fields, ReceptiveFields
from course.explorers.network.result import Result
from course.explorers.network.run import Row
from course.language import _
from course.layers import Layer


def receptive_field_title(result: Result) -> str:
    """What the lines below are about."""
    if len(result.place) == 3:
        return _("What cell {place} (channel, row, column) sees of the input").format(place=place_text(result))
    return _("What element {place} sees of the input").format(place=place_text(result))


def receptive_field_lines(result: Result) -> Iterator[str]:
    """What the chosen cell sees: by the formula, by its gradient, and how much of it does something now."""
    row = result.row
    if row is None:
        return
    if result.x.dim() != 3:
        yield _("The input is no image, so nothing of it lies beside anything.")
        return
    if row.sees is not None:
        yield from _size_lines(result, row, row.sees)
    box = result.formula_box
    if box is not None:
        yield _("by the formula: {box}").format(box=box_text(box))
    else:
        yield _("no formula for this layer, or for one before it: it is measured only")
    reached = result.reached
    if not isinstance(reached, Measured):
        if reached:
            yield _("no gradient; torch says: {error}").format(error=reached)
        else:
            yield _("no gradient comes from this layer to the input")
        return
    measured = _("by its gradient: {box}").format(box=box_text(reached.box))
    if box is not None:
        measured += _(", the same") if box == reached.box else _(", not the same: trust this one")
    yield measured
    able, now = int(reached.reach.sum()), int((reached.gradient > 0).sum())
    yield _("{able} pixels can change the cell (gradient with every weight positive, every ReLU open)").format(
        able=f"{able:,}"
    )
    if now:
        yield _("{now} of them would do so now, with these weights and this image: they are lit").format(now=f"{now:,}")
    else:
        yield _("none of them does so now: the cell stands still, as behind a ReLU that is closed; choose another cell")


def _size_lines(result: Result, row: Row, sees: ReceptiveFields) -> Iterator[str]:
    """How large the field is, how it grew in this layer, and where the cell's lies, padding counted."""
    before = _fields_before(result)
    sliding = isinstance(row.module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d)
    lines = []
    for axis, field in enumerate(sees.fields):
        line = f"{field.size}" if field.exact else _("{size} at most").format(size=field.size)
        if sees.chain is None:
            line = _("{size}, measured").format(size=line)
        if before and sliding and len(row.in_shape) == 3:
            layer, old = Layer.of(row.module), before[axis]
            spans = arithmetic.effective_kernel(layer.kernel_size[axis], layer.dilation[axis])
            if field.span == old.span + (spans - 1) * old.jump:
                jump = _("jump {old} · {stride} = {new}")
                line = f"{old.size} + ({spans} − 1) · {old.jump} = {line}; " + jump.format(
                    old=old.jump, stride=layer.stride[axis], new=field.jump
                )
        lines.append(line)
    if lines[0] == lines[1]:
        yield _("size of the field, height and width: {size}").format(size=lines[0])
    else:
        yield _("size of the field, height: {size}").format(size=lines[0])
        yield _("size of the field, width: {size}").format(size=lines[1])
    if len(row.out_shape) == 3:
        rows, columns = (field.cells(index) for field, index in zip(sees.fields, result.place[1:], strict=True))
        if (rows, columns) != result.box:
            yield _("with padding: {box}").format(box=box_text((rows, columns)))


def _fields_before(result: Result) -> Fields | None:
    """The fields of what came into the layer, where that is surely what the row before it gave."""
    assert result.index is not None
    if not result.index:
        return ReceptiveFields().fields
    row = result.trace.rows[result.index - 1]
    return row.sees.fields if result.row and row.sees and row.out_shape == result.row.in_shape else None


def box_text(box: Box) -> str:
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
