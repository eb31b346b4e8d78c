"""Systematic variants of a right result, for a wrong one that no rule of the exercise knows.

A variant is the right result with its axes swapped, backwards, cut short, rectified, scaled; or what the right function
gives for an argument that is turned around. The sentence on it says what is seen, whatever the exercise is about.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course.language import _

_FEWEST_VALUES = 4
"""How many different values a right result must have: with fewer, a wrong one may equal a variant by accident."""


class Variant(NamedTuple):
    """One way to be wrong: its name, which is the same for every call; what it gives for this call; the sentence on it."""

    name: str
    value: Tensor
    sentence: str


def of_result(got: Tensor, expected: Tensor) -> Iterator[Variant]:
    """Variants of the right result alone. What came is needed for those that have a number, such as a scale."""
    yield from _joined_on_the_batch(got, expected)
    yield from _axes_more_or_fewer(got, expected)
    yield from _rearranged(expected)
    yield from _cut(expected)
    yield from _first_only(expected)
    yield from _summed(expected)
    yield Variant("rectified", expected.clamp(min=0), _("It is the right result with every negative value set to 0."))
    yield Variant("absolute", expected.abs(), _("It is the right result without its signs."))
    yield Variant("negated", -expected, _("It is the right result with every sign turned."))
    if got.shape == expected.shape:
        factor = float((got * expected).sum() / (expected * expected).sum())
        if abs(factor) > 1e-3:
            scaled = _("It is the right result times {factor:.4g}.").format(factor=factor)
            yield Variant("scaled", factor * expected, scaled)
        offset = float((got - expected).mean())
        shifted = _("It is the right result with {offset:.4g} added to every value.").format(offset=offset)
        yield Variant("shifted", expected + offset, shifted)


def of_arguments(right: Callable[..., Any], bound: inspect.BoundArguments) -> Iterator[Variant]:
    """What the right function gives when one of its tensors is transposed or turned around, or two have changed places."""
    tensors = {name: value for name, value in bound.arguments.items() if isinstance(value, Tensor) and value.ndim}
    changes: list[tuple[str, dict[str, Tensor], str]] = []
    for name, value in tensors.items():
        if value.ndim > 1:
            transposed = _("It is the result for `{name}` with its last two axes swapped.").format(name=name)
            changes.append((f"{name} transposed", {name: value.mT}, transposed))
        for axis in range(value.ndim):
            backwards = _("It is the result for `{name}` backwards along axis {axis}.").format(name=name, axis=axis)
            changes.append((f"{name} flipped {axis}", {name: value.flip(axis)}, backwards))
        if value.ndim > 1:
            turned = _("It is the result for `{name}` backwards along its last two axes.").format(name=name)
            changes.append((f"{name} turned", {name: value.flip(-2, -1)}, turned))
    for first, second in combinations(tensors, 2):
        swapped = _("It is the result for `{first}` and `{second}` in each other's place.")
        places = {first: tensors[second], second: tensors[first]}
        changes.append((f"{first} for {second}", places, swapped.format(first=first, second=second)))
    for name, arguments, sentence in changes:
        try:
            changed = inspect.signature(right).bind(**{**bound.arguments, **arguments})
            value = right(*changed.args, **changed.kwargs)
        except (ArithmeticError, IndexError, RuntimeError, TypeError, ValueError):
            continue
        if isinstance(value, Tensor):
            yield Variant(name, value, sentence)


def equal(
    got: Tensor, expected: Tensor, variants: Iterable[Variant], close: Callable[[Tensor, Tensor], bool]
) -> dict[str, str]:
    """The sentences, by their names, of those variants that are just what came.

    None where the right result has too few different values, or what came and it are no floats.
    """
    if not (got.is_floating_point() and expected.is_floating_point()) or len(torch.unique(expected)) < _FEWEST_VALUES:
        return {}
    return {name: sentence for name, value, sentence in variants if value.shape == got.shape and close(got, value)}


def _rearranged(expected: Tensor) -> Iterator[Variant]:
    for first, second in combinations(range(expected.ndim), 2):
        swapped = expected.transpose(first, second)
        sentence = _("It is the right result with the axes {first} and {second} swapped.")
        yield Variant(f"axes {first} {second}", swapped, sentence.format(first=first, second=second))
        if 1 not in (expected.shape[first], expected.shape[second]):
            sentence = _(
                "The right values are in the wrong places: the axes {first} and {second} were swapped, and `reshape` does not swap them back. Use `permute` or `transpose`."
            )
            reshaped = swapped.reshape(expected.shape)
            yield Variant(f"reshaped {first} {second}", reshaped, sentence.format(first=first, second=second))
    for axis in range(expected.ndim):
        sentence = _("It is the right result backwards along axis {axis}.").format(axis=axis)
        yield Variant(f"flipped {axis}", expected.flip(axis), sentence)


def _joined_on_the_batch(got: Tensor, expected: Tensor) -> Iterator[Variant]:
    """The channels in parts of which each came as images of its own: `torch.cat` without its `dim`."""
    if got.ndim != expected.ndim or expected.ndim < 2 or got.shape[1] == 0:
        return
    parts, rest = divmod(expected.shape[1], got.shape[1])
    if parts > 1 and not rest and got.shape[0] == parts * expected.shape[0]:
        sentence = _(
            "The right parts were joined along axis 0; `torch.cat` takes that axis if you name none. Join them along axis 1."
        )
        if expected.shape[0] == 1:  # then the parts that were joined and the axes that were swapped look alike
            sentence = _("What belongs on axis 1 lies on axis 0, where the images are. Which line puts it there?")
        yield Variant("joined on the batch", torch.cat(expected.chunk(parts, dim=1)), sentence)


def _axes_more_or_fewer(got: Tensor, expected: Tensor) -> Iterator[Variant]:
    """The right numbers in their order, with an axis of size 1 too many or too few, or with two axes made one, or one made two."""
    shape = tuple(expected.shape)
    if got.ndim < expected.ndim and 1 in shape and got.shape == expected.squeeze().shape:
        sentence = _(
            "It is the right result without its axes of size 1. `squeeze` takes them all away, the batch's too."
        )
        yield Variant("squeezed", expected.squeeze(), sentence)
    for axis in range(got.ndim):
        if got.shape[axis] == 1 and (*got.shape[:axis], *got.shape[axis + 1 :]) == shape:
            sentence = _("It is the right result with one axis of size 1 too many. Which line adds axis {axis}?")
            yield Variant(f"one too many {axis}", expected.unsqueeze(axis), sentence.format(axis=axis))
    for axis in range(expected.ndim - 1):
        if got.shape == expected.flatten(axis, axis + 1).shape:
            sentence = _(
                "The right numbers, but the axes {first} and {second} have become one. `torch.cat` joins along an axis that is there; `torch.stack` makes a new one."
            )
            yield Variant(
                f"joined {axis}", expected.flatten(axis, axis + 1), sentence.format(first=axis, second=axis + 1)
            )
    for axis in range(got.ndim - 1):
        if got.ndim == expected.ndim + 1 and got.flatten(axis, axis + 1).shape == shape:
            sentence = _(
                "The right numbers, but axis {axis} has become two. `torch.stack` makes a new axis; `torch.cat` joins along one that is there."
            )
            yield Variant(f"split {axis}", expected.reshape(got.shape), sentence.format(axis=axis))


def _first_only(expected: Tensor) -> Iterator[Variant]:
    """Along one axis only the first entry is there, or is not 0: a loop that is left too early, or was never written."""
    for axis in range(expected.ndim):
        if expected.shape[axis] < 2:
            continue
        first = expected.narrow(axis, 0, 1)
        alone = _("The right result, but of axis {axis} only the first entry. Does a loop end after its first round?")
        zeros = _(
            "The right result, but along axis {axis} everything after the first entry is 0. Does a `return` stand inside the loop?"
        )
        yield Variant(f"first of {axis}", first, alone.format(axis=axis))
        filled = torch.zeros_like(expected)
        filled.narrow(axis, 0, 1).copy_(first)
        yield Variant(f"zeros after first {axis}", filled, zeros.format(axis=axis))


def _summed(expected: Tensor) -> Iterator[Variant]:
    """Summed or averaged over one axis, with the axis still there: every entry along it is the same."""
    if expected.ndim < 3:
        return
    for axis in range(expected.ndim):
        if expected.shape[axis] < 2:
            continue
        total = expected.sum(axis, keepdim=True)
        sentence = _(
            "Along axis {axis} every entry is the sum of all of them. Which of your sums goes over that axis too?"
        )
        yield Variant(f"summed {axis}", total.expand_as(expected), sentence.format(axis=axis))
        sentence = _(
            "Along axis {axis} every entry is the mean of all of them. Which of your means goes over that axis too?"
        )
        yield Variant(f"averaged {axis}", total.expand_as(expected) / expected.shape[axis], sentence.format(axis=axis))


def _cut(expected: Tensor) -> Iterator[Variant]:
    """The last entries along one axis, or along the last two, are missing or still 0: loops that end too early."""
    axes = [(axis,) for axis in range(expected.ndim)] + ([(-2, -1)] if expected.ndim > 1 else [])
    for cut in axes:
        short, zeroed = expected, expected.clone()
        for axis in cut:
            if expected.shape[axis] < 3:
                break
            short = short.narrow(axis, 0, expected.shape[axis] - 1)
            zeroed.select(axis, -1).zero_()
        else:
            place = " ".join(map(str, cut))
            missing = _(
                "The right result, but the last entries along axis {axes} are missing. Does a loop end too early?"
            )
            still_zero = _("The right result, but the last entries along axis {axes} are 0. Does a loop end too early?")
            names = ", ".join(str(axis % expected.ndim) for axis in cut)
            yield Variant(f"short {place}", short, missing.format(axes=names))
            yield Variant(f"zeroed {place}", zeroed, still_zero.format(axes=names))
