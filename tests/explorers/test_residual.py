"""The residual explorer: both paths, their sum and the gradients are torch's; what fails, and what fails silently, is told."""

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
from torch import Tensor, nn

from course import explore
from course.explorers.base import Explorer
from course.explorers.drawing import lettering
from course.explorers.residual import RECIPE
from course.explorers.residual.block import BlockCode, modules_of
from course.explorers.residual.inputs import IMAGES, feature_maps
from course.explorers.residual.result import Result, stack_of
from course.explorers.residual.stacks import CHANNELS, SIZE, Norms, Stack, norms_of
from course.explorers.text import Problem
from course.figures import Map
from tests.explorers.asking import Asked, strategies
from tests.explorers.pictures import is_drawn, picture_of, short

BLOCK = strategies(RECIPE, without={"depth"})
ASKED = Asked(RECIPE, Result, depth=2)
outcome_of, result_of, problem_of, text_of = ASKED.outcome, ASKED.result, ASKED.problem, ASKED.text
REFUSED: dict[str, Any] = {"stride": 2, "out_channels": 8, "depth": 2}


def copied(result: Result) -> dict[str, Any]:
    """What a learner has who copies the shown code, loads the weights, and runs it as far as it goes."""
    assert isinstance(result.code, BlockCode)
    lines = RECIPE.describe(result, True).call.rsplit("\n", 1)
    names: dict[str, Any] = {"nn": nn, "F": F, "x": result.x.clone()}
    exec(lines[0], names)
    for module, name in zip(modules_of(result.code, result.settings.init), ("main", "shortcut"), strict=True):
        names[name].load_state_dict(module.state_dict())
    with torch.no_grad():
        exec(lines[1], names)
    return names


def drawn(result: Result, revealed: bool = True) -> list[Map]:
    """The feature maps, from left to right and from top to bottom; what lies above them is writing."""
    return [item for item in RECIPE.draw(result, revealed).items if isinstance(item, Map) and item.top >= 46]


def shapes(result: Result, revealed: bool = True) -> list[bytes]:
    """The shapes written over the columns, as pixels."""
    items = RECIPE.draw(result, revealed).items
    return [item.values.tobytes() for item in items if isinstance(item, Map) and item.top < 46]


def written(*texts: str, bold: bool = False) -> list[bytes]:
    return [lettering(text, 0, 0, bold=bold, muted=not bold).values.tobytes() for text in texts]


@given(**BLOCK)
@settings(max_examples=100, deadline=None)
def test_the_shown_code_is_run(**given: Any) -> None:
    result = outcome_of(**given)
    if isinstance(result, Problem):
        assert "Kernel size can't be greater" in result.torch or "Output size is too small" in result.torch
        assert "does not fit" in result.plain or "spans" in result.plain or "larger" in result.plain
        return
    if result.run.error:
        assert result.run.out is result.run.total is None
        with pytest.raises(RuntimeError) as refused:
            copied(result)
        assert str(refused.value) == result.run.error
        return
    names = copied(result)
    torch.testing.assert_close(names["out"], result.run.out.clone())  # type: ignore[union-attr]
    with torch.no_grad():
        main, shortcut = names["main"](names["x"]), names["shortcut"](names["x"])
    assert result.run.inner is not None
    assert result.run.main is not None
    assert result.run.shortcut is not None
    assert result.run.total is not None
    torch.testing.assert_close(main, result.run.inner.clone())
    torch.testing.assert_close(shortcut, result.run.shortcut.clone())
    last = F.relu if given["relu"] == "before" else nn.Identity()
    torch.testing.assert_close(last(main) + shortcut, result.run.total.clone())


