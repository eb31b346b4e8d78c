"""Known mistakes in a residual block: the hints, and what a block that makes one computes, as formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.expect import Mistake
from course.exercises.residual.block import Block, Stage
from course.language import N_
from course.misconceptions import Misconception, Misconceptions, Rules

_LEAVE_THE_MODE = N_(
    "`nn.BatchNorm2d` knows by itself whether it is in training: `model.train()` and `model.eval()` reach every layer that is an "
    "attribute. Leave the mode to whoever calls you."
)

MISCONCEPTIONS: Misconceptions = {
    "relu-before-sum": Misconception(
        "The last ReLU comes before the sum: then the block can only add.",
        N_("Look at the order after the last BatchNorm: which comes first, the sum or the ReLU?"),
    ),
    "no-final-relu": Misconception("The ReLU after the sum is missing.", N_("The sum is right. What comes after it?")),
    "no-shortcut": Misconception(
        "There is no shortcut.", N_("This is the main path alone. Where does the input come in again?")
    ),
    "shortcut-twice": Misconception(
        "The shortcut is added twice.", N_("The input is in the sum two times. Look for `+` and for `+=`.")
    ),
    "reads-the-input": Misconception(
        "The second convolution reads the block's input.",
        N_("Follow each arrow: what does each layer read, and what did the previous one give it?"),
    ),
    "shortcut-overwritten": Misconception(
        "The name of the input is overwritten before the sum.",
        N_(
            "Which tensor does the name that you add at the end refer to by then? Keep the input under a name of its own."
        ),
    ),
    "shortcut-spoiled": Misconception(
        "An in-place layer has changed the input before the shortcut uses it.",
        N_("The shortcut holds the input after a ReLU. An in-place ReLU changes the tensor, not only the name."),
    ),
    "no-inner-relu": Misconception(
        "A ReLU inside the main path is missing.",
        N_(
            "What follows the BatchNorm inside the main path? Without it, two convolutions in a row are no more than one."
        ),
    ),
    "relu-before-norm": Misconception(
        "ReLU comes before BatchNorm.", N_("Look at the order within the main path: convolution, BatchNorm, ReLU.")
    ),
    "relu-on-shortcut": Misconception(
        "The shortcut goes through a ReLU before the sum.",
        N_("The shortcut goes through a ReLU. Its negative numbers belong in the sum; the ReLU comes after the sum."),
    ),
    "norm-after-sum": Misconception(
        "A BatchNorm comes after the sum.",
        N_("The last BatchNorm belongs to the main path: the input is added after it."),
    ),
    "norm-on-shortcut": Misconception(
        "The input goes through a BatchNorm of the main path before it is added.",
        N_("The shortcut adds the input as it is. The BatchNorms of the main path belong to the main path alone."),
    ),
    "norm-twice": Misconception(
        "The last BatchNorm is applied twice.",
        N_("The maps go through the last BatchNorm twice. Count its calls in `forward`."),
    ),
    "norm-settings": Misconception(
        "A BatchNorm has other settings than the default ones.",
        N_("`nn.BatchNorm2d(channels)` and nothing more: leave `eps` and `momentum` as they are."),
    ),
    "sum-too-early": Misconception(
        "The input is added behind the first convolution.",
        N_(
            "The input is added once, after the last BatchNorm of the main path. Yours comes in behind the first convolution."
        ),
    ),
    "other-activation": Misconception(
        "Another activation than ReLU is used.",
        N_(
            "The order of the layers is right, but one of the activations is not a ReLU. Which ones does the docstring name?"
        ),
    ),
    "edges-padded-otherwise": Misconception(
        "A convolution pads with something other than zeros.",
        N_("Only the pixels near the border differ: leave `padding_mode` as it is, so that the padding is zeros."),
    ),
    "random-inside": Misconception(
        "The block has a Dropout, or something else that is random.",
        N_(
            "The same input gives another result each time. Is there a Dropout, or another random number? This block has neither."
        ),
    ),
    "norm-left-out": Misconception(
        "A BatchNorm is made but not used.",
        N_("A BatchNorm is built in `__init__`, and `forward` does not use it."),
    ),
    "pre-activation": Misconception(
        "BatchNorm and ReLU come before the convolutions: that is another block.",
        N_(
            "This is the later variant, with BatchNorm and ReLU in front of each convolution. This exercise asks for the older one."
        ),
    ),
    "product-for-sum": Misconception("The paths are multiplied.", N_("The two paths are added, not multiplied.")),
    "difference-for-sum": Misconception(
        "The paths are subtracted.", N_("The two paths are added, and neither changes its sign.")
    ),
    "mean-for-sum": N_("The two paths are added, without a factor."),
    "concatenated": Misconception(
        "The paths are joined on the channels, not added.",
        N_("`torch.cat` puts the channels side by side, as a U-Net does. Here they are added, value by value."),
    ),
    "stride-misplaced": Misconception(
        "The stride is on another convolution.",
        N_("Where does the docstring put the stride? The layers before it still see all pixels."),
    ),
    "shortcut-averaged": Misconception(
        "The shortcut is pooled in front of its convolution, which has no stride.",
        N_("The 1 × 1 convolution itself has the stride. It skips pixels; a pooling layer would mix them."),
    ),
    "stride-misplaced:twice": N_(
        "The pictures get smaller more than once. Only one convolution of the main path has the stride, and the one on the shortcut has the same."
    ),
    "dilated": Misconception(
        "A convolution of the block is dilated.",
        N_("The sizes are right, but a kernel looks at pixels further apart: leave `dilation` at 1."),
    ),
    "layer-left-out": Misconception(
        "A convolution is made but not used: another one runs in its place.",
        N_("One convolution runs twice, and another one never. Follow the layers through `forward`."),
    ),
    "attribute-missing": Misconception(
        "`forward` uses an attribute that `__init__` has not set for every block.",
        N_(
            "`forward` uses a name that `__init__` did not set for this block. Is it set in both cases of the `if`, and spelt the same?"
        ),
    ),
    "broadcast-sum": Misconception(
        "The shortcut is broadcast: the sum works, but every pixel gets the same number.",
        N_(
            "The shortcut has one pixel, and broadcasting spreads it over the picture. Print both shapes before the sum."
        ),
    ),
    "shortcut-norm-left-out": Misconception(
        "The shortcut's BatchNorm is made but not used.",
        N_("The shortcut's BatchNorm is built in `__init__`, and `forward` does not use it."),
    ),
    "batch-statistics-in-eval": Misconception(
        "The batch's statistics are used in evaluation too.",
        _LEAVE_THE_MODE,
    ),
    "running-statistics-in-training": Misconception(
        "The running statistics are used in training too.",
        _LEAVE_THE_MODE,
    ),
}


class Paths(Protocol):
    """The outputs of a block's two paths."""

    @property
    def main(self) -> Tensor:
        """The main path's, before the sum."""

    @property
    def shortcut(self) -> Tensor:
        """The shortcut's."""


