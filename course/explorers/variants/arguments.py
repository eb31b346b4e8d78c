"""The arguments of a call of the variants explorer: settings, and the learner's own image, signal and layer, checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from course.explorers.layer_settings import kernel_size, layer_values, padding_kind
from course.explorers.learner_inputs import own_image, own_layer, own_signal
from course.explorers.settings import checked, in_range, is_size, one_of, with_settings
from course.explorers.variants.settings import KINDS, REGULAR, SCAN_LINE, STACK, STACKED, Own, OwnLayer, Settings
from course.language import _
from course.layers import Layer

_LONGEST_SIGNAL = 320
_LARGEST_OWN_SIDE = 96
_MOST_CHANNELS = 64
_LARGEST_OF_A_LAYER = {"kernel_size": 15, "stride": 8, "padding": 32, "dilation": 16}


@with_settings(Settings)
def settings_of(
    *,
    kind: str | None = None,
    kernel: Any = Settings.kernel_height,
    padding: int | str = Settings.padding,
    in_channels: int | None = None,
    channel: int = Settings.channel,
    in_channel: int = Settings.in_channel,
    image: Any = Settings.image,
    signal: Any = Settings.signal,
    layer: OwnLayer | None = None,
    **settings: Any,
) -> Settings:
    """Conv2d and its friends side by side on one input: what each puts out, and what it costs.

    Each kind differs from the regular one by one argument, so what is not its own it leaves alone: `groups` changes the
    grouped kind only, `dilation` the dilated, `output_padding` the transposed.

    Args:
        kind: the chosen one, whose call is shown: "regular", "grouped", "separable" (depthwise, then pointwise),
            "dilated", "transposed" or "1d".
        kernel: its size, an int or (height, width); the 1-D kind takes the width.
        stride: cells, an int.
        padding: cells on every side, or 'same' or 'valid'.
        dilation, groups, output_padding: of the kind that has it.
        in_channels: how many pictures the "stack" has, 4 by default; other images have the channels that they have.
        out_channels: maps of every kind, up to 8.
        bias: whether the layers have one.
        channel, row, column: the output cell that is looked at; of a 1-D output the column alone.
        in_channel: the input channel that is shown large.
        image: "stack", another picture for every channel; the name of a photo, red, green and blue; or your own, a float
            tensor or array (C, H, W) or (H, W) of up to 96 × 96.
        size: cells of a named picture: (12, 16), 16, (24, 32) or 32.
        preset: what the kernels do: by default "blur", so that one sees which pictures a map mixes, and where a transposed
            convolution writes unevenly; "mix" has another kernel for every map.
        signal: what the 1-D kind reads: "scan line", the middle row of the image; a recording's name; or your own, a float
            tensor or array (C, L) or (L,) of up to 320 samples.
        layer: your own `nn.Conv2d`, `nn.ConvTranspose2d` or `nn.Conv1d`, shown with its weights as the kind that it is;
            the other kinds take over its sizes.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    own = Own(layer=None if layer is None else _own_layer(layer))
    if not isinstance(image, str):
        own, image = replace(own, image=_small(own_image(image))), STACK
    if not isinstance(signal, str):
        own, signal = replace(own, signal=_short(own_signal(signal))), SCAN_LINE
    settings |= padding_kind(Settings, padding) | checked(Settings, image=image, signal=signal)
    chosen = Settings(**settings, own=own)
    chosen = _with_kernel(chosen, kernel) if own.layer is None else _of_layer(chosen, own.layer)
    chosen = _with_channels(chosen, in_channels)
    chosen = replace(chosen, kind=one_of("kind", kind or chosen.own_kind or REGULAR, KINDS))
    return replace(
        chosen,
        channel=one_of("channel", channel, range(chosen.layers(REGULAR)[0].out_channels)),
        in_channel=one_of("in_channel", in_channel, range(chosen.input().shape[0])),
    )


