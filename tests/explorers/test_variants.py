"""The variants explorer: every kind is what torch computes, costs what torch counts, and reads the cells that it shows."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from course import arithmetic, explore, images
from course.arithmetic import TransposedSteps
from course.explorers.base import Explorer
from course.explorers.text import Problem
from course.explorers.variants import RECIPE
from course.explorers.variants.places import COLUMN, COLUMNS, HEIGHT, LEFT, PLOT_WIDTH, PLOTS, WIDTH
from course.explorers.variants.result import (
    Result,
    Variant,
    channels_behind,
    overlaps_evenly,
    products,
    shares,
    weights_of,
)
from course.explorers.variants.settings import IMAGES, KINDS, SIGNAL, SIGNALS, SIZES, STACK
from course.figures import Map
from course.layers import Layer
from tests.explorers.asking import Asked, loaded, strategies
from tests.explorers.pictures import is_drawn, picture_of, short

ASKED = Asked(RECIPE, Result)
outcome_of, result_of, text_of = ASKED.outcome, ASKED.result, ASKED.text
LAYERS: dict[str, Any] = {
    **strategies(RECIPE, "stride", "dilation", "groups", "output_padding"),
    **strategies(RECIPE, "in_channels", "out_channels", "bias", "size"),
    "kernel": st.tuples(st.integers(1, 7), st.integers(1, 7)),
    "padding": st.integers(0, 4) | st.sampled_from(["same", "valid"]),
}


def input_of(result: Result, variant: Variant) -> Tensor:
    return (result.signal if variant.kind == SIGNAL else result.x).clone()[None]


def ones_like(layer: nn.Module) -> nn.Module:
    for parameter in layer.parameters():
        torch.nn.init.ones_(parameter)
    return layer


@given(**LAYERS, preset=st.sampled_from(["blur", "mix", "random"]), signal=st.sampled_from(SIGNALS))
@settings(max_examples=60, deadline=None)
def test_every_kind_is_what_torch_computes_and_costs_what_torch_counts(**given: Any) -> None:
    result = outcome_of(**given)
    if isinstance(result, Problem):
        assert result.torch
        return
    for variant in result.variants.values():
        x = input_of(result, variant)
        if variant.problem:
            with pytest.raises((RuntimeError, ValueError, TypeError)) as refused:  # the very call that is shown
                eval(variant.code)(x)
            assert str(refused.value) == variant.problem.torch
            assert variant.y is None
            assert (variant.parameters, variant.multiply_adds) == (None, None)
            continue
        layer = loaded(variant.code, weights_of(result.settings, variant.kind))
        torch.testing.assert_close(layer(x)[0], variant.output)
        assert variant.parameters == sum(parameter.numel() for parameter in layer.parameters())
        assert variant.multiply_adds == arithmetic_adds(variant)
        counter = FlopCounterMode(display=False)
        with counter:
            layer(x)
        assert 2 * variant.multiply_adds == counter.get_total_flops()


def arithmetic_adds(variant: Variant) -> int:
    """The multiply-adds of a kind; a transposed convolution's are those of the convolution that it turns round."""
    shape, adds = variant.shape, 0
    for layer in variant.layers:
        into, out, around = layer.in_channels, layer.out_channels, (layer.kernel_size, layer.stride, layer.padding)
        after = layer.output_shape(shape)
        before = (into, *shape)
        if layer.is_transposed:
            before, out = after, into
        adds += arithmetic.multiply_adds(before, out, *around, layer.dilation, layer.groups)
        shape = after[1:]
    return adds


