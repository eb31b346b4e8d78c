"""The widgets of an explorer's controls, each with a name that a screen reader finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any, Protocol

import ipywidgets as widgets

from course.explorers.settings import Control, Numbers, Range, Slider, Toggle
from course.language import _

_LABEL = "118px"
_ROW = "290px"
_CELL_LABEL = "26px"
_DIGITS = 3  # of a number in a table
_LARGEST_TABLE = 5

Table = tuple[tuple[float, ...], ...]
Changed = Callable[[Any], None]


@dataclass(frozen=True)
class Shown:
    """What the controls show besides the settings: changed ranges, other values, and which ones are out of use."""

    ranges: Mapping[str, Range] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()

    def value(self, settings: object, name: str) -> Any:
        """What the control of this name shows."""
        return self.values[name] if name in self.values else getattr(settings, name)


class _Live(Protocol):
    """A control's widgets: `main` is the one to read, set and observe; `row` is the one to lay out."""

    main: Any
    row: Any

    def agrees(self, value: Any) -> bool: ...

    def show(self, value: Any, limits: Range | None, disabled: bool) -> None: ...


class ControlPanel:
    """The widgets of an explorer's controls by name. Calls `changed(name, value)` what a person, or code, sets."""

    def __init__(
        self, controls: Mapping[str, Control], settings: object, shown: Shown, changed: Callable[[str, Any], None]
    ) -> None:
        self._shown: dict[str, tuple[Any, ...]] = {}
        self._live: dict[str, _Live] = {
            name: _build(control, shown.value(settings, name), partial(changed, name))
            for name, control in controls.items()
        }
        blocks = []
        for group, members in groupby(controls, key=lambda name: controls[name].group):
            rows = [self._live[name].row for name in members]
            title = [widgets.HTML(f'<div class="cx cx-title"><b>{_(group)}</b></div>')] if group else []
            blocks.append(widgets.VBox([*title, *rows], layout=widgets.Layout(margin="0 10px 8px 0")))
        self.widget = widgets.Box(
            blocks, layout=widgets.Layout(flex="1 0 310px", flex_flow="row wrap", align_content="flex-start")
        )

    @property
    def controls(self) -> dict[str, Any]:
        """The main widget of each control, by its setting's name."""
        return {name: live.main for name, live in self._live.items()}

    def show(self, settings: object, shown: Shown) -> None:
        """Bring every widget up to date. What it already shows is not sent again."""
        for name, live in self._live.items():
            value = shown.value(settings, name)
            what = (value, shown.ranges.get(name), name in shown.disabled)
            if self._shown.get(name) != what or not live.agrees(value):
                live.show(*what)
                self._shown[name] = what


class NumberTable:
    """The number inputs of a small table. `value` reads and sets all of them; `cells` holds the inputs, row by row."""

    def __init__(self, label: str, value: Table | None, changed: Callable[[Table], None]) -> None:
        self._changed = changed
        self._value: Table | None = ()
        self.cells: list[list[Any]] = []
        self._disabled = False
        self._rows = widgets.VBox()
        self.widget = widgets.Accordion(
            children=[self._rows], selected_index=None, layout=widgets.Layout(min_width=_ROW)
        )
        self.widget.set_title(0, label)
        self._wanted = value
        self.widget.observe(lambda _change: self._refresh(), names="selected_index")

    @property
    def is_open(self) -> bool:
        """Whether the table is unfolded. A folded one costs nothing when it changes."""
        return self.widget.selected_index is not None

    @property
    def value(self) -> Table | None:
        """The numbers as they are."""
        return self._wanted

    @value.setter
    def value(self, value: Table) -> None:
        self._changed(value)

    def show(self, value: Table | None, disabled: bool) -> None:
        """Show other numbers."""
        self._wanted, self._disabled = value, disabled
        if self.is_open:
            self._refresh()

    def _refresh(self) -> None:
        value = self._wanted
        if not self.is_open or value == self._value:
            return
        if value is None or _shape(value) != _shape(self._value):
            self._build(value)
        self._value = value
        for inputs, numbers in zip(self.cells, value or (), strict=True):
            for cell, number in zip(inputs, numbers, strict=True):
                cell.value, cell.disabled = round(number, _DIGITS), self._disabled

    def _build(self, value: Table | None) -> None:
        if value is None:
            note = _("Values can be edited in kernels of up to {most} × {most}.").format(most=_LARGEST_TABLE)
            self.cells, self._rows.children = [], [widgets.HTML(note)]
            return
        self.cells = [[self._cell(r, c) for c in range(len(row))] for r, row in enumerate(value)]
        self._rows.children = [widgets.HBox(row) for row in self.cells]

    def _cell(self, row: int, column: int) -> Any:
        cell = widgets.FloatText(
            description=f"{row},{column}",
            style={"description_width": _CELL_LABEL},
            layout=widgets.Layout(width="86px", margin="0 2px"),
        )
        cell.observe(lambda change: self._edited(row, column, change["new"]), names="value")
        return cell

    def _edited(self, row: int, column: int, number: float) -> None:
        if self._wanted is None or number == round(self._wanted[row][column], _DIGITS):
            return
        rows = [list(numbers) for numbers in self._wanted]
        rows[row][column] = number
        self._changed(tuple(map(tuple, rows)))


