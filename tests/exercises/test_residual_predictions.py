"""What lesson 07 says of a training that it does not repeat while a student waits."""

import pytest
import torch

from course import images
from course.exercises.residual.predictions import DEEPER_PLAIN_LOSSES
from course.exercises.residual.sample_models import Chain
from course.training import loader, train_epoch


@pytest.mark.parametrize("convolutions", DEEPER_PLAIN_LOSSES)
def test_the_losses_of_plain_chains_are_those_of_a_training(convolutions: int) -> None:
    pictures, labels = images.digits(8, "train")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Chain(convolutions, 8, residual=False, norm=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        losses = [train_epoch(model, loader(pictures, labels, seed=epoch), optimizer) for epoch in range(3)]
    assert losses[-1] == pytest.approx(DEEPER_PLAIN_LOSSES[convolutions], abs=0.3)