def _small(image: Tensor) -> Tensor:
    channels, height, width = image.shape
    if max(height, width) > _LARGEST_OWN_SIDE:
        message = _("image is {height} × {width}; here it can be up to {most} × {most}: cut out image[..., :64, :64].")
        raise ValueError(message.format(height=height, width=width, most=_LARGEST_OWN_SIDE))
    _check_channels("image", channels)
    return image


def _short(signal: Tensor) -> Tensor:
    if signal.shape[1] > _LONGEST_SIGNAL:
        message = _("signal has {length} samples; here it can have up to {most}: cut out signal[..., :64].")
        raise ValueError(message.format(length=signal.shape[1], most=_LONGEST_SIGNAL))
    _check_channels("signal", signal.shape[0])
    return signal


def _check_channels(name: str, channels: int) -> None:
    if channels > _MOST_CHANNELS:
        message = _("{name} has {channels} channels; here it can have up to {most}.")
        raise ValueError(message.format(name=name, channels=channels, most=_MOST_CHANNELS))


def _own_layer(value: Any) -> OwnLayer:
    layer: Any = own_layer(value, nn.Conv2d, nn.ConvTranspose2d, nn.Conv1d)
    _check_channels("layer", max(layer.in_channels, layer.out_channels))
    for name, most in _LARGEST_OF_A_LAYER.items():
        entries = getattr(layer, name)
        if not isinstance(entries, str) and max(entries) > most:
            message = _("layer has {name}={value}; up to {most} can be shown.")
            raise ValueError(message.format(name=name, value=entries, most=most))
    checked: OwnLayer = layer
    return checked


def _with_kernel(settings: Settings, kernel: Any) -> Settings:
    if not is_size(kernel):
        message = _("kernel={kernel!r} is no size: give an int or (height, width); preset= or layer= sets the values.")
        raise TypeError(message.format(kernel=kernel))
    sides = kernel_size(Settings, kernel)
    return replace(settings, **sides, square=sides["kernel_height"] == sides["kernel_width"])


def _of_layer(settings: Settings, layer: OwnLayer) -> Settings:
    """The settings as the layer has them, for the controls to show, and for the kinds that take them over."""
    own = Layer.of(layer)
    settings = replace(settings, **layer_values(own))
    if own.groups > 1:
        settings = replace(settings, groups=own.groups)
    if max(own.dilation) > 1:
        settings = replace(settings, dilation=own.dilation[0])
    if own.is_transposed:
        settings = replace(settings, output_padding=own.output_padding[0])
    return settings


def _with_channels(settings: Settings, in_channels: int | None) -> Settings:
    """The settings with an input of so many channels, or of those that the learner's layer takes."""
    layer, own = settings.own.layer, settings.own
    wanted = None if layer is None else layer.in_channels
    if isinstance(layer, nn.Conv1d) and (own.signal is not None or settings.signal != SCAN_LINE):
        given = settings.signal_input().shape[0]
        if given != wanted:
            message = _("layer takes {wanted} input channels, but the signal has {given}: it must be ({wanted}, L).")
            raise ValueError(message.format(wanted=wanted, given=given))
        wanted = None
    if in_channels is not None:
        asked = in_range("in_channels", in_channels, (1, _MOST_CHANNELS))
        if wanted not in (None, asked):
            message = _("in_channels={asked}, but the layer takes {wanted}: leave in_channels out.")
            raise ValueError(message.format(asked=asked, wanted=wanted))
        wanted = asked
    if own.image is None and settings.image == STACK:
        channels = Settings.in_channels if wanted is None else wanted
        if not 1 <= channels <= len(STACKED):
            message = _("the stack has {low} to {high} channels, not {channels}: give an image=, ({channels}, H, W).")
            raise ValueError(message.format(low=1, high=len(STACKED), channels=channels))
        return replace(settings, in_channels=channels)
    given = settings.input().shape[0]
    if wanted not in (None, given):
        message = _("{wanted} input channels are wanted, but the image has {given}: it must be ({wanted}, H, W).")
        raise ValueError(message.format(wanted=wanted, given=given))
    return replace(settings, in_channels=given)
