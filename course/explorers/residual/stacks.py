"""Gradients in deep stacks of blocks, plain and residual, measured by backward passes."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.explorers.residual.inputs import CONVOLUTION_LAYERS, feature_maps

CHANNELS, KERNEL, SIZE = 8, 3, (8, 8)
CONVOLUTIONS = 2  # of a block
_CROP = 8  # cells of the input of a learner's block: so that deep stacks stay quick


@dataclass(frozen=True)
class Stack:
    """What a stack is made of: `depth` blocks, each conv-norm-relu-conv-norm, with a shortcut if `residual`."""

    depth: int
    residual: bool
    norm: bool = True
    init: str = "torch"  # or 'he'
    relu: str = "after"  # the sum, or before it
    zero_gamma: bool = False  # of the last BatchNorm of each block


@dataclass(frozen=True)
class Norms:
    """Norms of the gradients of `net(x).sum()`, from the input to the loss.

    `weights` has one for each convolution's weight, `inputs` one for each block's input, `gammas` one for the gamma of
    each block's last BatchNorm; those are empty without norm.
    """

    weights: tuple[float, ...]
    inputs: tuple[float, ...]
    gammas: tuple[float, ...]


@contextmanager
def recorded() -> Iterator[None]:
    """Gradients are recorded, on one thread: for maps so small, sharing the work out costs more than the work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        torch.set_num_threads(threads)


@lru_cache(maxsize=512)
def norms_of(stack: Stack) -> Norms:
    """One forward and one backward pass through a new stack.

    In float64: norms below 1e-23 would be 0 in float32, where their squares are. Stacks that differ in `residual`
    alone have the same weights, and a deeper one begins with those of a shallower one.
    """
    with recorded():
        x = feature_maps(CHANNELS, SIZE).to(torch.float64, copy=True).requires_grad_()
        weights, gammas = _parameters(stack)
        inputs = []
        for block in range(stack.depth):
            inputs.append(x)
            first, last = weights[CONVOLUTIONS * block : CONVOLUTIONS * (block + 1)]
            main = F.conv2d(x, first, padding=KERNEL // 2)
            main = F.conv2d(F.relu(_normed(main) if stack.norm else main), last, padding=KERNEL // 2)
            if stack.norm:
                main = _normed(main, gammas[block])
            x = _joined(stack, main, x)
        of = torch.autograd.grad(x.sum(), [*weights, *inputs, *gammas])
    norms = [float(torch.linalg.vector_norm(gradient)) for gradient in of]
    ends = len(weights), len(weights) + len(inputs)
    return Norms(tuple(norms[: ends[0]]), tuple(norms[ends[0] : ends[1]]), tuple(norms[ends[1] :]))


@lru_cache(maxsize=128)
def norms_of_copies(block: nn.Module, x: Tensor, copies: int) -> tuple[float, ...]:
    """The gradient norm of each convolution weight of this many copies of the block in a row, for the sum of the output.

    Measured on the top left corner of x, where the block takes so small an input. Empty when there is no gradient.
    """
    with recorded(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = nn.Sequential(*(copy.deepcopy(block) for _copy in range(copies)))
        weights = [module.weight for module in net.modules() if isinstance(module, CONVOLUTION_LAYERS)]
        for part in (x[..., :_CROP, :_CROP], x):
            try:
                gradients = torch.autograd.grad(net(part.clone()).sum(), weights, allow_unused=True)
            except (RuntimeError, ValueError):  # too small for it; or no gradient comes through it at all
                continue
            norms = (0.0 if g is None else float(torch.linalg.vector_norm(g, dtype=torch.float64)) for g in gradients)
            return tuple(norm if math.isfinite(norm) else math.inf for norm in norms)
    return ()


def depths_up_to(depth: int) -> Sequence[int]:
    """1, 2, 4 … and the depth itself."""
    powers = [2**power for power in range(depth.bit_length()) if 2**power < depth]
    return [*powers, depth]


def _joined(stack: Stack, main: Tensor, x: Tensor) -> Tensor:
    if not stack.residual:
        return F.relu(main)
    return F.relu(main + x) if stack.relu == "after" else F.relu(main) + x


def _parameters(stack: Stack) -> tuple[list[Tensor], list[Tensor]]:
    """The weights of all convolutions, and the gammas of the blocks' last BatchNorms."""
    generator = torch.Generator().manual_seed(0)
    fan_in = CHANNELS * KERNEL**2
    weights, gammas = [], []
    for _convolution in range(CONVOLUTIONS * stack.depth):
        weight = torch.empty(CHANNELS, CHANNELS, KERNEL, KERNEL, dtype=torch.float64)
        if stack.init == "torch":
            weight.uniform_(-(fan_in**-0.5), fan_in**-0.5, generator=generator)
        else:
            weight.normal_(0, (2 / fan_in) ** 0.5, generator=generator)
        weights.append(weight.requires_grad_())
    for _block in range(stack.depth if stack.norm else 0):
        gammas.append(torch.full((CHANNELS,), float(not stack.zero_gamma), dtype=torch.float64).requires_grad_())
    return weights, gammas


def _normed(x: Tensor, gamma: Tensor | None = None) -> Tensor:
    """BatchNorm in training mode; the beta of a new layer is 0."""
    return F.batch_norm(x, None, None, weight=gamma, training=True)
