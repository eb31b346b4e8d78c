"""What is said of a guessed width and parameter count: the arithmetic, and which wrong rule a guess follows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from course.arithmetic import SizeSteps, TransposedSteps
from course.explorers.question import Feedback
from course.explorers.sizes import size_hint
from course.explorers.variants.result import Result, Variant
from course.explorers.variants.settings import SEPARABLE
from course.language import _
from course.misconceptions import bare_key, counts, explanation, hint_of, transposed
from course.misconceptions.counts import PARAMETERS, LayerNumbers
from course.misconceptions.transposed import TRANSPOSED_SIZE, TransposedAxis


def judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    """Whether the width and the parameter count of the chosen kind are right, and what a wrong guess forgot."""
    chosen = result.chosen
    if chosen.problem:
        return Feedback(False, _("There is nothing to predict: {reason}").format(reason=chosen.problem.plain))
    steps = chosen.spatial.steps(chosen.shape)[-1]
    arithmetic = f"{steps}; {parameter_sum(chosen)}"
    truth = (steps.output, chosen.parameters)
    if guess == truth:
        message = _("Right: {width} wide, {parameters:,} parameters. {arithmetic}")
        return Feedback(True, message.format(width=truth[0], parameters=truth[1], arithmetic=arithmetic))
    width, parameters = guess
    hints = []
    if width != steps.output:
        hint = transposed_hint(width, steps) if isinstance(steps, TransposedSteps) else size_hint(width, steps)
        hints.append(_("Width: {hint}").format(hint=hint))
    if parameters != chosen.parameters:
        hints.append(_("Parameters: {hint}").format(hint=parameter_hint(parameters, chosen)))
    message = _("Not quite: it is {width} wide with {parameters:,} parameters. {hints} {arithmetic}")
    text = message.format(width=truth[0], parameters=truth[1], hints=" ".join(hints), arithmetic=arithmetic)
    return Feedback(False, text)


def parameter_sum(variant: Variant) -> str:
    """The parameter count with its numbers."""
    sums = []
    for layer in variant.layers:
        product = " · ".join(map(str, layer.weight_shape))
        sums.append(f"{product} + {layer.out_channels}" if layer.bias else product)
    return f"{' + '.join(sums)} = {variant.parameters:,}"


# A guess is a single number, which several wrong rules may give: the commonest of them is told.
_COMMON = ("forward-size", "output-padding-ignored", "size-times-stride")
_TRANSPOSED_RULES = sorted(TRANSPOSED_SIZE, key=lambda rule: rule[0] not in _COMMON)


def transposed_hint(guess: int, steps: TransposedSteps) -> str:
    """The hint for the wrong rule that gives this width of a transposed convolution."""
    axis = TransposedAxis(steps.size, steps.kernel, steps.stride, steps.padding, steps.output_padding, steps.dilation)
    key = explanation(guess, _TRANSPOSED_RULES, axis)
    if guess == steps.size and not key:
        return _("The stride spreads the input cells {stride} apart.").format(stride=steps.stride)
    return hint_of(transposed.MISCONCEPTIONS, key, axis) or _(
        "Place the first and the last stamp of the kernel, and count the cells between their outer ends."
    )


def parameter_hint(guess: int, variant: Variant) -> str:
    """The hint for the wrong rule that gives this parameter count."""
    separable: Iterable[tuple[int, str]] = _separable_rules(variant) if variant.kind == SEPARABLE else ()
    for count, hint in (*separable, *_rules_of_places(variant)):
        if guess == count:
            return hint
    if variant.kind != SEPARABLE:
        layer = variant.layers[0]
        rows, *columns = layer.kernel_size
        kernel = (rows, columns[0] if columns else 1)
        rules = [rule for rule in PARAMETERS if columns or bare_key(rule[0]) != "kernel-not-squared"]
        numbers = LayerNumbers(layer.in_channels, layer.out_channels, kernel, layer.groups, layer.bias)
        if hint := hint_of(counts.MISCONCEPTIONS, explanation(guess, rules, numbers), numbers):
            return hint
    return _("One weight for every output map, every input channel that it reads and every tap, and the biases.")


def _separable_rules(variant: Variant) -> Iterator[tuple[int, str]]:
    """Wrong counts of the two layers, or of one of them."""
    first, last = variant.layers
    depthwise, pointwise = math.prod(first.weight_shape), math.prod(last.weight_shape)
    taps, out = math.prod(first.kernel_size), last.out_channels
    if last.bias:
        yield depthwise + pointwise, _("The biases are left out: one for each output map of each layer.")
    else:
        yield depthwise + pointwise + out, _("A bias is counted, but this layer has none.")
    yield depthwise + pointwise + out, _("The depthwise layer has biases too, one for each of its maps.")
    yield depthwise + first.out_channels, _("That is the depthwise layer alone; the 1 × 1 layer comes to it.")
    yield depthwise, _("That is the depthwise layer alone; the 1 × 1 layer comes to it.")
    yield pointwise + out, _("That is the 1 × 1 layer alone; the depthwise one comes to it.")
    yield depthwise * pointwise, _("The two layers stand one after the other: add their counts.")
    yield (
        out * first.in_channels * taps + out,
        _("That is the regular convolution; a separable one has two small layers."),
    )


def _rules_of_places(variant: Variant) -> Iterator[tuple[int, str]]:
    """Wrong counts that take the places of the window, or the gaps of a dilated kernel, for weights."""
    first, last = variant.layers[0], variant.layers[-1]
    assert variant.parameters is not None
    if isinstance(steps := first.steps(variant.shape)[-1], SizeSteps) and steps.effective_kernel != steps.kernel:
        spans = [axis.effective_kernel for axis in first.steps(variant.shape) if isinstance(axis, SizeSteps)]
        biases = last.out_channels if last.bias else 0
        dilated = last.out_channels * first.in_channels * math.prod(spans) + biases
        yield dilated, _("Dilation adds no parameters: the gaps hold no weights.")
    yield variant.parameters * math.prod(variant.shape), _("Every place shares the weights: the size does not matter.")
    multiply_adds = sum(math.prod(layer.weight_shape) for layer in variant.layers) * math.prod(variant.output.shape[1:])
    yield multiply_adds, _("Those are multiply-adds: parameters do not depend on the size of the maps.")