@given(**LAYERS, place=st.tuples(st.integers(0, 40), st.integers(0, 40)), channel=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_the_cells_shown_are_those_that_the_output_cell_is_made_of(
    place: tuple[int, int], channel: int, **given: Any
) -> None:
    given["bias"], given["size"] = False, (12, 16)
    channel %= given["out_channels"]
    for kind in KINDS:
        result = outcome_of(**given, kind=kind, row=place[0], column=place[1], channel=channel)
        if isinstance(result, Problem) or result.chosen.problem:
            continue
        variant = result.chosen
        chosen = (result.settings.column,) if kind == SIGNAL else (result.settings.row, result.settings.column)
        # With weights of one, the gradient tells how often each input cell is used.
        x = torch.ones_like(input_of(result, variant)).requires_grad_()
        y = ones_like(loaded(variant.code, weights_of(result.settings, variant.kind)))(x)
        y[(0, channel, *chosen)].backward()
        assert x.grad is not None
        expected = torch.zeros(x.shape[1:])
        reads = variant.spatial.reads(variant.shape, chosen)
        for behind in channels_behind(variant.layers, channel):
            for cell in product(*reads):
                expected[(behind, *cell)] = 1
        assert ((x.grad[0] > 0) == (expected > 0)).all()
        # The counts, all of them, are those of a convolution of ones in one channel.
        spatial = variant.spatial
        one: Any = getattr(nn, spatial.name)
        extra = {"output_padding": spatial.output_padding} if spatial.is_transposed else {}
        arguments = {"padding": spatial.padding, "dilation": spatial.dilation, "bias": False, **extra}
        alone = ones_like(one(1, 1, spatial.kernel_size, spatial.stride, **arguments))
        with torch.no_grad():
            counted = alone(torch.ones(1, 1, *variant.shape))[0, 0].numpy()
        assert (products(variant.spatial, variant.shape) == counted).all()


def test_the_kinds_differ_from_the_regular_one_by_one_argument() -> None:
    codes = {kind: variant.code for kind, variant in result_of(groups=4, dilation=3).variants.items()}
    regular = "nn.Conv2d(4, 8, kernel_size=3, stride=2, padding=1)"
    assert codes == {
        "regular": regular,
        "grouped": regular.replace(")", ", groups=4)"),
        "separable": f"nn.Sequential({regular.replace('8', '4').replace(')', ', groups=4)')}, nn.Conv2d(4, 8, kernel_size=1))",
        "dilated": regular.replace(")", ", dilation=3)"),
        "transposed": regular.replace("Conv2d", "ConvTranspose2d").replace(")", ", output_padding=0)"),
        "1d": regular.replace("Conv2d", "Conv1d"),
    }


def test_every_map_shows_most_of_one_channel_and_some_of_all_that_it_reads() -> None:
    mixed = shares(8, 4)
    assert (mixed > 0).all()
    torch.testing.assert_close(mixed.sum(dim=1), torch.ones(8))
    assert mixed.argmax(dim=1).tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    result = result_of(groups=2, kernel=1, stride=1, padding=0)
    x, grouped = result.x, result.variants["grouped"].output
    torch.testing.assert_close(grouped[0], 0.75 * x[0] + 0.25 * x[1])
    torch.testing.assert_close(grouped[5], 0.25 * x[2] + 0.75 * x[3])


def test_a_separable_blur_is_the_regular_one() -> None:
    """Here the regular kernels are all alike, which is what one kernel for each channel can do as well."""
    result = result_of(preset="blur")
    torch.testing.assert_close(result.variants["separable"].output, result.variants["regular"].output)


@pytest.mark.parametrize("preset", ["vertical edges", "horizontal edges", "mix"])
def test_edges_lie_along_a_signal(preset: str) -> None:
    result = result_of(preset=preset, signal="eeg")
    assert (result.variants[SIGNAL].output.abs().amax(dim=1) > 0).all()


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("size", SIZES)
def test_inputs(image: str, size: tuple[int, int]) -> None:
    result = result_of(image=image, size=size)
    assert result.x.shape == (4 if image == STACK else 3, *size)
    assert (result.signal == result.x[:, size[0] // 2]).all()
    if image == STACK:
        flat = result.x.flatten(1)
        assert len({tuple(channel.tolist()) for channel in flat}) == 4


def test_recordings_are_read_as_they_are() -> None:
    for name in SIGNALS[1:]:
        known = images.signal(name, 64)
        torch.testing.assert_close(result_of(signal=name).signal, known - known.mean())


class TestSizes:
    def test_of_a_transposed_convolution(self) -> None:
        for size, kernel, stride, padding, dilation in product((1, 5, 8), (1, 2, 3, 5), (1, 2, 3), (0, 1), (1, 2)):
            for output_padding in range(stride):
                layer = Layer(
                    "ConvTranspose2d",
                    1,
                    1,
                    (kernel, 2),
                    (stride, 1),
                    (padding, 0),
                    (dilation, 1),
                    output_padding=(output_padding, 0),
                )
                try:
                    rows, columns = layer.steps((size, 6))
                except ValueError:
                    with pytest.raises(RuntimeError):
                        eval(str(layer))(torch.zeros(1, 1, size, 6))
                    continue
                assert eval(str(layer))(torch.zeros(1, 1, size, 6)).shape[2:] == (rows.output, columns.output)
                assert isinstance(rows, TransposedSteps)
                formula, _equals, output = str(rows).partition(" = ")
                assert eval(formula.replace("−", "-").replace("·", "*")) == int(output) == rows.output
                for before in rows.sizes_of_the_convolution():
                    if before + 2 * padding >= dilation * (kernel - 1) + 1:
                        assert arithmetic.output_size(before, kernel, stride, padding, dilation) == size

    @pytest.mark.parametrize(("kernel", "stride"), [*product(range(1, 8), range(1, 5))])
    def test_a_checkerboard_is_told_where_there_is_one(self, kernel: int, stride: int) -> None:
        result = result_of(kind="transposed", kernel=kernel, stride=stride, padding=0, size=(16, 16))
        counts = products(result.chosen.spatial, result.chosen.shape)
        inner = counts[kernel : -kernel or None, kernel : -kernel or None]
        assert overlaps_evenly(result.chosen.spatial) is (len(np.unique(inner)) == 1)
        text = text_of(result)
        assert ("checkerboard" in text) is (stride <= kernel and kernel % stride > 0)
        assert ("leaves gaps" in text) is (stride > kernel)
        assert ("every cell gets as many" in text) is (kernel % stride == 0)


class TestWords:
    def test_the_table_holds_all_kinds(self) -> None:
        result = result_of()
        table = RECIPE.describe(result, True).sections[0].lines
        assert [line.split()[-2:] for line in table[1:]] == [
            [f"{variant.parameters:,}", f"{variant.multiply_adds:,}"] for variant in result.variants.values()
        ]
        assert [line for line in table if "→" in line] == [table[1]]
        assert "8 × 47 × 63" in table[5]

    def test_regular(self) -> None:
        text = text_of(result_of(kernel=(3, 5), stride=2, padding=1))
        assert "nn.Conv2d(4, 8, kernel_size=(3, 5), stride=2, padding=1)\n" in text
        assert "height: ⌊(24 + 1 + 1 − 3) / 2⌋ + 1 = 12" in text
        assert "width: ⌊(32 + 1 + 1 − 5) / 2⌋ + 1 = 15" in text
        assert "the floor drops 1 line" in text
        assert "weight (8, 4, 3, 5): 8 · 4 · 3 · 5 = 480 and a bias for each of 8 maps: 488 parameters" in text
        assert "480 · 12 · 15 = 86,400 multiply-adds" in text
        assert "it reads input rows 9 … 11, columns 13 … 17" in text
        assert "of the input channels 0 … 3: 4 · 3 · 5 = 60 products" in text

    def test_grouped(self) -> None:
        text = text_of(result_of(kind="grouped", channel=5, bias=False))
        assert "weight (8, 2, 3, 3): 8 · 2 · 3 · 3 = 144 parameters, without bias" in text
        assert "each map reads 4 / 2 = 2 of the input channels" in text
        assert "50% of the parameters, 50% of the multiply-adds" in text
        assert "of the input channels 2 and 3: 2 · 3 · 3 = 18 products" in text
        assert "depthwise: no" not in text
        assert "is depthwise: no channel meets another" in text_of(result_of(kind="grouped", groups=4))

    def test_separable(self) -> None:
        text = text_of(result_of(kind="separable"))
        assert "depthwise: weight (4, 1, 3, 3)" in text
        assert "pointwise: weight (8, 4, 1, 1)" in text
        assert "together: 80 parameters, 13,056 multiply-adds" in text
        assert "1 / 8 + 1 / (3 · 3) = 24% of the multiply-adds" in text
        assert "27% of the parameters, 24% of the multiply-adds" in text
        assert "4 sums of 3 · 3 products on one channel each, then 4 products across them" in text

    def test_dilated(self) -> None:
        text = text_of(result_of(kind="dilated", dilation=3))
        assert "dilation 3 spreads 3 taps over 3 · (3 − 1) + 1 = 7 cells" in text
        assert "rows 9 … 15 in steps of 3" in text
        assert "100% of the parameters" in text

    def test_transposed(self) -> None:
        text = text_of(result_of(kind="transposed", size=32, row=20, column=31, output_padding=1))
        assert "height, width: (32 − 1) · 2 − 2 · 1 + 1 · (3 − 1) + 1 + 1 = 64" in text
        assert "makes 32 out of 63 and 64: output_padding chooses" in text
        assert "weight (4, 8, 3, 3): 4 · 8 · 3 · 3 = 288" in text
        assert "in_channels first" in text
        assert "288 · 32 · 32 = 294,912 multiply-adds" in text
        assert "input rows 10, columns 15 and 16 write to it" in text
        assert "of the input channels 0 … 3: 4 · 1 · 2 = 8 products" in text

    def test_a_cell_that_nothing_is_written_to(self) -> None:
        text = text_of(result_of(kind="transposed", kernel=1, stride=3, padding=0, row=1, column=0))
        assert "no input cell writes here" in text

    def test_one_dimension(self) -> None:
        text = text_of(result_of(kind="1d", signal="eeg", stride=1, column=0, channel=3))
        assert "length: ⌊(64 + 1 + 1 − 3) / 1⌋ + 1 = 64" in text
        assert "Output cell y[0, 3, 0]" in text
        assert "it reads input samples −1 … 1; 1 of these cells is padding" in text
        assert "weight (8, 1, 3)" in text

    def test_the_text_alternative_tells_every_kind(self) -> None:
        state = RECIPE.describe(result_of(kind="grouped", groups=4, channel=2), True).state
        assert "4 × 24 × 32 input" in state
        for told in ("regular 8 × 12 × 16 (296)", "depthwise separable 8 × 12 × 16 (80)", "1-D 8 × 16 (104)"):
            assert told in state
        assert "cell (5, 7) of map 2" in state
        assert "from input channel 1." in state

    def test_legends(self) -> None:
        assert "dropped by the floor" in RECIPE.describe(result_of(), True).html()
        assert "dropped by the floor" not in RECIPE.describe(result_of(stride=1), True).html()
        assert ">padding<" not in RECIPE.describe(result_of(kind="transposed"), True).html().replace(
            "> padding<", ">padding<"
        )


REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"groups": 3}, "grouped", "groups can be 1, 2, 4", "in_channels must be divisible by groups"),
    ({"groups": 4, "out_channels": 6}, "grouped", "groups can be 1, 2.", "out_channels must be divisible by groups"),
    ({"output_padding": 2}, "transposed", "here 1 at the most", "output padding must be smaller than either stride"),
    ({"padding": "same", "stride": 1}, "transposed", "takes no padding='same'", "tuple of ints"),
    ({"padding": "valid"}, "transposed", "takes no padding='valid'", "tuple of ints"),
    ({"kernel": 7, "dilation": 4, "padding": 0, "stride": 1}, "dilated", "it spans 25 cells", "can't be greater"),
    (
        {"padding": 4, "kernel": 1, "stride": 1, "image": torch.rand(4, 6, 6)},
        "transposed",
        "Nothing is left",
        "too small",
    ),
]


