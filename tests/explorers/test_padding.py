"""The padding explorer: what it shows is what torch pads, what torch computes, and what torch refuses."""

from __future__ import annotations

import math
import re
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course import explore
from course.explorers.base import Explorer
from course.explorers.padding import RECIPE
from course.explorers.padding.result import Result
from course.explorers.padding.settings import IMAGES, INVALID, MODES, SIZES, SURROUNDINGS, named_image
from course.explorers.text import Problem
from course.figures import Map
from tests.explorers.asking import Asked, loaded, strategies
from tests.explorers.pictures import is_drawn, short

ASKED = Asked(RECIPE, Result)
outcome_of, result_of, problem_of, text_of = ASKED.outcome, ASKED.result, ASKED.problem, ASKED.text


def parameters_of(result: Result) -> dict[str, Tensor]:
    return result.settings.own.parameters(result.call, result.settings.preset)


def layer_of(result: Result) -> nn.Conv2d:
    layer = loaded(RECIPE.describe(result, True).call, parameters_of(result))
    assert isinstance(layer, nn.Conv2d)
    return layer


def drawn_values(result: Result) -> list[np.ndarray[Any, Any]]:
    return [item.values for item in RECIPE.draw(result, True).items if isinstance(item, Map)]


@given(
    **strategies(RECIPE),
    kernel=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    padding=st.tuples(st.integers(0, 9), st.integers(0, 9)) | st.sampled_from(["same", "valid"]),
)
@settings(max_examples=120, deadline=None)
def test_the_shown_call_is_run_and_the_padded_picture_is_what_it_slides_over(**given: Any) -> None:
    result = outcome_of(**given)
    if isinstance(result, Problem):
        assert result.torch
        with pytest.raises((RuntimeError, ValueError)) as refused:  # torch refuses the very call that is shown
            eval(result.call)(RECIPE.settings_of(**given).input()[None])
        assert str(refused.value) == result.torch
        return
    layer = layer_of(result)
    torch.testing.assert_close(layer(result.x[None])[0, 0], result.y)
    # Slid over the padded picture without padding, the kernel gives the same.
    over = F.conv2d(result.padded[None], layer.weight, None, layer.stride, 0, layer.dilation)
    torch.testing.assert_close(over[0, 0], result.y)
    assert result.y.shape == (result.steps[0].output, result.steps[1].output)
    # The chosen cell's window holds what the cell is the sum of.
    rows, columns = result.window
    patch = result.padded[:, rows.start : rows.stop : rows.step, columns.start : columns.stop : columns.step]
    cell = float(result.y[result.settings.row, result.settings.column])
    assert float((patch * layer.weight[0]).sum()) == pytest.approx(cell, abs=1e-5)
    # Where a window sees no padding, nothing is wrong.
    assert result.real is not None
    assert result.y_real is not None
    assert result.real.shape == result.padded.shape
    inner = result.seen == result.taps
    torch.testing.assert_close(result.y[inner], result.y_real[inner])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("padding", [(2, 5), (0, 3), (7, 7)])
def test_every_mode_is_padded_as_numpy_pads(mode: str, padding: tuple[int, int]) -> None:
    result = result_of(size=8, padding=padding, padding_mode=mode)
    numpys = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[mode]
    sides: Any = [(0, 0), (padding[0],) * 2, (padding[1],) * 2]
    padded = np.pad(result.x.numpy(), sides, mode=numpys)  # type: ignore[call-overload]
    assert (result.padded.numpy() == padded).all()
    assert (drawn_values(result)[0] == padded[0]).all()


@pytest.mark.parametrize(("kernel", "dilation"), [*product([1, 2, 3, 4, 6, (2, 5), (4, 3)], [1, 2, 3])])
def test_same_is_split_as_torch_splits_it(kernel: Any, dilation: int) -> None:
    result = result_of(kernel=kernel, dilation=dilation, padding="same", padding_mode="replicate", size=32)
    left, right, top, bottom = layer_of(result)._reversed_padding_repeated_twice
    assert [(steps.before, steps.after) for steps in result.steps] == [(top, bottom), (left, right)]
    lines = RECIPE.describe(result, True).sections[1].lines
    assert f"{top} above, {bottom} below" in lines[0]
    assert f"{left} left, {right} right" in lines[1]
    assert ("(the odd one goes below)" in lines[0]) is (bottom > top)
    assert ("(the odd one goes right)" in lines[1]) is (right > left)
    assert result.y.shape == (32, 32)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("image", IMAGES)
def test_the_surroundings_of_every_picture_are_real(image: str, size: tuple[int, int]) -> None:
    for channels in (1, 3):
        patch, wide = named_image(image, size, channels)
        assert patch.shape == (channels, *size)
        assert wide.shape == (channels, size[0] + 2 * SURROUNDINGS, size[1] + 2 * SURROUNDINGS)
        assert (wide[:, SURROUNDINGS:-SURROUNDINGS, SURROUNDINGS:-SURROUNDINGS] == patch).all()


