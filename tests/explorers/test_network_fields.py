"""The network explorer's receptive fields: the formula's are what gradients reach, and what arithmetic tells."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course import arithmetic, explore
from tests.explorers.networks import (
    MODELS,
    CNNWithResidual,
    built,
    fields_of,
    measured_in,
    result_of,
    table_of,
    words_of,
)
from tests.explorers.pictures import is_drawn


@pytest.fixture(params=MODELS)
def model_and_image(request: pytest.FixtureRequest) -> tuple[nn.Module, Tensor]:
    return built(request.param)


def reaches(model: nn.Module, image: Tensor, index: int, place: tuple[int, ...]) -> Tensor:
    """Which pixels change an output when each of them in turn is moved, in a copy whose layers let everything through."""
    model = copy.deepcopy(model).double().eval()
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            module.weight.data = module.weight.data.abs() + 0.1
        if isinstance(module, nn.ReLU | nn.LeakyReLU | nn.Tanh | nn.Sigmoid):
            model.get_submodule(name.rpartition(".")[0]).__setattr__(name.rpartition(".")[2], nn.Identity())
        if isinstance(module, nn.MaxPool2d):
            soft = nn.AvgPool2d(module.kernel_size, module.stride, module.padding)
            model.get_submodule(name.rpartition(".")[0]).__setattr__(name.rpartition(".")[2], soft)
    outputs: list[Tensor] = []
    for module in model.modules():
        if not list(module.children()):
            module.register_forward_hook(lambda _m, _a, out: outputs.append(out))
    x = torch.ones(1, *image.shape, dtype=torch.float64, requires_grad=True)
    model(x)
    (gradient,) = torch.autograd.grad(outputs[index][(0, *place)], x)
    return gradient[0].abs().amax(dim=0) > 0


CHAINS = ("simple", "simple odd", "depthwise", "transposed")  # the models without branches
FIRST_MEASURED = {"residual": 7, "inplace": 6, "u-net": 2}  # of a branching model, the first layer behind a joint


class TestReceptiveField:
    @pytest.mark.parametrize("name", MODELS)
    def test_formula_and_gradient_agree(self, name: str) -> None:
        model, image = built(name)
        count = len(result_of(model=model, image=image).trace.rows)
        for layer in range(1, count + 1):
            for corner in (0, 10_000, None):
                result = result_of(model=model, image=image, layer=layer, row=corner, column=corner)
                reached = measured_in(result)
                assert result.box == reached.box
                assert not (reached.gradient[~reached.reach] > 0).any()
                assert fields_of(result)
                is_formula = name in CHAINS or layer < FIRST_MEASURED[name]
                assert (result.formula_box is not None) is is_formula
                assert (", the same" in str(words_of(result))) is is_formula
                assert ("it is measured only" in str(words_of(result))) is not is_formula
                assert (", measured" in table_of(result)[layer].cells[5]) is not is_formula

    @pytest.mark.parametrize("name", MODELS)
    def test_size_and_jump_are_those_of_the_cells_that_lie_inside(self, name: str) -> None:
        model, image = built(name)
        inside = 0
        for layer in range(1, len(result_of(model=model, image=image).trace.rows) + 1):
            for row, column in ((2, 3), (4, 4), (5, 3), (None, None)):
                result = result_of(model=model, image=image, layer=layer, row=row, column=column)
                if len(result.place) != 3 or result.box is None or not all(result.box):
                    continue
                for axis, field in enumerate(fields_of(result)):
                    seen, cells = result.box[axis], field.cells(result.place[1 + axis])
                    assert cells.start <= seen.start
                    assert seen.stop <= cells.stop
                    if field.exact and cells.start >= 0 and cells.stop <= image.shape[1 + axis]:
                        assert seen == cells
                        inside += 1
        assert inside > 5

    @pytest.mark.parametrize("name", ["simple odd", "residual", "depthwise", "transposed", "inplace"])
    def test_what_is_reached_is_what_a_softened_copy_reaches(self, name: str) -> None:
        model, image = built(name)
        count = len(result_of(model=model, image=image).trace.rows)
        for layer in range(1, count + 1, 2):
            result = result_of(model=model, image=image, layer=layer)
            assert (measured_in(result).reach == reaches(model, image, layer - 1, result.place)).all()

    @given(
        layers=st.lists(
            st.tuples(
                st.sampled_from(["conv", "max pool", "average pool", "transposed", "depthwise", "relu"]),
                st.integers(1, 5),
                st.integers(1, 3),
                st.integers(0, 3),
                st.integers(1, 3),
            ),
            min_size=1,
            max_size=5,
        ),
        sides=st.tuples(st.integers(5, 40), st.integers(5, 40)),
        at=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    )
    @settings(max_examples=150, deadline=None)
    def test_on_random_stacks(self, layers: Any, sides: tuple[int, int], at: tuple[int, int]) -> None:
        modules = [_module(*layer) for layer in layers]
        image = torch.rand(2, *sides)
        result = result_of(layers=modules, image=image, layer=len(modules), row=at[0], column=at[1])
        if result.failure is not None:
            assert result.failure.torch
            with pytest.raises((RuntimeError, ValueError)):
                nn.Sequential(*modules)(image[None])
            return
        assert result.formula_box == measured_in(result).box
        fields = fields_of(result)
        assert max(map(len, measured_in(result).box)) <= max(field.size for field in fields)
        if all(kind != "transposed" for kind, *_others in layers):
            of_axis = arithmetic.receptive_field([_slides(module) for module in modules])
            for field, place in zip(fields, result.place[1:], strict=True):
                assert field.exact
                assert (field.size, field.jump, field.start) == (
                    of_axis.size,
                    Fraction(of_axis.jump),
                    Fraction(of_axis.start),
                )
                assert field.cells(place) == range(
                    of_axis.start + place * of_axis.jump, of_axis.start + place * of_axis.jump + of_axis.size
                )

    def test_branches_have_the_largest_field(self) -> None:
        class Branches(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.small, self.large = nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 7, padding=3)
                self.last = nn.Identity()

            def forward(self, x: Tensor) -> Tensor:
                return self.last(self.small(x) + self.large(x) + x)  # type: ignore[no-any-return]

        result = result_of(model=Branches(), image=torch.rand(15, 15), layer="last")
        assert table_of(result)[3].cells[5:] == ("7, measured", "1")
        assert result.box == (range(4, 11), range(4, 11))

    def test_a_layer_with_a_forward_of_its_own_is_measured(self) -> None:
        class Causal(nn.Conv2d):
            def forward(self, x: Tensor) -> Tensor:
                return super().forward(F.pad(x, (4, 0, 0, 0)))

        model = nn.Sequential(Causal(1, 2, (1, 3), dilation=2), nn.Conv2d(2, 2, 3))
        result = result_of(model=model, image=torch.rand(9, 15), layer=2, row=3, column=8)
        assert [line.cells[5:] for line in table_of(result)[1:3]] == [
            ("1 × 5, measured", "1"),
            ("3 × 7, measured", "1"),
        ]
        assert result.box == (range(3, 6), range(4, 11))
        assert result.box == measured_in(result).box

    @pytest.mark.parametrize(
        ("after", "told"),
        [
            (lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), "≤5, measured"),
            (lambda x: F.pad(x, (2, 2, 2, 2), mode="circular"), "measured only"),
            (lambda x: x.flip(-1), "measured only"),
        ],
        ids=["bilinear", "circular", "flip"],
    )
    def test_where_no_formula_applies_it_is_measured_only(self, after: Any, told: str) -> None:
        class Odd(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv, self.last = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)

            def forward(self, x: Tensor) -> Tensor:
                return self.last(after(self.conv(x)))  # type: ignore[no-any-return]

        result = result_of(model=Odd(), image=torch.rand(12, 12), layer=2)
        assert table_of(result)[2].cells[5] == told
        assert 9 <= int(measured_in(result).reach.sum()) <= 81
        assert "it is measured only" in str(words_of(result))

    @pytest.mark.parametrize("layer", [2, 3])
    def test_normalisation_over_the_whole_map_sees_everything_and_so_does_what_comes_after(self, layer: int) -> None:
        batch_norm = nn.BatchNorm2d(2, track_running_stats=False)
        for norm in (nn.GroupNorm(1, 2), nn.InstanceNorm2d(2), nn.LayerNorm([2, 9, 9]), batch_norm):
            model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), norm, nn.Conv2d(2, 2, 3))
            result = result_of(model=model, image=torch.rand(9, 9), layer=layer, row=0, column=0)
            assert measured_in(result).reach.all()
            assert result.box == (range(9), range(9))

    def test_the_gradient_is_that_of_the_cell(self) -> None:
        model, image = CNNWithResidual(), torch.rand(1, 28, 28)
        result = result_of(model=model, image=image, layer="block1.conv2", channel=5, row=3, column=9)
        x = image[None].clone().requires_grad_(True)
        found: list[Tensor] = []
        probe = copy.deepcopy(model)
        probe.block1.conv2.register_forward_hook(lambda _m, _a, out: found.append(out))
        probe(x)
        (gradient,) = torch.autograd.grad(found[0][0, 5, 3, 9], x)
        torch.testing.assert_close(measured_in(result).gradient, gradient[0, 0].abs())

    def test_a_cell_behind_a_closed_relu_stands_still(self) -> None:
        model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU())
        model[0].bias.data.fill_(-100)  # type: ignore[operator]
        result = result_of(model=model, image=torch.rand(9, 9), layer=2)
        reached = measured_in(result)
        assert not reached.gradient.any()
        assert int(reached.reach.sum()) == 9
        assert "none of them does so now" in str(words_of(result))

    def test_a_graph_that_cannot_be_gone_backwards_is_told_in_torchs_words(self) -> None:
        class Spoilt(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.act, self.last = nn.Sigmoid(), nn.Identity()

            def forward(self, x: Tensor) -> Tensor:
                y = self.act(x)
                y += 1
                return self.last(y)  # type: ignore[no-any-return]

        result = result_of(model=Spoilt(), image=torch.rand(6, 6), layer=2)
        assert isinstance(result.reached, str)
        assert "modified by an inplace operation" in str(words_of(result))
        assert is_drawn(explore.network(model=Spoilt(), image=torch.rand(6, 6), layer=2))


def _module(kind: str, kernel: int, stride: int, padding: int, dilation: int) -> nn.Module:
    if kind in ("conv", "depthwise"):
        return nn.Conv2d(2, 2, kernel, stride, padding, dilation, groups=2 if kind == "depthwise" else 1)
    if kind == "transposed":
        most = dilation * (kernel - 1)
        return nn.ConvTranspose2d(2, 2, kernel, stride, min(padding, most), dilation=dilation)
    half = min(padding, kernel // 2)
    if kind == "max pool":
        return nn.MaxPool2d(kernel, stride, half, dilation)
    return nn.AvgPool2d(kernel, stride, half) if kind == "average pool" else nn.ReLU()


def _slides(module: nn.Module) -> tuple[int, int, int, int]:
    if isinstance(module, nn.ReLU):
        return 1, 1, 1, 0
    layer: Any = module
    sides = [value if isinstance(value, int) else value[0] for value in (layer.kernel_size, layer.stride)]
    dilation = getattr(layer, "dilation", 1)
    padding = layer.padding if isinstance(layer.padding, int) else layer.padding[0]
    return sides[0], sides[1], dilation if isinstance(dilation, int) else dilation[0], padding
