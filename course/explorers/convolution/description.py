"""The description of the convolution explorer: the call, the sizes, the chosen cell's sum, and what the picture shows."""

from __future__ import annotations

from collections.abc import Iterator

from course.explorers.convolution.result import Result
from course.explorers.convolution.view import MOST_INPUTS, inputs_shown, kernel_scale, output_scales
from course.explorers.drawing import array, image_scale
from course.explorers.sizes import size_lines
from course.explorers.text import Description, Legend, Section, Swatch, number, times
from course.figures import PADDING, UNREACHED, WINDOW
from course.language import _, ngettext

_MOST_PRODUCTS = 9


def describe(result: Result, revealed: bool) -> Description:
    """The call, the sizes, the chosen cell's arithmetic, and what the picture shows."""
    legends: list[Legend | Swatch] = [Legend(_("input"), image_scale(array(result.x)))]
    legends.append(Legend(_("kernel"), kernel_scale(result)))
    if revealed:
        legends += [Legend(_("feature maps"), scale) for scale in dict.fromkeys(output_scales(result).values())]
    legends += [Swatch(_("window, and the output cell"), WINDOW), Swatch(_("padding"), PADDING)]
    if any(steps.dropped for steps in result.steps):
        legends.append(Swatch(_("dropped by the floor"), UNREACHED))
    sections: tuple[Section, ...] = ()
    if revealed:
        cell = _("Output cell y{place}").format(place=[0, *result.cell])
        sections = (
            Section(_("Output size"), (*size_lines(*result.steps), *_cost_lines(result))),
            Section(cell, tuple(_cell_lines(result))),
        )
    return Description(str(result.call), _state(result, revealed), sections, tuple(legends))


def _cost_lines(result: Result) -> Iterator[str]:
    call = result.call
    shapes = _("x: {x} → y: {y}").format(x=(1, *result.x.shape), y=(1, *result.y.shape))
    adds = call.multiply_adds(tuple(result.x.shape), tuple(result.y.shape))
    message = _("{shapes}   parameters: {count:,}   multiply-adds: {adds:,}")
    yield message.format(shapes=shapes, count=call.parameters, adds=adds)


def _cell_lines(result: Result) -> Iterator[str]:
    """The chosen cell's value as a sum over input channels and, for small kernels, over taps."""
    channel, row, column = result.cell
    sums = result.products.sum(dim=(1, 2)).tolist()
    for index, total in zip(inputs_shown(result), sums, strict=False):
        inside = index - result.group.start
        yield f"x[0, {index}]: {_products(result, inside)} = {number(total)}"
    others = sums[MOST_INPUTS:]
    parts = [number(total) for total in sums[:MOST_INPUTS]]
    if others:
        message = ngettext(
            "{count} more channel, not drawn: {total}", "{count} more channels, not drawn: {total}", len(others)
        )
        yield message.format(count=len(others), total=number(sum(others)))
        parts.append(number(sum(others)))
    if result.bias is not None:
        parts.append(_("{bias} (bias)").format(bias=number(float(result.bias[channel]))))
    value = float(result.y[channel, row, column])
    if len(parts) > 1:
        parts = [f"{' + '.join(parts)} = {number(value)}"]
    yield f"y[0, {channel}, {row}, {column}] = {parts[0]}"


def _products(result: Result, inside: int) -> str:
    values = result.patch[inside].flatten().tolist()
    if len(values) > _MOST_PRODUCTS:
        return _("the sum of {count} products").format(count=len(values))
    weights = result.weight[result.settings.channel, inside].flatten().tolist()
    pairs = zip(values, weights, strict=True)
    products = [f"{v:.2f}·{w:.2f}" if w >= 0 else f"{v:.2f}·({w:.2f})" for v, w in pairs]
    return " + ".join(products).replace("-", "−")


def _state(result: Result, revealed: bool) -> str:
    call, (rows, columns) = result.call, result.steps
    numbers = {
        "shape": times(result.x.shape),
        "kernel": times(call.kernel_size),
        "padding": _padding_text(result),
        "maps": call.out_channels,
    }
    if not revealed:
        message = _(
            "A {shape} input {padding} and a {kernel} kernel; the feature maps (out_channels={maps}) are hidden until you have predicted their size."
        )
        return message.format(**numbers)
    channel, row, column = result.cell
    taps = call.window(row, column)
    message = _(
        "A {shape} input {padding} and a {kernel} kernel (out_channels={maps}) give feature maps of {height} × {width}; cell ({row}, {column}) of map "
        "{channel} is {value}, from input rows {top} to {bottom} and columns {left} to {right}."
    )
    return message.format(
        **numbers,
        height=rows.output,
        width=columns.output,
        channel=channel,
        row=row,
        column=column,
        value=number(float(result.y[channel, row, column])),
        top=taps[0][0],
        bottom=taps[0][-1],
        left=taps[1][0],
        right=taps[1][-1],
    )


def _padding_text(result: Result) -> str:
    sides = [(steps.before, steps.after) for steps in result.steps]
    if not any(map(any, sides)):
        return _("without padding")
    if len({cells for side in sides for cells in side}) == 1:
        cells = sides[0][0]
        message = ngettext(
            "with {cells} cell of padding on every side", "with {cells} cells of padding on every side", cells
        )
        return message.format(cells=cells)
    message = _("with padding (top {top}, bottom {bottom}, left {left}, right {right})")
    return message.format(top=sides[0][0], bottom=sides[0][1], left=sides[1][0], right=sides[1][1])
