"""Follows receptive fields through every operation of a forward pass, whatever module or function does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from course.explorers.network.fields import NOTHING, Field, Ints, Seen, pair

UNKNOWN = "unknown"  # what a tensor sees when no rule tells it
Known = Seen | str | None  # None: it does not depend on the input


class Following(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While it is on, `seen(tensor)` tells what each tensor sees of the input. Keeps what it meets alive."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._seen: dict[tuple[Any, ...], Known] = {}
        self._alive: list[Tensor] = []
        self._spoilt: set[int] = set()  # memory that was written in part
        is_image = x.dim() == 4
        self._put(x, Seen.of_input(*x.shape[2:]) if is_image else UNKNOWN)

    def seen(self, tensor: Tensor) -> Known:
        """What it sees; None for what does not depend on the input, UNKNOWN where no rule tells."""
        if tensor.untyped_storage().data_ptr() in self._spoilt:
            return UNKNOWN
        return self._seen.get(_key(tensor))

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        known = [self.seen(tensor) for tensor in _tensors(args)]
        result = func(*args, **(kwargs or {}))
        if all(entry is None for entry in known):
            for tensor in _tensors((result,)):
                self._seen.pop(_key(tensor), None)
            return result
        outputs = _tensors((result,))
        entry: Known = UNKNOWN
        if UNKNOWN not in known and outputs:
            entry = _rule(func, args, known, outputs[0])
        for place, tensor in enumerate(outputs):
            self._put(tensor, entry if place == 0 else UNKNOWN)
        if func._schema.is_mutable and outputs:
            written = outputs[0]
            if written.untyped_storage().nbytes() != written.numel() * written.element_size():
                self._spoilt.add(written.untyped_storage().data_ptr())
        return result

    def _put(self, tensor: Tensor, entry: Known) -> None:
        self._alive.append(tensor)
        self._seen[_key(tensor)] = entry


def _rule(func: Any, args: Any, known: list[Known], output: Tensor) -> Known:
    """What the operation's output sees."""
    name = func._schema.name.removeprefix("aten::").rstrip("_")
    sources = [entry for entry in known if isinstance(entry, Seen)]
    try:
        if name in _RULES:
            return _RULES[name](args, sources, output)
        if name in _ALIKE or torch.Tag.pointwise in func.tags:
            return _pointwise(args, sources, output)
    except (IndexError, ValueError, TypeError, NotImplementedError):  # a case that the rule does not know
        pass
    return UNKNOWN


def _pointwise(_args: Any, sources: list[Seen], output: Tensor) -> Known:
    entry, *others = (_with_axes(source, output.dim()) for source in sources)
    for other in others:
        entry = entry.joined(other)
    return entry


def _with_axes(seen: Seen, ndim: int) -> Seen:
    missing = ndim - seen.first[0].ndim
    if not missing:
        return seen
    return seen.shaped(lambda array: array.reshape((1,) * missing + array.shape), None)


def _convolution(args: Any, sources: list[Seen], output: Tensor) -> Known:
    x, weight, _bias, stride, padding, dilation, transposed, _output_padding, groups = args[:9]
    if x.dim() != 4:
        return UNKNOWN
    seen = _per_group(sources[0], groups, output.shape[1])
    slides = [
        _Slide(int(weight.shape[2 + axis]), int(stride[axis]), int(padding[axis]), int(dilation[axis]))
        for axis in (0, 1)
    ]
    return _slid(seen, slides, output, bool(transposed))


