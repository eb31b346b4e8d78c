"""Reasons why a padding has no output, in plain words with what to do, beside torch's own error."""

from __future__ import annotations

from torch import Tensor

from course import arithmetic
from course.explorers.calls import Conv2dCall, Pair
from course.explorers.padding.settings import INVALID, Settings, sides_of
from course.language import _


def plain_reason(settings: Settings, call: Conv2dCall, x: Tensor) -> str:
    """Why there is no output, in plain words with what to do."""
    height, width = x.shape[1:]
    if settings.padding_kind == INVALID:
        return _invalid_reason(settings.invalid_padding, call, (height, width))
    axes = tuple(zip((_("height"), _("width")), (height, width), sides_of(call), strict=True))
    if call.padding != "same" or max(call.stride) == 1:
        reasons = [_mode_reason(call.padding_mode, name, size, max(sides)) for name, size, sides in axes]
        if any(reasons):
            return " ".join(filter(None, reasons))
    unfit: list[tuple[str, str]] = []
    for axis, (name, size, sides) in enumerate(axes):
        padding = sides if call.padding != "same" else "same"
        try:
            arithmetic.output_steps(size, call.kernel_size[axis], call.stride[axis], padding, call.dilation[axis])
        except ValueError as reason:
            unfit.append((name, str(reason)))
    if len(unfit) == len(axes) and len({reason for _name, reason in unfit}) == 1:
        return unfit[0][1]
    if not unfit:
        return _("The input is {shape}; torch's own words tell what does not go with it.").format(shape=tuple(x.shape))
    return " ".join(f"{name}: {reason}" for name, reason in unfit)


def _invalid_reason(padding: object, call: Conv2dCall, shape: Pair) -> str:
    try:
        arithmetic.output_shape(shape, call.kernel_size, call.stride, padding, call.dilation)  # type: ignore[arg-type]
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
