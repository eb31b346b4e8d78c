"""What the network explorer says: the torch text, the table of layers, the chosen layer's arithmetic, and what a cell sees."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from course.arithmetic import SizeSteps
from course.explorers.network.gradient_reach import Measured
from course.explorers.network.reasons import FailureReason
from course.explorers.network.receptive_field_text import (
    box_text,
    place_text,
    receptive_field_lines,
    receptive_field_title,
)
from course.explorers.network.result import Result
from course.explorers.network.run import Row
from course.explorers.network.stack import stack_text
from course.explorers.network.table import NONE, LayerTable, counts_of, name_of, table_of
from course.explorers.network.view import heat_scale, maps_scale, page_of
from course.explorers.question import Feedback
from course.explorers.sizes import judge_sizes, named_axes, size_lines
from course.explorers.text import Description, Legend, Problem, Section, Swatch, times
from course.figures import PADDING, WINDOW
from course.language import N_, _
from course.layers import Steps

_MOST_TOLD_SCORES = 3


def describe(result: Result, revealed: bool) -> Description:
    """The torch text, the table, and about the chosen layer its arithmetic, its maps and what its cell sees."""
    call = _call(result, revealed)
    problem = None
    if result.failure is not None:
        problem = Problem(call, _with_place(result.failure), result.failure.torch)
    table = LayerTable(tuple(table_of(result, revealed)))
    if not revealed and problem is None:
        return Description(call, _question_state(result), table=table)
    sections = [
        *_notes(result),
        Section(_layer_title(result), tuple(_layer_lines(result))),
        Section(receptive_field_title(result), tuple(receptive_field_lines(result))),
    ]
    scores = tuple(_score_lines(result))
    if scores:
        sections.append(Section(_("What the network gives in the end"), scores))
    return Description(
        call,
        _state(result),
        tuple(section for section in sections if section.lines),
        _legends(result),
        problem,
        table,
        failed=N_("The network does not run to its end."),
    )


def judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    """What is said of a guessed (channels, height, width)."""
    row = result.row
    if row is None or not result.is_chosen:
        return Feedback(False, _("The chosen layer gives nothing: the reason stands below."))
    truth = (*row.out_shape, 1, 1)[:3]
    said = {"guess": times(guess), "truth": times(truth)}
    steps = _steps(row)
    told = _(_ABOUT_SHAPES.get(type(row.module), ""))
    if guess == truth:
        lines = "; ".join(size_lines(*steps)) if steps else told
        return Feedback(True, " ".join(filter(None, (_("Right: {truth}.").format(**said), lines))))
    hints = [_("Not quite: you said {guess}, it is {truth}.").format(**said)]
    if guess[0] != truth[0]:
        hints.append(_channel_hint(row, guess[0]))
    if steps and guess[1:] != truth[1:]:
        hints.append(judge_sizes(guess[1:], *steps).text)
    elif not steps:
        hints.append(told)
    return Feedback(False, " ".join(filter(None, hints)))


_ABOUT_SHAPES: dict[type[nn.Module], str] = {
    nn.ReLU: N_("ReLU works on each number by itself: the shape stays."),
    nn.BatchNorm2d: N_("BatchNorm scales each channel: the shape stays."),
    nn.Dropout: N_("Dropout leaves the shape as it is."),
    nn.Flatten: N_("Flatten keeps every number: channels · height · width of them, in one vector."),
    nn.AdaptiveAvgPool2d: N_("A global average leaves one number of each channel."),
    nn.Linear: N_("Linear gives out_features numbers."),
    nn.ConvTranspose2d: N_(
        "A transposed convolution gives (size − 1) · stride − 2 · padding + dilation · (kernel − 1) + 1, and output_padding."
    ),
}


def _channel_hint(row: Row, guess: int) -> str:
    if isinstance(row.module, nn.Conv2d | nn.ConvTranspose2d):
        return _("A convolution gives out_channels = {channels} maps.").format(channels=row.module.out_channels)
    if len(row.out_shape) == 3 and row.out_shape[0] == row.in_shape[0] and _steps(row):
        return _("Pooling works on each channel by itself: their number stays {channels}.").format(
            channels=row.out_shape[0]
        )
    if isinstance(row.module, nn.Flatten) and guess == row.in_shape[0]:
        return _("The channels are not kept apart any more.")
    return ""


def _call(result: Result, revealed: bool) -> str:
    shape = tuple(result.x.shape)
    if not result.texts:
        return _("model.eval()(x)  # model: {kind}, x: {shape}").format(
            kind=result.settings.own.kind, shape=(1, *shape)
        )
    if revealed or result.failure:
        return stack_text(result.texts)
    upto = min(result.settings.layer, len(result.texts))
    rest = "    …\n" if upto < len(result.texts) else ""
    return stack_text(result.texts[:upto])[:-1] + rest + ")"


def _with_place(failure: FailureReason) -> str:
    place = _("Layer {number}:") if failure.text else _("After layer {before}:")
    return " ".join((place.format(number=failure.index + 1, before=failure.index), failure.plain))


def _notes(result: Result) -> Iterator[Section]:
    lines = []
    if result.failure is not None and not result.is_chosen and result.index is not None:
        lines.append(_("The chosen layer has no output; the picture shows layer {last}.").format(last=result.index + 1))
    if not result.texts:
        lines.append(
            _(
                "A copy of your model, as it was when you called, in eval mode: it keeps its layers, so kernel, stride and padding "
                "are out of use here. Call again after training."
            )
        )
    rows = result.trace.rows
    again = [row.name or row.kind for row in rows if row.again and row.parameters]
    if again:
        lines.append(
            _("Run more than once, with the same parameters: {names}.").format(names=", ".join(dict.fromkeys(again)))
        )
    counted = sum(row.parameters for row in rows if not row.again)
    left = result.trace.parameters - counted
    if left and not result.failure:
        message = _("{left} parameters belong to no layer of this table: they are used outside of one, or not at all.")
        lines.append(message.format(left=f"{left:,}"))
    flat = [index + 1 for index, row in enumerate(rows) if isinstance(row.module, nn.Linear) and len(row.out_shape) > 1]
    if flat:
        message = _(
            "Linear in layer {numbers} works along the last axis alone, the width: was a Flatten meant before it?"
        )
        lines.append(message.format(numbers=", ".join(map(str, flat))))
    output = result.trace.output
    if output is not None and output.dim() > 1 and output.shape[0] != 1:
        message = _(
            "One image goes in, but the output has {count} rows: something has moved a part of the image to the batch axis, "
            "as view(-1, n) does when n is too small."
        )
        lines.append(message.format(count=output.shape[0]))
    if lines:
        yield Section(_("To know"), tuple(lines), code=False)


def _layer_title(result: Result) -> str:
    if result.row is None or result.index is None:
        return ""
    return _("Layer {number}, {name}").format(number=result.index + 1, name=name_of(result, result.row))


def _layer_lines(result: Result) -> Iterator[str]:
    row = result.row
    if row is None:
        return
    steps, transposed = _steps(row), _transposed_steps(row)
    if steps:
        yield from size_lines(*steps)
    elif transposed:
        yield from (f"{name}: {axis}" for name, axis in named_axes(*map(str, transposed)))
    elif type(row.module) in _ABOUT_SHAPES:
        yield _(_ABOUT_SHAPES[type(row.module)])
    yield from _count_lines(row)
    message = _("output values: {low:.3g} to {high:.3g}, mean {mean:.3g}; {zeros:.0%} of them are 0")
    yield message.format(low=row.low, high=row.high, mean=row.mean, zeros=row.zeros)
    if len(row.out_shape) == 3:
        page = page_of(result)
        if len(page) < row.channels:
            message = _(
                "feature maps {first} to {last} of {count} are shown; choose another one to see those around it"
            )
            yield message.format(first=page.start, last=page.stop - 1, count=row.channels)


def _steps(row: Row) -> tuple[SizeSteps, SizeSteps] | None:
    """How a convolution's or a pooling's sizes come about; None for other layers."""
    layer = row.layer
    if layer is None or not layer.slides or layer.is_transposed or len(row.in_shape) != 3:
        return None
    rows, columns = layer.steps_2d(*row.in_shape[1:])
    return (rows, columns) if (rows.output, columns.output) == row.out_shape[1:] else None  # not with ceil_mode


def _transposed_steps(row: Row) -> tuple[Steps, ...] | None:
    """How a transposed convolution's sizes come about; None for other layers."""
    if not isinstance(row.module, nn.ConvTranspose2d) or row.layer is None:
        return None
    steps = row.layer.steps(row.in_shape[1:])
    return steps if tuple(axis.output for axis in steps) == row.out_shape[1:] else None  # not with output_size


