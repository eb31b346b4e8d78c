"""The layout explorer: the strides, places and copies that it shows are torch's."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course import explore
from course.explorers.kernels import bank
from course.explorers.layout import RECIPE
from course.explorers.layout.result import Result
from course.explorers.layout.settings import OPERATIONS
from course.figures import Fill
from tests.explorers.asking import Asked, strategies
from tests.explorers.examples.layout import LAYOUT
from tests.explorers.pictures import is_drawn, picture_of, short

FORMATS = ["contiguous_format", "channels_last"]
SIZES = strategies(RECIPE, "batch", "channels", "height", "width")
LAYER = strategies(RECIPE, "kernel", "stride", "padding", "out_channels")
ASKED = Asked(RECIPE, Result)
result_of, text_of, shown_by = ASKED.result, ASKED.text, ASKED.shown_by
OUTLINE = ((255, 176, 0), (33, 37, 41))
BELOW_THE_MAPS = (268, 356)  # with y, and without it


def run_as_shown(result: Result) -> dict[str, Any]:
    """The names after a learner has run the lines shown, with the layer's weights loaded in between."""
    names: dict[str, Any] = {"torch": torch, "nn": nn, "x": result.settings.input()}
    for line in RECIPE.describe(result, True).call.splitlines():
        if not re.match(r"\w+ = ", line):
            eval(line, names)
            continue
        exec(line, names)
        if line.startswith("conv = "):
            conv = names["conv"]
            weight, bias = bank("random", conv.out_channels, conv.in_channels, *conv.kernel_size)
            conv.load_state_dict({"weight": weight, "bias": bias})
    return names


@given(**SIZES, **LAYER, **strategies(RECIPE, "operation"), memory_format=st.sampled_from(FORMATS))
@settings(max_examples=80, deadline=None)
def test_the_lines_shown_are_the_ones_that_are_run(**given: Any) -> None:
    result = result_of(**given)
    with torch.inference_mode():
        if result.problem is not None:
            with pytest.raises(RuntimeError) as raised:
                run_as_shown(result)
            assert str(raised.value) == result.problem.torch
            assert result.problem.plain
            assert result.y is None
            return
        names = run_as_shown(result)
    assert torch.equal(names["x"], result.x)
    assert names["x"].stride() == result.x.stride()
    if given["operation"] != "nothing":
        assert result.y is not None
        assert torch.equal(names["y"], result.y)
        assert names["y"].stride() == result.y.stride()


@given(**SIZES, memory_format=st.sampled_from(FORMATS), data=st.data())
@settings(max_examples=80, deadline=None)
def test_places_and_strides_are_those_of_torch(data: st.DataObject, memory_format: str, **sizes: int) -> None:
    element = tuple(data.draw(st.integers(0, size - 1)) for size in sizes.values())
    result = result_of(**sizes, memory_format=memory_format, **dict(zip("nchw", element, strict=True)))
    x = result.x
    assert x.is_contiguous(memory_format=getattr(torch, memory_format))
    offset = result.memory.offset(element)
    assert offset == x[element].storage_offset() - x.storage_offset()
    storage = torch.empty(0, dtype=x.dtype).set_(x.untyped_storage())
    assert storage[x.storage_offset() + offset] == x[element]
    assert torch.equal(result.memory.values, storage[x.storage_offset() : x.storage_offset() + x.numel()])
    # Each place knows which element lies there.
    assert torch.equal(x.flatten()[result.memory.elements], result.memory.values)
    text = text_of(result)
    assert f"x.stride() = {x.stride()}" in text
    assert f"= {offset}\n" in text
    assert f"lies at offset {offset} in a memory of {x.numel()} places" in text


def test_the_arithmetic_is_written_with_its_numbers() -> None:
    text = text_of(result_of())
    assert "1·60 + 1·20 + 2·5 + 3·1 = 93" in text
    assert "W: 1   H: W = 5   C: H·W = 4·5 = 20   N: C·H·W = 60" in text
    text = text_of(result_of(memory_format=torch.channels_last))
    assert "1·60 + 1·1 + 2·15 + 3·3 = 100" in text
    assert "C: 1   W: C = 3   H: W·C = 5·3 = 15   N: H·W·C = 60" in text


