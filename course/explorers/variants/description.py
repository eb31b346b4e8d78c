"""What the variants explorer says: the call, all kinds in a table, and the sizes, costs and cells of the chosen kind."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from course.arithmetic import SizeSteps, TransposedSteps
from course.explorers.drawing import array, image_scale
from course.explorers.sizes import axis_lines, named_axes, size_lines
from course.explorers.text import Description, Legend, Section, Swatch, in_columns, number, times
from course.explorers.variants.result import Result, Variant, channels_behind, overlaps_evenly, products
from course.explorers.variants.settings import GROUPED, KINDS, REGULAR, SEPARABLE, SIGNAL
from course.explorers.variants.view import count_scale, output_scales
from course.figures import PADDING, UNREACHED, WINDOW
from course.language import _, ngettext
from course.layers import Axes, Layer, Steps

_MOST_COUNTS = 5


def describe(result: Result, revealed: bool) -> Description:
    """The call, why it failed if it did, the table, and what the chosen kind does."""
    chosen = result.chosen
    sections: list[Section] = []
    if revealed:
        sections.append(Section(_("Side by side"), tuple(_table(result))))
    if revealed and not chosen.problem:
        cell = _("Output cell y{place}").format(place=[0, *cell_of(result)])
        sections += [
            Section(_("Output size"), tuple(steps_lines(chosen))),
            Section(_("Parameters and multiply-adds"), tuple(cost_lines(result))),
            Section(cell, tuple(_cell_lines(result))),
            Section(_("How many input cells are behind an output cell"), tuple(_count_lines(chosen))),
        ]
    for kind, variant in result.variants.items():
        if variant.problem and variant is not chosen:
            lines = variant.problem.plain, _("torch says: {words}").format(words=variant.problem.torch)
            sections.append(Section(_("{kind}: no output").format(kind=_(KINDS[kind])), lines))
    state = _state(result) if revealed else _question_state(result)
    return Description(chosen.code, state, tuple(sections), tuple(_legends(result, revealed)), chosen.problem)


def cell_of(result: Result) -> Axes:
    """The chosen cell's place in its output: (channel, row, column), or (channel, column)."""
    settings = result.settings
    if settings.kind == SIGNAL:
        return settings.channel, settings.column
    return settings.channel, settings.row, settings.column


def steps_lines(variant: Variant) -> Iterator[str]:
    """The sizes of a kind's output, with their numbers."""
    steps = variant.spatial.steps(variant.shape)
    if isinstance(steps[0], TransposedSteps):
        yield from _transposed_lines(steps)
    elif len(steps) == 1:
        yield from axis_lines(_("length"), steps[0])
    else:
        rows, columns = steps
        assert isinstance(rows, SizeSteps)
        assert isinstance(columns, SizeSteps)
        yield from size_lines(rows, columns)
    if variant.kind == SEPARABLE:
        yield _("the depthwise layer does this; the 1 × 1 after it keeps the size")


def _transposed_lines(steps: tuple[Steps, ...]) -> Iterator[str]:
    yield _("(size − 1) · stride − 2 · padding + dilation · (kernel − 1) + output_padding + 1")
    for name, axis in named_axes(*steps):
        assert isinstance(axis, TransposedSteps)
        yield f"{name}: {axis}"
        sizes = axis.sizes_of_the_convolution()
        if len(sizes) > 1:
            message = _(
                "nothing is rounded; a Conv2d of the same settings makes {size} out of {sizes}: output_padding chooses"
            )
            yield "  " + message.format(size=axis.size, sizes=_listed(sizes))


def cost_lines(result: Result) -> Iterator[str]:
    """The chosen kind's parameters and multiply-adds, layer by layer, and how they compare to the regular kind's."""
    chosen, regular = result.chosen, result.variants[REGULAR]
    shape = chosen.shape
    names = [""] if len(chosen.layers) == 1 else [_("depthwise: "), _("pointwise: ")]
    for name, layer in zip(names, chosen.layers, strict=True):
        yield name + _parameter_line(layer)
        yield " " * len(name) + _product_line(layer, shape)
        shape = layer.output_shape(shape)[1:]
    if len(chosen.layers) > 1:
        message = _("together: {parameters:,} parameters, {adds:,} multiply-adds")
        yield message.format(parameters=chosen.parameters, adds=chosen.multiply_adds)
    if chosen.kind == REGULAR or not regular.parameters or not regular.multiply_adds:
        return
    assert chosen.parameters is not None
    assert chosen.multiply_adds is not None
    message = _("of the regular one's: {parameters} of the parameters, {adds} of the multiply-adds")
    yield message.format(
        parameters=_percent(chosen.parameters / regular.parameters),
        adds=_percent(chosen.multiply_adds / regular.multiply_adds),
    )
    if chosen.kind == SEPARABLE:
        taps, out = " · ".join(map(str, chosen.spatial.kernel_size)), chosen.layers[-1].out_channels
        share = 1 / out + 1 / np.prod(chosen.spatial.kernel_size)
        yield _("1 / out_channels + 1 / taps = 1 / {out} + 1 / ({taps}) = {share} of the multiply-adds").format(
            out=out, taps=taps, share=_percent(share)
        )
    if chosen.kind == GROUPED and chosen.spatial.groups == chosen.spatial.in_channels:
        yield _("groups = in_channels is depthwise: no channel meets another, until a 1 × 1 layer mixes them")