SUMS: Rules[Paths] = (
    ("relu-before-sum", lambda p: F.relu(p.main) + p.shortcut),
    ("relu-before-sum", lambda p: F.relu(F.relu(p.main) + p.shortcut)),
    ("no-final-relu", lambda p: p.main + p.shortcut),
    ("no-shortcut", lambda p: F.relu(p.main)),
    ("shortcut-twice", lambda p: F.relu(p.main + 2 * p.shortcut)),
)
"""Other sums of two paths than relu(main + shortcut)."""


@dataclass(frozen=True)
class BlockRun:
    """A block and its input."""

    block: Block
    x: Tensor

    @cached_property
    def main(self) -> Tensor:
        """The output of the main path."""
        return self.block.main(self.x)

    @cached_property
    def shortcut(self) -> Tensor:
        """The output of the shortcut."""
        return self.block.shortcut(self.x)

    def of_stages(self, stage: Stage) -> Tensor:
        """The block's output with other stages on its main path."""
        return F.relu(self.block.main(self.x, stage=stage) + self.shortcut)

    def with_stride_at(self, stage: int) -> Tensor:
        """The block's output with the stride at another stage of its main path."""
        strides = tuple(self.block.spec.stride if number == stage else 1 for number in self.block.stages)
        spec = replace(self.block.spec, strides=strides)
        return F.relu(replace(self.block, spec=spec).main(self.x) + self.shortcut)


_OTHER_ACTIVATIONS: tuple[Callable[[Tensor], Tensor], ...] = (
    F.leaky_relu,
    partial(F.leaky_relu, negative_slope=0.1),
    partial(F.leaky_relu, negative_slope=0.2),
    F.gelu,
    F.silu,
    F.elu,
    F.relu6,
    torch.sigmoid,
    torch.tanh,
)

_OTHER_PADDINGS = tuple(
    {"mode": mode, "numbers": numbers}
    for mode in ("reflect", "replicate", "circular")
    for numbers in ((1, 2, 3), (1,), (2,))
)
"""Which convolutions of the main path pad in another way, counted from 1, and how."""

