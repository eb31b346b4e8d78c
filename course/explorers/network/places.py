"""Which cell of a layer's output is looked at: kept within what there is, and in place from layer to layer."""

from __future__ import annotations

from course.explorers.network.run import Row, Trace

OF_CELL = ("channel", "row", "column")


def shown_index(layer: int, run: Trace) -> int | None:
    """The row of a layer counted from 1, or the last one that ran."""
    return min(layer, len(run.rows)) - 1 if run.rows else None


def shown_row(layer: int, run: Trace) -> Row | None:
    """The layer counted from 1 itself, or the last one that ran."""
    index = shown_index(layer, run)
    return None if index is None else run.rows[index]


def cell_inside(shown: Row | None, channel: int | None, row: int | None, column: int | None) -> tuple[int, int, int]:
    """The chosen cell (channel, row, column) brought inside a layer's output.

    By default the middle, in the map that answers strongest there.
    """
    channels, height, width = cells(shown)
    row, column = (
        size // 2 if index is None else min(max(index, 0), size - 1) for index, size in ((row, height), (column, width))
    )
    channel = _strongest(shown, row, column) if channel is None else channel
    return min(max(channel, 0), channels - 1), row, column


def cell_after(
    before: Row | None, after: Row | None, row: int | None, column: int | None
) -> tuple[int | None, int | None]:
    """The (row, column) at about the same place in the output of another layer; None where it is to be chosen anew."""
    if before is None or after is None or not before.maps.dim() == after.maps.dim() == 3:
        return None, None
    row, column = (
        None if index is None else int((index + 0.5) * after.maps.shape[axis] / before.maps.shape[axis])
        for axis, index in ((1, row), (2, column))
    )
    return row, column


def cells(shown: Row | None) -> tuple[int, int, int]:
    """Channels, rows and columns that can be chosen; a vector has a row for each element."""
    if shown is None or not shown.maps.numel():
        return 1, 1, 1
    if shown.maps.dim() == 3:
        channels, height, width = shown.maps.shape
        return channels, height, width
    return 1, shown.maps.shape[0], 1


def _strongest(shown: Row | None, row: int, column: int) -> int:
    """The feature map that answers strongest at a cell, so that there is something to be seen."""
    if shown is None or shown.maps.dim() != 3 or not shown.maps.numel():
        return 0
    return int(shown.maps[:, row, column].argmax())
