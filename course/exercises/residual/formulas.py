"""A residual block as formulas: its values in both modes, and the statistics that its BatchNorms keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from course.exercises.residual.found import Conv, Norm, Roles
from course.exercises.residual.plans import Plan

MOMENTUM, EPSILON = 0.1, 1e-5  # the defaults of torch.nn.BatchNorm2d


def convolve(x: Tensor, conv: Conv, stride: int = 1) -> Tensor:
    """The convolution that keeps the size but for its stride."""
    return F.conv2d(x, conv.weight, conv.bias, stride, padding=conv.weight.shape[-1] // 2)


def normalise(x: Tensor, norm: Norm, training: bool) -> Tensor:
    """BatchNorm's output: by the batch's own statistics in training, else by the running ones. Keeps none."""
    running = (norm.mean.clone(), norm.variance.clone())
    return F.batch_norm(x, *running, norm.gamma, norm.beta, training, MOMENTUM, EPSILON)


def moved_statistics(x: Tensor, norm: Norm) -> tuple[Tensor, Tensor]:
    """The running mean and variance after a run in training on x."""
    mean, variance = norm.mean.clone(), norm.variance.clone()
    F.batch_norm(x, mean, variance, training=True, momentum=MOMENTUM)
    return mean, variance


@dataclass(frozen=True)
class Block:
    """A block as formulas: its layers in their roles, its plan, and its mode."""

    roles: Roles
    plan: Plan
    training: bool = False

    def __call__(self, x: Tensor) -> Tensor:
        """What the block gives: relu(main path + shortcut)."""
        return F.relu(self.main(x) + self.shortcut(x))

    def main(self, x: Tensor) -> Tensor:
        """The main path: convolution and BatchNorm by turns, a ReLU between two such pairs."""
        last = len(self.roles.main) - 1
        for place in range(last):
            x = F.relu(self.pair(place, x))
        return self.pair(last, x)

    def pair(self, place: int, x: Tensor, strides: Sequence[int] = ()) -> Tensor:
        """One convolution of the main path and its BatchNorm."""
        conv, norm = self.roles.main[place]
        return normalise(convolve(x, conv, (strides or self.plan.strides)[place]), norm, self.training)

    def shortcut(self, x: Tensor) -> Tensor:
        """The shortcut: the input, or its projection."""
        return x if self.roles.shortcut is None else self.project(x, self.plan.stride)

    def project(self, x: Tensor, stride: int) -> Tensor:
        """The shortcut's 1 × 1 convolution, with its BatchNorm if it has one."""
        if self.roles.shortcut is None:
            return x
        y = F.conv2d(x, self.roles.shortcut.weight, self.roles.shortcut.bias, stride)
        norm = self.roles.shortcut_norm
        return y if norm is None else normalise(y, norm, self.training)

    def statistics(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """The running mean and variance of each BatchNorm after a run in training on x."""
        moved = {}
        if self.roles.shortcut is not None and self.roles.shortcut_norm is not None:
            norm = self.roles.shortcut_norm
            moved[norm.name] = moved_statistics(
                F.conv2d(x, self.roles.shortcut.weight, self.roles.shortcut.bias, self.plan.stride), norm
            )
        for place, (conv, norm) in enumerate(self.roles.main):
            y = convolve(x, conv, self.plan.strides[place])
            moved[norm.name] = moved_statistics(y, norm)
            x = F.relu(normalise(y, norm, training=True))
        return moved
