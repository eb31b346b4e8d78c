"""The description of the pooling explorer: the call, the sizes, the chosen window, the gradient, and the moved image."""

from __future__ import annotations

from collections.abc import Iterator

from course.explorers.pooling.result import Result, adaptive_window
from course.explorers.pooling.settings import ADAPTIVE, AVERAGE, MAX
from course.explorers.pooling.view import WINNER, difference_scale, gradient_scale, input_scale
from course.explorers.sizes import size_lines
from course.explorers.text import Description, Legend, Section, Swatch, number, times
from course.figures import PADDING, UNREACHED, WINDOW
from course.language import _, ngettext

_MOST_NUMBERS = 9
_MOST_WINDOWS = 5


def describe(result: Result, revealed: bool) -> Description:
    """The call, the sizes, the chosen window, and what the two experiments show."""
    settings, steps = result.settings, result.steps
    legends: list[Legend | Swatch] = [Legend(_("input, output"), input_scale(result))]
    if revealed and settings.gradient:
        legends.append(Legend(_("gradient"), gradient_scale(result)))
    if revealed and settings.shift:
        legends.append(Legend(_("difference"), difference_scale(result)))
    legends.append(Swatch(_("window, and the output cell"), WINDOW))
    if result.winners is not None:
        legends.append(Swatch(_("the largest pixel of a window"), WINNER))
    if settings.padding and steps is not None:
        legends.append(Swatch(_("padding"), PADDING))
    if steps is not None and any(axis.dropped for axis in steps):
        legends.append(Swatch(_("dropped by the floor"), UNREACHED))
    sections: list[Section] = []
    if revealed:
        sections.append(Section(_("Output size"), tuple(_size_lines(result))))
        cell = _("Output cell y{place}").format(place=[0, 0, settings.row, settings.column])
        sections.append(Section(cell, tuple(_cell_lines(result))))
        if settings.gradient:
            sections.append(Section(_("Where the gradient goes"), tuple(_gradient_lines(result))))
        if settings.shift:
            sections.append(Section(_("The moved image"), tuple(_shift_lines(result))))
        if result.difference is not None:
            sections.append(Section(_("Your max_pool"), tuple(_own_lines(result.difference))))
    return Description(result.code, _state(result, revealed), tuple(sections), tuple(legends))


def _size_lines(result: Result) -> Iterator[str]:
    if result.steps is not None:
        yield from size_lines(*result.steps)
    else:
        output = result.settings.output
        for axis, size in zip((_("height"), _("width")), result.x.shape, strict=True):
            windows = [adaptive_window(index, size, output) for index in range(output)]
            spans = [f"{w.start}–{w.stop - 1}" for w in windows[:_MOST_WINDOWS]]
            more = " …" if output > _MOST_WINDOWS else ""
            message = _("{axis}: {size} cells in {output} windows: {spans}{more}")
            yield message.format(axis=axis, size=size, output=output, spans=", ".join(spans), more=more)
        if any(size % output for size in result.x.shape):
            yield _("{output} does not divide the size, so windows overlap or differ in size.").format(output=output)
    yield _("parameters: 0, there is nothing to learn   channels: as many as before, each pooled by itself")


def _cell_lines(result: Result) -> Iterator[str]:
    rows, columns = result.window
    message = _("the window reads rows {top} to {bottom} and columns {left} to {right}: {count} of the input's pixels")
    yield message.format(
        top=rows[0], bottom=rows[-1], left=columns[0], right=columns[-1], count=len(rows) * len(columns)
    )
    values = [number(value) for value in result.patch.flatten().tolist()]
    settings = result.settings
    if result.winner is not None:
        listed = (
            ", ".join(values) if len(values) <= _MOST_NUMBERS else _("its {count} pixels").format(count=len(values))
        )
        place = [0, 0, *result.winner]
        yield _("max({listed}) = {value}, which is x{place}").format(
            listed=listed, value=number(result.value), place=place
        )
        if result.touches_padding:
            yield _("Padding counts as −∞ here, so it never wins.")
        if int((result.patch == result.patch.max()).sum()) > 1:
            yield _("Several pixels are equally large: the first one counts.")
        return
    count = settings.kernel**2 if settings.kind == AVERAGE else len(values)
    if len(values) <= _MOST_NUMBERS:
        zeros = _(" + zeros") if count > len(values) else ""
        yield f"({' + '.join(values)}{zeros}) / {count} = {number(result.value)}"
    else:
        message = _("the sum of its {pixels} pixels / {count} = {value}")
        yield message.format(pixels=len(values), count=count, value=number(result.value))
    if result.touches_padding:
        yield _("Padding counts as 0 and is divided by, too: the border gets darker. (count_include_pad=True)")


