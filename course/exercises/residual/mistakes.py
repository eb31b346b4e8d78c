"""What a residual block with a known mistake gives, by formulas, with the hint that fits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.expect import Mistake
from course.exercises.residual.formulas import Block, convolve, normalise
from course.language import _

Variant = Callable[[Block, Tensor], Tensor]


def block_mistakes(blocks: Sequence[Block], x: Tensor) -> tuple[Mistake, ...]:
    """What known mistakes give for x, with the layers in each of the roles that they may play."""
    return tuple(
        Mistake(key, _value(variant, block, x), advice) for key, variant, advice in _variants() for block in blocks
    )


def _value(variant: Variant, block: Block, x: Tensor) -> Callable[[], Tensor]:
    return lambda: variant(block, x)


def _variants() -> tuple[tuple[str, Variant, str], ...]:
    order = _("Look at the order after the last BatchNorm: which comes first, the sum or the ReLU?")
    sources = _("Follow each arrow: what does each layer read, and what did the previous one give it?")
    modes = _(
        "`nn.BatchNorm2d` knows by itself whether it is in training: `model.train()` and `model.eval()` reach every layer that is an "
        "attribute. Leave the mode to whoever calls you."
    )
    inner = _("Between two convolutions something is missing that makes them two.")
    strides = _("Where does the docstring put the stride? The layers before it still see all pixels.")
    return (
        ("relu-before-sum", lambda b, x: F.relu(b.main(x)) + b.shortcut(x), order),
        ("relu-before-sum", lambda b, x: F.relu(F.relu(b.main(x)) + b.shortcut(x)), order),
        ("no-final-relu", lambda b, x: b.main(x) + b.shortcut(x), _("The sum is right. What comes after it?")),
        (
            "no-shortcut",
            lambda b, x: F.relu(b.main(x)),
            _("This is the main path alone. Where does the input come in again?"),
        ),
        (
            "shortcut-twice",
            lambda b, x: F.relu(b.main(x) + 2 * b.shortcut(x)),
            _("The input is in the sum two times. Look for `+` and for `+=`."),
        ),
        (
            "shortcut-twice",
            lambda b, x: F.relu(F.relu(b.main(x) + b.shortcut(x)) + b.shortcut(x)),
            _("The input is in the sum two times. Look for `+` and for `+=`."),
        ),
        ("reads-the-input", _last_reads_input, sources),
        (
            "shortcut-overwritten",
            _shortcut_from_inside,
            _("What does the name that you add at the end stand for by then? Keep the input under a name of its own."),
        ),
        (
            "shortcut-spoiled",
            lambda b, x: F.relu(b.main(F.relu(x)) + b.shortcut(F.relu(x))),
            _("The shortcut holds the input after a ReLU. An in-place ReLU changes the tensor, not only the name."),
        ),
        *(("no-inner-relu", partial(_without_inner_relu, place), inner) for place in (-1, 0, 1)),
        (
            "relu-before-norm",
            _relu_before_norm,
            _("Look at the order within the main path: convolution, BatchNorm, ReLU."),
        ),
        (
            "relu-on-shortcut",
            lambda b, x: F.relu(b.main(x) + F.relu(b.shortcut(x))),
            _("The shortcut goes through a ReLU. Its negative numbers belong into the sum; the ReLU comes after it."),
        ),
        (
            "norm-after-sum",
            _norm_after_sum,
            _("The last BatchNorm belongs to the main path: the input is added after it."),
        ),
        ("norm-left-out", _without_last_norm, _("A BatchNorm is built in `__init__`, and `forward` does not use it.")),
        ("norm-left-out", _without_first_norm, _("A BatchNorm is built in `__init__`, and `forward` does not use it.")),
        (
            "pre-activation",
            _pre_activation,
            _(
                "This is the later variant, with BatchNorm and ReLU in front of each convolution. Here the older one is asked."
            ),
        ),
        (
            "product-for-sum",
            lambda b, x: F.relu(b.main(x) * b.shortcut(x)),
            _("The two paths are added, not multiplied."),
        ),
        (
            "difference-for-sum",
            lambda b, x: F.relu(b.main(x) - b.shortcut(x)),
            _("The two paths are added, and neither changes its sign."),
        ),
        (
            "mean-for-sum",
            lambda b, x: F.relu((b.main(x) + b.shortcut(x)) / 2),
            _("The two paths are added, without a factor."),
        ),
        (
            "concatenated",
            lambda b, x: F.relu(torch.cat([b.main(x), b.shortcut(x)], dim=1)),
            _("`torch.cat` puts the channels side by side, as a U-Net does. Here they are added, one by one."),
        ),
        ("stride-misplaced", _stride_first, strides),
        ("stride-misplaced", _stride_last, strides),
        ("stride-misplaced", lambda b, x: F.relu(_strided_output(b, x)), strides),
        (
            "shortcut-averaged",
            _shortcut_averaged,
            _("The 1 × 1 convolution itself has the stride. It skips pixels; a pooling layer would mix them."),
        ),
        (
            "broadcast-sum",
            lambda b, x: F.relu(b.main(x) + b.shortcut(x).mean((2, 3), keepdim=True)),
            _(
                "The shortcut has one pixel, and broadcasting spreads it over the picture. Print both shapes before the sum."
            ),
        ),
        (
            "shortcut-norm-left-out",
            _without_shortcut_norm,
            _("The shortcut's BatchNorm is built in `__init__`, and `forward` does not use it."),
        ),
        ("batch-statistics-in-eval", partial(_in_the_other_mode, True), modes),
        ("running-statistics-in-training", partial(_in_the_other_mode, False), modes),
    )


def _in_the_other_mode(training: bool, block: Block, x: Tensor) -> Tensor:
    if block.training == training:
        raise ValueError("the block is in that mode already")
    return Block(block.roles, block.plan, training)(x)


def _without_shortcut_norm(block: Block, x: Tensor) -> Tensor:
    if block.roles.shortcut is None:
        raise ValueError("the shortcut has no layer")
    return F.relu(block.main(x) + convolve(x, block.roles.shortcut, block.plan.stride))


def _last_reads_input(block: Block, x: Tensor) -> Tensor:
    """The last convolution gets the block's input in place of what the previous layers made."""
    return F.relu(block.pair(len(block.roles.main) - 1, x) + block.shortcut(x))


