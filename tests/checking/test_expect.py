from __future__ import annotations

import numpy as np
import pytest
import torch

from course.checking.answer import Wrong, same_data
from course.checking.expect import expect_tuple


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (torch.tensor(3), 3),
        (3, torch.tensor(3)),
        (torch.ones(2), np.ones(2, dtype=np.float32)),
        (3, 3.0),
        (True, 1),
        ((1,), {1: 1}),
        (None, object()),
        (object(), 3),
    ],
)
def test_data_of_different_kinds_is_never_the_same(a: object, b: object) -> None:
    assert not same_data(a, b)


def test_handles_are_compared_by_nobody() -> None:
    assert same_data(object(), object())


def test_tensors_do_not_pass_for_the_ints_of_a_tuple() -> None:
    with pytest.raises(Wrong):
        expect_tuple((torch.tensor(1), torch.tensor(2)), (1, 2))
