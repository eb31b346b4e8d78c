"""What the residual explorer says of gradients: how they change with depth, plain and residual, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator

from course.explorers.residual.plot import power_of_ten
from course.explorers.residual.result import Result
from course.explorers.residual.stacks import CHANNELS, CONVOLUTIONS, KERNEL, SIZE
from course.explorers.text import in_columns
from course.language import N_, _, ngettext

_ALIKE, _EXTREME = 2.0, 1e3  # so many times larger or smaller
_WHY = {
    # (norm, init): of the plain stack, of the residual one
    (False, "torch"): (
        N_(
            "plain: with torch's first weights and no BatchNorm, each convolution with its ReLU keeps about √(1/6) = 0.41 "
            "of a signal's size, forward and backward: {convolutions} of them leave next to nothing"
        ),
        N_(
            "residual: the sum has a second way back, with factor 1: what the convolutions lose, the shortcut still carries"
        ),
    ),
    (False, "he"): (
        N_(
            "plain: He's first weights are made to keep a signal's size through convolution and ReLU, on average; in so narrow "
            "a stack some of it is lost all the same"
        ),
        N_(
            "residual: every sum adds the main path's signal to one of its own size, so it grows block after block, and the "
            "gradients with it: here a shortcut needs BatchNorm, or a main path that starts at 0"
        ),
    ),
    (True, "torch"): (
        N_(
            "plain: BatchNorm keeps the signal's size on the way forward, whatever the first weights, but not the gradient's on "
            "the way back: it grows layer by layer towards the input"
        ),
        N_(
            "residual: only the main path's part grows so, the shortcut passes the gradient on as it is: far slower growth"
        ),
    ),
}


def gradient_lines(result: Result) -> Iterator[str]:
    """How it was measured, a table over depths, and what it shows."""
    message = _(
        "new stacks of such blocks: {channels} channels, {kernel} × {kernel} kernels, x of {height} × {width}, the same first "
        "weights in both; net(x).sum().backward(), then the norm of each weight.grad, first convolution to last"
    )
    yield message.format(channels=CHANNELS, kernel=KERNEL, height=SIZE[0], width=SIZE[1])
    yield from _table(result)
    yield from _seen(result)
    yield from _own(result)


def gradient_state(result: Result) -> str:
    """One sentence for the text alternative."""
    plain, residual = result.plain[-1].weights, result.residual[-1].weights
    message = ngettext(
        "In stacks of {blocks} block, the first convolution's gradient norm is {plain} plain and {residual} residual.",
        "In stacks of {blocks} blocks, the first convolution's gradient norm is {plain} plain and {residual} residual.",
        result.settings.depth,
    )
    state = message.format(blocks=result.settings.depth, plain=number(plain[0]), residual=number(residual[0]))
    if result.own_norms:
        message = ngettext(
            "With {copies} copy of your block it is {own}.",
            "With {copies} copies of your block it is {own}.",
            result.copies,
        )
        state += " " + message.format(copies=result.copies, own=number(result.own_norms[0]))
    return state


def number(value: float) -> str:
    """A norm in few digits: 0, 0.0371, 236, 4.5·10⁻¹¹, infinite."""
    if math.isinf(value):
        return _("infinite")
    if value == 0 or 1e-3 <= value < 1e5:
        return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits}·{power_of_ten(int(power))}"


def _table(result: Result) -> Iterator[str]:
    heads = (_("blocks"), _("plain: first"), _("last"), _("residual: first"), _("last"))
    rows = [
        (str(depth), *(number(norms.weights[place]) for norms in (plain, residual) for place in (0, -1)))
        for depth, plain, residual in zip(result.depths, result.plain, result.residual, strict=True)
    ]
    yield from (f"  {line}" for line in in_columns([heads, *rows], left=0))


def _seen(result: Result) -> Iterator[str]:
    """What the numbers say, in words."""
    settings = result.settings
    deep = settings.depth > 1
    for name, norms in ((_("plain"), result.plain), (_("residual"), result.residual)):
        one, now = norms[0].weights[0], norms[-1].weights[0]
        if not deep or one == 0:
            continue
        yield _growth(name, now / one, settings.depth)
    if deep:
        plain, residual = _WHY[settings.norm, settings.init if not settings.norm else "torch"]
        yield _(plain).format(convolutions=CONVOLUTIONS * settings.depth)
        if not settings.starts_as_identity and settings.relu == "after":
            yield _(residual)
    if settings.starts_as_identity and result.residual[-1].gammas[0] == 0:
        yield _(
            "gamma 0 before a ReLU: at 0 its gradient is 0, so not even the gammas get one, and the main paths never wake"
        )
    elif settings.starts_as_identity:
        stack = result.residual[-1]
        message = _(
            "gamma 0 multiplies the gradient of every convolution by 0, in the first step only: the gammas themselves get "
            "gradients ({gammas} in the first block), so the next step begins to wake the main paths. The gradient at the "
            "blocks' inputs is {last} at the last block and {first} at the first"
        )
        yield message.format(
            gammas=number(stack.gammas[0]), first=number(stack.inputs[0]), last=number(stack.inputs[-1])
        )
    if settings.relu == "before":
        yield _("ReLU before the sum in the residual stack: the signal can only grow from block to block")


def _growth(name: str, ratio: float, depth: int) -> str:
    """How the first convolution's gradient in the deep stack compares with that in a single block."""
    if 1 / _ALIKE < ratio < _ALIKE:
        message = _("{name}: {depth} blocks leave the first convolution's gradient about as large as 1 block does")
    elif ratio < 1:
        message = _(
            "{name}: {depth} blocks make the first convolution's gradient {times} times smaller than 1 block does"
        )
    else:
        message = _(
            "{name}: {depth} blocks make the first convolution's gradient {times} times larger than 1 block does"
        )
    told = message.format(name=name, depth=depth, times=number(max(ratio, 1 / ratio)) if ratio else "∞")
    if ratio < 1 / _EXTREME:
        return told + _(": it vanishes")
    return told + (_(": it explodes") if ratio > _EXTREME else "")


def _own(result: Result) -> Iterator[str]:
    if result.settings.own.block is None:
        return
    if not result.own_norms:
        yield _("your block: no gradient reaches its convolutions from the sum of its output")
        return
    message = ngettext(
        "your block, {copies} copy: from the first convolution to the last {first} … {last}",
        "your block, {copies} equal copies in a row: from the first convolution to the last {first} … {last}",
        result.copies,
    )
    yield message.format(copies=result.copies, first=number(result.own_norms[0]), last=number(result.own_norms[-1]))
    if result.difference is None:
        yield _("blocks that change the shape cannot stand in a row, so one is measured")
