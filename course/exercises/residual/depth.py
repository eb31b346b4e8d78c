"""Lesson 05, depth: whether more layers without shortcuts learn better, by training."""

from __future__ import annotations

from functools import cache

import torch
import torch.nn.functional as F

from course import images
from course.checking.prediction import Prediction
from course.exercises.residual.models import Chain
from course.language import N_

EPOCHS, BATCH = 3, 64


@cache
def _last_loss(convolutions: int) -> float:
    """The mean loss on the training images in the last epoch of a plain chain with BatchNorm."""
    pictures, labels = images.digits(8, "train")
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(0)
        model = Chain(convolutions, 8, residual=False, norm=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        loss = 0.0
        for _epoch in range(EPOCHS):
            loss = 0.0
            for batch in torch.randperm(len(pictures)).split(BATCH):  # type: ignore[no-untyped-call]
                batch_loss = F.cross_entropy(model(pictures[batch]), labels[batch])
                optimizer.zero_grad()
                batch_loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                loss += batch_loss.item() * len(batch) / len(pictures)
    return loss


deeper_plain = Prediction(
    "deeper-plain",
    N_("Which of the two has the lower loss on the very images that it is trained with: 4 convolutions or 20?"),
    lambda: 20 if _last_loss(20) < _last_loss(4) else 4,
    N_(
        "They were just trained, for three epochs each. The 20 could do all that the 4 can, but training does not find the way there."
    ),
    {
        N_(
            "It could be so: the 20 can compute all that the 4 can. But to be able to is one thing, to learn it is another."
        ): 20
    },
    choices=(4, 20),
)
