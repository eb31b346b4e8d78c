"""The result of the pooling explorer: one run of the pooling, its winners, its gradient, and what a moved image changes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.calls import axis_reasons, plain_reason, run
from course.explorers.pooling.settings import ADAPTIVE, MAX, Settings
from course.explorers.text import Problem
from course.language import _


@dataclass(frozen=True, eq=False)
class Shifted:
    """The same pooling of the moved image.

    `x` and `y` are (H, W). `input_change`, `output_change` and `skipped_change` are mean absolute differences from what
    the image at its old place gives: of the pixels, of the output, and of taking every stride-th pixel (None for a
    stride of 1 and an adaptive pooling). `moved` is by how many columns the output moved, if it did nothing else.
    """

    x: Tensor
    y: Tensor
    input_change: float
    output_change: float
    skipped_change: float | None
    moved: int | None


@dataclass(frozen=True, eq=False)
class Result:
    """One run of a pooling.

    `x`, `y` are (H, W). `window` holds the rows and columns of x that the chosen cell reads, padding left out, and
    `touches_padding` tells whether it reads some. `winners` counts for each pixel the windows whose largest it is, for
    max pooling. `gradient` is that of the sum of y. `difference` is the largest one between a learner's own max pooling
    and torch's.
    """

    settings: Settings
    code: str
    x: Tensor
    y: Tensor
    steps: tuple[SizeSteps, SizeSteps] | None
    window: tuple[range, range]
    touches_padding: bool
    winners: Tensor | None
    winner: tuple[int, int] | None
    gradient: Tensor
    shifted: Shifted | None
    difference: float | None

    @property
    def patch(self) -> Tensor:
        """The pixels that the chosen cell reads, (rows, columns)."""
        rows, columns = self.window
        return self.x[rows.start : rows.stop, columns.start : columns.stop]

    @property
    def value(self) -> float:
        """The chosen output cell."""
        return float(self.y[self.settings.row, self.settings.column])


def compute(settings: Settings) -> Result | Problem:
    """Run the pooling that the settings describe."""
    code, x = settings.code(), settings.input()
    try:
        y = run(code, x[None])[0, 0]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(code, _reason(settings), str(error))
    difference = None
    if settings.given.max_pool is not None:
        own = _own(settings, x)
        if isinstance(own, Problem):
            return own
        difference, y = float((own - y).abs().max()), own
    window, touches_padding = _window(settings, x)
    winners = winner = None
    if settings.kind == MAX:
        places = F.max_pool2d(x[None], settings.kernel, settings.stride, settings.padding, return_indices=True)[1][0, 0]
        winners = torch.bincount(places.flatten(), minlength=x.numel()).reshape(x.shape[1:])
        winner = divmod(int(places[settings.row, settings.column]), x.shape[2])
    return Result(
        settings=settings,
        code=code,
        x=x[0],
        y=y,
        steps=settings.steps(),
        window=window,
        touches_padding=touches_padding,
        winners=winners,
        winner=winner,
        gradient=_gradient(code, x),
        shifted=_shifted(settings, x[0], run(code, x[None])[0, 0]) if settings.shift else None,
        difference=difference,
    )


def adaptive_window(index: int, size: int, output: int) -> range:
    """The cells of an axis that cell `index` of an adaptive pooling's output reads.

    Source: `start_index` and `end_index` in torch's ATen/native/AdaptivePooling.h.
    """
    return range(index * size // output, -(-(index + 1) * size // output))


def _window(settings: Settings, x: Tensor) -> tuple[tuple[range, range], bool]:
    """The rows and columns that the chosen cell reads, without padding, and whether there was some."""
    sizes, cell = x.shape[1:], (settings.row, settings.column)
    call = settings.call()
    if call is None:
        rows, columns = (adaptive_window(index, size, settings.output) for index, size in zip(cell, sizes, strict=True))
        return (rows, columns), False
    taps = call.window(*cell)
    rows, columns = (range(max(t.start, 0), min(t.stop, size)) for t, size in zip(taps, sizes, strict=True))
    return (rows, columns), (rows, columns) != taps


def _gradient(code: str, x: Tensor) -> Tensor:
    """The gradient of the sum of the output with respect to each pixel, (H, W)."""
    with torch.inference_mode(False), torch.enable_grad():
        pixels = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(run(code, pixels[None]).sum(), pixels)
    return gradient[0]


def _shifted(settings: Settings, x: Tensor, y: Tensor) -> Shifted:
    moved_x = settings.input(settings.shift)
    moved_y = run(settings.code(), moved_x[None])[0, 0]
    stride = 1 if settings.kind == ADAPTIVE else settings.stride
    skipped = (moved_x[0] - x)[::stride, ::stride]
    return Shifted(
        x=moved_x[0],
        y=moved_y,
        input_change=float((moved_x[0] - x).abs().mean()),
        output_change=float((moved_y - y).abs().mean()),
        skipped_change=float(skipped.abs().mean()) if stride > 1 else None,
        moved=_moved(settings, y, moved_y),
    )


def _moved(settings: Settings, y: Tensor, moved_y: Tensor) -> int | None:
    """By how many columns the output moved; None if it changed otherwise. Cells that read padding do not count."""
    if settings.kind == ADAPTIVE or settings.shift % settings.stride:
        return None
    columns, border = settings.shift // settings.stride, -(-settings.padding // settings.stride)
    before, after = y[:, border : y.shape[1] - border - columns], moved_y[:, border + columns : y.shape[1] - border]
    return columns if before.numel() and torch.allclose(before, after, atol=1e-6) else None


def _own(settings: Settings, x: Tensor) -> Tensor | Problem:
    """What the learner's own max pooling makes of the image, (H, W); the problem with it, if it cannot be shown."""
    call = f"max_pool(x, {settings.kernel}, {settings.stride}, {settings.padding})"
    shape = run(settings.code(), x[None]).shape
    assert settings.given.max_pool is not None
    try:
        own = torch.as_tensor(
            settings.given.max_pool(x[None].clone(), settings.kernel, settings.stride, settings.padding)
        )
    except Exception as error:  # whatever a learner's function raises is shown, not thrown
        return Problem(call, _("Your function raised an error here."), f"{type(error).__name__}: {error}")
    if own.shape != shape or not bool(torch.isfinite(own).all()):
        message = _("Your function gives {own}; torch's output has the shape {shape}, and only finite numbers.")
        return Problem(
            call, message.format(own=_("the shape {shape}").format(shape=tuple(own.shape)), shape=tuple(shape))
        )
    return own[0, 0].float()


def _reason(settings: Settings) -> str:
    """Why there is no output, in plain words with what to do."""
    call, shape = settings.call(), tuple(settings.input().shape)
    assert call is not None
    if settings.padding > settings.kernel // 2:
        message = _(
            "padding={padding} is more than half of kernel_size={kernel}: a window in the corner would see nothing but "
            "padding. Take padding={most} or less, or a larger kernel."
        )
        return message.format(padding=settings.padding, kernel=settings.kernel, most=settings.kernel // 2)
    reasons = [reason for reason in axis_reasons(call, shape[1:]) if reason]
    return reasons[0] if reasons else plain_reason(call, shape)