def _parameter_line(layer: Layer) -> str:
    shape = layer.weight_shape
    told = {"shape": shape, "product": " · ".join(map(str, shape)), "count": math.prod(shape), "all": layer.parameters}
    line = _("weight {shape}: {product} = {count:,}").format(**told)
    if layer.bias:
        line += _(" and a bias for each of {out} maps: {all:,} parameters").format(out=layer.out_channels, **told)
    else:
        line += _(" parameters, without bias")
    if layer.groups > 1:
        line += _("; each map reads {into} / {groups} = {each} of the input channels").format(
            into=layer.in_channels, groups=layer.groups, each=layer.in_channels // layer.groups
        )
    elif layer.is_transposed:
        line += _("; in_channels first")
    return line


def _product_line(layer: Layer, shape: Axes) -> str:
    cells = shape if layer.is_transposed else layer.output_shape(shape)[1:]
    message = (
        _("each weight is used once for every input cell: {weights:,} · {cells} = {adds:,} multiply-adds")
        if layer.is_transposed
        else _("each weight is used once for every output cell: {weights:,} · {cells} = {adds:,} multiply-adds")
    )
    return message.format(
        weights=math.prod(layer.weight_shape),
        cells=" · ".join(map(str, cells)),
        adds=layer.multiply_adds((layer.in_channels, *shape)),
    )


def _table(result: Result) -> Iterator[str]:
    """All kinds with their numbers, the chosen one marked."""
    rows = [("", _("output"), _("parameters"), _("multiply-adds"))]
    for kind, variant in result.variants.items():
        name = ("→ " if kind == result.settings.kind else "  ") + _(KINDS[kind])
        rows.append((name, *variant.numbers))
    yield from in_columns(rows)


def _cell_lines(result: Result) -> Iterator[str]:
    chosen, cell = result.chosen, cell_of(result)
    layer, value = chosen.spatial, float(chosen.output[cell])
    channels = channels_behind(chosen.layers, cell[0])
    reach = [axis[index] for axis, index in zip(layer.reach(chosen.shape), cell[1:], strict=True)]
    names = [_("rows"), _("columns")] if len(reach) == 2 else [_("samples")]
    if not all(reach):
        yield _("no input cell writes here: the stride leaves it out; it holds the bias alone, {value}").format(
            value=number(value)
        )
        return
    places = ", ".join(f"{name} {_listed(axis)}" for name, axis in zip(names, reach, strict=True))
    taps = [len(axis) for axis in reach]
    message = _("input {places} write to it") if layer.is_transposed else _("it reads input {places}")
    yield message.format(places=places) + _padding_note(chosen, cell[1:], taps)
    message = ngettext("of input channel {channels}", "of the input channels {channels}", len(channels))
    told = message.format(channels=_listed(channels))
    if chosen.kind == SEPARABLE:
        product = " · ".join(map(str, taps))
        message = _("{told}: {count} sums of {product} products on one channel each, then {count} products across them")
        yield message.format(told=told, count=len(channels), product=product)
    else:
        factors = " · ".join(map(str, [len(channels), *taps]))
        message = _("{told}: {factors} = {count} products")
        yield message.format(told=told, factors=factors, count=len(channels) * int(np.prod(taps)))
    yield _("its value: {value}").format(value=number(value))


def _padding_note(variant: Variant, place: Axes, taps: list[int]) -> str:
    inside = [len(axis) for axis in variant.spatial.reads(variant.shape, place)]
    outside = int(np.prod(taps)) - int(np.prod(inside))
    if not outside:
        return ""
    message = ngettext("; {outside} of these cells is padding", "; {outside} of these cells are padding", outside)
    return message.format(outside=outside)