@pytest.mark.parametrize(("given", "kind", "plain", "torchs"), REFUSED, ids=short)
class TestRefused:
    def test_the_others_go_on(self, given: dict[str, Any], kind: str, plain: str, torchs: str) -> None:
        result = result_of(**given)
        assert [name for name, variant in result.variants.items() if variant.problem] == [kind]
        text = text_of(result)
        assert f"{KINDS[kind]}: no output" in text
        assert plain in text
        assert torchs in text

    def test_it_may_be_the_one_looked_at(self, given: dict[str, Any], kind: str, plain: str, torchs: str) -> None:
        explorer = explore.variants(**given)
        good = picture_of(explorer)
        explorer.controls["kind"].value = kind
        assert "This setting does not work" in str(explorer.description)
        assert plain in str(explorer.description)
        assert torchs in str(explorer.description)
        assert 'role="alert"' in explorer.text.value
        assert f"{KINDS[kind]} no output" in explorer.state.value
        assert explorer.status.value == ""
        assert (picture_of(explorer) != good).any()
        assert is_drawn(explorer)
        assert "→ " + KINDS[kind] in explore.variants.figure(**given, kind=kind).course_text


def test_where_no_kind_has_an_output_it_is_a_problem() -> None:
    with pytest.raises(ValueError, match="'same' is not supported for strided convolutions"):
        explore.variants.figure(padding="same", stride=2)
    explorer = explore.variants()
    good = explorer.description
    explorer.controls["padding_kind"].value = "same"
    assert "No output." in explorer.text.value
    assert explorer.result is None
    assert "stride=2 cannot do" in explorer.text.value
    explorer.controls["stride"].value = 1
    assert "No output." not in explorer.text.value
    explorer.controls["stride"].value = 2
    explorer.controls["padding_kind"].value = "number"
    assert explorer.description == good


