"""What a call must leave as it was, and the gradients that it must give."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.models import (
    expect_gradients,
    expect_modes_kept,
    expect_state_kept,
    modes,
    modes_changed,
    modes_kept,
    same_gradient,
)


def stack() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(nn.Dropout()))


def mixed() -> nn.Sequential:
    model = stack()
    model[1].eval()
    return model


def test_modes_are_put_back_even_after_an_error() -> None:
    def fail(model: nn.Module) -> None:
        with modes_kept(model):
            model.eval()
            raise ValueError("stop")

    model = mixed()
    before = modes(model)
    with pytest.raises(ValueError, match="stop"):
        fail(model)
    assert modes(model) == before == {"": True, "0": True, "1": False, "2": True, "2.0": True}


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ({"": True, "0": False}, []),
        ({"": False, "0": False}, [""]),
        ({"": True, "0": True}, ["0"]),
        ({"": True}, ["0"]),
        ({"": True, "0": False, "1": True}, [""]),
        ({"": True, "0": 0}, ["0"]),
        (None, [""]),
        ("modes", [""]),
    ],
)
def test_changed_modes_are_named_whatever_the_world_tells(after: object, changed: list[str]) -> None:
    assert modes_changed({"": True, "0": False}, after) == changed


@pytest.mark.parametrize(
    ("model", "call", "key", "name"),
    [
        (stack(), lambda model: model.eval(), "mode-changed", "The model"),
        (stack().eval(), lambda model: model[2].train(), "mode-changed", "The submodule '2'"),
        (mixed(), lambda model: model.train(), "all-to-training", "The submodule '1'"),
    ],
)
def test_a_changed_mode_is_told_with_the_submodule(
    model: nn.Module, call: Callable[[nn.Module], object], key: str, name: str
) -> None:
    with pytest.raises(Wrong, match=f"{name} was in") as wrong:
        expect_modes_kept(Answer(call), model)
    assert wrong.value.misconception == key


def test_a_model_that_is_only_looked_at_is_kept() -> None:
    def look(model: nn.Module, shape: tuple[int, ...]) -> None:
        with modes_kept(model), torch.no_grad():
            model.eval()(torch.zeros(shape))

    for model in (stack(), stack().eval(), mixed()):
        expect_modes_kept(Answer(look), model, (2, 1, 5, 5))
        expect_state_kept(Answer(look), model, (2, 1, 5, 5))


def test_statistics_that_move_and_parameters_that_change_are_two_mistakes() -> None:
    run = Answer(lambda model, x: model(x))
    x = torch.ones(2, 1, 5, 5)
    with pytest.raises(Wrong, match=r"After the call 1\.running_mean") as moved:
        expect_state_kept(run, stack(), x)
    assert moved.value.misconception == "no-grad-for-eval"
    expect_state_kept(run, stack(), x, names=["0.weight", "1.bias"])
    with pytest.raises(Wrong, match=r"0\.bias is new") as changed:
        expect_state_kept(Answer(lambda model: nn.init.ones_(model[0].bias)), stack(), message="{name} is new")
    assert changed.value.misconception == "parameters-changed"


def test_a_tensor_that_is_gone_is_changed() -> None:
    def prune(model: nn.Sequential) -> None:
        del model[1]

    with pytest.raises(Wrong, match=r"1\.weight"):
        expect_state_kept(Answer(prune), stack())


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        (torch.tensor([1.0, 100.0]), torch.tensor([1.05, 100.0]), True),  # the largest entry sets the scale
        (torch.tensor([1.0, 100.0]), torch.tensor([1.2, 100.0]), False),
        (torch.tensor([0.002]), torch.tensor([0.0]), False),
        (torch.ones(2, 1, 3), torch.ones(2, 3), True),
        (torch.ones(2, 3), torch.ones(2, 2), False),
        (torch.tensor([float("nan")]), torch.tensor([1.0]), False),
        (None, torch.ones(1), False),
    ],
)
def test_gradients_agree_by_the_scale_of_the_largest(got: Tensor | None, expected: Tensor, same: bool) -> None:
    assert same_gradient(got, expected) is same


@pytest.mark.parametrize(
    ("gradients", "roles", "message", "key"),
    [
        ({}, {}, "conv.weight gets no gradient, so it could never learn.", "no-gradient"),
        (
            {"conv.weight": None},
            {"conv.weight": "weight"},
            "The weight (conv.weight) gets no gradient, so",
            "no-gradient",
        ),
        ({"conv.weight": torch.ones(2)}, {}, "The gradient of conv.weight is not what", "wrong-gradient"),
        (
            {"conv.weight": torch.ones(2)},
            {"conv.weight": "weight"},
            "The gradient of the weight (conv.w",
            "wrong-gradient",
        ),
    ],
)
def test_a_parameter_without_its_gradient_is_named(
    gradients: dict[str, Tensor | None], roles: dict[str, str], message: str, key: str
) -> None:
    with pytest.raises(Wrong) as wrong:
        expect_gradients(gradients, {"conv.weight": torch.zeros(2)}, roles)
    assert wrong.value.message.startswith(message)
    assert wrong.value.misconception == key


def test_gradients_that_are_right_pass() -> None:
    expect_gradients({"a": torch.ones(2), "b": None}, {"a": torch.ones(2)})
