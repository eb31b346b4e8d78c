"""Lesson 01: random batches in every layout."""

from __future__ import annotations

from typing import Any

import torch

from tests.mutants.compare import Draw, Names, called, probe

_DTYPES = (torch.float32, torch.float64, torch.int64, torch.uint8, torch.float16)


@probe("to-nchw")
def _to_nchw(names: Names, draw: Draw) -> Any:
    return called(names["to_nchw"], draw.bytes(*draw.integers(4, 1, 6)))


@probe("telltale-batch")
def _telltale_batch(names: Names, draw: Draw) -> Any:
    """Any batch will do that tells the three wrong ways from the right one."""
    shape = (draw.integer(1, 4), *draw.integers(3, 2, 6))
    batch = names["telltale_batch"](shape)
    right = batch.permute(0, 3, 1, 2)
    wrong = (batch.reshape(right.shape), batch.flip(3).permute(0, 3, 1, 2), batch.permute(0, 3, 2, 1))
    told = [way.shape != right.shape or not torch.equal(way, right) for way in wrong]
    return told, batch.dtype, tuple(batch.shape) == shape


@probe("as-batch")
def _as_batch(names: Names, draw: Draw) -> Any:
    axes = draw.choice((0, 1, 2, 2, 2, 3, 3, 3, 4, 5))
    return called(names["as_batch"], draw.floats(*draw.integers(axes, 1, 5), dtype=draw.choice(_DTYPES)))


@probe("channel-means")
def _channel_means(names: Names, draw: Draw) -> Any:
    return called(names["channel_means"], draw.floats(*draw.integers(4, 1, 6)))


@probe("normalize")
def _normalize(names: Names, draw: Draw) -> Any:
    shape = draw.integers(4, 1, 6)
    return called(names["normalize"], draw.floats(*shape), draw.floats(shape[1]), draw.floats(shape[1]).abs() + 0.1)


@probe("channels-last")
def _channels_last(names: Names, draw: Draw) -> Any:
    shape = draw.integers(4, 1, 6)
    x = draw.floats(*shape, dtype=draw.choice(_DTYPES))
    got, _ = called(names["channels_last"], draw.choice((x, x.permute(3, 1, 0, 2), x[:, :, ::2])))
    sized = [got.stride(axis) for axis in range(4) if got.shape[axis] > 1]  # an axis of 1 has no stride that matters
    memory_format = draw.choice((torch.channels_last, torch.contiguous_format))
    large = tuple(draw.choice((1, 2, 7, 999)) for _ in range(4))
    return got, sized, called(names["strides_of"], large, memory_format)


@probe("case-reshaped-loader")
def _load_batch(names: Names, draw: Draw) -> Any:
    height, width = draw.integers(2, 1, 6)
    pictures = [draw.bytes(height, width, 3).numpy() for _ in range(draw.integer(1, 5))]
    return called(names["load_batch"], pictures)
