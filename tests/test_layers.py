"""The description of a torch layer: its text makes the layer again, its sizes, counts and cells are what torch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import SizeSteps
from course.layers import Layer

LAYERS: list[tuple[nn.Module, tuple[int, ...], str]] = [
    (nn.Conv2d(4, 6, 3), (4, 9, 11), "nn.Conv2d(4, 6, kernel_size=3)"),
    (
        nn.Conv2d(4, 6, (3, 5), (2, 1), (0, 3), (1, 2), groups=2, bias=False, padding_mode="reflect"),
        (4, 9, 11),
        "nn.Conv2d(4, 6, kernel_size=(3, 5), stride=(2, 1), padding=(0, 3), dilation=(1, 2), groups=2, bias=False, "
        "padding_mode='reflect')",
    ),
    (nn.Conv2d(2, 2, 4, padding="same"), (2, 9, 9), "nn.Conv2d(2, 2, kernel_size=4, padding='same')"),
    (nn.Conv1d(3, 5, 7, 2, 3), (3, 40), "nn.Conv1d(3, 5, kernel_size=7, stride=2, padding=3)"),
    (nn.Conv3d(1, 2, (1, 2, 3)), (1, 4, 5, 6), "nn.Conv3d(1, 2, kernel_size=(1, 2, 3))"),
    (
        nn.ConvTranspose2d(4, 6, 3, 2, 1, output_padding=1, groups=2, dilation=2),
        (4, 5, 7),
        "nn.ConvTranspose2d(4, 6, kernel_size=3, stride=2, padding=1, output_padding=1, dilation=2, groups=2)",
    ),
    (nn.MaxPool2d(2), (3, 9, 11), "nn.MaxPool2d(kernel_size=2)"),
    (nn.MaxPool2d(3, 2, 1, 2), (3, 9, 11), "nn.MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=2)"),
    (nn.AvgPool2d((2, 3), 1, ceil_mode=True), (3, 9, 11), "nn.AvgPool2d(kernel_size=(2, 3), stride=1, ceil_mode=True)"),
    (nn.BatchNorm2d(3), (3, 4, 4), "nn.BatchNorm2d(3)"),
    (nn.Linear(12, 5, bias=False), (12,), "nn.Linear(12, 5, bias=False)"),
    (nn.ReLU(inplace=True), (3, 4, 4), "nn.ReLU()"),
    (nn.Flatten(), (3, 4, 4), "nn.Flatten()"),
]
IDS = [text[3:24] for _module, _shape, text in LAYERS]


@pytest.mark.parametrize(("module", "shape", "text"), LAYERS, ids=IDS)
def test_the_text_makes_such_a_layer_again(module: nn.Module, shape: tuple[int, ...], text: str) -> None:
    layer = Layer.of(module)
    assert str(layer) == text
    again = eval(text)
    assert Layer.of(again) == layer
    assert [weight.shape for weight in again.parameters()] == [weight.shape for weight in module.parameters()]
    assert again(torch.zeros(1, *shape)).shape == module(torch.zeros(1, *shape)).shape


@pytest.mark.parametrize(("module", "shape", "text"), LAYERS, ids=IDS)
def test_sizes_and_counts_are_torchs(module: nn.Module, shape: tuple[int, ...], text: str) -> None:
    layer, counter = Layer.of(module), FlopCounterMode(display=False)
    with counter, torch.no_grad():
        output = module(torch.zeros(1, *shape))
    assert 2 * layer.multiply_adds(shape, tuple(output.shape[1:])) == counter.get_total_flops()
    if layer.slides and not layer.ceil_mode:
        assert tuple(steps.output for steps in layer.steps(shape[1:])) == output.shape[2:]
    if layer.out_channels:
        assert layer.weight_shape == tuple(module.weight.shape)  # type: ignore[arg-type]
        assert layer.parameters == sum(parameter.numel() for parameter in module.parameters())
        assert layer.multiply_adds(shape) == layer.multiply_adds(shape, tuple(output.shape[1:]))


def test_an_argument_may_be_told_at_its_default() -> None:
    layer = Layer("Conv2d", 3, 8, (3, 3), written=("stride", "padding", "groups"))
    assert str(layer) == "nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=0, groups=1)"


def test_a_class_derived_from_torchs_counts_as_torchs() -> None:
    class Mine(nn.Conv2d):
        pass

    assert Layer.of(Mine(2, 4, 3)) == Layer("Conv2d", 2, 4, (3, 3))


def test_what_is_not_described_is_refused_even_by_torchs_name() -> None:
    with pytest.raises(TypeError, match="GRU"):
        Layer.of(nn.GRU(2, 2))
    with pytest.raises(TypeError, match="Conv2d"):
        Layer.of(type("Conv2d", (nn.Module,), {})())


@given(
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
    size=st.integers(4, 16),
    transposed=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_cells_read_are_those_with_a_gradient(
    kernel: int, stride: int, padding: int, dilation: int, size: int, transposed: bool
) -> None:
    setting: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    module = (nn.ConvTranspose1d if transposed else nn.Conv1d)(1, 1, kernel, **setting)
    nn.init.ones_(module.weight)
    layer = Layer.of(module)
    try:
        (steps,) = layer.steps((size,))
    except ValueError:
        return
    x = torch.ones(1, 1, size, requires_grad=True)
    y = module(x)
    assert steps.output == y.shape[2]
    for index in range(steps.output):
        (gradient,) = torch.autograd.grad(y[0, 0, index], x, retain_graph=True)
        assert layer.reads((size,), (index,)) == (tuple(gradient[0, 0].nonzero().flatten().tolist()),)
        if isinstance(steps, SizeSteps):
            assert layer.reach((size,))[0][index] == tuple(layer.window(index)[0])


def test_a_transposed_convolution_takes_no_word_as_its_padding() -> None:
    with pytest.raises(ValueError, match="takes no padding='same'"):
        Layer("ConvTranspose2d", 1, 1, (3, 3), padding="same").steps((4, 4))
