"""What the network explorer says: the torch text, the table of layers, the chosen layer's arithmetic, and what a cell sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from torch import nn

from course import arithmetic
from course.arithmetic import SizeSteps
from course.explorers.network.fields import Field
from course.explorers.network.reach import Measured
from course.explorers.network.reasons import Failed
from course.explorers.network.run import Row
from course.explorers.network.specs import pair_of
from course.explorers.network.stack import stack_text
from course.explorers.network.view import box_of, heat_scale, maps_scale, page_of, scores_of
from course.explorers.question import Verdict
from course.explorers.sizes import judge_sizes, size_lines
from course.explorers.words import Legend, Problem, Section, Swatch, Words
from course.figures import PADDING, WINDOW
from course.language import N_, _

if TYPE_CHECKING:
    from course.explorers.network import Result

_HEADERS = (N_("layer"), N_("input"), N_("output"), N_("parameters"), N_("multiply-adds"), N_("sees"), N_("jump"))
_MOST_LINES = 28  # of a table as plain text
_MOST_TOLD_SCORES = 3
_NONE = "–"


@dataclass(frozen=True)
class TableLine:
    """A layer in the table, as text; `mark` is "chosen", "failed", "total" or nothing."""

    number: str
    cells: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True)
class NetworkWords(Words):
    """Texts with a table of layers; the network may have stopped at one of them."""

    table: tuple[TableLine, ...] = ()
    problem: Problem | None = None

    def lines(self) -> Iterator[str]:
        """Everything as plain text, line by line."""
        yield from self.call.splitlines()
        if self.problem:
            yield ""
            yield _("The network does not run to its end.")
            yield from (f"  {line}" for line in (self.problem.plain, _("torch says:"), self.problem.torch))
        yield ""
        yield from _plain_table(self.table)
        for section in self.sections:
            yield ""
            yield section.title
            yield from (f"  {line}" for line in section.lines)
        yield ""
        yield self.state

    def html(self) -> str:
        """The texts as HTML, apart from the state, which has its own place."""
        call = f'<pre class="cx-call">{escape(self.call)}</pre>'
        first = self.problem.html() if self.problem else f'<div class="cx">{call}</div>'
        below = Words("", self.state, self.sections, self.legends).html().replace('<pre class="cx-call"></pre>', "")
        return f"{first}{_html_table(self.table)}{below}"


def words(result: Result, revealed: bool) -> Words:
    """The torch text, the table, and about the chosen layer its arithmetic, its maps and what its cell sees."""
    call = _call(result, revealed)
    problem = None
    if result.failure is not None:
        problem = Problem(call, _with_place(result.failure), result.failure.torch)
    table = tuple(_table(result, revealed))
    if not revealed and problem is None:
        return NetworkWords(call, _question_state(result), (), (), table)
    sections = [
        *_notes(result),
        Section(_layer_title(result), tuple(_layer_lines(result))),
        Section(_field_title(result), tuple(_field_lines(result))),
    ]
    scores = tuple(_score_lines(result))
    if scores:
        sections.append(Section(_("What the network gives in the end"), scores))
    return NetworkWords(
        call, _state(result), tuple(filter(lambda s: s.lines, sections)), _legends(result), table, problem
    )


def judge(result: Result, guess: tuple[int, ...]) -> Verdict:
    """What is said of a guessed (channels, height, width)."""
    row = result.row
    if row is None or not result.is_chosen:
        return Verdict(False, _("The chosen layer gives nothing: the reason stands below."))
    truth = (*row.out_shape, 1, 1)[:3]
    said = {"guess": " × ".join(map(str, guess)), "truth": " × ".join(map(str, truth))}
    steps = _steps(row)
    told = _(_ABOUT_SHAPES.get(type(row.module), ""))
    if guess == truth:
        lines = "; ".join(size_lines(*steps)) if steps else told
        return Verdict(True, " ".join(filter(None, (_("Right: {truth}.").format(**said), lines))))
    hints = [_("Not quite: you said {guess}, it is {truth}.").format(**said)]
    if guess[0] != truth[0]:
        hints.append(_channel_hint(row, guess[0]))
    if steps and guess[1:] != truth[1:]:
        hints.append(judge_sizes(guess[1:], *steps).text)
    elif not steps:
        hints.append(told)
    return Verdict(False, " ".join(filter(None, hints)))


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


def _table(result: Result, revealed: bool) -> Iterator[TableLine]:
    chosen = result.settings.layer - 1
    yield TableLine("", (_("input"), "", str(tuple(result.x.shape)), "", "", _NONE, _NONE))
    for index, row in enumerate(result.trace.rows):
        mark = "chosen" if index == chosen else ""
        if not revealed and index >= chosen and result.failure is None:
            hidden = str(row.in_shape) if index == chosen else "?"
            yield TableLine(str(index + 1), (_name(result, row), hidden, *("?",) * 5), mark)
            continue
        yield TableLine(
            str(index + 1),
            (_name(result, row), str(row.in_shape), str(row.out_shape), *_counts(row), *_field(row)),
            mark,
        )
    if result.failure is not None:
        failure = result.failure
        name = " ".join(filter(None, (_label(result, failure.name), failure.text.removeprefix("nn."))))
        yield TableLine(
            str(failure.index + 1), (name or _("after it"), str(failure.in_shape), _("fails"), *("",) * 4), "failed"
        )
    elif revealed:
        products = sum(row.multiply_adds or 0 for row in result.trace.rows)
        cells = (_("whole network"), "", "", f"{result.trace.parameters:,}", f"{products:,}", "", "")
        yield TableLine("", cells, "total")


def _name(result: Result, row: Row) -> str:
    return " ".join(filter(None, (_label(result, row.name), row.kind)))


def _label(result: Result, name: str) -> str:
    """A layer's name where it tells more than its number."""
    return "" if result.texts else name