@given(**BLOCK)
@settings(max_examples=60, deadline=None)
def test_both_paths_are_what_functional_torch_computes(**given: Any) -> None:
    result = outcome_of(**given)
    if isinstance(result, Problem):
        return
    assert isinstance(result.code, BlockCode)
    main_path, short_path = modules_of(result.code, given["init"])
    convolutions = [module.weight for module in main_path.modules() if isinstance(module, nn.Conv2d)]
    x = result.x.clone()

    def normed(values: Tensor, gamma: float = 1) -> Tensor:
        if not given["norm"]:
            return values
        mean = values.mean(dim=(0, 2, 3), keepdim=True)
        variance = values.var(dim=(0, 2, 3), keepdim=True, correction=0)
        return gamma * (values - mean) / (variance + 1e-5).sqrt()

    main = F.relu(normed(F.conv2d(x, convolutions[0], stride=given["stride"], padding=given["padding"])))
    main = normed(F.conv2d(main, convolutions[1], padding=given["padding"]), float(not given["zero_gamma"]))
    assert result.run.inner is not None
    assert result.run.shortcut is not None
    torch.testing.assert_close(main, result.run.inner.clone(), rtol=1e-3, atol=1e-4)
    shortcut = x
    if given["shortcut"] == "pooled":
        shortcut = F.avg_pool2d(x, given["stride"])
    if given["shortcut"] == "projection":
        (weight,) = (module.weight for module in short_path.modules() if isinstance(module, nn.Conv2d))
        shortcut = normed(
            torch.einsum("oi,nihw->nohw", weight[:, :, 0, 0], x[..., :: given["stride"], :: given["stride"]])
        )
    torch.testing.assert_close(shortcut, result.run.shortcut.clone(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("channels", "size"), [(1, (9, 9)), (8, (21, 28)), (20, (16, 16))])
def test_the_batch_is_what_a_first_layer_could_make(channels: int, size: tuple[int, int]) -> None:
    maps = feature_maps(channels, size)
    assert maps.shape == (len(IMAGES), channels, *size)
    assert float(maps.min()) >= 0
    torch.testing.assert_close(maps.std(dim=(0, 2, 3)), torch.ones(channels))
    assert torch.equal(maps, feature_maps(channels + 1, size)[:, :channels])


class TestMismatch:
    def test_both_shapes_stand_side_by_side_with_torchs_words_and_what_mends_it(self) -> None:
        result = result_of(**REFUSED)
        text = text_of(result)
        assert "This setting does not work." in text
        assert "What differs: channels, height, width." in text
        assert re.search(r"channels +8 +4 +← differ\n +height +11 +21 +← differ\n +width +14 +28 +← differ", text)
        assert f"torch says:\n  {result.run.error}" in text
        assert (
            "to mend it: shortcut = nn.Conv2d(4, 8, kernel_size=1, stride=2, bias=False) makes (4, 8, 11, 14)" in text
        )
        assert "torch cannot add them" in RECIPE.describe(result, True).state
        labels = [label.text for label in RECIPE.draw(result, True).layout.labels]
        assert "torch raises an error" in labels
        assert shapes(result) == [*written("(4, 4, 21, 28)"), *written("(4, 8, 11, 14)", "(4, 4, 21, 28)", bold=True)]
        assert len(drawn(result)) == 9  # three channels of x and of each path, and no sum

    def test_nothing_stands_there_of_torch_when_the_sum_works(self) -> None:
        text = text_of(result_of())
        assert text.startswith("main = nn.Sequential(\n")
        assert "torch says" not in text
        assert "to mend it" not in text

    @given(**BLOCK)
    @settings(max_examples=150, deadline=None)
    def test_what_is_told_to_mend_it_does(self, **given: Any) -> None:
        result = outcome_of(**given)
        if isinstance(result, Problem):
            return
        text = text_of(result)
        if "to mend it" not in text:
            assert not result.run.error
            return
        mended = dict(given)
        if found := re.search(r"to mend it: padding=(\d)", text):
            mended["padding"] = int(found[1])
        if found := re.search(r"an odd kernel, such as (\d) with padding=(\d)", text):
            mended["kernel"], mended["padding"] = int(found[1]), int(found[2])
        if mended["padding"] > 3:
            return  # kernel 8 is beyond what the explorer shows
        found = re.search(
            r"shortcut = nn\.Conv2d\((\d), (\d), kernel_size=1, stride=(\d), bias=False\) makes (\(.*\))", text
        )
        if found:
            assert [int(found[1]), int(found[2]), int(found[3])] == [
                given["in_channels"],
                given["out_channels"],
                given["stride"],
            ]
            mended["shortcut"] = "projection"
        again = result_of(**mended)
        assert not again.run.error
        assert not again.spread
        assert again.run.total is not None
        if found:
            assert str(tuple(again.run.total.shape)) == found[4]

    def test_pooling_mends_the_size_and_leaves_the_channels(self) -> None:
        text = text_of(result_of(**REFUSED, shortcut="pooled", size=32))
        assert re.search(r"channels +8 +4 +← differ\n +height +16 +16\n", text)
        assert "pooling works on each channel by itself: 4 stay 4" in text

    def test_pooling_rounds_down_where_the_convolution_rounds_up(self) -> None:
        text = text_of(result_of(stride=2, shortcut="pooled"))
        assert re.search(r"height +11 +10 +← differ", text)
        assert "with ceil_mode=True the sizes would agree." in text
        assert F.avg_pool2d(torch.rand(1, 1, 21, 28), 2, ceil_mode=True).shape[2:] == (11, 14)

    def test_an_even_kernel_never_keeps_the_size(self) -> None:
        text = text_of(result_of(kernel=4, padding=1))
        assert "an odd kernel, such as 5 with padding=2. kernel=4 takes 3 cells" in text

    def test_a_main_path_without_an_output_is_a_problem(self) -> None:
        problem = problem_of(kernel=7, padding=0, size=9)
        assert "Kernel size can't be greater" in problem.torch
        assert "nn.Conv2d(4, 4, kernel_size=7" in problem.call
        with pytest.raises(ValueError, match="kernel"):
            explore.residual.figure(kernel=7, padding=0, size=9)

    def test_one_value_per_channel_is_too_little_for_batchnorm(self) -> None:
        problem = problem_of(image=torch.rand(3, 1, 1), kernel=1, padding=0)
        assert "Expected more than 1 value per channel" in problem.torch
        assert "only one" in problem.plain
        assert isinstance(outcome_of(image=torch.rand(3, 1, 1), kernel=1, padding=0, norm=False), Result)


class TestBroadcasting:
    @pytest.mark.parametrize(
        ("given", "spread", "told"),
        [
            ({"in_channels": 1}, {"shortcut": (1,)}, "every channel of main(x) gets the same map added"),
            ({"out_channels": 1}, {"main": (1,)}, "the sum has 4 channels, not the 1 that were asked for"),
            (
                {"size": 9, "stride": 3, "padding": 0},
                {"main": (2, 3)},
                "one cell is added to a whole row, column or map: what main(x) knew of places is lost",
            ),
            (
                {"size": 9, "stride": 3, "padding": 0, "in_channels": 1},
                {"main": (2, 3), "shortcut": (1,)},
                "to mend it: padding=1",
            ),
        ],
        ids=short,
    )
    def test_a_sum_that_works_by_repeating_is_warned_of(
        self, given: dict[str, Any], spread: dict[str, tuple[int, ...]], told: str
    ) -> None:
        result = result_of(**given)
        assert result.spread == spread
        words = RECIPE.describe(result, True)
        assert told in str(words)
        assert "The sum works, and is hardly what was meant" in str(words)
        assert "torch repeats what has size 1, without a word" in words.state
        assert "repeated by torch" in words.html()
        assert result.run.total is not None
        for path, axes in spread.items():
            shape = getattr(result.run, path).shape
            for axis in axes:
                assert f"← the 1 is repeated {result.run.total.shape[axis]} times" in str(words)
                assert shape[axis] == 1

    def test_what_is_repeated_is_drawn_as_often(self) -> None:
        result = result_of(in_channels=1)
        maps = drawn(result)
        assert len(maps) == 1 + 4 * 3
        shortcut = [item.values for item in maps[4:7]]
        assert all((values == result.x[0, 0].numpy()).all() for values in shortcut)

    def test_paths_that_are_alike_are_no_reason_to_warn(self) -> None:
        for alike in ({}, {"in_channels": 1, "out_channels": 1}, {"in_channels": 1, "shortcut": "projection"}):
            result = result_of(**alike)
            assert result.spread == {}
            assert "hardly" not in text_of(result)


class TestChoices:
    def test_gamma_zero_starts_as_the_identity(self) -> None:
        result = result_of(zero_gamma=True)
        assert torch.equal(result.run.out, result.x)  # type: ignore[arg-type]
        assert "nn.init.zeros_(main[4].weight)" in text_of(result)
        assert "out is x, the largest |out − x| is 0; the block starts as the identity" in text_of(result)

    def test_without_norm_there_is_no_gamma(self) -> None:
        assert "zeros_" not in text_of(result_of(zero_gamma=True, norm=False))

    def test_a_relu_before_the_sum_can_take_nothing_away(self) -> None:
        result = result_of(relu="before")
        assert bool((result.run.out >= result.run.shortcut).all())  # type: ignore[operator]
        assert "lowers the shortcut in 0% of the cells" in text_of(result)
        assert "nothing to take away" in text_of(result)
        after = result_of(relu="after")
        assert bool((after.run.out < after.run.shortcut).any())  # type: ignore[operator]
        assert "nothing to take away" not in text_of(after)

    @pytest.mark.parametrize("image", IMAGES)
    def test_the_image_drawn_is_that_of_the_batch(self, image: str) -> None:
        result = result_of(image=image)
        maps = drawn(result)
        sample = IMAGES.index(image)
        assert (maps[0].values == result.x[sample, 0].numpy()).all()
        assert (maps[-1].values == result.run.out[sample, 2].numpy()).all()  # type: ignore[index]

    def test_the_maps_drawn_are_the_paths_from_left_to_right(self) -> None:
        for relu, names in (("after", "x main shortcut total out"), ("before", "x inner main shortcut out")):
            result = result_of(relu=relu)
            columns = [result.x if name == "x" else getattr(result.run, name) for name in names.split()]
            expected = [tensor[0, channel].numpy() for tensor in columns for channel in range(3)]
            for item, values in zip(drawn(result), expected, strict=True):
                assert (item.values == values).all()


def measured(stack: Stack, depth: int | None = None) -> Norms:
    return norms_of(Stack(**{**vars(stack), "depth": depth or stack.depth}))


class _Block(nn.Module):
    """A block as a learner writes it, to measure gradients by another way."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self.stack = stack
        self.conv1, self.conv2 = (nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False) for _i in range(2))
        self.bn1, self.bn2 = (nn.BatchNorm2d(CHANNELS) if stack.norm else nn.Identity() for _i in range(2))
        if stack.norm and stack.zero_gamma:
            nn.init.zeros_(self.bn2.weight)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        main: Tensor = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if not self.stack.residual:
            return torch.relu(main)
        return torch.relu(main + x) if self.stack.relu == "after" else torch.relu(main) + x


def by_modules(stack: Stack) -> Norms:
    """The same norms by nn.Modules, hooks and .backward()."""
    generator, fan_in = torch.Generator().manual_seed(0), CHANNELS * 9
    net = nn.Sequential(*(_Block(stack) for _block in range(stack.depth))).double()
    convolutions = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
    inputs: list[Tensor] = []
    for block in net:
        block.register_forward_pre_hook(lambda _block, given: inputs.append(given[0]))
    with torch.no_grad():
        for convolution in convolutions:
            if stack.init == "he":
                convolution.weight.normal_(0, math.sqrt(2 / fan_in), generator=generator)
            else:
                bound = 1 / math.sqrt(fan_in)
                convolution.weight.uniform_(-bound, bound, generator=generator)
    output = net(feature_maps(CHANNELS, SIZE).double().requires_grad_())
    for x in inputs:
        x.retain_grad()
    output.sum().backward()
    gammas = [block.bn2.weight.grad for block in net] if stack.norm else []  # type: ignore[union-attr]
    norms = [
        tuple(float(gradient.norm()) for gradient in group)  # type: ignore[union-attr, operator]
        for group in ([c.weight.grad for c in convolutions], [x.grad for x in inputs], gammas)
    ]
    return Norms(*norms)


class TestGradients:
    @pytest.mark.parametrize(
        "stack",
        [
            *(
                Stack(5, residual, norm, init)
                for residual, norm, init in product([True, False], [True, False], ["torch", "he"])
            ),
            Stack(3, True, relu="before"),
            Stack(3, True, norm=False, relu="before"),
            Stack(4, True, zero_gamma=True),
            Stack(1, True, relu="before", zero_gamma=True),
            Stack(32, False, norm=False),
        ],
        ids=short,
    )
    def test_they_are_those_of_backward_passes_through_modules(self, stack: Stack) -> None:
        ours, theirs = norms_of(stack), by_modules(stack)
        assert len(ours.weights) == 2 * stack.depth
        assert len(ours.inputs) == stack.depth
        for name in ("weights", "inputs", "gammas"):
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-6, abs=1e-60), name

    def test_torchs_first_weights_are_those_of_a_new_layer(self) -> None:
        torch.manual_seed(0)
        new = nn.Conv2d(CHANNELS, 4096, 3).weight
        assert float(new.detach().abs().max()) == pytest.approx((CHANNELS * 9) ** -0.5, rel=1e-3)
        assert float(new.detach().std()) == pytest.approx((CHANNELS * 9 * 3) ** -0.5, rel=1e-2)

    def test_without_norm_a_deep_plain_stack_loses_them_and_a_residual_one_does_not(self) -> None:
        result = result_of(norm=False, depth=32)
        plain, residual = result.plain[-1].weights[0], result.residual[-1].weights[0]
        assert plain < 1e-20
        assert 1 / 3 < residual / result.residual[0].weights[0] < 3
        text = text_of(result)
        assert re.search(r"plain: 32 blocks make .* times smaller than 1 block does: it vanishes", text)
        assert "residual: 32 blocks leave the first convolution's gradient about as large" in text
        assert "64 of them leave next to nothing" in text

    def test_with_norm_a_deep_plain_stack_blows_them_up(self) -> None:
        result = result_of(norm=True, depth=32)
        plain, residual = ([norms.weights[0] for norms in kind] for kind in (result.plain, result.residual))
        assert plain[-1] / plain[0] > 1e4
        assert residual[-1] / residual[0] < 20
        assert re.search(r"plain: 32 blocks make .* times larger than 1 block does: it explodes", text_of(result))
        assert text_of(result).count("explodes") == 1

    def test_hes_weights_without_norm_favour_the_plain_stack(self) -> None:
        result = result_of(norm=False, init="he", depth=32)
        plain, residual = ([norms.weights[0] for norms in kind] for kind in (result.plain, result.residual))
        assert 1e-3 < plain[-1] / plain[0] < 1
        assert residual[-1] / residual[0] > 1e4
        assert "here a shortcut needs BatchNorm, or a main path that starts at 0" in text_of(result)

    def test_gamma_zero_stops_them_for_one_step_and_passes_them_by(self) -> None:
        result = result_of(zero_gamma=True, depth=32)
        norms = result.residual[-1]
        assert set(norms.weights) == {0.0}
        assert norms.gammas[0] > 1
        assert norms.inputs[0] == pytest.approx(norms.inputs[-1])
        assert "in the first step only" in text_of(result)
        assert result.plain[-1] == result_of(depth=32).plain[-1]  # gamma 0 would end a plain stack

    def test_gamma_zero_before_a_relu_never_wakes(self) -> None:
        result = result_of(zero_gamma=True, relu="before", depth=4)
        assert set(result.residual[-1].gammas) == {0.0}
        assert "never wake" in text_of(result)
        assert "in the first step only" not in text_of(result)

    @pytest.mark.parametrize(
        ("depth", "depths"), [(1, (1,)), (2, (1, 2)), (5, (1, 2, 4, 5)), (32, (1, 2, 4, 8, 16, 32))]
    )
    def test_smaller_depths_stand_beside_it(self, depth: int, depths: tuple[int, ...]) -> None:
        result = result_of(depth=depth)
        assert result.depths == depths
        for place, blocks in enumerate(depths):
            for residual, kind in ((False, result.plain), (True, result.residual)):
                assert kind[place] == norms_of(stack_of(result.settings, blocks, residual))
        rows = [line.split() for line in text_of(result).split("residual: first")[1].splitlines()[1 : 1 + len(depths)]]
        assert [int(row[0]) for row in rows] == list(depths)
        assert float(rows[-1][1]) == pytest.approx(result.plain[-1].weights[0], rel=1e-2) if depth < 32 else True

    def test_a_deeper_stack_begins_with_the_weights_of_a_shallower_one(self) -> None:
        result = result_of(norm=False, depth=1)
        assert result.plain[0].weights == measured(Stack(1, False, norm=False)).weights

    def test_every_convolution_has_its_mark_and_a_larger_norm_stands_higher(self) -> None:
        result = result_of(norm=True, depth=4)
        fills = [item for item in RECIPE.draw(result, True).items if not isinstance(item, Map) and item.box.top > 400]
        squares = [fill.box for fill in fills if fill.box.width == fill.box.height == 6]
        assert len(squares) == 8
        assert [box.left for box in squares] == sorted({box.left for box in squares})
        heights = [-box.top for box in squares]
        assert np.argsort(heights, kind="stable").tolist()[-1] == int(np.argmax(result.plain[-1].weights))

    def test_the_frame_stays_while_a_slider_moves(self) -> None:
        moved = [{"depth": depth} for depth in (1, 7, 32)] + [
            {"kernel": 5, "padding": 2},
            {"in_channels": 1},
            {"size": 9},
        ]
        assert len({id(RECIPE.draw(result_of(**given), True).layout) for given in moved}) == 1

    def test_threads_are_left_as_they_were(self) -> None:
        before = torch.get_num_threads()
        norms_of(Stack(2, True, init="he", relu="before"))
        assert torch.get_num_threads() == before


@given(**strategies(RECIPE))
@settings(max_examples=60, deadline=None)
def test_everything_stays_inside_its_part_of_the_picture(**given: Any) -> None:
    result = outcome_of(**given)
    if isinstance(result, Problem):
        return
    picture = RECIPE.draw(result, True)
    lefts = [46 + 174 * column for column in range(5)]
    for item in picture.items:
        if isinstance(item, Map) and item.top < 46:
            assert item.values.shape[1] <= 140
        elif isinstance(item, Map):
            assert item.left in lefts
            rows, columns = item.values.shape
            assert columns * item.zoom <= 140
            assert item.top + rows * item.zoom <= 46 + 3 * 112
            assert rows * item.zoom <= 106
        elif item.box.top > 400:
            assert item.box.left >= 64 - 2
            assert item.box.left + item.box.width <= 64 + 768
            assert item.box.top >= 438 - 6
            assert item.box.top + item.box.height <= 590


class TestExplorer:
    def test_a_mismatch_is_shown_and_mended_with_the_controls(self) -> None:
        explorer = explore.residual(**REFUSED)
        assert "torch says:" in explorer.text.value
        assert explorer.status.value == ""
        explorer.controls["shortcut"].value = "projection"
        assert "both paths are (4, 8, 11, 14), so is their sum" in explorer.text.value
        assert is_drawn(explorer)

    def test_a_path_without_output_greys_the_picture_until_it_is_mended(self) -> None:
        explorer = explore.residual(size=9, depth=1)
        good = picture_of(explorer)
        explorer.controls["padding"].value = 0
        explorer.controls["kernel"].value = 7
        assert "torch says:" in explorer.text.value
        assert (picture_of(explorer) != good).any()
        explorer.controls["kernel"].value = 3
        explorer.controls["padding"].value = 1
        assert (picture_of(explorer) == good).all()


class _Residual(nn.Module):
    """A learner's block; `inplace` is a slip."""

    def __init__(self, channels: int, inplace: bool = False) -> None:
        super().__init__()
        self.first, self.last = (nn.Conv2d(channels, channels, 3, padding=1) for _i in range(2))
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=inplace)

    def forward(self, x: Tensor) -> Tensor:
        main = self.norm2(self.last(torch.relu(self.norm1(self.first(self.relu(x) if self.relu.inplace else x)))))
        return torch.relu(main + x)


