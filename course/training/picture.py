"""Draws a training: the loss at each step, the held-out accuracy after each epoch, at exact pixels."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.figure import Figure

from course.explorers.text import picture_text
from course.figures import INK, LINE, MUTED, Colour, Fill, Label, Layout, Picture, Rectangle, drawable, figure_of
from course.language import N_
from course.training.history import History

WIDTH, HEIGHT = 720, 250
_TOP, _BOTTOM = 40, 206
_LOSS: Colour = (0, 90, 160)
_RIGHT: Colour = (176, 72, 0)
_PANELS = ((52, 390), (472, 700))
_ONE_PANEL = ((52, 700),)


@dataclass(frozen=True)
class _Axes:
    """A panel: its pixels, and the largest values along both axes; both begin at 0."""

    left: int
    right: int
    most_x: float
    most_y: float

    def x(self, value: float) -> int:
        return self.left + round((self.right - self.left) * value / self.most_x)

    def y(self, value: float) -> int:
        inside = min(max(value, 0.0), self.most_y)
        return _BOTTOM - round((_BOTTOM - _TOP) * inside / self.most_y)


def picture_of(history: History, *, judged: bool | None = None, epochs: int | None = None) -> Picture:
    """The picture of a training, also of one that still runs.

    Args:
        judged: whether there is a panel for the accuracy; by default, when there are accuracies.
        epochs: how many are planned; by default those finished.
    """
    judged = bool(history.accuracies) if judged is None else judged
    panels = _PANELS if judged else _ONE_PANEL
    finite = [loss for loss in history.losses if math.isfinite(loss)]
    left, right = panels[0]
    loss_axes = _Axes(left, right, max(history.steps, 1), _ceiling(max([history.guessing, *finite])))
    labels, beneath = _frame(
        loss_axes,
        picture_text(N_("mean loss of each epoch") if history.by_epoch else N_("loss of each batch")),
        picture_text(N_("epoch") if history.by_epoch else N_("step")),
        (0, history.steps),
    )
    for value in _ticks(loss_axes.most_y):
        labels.append(Label(f"{value:g}", loss_axes.left - 6, loss_axes.y(value) + 4, 12, MUTED, "right"))
        beneath.append(Fill(Rectangle(loss_axes.left, loss_axes.y(value), loss_axes.right - loss_axes.left, 1), LINE))
    y = loss_axes.y(history.guessing)
    beneath += [Fill(Rectangle(x, y, 4, 1), MUTED) for x in range(loss_axes.left, loss_axes.right, 8)]
    labels.append(Label(picture_text(N_("pure guessing")), loss_axes.right, y - 5, 12, MUTED, "right"))
    losses = [*enumerate(history.losses, start=1)]
    items = _curve(loss_axes, losses, _LOSS)
    if history.by_epoch:
        items += _dots(loss_axes, losses, _LOSS)
    if judged:
        planned = max(epochs or history.epochs, len(history.accuracies), 1)
        left, right = _PANELS[1]
        axes = _Axes(left, right, planned, 1.0)
        more_labels, more = _frame(
            axes, picture_text(N_("held-out images that are right")), picture_text(N_("epoch")), (0, planned)
        )
        for part in (0.0, 0.5, 1.0):
            more_labels.append(Label(f"{part:.0%}", axes.left - 6, axes.y(part) + 4, 12, MUTED, "right"))
            more.append(Fill(Rectangle(axes.left, axes.y(part), axes.right - axes.left, 1), LINE))
        labels, beneath = labels + more_labels, beneath + more
        points = [*enumerate(history.accuracies, start=1)]
        items += _curve(axes, points, _RIGHT)
        items += _dots(axes, points, _RIGHT)
    return Picture(Layout(WIDTH, HEIGHT, tuple(labels), tuple(beneath)), tuple(items))


class TrainingFigure(Figure):
    """A matplotlib Figure that a notebook shows as the last value of a cell, without pyplot."""

    summary: str

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        png = io.BytesIO()
        self.savefig(png, format="png")
        return {"image/png": png.getvalue(), "text/plain": repr(self)}, {"image/png": {"alt": self.summary}}


def figure(history: History) -> TrainingFigure:
    """The picture of a training as a plain matplotlib figure."""
    drawn = figure_of(picture_of(history), TrainingFigure)
    drawn.summary = history.summary()
    return drawn


def with_summary(picture: Picture, history: History) -> Picture:
    """The picture with the summary below it, for pages where nothing else tells it."""
    layout = picture.layout
    lines = [_drawn(history.summary())] if not history.stopped else _two_lines(history)
    labels = [Label(line, 12, layout.height + 4 + 19 * number, 13) for number, line in enumerate(lines)]
    height = layout.height + 19 * len(lines)
    return Picture(Layout(layout.width, height, (*layout.labels, *labels), layout.fills), picture.items)


def _two_lines(history: History) -> list[str]:
    measured = history.summary().removesuffix(history.stopped).rstrip()
    return [_drawn(line) for line in (measured, history.stopped) if line]


def _frame(axes: _Axes, title: str, unit: str, ends: tuple[int, int]) -> tuple[list[Label], list[Fill]]:
    labels = [Label(title, axes.left, _TOP - 16, 13, INK, bold=True)]
    for value, anchor in zip(ends, ("left", "right"), strict=True):
        labels.append(Label(str(value), axes.x(value), _BOTTOM + 18, 12, MUTED, anchor))
    labels.append(Label(unit, (axes.left + axes.right) // 2, _BOTTOM + 18, 12, MUTED, "center"))
    return labels, []


def _dots(axes: _Axes, points: list[tuple[int, float]], colour: Colour) -> list[Fill]:
    """A square at each point."""
    return [Fill(Rectangle(axes.x(x) - 3, axes.y(y) - 3, 7, 7), colour) for x, y in points if math.isfinite(y)]


def _curve(axes: _Axes, points: list[tuple[int, float]], colour: Colour) -> list[Fill]:
    """A line of two pixels through the points, as one upright bar for each column of pixels."""
    pixels = [(axes.x(x), axes.y(y)) for x, y in points if math.isfinite(y)]
    columns: dict[int, tuple[int, int]] = {}

    def reach(x: int, low: int, high: int) -> None:
        before = columns.get(x, (low, high))
        columns[x] = min(low, before[0]), max(high, before[1])

    for x, y in pixels:
        reach(x, y, y)
    for (left, start), (right, end) in pairwise(pixels):
        for x in range(left, right):
            ys = [round(start + (end - start) * (at - left) / (right - left)) for at in (x, x + 1)]
            reach(x, min(ys), max(ys))
    return [Fill(Rectangle(x, low - 1, 2, high - low + 2), colour) for x, (low, high) in sorted(columns.items())]


def _ceiling(value: float) -> float:
    """The next round number above: so that the axis changes rarely while a training runs."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return float(next(step * power for step in (1, 2, 3, 5, 10) if step * power >= value))


def _ticks(most: float) -> list[float]:
    return [0.0, most / 2, most]


def _drawn(line: str) -> str:
    return line if drawable(line) else "".join(character for character in line if drawable(character))