def _counts(row: Row) -> tuple[str, str]:
    parameters = f"{row.parameters:,}" if not row.again else _("as above") if row.parameters else "0"
    return parameters, _NONE if row.multiply_adds is None else f"{row.multiply_adds:,}"


def _field(row: Row) -> tuple[str, str]:
    fields = row.seen.fields if row.seen else None
    if fields is None:
        return _("measured only") if len(row.out_shape) in (1, 3) else _NONE, _NONE
    sizes = [f"{field.size}" if field.exact else f"≤{field.size}" for field in fields]
    jumps = [str(field.jump) for field in fields]
    moves = len(row.out_shape) == 3 and any(field.count > 1 for field in fields)
    return _both(sizes), _both(jumps) if moves else _NONE


def _both(texts: list[str]) -> str:
    return texts[0] if texts[0] == texts[1] else " × ".join(texts)


def _with_place(failure: Failed) -> str:
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
    return _("Layer {number}, {name}").format(number=result.index + 1, name=_name(result, result.row))


def _layer_lines(result: Result) -> Iterator[str]:
    row = result.row
    if row is None:
        return
    steps = _steps(row)
    if steps:
        yield from size_lines(*steps)
    elif isinstance(row.module, nn.ConvTranspose2d):
        yield from _transposed_lines(row.module, row)
    elif type(row.module) in _ABOUT_SHAPES:
        yield _(_ABOUT_SHAPES[type(row.module)])
    yield from _count_lines(row.module, row)
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
    module: Any = row.module
    if not isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d) or len(row.in_shape) != 3:
        return None
    kernel, stride, dilation = (pair_of(getattr(module, name, 1)) for name in ("kernel_size", "stride", "dilation"))
    padding = (module.padding,) * 2 if isinstance(module.padding, str) else pair_of(module.padding)
    rows, columns = (
        arithmetic.output_steps(size, kernel[axis], stride[axis], padding[axis], dilation[axis])
        for axis, size in enumerate(row.in_shape[1:])
    )
    return (rows, columns) if (rows.output, columns.output) == row.out_shape[1:] else None  # not with ceil_mode