def _gradient_lines(result: Result) -> Iterator[str]:
    pixels, reached = result.gradient.numel(), int((result.gradient != 0).sum())
    if result.settings.kind == MAX:
        yield _("Each window passes its whole gradient to its largest pixel; the others get 0.")
    elif result.settings.kind == AVERAGE:
        share = result.settings.kernel**2
        yield _("Each window shares its gradient out evenly: each of its pixels gets 1/{share} of it.").format(
            share=share
        )
    else:
        yield _("Each window shares its gradient out evenly among its pixels.")
    message = ngettext(
        "{reached} of {pixels} pixel gets some, at most {most}",
        "{reached} of {pixels} pixels get some, at most {most}",
        pixels,
    )
    yield message.format(reached=reached, pixels=pixels, most=number(float(result.gradient.max())))


def _shift_lines(result: Result) -> Iterator[str]:
    settings, shifted = result.settings, result.shifted
    assert shifted is not None
    yield ngettext(
        "the image moved to the right by {shift} column; mean |difference| from before:",
        "the image moved to the right by {shift} columns; mean |difference| from before:",
        settings.shift,
    ).format(shift=settings.shift)
    rows = [(_("the image itself"), shifted.input_change), (_("the output"), shifted.output_change)]
    if shifted.skipped_change is not None:
        message = _("every {stride}th pixel") if settings.stride > 3 else _("every second pixel")
        message = _("every third pixel") if settings.stride == 3 else message
        rows.append((message.format(stride=settings.stride), shifted.skipped_change))
    widest = max(len(name) for name, _change in rows)
    yield from (f"  {name:<{widest}}  {number(change)}" for name, change in rows)
    if shifted.moved is not None:
        message = ngettext(
            "{shift} is a multiple of the stride {stride}: away from the border the output moved by {columns} column and did not change otherwise.",
            "{shift} is a multiple of the stride {stride}: away from the border the output moved by {columns} columns and did not change otherwise.",
            shifted.moved,
        )
        yield message.format(shift=settings.shift, stride=settings.stride, columns=shifted.moved)
    elif settings.kind != ADAPTIVE and settings.shift % settings.stride:
        message = _("{shift} is no multiple of the stride {stride}: the windows now cut the image elsewhere.")
        yield message.format(shift=settings.shift, stride=settings.stride)


def _own_lines(difference: float) -> Iterator[str]:
    if difference == 0:
        yield _("The output shown is yours, and it equals torch's in every cell.")
    else:
        message = _("The output shown is yours. Its largest difference from torch's is {difference}.")
        yield message.format(difference=number(difference))


def _state(result: Result, revealed: bool) -> str:
    settings, (height, width) = result.settings, result.x.shape
    kernel = times((settings.kernel, settings.kernel))
    names = {
        MAX: _("max pooling over windows of {kernel}").format(kernel=kernel),
        AVERAGE: _("average pooling over windows of {kernel}").format(kernel=kernel),
        ADAPTIVE: _("adaptive average pooling"),
    }
    numbers = {"height": height, "width": width, "pooling": names[settings.kind]}
    if not revealed:
        message = _("A {height} × {width} image and {pooling}; the output is hidden until you have predicted its size.")
        return message.format(**numbers)
    rows, columns = result.window
    message = _(
        "A {height} × {width} image and {pooling} give an output of {out_height} × {out_width}; cell ({row}, {column}) is "
        "{value}, from input rows {top} to {bottom} and columns {left} to {right}."
    )
    return message.format(
        **numbers,
        out_height=result.y.shape[0],
        out_width=result.y.shape[1],
        row=settings.row,
        column=settings.column,
        value=number(result.value),
        top=rows[0],
        bottom=rows[-1],
        left=columns[0],
        right=columns[-1],
    )
