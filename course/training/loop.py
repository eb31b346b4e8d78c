"""The loop that trains a classifier: pure of displays and files, one record for each step, the same ones for the same seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.models import modes_kept
from course.training.validate import logits_of, require_data, require_model, require_plan

_WARM_UP = 0.2
_JUDGED_AT_ONCE = 64  # so few that wide feature maps fit into memory

Result = TypeVar("Result")


@dataclass(frozen=True)
class TrainingPlan:
    """How to train.

    Attributes:
        epochs: how often each image is seen.
        batch_size: images in a step.
        learning_rate: the highest one; see `learning_rate_at`.
        seed: gives the order of the images, and what is random in the model, such as dropout.
    """

    epochs: int = 3
    batch_size: int = 32
    learning_rate: float = 0.005
    seed: int = 0

    def steps(self, images: int) -> int:
        """The number of steps for so many images."""
        return self.epochs * len(_sizes(images, self.batch_size))


@dataclass(frozen=True)
class StepRecord:
    """One step of the training.

    Attributes:
        number: of the step, from 1 on.
        epoch: from 1 on.
        loss: the mean cross-entropy of the batch, before the step. NaN or infinite ends the training: no step was made.
        accuracy: the share of the held-out images that are classified right; after the last step of an epoch, else None.
        ends_epoch: whether every image has been seen once more.
    """

    number: int
    epoch: int
    loss: float
    accuracy: float | None = None
    ends_epoch: bool = False


def learning_rate_at(step: int, steps: int, highest: float) -> float:
    """The learning rate of a step (from 0 on): a straight line up to the highest, then half a cosine down to nearly 0.

    Source: Smith and Topin, "Super-Convergence", 2017 (https://arxiv.org/abs/1708.07120), with the cosine of
    Loshchilov and Hutter, "SGDR", 2016 (https://arxiv.org/abs/1608.03983).
    """
    done = (step + 0.5) / steps
    if done < _WARM_UP:
        return highest * done / _WARM_UP
    return highest * 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


def training_steps(
    model: nn.Module, images: Tensor, labels: Tensor, plan: TrainingPlan, held_out: tuple[Tensor, Tensor] | None = None
) -> Iterator[StepRecord]:
    """Train the model in place with Adam on the cross-entropy; a record for each step, as it is made.

    The global random generator is left as it was at each step: its numbers inside the model (dropout) come from the
    seed. The model's modes are put back at the end.

    Raises:
        TypeError, ValueError: before the first step, for what cannot be trained; they say what came and what to do.
    """
    require_plan(plan.epochs, plan.batch_size, plan.learning_rate)
    require_model(model)
    require_data("images", images, "labels", labels, model)
    if held_out is not None:
        require_data("held_out[0]", held_out[0], "held_out[1]", held_out[1], model)
    return _steps(model, images, labels, plan, held_out)


def _steps(
    model: nn.Module, images: Tensor, labels: Tensor, plan: TrainingPlan, held_out: tuple[Tensor, Tensor] | None
) -> Iterator[StepRecord]:
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=plan.learning_rate)
    order = torch.Generator().manual_seed(plan.seed)
    chance = _Chance(plan.seed)
    sizes, steps = _sizes(len(images), plan.batch_size), plan.steps(len(images))
    number = 0
    with modes_kept(model):
        for epoch in range(1, plan.epochs + 1):
            for position, chosen in enumerate(
                torch.split(torch.randperm(len(images), generator=order), sizes), start=1
            ):
                for group in optimizer.param_groups:
                    group["lr"] = learning_rate_at(number, steps, plan.learning_rate)
                number += 1
                loss = chance.run(_step, model, optimizer, images[chosen], labels[chosen])
                ends = position == len(sizes)
                if not math.isfinite(loss):
                    yield StepRecord(number, epoch, loss)
                    return
                judged = accuracy(model, *held_out) if ends and held_out is not None else None
                yield StepRecord(number, epoch, loss, judged, ends)


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> float:
    """One step; returns the loss. Not made when the loss is no finite number."""
    model.train()
    with torch.enable_grad():
        loss = F.cross_entropy(logits_of(model, images, labels), labels)
        optimizer.zero_grad()
        if math.isfinite(loss.item()):
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return loss.item()


def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share of the images whose largest logit is the label's, from 0 to 1, in eval mode; the modes are put back."""
    return share_right(logits(model, images), labels)


def share_right(outputs: Tensor, labels: Tensor) -> float:
    """The share of the rows whose largest logit is the label's."""
    return (outputs.argmax(1) == labels).double().mean().item()


def logits(model: nn.Module, images: Tensor) -> Tensor:
    """The model's outputs in eval mode, without gradients, a few images at a time; the modes are put back."""
    with modes_kept(model), torch.no_grad():
        model.eval()
        return torch.cat([model(some) for some in torch.split(images, _JUDGED_AT_ONCE)])


class _Chance:
    """The global generator's state for one training: what draws from it draws from here, and the others' stays."""

    def __init__(self, seed: int) -> None:
        self._state = torch.Generator().manual_seed(seed).get_state()

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Call the function with this state in place of the global one."""
        before = torch.get_rng_state()
        torch.set_rng_state(self._state)
        try:
            return function(*arguments)
        finally:
            self._state = torch.get_rng_state()
            torch.set_rng_state(before)


def _sizes(images: int, batch_size: int) -> list[int]:
    """The batches of an epoch. A last one of a single image joins the one before: BatchNorm may need two."""
    sizes = [batch_size] * (images // batch_size)
    left = images % batch_size
    if left == 1 and sizes:
        sizes[-1] += 1
    elif left:
        sizes.append(left)
    return sizes
