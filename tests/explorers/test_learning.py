"""The learning explorer: the steps are those of torch's optimizers, and it tells what an image cannot teach."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course.explorers.learning import RECIPE
from course.explorers.learning.result import Result
from course.explorers.learning.settings import PRESETS
from tests.explorers.asking import Asked

ASKED = Asked(RECIPE, Result)


def trained_by_torch(result: Result) -> tuple[torch.Tensor, list[float]]:
    """The kernel and the losses of the very program that is shown, in float64."""
    definition, optimizer_line, *_loop = result.settings.code().splitlines()
    x, target = result.x.clone()[None, None].double(), result.target.clone()[None, None].double()
    layer = eval(definition.partition(" = ")[2], {"nn": nn}).double()
    with torch.no_grad():
        layer.weight.copy_(result.start)
    optimizer = eval(optimizer_line.partition(" = ")[2], {"torch": torch, "layer": layer})
    losses = []
    for _step in range(result.settings.steps):
        loss = F.mse_loss(layer(x), target)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    return layer.weight.detach()[0, 0].float(), [*losses, float(F.mse_loss(layer(x), target).detach())]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"optimizer": "momentum", "rate": 0.1, "stride": 2, "padding": 1},
        {"optimizer": "Adam", "rate": 0.03, "target": "sharpen", "kernel": 5},
        {"image": "flat", "target": "horizontal edges", "optimizer": "SGD", "rate": 0.3},
        {"kernel": torch.tensor([[1.0, 2.0, 3.0]]), "image": "noise", "padding": 2},
        {"optimizer": "SGD", "rate": 0.3, "target": "blur", "kernel": 2, "steps": 12},
    ],
)
def test_the_program_that_is_shown_gives_this_kernel_and_these_losses(given: dict[str, Any]) -> None:
    result = ASKED.result(**{"size": 16, "steps": 60} | given)
    kernel, losses = trained_by_torch(result)
    torch.testing.assert_close(result.learned, kernel, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(torch.from_numpy(result.losses), torch.tensor(losses).double(), atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("target", PRESETS)
def test_noise_teaches_every_kernel(target: str) -> None:
    result = ASKED.result(image="noise", target=target, optimizer="momentum", rate=0.1, steps=500)
    assert result.patterns == 9
    assert result.error < 0.001
    assert "the steps have led there" in ASKED.text(result)


def test_a_flat_image_teaches_nonsense_without_a_loss() -> None:
    result = ASKED.result(image="flat", optimizer="SGD", rate=0.3)
    assert result.patterns == 1
    assert result.losses[-1] < 1e-6
    assert result.error > 0.1
    assert float((result.y - result.target).abs().max()) < 0.01
    text = ASKED.text(result)
    assert "1 of 9 independent patterns" in text
    assert "still not the true kernel" in text
    learned_change = result.learned - result.start
    torch.testing.assert_close(learned_change, learned_change.mean().expand(3, 3))  # all numbers moved alike


def test_stripes_teach_only_what_lies_across_them() -> None:
    result = ASKED.result(image="stripes", target="sharpen", optimizer="momentum", rate=0.1, steps=1000)
    assert result.patterns == 3
    torch.testing.assert_close(result.learned.sum(0), result.true.sum(0), atol=0.01, rtol=0)
    assert result.error > 0.1


def test_zeros_around_a_flat_image_teach_it_after_all() -> None:
    assert ASKED.result(image="flat", padding=1).patterns > 4


def test_a_learning_rate_at_its_limit_diverges_and_the_limit_is_told() -> None:
    calm = ASKED.result(size=16, steps=1000, optimizer="SGD", rate=0.1)
    assert not calm.diverged
    assert (calm.losses[1:] <= calm.losses[:-1]).all()
    wild = ASKED.result(size=16, steps=1000, optimizer="SGD", rate=3.0)
    assert wild.diverged
    assert wild.largest_rate is not None
    assert wild.largest_rate < 3
    assert len(wild.losses) < 1000
    assert wild.learned.isfinite().all()
    assert f"must stay below {wild.largest_rate:.2g}" in ASKED.text(wild)
    assert ASKED.result(optimizer="Adam").largest_rate is None


def test_more_steps_go_on_where_fewer_ended() -> None:
    few, many = ASKED.result(size=16, steps=10), ASKED.result(size=16, steps=40)
    assert (few.losses == many.losses[:11]).all()
    assert torch.equal(few.start, many.start)
    assert many.losses[-1] < few.losses[-1]


def test_the_default_shows_a_kernel_that_is_found() -> None:
    result = ASKED.result()
    assert result.error < 0.01
    assert "the steps have led there" in ASKED.text(result)


def test_a_kernel_that_does_not_fit_is_a_problem_in_plain_words() -> None:
    problem = ASKED.problem(image=torch.rand(2, 2), kernel=5)
    assert "does not fit" in problem.plain


def test_the_question_counts_the_numbers() -> None:
    assert RECIPE.question is not None
    judge, result = RECIPE.question.judge, ASKED.result(size=16, kernel=5)
    assert judge(result, (25,)).right
    assert "no bias" in judge(result, (26,)).text
    assert "shares its weights" in judge(result, (256,)).text
    assert not judge(result, (5,)).right