def _transposed_lines(module: nn.ConvTranspose2d, row: Row) -> Iterator[str]:
    lines = []
    for axis, name in enumerate((_("height"), _("width"))):
        size, kernel, stride = row.in_shape[1 + axis], module.kernel_size[axis], module.stride[axis]
        padding, extra, dilation = (pair_of(v)[axis] for v in (module.padding, module.output_padding, module.dilation))
        sum_ = f"({size} − 1) · {stride} − 2 · {padding} + {dilation} · ({kernel} − 1) + {extra} + 1"
        lines.append((name, f"{sum_} = {row.out_shape[1 + axis]}"))
    if lines[0][1] == lines[1][1]:
        yield f"{_('height, width')}: {lines[0][1]}"
    else:
        yield from (f"{name}: {text}" for name, text in lines)


def _count_lines(module: Any, row: Row) -> Iterator[str]:
    if not isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        return
    shape = tuple(module.weight.shape)
    bias = 0 if module.bias is None else module.bias.numel()
    factors = " · ".join(map(str, shape))
    yield _("parameters: {factors} + {bias} = {count}").format(factors=factors, bias=bias, count=f"{row.parameters:,}")
    places = row.in_shape[1:] if isinstance(module, nn.ConvTranspose2d) else row.out_shape[1:]
    if isinstance(module, nn.Linear):
        places = row.out_shape[:-1]
    product = " · ".join((factors, *map(str, places)))
    yield _("multiply-adds: {product} = {count}").format(product=product, count=f"{row.multiply_adds:,}")


def _field_title(result: Result) -> str:
    if len(result.place) == 3:
        return _("What cell {place} (channel, row, column) sees of the input").format(place=_place(result))
    return _("What element {place} sees of the input").format(place=_place(result))


def _field_lines(result: Result) -> Iterator[str]:
    row = result.row
    if row is None:
        return
    if result.x.dim() != 3:
        yield _("The input is no image, so nothing of it lies beside anything.")
        return
    fields = row.seen.fields if row.seen else None
    if fields is not None and result.index is not None:
        yield from _formula_lines(result, row, fields)
    if row.seen is not None:
        yield _("by the formula: {box}").format(box=_box_text(row.seen.box((0, *result.place))))
    else:
        yield _("no formula for this layer, or for one before it: it is measured only")
    reached = result.reached
    if not isinstance(reached, Measured):
        if reached:
            yield _("no gradient; torch says: {error}").format(error=reached)
        else:
            yield _("no gradient comes from this layer to the input")
        return
    box = reached.box
    same = row.seen is not None and row.seen.box((0, *result.place)) == box
    measured = _("by its gradient: {box}").format(box=_box_text(box))
    yield measured + (_(", the same") if same else _(", not the same: trust this one") if row.seen is not None else "")
    able, now = int(reached.reach.sum()), int((reached.gradient > 0).sum())
    yield _("{able} pixels can change the cell (gradient with every weight positive, every ReLU open)").format(
        able=f"{able:,}"
    )
    if now:
        yield _("{now} of them would do so now, with these weights and this image: they are lit").format(now=f"{now:,}")
    else:
        yield _("none of them does so now: the cell stands still, as behind a ReLU that is closed; choose another cell")


def _formula_lines(result: Result, row: Row, fields: tuple[Field, Field]) -> Iterator[str]:
    """How the field grew in this layer, and where the cell's lies, padding counted."""
    before = _fields_before(result)
    module: Any = row.module
    sliding = isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d)
    lines = []
    for axis, field in enumerate(fields):
        line = f"{field.size}" if field.exact else _("{size} at most").format(size=field.size)
        if before and sliding and len(row.in_shape) == 3:
            kernel, stride = pair_of(module.kernel_size)[axis], pair_of(module.stride)[axis]
            spans = arithmetic.effective_kernel(kernel, pair_of(getattr(module, "dilation", 1))[axis])
            old = before[axis]
            if field.span == old.span + (spans - 1) * old.jump:
                line = f"{old.size} + ({spans} − 1) · {old.jump} = {line}"
                line += "; " + _("jump {old} · {stride} = {new}").format(old=old.jump, stride=stride, new=field.jump)
        lines.append(line)
    if lines[0] == lines[1]:
        yield _("size of the field, height and width: {size}").format(size=lines[0])
    else:
        yield _("size of the field, height: {size}").format(size=lines[0])
        yield _("size of the field, width: {size}").format(size=lines[1])
    if len(row.out_shape) == 3:
        rows, columns = (f.cells(i if f.count > 1 else 0) for f, i in zip(fields, result.place[1:], strict=True))
        if row.seen and (rows, columns) != row.seen.box((0, *result.place)):
            yield _("with padding: {box}").format(box=_box_text((rows, columns)))