@given(
    **LAYERS,
    kind=st.sampled_from(list(KINDS)),
    sides=st.tuples(st.integers(1, 96), st.integers(5, 96)),
    length=st.integers(1, 320),
    channels=st.integers(1, 64),
)
@settings(max_examples=60, deadline=None)
def test_everything_stays_inside_its_part_of_the_picture(
    sides: tuple[int, int], length: int, channels: int, **given: Any
) -> None:
    del given["size"], given["in_channels"]
    result = outcome_of(**given, image=torch.rand(channels, *sides), signal=torch.rand(length), row=99, column=99)
    if isinstance(result, Problem):
        return
    starts = sorted({LEFT, *COLUMNS.values()})
    for item in RECIPE.draw(result, True).items:
        if isinstance(item, Map):
            rows, columns = item.values.shape
            left, right, bottom = item.left, item.left + columns * item.zoom, item.top + rows * item.zoom
        else:
            left, right = item.box.left, item.box.left + item.box.width
            bottom = item.box.top + item.box.height
        assert left >= 0
        assert right <= WIDTH
        assert bottom <= HEIGHT
        if isinstance(item, Map) and 110 < item.top < 520:
            start = max(place for place in starts if place <= left)
            assert right <= start + COLUMN


def test_the_longest_output_of_a_signal_fits() -> None:
    picture = RECIPE.draw(result_of(signal=torch.rand(320), stride=1, padding=4, kernel=1, kind="1d"), True)
    bars = [item.box for item in picture.items if not isinstance(item, Map) and item.box.left >= PLOTS[1]]
    assert max(box.left + box.width for box in bars) <= PLOTS[1] + PLOT_WIDTH + 10