def test_how_many_taps_read_the_input_is_counted() -> None:
    result = result_of(kernel=(3, 5), padding=(1, 2), dilation=2, stride=2, size=(20, 28))
    for row, column in product(range(result.y.shape[0]), range(result.y.shape[1])):
        rows, columns = result.call.window(row, column)
        real = sum(0 <= r < 20 and 0 <= c < 28 for r, c in product(rows, columns))
        assert int(result.seen[row, column]) == real


class TestBorderErrors:
    def test_they_are_measured_against_the_real_surroundings(self) -> None:
        result = result_of(kernel=3, padding=1, image="gravel", padding_mode="circular")
        assert result.real is not None
        assert result.y_real is not None
        weight = parameters_of(result)["weight"]
        for mode in MODES:
            known = F.conv2d(result.real[None], weight)[0, 0]
            padded = F.pad(result.x[None], (1, 1, 1, 1), mode="constant" if mode == "zeros" else mode)
            off = (F.conv2d(padded, weight)[0, 0] - known).abs()
            border = torch.ones_like(off, dtype=torch.bool)
            border[1:-1, 1:-1] = False
            assert result.errors[mode] == pytest.approx(float(off[border].mean()), abs=1e-6)
            assert float(off[~border].max()) == pytest.approx(0, abs=1e-6)
            assert result.worst >= float(off.max()) - 1e-6
        assert (drawn_values(result)[-1] == (result.y - result.y_real).numpy()).all()

    def test_the_modes_are_compared_and_the_present_one_marked(self) -> None:
        lines = RECIPE.describe(result_of(padding_mode="reflect"), True).sections[-1].lines
        told = {mode: next(line for line in lines if line.strip().startswith(mode)) for mode in MODES}
        assert [mode for mode, line in told.items() if "←" in line] == ["reflect"]
        assert "least" in told["replicate"]
        assert "176 of 560 output cells see padding (31%)" in lines[0]

    def test_zeros_darken_the_border_of_a_blurred_photo(self) -> None:
        result = result_of()
        assert result.y_real is not None
        assert float((result.y - result.y_real)[0].max()) < 0

    def test_zeros_are_right_around_a_scanned_digit(self) -> None:
        result = result_of(image="digit", padding=2)
        assert result.errors["zeros"] == 0.0
        assert result.worst > 0

    def test_valid_makes_no_errors(self) -> None:
        result = result_of(padding="valid")
        assert result.errors == {}
        assert "0 of 384 output cells see padding (0%)" in text_of(result)

    def test_a_mode_that_does_not_reach_so_far_is_said_to(self) -> None:
        result = result_of(size=8, padding=9)
        assert result.errors["reflect"] is result.errors["circular"] is None
        assert text_of(result).count("does not reach so far") == 2

    def test_the_scale_of_errors_stays_when_the_mode_changes(self) -> None:
        assert len({result_of(padding_mode=mode).worst for mode in MODES}) == 1