def _per_group(seen: Seen, groups: int, out_channels: int) -> Seen:
    """What the output channels see of the input's channels."""

    def change(reduce: Any) -> Callable[[Ints], Ints]:
        def changed(array: Ints) -> Ints:
            if array.shape[1] == 1:
                return array
            parts = reduce(array.reshape(1, groups, -1, *array.shape[2:]), axis=2)
            return np.asarray(np.repeat(parts, out_channels // groups, axis=1) if groups > 1 else parts)

        return changed

    first, last = seen.shaped(change(np.min), seen.fields).first, seen.shaped(change(np.max), seen.fields).last
    return Seen(first, last, seen.fields)


class _Slide(NamedTuple):
    taps: int
    stride: int
    padding: int
    dilation: int

    def sources(self, index: Ints, size: int, transposed: bool) -> Ints:
        """(outputs, taps): the cell that each tap reads; −1 where there is none."""
        offsets = np.arange(self.taps) * self.dilation
        if transposed:
            places = index[:, None] + self.padding - offsets
            places = np.where(places % self.stride == 0, places // self.stride, -1)
        else:
            places = index[:, None] * self.stride - self.padding + offsets
        return np.where((places >= 0) & (places < size), places, -1)


def _slid(seen: Seen, slides: Sequence[_Slide], output: Tensor, transposed: bool = False) -> Known:
    first, last = [], []
    for axis, slide in enumerate(slides):
        lows, highs = seen.first[axis], seen.last[axis]
        if lows.shape[3 - axis] != 1:  # what is seen in one row is not the same in all columns
            return UNKNOWN
        places = slide.sources(np.arange(output.shape[2 + axis]), lows.shape[2 + axis], transposed)
        first.append(_gathered(lows, places, 2 + axis, NOTHING, np.min))
        last.append(_gathered(highs, places, 2 + axis, -NOTHING, np.max))
    fields = seen.fields
    if fields is not None:
        moves = [field.spread if transposed else field.slid for field in fields]
        fields = pair(
            move(slide.taps, slide.dilation, slide.stride, slide.padding, size)
            for move, slide, size in zip(moves, slides, output.shape[2:], strict=True)
        )
    return Seen((first[0], first[1]), (last[0], last[1]), fields)


def _gathered(array: Ints, places: Ints, axis: int, nothing: int, reduce: Any) -> Ints:
    padded = np.concatenate([array, np.full_like(array.take([0], axis), nothing)], axis)  # the last one is place −1
    return np.asarray(reduce(padded.take(places, axis), axis=axis + 1))


def _pooling(args: Any, sources: list[Seen], output: Tensor) -> Known:
    """max_pool2d_with_indices(x, kernel, stride, padding, dilation, …) and avg_pool2d(x, kernel, stride, padding, …)."""
    kernel = _two(args[1])
    stride = _two(args[2]) if len(args) > 2 and args[2] else kernel
    padding = _two(args[3]) if len(args) > 3 else (0, 0)
    dilation = _two(args[4]) if len(args) > 4 and not isinstance(args[4], bool) else (1, 1)
    slides = [_Slide(kernel[a], stride[a], padding[a], dilation[a]) for a in (0, 1)]
    return _slid(sources[0], slides, output)


def _adaptive(args: Any, sources: list[Seen], output: Tensor) -> Known:
    """Cell i of n covers ⌊i · size / n⌋ to ⌈(i + 1) · size / n⌉."""
    if tuple(output.shape[2:]) == (1, 1):
        return sources[0].reduced((2, 3), keep=True)
    slides = []
    for axis in (2, 3):
        size, count = args[0].shape[axis], output.shape[axis]
        if size % count:
            return UNKNOWN
        slides.append(_Slide(size // count, size // count, 0, 1))
    return _slid(sources[0], slides, output)


def _reduction(args: Any, sources: list[Seen], output: Tensor) -> Known:
    seen, ndim = sources[0], args[0].dim()
    axes = args[1] if len(args) > 1 and args[1] is not None else range(ndim)
    axes = [axis % ndim for axis in ([axes] if isinstance(axes, int) else axes)] or range(ndim)
    reduced = seen.reduced(list(axes), keep=output.dim() == ndim)
    return reduced if output.dim() in (2, 4) else reduced._replace(fields=None)


def _spread_over(args: Any, sources: list[Seen], axes: Sequence[int]) -> Known:
    """Every element sees what all along these axes see, as after a normalisation over them."""
    ndim = args[0].dim()
    reduced = sources[0].reduced([axis % ndim for axis in axes], keep=True)
    fields = reduced.fields
    if fields is not None and ndim == 4:
        fields = pair(replace(field, count=args[0].shape[2 + axis]) for axis, field in enumerate(fields))
    return reduced._replace(fields=fields)


def _batch_norm(args: Any, sources: list[Seen], output: Tensor) -> Known:
    if any(arg is True for arg in args):  # with the statistics of this very input
        return _spread_over(args, sources, range(2, args[0].dim()))
    return _pointwise(args, sources, output)


def _product(_args: Any, sources: list[Seen], output: Tensor) -> Known:
    if len(sources) != 1 or output.dim() != 2 or output.shape[0] != 1:
        return UNKNOWN
    return sources[0].reduced([1], keep=True)


def _reshaped(args: Any, sources: list[Seen], output: Tensor) -> Known:
    seen, shape = sources[0], tuple(args[0].shape)
    vector = output.dim() == 2 and output.shape[0] == 1
    kept = seen.fields if vector or tuple(output.shape) == shape else None
    if tuple(output.shape) == shape:
        return seen
    if output.numel() > 1 << 20:
        return UNKNOWN
    return seen.shaped(lambda array: np.broadcast_to(array, shape).reshape(tuple(output.shape)), kept)


def _cat(args: Any, sources: list[Seen], output: Tensor) -> Known:
    axis = (args[1] if len(args) > 1 else 0) % output.dim()
    tensors = args[0]
    if len(sources) != len(tensors) or axis != 1 or output.dim() != 4:
        return UNKNOWN
    fields: tuple[Field, Field] | None = sources[0].fields
    for source in sources[1:]:
        fields = sources[0]._replace(fields=fields).joined(source).fields if fields else None

    def together(arrays: list[Ints]) -> Ints:
        return np.concatenate(
            [
                np.broadcast_to(array, (1, tensor.shape[1], *array.shape[2:]))
                for array, tensor in zip(arrays, tensors, strict=True)
            ],
            axis=1,
        )

    first = pair(together([source.first[a] for source in sources]) for a in (0, 1))
    last = pair(together([source.last[a] for source in sources]) for a in (0, 1))
    return Seen(first, last, fields)


def _constant_pad(args: Any, sources: list[Seen], output: Tensor) -> Known:
    pads = [*args[1], 0, 0, 0, 0][:4]
    if len(args[1]) > 4 or min(pads) < 0 or output.dim() != 4:
        return UNKNOWN
    (left, _right, top, _bottom) = pads
    return _slid(sources[0], [_Slide(1, 1, int(top), 1), _Slide(1, 1, int(left), 1)], output)


def _nearest(args: Any, sources: list[Seen], output: Tensor) -> Known:
    scales = [out / size for out, size in zip(output.shape[2:], args[0].shape[2:], strict=True)]
    if any(scale < 1 or scale % 1 for scale in scales):
        return UNKNOWN
    slides = [_Slide(int(scale), int(scale), 0, 1) for scale in scales]
    return _slid(sources[0], slides, output, transposed=True)


def _transposed(args: Any, sources: list[Seen], output: Tensor) -> Known:
    ndim = args[0].dim()
    order = list(args[1]) if len(args) == 2 else list(range(ndim))
    if len(args) == 3:
        order[args[1]], order[args[2]] = order[args[2]], order[args[1]]
    return sources[0].shaped(lambda array: array.transpose(order), None)


_RULES: dict[str, Callable[[Any, list[Seen], Tensor], Known]] = {
    "convolution": _convolution,
    "max_pool2d_with_indices": _pooling,
    "avg_pool2d": _pooling,
    "_adaptive_avg_pool2d": _adaptive,
    "adaptive_max_pool2d": _adaptive,
    "mean": _reduction,
    "sum": _reduction,
    "amax": _reduction,
    "max": _reduction,
    "native_batch_norm": _batch_norm,
    "_native_batch_norm_legit": _batch_norm,
    "_batch_norm_with_update": _batch_norm,
    "native_group_norm": lambda args, sources, _output: _spread_over(args, sources, range(1, args[0].dim())),
    "native_layer_norm": lambda args, sources, _output: _spread_over(args, sources, range(-len(args[1]), 0)),
    "_softmax": lambda args, sources, _output: _spread_over(args, sources, [args[1]]),
    "_log_softmax": lambda args, sources, _output: _spread_over(args, sources, [args[1]]),
    "addmm": _product,
    "mm": _product,
    "view": _reshaped,
    "_unsafe_view": _reshaped,
    "reshape": _reshaped,
    "squeeze": _reshaped,
    "unsqueeze": _reshaped,
    "cat": _cat,
    "constant_pad_nd": _constant_pad,
    "upsample_nearest2d": _nearest,
    "permute": _transposed,
    "transpose": _transposed,
}
_ALIKE = frozenset(
    {"clone", "detach", "alias", "_to_copy", "lift_fresh", "_native_batch_norm_legit_no_training", "native_dropout"}
)


def _tensors(values: Any) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += _tensors(value)
    return found


def _key(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype


def _two(value: Any) -> tuple[int, int]:
    entries = [int(entry) for entry in value]
    return entries[0], entries[-1]
