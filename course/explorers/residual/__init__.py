"""The residual explorer: both paths of a block, whether their sum works, and what the shortcut does to gradients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.question import Question
from course.explorers.residual.batch import IMAGES
from course.explorers.residual.block import BlockCode, Run, code_of, convolutions, run, shortcut_steps
from course.explorers.residual.description import describe
from course.explorers.residual.guess import judge
from course.explorers.residual.own import norms_of_copies, output_of
from course.explorers.residual.settings import RANGES, SIZES, Own, Settings, settings_of
from course.explorers.residual.stacks import Norms, Stack, depths_up_to, norms_of
from course.explorers.residual.view import draw
from course.explorers.settings import Choice, Slider, Toggle
from course.explorers.text import Problem
from course.language import N_, _

_PATHS, _INSIDE, _STACKS, _INPUT = N_("The two paths"), N_("Inside the block"), N_("Stacks of blocks"), N_("Input")

CONTROLS = {
    "kernel": Slider(N_("kernel"), *RANGES["kernel"], _PATHS),
    "stride": Slider(N_("stride"), *RANGES["stride"], _PATHS),
    "padding": Slider(N_("padding"), *RANGES["padding"], _PATHS),
    "in_channels": Slider(N_("in_channels"), *RANGES["in_channels"], _PATHS),
    "out_channels": Slider(N_("out_channels"), *RANGES["out_channels"], _PATHS),
    "shortcut": Choice(
        N_("shortcut"),
        {
            "identity": N_("identity: x itself"),
            "projection": N_("projection: 1×1 convolution"),
            "pooled": N_("pooled, channels as they are"),
        },
        _PATHS,
    ),
    "relu": Choice(N_("last ReLU"), {"after": N_("after the sum"), "before": N_("before the sum")}, _INSIDE),
    "norm": Toggle(N_("BatchNorm"), _INSIDE),
    "zero_gamma": Toggle(N_("last gamma is 0"), _INSIDE),
    "init": Choice(N_("first weights"), {"torch": N_("torch's own"), "he": N_("He's (kaiming_normal_)")}, _INSIDE),
    "depth": Slider(N_("blocks"), *RANGES["depth"], _STACKS),
    "image": Choice(N_("image drawn"), {name: name for name in IMAGES}, _INPUT),
    "size": Choice(N_("image size"), {size: f"{size[0]} × {size[1]}" for size in SIZES}, _INPUT),
}
_OF_PATHS = frozenset(name for name, control in CONTROLS.items() if control.group == _PATHS)


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
        settings,
        code,
        x,
        ran,
        _main_steps(settings, x),
        shortcut_steps(settings, *x.shape[2:]),
        None,
        depths,
        plain,
        residual,
    )


def stack_of(settings: Settings, depth: int, residual: bool) -> Stack:
    """The stack of blocks like the one shown; a plain one never starts with gamma 0, which would end it there."""
    zero = residual and settings.starts_as_identity
    return Stack(depth, residual, settings.norm, settings.init, settings.relu if residual else "after", zero)


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings as they are, and which controls are out of use."""
    out: set[str] = set()
    if settings.own.block is not None:
        out |= _OF_PATHS | {"relu", "zero_gamma"}
    if settings.own.batch is not None:
        out |= {"image", "size", "in_channels"}
    if not settings.norm:
        out.add("zero_gamma")
    return settings, Shown(disabled=frozenset(out))


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
        what = _shape(out) if isinstance(out, Tensor) else type(out).__name__
        message = _(
            "Your block turned an x of the shape {shape} into {what}; finite feature maps (N, C, H, W) can be shown."
        )
        return Problem(code, message.format(shape=tuple(x.shape), what=what))
    same = out.shape == x.shape
    copies = settings.depth if same else 1
    norms = _norms_of_copies(settings.own, x, copies)
    ran = Run(None, None, None, None, out)
    difference = out - x if same else None
    return Result(settings, code, x, ran, (), None, difference, depths, plain, residual, norms, copies, wrote_into_x)


@lru_cache(maxsize=128)
def _norms_of_copies(own: Own, x: Tensor, copies: int) -> tuple[float, ...]:
    assert own.block is not None
    return norms_of_copies(own.block, x, copies)


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


def _shape(tensor: Tensor) -> str:
    return str(tuple(tensor.shape))


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("The shape of the sum? 0, 0, 0 if torch raises an error."),
        inputs=(N_("channels"), N_("height"), N_("width")),
        judge=judge,
        about=_OF_PATHS | {"size"},
    ),
)
