"""Tensors find their roles whatever their names and their order, and what is missing or too many is told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.tensors_by_role import (
    TensorRoles,
    Values,
    assignments,
    filled,
    filled_layer,
    gradients_by_role,
    held_in_short,
    natural_names,
    random_values,
)

ROLES = TensorRoles({"conv": (4, 2, 3, 3)}, ((4, ("conv.bias", "norm.gamma", "norm.beta", "norm.mean", "norm.var")),))


def logits(values: Values, x: Tensor) -> Tensor:
    maps = F.conv2d(x, values["conv"], values["conv.bias"])
    return F.batch_norm(
        maps, values["norm.mean"].clone(), values["norm.var"].clone(), values["norm.gamma"], values["norm.beta"]
    )


class Own(nn.Module):
    """The same network of plain tensors, registered in this order and under these numbers."""

    def __init__(self, order: tuple[str, ...]) -> None:
        super().__init__()
        self.names = {role: f"t{number}" for number, role in enumerate(order)}
        for role, name in self.names.items():
            shape = ROLES.shapes[role]
            if role in {"norm.mean", "norm.var"}:
                self.register_buffer(name, torch.ones(shape))
            else:
                self.register_parameter(name, nn.Parameter(torch.zeros(shape)))

    def forward(self, x: Tensor) -> Tensor:
        return logits({role: getattr(self, name) for role, name in self.names.items()}, x)


def test_torchs_own_layers_get_their_roles_in_their_order() -> None:
    model = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4))
    assert natural_names(model.state_dict(), ROLES) == {
        "conv": "0.weight",
        "conv.bias": "0.bias",
        "norm.gamma": "1.weight",
        "norm.beta": "1.bias",
        "norm.mean": "1.running_mean",
        "norm.var": "1.running_var",
    }


@pytest.mark.parametrize("order", [*permutations(ROLES.shapes)][::97])
def test_whatever_the_order_a_formula_tells_the_roles(order: tuple[str, ...]) -> None:
    network = filled(Answer(Own(order)), ROLES, Sample(1), Sample(2).floats(2, 2, 5, 6), logits)
    x = Sample(3).floats(3, 2, 7, 5)
    assert torch.allclose(network.model(x), logits(network.values, x), atol=1e-5)
    if tuple(order) == tuple(ROLES.shapes):
        assert network.names == Own(order).names


def test_a_network_that_no_order_explains_is_filled_all_the_same() -> None:
    model = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    network = filled(Answer(model), ROLES, Sample(1), Sample(2).floats(2, 2, 5, 6), logits)
    state = network.model.state()
    assert all(torch.equal(state[network.names[role]], value) for role, value in network.values.items())


@pytest.mark.parametrize(
    ("layers", "key", "message"),
    [
        ([nn.Conv2d(2, 4, 5)], "parameter-missing", "Expected a weight of shape (4, 2, 3, 3) (conv)"),
        (
            [nn.Conv2d(2, 4, 3), nn.Conv2d(2, 4, 3)],
            "parameter-twice",
            "Expected one weight of shape (4, 2, 3, 3) (conv)",
        ),
        ([nn.Conv2d(2, 4, 3)], "parameter-missing", "Expected 5 vectors of length 4 (conv.bias, norm.gamma, norm.beta"),
        (
            [nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.BatchNorm2d(4)],
            "extra-parameters",
            "Expected 5 vectors of length 4",
        ),
        (
            [nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Linear(3, 2)],
            "extra-parameters",
            "The state_dict holds more than",
        ),
    ],
)
def test_what_is_missing_or_too_many_is_told(layers: list[nn.Module], key: str, message: str) -> None:
    with pytest.raises(Wrong) as wrong:
        natural_names(nn.Sequential(*layers).state_dict(), ROLES)
    assert wrong.value.misconception == key
    assert wrong.value.message.startswith(message)


def test_long_lists_begin_with_the_weights_and_are_cut() -> None:
    state = {f"b{number}": torch.zeros(2) for number in range(12)} | {"w": torch.zeros(2, 2), "steps": torch.zeros(())}
    text = held_in_short(state)
    assert text.startswith("w (2, 2), b0 (2,), ")
    assert text.endswith("b10 (2,), …")
    assert held_in_short({}) == "nothing"


@pytest.mark.parametrize("make", [lambda: nn.Conv2d(2, 3, 3), lambda: nn.Sequential(nn.Conv2d(2, 3, 3))])
def test_a_layer_holds_the_values_that_are_loaded(make: Callable[[], nn.Module]) -> None:
    layer = filled_layer(Answer(make()), Sample(1), (3, 2, 3, 3))
    x = Sample(2).floats(2, 2, 5, 6)
    assert torch.allclose(layer.model(x), F.conv2d(x, layer.values["weight"], layer.values["bias"]), atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "bias", "key"),
    [
        (nn.Conv2d(2, 3, 5), True, "parameter-missing"),
        (nn.Conv2d(2, 3, 3, bias=False), True, "parameter-missing"),
        (nn.ModuleList([nn.Conv2d(2, 3, 3), nn.Conv2d(2, 3, 3)]), True, "parameter-twice"),
        (nn.Conv2d(2, 3, 3), False, "bias-kept"),
    ],
)
def test_a_layer_with_other_tensors_is_told(layer: nn.Module, bias: bool, key: str) -> None:
    with pytest.raises(Wrong) as wrong:
        filled_layer(Answer(layer), Sample(1), (3, 2, 3, 3), bias=bias)
    assert wrong.value.misconception == key


def test_every_way_to_give_roles_the_names_of_their_shapes() -> None:
    shapes = {"a": (2,), "b": (3,), "c": (2,), "d": (4,)}
    assert [*assignments({"first": (2,), "second": (2,), "third": (3,)}, shapes)] == [
        {"first": "a", "second": "c", "third": "b"},
        {"first": "c", "second": "a", "third": "b"},
    ]
    assert not [*assignments({"first": (5,)}, shapes)]


def test_random_values_are_of_moderate_size_and_variances_are_positive() -> None:
    assert float(random_values((64, 100, 3, 3), Sample(1)).std()) == pytest.approx(1 / 30, rel=0.05)
    assert float(random_values((2000,), Sample(1)).std()) == pytest.approx(1, rel=0.05)
    assert float(random_values((2000,), Sample(1), positive=True).min()) >= 0.5


def test_gradients_come_by_role_and_statistics_have_none() -> None:
    values = {"scale": torch.tensor([2.0]), "norm.mean": torch.tensor([3.0])}
    gradients = gradients_by_role(lambda values: (values["scale"] ** 2 * values["norm.mean"]).sum(), values)
    assert {role: gradient.tolist() for role, gradient in gradients.items()} == {"scale": [12.0]}
    assert not values["scale"].requires_grad
