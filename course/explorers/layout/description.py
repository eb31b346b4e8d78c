"""The description of the layout explorer: strides and offsets with their numbers, and what is copied."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from course.explorers.layout.result import Memory, Result
from course.explorers.layout.settings import CONV_OF_NHWC, NHWC, NOTHING, Settings
from course.explorers.layout.view import X_COLOURS, Y_COLOURS
from course.explorers.sizes import size_lines
from course.explorers.text import Description, Section, Swatch, times
from course.figures import WINDOW
from course.language import _


def describe(result: Result, revealed: bool) -> Description:
    """The program, the strides, the chosen element's place, and what became of y."""
    program = result.settings.program()
    if not revealed:
        return Description(program, _question_state(result), legends=_legends(result), problem=result.problem)
    sections = [
        Section(_("Strides: how many places of memory one step along an axis goes"), tuple(_stride_lines(result))),
        Section(_("Where the chosen element lies"), tuple(_offset_lines(result))),
        Section(_("Is that contiguous?"), tuple(_contiguous_lines(result))),
    ]
    if result.y is not None and result.settings.operation != NOTHING:
        sections.append(Section(_("y"), tuple(_y_lines(result))))
    return Description(program, _state(result), tuple(sections), _legends(result), result.problem)


def _stride_lines(result: Result) -> Iterator[str]:
    s, strides = result.settings, result.x.stride()
    yield f"x.shape    = {tuple(result.x.shape)}   (N, C, H, W)"
    yield f"x.stride() = {strides}"
    image = s.channels * s.height * s.width
    if strides == (image, s.height * s.width, s.width, 1):
        yield f"W: 1   H: W = {s.width}   C: H·W = {s.height}·{s.width} = {strides[1]}   N: C·H·W = {image}"
    elif strides == (image, 1, s.width * s.channels, s.channels):
        yield f"C: 1   W: C = {s.channels}   H: W·C = {s.width}·{s.channels} = {strides[2]}   N: H·W·C = {image}"


def _offset_lines(result: Result) -> Iterator[str]:
    memory, element = result.memory, result.settings.element
    yield "offset = n·stride N + c·stride C + h·stride H + w·stride W"
    yield f"       = {result.offset_sum}"
    offset = memory.offset(element)
    value, found = result.x[element].item(), memory.values[offset].item()
    yield f"memory[{offset}] = {found:.4g}   x[{_listed(element)}] = {value:.4g}"


def _contiguous_lines(result: Result) -> Iterator[str]:
    x = result.x
    yield f"x.is_contiguous() = {x.is_contiguous()}"
    is_last = x.is_contiguous(memory_format=torch.channels_last)
    yield f"x.is_contiguous(memory_format=torch.channels_last) = {is_last}"
    if _views(x):
        yield _("x.view(-1) works, x.reshape(-1) gives the same view: nothing is copied.")
    else:
        yield _("x.view(-1) raises an error: this memory is not in index order. x.reshape(-1) works: it copies.")


def _views(x: torch.Tensor) -> bool:
    try:
        x.view(-1)
    except RuntimeError:
        return False
    return True


def _y_lines(result: Result) -> Iterator[str]:
    y, y_memory, settings = result.y, result.y_memory, result.settings
    if y is None or y_memory is None:
        return
    yield f"y.shape    = {tuple(y.shape)}"
    yield f"y.stride() = {y.stride()}   y.is_contiguous() = {y.is_contiguous()}"
    if result.steps is not None:
        is_last = y.is_contiguous(memory_format=torch.channels_last)
        yield f"y.is_contiguous(memory_format=torch.channels_last) = {is_last}"
        yield from size_lines(*result.steps)
        other = _("contiguous") if settings.memory_format == NHWC else _("channels_last")
        same = _(
            "From x in the other memory format, {other}, comes the same y. Sums taken in another order may round otherwise; "
            "here no number differs by more than {bound:g}."
        )
        yield same.format(other=other, bound=_rounding_bound(result.difference))
        if settings.operation == CONV_OF_NHWC:
            yield from _silent_lines(settings)
        return
    if result.shared:
        yield _("y is a view: the same places of memory, read with other strides.")
    else:
        yield _("y is a copy: its values lie in a memory of their own.")
    if result.index is not None:
        yield from _element_lines(result, y, y_memory, result.index)


