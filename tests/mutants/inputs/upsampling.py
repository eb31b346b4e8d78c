"""Lesson 06: random sizes; for a design that is left open, what its docstring asks of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tests.mutants.compare import Draw, Names, called, probe


@probe("transposed-size", runs=1000)
def _transposed_size(names: Names, draw: Draw) -> Any:
    stride, dilation = draw.integers(2, 1, 5)
    output_padding = draw.integer(0, max(stride, dilation) - 1)
    settings = (draw.integer(9, 30), draw.integer(1, 8), stride, draw.integer(0, 3), output_padding, dilation)
    return called(names["transposed_size"], *settings[: draw.integer(2, 6)])


@probe("case-fixed-output-padding", runs=1000)
def _output_padding_for(names: Names, draw: Draw) -> Any:
    size, kernel = draw.integer(20, 50), draw.integer(1, 5)
    settings = (size, kernel, draw.integer(1, 7), draw.integer(0, 3), draw.integer(1, 4))
    return called(names["output_padding_for"], *settings[: draw.integer(2, 5)])


def _moved(before: Tensor, after: Tensor) -> Tensor:
    return (before - after).abs() > 1e-7


def _all_learn(module: nn.Module, output: Tensor, draw: Draw) -> list[bool]:
    """Whether any parameter gets no gradient."""
    wanted = list(module.parameters())
    gradients = torch.autograd.grad((output * draw.floats(*output.shape)).sum(), wanted, allow_unused=True)
    return [all(each is not None and bool(each.abs().sum() > 0) for each in gradients)]


@probe("up-block", runs=30)
def _up_block(names: Names, draw: Draw) -> Any:
    """Its size, that it is no linear map, that all its parameters learn, and where each input reaches."""
    channels = (2 * draw.integer(1, 4), draw.integer(1, 5), draw.integer(2, 6))
    block = names["UpBlock"](*channels).eval()
    rows, columns = draw.integers(2, 1, 6)
    x = draw.floats(3, channels[0], rows, columns)
    skip = draw.floats(3, channels[1], 2 * rows + draw.integer(0, 1), 2 * columns + draw.integer(0, 1))
    output = block(x, skip)
    seen: list[Any] = [tuple(output.shape), *_all_learn(block, output, draw)]
    with torch.no_grad():
        linear = block(2 * x, 2 * skip) - block(0 * x, 0 * skip)
        seen.append(bool(torch.allclose(linear, 2 * (output - block(0 * x, 0 * skip)), atol=1e-5)))
        cell = draw.integer(0, rows - 1), draw.integer(0, columns - 1)
        far = torch.ones(skip.shape[2:], dtype=torch.bool)
        far[max(2 * cell[0] - 8, 0) : 2 * cell[0] + 9, max(2 * cell[1] - 8, 0) : 2 * cell[1] + 9] = False
        for changed in (x, skip):
            step = 1 if changed is x else 2
            reached = torch.zeros(3, *skip.shape[2:], dtype=torch.bool)
            for _ in range(8):  # one change alone may end in a ReLU's zeros
                moved = changed.clone()
                moved[1, :, step * cell[0], step * cell[1]] += 20 * draw.floats(changed.shape[1])
                reached |= _moved(output, block(*((moved, skip) if changed is x else (x, moved)))).any(1)
            place = reached[1, 2 * cell[0] : 2 * cell[0] + 2, 2 * cell[1] : 2 * cell[1] + 2]
            seen.append((bool(reached[[0, 2]].any()), bool(place.any()), bool((reached[1] & far).any())))
    return seen


@probe("generator", runs=12)
def _generator(names: Names, draw: Draw) -> Any:
    """Its size, its range, that all its parameters learn, and that each number of a latent vector tells at each pixel."""
    given = draw.choice(((), (draw.integer(2, 9),), (draw.integer(2, 9), draw.integer(1, 4))))
    latent = given[0] if given else 64
    made = names["Generator"](*given)
    z = draw.floats(4, latent)
    output = made(z)
    seen: list[Any] = [tuple(output.shape), bool((output.abs() <= 1).all()), *_all_learn(made, output, draw)]
    made.eval()
    with torch.no_grad():
        before = made(z)
        seen.append(bool(torch.allclose(made(z[1:2]), before[1:2], atol=1e-5)))
        large = made(200 * z)
        seen.append((bool((large.abs() <= 1).all()), bool((large < 0).any()), bool((large > 0).any())))
        for number in {0, latent // 2, latent - 1}:
            other = z.clone()
            other[1, number] += 3
            reached = _moved(before, made(other))
            seen.append((bool(reached[[0, 2, 3]].any()), bool(reached[1].any(0).float().mean() > 0.9)))
    return seen
