"""Why a kind has no output for a setting, in plain words with what to do."""

from __future__ import annotations

from course import arithmetic
from course.language import _
from course.layers import Layer


def plain_reason(layers: tuple[Layer, ...], shape: tuple[int, ...]) -> str:
    """The reason for an input of this shape, (C, H, W) or (C, L)."""
    layer = layers[0]
    if layer.in_channels != shape[0]:
        message = _("The layer takes {wanted} input channels, the input has {given}.")
        return message.format(wanted=layer.in_channels, given=shape[0])
    if layer.in_channels % layer.groups or layer.out_channels % layer.groups:
        return _groups_reason(layer)
    try:
        arithmetic.weight_shape(layer.in_channels, layer.out_channels, layer.kernel_size, layer.groups)
        layer.steps(shape[1:])
    except (TypeError, ValueError) as reason:
        return str(reason)
    return _("The input is {shape}; torch's own words tell what does not go with it.").format(shape=shape)


def _groups_reason(layer: Layer) -> str:
    into, out, groups = layer.in_channels, layer.out_channels, layer.groups
    fitting = [count for count in range(1, min(into, out) + 1) if into % count == 0 and out % count == 0]
    message = _(
        "groups={groups} must divide both channel counts, as every group gets as many: in_channels={into} / {groups} and "
        "out_channels={out} / {groups} are to be whole numbers. For {into} → {out} channels, groups can be {fitting}."
    )
    return message.format(groups=groups, into=into, out=out, fitting=", ".join(map(str, fitting)))