def _silent_lines(settings: Settings) -> Iterator[str]:
    message = _(
        "No error, yet wrong: the layer took the {height} rows for its {channels} channels, because H = C. It slid over w and c."
    )
    yield message.format(height=settings.height, channels=settings.channels)


def _element_lines(result: Result, y: torch.Tensor, y_memory: Memory, index: tuple[int, ...]) -> Iterator[str]:
    """Which element of x stands at the index in y that a learner expects the chosen one at."""
    settings, offset = result.settings, y_memory.offset(index)
    came = int(y_memory.elements[offset])
    source = tuple(int(position) for position in torch.unravel_index(torch.tensor(came), result.x.shape))
    here = f"y[{_listed(index)}] = y_memory[{offset}] = {y[index].item():.4g}"
    if source == settings.element:
        yield _("{here}: the chosen element x[{source}].").format(here=here, source=_listed(source))
    else:
        message = _("{here}: not the chosen element, but x[{source}]: scrambled.")
        yield message.format(here=here, source=_listed(source))


def _legends(result: Result) -> tuple[Swatch, ...]:
    swatches = [Swatch(_("chosen element"), WINDOW)]
    for channel in range(result.settings.channels):
        name = _("x, channel {channel}: dark is low, bright is high") if channel == 0 else _("channel {channel}")
        swatches.append(Swatch(name.format(channel=channel), X_COLOURS[channel % len(X_COLOURS)]))
    if result.y is not None and result.came_from is None:
        for channel in range(result.y.shape[1]):
            swatches.append(
                Swatch(_("y, channel {channel}").format(channel=channel), Y_COLOURS[channel % len(Y_COLOURS)])
            )
    return tuple(swatches)


def _question_state(result: Result) -> str:
    message = _(
        "x is {shape}, {order}; the order of its memory is hidden until you have predicted the place of x[{element}]."
    )
    return message.format(shape=times(result.x.shape), order=_order(result), element=_listed(result.settings.element))


def _state(result: Result) -> str:
    settings, memory = result.settings, result.memory
    message = _(
        "x is {shape}, {order}, with strides {strides}; x[{element}] lies at offset {offset} in a memory of {span} places"
    )
    numbers = {
        "shape": times(result.x.shape),
        "order": _order(result),
        "strides": result.x.stride(),
        "element": _listed(settings.element),
        "offset": memory.offset(settings.element),
        "span": len(memory.values),
    }
    return f"{message.format(**numbers)}; {_what_became_of_y(result)}"


def _what_became_of_y(result: Result) -> str:
    settings, y = result.settings, result.y
    if y is None:
        return _("y = {call} raises an error.").format(call=settings.expression())
    if settings.operation == NOTHING:
        return _("nothing is done with it.")
    message = _("y = {call} has the shape {shape} and the strides {strides}: {how}.")
    return message.format(call=settings.expression(), shape=tuple(y.shape), strides=y.stride(), how=_how(result))


def _how(result: Result) -> str:
    if result.settings.operation == CONV_OF_NHWC:
        return _("computed from rows taken for channels")
    if result.came_from is None:
        return _("the same values, whichever memory format x has")
    if result.is_silently_wrong:
        return _("its pixels are scrambled")
    return _("a view, nothing is copied") if result.shared else _("a copy")


def _order(result: Result) -> str:
    if result.settings.memory_format == NHWC:
        return _("in channels_last order (NHWC)")
    return _("in contiguous order (NCHW)") if result.x.is_contiguous() else _("in an order of its own")


def _listed(index: tuple[int, ...]) -> str:
    return ", ".join(map(str, index))


def _rounding_bound(difference: float | None) -> float:
    """A power of ten that rounding stays below on any processor: 1e-5 here, more where the difference is larger."""
    bound = 1e-5
    while difference is not None and bound < difference < float("inf"):
        bound *= 10
    return bound