RULES: Rules[BlockRun] = (
    *SUMS,
    ("relu-before-sum", lambda r: F.relu(r.main) + F.relu(r.shortcut)),
    ("shortcut-twice", lambda r: F.relu(F.relu(r.main + r.shortcut) + r.shortcut)),
    ("reads-the-input", lambda r: F.relu(r.block.stage(r.block.depth, r.x) + r.shortcut)),
    ("shortcut-overwritten", lambda r: _shortcut_from_inside(r.block, r.x)),
    ("shortcut-spoiled", lambda r: r.block(F.relu(r.x))),
    ("no-inner-relu", lambda r: r.of_stages(partial(_stage_without_relu, missing=(1, 2)))),
    ("no-inner-relu", lambda r: r.of_stages(partial(_stage_without_relu, missing=(1,)))),
    ("no-inner-relu", lambda r: r.of_stages(partial(_stage_without_relu, missing=(2,)))),
    ("relu-before-norm", lambda r: r.of_stages(lambda b, n, x: b.normalized(n, b.activated(n, b.convolved(n, x))))),
    ("relu-on-shortcut", lambda r: F.relu(r.main + F.relu(r.shortcut))),
    ("relu-on-shortcut", lambda r: r.main + F.relu(r.shortcut)),
    ("norm-after-sum", lambda r: F.relu(r.block.normalized(r.block.depth, _without_last_norm(r) + r.shortcut))),
    ("norm-on-shortcut", lambda r: F.relu(r.main + r.block.normalized(1, r.x))),
    ("norm-on-shortcut", lambda r: F.relu(r.main + r.block.normalized(r.block.depth, r.x))),
    ("norm-twice", lambda r: F.relu(r.block.normalized(r.block.depth, r.main) + r.shortcut)),
    ("sum-too-early", lambda r: F.relu(_summed_early(r) + r.shortcut)),
    ("sum-too-early", lambda r: F.relu(_summed_early(r))),
    ("norm-left-out", lambda r: F.relu(_without_last_norm(r) + r.shortcut)),
    ("norm-left-out", lambda r: r.of_stages(partial(_stage_without_norm, missing=1))),
    ("norm-left-out", lambda r: r.of_stages(partial(_stage_without_norm, missing=2))),
    ("pre-activation", lambda r: r.block.main(r.x, stage=_pre_activation) + r.shortcut),
    ("product-for-sum", lambda r: F.relu(r.main * r.shortcut)),
    ("difference-for-sum", lambda r: F.relu(r.main - r.shortcut)),
    ("mean-for-sum", lambda r: F.relu((r.main + r.shortcut) / 2)),
    ("concatenated", lambda r: F.relu(torch.cat([r.main, r.shortcut], dim=1))),
    ("stride-misplaced", lambda r: r.with_stride_at(1)),
    ("stride-misplaced", lambda r: r.with_stride_at(r.block.depth)),
    ("stride-misplaced", lambda r: _strided_output(r.block, r.x)),
    ("stride-misplaced:twice", lambda r: _strided_twice(r)),
    ("shortcut-averaged", lambda r: F.relu(r.main + _pooled_shortcut(r.block, r.x, F.avg_pool2d))),
    ("shortcut-averaged", lambda r: F.relu(r.main + _pooled_shortcut(r.block, r.x, F.max_pool2d))),
    ("broadcast-sum", lambda r: F.relu(r.main + r.shortcut.mean((2, 3), keepdim=True))),
    ("shortcut-norm-left-out", lambda r: _without_shortcut_norm(r.block)(r.x)),
    ("batch-statistics-in-eval", lambda r: replace(r.block, training=True)(r.x)),
    ("running-statistics-in-training", lambda r: replace(r.block, training=False)(r.x)),
    *(("dilated", lambda r, n=n: r.of_stages(partial(_stage_dilated, numbers=n))) for n in ((1, 2, 3), (1,), (2,))),
    ("layer-left-out", lambda r: _with_convolution(r.block, "conv2", "conv1")(r.x)),
    ("layer-left-out", lambda r: _with_convolution(r.block, "conv1", "conv2")(r.x)),
    *(
        ("edges-padded-otherwise", lambda r, chosen=chosen: r.of_stages(partial(_stage_padded, **chosen)))
        for chosen in _OTHER_PADDINGS
    ),
    *(
        ("other-activation", lambda r, inner=inner, last=last: last(_activated_by(r, inner) + r.shortcut))
        for function in _OTHER_ACTIVATIONS
        for inner, last in ((function, F.relu), (F.relu, function), (function, function))
    ),
)


def block_mistakes(blocks: Sequence[Block], x: Tensor) -> tuple[Mistake, ...]:
    """What known mistakes give for x, with the layers in each of the roles that they may play."""
    runs = [BlockRun(block, x) for block in blocks]
    return tuple(Mistake(key, partial(rule, run)) for key, rule in RULES for run in runs)