def _count_lines(row: Row) -> Iterator[str]:
    layer = row.layer
    if layer is None or layer.name not in ("Conv2d", "ConvTranspose2d", "Linear"):
        return
    factors = " · ".join(map(str, layer.weight_shape))
    bias = layer.out_channels if layer.bias else 0
    yield _("parameters: {factors} + {bias} = {count}").format(factors=factors, bias=bias, count=f"{row.parameters:,}")
    places = row.in_shape[1:] if layer.is_transposed else row.out_shape[1:]
    if layer.name == "Linear":
        places = row.out_shape[:-1]
    product = " · ".join((factors, *map(str, places)))
    yield _("multiply-adds: {product} = {count}").format(product=product, count=f"{row.multiply_adds:,}")


def _score_lines(result: Result) -> Iterator[str]:
    output, scores = result.trace.output, result.scores
    if output is None:
        return
    if scores is None:
        yield _("a tensor of {shape}").format(shape=tuple(output.shape[1:]))
        return
    order = scores.argsort()[::-1][:_MOST_TOLD_SCORES].tolist()
    told = ", ".join(
        _("{number}: {share:.1%} (output {raw:.3g})").format(
            number=number, share=float(scores[number]), raw=float(output[0, number])
        )
        for number in order
    )
    yield _("largest of {count}: {told}").format(count=len(scores), told=told)
    if result.texts:
        yield _("The weights of this stack are not trained, so these scores mean nothing yet.")