class _LiveSlider:
    def __init__(self, control: Slider, value: int, changed: Changed) -> None:
        limits = {"min": min(control.low, value), "max": max(control.high, value)}
        # The slider's handle has no accessible name of its own, the number input's label is tied to it.
        self.number = widgets.BoundedIntText(
            value=value,
            description=_(control.label),
            style={"description_width": _LABEL},
            layout=widgets.Layout(width="180px"),
            **limits,
        )
        self.main = widgets.IntSlider(value=value, readout=False, layout=widgets.Layout(width="100px"), **limits)
        self.row = widgets.HBox([self.number, self.main])
        for widget in (self.main, self.number):
            widget.observe(lambda change: changed(change["new"]), names="value")

    def agrees(self, value: Any) -> bool:
        return bool(self.main.value == value == self.number.value)

    def show(self, value: int, limits: Range | None, disabled: bool) -> None:
        for widget in (self.main, self.number):
            if limits is not None:
                widget.min, widget.max = min(limits[0], widget.value), max(limits[1], widget.value, value)
            if widget.value != value:
                widget.value = value
            if limits is not None:
                widget.min, widget.max = limits[0], max(limits)
            widget.disabled = disabled


class _LiveInput:
    """A control of one widget."""

    def __init__(self, widget: Any, changed: Changed) -> None:
        self.main = self.row = widget
        widget.observe(lambda change: changed(change["new"]), names="value")

    def agrees(self, value: Any) -> bool:
        return bool(self.main.value == value)

    def show(self, value: Any, limits: Range | None, disabled: bool) -> None:
        self.main.value, self.main.disabled = value, disabled


class _LiveNumbers:
    def __init__(self, control: Numbers, value: Table | None, changed: Changed) -> None:
        self.main = NumberTable(_(control.label), value, changed)
        self.row = self.main.widget

    def agrees(self, value: Any) -> bool:
        return bool(self.main.value == value)

    def show(self, value: Any, limits: Range | None, disabled: bool) -> None:
        self.main.show(value, disabled)


def _build(control: Control, value: Any, changed: Changed) -> _Live:
    if isinstance(control, Slider):
        return _LiveSlider(control, value, changed)
    if isinstance(control, Numbers):
        return _LiveNumbers(control, value, changed)
    look: dict[str, Any] = {
        "description": _(control.label),
        "style": {"description_width": _LABEL},
        "layout": widgets.Layout(width=_ROW),
    }
    if isinstance(control, Toggle):
        return _LiveInput(widgets.Checkbox(value=value, indent=True, **look), changed)
    options = [(_(label), option) for option, label in control.options.items()]
    return _LiveInput(widgets.Dropdown(options=options, value=value, **look), changed)


def _shape(table: Table | None) -> tuple[int, int]:
    return (len(table), len(table[0])) if table else (0, 0)


def table_of(rows: Sequence[Sequence[float]]) -> Table | None:
    """Rows as the setting of `Numbers`; None when there are too many to edit by hand."""
    if max(len(rows), len(rows[0])) > _LARGEST_TABLE:
        return None
    return tuple(map(tuple, rows))
