"""What is said of a guessed width and parameter count: the arithmetic, and which wrong rule a guess follows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from course.arithmetic import SizeSteps, TransposedSteps
from course.explorers.question import Feedback
from course.explorers.sizes import size_hint
from course.explorers.variants.result import Result, Variant
from course.explorers.variants.settings import SEPARABLE
from course.language import _


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


def transposed_hint(guess: int, steps: TransposedSteps) -> str:
    """Which wrong rule gives this width of a transposed convolution."""
    span = steps.dilation * (steps.kernel - 1) + 1
    grown = (steps.size - 1) * steps.stride + span
    convolved = (steps.size + 2 * steps.padding - span) // steps.stride + 1
    rules = (
        (convolved, _("That is the Conv2d of these settings; a transposed one goes the other way, and enlarges.")),
        (steps.output - steps.output_padding, _("output_padding is forgotten: it adds cells at the end.")),
        (
            steps.size * steps.stride,
            _("Not just size times stride: kernel and padding count too, and output_padding makes up the difference."),
        ),
        (grown + 2 * steps.padding + steps.output_padding, _("Padding takes cells off this output; it adds none.")),
        (grown + steps.output_padding, _("The padding is forgotten: it takes cells off both sides of the output.")),
        (grown - steps.padding + steps.output_padding, _("The padding is counted once: it goes off both sides.")),
        (
            steps.output + steps.stride,
            _("(size − 1) steps lie between size cells; the last cell only adds the kernel's span."),
        ),
        (steps.output - 1, _("The + 1 is missing: a span of cells from first to last counts both ends.")),
        (steps.size, _("The stride spreads the input cells {stride} apart.").format(stride=steps.stride)),
    )
    for value, hint in rules:
        if guess == value:
            return hint
    return _("Place the first and the last stamp of the kernel, and count the cells between their outer ends.")


def parameter_hint(guess: int, variant: Variant) -> str:
    """Which wrong rule gives this parameter count."""
    for value, hint in _parameter_rules(variant):
        if guess == value:
            return hint
    return _("One weight for every output map, every input channel that it reads and every tap, and the biases.")


def _parameter_rules(variant: Variant) -> Iterator[tuple[int, str]]:
    first, last = variant.layers[0], variant.layers[-1]
    weights = [math.prod(layer.weight_shape) for layer in variant.layers]
    taps, out, into = math.prod(first.kernel_size), last.out_channels, first.in_channels
    assert variant.parameters is not None
    if last.bias:
        yield sum(weights), _("The biases are left out: one for each output map of each layer.")
    else:
        yield sum(weights) + out, _("A bias is counted, but this layer has none.")
    if variant.kind == SEPARABLE:
        yield weights[0] + weights[1] + out, _("The depthwise layer has biases too, one for each of its maps.")
        yield weights[0] + first.out_channels, _("That is the depthwise layer alone; the 1 × 1 layer comes to it.")
        yield weights[0], _("That is the depthwise layer alone; the 1 × 1 layer comes to it.")
        yield weights[1] + out, _("That is the 1 × 1 layer alone; the depthwise one comes to it.")
        yield weights[0] * weights[1], _("The two layers stand one after the other: add their counts.")
        yield out * into * taps + out, _("That is the regular convolution; a separable one has two small layers.")
    biases = out if last.bias else 0
    if first.groups > 1:
        yield out * into * taps + biases, _("The groups are forgotten: each map reads only its group's channels.")
        yield (
            out * into * taps // first.groups**2 + biases,
            _("The groups divide once: only the channels read are fewer."),
        )
    yield out * taps + biases, _("The input channels are forgotten: a map has a kernel for every channel it reads.")
    yield into * taps + biases, _("The output maps are forgotten: each has kernels of its own.")
    if isinstance(steps := first.steps(variant.shape)[-1], SizeSteps) and steps.effective_kernel != steps.kernel:
        spans = [axis.effective_kernel for axis in first.steps(variant.shape) if isinstance(axis, SizeSteps)]
        yield out * into * math.prod(spans) + biases, _("Dilation adds no parameters: the gaps hold no weights.")
    yield variant.parameters * math.prod(variant.shape), _("Every place shares the weights: the size does not matter.")
    cells = math.prod(variant.output.shape[1:])
    yield sum(weights) * cells, _("Those are multiply-adds: parameters do not depend on the size of the maps.")
