"""The pooling explorer: what torch pools, which pixel wins, where torch's gradient goes, and what a shift changes."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import explore
from course.explorers.pooling import RECIPE
from course.explorers.pooling.result import Result, adaptive_window
from course.explorers.pooling.settings import IMAGES, KINDS
from tests.explorers.asking import Asked

ASKED = Asked(RECIPE, Result)
GRID: list[dict[str, Any]] = [
    {"kind": kind, "kernel": kernel, "stride": stride, "padding": padding, "size": size, "output": kernel + stride}
    for kind, kernel, stride, padding, size in product(KINDS, (1, 2, 3, 5), (1, 2, 3), (0, 1), ((8, 8), (12, 16)))
]


@pytest.mark.parametrize("image", IMAGES)
def test_output_winners_and_gradient_are_torchs_over_a_grid_of_settings(image: str) -> None:
    for given in GRID:
        if given["kind"] != "adaptive" and 2 * given["padding"] > given["kernel"]:
            problem = ASKED.problem(**given, image=image)
            assert f"padding={given['padding']} is more than half of kernel_size={given['kernel']}" in problem.plain
            assert "half of" in problem.torch
            continue
        result = ASKED.result(**given, image=image, row=1, column=2)
        layer = eval(result.code, {"nn": nn})
        x = result.x.clone()[None, None].requires_grad_()
        y = layer(x)
        assert torch.equal(y[0, 0], result.y)
        y.sum().backward()
        assert x.grad is not None
        torch.testing.assert_close(x.grad[0, 0], result.gradient)
        # The chosen cell is what its window gives, and only that window's pixels decide it.
        row, column = result.settings.row, result.settings.column
        (of_cell,) = torch.autograd.grad(layer(x)[0, 0, row, column], x)
        inside = torch.zeros_like(result.x, dtype=torch.bool)
        rows, columns = result.window
        inside[rows.start : rows.stop, columns.start : columns.stop] = True
        assert not of_cell[0, 0][~inside].any()
        if result.winners is not None and result.winner is not None:
            assert torch.equal(result.winners.float(), result.gradient)
            assert float(result.x[result.winner]) == result.value == float(result.patch.max())
            assert of_cell[0, 0, result.winner[0], result.winner[1]] == 1
        else:
            assert (of_cell[0, 0][inside] > 0).all()


def test_adaptive_windows_are_torchs() -> None:
    for size, output in product(range(1, 12), range(1, 12)):
        x = torch.arange(float(size))[None, None]
        means = [x[0, 0, list(adaptive_window(index, size, output))].mean() for index in range(output)]
        torch.testing.assert_close(F.adaptive_avg_pool1d(x, output)[0, 0], torch.stack(means))


def test_padding_never_wins_and_counts_as_zero_in_a_mean() -> None:
    corner: dict[str, Any] = {"image": torch.full((8, 8), -1.0), "kernel": 3, "padding": 1, "row": 0, "column": 0}
    largest, mean = ASKED.result(**corner), ASKED.result(**corner, kind="average")
    assert largest.value == -1
    assert "never wins" in ASKED.text(largest)
    assert mean.value == pytest.approx(-4 / 9)
    assert "Padding counts as 0" in ASKED.text(mean)
    assert "+ zeros) / 9 = −0.444" in ASKED.text(mean)


def test_the_moved_image_is_the_picture_with_its_real_neighbours() -> None:
    for image, shift in product(IMAGES, (1, 2, 3)):
        here, moved = (RECIPE.settings_of(image=image, size=16).input(cells) for cells in (0, shift))
        assert torch.equal(moved[:, :, shift:], here[:, :, :-shift])
    own = torch.rand(5, 7)
    assert torch.equal(RECIPE.settings_of(image=own).input(2)[0], own[:, [0, 0, 0, 1, 2, 3, 4]])


@pytest.mark.parametrize("image", ["cat", "camera", "edges", "digit"])
@pytest.mark.parametrize("kind", ["max", "average"])
def test_a_shift_by_the_stride_moves_the_output_and_another_changes_it(kind: str, image: str) -> None:
    given: dict[str, Any] = {"kind": kind, "image": image, "size": 32, "kernel": 2, "row": 0, "column": 0}
    moved, changed = ASKED.result(**given, shift=2), ASKED.result(**given, shift=1)
    assert moved.shifted is not None
    assert changed.shifted is not None
    torch.testing.assert_close(moved.shifted.y[:, 1:], moved.y[:, :-1])
    assert "the output moved by 1 column" in ASKED.text(moved)
    assert changed.shifted.moved is None
    assert "no multiple of the stride 2" in ASKED.text(changed)
    skipped = (changed.shifted.x - changed.x)[::2, ::2].abs().mean()
    assert changed.shifted.skipped_change == pytest.approx(float(skipped))
    assert changed.shifted.skipped_change is not None
    if image != "digit":  # its strokes are as wide as a window: a maximum moves with them
        assert changed.shifted.output_change < changed.shifted.skipped_change


def test_the_stride_follows_the_kernel_until_it_is_set_apart() -> None:
    explorer = explore.pooling(size=16)
    assert explorer.controls["stride"].disabled
    explorer.controls["kernel"].value = 4
    assert explorer.controls["stride"].value == 4
    assert "nn.MaxPool2d(kernel_size=4)" in str(explorer.description)
    explorer.controls["apart"].value = False
    explorer.controls["stride"].value = 1
    explorer.controls["kernel"].value = 3
    assert explorer.controls["stride"].value == 1
    assert "nn.MaxPool2d(kernel_size=3, stride=1)" in str(explorer.description)
    assert RECIPE.settings_of(kernel=3).stride == 3
    assert not RECIPE.settings_of(kernel=3, stride=2).apart


def test_it_opens_with_nothing_but_the_pooling() -> None:
    result = ASKED.result()
    assert result.code == "nn.MaxPool2d(kernel_size=2)"
    assert result.shifted is None
    assert "radient" not in ASKED.text(result)


def test_an_own_max_pool_is_shown_and_compared() -> None:
    def right(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
        return F.max_pool2d(x, kernel, stride, padding)

    assert "equals torch's" in ASKED.text(ASKED.result(max_pool=right))
    result = ASKED.result(max_pool=lambda *given: right(*given) + 0.25)
    assert result.difference == pytest.approx(0.25)
    assert "is 0.250" in ASKED.text(result)
    assert "raised" in ASKED.problem(max_pool=lambda *given: 1 / 0).plain
    assert "ZeroDivisionError" in ASKED.problem(max_pool=lambda *given: 1 / 0).torch
    assert "(1, 1, 16, 16)" in ASKED.problem(max_pool=lambda x, *given: x).plain


def test_the_question_is_answered_with_what_was_forgotten() -> None:
    assert RECIPE.question is not None
    judge = RECIPE.question.judge
    assert judge(ASKED.result(size=16), (8, 8)).right
    assert not judge(ASKED.result(size=16), (16, 16)).right
    assert judge(ASKED.result(kind="adaptive", output=5), (5, 5)).right
    assert "asked for" in judge(ASKED.result(kind="adaptive", output=5), (6, 6)).text