class TestOperations:
    @given(**SIZES, **LAYER)
    @settings(max_examples=60, deadline=None)
    def test_a_layer_computes_the_same_in_either_format(self, **given: Any) -> None:
        results = [result_of(**given, memory_format=memory_format) for memory_format in FORMATS]
        if results[0].y is None or results[1].y is None:
            assert all(result.problem for result in results)
            return
        torch.testing.assert_close(results[0].y, results[1].y)
        found = float((results[0].y - results[1].y).abs().max())
        assert [result.difference for result in results] == [found, found]

    def test_the_output_follows_the_format(self) -> None:
        for memory_format in FORMATS:
            y = result_of(memory_format=memory_format).y
            assert y is not None
            assert y.is_contiguous(memory_format=getattr(torch, memory_format))

    @pytest.mark.parametrize("memory_format", FORMATS)
    def test_permute_moves_nothing(self, memory_format: str) -> None:
        result = result_of(operation="permute", memory_format=memory_format)
        assert result.shared
        assert result.y_memory is not None
        assert result.index == (1, 2, 3, 1)
        assert result.y_memory.offset(result.index) == result.memory.offset(result.settings.element)
        assert torch.equal(result.y_memory.elements, result.memory.elements)
        assert "the chosen element x[1, 1, 2, 3]." in text_of(result)
        assert "a view, nothing is copied" in text_of(result)

    @pytest.mark.parametrize("memory_format", FORMATS)
    def test_reshape_scrambles(self, memory_format: str) -> None:
        result = result_of(operation="reshape", memory_format=memory_format)
        assert result.y is not None
        assert result.came_from is not None
        assert torch.equal(result.x.flatten()[result.came_from], result.y)
        assert result.shared is (memory_format == "contiguous_format")
        assert "not the chosen element, but x[1, 2, 0, 0]" in text_of(result)
        assert "its pixels are scrambled" in text_of(result)

    def test_reshape_of_one_channel_scrambles_nothing(self) -> None:
        assert "scrambled" not in text_of(result_of(operation="reshape", channels=1))

    def test_view_of_channels_last_is_refused_and_x_still_shown(self) -> None:
        explorer = explore.layout(operation="view(-1)")
        assert shown_by(explorer).shared
        explorer.controls["memory_format"].value = "channels_last"
        result = shown_by(explorer)
        assert result.problem is not None
        with pytest.raises(RuntimeError, match=re.escape(result.problem.torch)):
            result.x.view(-1)
        assert "Use .reshape(...) instead" in explorer.text.value
        assert "copies nothing" in explorer.text.value
        assert explorer.text.value.count("y = x.view(-1)") == 1
        assert "x.stride() = (60, 1, 15, 3)" in explorer.text.value
        assert "raises an error" in explorer.state.value
        assert is_drawn(explorer)
        text = explore.layout.figure(operation="view(-1)", memory_format="channels_last").course_text
        assert result.problem.plain in text
        assert result.problem.torch in text

    @pytest.mark.parametrize("memory_format", FORMATS)
    def test_reshape_flat_reads_in_index_order(self, memory_format: str) -> None:
        result = result_of(operation="reshape(-1)", memory_format=memory_format)
        assert result.y_memory is not None
        assert result.y_memory.elements.tolist() == list(range(120))
        assert result.index == (93,)
        assert result.shared is (memory_format == "contiguous_format")

    def test_channels_at_the_end_are_refused_unless_there_are_as_many_rows(self) -> None:
        problem = result_of(operation="conv of NHWC").problem
        assert problem is not None
        assert "expected input[2, 4, 5, 3] to have 3 channels, but got 4 channels instead" in problem.torch
        assert "axis 1 holds its 4 rows" in problem.plain
        silent = result_of(operation="conv of NHWC", height=3)
        assert silent.y is not None
        assert silent.y.shape == (2, 2, 5, 3)
        assert "No error, yet wrong" in text_of(silent)
        assert "rows taken for channels" in RECIPE.describe(silent, True).state

    def test_a_kernel_that_does_not_fit_is_told_twice(self) -> None:
        explorer = explore.layout(padding=0)
        explorer.controls["kernel"].value = 5
        problem = shown_by(explorer).problem
        assert problem is not None
        assert "Kernel size can't be greater than actual input size" in problem.torch
        assert "5" in problem.plain
        assert "4" in problem.plain
        explorer.controls["kernel"].value = 4
        assert shown_by(explorer).y is not None


@pytest.mark.parametrize("given", LAYOUT.pictures, ids=short)
def test_nothing_is_drawn_over_something_else_or_outside(given: dict[str, Any]) -> None:
    picture = RECIPE.draw(result_of(**given), True)
    cells = [item.box for item in picture.items if isinstance(item, Fill) and item.colour not in OUTLINE]
    taken = np.zeros((picture.layout.height, picture.layout.width), np.int64)
    for box in cells:
        assert 0 <= box.left < box.left + box.width <= picture.layout.width
        assert 0 <= box.top < box.top + box.height <= picture.layout.height
        taken[box.top : box.top + box.height, box.left : box.left + box.width] += 1
    assert taken.max() == 1


def test_another_memory_format_changes_the_memories_and_not_the_maps() -> None:
    explorer = explore.layout()
    before = picture_of(explorer)
    explorer.controls["memory_format"].value = "channels_last"
    changed = (picture_of(explorer) != before).any(axis=(1, 2))
    assert not changed[:262].any()
    assert changed[300:450].any()
    assert changed[488:].any()


def test_moving_the_element_draws_no_new_layout() -> None:
    layouts = {RECIPE.draw(result_of(w=w, h=h, n=n), True).layout for w, h, n in product((0, 4), (0, 3), (0, 1))}
    assert len(layouts) == 1
    layouts = {
        RECIPE.draw(result_of(kernel=kernel, stride=stride), True).layout for kernel in (1, 3) for stride in (1, 3)
    }
    assert len(layouts) == 1