def _fields_before(result: Result) -> tuple[Field, Field] | None:
    """The fields of what came into the layer, where that is surely what the row before it gave."""
    assert result.index is not None
    if not result.index:
        return Field.of_cell(), Field.of_cell()
    row = result.trace.rows[result.index - 1]
    return row.seen.fields if result.row and row.seen and row.out_shape == result.row.in_shape else None


def _box_text(box: tuple[range, range]) -> str:
    if not all(box):
        return _("nothing of the input")
    rows, columns = (_span(part) for part in box)
    return _("rows {rows}, columns {columns} ({height} × {width})").format(
        rows=rows, columns=columns, height=len(box[0]), width=len(box[1])
    )


def _span(part: range) -> str:
    return " … ".join(str(number).replace("-", "−") for number in dict.fromkeys((part.start, part.stop - 1)))


def _place(result: Result) -> str:
    return str(result.place if len(result.place) != 1 else result.place[0])


def _score_lines(result: Result) -> Iterator[str]:
    output, scores = result.trace.output, scores_of(result)
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
    seen = box_of(result)
    count = len(result.texts) or len(result.trace.rows)
    parameters, products = _counts(row)
    return message.format(
        number=result.index + 1,
        count=count,
        kind=row.kind,
        before=row.in_shape,
        after=row.out_shape,
        parameters=parameters,
        products=products,
        place=_place(result) if result.place else _NONE,
        box=_box_text(seen) if seen is not None else _("what could not be measured"),
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


def _plain_table(table: tuple[TableLine, ...]) -> Iterator[str]:
    lines = [
        ("", "", *map(_, _HEADERS)),
        *(("→" if line.mark in ("chosen", "failed") else "", line.number, *line.cells) for line in table),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    chosen = next((index for index, line in enumerate(table) if line.mark in ("chosen", "failed")), 0)
    first = max(0, min(chosen - _MOST_LINES // 2, len(table) - _MOST_LINES))
    for index, line in enumerate(lines):
        if 0 < index <= first or first + _MOST_LINES < index < len(lines) - 1:
            continue
        cells = (
            text.ljust(width) if column < 5 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
    left_out = len(table) - 1 - _MOST_LINES
    if left_out > 0:
        yield _("… and {count} more layers").format(count=left_out)


_COLOURS = {"chosen": "rgba(255,176,0,.28)", "failed": "rgba(232,89,12,.22)", "total": "rgba(128,128,128,.14)"}


def _html_table(table: tuple[TableLine, ...]) -> str:
    cell = 'style="padding:1px 8px;text-align:{align};white-space:nowrap"'
    left, right = cell.format(align="left"), cell.format(align="right")
    sides = (right, left, left, left, right, right, right, right)
    head = "".join(
        f'<th scope="col" {side}>{escape(text)}</th>' for side, text in zip(sides, ("", *map(_, _HEADERS)), strict=True)
    )
    body = []
    for line in table:
        cells = "".join(
            f"<td {side}>{escape(text)}</td>" for side, text in zip(sides, (line.number, *line.cells), strict=True)
        )
        style = f' style="background:{_COLOURS[line.mark]}"' if line.mark else ""
        current = ' aria-current="true"' if line.mark == "chosen" else ""
        body.append(f"<tr{style}{current}>{cells}</tr>")
    caption = escape(_("Shapes without the batch axis; multiply-adds for one image; what a cell sees in input pixels."))
    return (
        '<div class="cx" style="max-height:420px;overflow:auto"><table style="border-collapse:collapse;font-size:12px">'
        f'<caption style="text-align:left;padding:2px 8px">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
