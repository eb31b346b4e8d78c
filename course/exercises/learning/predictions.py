"""The predictions of lesson 04, in the order of its notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course.checking.prediction import Prediction
from course.language import N_

loss_at_start = Prediction(
    "loss-at-start",
    N_("A network for 10 classes knows nothing yet: all its logits are equal. What is its cross-entropy?"),
    lambda: round(float(F.cross_entropy(torch.zeros(1, 10), torch.tensor([3]))), 1),
    N_("Each class gets the probability 1/10, and −ln(1/10) = ln 10 = 2.3."),
    {
        N_("That is the probability of the right class. The loss is minus its logarithm."): 0.1,
        N_("A loss of 0 would mean that the network is sure, and right."): 0.0,
    },
    choices=(0.0, 0.1, 1.0, 2.3, 10.0),
)


def _kept_after(values: list[float], momentum: float = 0.1) -> float:
    """The running variance after one batch of these values, seen from outside."""
    norm = nn.BatchNorm2d(1, momentum=momentum)
    norm(torch.tensor(values).reshape(-1, 1, 1, 1))
    assert norm.running_var is not None
    return round(float(norm.running_var), 6)


running_variance = Prediction(
    "running-variance",
    N_(
        "A new BatchNorm has running_var 1. It runs once in training mode, momentum 0.1, on a channel with the two values 1 and 3. "
        "What is running_var then?"
    ),
    lambda: _kept_after([1.0, 3.0]),
    N_(
        "The mean is 2, so the two squared distances are 1 and 1. The running variance counts with n − 1: (1 + 1) / 1 = 2, and 0.9 · 1 + 0.1 · 2 = 1.1."
    ),
    {
        N_(
            "That divides by n = 2. The batch itself is divided by that; what is kept for later is divided by n − 1."
        ): 1.0,
        N_("That gives the new value nine tenths. torch's momentum is the share of the new one."): 1.9,
        N_("That is the variance of this batch. Nine tenths of the old value stay."): 2.0,
    },
)


def _moved_without_gradients() -> bool:
    norm = nn.BatchNorm2d(1)
    with torch.no_grad():
        norm(torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1))
    assert norm.running_mean is not None
    return bool(norm.running_mean != 0)


no_grad_moves = Prediction(
    "no-grad-moves",
    N_(
        "A new BatchNorm in training mode runs on a batch inside `with torch.no_grad():`. Do its running statistics change? (True or False)"
    ),
    _moved_without_gradients,
    N_(
        "`no_grad` says: keep nothing for a backward pass. The running statistics are no gradients. Only `eval()` stops them."
    ),
    {N_("`no_grad` and `eval()` are two things. Which of them does a BatchNorm ask?"): False},
    choices=(True, False),
)


def _same_logits() -> bool:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 6 * 6, 10))
        image, first, second = torch.rand(1, 1, 8, 8), torch.rand(7, 1, 8, 8), 3 * torch.rand(7, 1, 8, 8)
        with torch.no_grad():
            return torch.allclose(model(torch.cat([image, first]))[0], model(torch.cat([image, second]))[0])


other_company = Prediction(
    "other-company",
    N_(
        "A network with batch normalisation is in training mode, under `torch.no_grad()`. The same image goes in twice, each time in a batch "
        "with seven others. Does it get the same logits when the seven others are changed?"
    ),
    _same_logits,
    N_(
        "In training mode batch normalisation uses the mean and variance of the batch, so the company counts. `no_grad` does not change that."
    ),
    {
        N_("So it would be in evaluation mode. `no_grad` only switches off the recording for gradients."): True,
    },
    choices=(True, False),
)
