"""Lesson 05's shape table by hooks, and what known mistakes give instead, with the hint that fits each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course.checking.models import modes
from course.language import _

Row = tuple[str, tuple[int, ...], tuple[int, ...], int]


def table_of(model: nn.Module, input_shape: tuple[int, ...]) -> list[Row]:
    """The rows (qualified name, input shape, output shape, parameters), one for each run of a leaf module, in order."""
    return [
        (name, before, after, sum(each.numel() for each in leaf.parameters()))
        for name, leaf, before, after in _runs(model, input_shape)
        if not list(leaf.children())
    ]


def _runs(
    model: nn.Module, input_shape: tuple[int, ...]
) -> list[tuple[str, nn.Module, tuple[int, ...], tuple[int, ...]]]:
    """Every run of a module in evaluation mode, in the order in which they end; the model itself stays as it is."""
    runs: list[tuple[str, nn.Module, tuple[int, ...], tuple[int, ...]]] = []
    names = {module: name for name, module in model.named_modules()}
    modes_before = modes(model)

    def hook(module: nn.Module, inputs: Any, output: Any) -> None:
        runs.append((names[module], module, tuple(inputs[0].shape), tuple(output.shape)))

    handles = [module.register_forward_hook(hook) for module in names]
    try:
        with torch.no_grad():
            model.eval()(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module, name in names.items():
            module.training = modes_before[name]
    return runs


def table_mistakes(
    model: nn.Module, shape: tuple[int, ...], expected: list[Row]
) -> list[tuple[str, list[tuple[Any, ...]], str]]:
    """Wrong tables."""
    runs = _runs(model, shape)
    names = [name for name, _module in model.named_modules()]
    leaves = {name: module for name, module in model.named_modules() if not list(module.children())}
    weights = {
        name: sum(p.numel() for n, p in leaf.named_parameters() if n == "weight") for name, leaf in leaves.items()
    }
    state = {name: sum(each.numel() for each in leaf.state_dict().values()) for name, leaf in leaves.items()}
    first = {row[0]: row for row in reversed(expected)}
    last = {row[0]: row for row in expected}
    containers = _("Only modules without children are asked: `not list(module.children())`.")
    order = _(
        "These rows stand as the layers were registered. A hook is called when its layer runs: append the row there."
    )
    once = _("A layer that runs twice has two rows. Collect the rows in a list; a dict keeps one for each name.")
    whole = _("The shapes come whole, with the batch in front.")
    name_advice = _("A layer's qualified name is that of `model.named_modules()`, such as 'block.conv1'.")

    def renamed(rename: Callable[[str], str]) -> list[tuple[Any, ...]]:
        return [(rename(row[0]), *row[1:]) for row in expected]

    return [
        ("containers-too", [(name, a, b, _count(m)) for name, m, a, b in runs], containers),
        ("containers-too", [(name, a, b, _count(m)) for name, m, a, b in runs if m is not model], containers),
        ("registration-order", sorted(expected, key=lambda row: names.index(row[0])), order),
        ("registration-order", [first[name] for name in names if name in first], order),
        ("once-per-layer", list(dict.fromkeys(first[row[0]] for row in expected)), once),
        ("once-per-layer", list({row[0]: last[row[0]] for row in expected}.values()), once),
        ("batch-left-out", [(row[0], row[1][1:], row[2][1:], row[3]) for row in expected], whole),
        ("type-for-name", renamed(lambda name: type(leaves[name]).__name__), name_advice),
        ("last-part-of-name", renamed(lambda name: name.rpartition(".")[2]), name_advice),
        (
            "one-name-for-all",
            renamed(lambda name: names[-1]),
            _(
                "Every row has the last name of the loop: the hooks look `name` up when they run, and by then the loop is over."
            ),
        ),
        (
            "bias-left-out",
            [(*row[:3], weights[row[0]]) for row in expected],
            _("A bias is a parameter too."),
        ),
        (
            "buffers-counted",
            [(*row[:3], state[row[0]]) for row in expected],
            _("The running statistics are buffers, not parameters: nothing learns them."),
        ),
        (
            "trainable-only",
            [
                (*row[:3], sum(each.numel() for each in leaves[row[0]].parameters() if each.requires_grad))
                for row in expected
            ],
            _("A frozen parameter is a parameter too."),
        ),
        ("swapped-shapes", [(row[0], row[2], row[1], row[3]) for row in expected], _("The input's shape comes first.")),
    ]


def _count(module: nn.Module) -> int:
    return sum(each.numel() for each in module.parameters())
