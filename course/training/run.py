"""The verb `train`: runs the training loop, shows it, and explains an early end in a sentence."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from course.language import _
from course.training.display import view_of
from course.training.history import History
from course.training.loop import StepRecord, TrainingPlan, training_steps


def train(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    epochs: int = 3,
    batch_size: int = 32,
    learning_rate: float = 0.005,
    seed: int = 0,
    held_out: tuple[Tensor, Tensor] | None = None,
    show: bool = True,
) -> History:
    """Train a classifier in place, and show the loss as it falls.

    Adam on the cross-entropy of the model's logits. The learning rate rises to `learning_rate` during the first fifth
    of the steps and falls to 0 after that. The model is in train mode while it learns; afterwards its modes are as they were.

    Interrupted (the stop button of the notebook, Ctrl-C), it ends with the model as it is and the history so far. So it
    does when the loss becomes NaN or infinite.

    Args:
        model: images (N, C, H, W) to logits (N, classes).
        images: a batch of the model's dtype, (N, C, H, W); any (N, ...) that the model takes.
        labels: int64 (N,), the class of each image from 0 on.
        epochs: how often each image is seen.
        batch_size: images in a step. A last batch of one image joins the one before.
        learning_rate: the highest one.
        seed: the same seed gives the same training on the same machine with as many threads: the order of the images and the dropout
            come from it. The global generator stays as it is. The first weights are drawn where the model is built:
            call `torch.manual_seed` before.
        held_out: images and labels that are not trained on; judged in eval mode after each epoch.
        show: a picture that moves in a notebook, one line elsewhere; False: nothing.

    Raises:
        TypeError, ValueError: for what cannot be trained, saying what came and what to do.
    """
    plan = TrainingPlan(epochs, batch_size, learning_rate, seed)
    steps = training_steps(model, images, labels, plan, held_out)
    history = History((), (), 0, plan.steps(len(images)), _guessing(labels))
    view = view_of(history, epochs, judged=held_out is not None, show=show)
    try:
        for step in steps:
            history = _with_step(history, step)
            view.show(history)
    except KeyboardInterrupt:
        stopped = _("You stopped it: the model is as these steps left it.")
        history = replace(history, stopped=stopped)
    view.end(history)
    return history


def _with_step(history: History, step: StepRecord) -> History:
    return replace(
        history,
        losses=(*history.losses, step.loss),
        accuracies=history.accuracies if step.accuracy is None else (*history.accuracies, step.accuracy),
        epochs=step.epoch if step.ends_epoch else step.epoch - 1,
        stopped="" if math.isfinite(step.loss) else _stopped_by_loss(step),
    )


def _stopped_by_loss(step: StepRecord) -> str:
    return _(
        "Stopped: at step {number} the loss is {loss}. Try a smaller learning rate, or look for a log or root of 0."
    ).format(number=step.number, loss=_("NaN") if math.isnan(step.loss) else _("infinite"))


def _guessing(labels: Tensor) -> float:
    return math.log(max(2, len(torch.unique(labels))))