def _shortcut_from_inside(block: Block, x: Tensor) -> Tensor:
    """The shortcut begins behind the first stage, not at the input."""
    inside = block.stage(1, x)
    return F.relu(block.main(inside, first=2) + block.projected(inside, 1))


def _stage_without_relu(block: Block, number: int, x: Tensor, *, missing: Sequence[int]) -> Tensor:
    maps = block.normalized(number, block.convolved(number, x))
    return maps if number in missing else block.activated(number, maps)


def _stage_without_norm(block: Block, number: int, x: Tensor, *, missing: int) -> Tensor:
    return block.activated(number, block.convolved(number, x)) if number == missing else block.stage(number, x)


def _summed_early(run: BlockRun) -> Tensor:
    """The main path, where the input is added behind the first BatchNorm already."""
    inside = F.relu(run.block.normalized(1, run.block.convolved(1, run.x)) + run.x)
    return run.block.main(inside, first=2)


def _activated_by(run: BlockRun, function: Callable[[Tensor], Tensor]) -> Tensor:
    """The main path with this activation in place of its ReLUs."""

    def stage(block: Block, number: int, x: Tensor) -> Tensor:
        maps = block.normalized(number, block.convolved(number, x))
        return maps if number == block.depth else function(maps)

    return run.block.main(run.x, stage=stage)


def _stage_padded(block: Block, number: int, x: Tensor, *, mode: str, numbers: Sequence[int]) -> Tensor:
    """A stage whose convolution pads in this mode, where its number is among these."""
    weight = block.values[f"conv{number}"]
    margin = weight.shape[-1] // 2
    if number not in numbers or not margin:
        return block.stage(number, x)
    padded = F.pad(x, (margin,) * 4, mode=mode)
    maps = F.conv2d(padded, weight, block.values.get(f"conv{number}.bias"), block.spec.strides[number - 1])
    return block.activated(number, block.normalized(number, maps))


def _without_last_norm(run: BlockRun) -> Tensor:
    """The main path, its last BatchNorm left out."""
    return run.block.main(run.x, stage=partial(_stage_without_norm, missing=run.block.depth))


def _pre_activation(block: Block, number: int, x: Tensor) -> Tensor:
    return block.convolved(number, F.relu(block.normalized(number, x)))


def _strided_output(block: Block, x: Tensor) -> Tensor:
    """Everything at stride 1, then every n-th pixel of the output."""
    step = block.spec.stride
    spec = replace(block.spec, strides=(1,) * block.depth, stride=1)
    return replace(block, spec=spec)(x)[..., ::step, ::step]


def _pooled_shortcut(block: Block, x: Tensor, pool: Callable[..., Tensor]) -> Tensor:
    return block.projected(pool(x, block.spec.stride, ceil_mode=True), 1)


def _strided_twice(run: BlockRun) -> Tensor:
    """The output where every 3 × 3 convolution has the stride, and the shortcut that of two."""
    step = run.block.spec.stride
    strides = tuple(step if shape[-1] == 3 else 1 for shape in run.block.spec.weights)
    if strides == run.block.spec.strides:
        strides = (step,) * run.block.depth
    spec = replace(run.block.spec, strides=strides)
    factor = step ** sum(each > 1 for each in strides)
    return F.relu(replace(run.block, spec=spec).main(run.x) + run.block.projected(run.x, factor))


def _stage_dilated(block: Block, number: int, x: Tensor, *, numbers: Sequence[int]) -> Tensor:
    """A stage whose convolution is dilated by 2 and keeps the size, where its number is among these."""
    weight = block.values[f"conv{number}"]
    if number not in numbers:
        return block.stage(number, x)
    stride, padding = block.spec.strides[number - 1], 2 * (weight.shape[-1] // 2)
    maps = F.conv2d(x, weight, block.values.get(f"conv{number}.bias"), stride, padding, dilation=2)
    return block.activated(number, block.normalized(number, maps))


def _with_convolution(block: Block, role: str, other: str) -> Block:
    """The block where another convolution runs in this place."""
    values = {name: value for name, value in block.values.items() if name not in (role, f"{role}.bias")}
    for suffix in ("", ".bias"):
        if f"{other}{suffix}" in block.values:
            values[f"{role}{suffix}"] = block.values[f"{other}{suffix}"]
    return replace(block, values=values)


def _without_shortcut_norm(block: Block) -> Block:
    values = {role: value for role, value in block.values.items() if not role.startswith("shortcut.norm")}
    return replace(block, values=values)