def _shortcut_from_inside(block: Block, x: Tensor) -> Tensor:
    """What is added is not the input but what the first pair made of it."""
    inside = F.relu(block.pair(0, x))
    y = inside
    for place in range(1, len(block.roles.main)):
        y = F.relu(block.pair(place, y)) if place < len(block.roles.main) - 1 else block.pair(place, y)
    return F.relu(y + (inside if block.roles.shortcut is None else block.project(inside, 1)))


def _without_inner_relu(place: int, block: Block, x: Tensor) -> Tensor:
    """The ReLU behind this pair of the main path is missing; behind all of them when the place is negative."""
    last = len(block.roles.main) - 1
    if place >= last:
        raise ValueError("there is no such ReLU")
    y = x
    for number in range(last + 1):
        y = block.pair(number, y)
        y = F.relu(y) if number < last and place not in (number, -1) else y
    return F.relu(y + block.shortcut(x))


def _relu_before_norm(block: Block, x: Tensor) -> Tensor:
    y = x
    for place, (conv, norm) in enumerate(block.roles.main):
        y = convolve(y, conv, block.plan.strides[place])
        y = normalise(F.relu(y) if place < len(block.roles.main) - 1 else y, norm, block.training)
    return F.relu(y + block.shortcut(x))


def _norm_after_sum(block: Block, x: Tensor) -> Tensor:
    conv, norm = block.roles.main[-1]
    total = convolve(_before_last(block, x), conv, block.plan.strides[-1]) + block.shortcut(x)
    return F.relu(normalise(total, norm, block.training))


def _without_last_norm(block: Block, x: Tensor) -> Tensor:
    conv, _norm = block.roles.main[-1]
    return F.relu(convolve(_before_last(block, x), conv, block.plan.strides[-1]) + block.shortcut(x))


def _without_first_norm(block: Block, x: Tensor) -> Tensor:
    y = F.relu(convolve(x, block.roles.main[0][0], block.plan.strides[0]))
    for place in range(1, len(block.roles.main)):
        y = F.relu(block.pair(place, y)) if place < len(block.roles.main) - 1 else block.pair(place, y)
    return F.relu(y + block.shortcut(x))


def _before_last(block: Block, x: Tensor) -> Tensor:
    for place in range(len(block.roles.main) - 1):
        x = F.relu(block.pair(place, x))
    return x


def _pre_activation(block: Block, x: Tensor) -> Tensor:
    y = x
    for place, (conv, norm) in enumerate(block.roles.main):
        y = convolve(F.relu(normalise(y, norm, block.training)), conv, block.plan.strides[place])
    return y + block.shortcut(x)


def _stride_first(block: Block, x: Tensor) -> Tensor:
    strides = (block.plan.stride, *[1] * (len(block.roles.main) - 1))
    return _with_strides(block, x, strides)


def _stride_last(block: Block, x: Tensor) -> Tensor:
    strides = (*[1] * (len(block.roles.main) - 1), block.plan.stride)
    return _with_strides(block, x, strides)


def _with_strides(block: Block, x: Tensor, strides: Sequence[int]) -> Tensor:
    y = x
    for place in range(len(block.roles.main)):
        y = block.pair(place, F.relu(y) if place else y, strides)
    return F.relu(y + block.shortcut(x))


def _strided_output(block: Block, x: Tensor) -> Tensor:
    """Everything at stride 1, then every so manieth pixel of the sum."""
    y = x
    for place in range(len(block.roles.main)):
        y = block.pair(place, F.relu(y) if place else y, [1] * len(block.roles.main))
    step = block.plan.stride
    return (y + block.project(x, 1))[..., ::step, ::step]


def _shortcut_averaged(block: Block, x: Tensor) -> Tensor:
    step = block.plan.stride
    return F.relu(block.main(x) + block.project(F.avg_pool2d(x, step, ceil_mode=True), 1))
