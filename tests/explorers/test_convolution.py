"""The convolution explorer: what it shows is what torch computes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course import explore
from course.explorers.base import Explorer
from course.explorers.convolution import RECIPE
from course.explorers.convolution.result import Result
from course.explorers.convolution.settings import IMAGES
from course.explorers.kernels import bank
from course.explorers.text import Problem
from tests.explorers.asking import Asked, loaded, strategies
from tests.explorers.pictures import is_drawn, picture_of, saved, short

ASKED = Asked(RECIPE, Result)
result_of, problem_of, shown_by = ASKED.result, ASKED.problem, ASKED.shown_by


def output_of_shown_call(result: Result) -> Tensor:
    weights = {"weight": result.weight} | ({} if result.bias is None else {"bias": result.bias})
    output: Tensor = loaded(RECIPE.describe(result, True).call, weights)(result.x[None])[0]
    return output


@given(
    **strategies(RECIPE, "stride", "dilation", "out_channels", "bias", "preset", "channel", "row", "column"),
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    padding=st.integers(0, 8) | st.sampled_from(["same", "valid"]),
    image=st.sampled_from(["cat", "brick", "digit", "coins"]),
)
@settings(max_examples=60, deadline=None)
def test_the_shown_call_is_the_one_that_is_run(**given: Any) -> None:
    result = ASKED.outcome(**given, size=32)
    if isinstance(result, Problem):
        assert given["padding"] == "same"
        assert given["stride"] > 1
        return
    settings = result.settings
    torch.testing.assert_close(output_of_shown_call(result), result.y)
    # The cell's arithmetic adds up to torch's own value.
    bias = 0.0 if result.bias is None else float(result.bias[settings.channel])
    value = float(result.products.sum()) + bias
    assert value == pytest.approx(float(result.y[settings.channel, settings.row, settings.column]), abs=1e-5)
    assert result.y.shape[1:] == (result.steps[0].output, result.steps[1].output)


def test_the_arithmetic_is_written_with_its_numbers() -> None:
    result = result_of(kernel=3, stride=2, padding=1, row=10, column=14, channel=1, size=64)
    text = str(RECIPE.describe(result, True))
    assert "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1, dilation=1)" in text
    assert "⌊(64 + 1 + 1 − 3) / 2⌋ + 1 = 32" in text
    assert "the floor drops 1 line" in text
    assert "y[0, 1, 10, 14] = " in text
    assert "x: (1, 3, 64, 64) → y: (1, 4, 32, 32)" in text
    assert "parameters: 112 " in text
    assert "from input rows 19 to 21 and columns 27 to 29" in text
    sums = [line for line in RECIPE.describe(result, True).sections[1].lines if line.startswith("x[0, ")]
    assert len(sums) == 3
    assert all(line.count("·") == 9 for line in sums)


def test_a_kernel_that_does_not_fit_is_told_twice() -> None:
    problem = problem_of(kernel=11, dilation=4, size=32)
    assert "spans 41 cells" in problem.plain
    assert "34" in problem.plain
    assert "Kernel size can't be greater than actual input size" in problem.torch
    assert problem.call == "nn.Conv2d(3, 4, kernel_size=11, stride=1, padding=1, dilation=4)"


def test_same_with_a_stride_is_told_twice() -> None:
    problem = problem_of(padding="same", stride=2)
    assert "stride=2 cannot do" in problem.plain
    assert "padding='same' is not supported for strided convolutions" in problem.torch
    with pytest.raises(ValueError, match="not supported for strided"):
        explore.convolution.figure(padding="same", stride=2)


def test_same_pads_the_odd_cell_at_the_end() -> None:
    result = result_of(kernel=4, padding="same", size=32)
    assert [(steps.before, steps.after) for steps in result.steps] == [(1, 2), (1, 2)]
    assert "padding='same'" in RECIPE.describe(result, True).call
    assert "bottom 2" in RECIPE.describe(result, True).state


class TestControls:
    @pytest.mark.parametrize("image", IMAGES)
    def test_every_picture_can_be_shown(self, image: str) -> None:
        x = result_of(image=image, size=32).x
        assert x.shape in {(1, 32, 32), (3, 32, 32)}


class TestEditing:
    def opened(self, **given: Any) -> tuple[Explorer[Any, Any], Any]:
        explorer = explore.convolution(size=32, **given)
        table = explorer.controls["values"]
        table.widget.selected_index = 0
        return explorer, table

    def test_a_value_set_by_hand_is_convolved_with(self) -> None:
        explorer, table = self.opened(preset="identity", image="digit")
        before = picture_of(explorer)
        table.cells[0][2].value = 4.0
        assert float(shown_by(explorer).weight[0, 0, 0, 2]) == 4.0
        assert float(shown_by(explorer).weight[1, 0, 0, 2]) == 0.0
        assert (picture_of(explorer) != before).any()
        torch.testing.assert_close(output_of_shown_call(shown_by(explorer)), shown_by(explorer).y)

    def test_the_table_follows_the_kernel(self) -> None:
        explorer, table = self.opened(preset="blur", image="digit")
        assert [[cell.value for cell in row] for row in table.cells] == [[0.111] * 3] * 3
        explorer.controls["kernel_height"].value = 2
        assert [[cell.value for cell in row] for row in table.cells] == [[0.25] * 2] * 2
        explorer.controls["kernel_height"].value = 6
        assert table.cells == []

    def test_edits_belong_to_their_kernel(self) -> None:
        explorer, table = self.opened(preset="blur", image="digit")
        table.cells[1][1].value = 9.0
        explorer.controls["kernel_height"].value = 5
        assert 9.0 not in shown_by(explorer).weight
        explorer.controls["kernel_height"].value = 3
        assert float(shown_by(explorer).weight[0, 0, 1, 1]) == 9.0
        explorer.controls["preset"].value = "sharpen"
        explorer.controls["preset"].value = "blur"
        assert 9.0 not in shown_by(explorer).weight

    def test_the_whole_table_can_be_set(self) -> None:
        explorer, table = self.opened(image="digit")
        table.value = ((1.0, 2.0, 3.0), (0.0, 0.0, 0.0), (0.0, 0.0, -5.0))
        assert shown_by(explorer).weight[0, 0].tolist() == [[1, 2, 3], [0, 0, 0], [0, 0, -5]]


class TestOwn:
    def test_image(self) -> None:
        image = torch.linspace(-1, 1, 2 * 20 * 30).reshape(2, 20, 30)
        result = result_of(image=image, channel=0)
        assert result.x.shape == (2, 20, 30)
        assert "nn.Conv2d(2, 4" in RECIPE.describe(result, True).call
        assert result_of(image=image.numpy()[0]).x.shape == (1, 20, 30)
        assert result_of(image=image[None]).x.shape == (2, 20, 30)

    def test_kernel(self) -> None:
        kernel = torch.tensor([[1.0, 0.0, -1.0]])
        result = result_of(kernel=kernel, image="digit", size=32)
        assert result.weight.tolist() == [[[[1.0, 0.0, -1.0]]]]
        assert "kernel_size=(1, 3)" in RECIPE.describe(result, True).call
        assert result_of(kernel=[[1.0, 2.0], [3.0, 4.0]]).weight.shape == (1, 3, 2, 2)
        assert result_of(kernel=torch.rand(3, 2, 2)).weight.shape == (1, 3, 2, 2)
        assert result_of(kernel=torch.rand(5, 3, 2, 2)).y.shape[0] == 5
        torch.testing.assert_close(output_of_shown_call(result), result.y)

    @pytest.mark.parametrize(
        "layer",
        [
            nn.Conv2d(3, 6, (3, 5), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=3),
            nn.Conv2d(3, 12, 3, padding="same", bias=False),
            nn.Conv2d(1, 9, 7, stride=3),
            nn.Conv2d(3, 2, 3, padding=(2, 1), padding_mode="reflect"),
            nn.Conv2d(3, 2, 4, padding="same", padding_mode="circular"),
            nn.Conv2d(3, 3, 1, dtype=torch.float64),
        ],
        ids=short,
    )
    def test_layer(self, layer: nn.Conv2d) -> None:
        explorer = explore.convolution(layer=layer, size=32, channel=layer.out_channels - 1)
        result = shown_by(explorer)
        with torch.no_grad():
            expected = layer(result.x[None].to(layer.weight.dtype))[0].float()
        torch.testing.assert_close(result.y, expected)
        torch.testing.assert_close(output_of_shown_call(result), result.y)
        settings = explorer.settings
        bias = 0.0 if result.bias is None else float(result.bias[settings.channel])
        value = float(result.products.sum()) + bias
        assert value == pytest.approx(float(result.y[settings.channel, settings.row, settings.column]), abs=1e-5)
        assert explorer.controls["stride"].disabled
        assert is_drawn(explorer)

    def test_layer_is_left_as_it_is(self) -> None:
        layer = nn.Conv2d(3, 4, 3)
        weight = layer.weight
        explore.convolution(layer=layer)
        assert layer.weight is weight
        assert layer.weight.requires_grad
        assert layer.weight.grad is None

    def test_many_input_channels_are_summed_though_not_all_are_drawn(self) -> None:
        layer = nn.Conv2d(16, 4, 3)
        result = result_of(layer=layer, image=torch.rand(16, 12, 12), row=1, column=1)
        lines = RECIPE.describe(result, True).sections[1].lines
        assert any("13 more channels" in line for line in lines)

    def test_a_trained_layer_is_shown_with_its_new_weights(self) -> None:
        layer = nn.Conv2d(3, 4, 3)
        explorer = explore.convolution(layer=layer, size=32)
        nn.init.zeros_(layer.weight)
        explorer.controls["row"].value = 3
        assert float(shown_by(explorer).weight.abs().sum()) == 0.0


def test_picture_does_not_depend_on_the_settings_of_matplotlib() -> None:
    import matplotlib

    before = saved(explore.convolution.figure(size=32))
    with matplotlib.rc_context({"font.size": 30, "figure.dpi": 50, "image.cmap": "jet", "axes.facecolor": "red"}):
        assert (saved(explore.convolution.figure(size=32)) == before).all()


def test_a_settings_comparison_leaves_the_learners_tensors_out() -> None:
    settings = RECIPE.settings_of(image=torch.rand(3, 8, 8))
    assert settings == replace(settings)


def test_the_edge_kernels_are_sobels_right_minus_left_and_bottom_minus_top() -> None:
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    for preset, kernel in (("vertical edges", sobel), ("horizontal edges", sobel.T)):
        assert torch.equal(4 * bank(preset, 1, 1, 3, 3)[0][0, 0], kernel)
        for height, width in ((2, 3), (5, 5), (7, 4)):
            weight = bank(preset, 1, 1, height, width)[0][0, 0]
            assert float(weight.sum()) == pytest.approx(0, abs=1e-6)
            assert float(weight.clamp(min=0).sum()) == pytest.approx(1)