class TestOwn:
    def test_batch(self) -> None:
        batch = torch.linspace(-1, 1, 2 * 3 * 9 * 14).reshape(2, 3, 9, 14)
        result = result_of(image=batch)
        assert (result.x == batch).all()
        assert "nn.Conv2d(3, 3" in text_of(result)
        explorer = explore.residual(image=batch.numpy()[0, 0], depth=1)
        for name in ("image", "size", "in_channels"):
            assert explorer.controls[name].disabled
        explorer.controls["out_channels"].value = 3
        assert "every channel of main(x) gets the same map added" in str(explorer.description)
        assert is_drawn(explorer)

    def test_block(self) -> None:
        torch.manual_seed(1)
        block = _Residual(6)
        result = result_of(block=block, depth=3)
        expected = block(result.x.clone())
        torch.testing.assert_close(result.run.out.clone(), expected.detach())  # type: ignore[union-attr]
        torch.testing.assert_close(result.difference.clone(), (expected - result.x.clone()).detach())  # type: ignore[union-attr]
        maps = drawn(result)
        assert len(maps) == 9
        assert (maps[-1].values == result.difference[0, 2].numpy()).all()  # type: ignore[index]
        assert "(4, 6, 21, 28) → (4, 6, 21, 28)" in text_of(result)
        assert "wrote into its input" not in text_of(result)
        explorer: Explorer[Any, Any] = explore.residual(block=block, depth=2)
        assert explorer.controls["kernel"].disabled
        assert not explorer.controls["depth"].disabled
        explorer.controls["depth"].value = 4
        assert is_drawn(explorer)

    def test_gradients_of_copies_of_the_block_in_a_row(self) -> None:
        torch.manual_seed(2)
        block = _Residual(4).eval()
        result = result_of(block=block, depth=2)
        x = result.x.clone()[..., :8, :8]
        weights = [block.first.weight, block.last.weight]
        between = block(x).detach().requires_grad_()
        last = torch.autograd.grad(block(between).sum(), [*weights, between])
        first = torch.autograd.grad(block(x), weights, last[2])
        expected = [float(gradient.norm()) for gradient in (*first, *last[:2])]
        assert result.own_norms == pytest.approx(expected, rel=1e-4)
        assert result.copies == 2
        assert "2 equal copies in a row" in text_of(result)

    def test_a_block_that_changes_the_shape_is_measured_once(self) -> None:
        block = nn.Conv2d(16, 32, 3, stride=2)
        result = result_of(block=block, depth=8)
        assert (result.copies, len(result.own_norms), result.difference) == (1, 1, None)
        gradient = torch.autograd.grad(block(result.x.clone()[..., :8, :8]).sum(), block.weight)[0]
        assert result.own_norms == pytest.approx([float(gradient.norm())], rel=1e-4)
        assert "blocks that change the shape cannot stand in a row" in text_of(result)

    def test_a_block_that_needs_the_whole_input(self) -> None:
        block = nn.Sequential(nn.Conv2d(2, 2, 9, padding=2), nn.Upsample((21, 28)), nn.Conv2d(2, 2, 15, padding=3))
        result = result_of(block=block, depth=3)
        assert result.run.out is not None
        assert len(result.own_norms) == 2

    def test_the_learners_block_stays_as_it_was(self) -> None:
        block = _Residual(3)
        before = {name: value.clone() for name, value in block.state_dict().items()}
        block.requires_grad_(False)
        explore.residual.figure(block=block, depth=2)
        assert all(torch.equal(before[name], value) for name, value in block.state_dict().items())
        assert block.training
        assert all(parameter.grad is None and not parameter.requires_grad for parameter in block.parameters())

    def test_writing_into_the_input_is_noticed(self) -> None:
        result = result_of(block=_Residual(3, inplace=True))
        assert result.wrote_into_x
        assert "wrote into its input in place" in text_of(result)
        assert torch.equal(result.x, feature_maps(3, (21, 28)))

    def test_no_gradient_is_told(self) -> None:
        class Cut(nn.Conv2d):
            def forward(self, input: Tensor) -> Tensor:
                return super().forward(input).detach()

        result = result_of(block=Cut(3, 3, 3, padding=1))
        assert result.own_norms == ()
        assert "no gradient reaches its convolutions" in text_of(result)
        RECIPE.draw(result, True)

    def test_an_error_in_it_is_told(self) -> None:
        class Broken(_Residual):
            def forward(self, x: Tensor) -> Tensor:
                raise KeyError("skip")

        problem = problem_of(block=Broken(3))
        assert "KeyError: 'skip'" in problem.torch
        assert "(4, 3, 21, 28)" in problem.plain

    @pytest.mark.parametrize(
        ("block", "words"),
        [
            (nn.Sequential(nn.Conv2d(3, 3, 3), nn.Flatten()), "into (4, 1482)"),
            (nn.Sequential(nn.Conv2d(1, 1, 1), nn.Threshold(math.inf, math.nan)), "finite"),
        ],
        ids=short,
    )
    def test_an_output_that_cannot_be_shown(self, block: nn.Module, words: str) -> None:
        assert words in problem_of(block=block).plain


class TestPredicting:
    def test_nothing_tells_the_answer_before_the_reveal(self) -> None:
        frames = []
        for asked in (REFUSED, {"depth": 2}, {"in_channels": 8, "out_channels": 1, "depth": 2}):
            result = result_of(**asked)
            frames.append(RECIPE.draw(result, False).layout)
            assert "11" not in RECIPE.describe(result, False).state
            assert "The sum" not in text_of(result, revealed=False)
            assert "Sizes" not in text_of(result, revealed=False)
            assert len(drawn(result, False)) == 3
            assert shapes(result, False) == written(str(tuple(result.x.shape)))
        assert len(set(frames)) == 1
