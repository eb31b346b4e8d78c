"""The arithmetic against torch itself: the same settings accepted, the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course import arithmetic
from course.arithmetic import ReceptiveField, SizeSteps

REFUSED = "refused"

pytestmark = [
    pytest.mark.filterwarnings("ignore:Initializing zero-element tensors"),
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]


def ours(function: Callable[..., Any], *arguments: Any, **settings: Any) -> Any:
    """What the function returns, or REFUSED."""
    try:
        return function(*arguments, **settings)
    except (ValueError, TypeError):
        return REFUSED


def torchs(layer: type[nn.Module], x: Tensor, *arguments: Any, **settings: Any) -> Any:
    """The spatial shape that the layer puts out, or REFUSED, be it when built or when run."""
    try:
        with torch.no_grad():
            return tuple(layer(1, 1, *arguments, **settings)(x).shape[2:])
    except (ValueError, TypeError, RuntimeError):
        return REFUSED


@pytest.mark.parametrize("padding", [-1, 0, 1, 2, 3, "same", "valid", "SAME", "full", ""])
def test_conv_sizes_and_refusals_are_torchs(padding: Any) -> None:
    for size, kernel, stride, dilation in product(range(10), range(6), range(4), range(4)):
        setting = (kernel, stride, padding, dilation)
        expected = torchs(nn.Conv1d, torch.ones(1, 1, size), *setting)
        assert ours(arithmetic.output_shape, (size,), *setting) == expected, (size, *setting)
        assert ours(arithmetic.output_size, size, *setting) == (expected if expected == REFUSED else expected[0])


def test_uneven_padding_is_padding_first() -> None:
    for size, before, after in product(range(1, 8), range(3), range(4)):
        padded = F.pad(torch.ones(1, 1, size), (before, after))
        for kernel, stride, dilation in product(range(1, 6), range(1, 4), range(1, 3)):
            expected = torchs(nn.Conv1d, padded, kernel, stride, dilation=dilation)
            got = ours(arithmetic.output_shape, (size,), kernel, stride, ((before, after),), dilation)
            assert got == expected, (size, kernel, stride, (before, after), dilation)


@pytest.mark.parametrize("output_padding", [-1, 0, 1, 2, 3])
def test_transposed_sizes_and_refusals_are_torchs(output_padding: int) -> None:
    for size, kernel, stride, padding, dilation in product(range(6), range(5), range(4), range(-1, 4), range(4)):
        setting = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
        expected = torchs(nn.ConvTranspose1d, torch.ones(1, 1, size), kernel, **setting)
        got = ours(arithmetic.transposed_output_size, size, kernel, **setting)
        assert got == (expected if expected == REFUSED else expected[0]), (size, kernel, setting)


def per_axis(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return numbers | st.tuples(numbers, numbers) | st.lists(numbers, min_size=1, max_size=3).map(tuple)


@settings(max_examples=400, deadline=None)
@given(
    shape=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    kernel=per_axis(st.integers(1, 4)),
    stride=per_axis(st.integers(0, 3)),
    padding=per_axis(st.integers(0, 3)) | st.sampled_from(["same", "valid", "SAME", ("same", "valid")]),
    dilation=per_axis(st.integers(1, 3)),
)
def test_height_and_width_are_independent_as_in_torch(
    shape: tuple[int, int], kernel: Any, stride: Any, padding: Any, dilation: Any
) -> None:
    expected = torchs(nn.Conv2d, torch.ones(1, 1, *shape), kernel, stride, padding, dilation)
    assert ours(arithmetic.output_shape, shape, kernel, stride, padding, dilation) == expected


def test_uneven_padding_for_each_axis() -> None:
    x = F.pad(torch.ones(1, 1, 7, 9), (0, 3, 1, 2))
    expected = tuple(nn.Conv2d(1, 1, (4, 3), (2, 3))(x).shape[2:])
    assert arithmetic.output_shape((7, 9), (4, 3), (2, 3), ((1, 2), (0, 3))) == expected


def test_output_shape_of_signals_and_volumes() -> None:
    assert arithmetic.output_shape((9,), 3, 2) == tuple(nn.Conv1d(1, 1, 3, 2)(torch.ones(1, 1, 9)).shape[2:])
    volume = nn.Conv3d(1, 1, (1, 2, 3), padding=(0, 1, 2))(torch.ones(1, 1, 4, 5, 6))
    assert arithmetic.output_shape((4, 5, 6), (1, 2, 3), padding=(0, 1, 2)) == tuple(volume.shape[2:])


NOT_INTS = [1.0, 0.5, True, None, "3", np.float32(1), 1j]


@pytest.mark.parametrize("value", NOT_INTS)
@pytest.mark.parametrize("name", ["size", "kernel", "stride", "padding", "dilation", "output_padding", "index"])
def test_only_ints_are_numbers_of_cells(name: str, value: Any) -> None:
    functions: list[Callable[..., object]] = [
        arithmetic.output_size,
        arithmetic.transposed_output_size,
        arithmetic.window,
    ]
    for function in functions:
        if name not in (parameters := signature(function).parameters):
            continue
        arguments = {next(iter(parameters)): 5, "kernel": 3, name: value}
        word = name == "padding" and value == "3" and function is not arithmetic.transposed_output_size
        with pytest.raises(ValueError if word else TypeError, match=name):
            function(**arguments)


def test_ints_of_numpy_and_sizes_of_torch_count_as_ints() -> None:
    size = arithmetic.output_size(np.int64(8), np.int32(3), stride=np.int16(2))  # type: ignore[arg-type]
    assert (size, type(size)) == (3, int)
    assert arithmetic.output_shape(torch.ones(6, 7).shape, 3) == (4, 5)


@pytest.mark.parametrize("padding", [(1,), (1, 2, 3), (-1, 0), (0, -1)])
def test_a_pair_of_paddings_is_two_numbers_of_cells(padding: Any) -> None:
    with pytest.raises(ValueError, match="padding"):
        arithmetic.output_size(5, 3, padding=padding)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: arithmetic.output_size(3, 3, padding=1, dilation=4), ["spans 9", "1 + 3 + 1 = 5", "pad 4 more"]),
        (lambda: arithmetic.output_size(0, 3), ["size", "1 or more", "it is 0", "layer before"]),
        (lambda: arithmetic.output_size(8, 3, padding=1.0), ["padding", "1.0", "float", "//"]),  # type: ignore[arg-type]
        (lambda: arithmetic.output_size(8, 5, 2, "same"), ["stride=2", "stride=1", "padding=2"]),
        (lambda: arithmetic.output_size(8, 5, 1, "SAME"), ["'SAME'", "'same'", "'valid'"]),
        (lambda: arithmetic.output_size(8, 3, dilation=0), ["dilation", "it is 0", "dilation=1"]),
        (lambda: arithmetic.output_shape((8, 8), (3, 3, 3)), ["kernel=(3, 3, 3)", "2 of them"]),
        (lambda: arithmetic.output_shape((8, 8), 3, padding=("same", 1)), ["('same', 1)", "all axes"]),
        (lambda: arithmetic.transposed_output_size(4, 3, 2, 1, 2), ["output_padding=2", "stride (2)", "1 at the most"]),
        (lambda: arithmetic.transposed_output_size(2, 3, padding=2), ["(2 - 1) * 1 - 2 * 2 + 3 + 0 = 0", "less"]),
        (lambda: arithmetic.transposed_output_size(2, 3, padding="same"), ["padding", "'same'", "str"]),  # type: ignore[arg-type]
        (lambda: arithmetic.weight_shape(4, 6, 3, groups=4), ["out_channels=6", "groups=4"]),
        (lambda: arithmetic.receptive_field([(3, 1), (3,)]), ["(3,)", "(kernel, stride)"]),
        (lambda: arithmetic.receptive_field([3]), ["3 is no layer"]),  # type: ignore[list-item]
    ],
)
def test_refusals_say_what_came_and_what_to_do(call: Callable[[], object], parts: list[str]) -> None:
    with pytest.raises((ValueError, TypeError)) as refusal:
        call()
    for part in parts:
        assert part in str(refusal.value)


def accepted(sizes: range, paddings: Sequence[Any]) -> Iterator[tuple[int, tuple[Any, ...], SizeSteps]]:
    """Sizes, the settings (kernel, stride, padding, dilation) that fit them, and the steps of both."""
    for size, *setting in product(sizes, range(1, 5), range(1, 5), paddings, range(1, 4)):
        steps = ours(arithmetic.output_steps, size, *setting)
        if steps != REFUSED:
            yield size, tuple(setting), steps


def test_steps_count_what_windows_cover() -> None:
    for size, setting, steps in accepted(range(1, 9), [0, 1, 2, (0, 2), (3, 1), "same"]):
        last = arithmetic.window(steps.output - 1, *setting)[-1]
        unseen = range(last + 1, size + steps.after)
        assert steps.dropped == len(unseen)
        assert steps.dropped_input == len([i for i in unseen if 0 <= i < size])
        assert steps.padded == size + steps.before + steps.after


def test_steps_read_as_the_formula() -> None:
    assert str(arithmetic.output_steps(28, 4, 2, "valid", dilation=2)) == "⌊(28 + 0 + 0 − 7) / 2⌋ + 1 = 11"
    assert str(arithmetic.output_steps(5, 2, 1, (0, 1))) == "⌊(5 + 0 + 1 − 2) / 1⌋ + 1 = 5"


@pytest.mark.parametrize(("kernel", "dilation"), [*product(range(1, 7), range(1, 4))])
def test_same_padding_is_torchs(kernel: int, dilation: int) -> None:
    x, weight = torch.rand(1, 1, 9), torch.rand(1, 1, kernel)
    by_hand = F.conv1d(F.pad(x, arithmetic.same_padding(kernel, dilation)), weight, dilation=dilation)
    torch.testing.assert_close(by_hand, F.conv1d(x, weight, padding="same", dilation=dilation))


def reached(x: Tensor, output: Tensor) -> list[int]:
    """The input indices on which this output depends."""
    (gradient,) = torch.autograd.grad(output, x, retain_graph=True)
    return [int(i) for i in gradient.flatten().nonzero()]


def run(x: Tensor, layers: Sequence[tuple[Any, ...]]) -> Tensor:
    """The signal x through convolutions of ones, each (kernel, stride, dilation, padding)."""
    y = x[None, None]
    for kernel, stride, dilation, padding in layers:
        if isinstance(padding, tuple):
            y, padding = F.pad(y, padding), 0
        y = F.conv1d(y, y.new_ones(1, 1, kernel), stride=stride, padding=padding, dilation=dilation)
    return y[0, 0]


def test_window_is_what_gradients_reach() -> None:
    for size, (kernel, stride, padding, dilation), steps in accepted(range(6, 8), [0, 3, (2, 1), "valid", "same"]):
        x = torch.ones(size, requires_grad=True)
        y = run(x, [(kernel, stride, dilation, padding)])
        assert len(y) == steps.output
        for index in range(steps.output):
            window = arithmetic.window(index, kernel, stride, padding, dilation)
            assert len(window) == kernel
            assert [i for i in window if 0 <= i < size] == reached(x, y[index])


LAYERS = st.tuples(
    st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 3) | st.just((1, 2))
) | st.tuples(st.integers(1, 5), st.just(1), st.integers(1, 3), st.sampled_from(["same", "valid"]))


@settings(max_examples=150, deadline=None)
@given(layers=st.lists(LAYERS, max_size=4))
def test_receptive_field_is_the_box_that_gradients_measure(layers: list[tuple[Any, ...]]) -> None:
    field = arithmetic.receptive_field(layers)
    x = torch.ones(2 * field.size + 4 * field.jump, dtype=torch.float64, requires_grad=True)
    y = run(x, layers)
    inside = [
        (i, first)
        for i in range(len(y))
        if (first := field.start + i * field.jump) >= 0 and first + field.size <= len(x)
    ]
    assert len(inside) >= 2
    for i, first in inside[:3]:
        seen = reached(x, y[i])
        assert (seen[0], seen[-1]) == (first, first + field.size - 1)


def test_receptive_field_of_short_layers_and_of_none() -> None:
    assert arithmetic.receptive_field([]) == ReceptiveField(size=1, jump=1, start=0)
    assert arithmetic.receptive_field([(3, 2), [2, 1, 3]]) == arithmetic.receptive_field([(3, 2, 1, 0), (2, 1, 3, 0)])


@pytest.mark.parametrize("layers", [[()], [(3,)], [(3, 1, 1, 0, 0)], [3], ["33"], [(0, 1)], [(3, 2, 1, "same")]])
def test_receptive_field_refuses_what_is_no_layer(layers: Any) -> None:
    with pytest.raises(ValueError, match=r"layer|kernel|same"):
        arithmetic.receptive_field(layers)


def test_weight_shapes_and_parameter_counts_are_torchs() -> None:
    for in_channels, out_channels, groups, kernel in product(
        range(7), range(1, 7), range(-1, 5), [1, 3, (2, 3), [3, 1]]
    ):
        arguments = (in_channels, out_channels, kernel)
        for bias in (True, False):
            try:
                layer = nn.Conv2d(*arguments, groups=groups, bias=bias)  # type: ignore[arg-type]
            except ValueError:
                assert ours(arithmetic.weight_shape, *arguments, groups) == REFUSED
                assert ours(arithmetic.parameter_count, *arguments, groups, bias) == REFUSED
                continue
            assert ours(arithmetic.weight_shape, *arguments, groups) == tuple(layer.weight.shape)
            assert ours(arithmetic.parameter_count, *arguments, groups, bias) == sum(
                p.numel() for p in layer.parameters()
            )


def test_weight_shape_of_a_signal_kernel() -> None:
    assert arithmetic.weight_shape(4, 6, (5,), groups=2) == tuple(nn.Conv1d(4, 6, 5, groups=2).weight.shape)


@pytest.mark.parametrize("arguments", [(-1, 1, 3), (1, 0, 3), (1, 1, 0), (1, 1, (3, 0)), (1, 1, ()), (1, 1, 3, 0)])
def test_layers_without_channels_kernel_or_groups_are_refused(arguments: Any) -> None:
    with pytest.raises(ValueError, match=r"channels|kernel|groups"):
        arithmetic.weight_shape(*arguments)


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("value", [2.0, True, None, "2"])
def test_channels_kernel_and_groups_are_ints(position: int, value: Any) -> None:
    arguments: list[Any] = [4, 6, 3, 2]
    arguments[position] = value
    with pytest.raises(TypeError, match="whole number"):
        arithmetic.parameter_count(*arguments)


def count_products(x: Tensor, weight: Tensor, stride: tuple[int, int], padding: Any, dilation: int) -> int:
    """One by one: for every kernel, every place where it stops, and every number of the kernel."""
    x = F.pad(x, padding)
    out_channels, depth, height, width = weight.shape
    count = 0
    for _kernel in range(out_channels):
        for top in range(0, x.shape[1] - dilation * (height - 1), stride[0]):
            for left in range(0, x.shape[2] - dilation * (width - 1), stride[1]):
                place = x[:depth, top:, left:][:, ::dilation, ::dilation][:, :height, :width]
                count += place.numel()
    return count


@pytest.mark.parametrize("padding", [0, (1, 2), "same", ((0, 1), (2, 0))])
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "groups"), [(3, 1, 1, 1), ((2, 3), (2, 3), 2, 2), (1, 2, 1, 4)]
)
def test_multiply_adds_are_counted_one_by_one(
    padding: Any, kernel: Any, stride: Any, dilation: int, groups: int
) -> None:
    in_shape, strides = (4, 7, 9), stride if isinstance(stride, tuple) else (stride, stride)
    weight = torch.empty(arithmetic.weight_shape(4, 8, kernel, groups))
    if padding == "same" and strides != (1, 1):
        with pytest.raises(ValueError, match="same"):
            arithmetic.multiply_adds(in_shape, 8, kernel, stride, padding, dilation, groups)
        return
    height, width = weight.shape[2:]
    (top, bottom), (left, right) = {
        "same": [arithmetic.same_padding(side, dilation) for side in (height, width)],
        0: [(0, 0), (0, 0)],
        (1, 2): [(1, 1), (2, 2)],
    }.get(padding, padding)
    expected = count_products(torch.zeros(in_shape), weight, strides, (left, right, top, bottom), dilation)
    assert arithmetic.multiply_adds(in_shape, 8, kernel, stride, padding, dilation, groups) == expected


def test_multiply_adds_of_signals() -> None:
    assert arithmetic.multiply_adds((3, 10), 5, 4, stride=2) == 5 * 3 * 4 * 4


@pytest.mark.parametrize("in_shape", [(3, 2, 8), (3, 8, 2), (3, 0, 8)])
def test_multiply_adds_refuse_what_does_not_fit(in_shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"fit|size"):
        arithmetic.multiply_adds(in_shape, 4, 3)


@pytest.mark.parametrize("shape", [8, (), None, "88"])
def test_a_shape_is_a_tuple(shape: Any) -> None:
    with pytest.raises(TypeError, match=r"shape must be a tuple such as \(height, width\)"):
        arithmetic.output_shape(shape, 3)
    with pytest.raises(TypeError, match=r"in_shape must be a tuple such as \(channels, height, width\)"):
        arithmetic.multiply_adds(shape, 4, 3)
