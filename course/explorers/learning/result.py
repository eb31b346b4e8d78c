"""The result of the learning explorer: a kernel after some steps of gradient descent, and what its image can teach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from course.explorers.calls import plain_reason, run
from course.explorers.learning.settings import Settings
from course.explorers.text import Problem

Doubles = NDArray[np.float64]

_MOMENTUM = 0.9
_BETAS, _EPSILON = (0.9, 0.999), 1e-8
_DIVERGED = 1e6  # times the loss at the start: nothing is learned from there on
_SAME = 1e-7  # of the strongest pattern: what is weaker is rounding


@dataclass(frozen=True, eq=False)
class Result:
    """A training from beginning to end.

    `x` is (H, W), `target` and `y` (height, width) are the outputs of the true and of the learned kernel. `true`,
    `start` and `learned` are kernels. `losses` has the loss before each step and after the last one done. `strengths`
    are the eigenvalues of the loss's second derivative, the largest first: how strongly the image's windows show each of
    as many patterns as the kernel has numbers. `diverged` tells that the loss grew beyond all bounds, so that the rest of
    the steps were left out.
    """

    settings: Settings
    x: Tensor
    target: Tensor
    y: Tensor
    true: Tensor
    start: Tensor
    learned: Tensor
    losses: Doubles
    strengths: Doubles
    diverged: bool

    @property
    def patterns(self) -> int:
        """How many independent patterns the windows show: the numbers of the kernel that the image can teach."""
        return int((self.strengths > _SAME * self.strengths[0]).sum()) if self.strengths[0] > 0 else 0

    @property
    def error(self) -> float:
        """The largest difference between a number of the learned kernel and the true one."""
        return float((self.learned - self.true).abs().max())

    @property
    def largest_rate(self) -> float | None:
        """The learning rate that must not be reached; None for Adam, whose steps have a length of their own.

        Source: Goh, "Why Momentum Really Works", Distill, 2017: 2 / λ for SGD, (2 + 2 · momentum) / λ with momentum.
        """
        if self.settings.optimizer == "Adam" or self.strengths[0] <= 0:
            return None
        factor = 2 if self.settings.optimizer == "SGD" else 2 + 2 * _MOMENTUM
        return float(factor / self.strengths[0])


def compute(settings: Settings) -> Result | Problem:
    """Train the layer that the settings describe.

    The mean squared error is a quadratic function of the kernel, so its gradient is that of a small matrix: what torch
    computes from all windows in each step, without going through them again.
    """
    x, true, call = settings.input(), settings.true_kernel(), settings.call()
    try:
        target = run(str(call), x[None], weight=true[None, None])[0, 0]
    except (RuntimeError, ValueError) as error:
        return Problem(settings.code(), plain_reason(call, x.shape), str(error))
    windows = F.unfold(x[None].double(), call.kernel_size, padding=settings.padding, stride=settings.stride)[0].numpy()
    curvature = 2 * windows @ windows.T / windows.shape[1]
    start = _start(tuple(true.shape))
    goal = true.flatten().double().numpy()
    off, losses, diverged = _descend(settings, curvature, start.flatten().double().numpy() - goal)
    learned = torch.from_numpy(goal + off).float().reshape(true.shape)
    return Result(
        settings=settings,
        x=x[0],
        target=target,
        y=run(str(call), x[None], weight=learned[None, None])[0, 0],
        true=true,
        start=start,
        learned=learned,
        losses=losses,
        strengths=np.linalg.eigvalsh(curvature)[::-1].clip(0),
        diverged=diverged,
    )


def _start(shape: tuple[int, ...]) -> Tensor:
    """The kernel at the start, from the range that `nn.Conv2d` draws from: ±1 / √(numbers of the kernel)."""
    values = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    start: Tensor = (2 * values - 1) / values.numel() ** 0.5
    return start


def _descend(settings: Settings, curvature: Doubles, off: Doubles) -> tuple[Doubles, Doubles, bool]:
    """Go the steps; `off` is how far each number is from the true one. What is left of it, all losses, and whether it diverged.

    The loss is ½ offᵀ · curvature · off, its gradient curvature · off. The steps are those of `torch.optim.SGD` and
    `torch.optim.Adam`.
    """
    off = off.copy()
    first, second = np.zeros_like(off), np.zeros_like(off)
    losses = []
    for step in range(settings.steps + 1):
        gradient = curvature @ off
        losses.append(max(float(off @ gradient) / 2, 0.0))
        if losses[-1] > _DIVERGED * max(losses[0], 1e-12):
            return off, np.array(losses), True
        if step == settings.steps:
            break
        if settings.optimizer == "Adam":
            first = _BETAS[0] * first + (1 - _BETAS[0]) * gradient
            second = _BETAS[1] * second + (1 - _BETAS[1]) * gradient**2
            mean, square = first / (1 - _BETAS[0] ** (step + 1)), second / (1 - _BETAS[1] ** (step + 1))
            off -= settings.rate * mean / (np.sqrt(square) + _EPSILON)
        else:
            first = (_MOMENTUM if settings.optimizer == "momentum" else 0.0) * first + gradient
            off -= settings.rate * first
    return off, np.array(losses), False
