"""Lesson 02's mistakes in sizes: what each known one gives, with the hint that fits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from course import arithmetic
from course.checking.expect import Mistake
from course.language import _

Layer = tuple[int, ...]


def size_mistakes(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> tuple[Mistake, ...]:
    """Wrong output sizes along one axis."""
    padded, span = size + 2 * padding, arithmetic.effective_kernel(kernel, dilation)
    room = padded - span
    no_padding = _("The padding is missing: every one of its cells makes the input larger.")
    # The order matters: a mistake that an easier step catches already comes after one that looks like it here.
    divided = _(
        "Dividing the size by the kernel is right only for windows that lie side by side. A convolution's windows overlap: count them."
    )
    return (
        Mistake("divided-size", size // kernel, divided),
        Mistake("divided-size", size / kernel, divided),
        Mistake("divided-size", padded // kernel, divided),
        Mistake(
            "plus-one-inside",
            (room + 1) // stride,
            _("The `+ 1` is the window's first place. The stride divides only the steps that come after it."),
        ),
        Mistake(
            "no-plus-one",
            room // stride,
            _("You counted the steps of the window. It also has a place before its first step."),
        ),
        Mistake(
            "padding-on-one-side",
            (size + padding - span) // stride + 1,
            _("The padding counts once. On how many sides of the input does it lie?"),
        ),
        Mistake("padding-ignored", (size - span) // stride + 1, no_padding),
        Mistake(
            "round-for-floor",
            round(room / stride) + 1,
            _("`round` goes to the nearest whole number, up or down. A window that does not fit is always dropped."),
        ),
        Mistake(
            "ceil-for-floor",
            math.ceil(room / stride) + 1,
            _("A last window that does not lie wholly on the padded input is dropped. Which way do you round?"),
        ),
        Mistake(
            "dilation-ignored",
            (padded - kernel) // stride + 1,
            _("The dilation is missing: with gaps between its numbers the kernel covers more cells."),
        ),
        Mistake(
            "dilation-times-kernel",
            (padded - kernel * dilation) // stride + 1,
            _(
                "You took kernel × dilation for the width of the kernel. Draw a kernel of 3 with dilation 2: how many gaps are there?"
            ),
        ),
        Mistake(
            "dilation-zero-based",
            (padded - (kernel + dilation * (kernel - 1))) // stride + 1,
            _("dilation=1 is the ordinary kernel, without gaps. Your formula gives it gaps of 1."),
        ),
        Mistake("stride-ignored", room + 1, _("The stride is missing: the window moves that many cells at once.")),
        Mistake(
            "divided-by-stride",
            size // stride,
            _("Only the stride is in this result. The window must also lie wholly on the padded input."),
        ),
    )


def walk_mistakes(size: int, layers: Sequence[Layer]) -> tuple[Mistake, ...]:
    """Wrong walks of a size through layers (kernel, stride, padding)."""
    right = walk(size, layers, arithmetic.output_size)
    return (
        Mistake(
            "divided-size",
            walk(size, layers, lambda n, k, s, p: n // k),
            _("The size is still divided by the kernel. Where does the stride come in, and where the padding?"),
        ),
        Mistake(
            "divided-by-stride",
            walk(size, layers, lambda n, k, s, p: n // s),
            _("Only the stride is in this result. The window must also lie wholly on the padded input."),
        ),
        Mistake(
            "padding-ignored",
            walk(size, layers, lambda n, k, s, p: (n - k) // s + 1),
            _("The padding is missing: every one of its cells makes the input larger."),
        ),
        Mistake(
            "padding-on-one-side",
            walk(size, layers, lambda n, k, s, p: (n + p - k) // s + 1),
            _("The padding counts once. On how many sides of the input does it lie?"),
        ),
        Mistake(
            "no-plus-one",
            walk(size, layers, lambda n, k, s, p: (n + 2 * p - k) // s),
            _("You counted the steps of the window. It also has a place before its first step."),
        ),
        Mistake(
            "ceil-for-floor",
            walk(size, layers, lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1),
            _("A last window that does not lie wholly on the padded input is dropped. Which way do you round?"),
        ),
        Mistake(
            "stride-ignored",
            walk(size, layers, lambda n, k, s, p: n + 2 * p - k + 1),
            _("The stride is missing: the window moves that many cells at once."),
        ),
        Mistake(
            "float-for-int",
            walk(size, layers, lambda n, k, s, p: (n + 2 * p - k) / s + 1),
            _("`/` always gives a float in Python. For whole numbers there is `//`, which rounds down."),
        ),
        Mistake(
            "returns-too-early",
            right[:1],
            _("Only the size after the first layer is there. Is the `return` inside the loop?"),
        ),
        Mistake(
            "layers-not-chained",
            tuple(arithmetic.output_size(size, *layer) for layer in layers),
            _("Every layer starts from the first size. What a layer gets is what the layer before it gave."),
        ),
        Mistake(
            "input-size-included",
            (size, *right),
            _("The size of the input is in the list too. One size after each layer is asked."),
        ),
        Mistake(
            "off-by-one-layer",
            (size, *right[:-1]),
            _("These are the sizes before each layer. The sizes after each layer are asked."),
        ),
    )


def walk(size: int, layers: Sequence[Layer], rule: Callable[[Any, int, int, int], Any]) -> tuple[Any, ...]:
    """The size after each layer (kernel, stride, padding), by this rule for one layer."""
    sizes: list[Any] = [size]
    for kernel, stride, padding in layers:
        sizes.append(rule(sizes[-1], kernel, stride, padding))
    return tuple(sizes[1:])


def receptive_field_mistakes(layers: Sequence[Layer]) -> tuple[Mistake, ...]:
    """Wrong receptive fields of layers (kernel, stride) or (kernel, stride, dilation)."""
    full = [(*layer, 1)[:3] for layer in layers]

    def grown(step: Callable[[int, int, int, int], tuple[int, int]]) -> int:
        size, jump = 1, 1
        for kernel, stride, dilation in full:
            added, jump = step(jump, kernel, stride, dilation)
            size += added
        return size

    return (
        Mistake(
            "stride-ignored",
            grown(lambda jump, k, s, d: ((k - 1) * d, 1)),
            _(
                "The strides change nothing in your result. After a stride of 2, how far apart on the picture are two neighbouring cells?"
            ),
        ),
        Mistake(
            "own-stride-counted",
            grown(lambda jump, k, s, d: ((k - 1) * d * jump * s, jump * s)),
            _(
                "A layer's own stride widens the field of the layers after it. What does it change for the layer itself?"
            ),
        ),
        Mistake(
            "jump-not-accumulated",
            grown(lambda jump, k, s, d: ((k - 1) * d * jump, s)),
            _("You used the stride of the layer just before. The strides of all layers before it work together."),
        ),
        Mistake(
            "jump-added",
            grown(lambda jump, k, s, d: ((k - 1) * d * jump, jump + s - 1)),
            _("You added up the strides. Two steps of 2 cells, each step made of steps of 3: how far is that?"),
        ),
        Mistake(
            "dilation-ignored",
            grown(lambda jump, k, s, d: ((k - 1) * jump, jump * s)),
            _("The dilation is missing: with gaps between its numbers the kernel covers more cells."),
        ),
        Mistake(
            "dilation-times-kernel",
            grown(lambda jump, k, s, d: ((k * d - 1) * jump, jump * s)),
            _(
                "You took kernel × dilation for the width of the kernel. Draw a kernel of 3 with dilation 2: how many gaps are there?"
            ),
        ),
        Mistake(
            "dilation-in-the-jump",
            grown(lambda jump, k, s, d: ((k - 1) * d * jump, jump * s * d)),
            _("The dilation widens its own layer only. Cells of the output are still one stride apart."),
        ),
        Mistake(
            "kernels-added",
            grown(lambda jump, k, s, d: (((k - 1) * d + 1) * jump, jump * s)) - 1,
            _("You added whole kernels. A kernel of 1 widens nothing: how much does a kernel of 3 widen the field?"),
        ),
        Mistake(
            "kernels-added",
            grown(lambda jump, k, s, d: (((k - 1) * d + 1) * jump, jump * s)),
            _("You added whole kernels. A kernel of 1 widens nothing: how much does a kernel of 3 widen the field?"),
        ),
        Mistake(
            "starts-at-zero",
            grown(lambda jump, k, s, d: ((k - 1) * d * jump, jump * s)) - 1,
            _("One cell is missing. Before any layer, how many cells does a cell see?"),
        ),
        Mistake(
            "layers-reversed",
            lambda: arithmetic.receptive_field(tuple(reversed(layers))).size,
            _("You went from the last layer to the first with the rule for the other direction."),
        ),
        Mistake(
            "gaps-not-counted",
            lambda: len(_seen(full)),
            _(
                "You counted the pixels that are looked at. Those in the gaps between them count too: from the first to the last."
            ),
        ),
        Mistake(
            "last-layer-only",
            arithmetic.receptive_field(layers[-1:]).size,
            _(
                "That is the field of the last layer alone, on the maps that it gets. The field on the picture is asked."
            ),
        ),
        Mistake(
            "kernels-multiplied",
            math.prod((k - 1) * d + 1 for k, s, d in full),
            _("You multiplied the kernels. Each layer adds to the field. Work out two 3×3 layers by hand."),
        ),
    )


def _seen(layers: Sequence[Layer]) -> set[int]:
    """The pixels that cell 0 looks at; layers are (kernel, stride, dilation)."""
    seen = {0}
    for kernel, stride, dilation in reversed(layers):
        seen = {cell * stride + tap * dilation for cell in seen for tap in range(kernel)}
    return seen
