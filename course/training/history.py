"""The history of a training: its losses, its accuracies, and why it ended early; plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course.language import _


@dataclass(frozen=True, repr=False)
class History:
    """The course of a training.

    Attributes:
        losses: the mean cross-entropy of the batch at each step, in order.
        accuracies: the share of the held-out images that are right, from 0 to 1, after each epoch; () without any.
        epochs: how many epochs were finished.
        steps: how many steps were planned.
        guessing: the loss of a model that gives each of the labels the same chance: the logarithm of their number.
        stopped: why it ended early, a sentence; "" when it did not.
        by_epoch: whether each loss is the mean of an epoch, not of a batch; `steps` then counts epochs.
    """

    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    epochs: int
    steps: int
    guessing: float
    stopped: str = ""
    by_epoch: bool = False

    def summary(self) -> str:
        """Summarize the training in one or two sentences, with the numbers that were measured."""
        finite = [loss for loss in self.losses if math.isfinite(loss)]
        if not finite:
            return self.stopped
        recent = finite[-1:] if self.by_epoch else finite[-max(1, len(finite) // 10) :]  # one batch alone tells little
        told = (
            _("{done} of {steps} epochs: mean loss {first:.2f} → {last:.2f}")
            if self.by_epoch
            else _("{done} of {steps} steps, {epochs} epochs: loss {first:.2f} → {last:.2f}")
        )
        said = told.format(
            done=len(self.losses), steps=self.steps, epochs=self.epochs, first=finite[0], last=sum(recent) / len(recent)
        )
        if self.accuracies:
            right = _("{percent:.1f} % of the held-out images are right").format(percent=100 * self.accuracies[-1])
            said = f"{said}, {right}"
        return f"{said}. {self.stopped}".rstrip()

    def __repr__(self) -> str:
        """Without measured numbers, so that it is the same on every machine."""
        told = _("{done} of {steps} epochs") if self.by_epoch else _("{done} of {steps} steps, {epochs} epochs")
        made = told.format(done=len(self.losses), steps=self.steps, epochs=self.epochs)
        return f"{made}. {self.stopped}" if self.stopped else made
