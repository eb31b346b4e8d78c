"""What a model costs is counted as by hand, and nothing large is computed to find out."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from course.arithmetic import multiply_adds
from course.training.limits import cost

SHAPE = (1, 28, 28)
MOST = 1_000_000


def test_multiply_adds_are_those_of_the_arithmetic() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 6, (3, 5), stride=2, padding=1),
        nn.Conv2d(6, 6, 3, groups=3),
        nn.Flatten(),
        nn.Linear(6 * 12 * 11, 10),
    )
    expected = (
        multiply_adds((1, 28, 28), 6, (3, 5), stride=2, padding=1) + multiply_adds((6, 14, 13), 6, 3, groups=3) + 7920
    )
    counted = cost(model, SHAPE, MOST)
    assert counted["multiply_adds"] == expected
    assert 0 < counted["bytes"] <= MOST
    assert counted["unregistered"] == 0


def test_bytes_are_those_of_the_results_and_views_are_free() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.ReLU(inplace=True), nn.Flatten(), nn.Unflatten(1, (4, 784))
    )
    assert cost(model, SHAPE, MOST)["bytes"] == 2 * 4 * 28 * 28 * 4


@pytest.mark.parametrize(
    "model",
    [
        nn.Upsample(scale_factor=50_000),
        nn.Conv2d(1, 1, 1, padding=100_000),
        nn.Sequential(nn.Conv2d(1, 5, 1), nn.AdaptiveAvgPool2d(100_000)),
        nn.ZeroPad2d(200_000),
    ],
    ids=["upsample", "padding", "pool", "zeros"],
)
def test_a_result_beyond_memory_is_never_computed(model: nn.Module) -> None:
    counted = cost(model, SHAPE, MOST)
    assert counted["bytes"] > MOST


def test_memory_that_a_forward_asks_for_itself_counts_and_its_except_swallows_nothing() -> None:
    class Greedy(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            try:
                return torch.zeros(10**13)
            except Exception:
                return x

    assert cost(Greedy(), SHAPE, MOST)["bytes"] > MOST


def test_sizes_that_depend_on_values_are_seen_when_they_are_there() -> None:
    class Depends(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.ones(int(x.sum())).repeat(10)

    assert cost(Depends(), SHAPE, MOST)["bytes"] > 10 * 300


def test_the_model_and_the_global_generator_stay_as_they_were() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout()).eval()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    chance = torch.get_rng_state()
    cost(model, SHAPE, MOST)
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert not any(each.training for each in model.modules())
    assert torch.equal(torch.get_rng_state(), chance)


def test_parameters_that_no_optimizer_finds_are_counted() -> None:
    class Hidden(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stages = [nn.Conv2d(1, 2, 3, bias=False)]
            self.last = nn.Linear(2 * 26 * 26, 10)

        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.stages[0](x).flatten(1))  # type: ignore[no-any-return]

    assert cost(Hidden(), SHAPE, MOST)["unregistered"] == 18


def test_an_error_of_the_model_is_its_own() -> None:
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        cost(nn.Linear(7, 10), SHAPE, MOST)