def _question_state(result: Result) -> str:
    message = _(
        "The input and the network down to layer {number}, {kind}; its output is hidden until you have guessed."
    )
    row = result.row
    return message.format(number=result.settings.layer, kind=row.kind if row else "")


def _state(result: Result) -> str:
    row = result.row
    if row is None or result.index is None:
        return _(
            "No layer of this network gave an output; the reason stands below, the input {shape} is shown."
        ).format(shape=tuple(result.x.shape))
    message = _(
        "Layer {number} of {count}, {kind}: {before} to {after}, {parameters} parameters, {products} multiply-adds; "
        "cell {place} sees {box}."
    )
    count = len(result.texts) or len(result.trace.rows)
    parameters, products = counts_of(row)
    return message.format(
        number=result.index + 1,
        count=count,
        kind=row.kind,
        before=row.in_shape,
        after=row.out_shape,
        parameters=parameters,
        products=products,
        place=place_text(result) if result.place else NONE,
        box=box_text(result.box) if result.box is not None else _("what could not be measured"),
    )


def _legends(result: Result) -> tuple[Legend | Swatch, ...]:
    legends: list[Legend | Swatch] = [Swatch(_("the chosen cell, and what it sees"), WINDOW)]
    if result.row is not None and result.row.maps.numel():
        legends.append(Legend(_("output"), maps_scale(result)))
    if isinstance(result.reached, Measured):
        legends.append(Legend(_("size of the gradient"), heat_scale(result)))
        if not bool(result.reached.reach.all()):
            legends.append(Swatch(_("cannot change the cell"), PADDING))
    return tuple(legends)
