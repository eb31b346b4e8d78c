"""Reasons why a padding has no output, in plain words with what to do, beside torch's own error."""

from __future__ import annotations

from course import arithmetic
from course.explorers.calls import plain_reason
from course.explorers.padding.settings import INVALID, Settings
from course.language import _


def reason_of(settings: Settings) -> str:
    """Why there is no output, in plain words with what to do."""
    call, shape = settings.call(), tuple(settings.input().shape)
    if settings.padding_kind == INVALID:
        return _invalid_reason(settings)
    axes = tuple(zip((_("height"), _("width")), shape[1:], settings.sides(), strict=True))
    if call.padding != "same" or max(call.stride) == 1:
        reasons = [_mode_reason(call.padding_mode, name, size, max(sides)) for name, size, sides in axes]
        if any(reasons):
            return " ".join(filter(None, reasons))
    unfit: list[tuple[str, str]] = []
    for axis, (name, size, _sides) in enumerate(axes):
        window = call.kernel_size[axis], call.stride[axis], call.paddings[axis], call.dilation[axis]
        try:
            arithmetic.output_steps(size, *window)
        except ValueError as reason:
            unfit.append((name, str(reason)))
    if not unfit or (len(unfit) == len(axes) and len({reason for _name, reason in unfit}) == 1):
        return plain_reason(call, shape)
    return " ".join(f"{name}: {reason}" for name, reason in unfit)


def _invalid_reason(settings: Settings) -> str:
    call, shape, padding = settings.call(), tuple(settings.input().shape[1:]), settings.invalid_padding
    try:
        arithmetic.output_shape(shape, call.kernel_size, call.stride, padding, call.dilation)
    except (TypeError, ValueError) as reason:
        return str(reason)
    message = _(
        "padding={padding!r}: nn.Conv2d takes one number for each axis, used on both of its sides. To pad the sides "
        "differently, put F.pad(x, (left, right, top, bottom)) before a layer with padding=0."
    )
    return message.format(padding=padding)


def _mode_reason(mode: str, axis: str, size: int, cells: int) -> str:
    """Why the mode cannot write so many cells beside an axis; empty when it can."""
    most = {"reflect": size - 1, "circular": size}.get(mode)
    if most is None or cells <= most:
        return ""
    if mode == "reflect":
        message = _(
            "{axis}: 'reflect' mirrors the input at its edge without repeating the edge, so {size} cells have {most} to "
            "give, but {cells} are asked for. Pad {most} or less, take 'replicate', or a larger input."
        )
    else:
        message = _(
            "{axis}: 'circular' goes on with the cells of the other end, so {size} cells have {most} to give, but "
            "{cells} are asked for. Pad {most} or less, take 'replicate', or a larger input."
        )
    return message.format(axis=axis, size=size, most=most, cells=cells)