class TestWords:
    def test_the_arithmetic_is_written_with_its_numbers(self) -> None:
        text = text_of(result_of(kernel=5, stride=3, padding=(1, 3), padding_mode="circular"))
        assert (
            "nn.Conv2d(1, 1, kernel_size=5, stride=3, padding=(1, 3), dilation=1, bias=False, padding_mode='circular')"
        ) in text
        assert "height: ⌊(20 + 1 + 1 − 5) / 3⌋ + 1 = 6" in text
        assert "width: ⌊(28 + 3 + 3 − 5) / 3⌋ + 1 = 10" in text
        assert "the floor drops 2 lines" in text
        assert "rounded up: 7 × 10; here it is 6 × 10" in text
        assert "1 above and 1 below, 3 left and 3 right" in text
        assert "taps on input rows −1 … 3 and columns −3 … 1: 8 of 25 read the input, 17 padding" in text

    @pytest.mark.parametrize(("size", "stride"), [*product([8, (20, 28), 32], [1, 2, 3, 4])])
    def test_rounded_up_size_per_stride(self, size: Any, stride: int) -> None:
        result = result_of(kernel=3, padding=1, size=size, stride=stride)
        wanted = tuple(math.ceil(side / stride) for side in result.x.shape[1:])
        assert wanted == tuple(result.y.shape)
        assert f"rounded up: {wanted[0]} × {wanted[1]}; so it is here" in text_of(result)

    @pytest.mark.parametrize("mode", MODES)
    def test_what_a_mode_writes_is_told_in_numbers(self, mode: str) -> None:
        image = torch.arange(12.0).reshape(3, 4)
        text = text_of(result_of(image=image, kernel=3, padding=(0, 2), padding_mode=mode))
        before, after = {
            "zeros": ("0.00 0.00", "0.00 0.00"),
            "reflect": ("2.00 1.00", "2.00 1.00"),
            "replicate": ("0.00 0.00", "3.00 3.00"),
            "circular": ("2.00 3.00", "0.00 1.00"),
        }[mode]
        assert f"row 0: {before} | 0.00 1.00 2.00 3.00 | {after}" in text

    def test_padding_of_rows_alone_is_shown_along_a_column(self) -> None:
        image = torch.arange(12.0).reshape(3, 4)
        text = text_of(result_of(image=image, kernel=3, padding=(1, 0), padding_mode="reflect"))
        assert "column 0: 4.00 | 0.00 4.00 8.00 | 4.00" in text

    def test_the_text_alternative_tells_sizes_padding_and_the_cell(self) -> None:
        state = RECIPE.describe(result_of(kernel=4, padding="same", padding_mode="reflect"), True).state
        assert "'reflect' padding (top 1, bottom 2, left 1, right 2)" in state
        assert "output of 20 × 28" in state
        assert "cell (0, 0) reads 9 real cells of 16" in state
        assert "with the real surroundings" in state
        assert "without padding" in RECIPE.describe(result_of(padding="valid"), True).state

    def test_what_is_dropped_by_the_floor_has_a_legend(self) -> None:
        assert "dropped by the floor" in RECIPE.describe(result_of(stride=2, padding=0), True).html()
        assert "dropped by the floor" not in RECIPE.describe(result_of(), True).html()


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (
        {"padding": "same", "stride": 2},
        "stride=2 cannot do",
        "padding='same' is not supported for strided convolutions",
    ),
    (
        {"padding": 8, "padding_mode": "reflect", "size": 8},
        "8 cells have 7 to give",
        "Padding size should be less than",
    ),
    (
        {"padding": (9, 0), "padding_mode": "circular", "size": 8},
        "height: 'circular'",
        "wrapping around more than once",
    ),
    ({"padding": "valid", "kernel": 7, "dilation": 3, "size": 16}, "spans 19 cells", "Kernel size can't be greater"),
    ({"padding": "valid", "kernel": (7, 1), "dilation": 2, "size": 8}, "height: The kernel", "can't be greater"),
    ({"padding": "SAME"}, "'same', 'valid' (in small letters) or a number", "Invalid padding string 'SAME'"),
    ({"padding": "1"}, "'same', 'valid' (in small letters) or a number", "Invalid padding string '1'"),
    (
        {"padding": 1.5},
        "a whole number, an int, but it is 1.5, a float. To divide ints, use //",
        "tuple of (float, float)",
    ),
    ({"padding": 2.0}, "a whole number, an int, but it is 2.0", "tuple of (float, float)"),
    ({"padding": (1, 0.5)}, "0.5, a float", "got float"),
    ({"padding": -1}, "0 or more, but it is -1", "negative padding is not supported"),
    ({"padding": (1, 2, 3)}, "an entry for each axis: 2 of them", "a list of 2 values"),
    ({"padding": ("same", "valid")}, "a word goes for all axes", "tuple of (str, str)"),
    ({"padding": ((1, 2), (0, 1))}, "F.pad(x, (left, right, top, bottom))", "invalid"),
    ({"padding": None}, "a whole number, an int, but it is None", "NoneType"),
    ({"padding": True}, "a whole number, an int, but it is True", "bool"),
]


class TestRefused:
    @pytest.mark.parametrize(("given", "plain", "torchs"), REFUSED, ids=short)
    def test_it_is_told_kindly_beside_torchs_own_words(self, given: dict[str, Any], plain: str, torchs: str) -> None:
        problem = problem_of(**given)
        assert plain in problem.plain
        assert torchs in problem.torch
        with pytest.raises((RuntimeError, ValueError, TypeError)) as refused:
            eval(problem.call)(torch.rand(1, 1, *RECIPE.settings_of(**given).size))
        assert str(refused.value).split("(")[0] == problem.torch.split("(")[0]
        explorer = explore.padding(**given)
        assert explorer.status.value == ""  # shown, not crashed
        assert "torch says:" in explorer.text.value
        with pytest.raises(ValueError, match=re.escape(problem.plain)):
            explore.padding.figure(**given)

    def test_what_is_written_in_the_call_is_what_was_given(self) -> None:
        assert "padding='SAME'" in problem_of(padding="SAME").call
        assert "padding=(1, 0.5)" in problem_of(padding=(1, 0.5)).call

    def test_torch_takes_a_negative_padding_in_other_modes_but_no_arithmetic_does(self) -> None:
        problem = problem_of(padding=-1, padding_mode="reflect")
        assert "0 or more, but it is -1" in problem.plain
        assert problem.torch == ""

    @pytest.mark.parametrize("axis", ["height", "width"])
    def test_only_the_axis_that_fails_is_told(self, axis: str) -> None:
        padding = (8, 2) if axis == "height" else (2, 8)
        plain = problem_of(size=8, padding=padding, padding_mode="reflect").plain
        assert plain.startswith(axis)
        assert plain.count("'reflect'") == 1

    def test_an_invalid_padding_can_be_chosen_and_left_again(self) -> None:
        explorer = explore.padding()
        good = explorer.description
        explorer.controls["padding_kind"].value = INVALID
        assert "Invalid padding string &#x27;SAME&#x27;" in explorer.text.value
        assert explorer.controls["padding_rows"].disabled
        explorer.controls["padding_kind"].value = "number"
        assert explorer.description == good
        assert is_drawn(explorer)

    def test_an_invalid_padding_that_was_given_can_be_mended_with_the_controls(self) -> None:
        explorer = explore.padding(padding=1.5)
        assert isinstance(explorer.description, Problem)
        explorer.controls["padding_kind"].value = "same"
        assert "nn.Conv2d(1, 1, kernel_size=5, stride=1, padding='same'" in str(explorer.description)
        assert is_drawn(explorer)


