"""The description of the padding explorer: the call, what the padding writes, the sizes, and how wrong the border is."""

from __future__ import annotations

from collections.abc import Iterator

from course.arithmetic import SizeSteps
from course.explorers.padding.result import Result
from course.explorers.padding.view import EDGE, TINTS, error_scale, input_scale, output_scale, shown
from course.explorers.sizes import size_lines
from course.explorers.text import Description, Legend, Section, Swatch, number, times
from course.figures import UNREACHED, WINDOW, Scale
from course.language import _, ngettext

_NUMBERS_OF_ROW = 4
_LONGEST_BAR = 24


def describe(result: Result, revealed: bool) -> Description:
    """The call, what the padding writes, the sizes, the chosen cell, and how wrong the border is."""
    legends: list[Legend | Swatch] = [
        Legend(_("input"), input_scale(result)),
        Swatch(_("padding: its values in blues"), TINTS[len(TINTS) // 2]),
        Swatch(_("edge of the input"), EDGE),
        Swatch(_("window, and the output cell"), WINDOW),
    ]
    sections = [Section(_("What the padding writes"), tuple(_padding_lines(result)))]
    if revealed:
        legends.insert(1, Legend(_("outputs"), output_scale(result)))
        legends.insert(2, Legend(_("real cells in the window"), Scale(0, result.taps)))
        if result.errors:
            legends.insert(3, Legend(_("error"), error_scale(result)))
        sections.insert(0, Section(_("Output size"), tuple(_size_lines(result))))
        cell = _("Output cell y{place}").format(place=[0, *result.cell])
        sections.append(Section(cell, tuple(_cell_lines(result))))
        sections.append(Section(_("The border of the output"), tuple(_border_lines(result))))
    if any(steps.dropped for steps in result.steps):
        legends.append(Swatch(_("dropped by the floor"), UNREACHED))
    return Description(result.code, _state(result, revealed), tuple(sections), tuple(legends))


def _size_lines(result: Result) -> Iterator[str]:
    yield from size_lines(*result.steps)
    rows, columns = result.steps
    wanted = tuple(-(-steps.size // steps.stride) for steps in result.steps)
    message = (
        _("size / stride, rounded up: {height} × {width}; so it is here")
        if wanted == (rows.output, columns.output)
        else _("size / stride, rounded up: {height} × {width}; here it is {output_height} × {output_width}")
    )
    yield message.format(height=wanted[0], width=wanted[1], output_height=rows.output, output_width=columns.output)


def _padding_lines(result: Result) -> Iterator[str]:
    (rows, columns), padding = result.steps, result.call.padding
    if padding == "valid":
        yield _("'valid' adds nothing: every window lies inside the input")
    elif padding == "same":
        yield from _same_lines(result)
    else:
        message = _("padding=(rows, columns): {rows} above and {rows} below, {columns} left and {columns} right")
        yield message.format(rows=rows.before, columns=columns.before)
    if rows.padded == rows.size and columns.padded == columns.size:
        return
    dark = not input_scale(result).signed
    about = {
        "zeros": _("'zeros', the default, writes 0: black") if dark else _("'zeros', the default, writes 0"),
        "reflect": _("'reflect' mirrors the input at its edge; the edge itself is not repeated"),
        "replicate": _("'replicate' repeats the edge"),
        "circular": _("'circular' goes on with the other end, as if the input were a tile"),
    }
    yield about[result.call.padding_mode]
    yield _example(result)


def _same_lines(result: Result) -> Iterator[str]:
    sides = (_("height"), _("above"), _("below")), (_("width"), _("left"), _("right"))
    for steps, (axis, first, last) in zip(result.steps, sides, strict=True):
        total = steps.before + steps.after
        needs = f"{steps.dilation} · ({steps.kernel} − 1) = {total}"
        message = _("{axis}: 'same' adds dilation · (kernel − 1) = {needs} in all: {before} {first}, {after} {last}")
        line = message.format(axis=axis, needs=needs, before=steps.before, first=first, after=steps.after, last=last)
        yield line + (_(" (the odd one goes {last})").format(last=last) if total % 2 else "")


def _example(result: Result) -> str:
    """The ends of one line of the padded input in numbers: padding | input | padding."""
    rows, columns = result.steps
    values = shown(result.padded)
    across = columns.before + columns.after > 0
    steps, name = (columns, _("row 0")) if across else (rows, _("column 0"))
    line = values[rows.before] if across else values[:, columns.before]
    inside = line[steps.before : steps.before + steps.size]
    numbers = [*map(_short, inside)]
    if steps.size > 2 * _NUMBERS_OF_ROW:
        numbers = [*numbers[:_NUMBERS_OF_ROW], "…", *numbers[-_NUMBERS_OF_ROW:]]
    before, after = [*map(_short, line[: steps.before])], [*map(_short, line[steps.before + steps.size :])]
    if len(before) > _NUMBERS_OF_ROW:
        before = ["…", *before[-_NUMBERS_OF_ROW:]]
    if len(after) > _NUMBERS_OF_ROW:
        after = [*after[:_NUMBERS_OF_ROW], "…"]
    return f"{name}: {' '.join(before)} | {' '.join(numbers)} | {' '.join(after)}"


def _cell_lines(result: Result) -> Iterator[str]:
    settings = result.settings
    rows, columns = result.call.window(settings.row, settings.column)
    real = int(result.seen[settings.row, settings.column])
    message = _("taps on input rows {rows} and columns {columns}: {real} of {taps} read the input, {padding} padding")
    yield message.format(
        rows=_span(rows), columns=_span(columns), real=real, taps=result.taps, padding=result.taps - real
    )
    value = float(result.y[settings.row, settings.column])
    if result.y_real is None:
        yield _("its value: {value}").format(value=number(value))
        return
    known = float(result.y_real[settings.row, settings.column])
    message = _("its value: {value}; with what is really there: {known}; error {error}")
    yield message.format(value=number(value), known=number(known), error=number(value - known))


def _border_lines(result: Result) -> Iterator[str]:
    touched, cells = int((result.seen < result.taps).sum()), result.seen.numel()
    message = ngettext(
        "{touched} of {cells} output cell sees padding ({percent:.0%})",
        "{touched} of {cells} output cells see padding ({percent:.0%})",
        cells,
    )
    yield message.format(touched=touched, cells=cells, percent=touched / cells)
    if result.real is None:
        yield _("what really lies around this input is not known, so the error is not, either")
        return
    if not result.errors:
        return
    yield _("compared with {code} on a cut-out with its real neighbours").format(code=result.real_code)
    yield _("mean |error| of the cells that see padding:")
    known = [error for error in result.errors.values() if error is not None]
    best, longest = min(known), max(known) or 1.0
    for mode, error in result.errors.items():
        here = "←" if mode == result.call.padding_mode else ""
        if error is None:
            told = _("does not reach so far")
        else:
            bar = "█" * round(_LONGEST_BAR * error / longest)
            told = f"{number(error)} {bar}{_(' least') if error == best else ''}"
        yield f"  {mode:<9} {told} {here}".rstrip()


def _state(result: Result, revealed: bool) -> str:
    rows, columns = result.steps
    numbers = {
        "shape": f"{rows.size} × {columns.size}",
        "kernel": times(result.call.kernel_size),
        "padding": _sides_text(rows, columns, result.call.padding_mode),
    }
    if not revealed:
        message = _(
            "A {shape} input {padding} and a {kernel} kernel; the output is hidden until you have predicted its size."
        )
        return message.format(**numbers)
    settings, touched = result.settings, int((result.seen < result.taps).sum())
    message = _(
        "A {shape} input {padding} and a {kernel} kernel give an output of {height} × {width}; {touched} of its {cells} cells "
        "see padding; cell ({row}, {column}) reads {real} real cells of {taps} and is {value}"
    )
    state = message.format(
        **numbers,
        height=rows.output,
        width=columns.output,
        touched=touched,
        cells=result.y.numel(),
        row=settings.row,
        column=settings.column,
        real=int(result.seen[settings.row, settings.column]),
        taps=result.taps,
        value=number(float(result.y[settings.row, settings.column])),
    )
    if result.y_real is None:
        return state + "."
    known = number(float(result.y_real[settings.row, settings.column]))
    return state + _(", with the real surroundings {known}.").format(known=known)


def _sides_text(rows: SizeSteps, columns: SizeSteps, mode: str) -> str:
    if rows.padded == rows.size and columns.padded == columns.size:
        return _("without padding")
    message = _("with '{mode}' padding (top {top}, bottom {bottom}, left {left}, right {right})")
    return message.format(mode=mode, top=rows.before, bottom=rows.after, left=columns.before, right=columns.after)


def _span(taps: range) -> str:
    ends = f"{taps[0]} … {taps[-1]}" if len(taps) > 1 else str(taps[0])
    ends = ends.replace("-", "−")
    return (
        ends if taps.step == 1 or len(taps) == 1 else _("{ends} in steps of {step}").format(ends=ends, step=taps.step)
    )


def _short(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