def sliced() -> Tensor:
    return torch.arange(2 * 3 * 4 * 12, dtype=torch.float32).view(2, 3, 4, 12)[:, :, :, 1::3]


OWN = {
    "channels at the end": torch.rand(2, 4, 5, 3).permute(0, 3, 1, 2),
    "rows and columns swapped": torch.rand(2, 3, 5, 4).transpose(2, 3),
    "with gaps": sliced(),
    "one image for all": torch.rand(1, 3, 4, 5).expand(3, 3, 4, 5),
    "bytes": torch.randint(0, 256, (2, 3, 4, 5), dtype=torch.uint8),
    "double": torch.rand(2, 3, 4, 5, dtype=torch.float64),
    "half": torch.rand(2, 3, 4, 5).to(torch.bfloat16),
    "truths": torch.rand(2, 3, 4, 5) > 0.5,
    "signed": torch.randn(4, 6, 8, 8),
    "constant": torch.zeros(1, 3, 2, 2),
    "trained": torch.rand(2, 3, 4, 5, requires_grad=True),
}


class TestOwn:
    @pytest.mark.parametrize("x", OWN.values(), ids=OWN.keys())
    def test_a_tensor_keeps_its_strides_and_values(self, x: Tensor) -> None:
        for operation in OPERATIONS:
            for element in ((0, 0, 0, 0), tuple(size - 1 for size in x.shape)):
                result = result_of(x=x, operation=operation, **dict(zip("nchw", element, strict=True)))
                assert result.x.stride() == x.stride()
                assert torch.equal(result.x, x.detach())
                offset = result.memory.offset(element)
                assert offset == x[element].storage_offset() - x.storage_offset()
                assert result.memory.values[offset] == x[element]
            assert f"x.stride() = {x.stride()}" in text_of(result)
            assert RECIPE.draw(result, True).items

    @pytest.mark.parametrize("name", ["with gaps", "signed", "bytes"])
    def test_a_tensor_is_drawn_as_any_other(self, name: str) -> None:
        explorer = explore.layout(x=OWN[name])
        assert explorer.status.value == ""
        assert explorer.controls["height"].disabled
        assert is_drawn(explorer)

    @pytest.mark.parametrize("x", [OWN["with gaps"], OWN["rows and columns swapped"]], ids=["gaps", "swapped"])
    def test_a_memory_format_chosen_is_what_it_gets(self, x: Tensor) -> None:
        assert result_of(x=x).settings.memory_format == "preserve_format"
        for memory_format in FORMATS:
            result = result_of(x=x, memory_format=memory_format)
            assert result.x.is_contiguous(memory_format=getattr(torch, memory_format))
            assert torch.equal(result.x, x)

    def test_places_between_the_elements_belong_to_none(self) -> None:
        result = result_of(x=sliced())
        assert int((result.memory.elements < 0).sum()) == len(result.memory.values) - result.x.numel()

    def test_bytes_are_refused_by_the_layer(self) -> None:
        problem = result_of(x=OWN["bytes"]).problem
        assert problem is not None
        assert "Input type (unsigned char) and bias type (float) should be the same" in problem.torch
        assert "x / 255" in problem.plain

    def test_arrays_too_and_later_changes_do_not_matter(self) -> None:
        array = np.random.default_rng(0).random((2, 4, 5, 3), dtype=np.float32)
        explorer = explore.layout(x=array.transpose(0, 3, 1, 2))
        assert shown_by(explorer).x.stride() == (60, 1, 15, 3)
        before = picture_of(explorer)
        array[:] = 0
        explorer.controls["w"].value = 0
        explorer.controls["w"].value = 3
        assert (picture_of(explorer) == before).all()

    def test_what_an_error_advises_works(self) -> None:
        large = torch.rand(8, 3, 224, 224)
        assert result_of(x=large[:4, :6, :8, :8].clone()).x.shape == (4, 3, 8, 8)


class TestPredicting:
    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("memory_format", FORMATS)
    def test_nothing_gives_the_answer_away(self, memory_format: str, operation: str) -> None:
        result = result_of(memory_format=memory_format, operation=operation)
        words = RECIPE.describe(result, False)
        told = f"{words} {words.html()}"
        assert not re.search(
            rf"\b{result.memory.offset(result.settings.element)}\b", told.replace("rgb(30,110,215)", "")
        )
        assert "stride()" not in told
        assert str(result.x.stride()) not in told
        # Only the outline among the maps of x tells which element is chosen.
        first, other = (
            RECIPE.draw(result_of(memory_format=memory_format, operation=operation, h=row), False) for row in (2, 0)
        )
        assert first.layout == other.layout
        outlines = [
            [item for item in picture.items if isinstance(item, Fill) and item.colour in OUTLINE]
            for picture in (first, other)
        ]
        assert [len(fills) for fills in outlines] == [8, 8]
        assert all(fill.box.top + fill.box.height < BELOW_THE_MAPS[operation == "nothing"] for fill in outlines[0])

    def test_the_text_alternative_asks_for_the_element(self) -> None:
        state = RECIPE.describe(result_of(), False).state
        assert "hidden until you have predicted the place of x[1, 1, 2, 3]" in state