class TestExplorer:
    def test_the_labels_stay_while_a_slider_moves(self) -> None:
        layouts = set()
        for stride, kernel, channel in product((1, 2, 3), (1, 4), (0, 5)):
            layouts.add(id(RECIPE.draw(result_of(stride=stride, kernel=kernel, channel=channel), True).layout))
        assert len(layouts) == 1


class TestOwn:
    def test_image_and_signal(self) -> None:
        image, signal = torch.linspace(-1, 1, 2 * 9 * 14).reshape(2, 9, 14), torch.linspace(-1, 2, 40)
        explorer = explore.variants(image=image.numpy(), signal=signal.numpy(), kind="1d")
        assert explorer.result is not None
        assert (explorer.result.x == image).all()
        assert (explorer.result.signal == signal).all()
        assert "nn.Conv1d(1, 8" in explorer.text.value
        for name in ("image", "size", "signal", "in_channels"):
            assert explorer.controls[name].disabled
        explorer.controls["kind"].value = "grouped"
        assert "nn.Conv2d(2, 8" in explorer.text.value
        assert is_drawn(explorer)

    def test_a_signal_of_the_image_has_its_channels(self) -> None:
        assert result_of(image=torch.rand(5, 8, 9)).variants[SIGNAL].spatial.in_channels == 5

    @pytest.mark.parametrize(
        ("layer", "kind", "given"),
        [
            (nn.Conv2d(4, 6, (3, 5), stride=(2, 1), padding=(1, 0)), "regular", {}),
            (nn.Conv2d(4, 6, 3, padding=2, padding_mode="circular", groups=2, bias=False), "grouped", {}),
            (nn.Conv2d(3, 6, 4, padding="same", dilation=(1, 2)), "dilated", {"image": "coffee"}),
            (nn.ConvTranspose2d(4, 6, (4, 3), (2, 1), (1, 0), dilation=(1, 2)), "transposed", {}),
            (nn.ConvTranspose2d(4, 12, 3, 2, 1, 1, groups=2).double(), "transposed", {"channel": 11}),
            (nn.Conv1d(4, 6, 5, stride=2, padding=2, dilation=2, padding_mode="replicate"), "1d", {}),
            (nn.Conv1d(1, 6, 5, padding="same"), "1d", {"signal": "eeg"}),
            (nn.Conv2d(20, 64, 3), "regular", {"image": torch.rand(20, 16, 16), "channel": 40}),
        ],
        ids=short,
    )
    def test_layer(self, layer: Any, kind: str, given: dict[str, Any]) -> None:
        result = result_of(layer=layer, **given)
        assert result.settings.kind == kind
        variant = result.chosen
        with torch.no_grad():
            expected = layer(input_of(result, variant).to(layer.weight.dtype))[0]
        torch.testing.assert_close(variant.output, expected.float())
        torch.testing.assert_close(
            loaded(variant.code, weights_of(result.settings, variant.kind))(input_of(result, variant))[0],
            expected.float(),
        )
        assert variant.parameters == sum(parameter.numel() for parameter in layer.parameters())
        for other in result.variants.values():
            if not other.problem:
                assert other.output.shape[0] == layer.out_channels
        explorer: Explorer[Any, Any] = explore.variants(layer=layer, **given)
        assert explorer.controls["stride"].disabled
        assert is_drawn(explorer)
        explorer.controls["kind"].value = "separable"
        assert is_drawn(explorer)

    def test_a_class_of_ones_own_is_shown_as_torchs(self) -> None:
        class Mine(nn.Conv2d):
            pass

        assert str(Layer.of(Mine(2, 4, 3))) == "nn.Conv2d(2, 4, kernel_size=3)"

    def test_the_kind_may_be_another_than_the_layers(self) -> None:
        layer = nn.ConvTranspose2d(3, 6, 4, 2, 1)
        result = result_of(layer=layer, kind="regular")
        assert result.chosen.code == "nn.Conv2d(3, 6, kernel_size=4, stride=2, padding=1)"
        torch.testing.assert_close(result.variants["transposed"].output, layer(result.x.clone()[None])[0].detach())
