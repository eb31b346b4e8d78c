"""The table of a model's layers, as forward hooks see them run, and what wrong tables are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import nn

from course.checking.models import modes_kept

Shape = tuple[int, ...]
Row = tuple[Any, ...]
"""Qualified name, input shape, output shape, parameters."""


@dataclass(frozen=True)
class Run:
    """One run of a module."""

    name: str
    module: nn.Module
    before: Shape
    after: Shape

    @property
    def row(self) -> Row:
        """The run as a row of the table."""
        return self.name, self.before, self.after, sum(each.numel() for each in self.module.parameters())


def runs_of(model: nn.Module, input_shape: Shape) -> list[Run]:
    """Every run of a module in evaluation mode, in the order in which they end; the model itself stays as it is."""
    runs: list[Run] = []
    names = {module: name for name, module in model.named_modules()}

    def hook(module: nn.Module, inputs: Any, output: Any) -> None:
        runs.append(Run(names[module], module, tuple(inputs[0].shape), tuple(output.shape)))

    handles = [module.register_forward_hook(hook) for module in names]
    try:
        with modes_kept(model), torch.no_grad():
            model.eval()(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
    return runs


@dataclass(frozen=True)
class Table:
    """The table of a model, and what wrong tables are made of."""

    model: nn.Module
    input_shape: Shape

    @cached_property
    def runs(self) -> list[Run]:
        """The runs of all modules."""
        return runs_of(self.model, self.input_shape)

    @cached_property
    def rows(self) -> list[Row]:
        """The right table: a row for each run of a module without children, in order."""
        return [run.row for run in self.runs if not list(run.module.children())]

    @cached_property
    def modules(self) -> dict[str, nn.Module]:
        """All modules by name, in the order in which they were registered."""
        return dict(self.model.named_modules())

    def first(self, name: str) -> Row | None:
        """The first row of this name."""
        return next((row for row in self.rows if row[0] == name), None)

    def last(self, name: str) -> Row | None:
        """The last row of this name."""
        return next((row for row in reversed(self.rows) if row[0] == name), None)

    def renamed(self, rename: Callable[[str], str]) -> list[Row]:
        """The rows with other names."""
        return [(rename(name), *rest) for name, *rest in self.rows]

    def counted(self, count: Callable[[nn.Module], int]) -> list[Row]:
        """The rows with other numbers of parameters."""
        return [(*row[:3], count(self.modules[row[0]])) for row in self.rows]
