"""Receptive fields carried from layer to layer while a network runs: by formula in its layers, by gradients between them.

A model may do anything between two layers: a torch function, a sum of two paths, a concatenation. So every layer hands on
its output as a new leaf of autograd's graph, and gradients with everything open (`gradient_reach`) tell which cells of
which outputs a later layer's input is made of. Where each cell is one cell of one output, that is still a chain, and the
formula goes on; everything else is measured. A layer without a formula counts as a function.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from course.explorers.network.gradient_reach import box_of, reached
from course.explorers.network.receptive_field import (
    Field,
    Fields,
    ReceptiveFields,
    Shape,
    known_layer,
    sliding,
    through,
    windows_of,
)
from course.layers import Layer

Place = tuple[int, ...]
"""(row, column) of a map, (element,) of a vector, () for all of it."""


class _Source(NamedTuple):
    """An earlier output in a tensor: what it sees, its leaf, and the elements of it in each probed element, of its shape."""

    sees: ReceptiveFields | None
    leaf: Tensor
    reaches: list[Tensor]


class Propagation:
    """What the layers of one run see of the image x, (1, C, H, W). The network is to be run on `start`."""

    def __init__(self, x: Tensor, parameters: frozenset[int]) -> None:
        self._parameters = parameters  # the weights' data_ptrs
        self._leaves: list[tuple[Tensor, ReceptiveFields | None]] = []
        self._handed_on: dict[object, ReceptiveFields | None] = {}  # by autograd's node of the tensor handed on
        self.start = self._hand_on(x, ReceptiveFields()) if x.dim() == 4 else x

    def into(self, module: nn.Module, x: Tensor | None) -> ReceptiveFields | None:
        """What the cells that a layer is given see. To be asked before it runs: it may write into its input."""
        if x is None or not self._leaves:
            return None
        if _is_linear(module, x):
            return self._gathered(x)
        return self._seen(x) if x.dim() == 4 else None

    def out_of(
        self, module: nn.Module, incoming: ReceptiveFields | None, in_shape: Shape, output: Tensor
    ) -> tuple[ReceptiveFields | None, Tensor]:
        """What the cells of a layer's output see, and the tensor to go on with in place of that output.

        Args:
            incoming: as `into` has told.
            in_shape: the input's shape without the batch axis.
        """
        if not self._leaves:
            return None, output
        out_shape = tuple(output.shape[1:])
        layer = sliding(module, in_shape, out_shape)
        if layer is not None:
            windows = windows_of(layer, out_shape)
            sees = None if incoming is None else incoming.through(layer, in_shape, windows)
        elif _is_linear(module, output):
            sees = None if incoming is None else incoming.through(Layer.of(module), in_shape)
        else:
            sees = self._seen(output)
        goes_on = output.is_floating_point() and (output.dim() == 4 or _is_linear(module, output))
        return sees, self._hand_on(output, sees) if goes_on else output

    def _hand_on(self, output: Tensor, sees: ReceptiveFields | None) -> Tensor:
        leaf = output.detach().requires_grad_()
        handed_on = leaf.clone()  # a leaf itself could not be written to
        self._leaves.append((leaf, sees))
        self._handed_on[handed_on.grad_fn] = sees
        return handed_on

    def _seen(self, x: Tensor) -> ReceptiveFields | None:
        """What each cell of a map (1, C, H, W), or each element of a vector (1, n), sees; None where it has no rule."""
        if x.grad_fn in self._handed_on:
            return self._handed_on[x.grad_fn]
        if x.dim() not in (2, 4) or x.shape[0] != 1 or not x.numel():
            return None
        places = _corners_and_middle(x.shape[2:]) if x.dim() == 4 else [(0,), (x.shape[1] // 2,), (x.shape[1] - 1,)]
        sources = self._sources(x, places)
        if len(sources) == 1 and sources[0].sees is not None and _is_copied(x, places, sources[0]):
            sees = sources[0].sees
            if x.dim() == 2 and sources[0].leaf.dim() == 4:
                sees = sees.through(Layer("Flatten"), tuple(sources[0].leaf.shape[1:]))
            return sees
        return _joined(sources, [_windows(x, places, source) for source in sources])

    def _gathered(self, x: Tensor) -> ReceptiveFields | None:
        """What all elements of a vector see together."""
        if x.shape[0] != 1:
            return None
        sees, sources = self._seen(x), self._sources(x, [()])
        gathered = _joined(sources, [_windows(x, [()], source) for source in sources])
        return None if gathered is None else ReceptiveFields(gathered.fields, None if sees is None else sees.chain)

    def _sources(self, x: Tensor, places: Sequence[Place]) -> list[_Source]:
        """The outputs that these elements of x are made of, of all channels; none where no gradient tells."""
        if not x.requires_grad:
            return []
        leaves = [leaf for leaf, _sees in self._leaves]
        probes = []
        for place in places:
            start = torch.zeros_like(x)
            elements: Any = (0, ..., *place)
            start[elements] = 1
            try:
                probes.append(reached(x, leaves, start, self._parameters))
            except (RuntimeError, TypeError, ValueError, IndexError):  # an operation that cannot be gone backwards
                return []
        return [
            _Source(sees, leaf, [torch.zeros_like(leaf, dtype=torch.bool) if r is None else r for r in reaches])
            for (leaf, sees), *reaches in zip(self._leaves, *probes, strict=True)
            if any(reach is not None and bool(reach.any()) for reach in reaches)
        ]


def _is_linear(module: nn.Module, x: Tensor) -> bool:
    """Whether each element that the layer gives is made of all elements of a vector; x is its input or its output."""
    layer = known_layer(module)
    return layer is not None and layer.name == "Linear" and x.dim() == 2


def _corners_and_middle(sides: Sequence[int]) -> list[Place]:
    """Two corners, and in the middle two neighbours on both axes: cells that show how a window moves."""
    (top, bottom), (left, right) = ((0, side - 1) for side in sides)
    row, column = bottom // 2, right // 2
    return [(top, right), (row, column), (min(row + 1, bottom), min(column + 1, right)), (bottom, left)]


def _is_copied(x: Tensor, places: Sequence[Place], source: _Source) -> bool:
    """Whether each element of x is one cell of the source, at the same place; all that a linear layer gives see the same."""
    if source.leaf.dim() == 2:
        return True
    if x.dim() == 4:
        same = source.leaf.shape[2:] == x.shape[2:]
        return same and all(
            box_of(reach[0].any(dim=0)) == tuple(range(index, index + 1) for index in place)
            for place, reach in zip(places, source.reaches, strict=True)
        )
    return source.leaf.numel() == x.numel() and all(
        reach.flatten().nonzero().flatten().tolist() == list(place)
        for place, reach in zip(places, source.reaches, strict=True)
    )


def _windows(x: Tensor, places: Sequence[Place], source: _Source) -> Fields | None:
    """What the cells of x see of the source along height and width; None where it is not the same window for all."""
    if source.leaf.dim() == 2:
        return Field(), Field()
    rows, columns = zip(*(box_of(reach[0].any(dim=0)) for reach in source.reaches), strict=True)
    if x.dim() == 2:
        same = len({*rows}) == len({*columns}) == 1
        return (_of_all(rows[0]), _of_all(columns[0])) if same else None
    down, across = (
        _window([place[axis] for place in places], cells, x.shape[2 + axis], source.leaf.shape[2 + axis])
        for axis, cells in enumerate((rows, columns))
    )
    return None if down is None or across is None else (down, across)


def _of_all(cells: range) -> Field:
    """The field of elements that all see these cells."""
    return Field(Fraction(len(cells) - 1), Fraction(0), Fraction(cells.start))


def _window(indices: Sequence[int], seen: Sequence[range], count: int, size: int) -> Field | None:
    """The window that moves over an axis of the source, of `size` cells, with the cells of x, of which there are `count`.

    Args:
        indices: of cells of x; the second and the third are neighbours in the middle, the others stand at its ends.
        seen: what each of them sees. Only at the ends, the source's border may cut it off.
    """
    middle, neighbour = seen[1:3]
    if not middle or not neighbour:
        return None
    if count > size and count % size == 0:  # scaled up
        jump = Fraction(size, count)
    else:
        jump = Fraction(max(neighbour.start - middle.start, neighbour.stop - middle.stop) if count > 1 else 0)
    pairs = [(index, cells) for index, cells in zip(indices, seen, strict=True) if cells]
    start = min(cells.start - index * jump for index, cells in pairs)
    span = max(cells.stop - 1 - index * jump for index, cells in pairs) - start
    longest = max(len(middle), len(neighbour))
    if jump < 0 or span >= longest:
        return None
    return Field(span, jump, start, exact=jump.denominator == 1 and span == longest - 1)


def _joined(sources: Sequence[_Source], windows: Sequence[Fields | None]) -> ReceptiveFields | None:
    """The measured fields around those of all sources; None where one of them is not known, or they do not move alike."""
    fields: Fields | None = None
    for source, window in zip(sources, windows, strict=True):
        if source.sees is None or window is None:
            return None
        rows, columns = through(source.sees.fields, window)
        if fields is not None:
            joined = fields[0].joined(rows), fields[1].joined(columns)
            if joined[0] is None or joined[1] is None:
                return None
            rows, columns = joined[0], joined[1]
        fields = rows, columns
    return None if fields is None else ReceptiveFields(fields, None)
