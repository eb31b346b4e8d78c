"""A network is cut in two parts in front of its last linear layer, whatever its attributes are called."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from course.training.two_parts import in_two_parts
from tests.training.models import cnn_with_residual, simple_cnn


@pytest.mark.parametrize(("make", "rows"), [(simple_cnn, 128), (cnn_with_residual, 512)])
def test_the_parts_compute_what_the_network_does(make, rows):  # type: ignore[no-untyped-def]
    model = make().eval()
    x = torch.randn(2, 1, 28, 28)
    parts = in_two_parts(model)
    assert parts.features(x).shape == (2, rows)
    assert torch.allclose(parts(x), model(x))
    assert parts.classifier.in_features == rows


def test_the_network_itself_stays_as_it_is() -> None:
    model = simple_cnn()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    nn.init.zeros_(in_two_parts(model).classifier.weight)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_a_linear_layer_alone_has_a_flatten_for_features() -> None:
    parts = in_two_parts(nn.Linear(12, 3))
    assert parts(torch.zeros(2, 3, 2, 2)).shape == (2, 3)


def test_without_a_linear_layer_there_is_nothing_to_cut() -> None:
    with pytest.raises(ValueError, match=r"no nn\.Linear"):
        in_two_parts(nn.Conv2d(1, 2, 3))