def _count_lines(variant: Variant) -> Iterator[str]:
    counts = products(variant.spatial, variant.shape)
    numbers, cells = np.unique(counts, return_counts=True)
    if len(numbers) > _MOST_COUNTS:
        yield _("in one channel: from {least:.0f} to {most:.0f}").format(least=numbers[0], most=numbers[-1])
    else:
        shares = zip(numbers, cells / counts.size, strict=True)
        told = ", ".join(f"{number:.0f} ({_percent(share)})" for number, share in shares)
        yield _("in one channel: {told} of the output cells").format(told=told)
    if not variant.spatial.is_transposed:
        return
    settings = {"kernel": _axes(variant.spatial.kernel_size), "stride": _axes(variant.spatial.stride)}
    if 0 in numbers:
        yield _("stride {stride} leaves gaps between the stamps of the kernel, {kernel} cells large").format(**settings)
    elif overlaps_evenly(variant.spatial):
        message = _("kernel {kernel} is a multiple of stride {stride}: away from the border every cell gets as many")
        yield message.format(**settings)
    else:
        message = _("kernel {kernel} is no multiple of stride {stride}: neighbours get unequally many, a checkerboard")
        yield message.format(**settings)


def _legends(result: Result, revealed: bool) -> Iterator[Legend | Swatch]:
    chosen = result.chosen
    yield Legend(_("input"), image_scale(array(result.x)))
    if revealed and not chosen.problem:
        for scale in dict.fromkeys(output_scales(chosen, result.settings.channel).values()):
            if chosen.kind != SIGNAL:
                yield Legend(_("output maps of the chosen kind"), scale)
        if chosen.kind != SIGNAL:
            yield Legend(_("input cells behind an output cell"), count_scale(chosen))
    yield Swatch(_("chosen cell and map, and what they read"), WINDOW)
    if chosen.problem:
        return
    steps = [axis for axis in chosen.spatial.steps(chosen.shape) if isinstance(axis, SizeSteps)]
    if any(axis.before + axis.after for axis in steps):
        yield Swatch(_("padding"), PADDING)
    if any(axis.dropped for axis in steps):
        yield Swatch(_("dropped by the floor"), UNREACHED)


def _question_state(result: Result) -> str:
    message = _("A {shape} input and a {kind} convolution; all outputs are hidden until you have predicted its width.")
    x = result.signal if result.settings.kind == SIGNAL else result.x
    return message.format(shape=times(x.shape), kind=_(KINDS[result.settings.kind]))


def _state(result: Result) -> str:
    chosen = result.chosen
    told = ", ".join(_kind_state(variant) for variant in result.variants.values())
    message = _("A {shape} input gives, with parameters in brackets: {kinds}.")
    state = message.format(shape=times(result.x.shape), kinds=told)
    if chosen.problem:
        return state
    cell = cell_of(result)
    channels = channels_behind(chosen.layers, cell[0])
    message = ngettext(
        "{state} {kind}: {adds:,} multiply-adds; cell {cell} of map {channel} is {value}, from input channel {channels}.",
        "{state} {kind}: {adds:,} multiply-adds; cell {cell} of map {channel} is {value}, from input channels {channels}.",
        len(channels),
    )
    return message.format(
        state=state,
        kind=_(KINDS[chosen.kind]),
        adds=chosen.multiply_adds,
        cell=cell[1:] if len(cell) > 2 else cell[1],
        channel=cell[0],
        value=number(float(chosen.output[cell])),
        channels=_listed(channels),
    )


def _kind_state(variant: Variant) -> str:
    if variant.problem:
        return _("{kind} no output").format(kind=_(KINDS[variant.kind]))
    size, parameters, _adds = variant.numbers
    return f"{_(KINDS[variant.kind])} {size} ({parameters})"


def _listed(numbers: tuple[int, ...]) -> str:
    """Whole numbers in words: a range as its ends, its step told."""
    if len(numbers) == 1:
        listed = str(numbers[0])
    elif len(numbers) == 2:
        listed = _("{first} and {last}").format(first=numbers[0], last=numbers[1])
    else:
        step = numbers[1] - numbers[0]
        listed = f"{numbers[0]} … {numbers[-1]}"
        if step > 1:
            listed = _("{ends} in steps of {step}").format(ends=listed, step=step)
    return listed.replace("-", "−")


def _percent(share: float) -> str:
    return f"{share:.0%}" if share > 0.01 else f"{share:.1%}"


def _axes(axes: Axes) -> str:
    return str(axes[0]) if len(set(axes)) == 1 else times(axes)
