"""Which layer and which cell of its output are looked at: kept within what there is, and in place from layer to layer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from course.explorers.network.run import Row, Trace

if TYPE_CHECKING:
    from course.explorers.network.settings import Settings

OF_CELL = ("channel", "row", "column")


def placed(settings: Settings) -> Settings:
    """The settings with the chosen layer among those there are, and the chosen cell inside the output shown."""
    run = settings.trace()
    count = len(run.rows) if settings.own.network else len(settings.layers)
    settings = replace(settings, layer=min(max(settings.layer, 1), max(count, 1)))
    index = shown_index(settings, run)
    row = None if index is None else run.rows[index]
    shape = cells(row)
    place = {"row": 0, "column": 0}
    for name, size in zip(place, shape[1:], strict=True):
        wanted = getattr(settings, name)
        place[name] = size // 2 if wanted is None else min(max(wanted, 0), size - 1)
    settings = replace(settings, row=place["row"], column=place["column"])
    channel = _strongest(settings, row) if settings.channel is None else settings.channel
    return replace(settings, channel=min(max(channel, 0), shape[0] - 1))


def looking_at(settings: Settings, layer: int) -> Settings:
    """The settings with another layer chosen, and in its output the cell at about the same place."""
    run = settings.trace()
    old, new = (shown_index(replace(settings, layer=number), run) for number in (settings.layer, layer))
    place: dict[str, Any] = {"row": None, "column": None}
    if old is not None and new is not None:
        before, after = run.rows[old].maps, run.rows[new].maps
        if before.dim() == after.dim() == 3:
            for name, axis in (("row", 1), ("column", 2)):
                value = getattr(settings, name)
                if value is not None:
                    place[name] = int((value + 0.5) * after.shape[axis] / before.shape[axis])
    return replace(settings, layer=layer, channel=None, **place)


def shown_index(settings: Settings, run: Trace) -> int | None:
    """The row of the chosen layer, or the last one that ran."""
    return min(settings.layer, len(run.rows)) - 1 if run.rows else None


def cells(row: Row | None) -> tuple[int, int, int]:
    """Channels, rows and columns that can be chosen; a vector has a row for each element."""
    if row is None or not row.maps.numel():
        return 1, 1, 1
    if row.maps.dim() == 3:
        channels, height, width = row.maps.shape
        return channels, height, width
    return 1, row.maps.shape[0], 1


def _strongest(settings: Settings, row: Row | None) -> int:
    """The feature map that answers strongest at the chosen cell, so that there is something to be seen."""
    if row is None or row.maps.dim() != 3 or not row.maps.numel():
        return 0
    return int(row.maps[:, settings.row or 0, settings.column or 0].argmax())