@given(
    **strategies(RECIPE, "stride", "dilation"),
    kernel=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    padding=st.tuples(st.integers(0, 16), st.integers(0, 16)),
    sides=st.tuples(st.integers(1, 96), st.integers(1, 96)),
)
@settings(max_examples=60, deadline=None)
def test_every_map_stays_inside_its_part_of_the_picture(sides: tuple[int, int], **given: Any) -> None:
    result = outcome_of(**given, image=torch.rand(sides))
    if isinstance(result, Problem):
        return
    picture = RECIPE.draw(result, True)
    maps = [item for item in picture.items if isinstance(item, Map)]
    assert [item.values.shape for item in maps] == [result.padded.shape[1:], result.y.shape, result.y.shape]
    for left, item in zip((12, 308, 604), maps, strict=True):
        rows, columns = item.values.shape
        assert left <= item.left
        assert item.left + columns * item.zoom <= left + 284
        assert item.top >= 26
        assert item.top + rows * item.zoom <= picture.layout.height


def test_the_input_stays_in_its_place_while_the_padding_grows() -> None:
    places = set()
    for padding in range(4):
        padded = next(item for item in RECIPE.draw(result_of(padding=padding), True).items if isinstance(item, Map))
        places.add((padded.left + padding * padded.zoom, padded.top + padding * padded.zoom, padded.zoom))
    assert len(places) == 1


class TestOwn:
    def test_image(self) -> None:
        image = torch.linspace(-1, 1, 2 * 9 * 14).reshape(2, 9, 14)
        result = result_of(image=image, padding_mode="reflect")
        assert (result.x == image).all()
        assert result.y_real is None
        assert "nn.Conv2d(2, 1" in text_of(result)
        assert "is not known" in text_of(result)
        torch.testing.assert_close(layer_of(result)(image[None])[0, 0], result.y)
        explorer = explore.padding(image=image.numpy()[0])
        assert explorer.controls["image"].disabled
        assert is_drawn(explorer)

    def test_kernel(self) -> None:
        kernel = torch.tensor([[0.0, 1.0], [2.0, -1.0]])
        result = result_of(kernel=kernel, padding="same")
        assert "kernel_size=2" in text_of(result)
        torch.testing.assert_close(layer_of(result)(result.x[None])[0, 0], result.y)
        explorer = explore.padding(kernel=kernel)
        assert explorer.controls["preset"].disabled
        explorer.controls["padding_columns"].value = 0
        assert is_drawn(explorer)

    @pytest.mark.parametrize(
        "layer",
        [
            nn.Conv2d(1, 4, (3, 5), stride=(2, 1), padding=(1, 0), padding_mode="circular"),
            nn.Conv2d(3, 4, 4, padding="same", padding_mode="reflect", dilation=(1, 2)),
            nn.Conv2d(3, 6, 3, padding=20, groups=3, bias=False),
        ],
        ids=short,
    )
    def test_layer(self, layer: nn.Conv2d) -> None:
        result = result_of(layer=layer, channel=2, size=32)
        with torch.no_grad():
            expected: Tensor = layer(result.x[None])[0, 2]
        torch.testing.assert_close(result.y, expected)
        torch.testing.assert_close(layer_of(result)(result.x[None])[0, 2], expected)
        assert f"y{[0, 2, 0, 0]}" in text_of(result)
        explorer: Explorer[Any, Any] = explore.padding(layer=layer, channel=2, size=32)
        assert explorer.controls["stride"].disabled
        assert (result.y_real is None) is (result.steps[0].before > SURROUNDINGS)
        assert is_drawn(explorer)
