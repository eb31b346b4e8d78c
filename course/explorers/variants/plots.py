"""The 1-D row of the variants picture: the signal and its output as bars, with the samples that an output cell reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from course.arithmetic import SizeSteps
from course.explorers.lettering import lettering
from course.explorers.variants import places
from course.explorers.variants.cells import padded
from course.explorers.variants.result import Result
from course.explorers.variants.settings import SIGNAL
from course.figures import INK, LINE, MUTED, PADDING, UNREACHED, WINDOW, Colour, Fill, Map, Rectangle

_PIXELS_OF_ZERO = 2
_WIDEST_BAR = 16


def signal_row(result: Result, revealed: bool) -> Iterator[Map | Fill]:
    """The chosen channel of the signal with its padding, and the chosen map of its output."""
    variant, settings = result.variants[SIGNAL], result.settings
    channel = min(settings.in_channel, result.signal.shape[0] - 1)
    yield lettering(f"x[0, {channel}]", places.PLOTS[0], places.SIGNALS - 6, muted=True)
    values = result.signal[channel]
    colours: list[Colour] = [MUTED] * len(values)
    if variant.problem:
        yield from _bars(values.numpy(), colours, places.PLOTS[0])
        return
    (steps,) = variant.spatial.steps(variant.shape)
    assert isinstance(steps, SizeSteps)
    colours = [PADDING] * steps.before + colours + [PADDING] * steps.after
    if steps.dropped:
        colours[-steps.dropped :] = [UNREACHED] * steps.dropped
    looked_at = settings.kind == SIGNAL and revealed
    if looked_at:
        for index in variant.spatial.reach(variant.shape)[0][settings.column]:
            colours[index + steps.before] = WINDOW
    yield from _bars(padded(values, variant.spatial.padding_mode, (steps,)).numpy(), colours, places.PLOTS[0])
    if not revealed:
        return
    yield lettering(f"y[0, {settings.channel}]", places.PLOTS[1], places.SIGNALS - 6, muted=True)
    outputs = variant.output[settings.channel]
    colours = [INK] * len(outputs)
    if looked_at:
        colours[settings.column] = WINDOW
    yield from _bars(outputs.numpy(), colours, places.PLOTS[1])


def _bars(values: NDArray[np.float32], colours: Sequence[Colour], left: int) -> Iterator[Fill]:
    """A bar for each sample from the line of zero; a small one where the sample is zero, so that its place is seen."""
    pitch = max(min(places.PLOT_WIDTH // len(values), _WIDEST_BAR), 1)
    width = pitch - 1 if pitch > 2 else pitch
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    per_value = (places.SIGNALS_HEIGHT - _PIXELS_OF_ZERO) / ((high - low) or 1.0)
    zero = places.SIGNALS + round(high * per_value)
    yield Fill(Rectangle(left, zero, pitch * len(values), 1), LINE)
    for place, (value, colour) in enumerate(zip(values.tolist(), colours, strict=True)):
        height = round(abs(value) * per_value)
        top = zero - height if value > 0 else zero
        yield Fill(Rectangle(left + place * pitch, top, width, height + _PIXELS_OF_ZERO), colour)
