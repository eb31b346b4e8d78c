"""The result of the residual explorer: one run of the block, and the gradients of stacks of such blocks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.residual.block import BlockCode, Run, code_of, convolutions, run, shortcut_steps
from course.explorers.residual.inputs import output_of
from course.explorers.residual.settings import Settings
from course.explorers.residual.stacks import Norms, Stack, depths_up_to, norms_of, norms_of_copies
from course.explorers.text import Problem
from course.language import _


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the block, and the gradients of stacks of blocks.

    `run` holds the paths' outputs; of the learner's own block only `run.out` is known, and `difference` is what it
    adds to x, None where the shapes differ; `wrote_into_x` tells that it changed its input in place. `main_steps` tells the sizes of the main path, a (rows, columns) for each
    convolution; `short_steps` those of the shortcut. `plain` and `residual` are the gradient norms of the two stacks
    at each of `depths`; `own_norms` those of the learner's block, and `copies` how many of it stand in a row.
    """

    settings: Settings
    code: BlockCode | str
    x: Tensor
    run: Run
    main_steps: tuple[tuple[SizeSteps, SizeSteps], ...]
    short_steps: tuple[SizeSteps, SizeSteps] | None
    difference: Tensor | None
    depths: tuple[int, ...]
    plain: tuple[Norms, ...]
    residual: tuple[Norms, ...]
    own_norms: tuple[float, ...] = ()
    copies: int = 0
    wrote_into_x: bool = False

    @property
    def spread(self) -> dict[str, tuple[int, ...]]:
        """The axes along which torch repeats a path's output to make the sum work, for each path; silently."""
        paths = {"main": self.run.main, "shortcut": self.run.shortcut}
        if self.run.total is None:
            return {}
        wide = self.run.total.shape
        found = {
            name: tuple(axis for axis, size in enumerate(path.shape) if size != wide[axis])
            for name, path in paths.items()
            if path is not None
        }
        return {name: axes for name, axes in found.items() if axes}


def compute(settings: Settings) -> Result | Problem:
    """Run the block that the settings tell, and measure the gradients of stacks of such blocks."""
    x = settings.input()
    depths = tuple(depths_up_to(settings.depth))
    plain, residual = (tuple(norms_of(stack_of(settings, depth, kind)) for depth in depths) for kind in (False, True))
    if settings.own.block is not None:
        return _own(settings, x, depths, plain, residual)
    code = code_of(settings, x.shape[1])
    ran = run(code, settings.init, x)
    if ran.main is None or ran.shortcut is None:
        return Problem(str(code), _plain_reason(settings, ran, x), ran.error)
    return Result(
        settings=settings,
        code=code,
        x=x,
        run=ran,
        main_steps=_main_steps(settings, x),
        short_steps=shortcut_steps(settings, *x.shape[2:]),
        difference=None,
        depths=depths,
        plain=plain,
        residual=residual,
    )


def stack_of(settings: Settings, depth: int, residual: bool) -> Stack:
    """The stack of blocks like the one shown; a plain one never starts with gamma 0, which would end it there."""
    zero = residual and settings.starts_as_identity
    return Stack(depth, residual, settings.norm, settings.init, settings.relu if residual else "after", zero)


def _own(
    settings: Settings, x: Tensor, depths: tuple[int, ...], plain: tuple[Norms, ...], residual: tuple[Norms, ...]
) -> Result | Problem:
    block, code = settings.own.block, "out = block(x)"
    assert block is not None
    try:
        out, wrote_into_x = output_of(block, x)
    except Exception as error:  # the learner's own code may raise anything
        message = _("Your block raised an error for an x of the shape {shape}.").format(shape=tuple(x.shape))
        return Problem(code, message, f"{type(error).__name__}: {error}")
    if not isinstance(out, Tensor) or out.dim() != x.dim() or not torch.isfinite(out).all():
        what = tuple(out.shape) if isinstance(out, Tensor) else type(out).__name__
        message = _(
            "Your block turned an x of the shape {shape} into {what}; finite feature maps (N, C, H, W) can be shown."
        )
        return Problem(code, message.format(shape=tuple(x.shape), what=what))
    same = out.shape == x.shape
    copies = settings.depth if same else 1
    return Result(
        settings=settings,
        code=code,
        x=x,
        run=Run(out=out),
        main_steps=(),
        short_steps=None,
        difference=out - x if same else None,
        depths=depths,
        plain=plain,
        residual=residual,
        own_norms=norms_of_copies(block, x, copies),
        copies=copies,
        wrote_into_x=wrote_into_x,
    )


def _main_steps(settings: Settings, x: Tensor) -> tuple[tuple[SizeSteps, SizeSteps], ...]:
    first, last = convolutions(settings, x.shape[1])
    steps = first.steps_2d(*x.shape[2:])
    return steps, last.steps_2d(*(axis.output for axis in steps))


def _plain_reason(settings: Settings, ran: Run, x: Tensor) -> str:
    """Why a path has no output, in plain words with what to do."""
    try:
        _main_steps(settings, x)
        shortcut_steps(settings, *x.shape[2:])
    except ValueError as reason:
        return str(reason)
    message = _(
        "BatchNorm in training mode takes mean and variance of a channel over N × H × W values, and here there is only "
        "one. Give a larger image or several of them, (N, C, H, W), or switch the BatchNorm off."
    )
    return message
