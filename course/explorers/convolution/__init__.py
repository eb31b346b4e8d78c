"""The convolution explorer: what `nn.Conv2d` computes, from the padded input to one cell of one feature map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from course.arithmetic import SizeSteps
from course.explorers.base import Recipe
from course.explorers.calls import Conv2dCall, run
from course.explorers.controls import Choice, Numbers, Shown, Slider, Toggle, table_of
from course.explorers.convolution.settings import IMAGES, RANGES, SIZES, Edit, Settings, settings_of
from course.explorers.convolution.view import draw, words
from course.explorers.kernels import PRESETS, bank
from course.explorers.question import Question, Verdict
from course.explorers.sizes import judge_sizes
from course.explorers.words import Problem
from course.language import N_, _

_WINDOW, _MAPS, _INPUT = N_("How the window moves"), N_("Feature maps, and one cell"), N_("Input and kernel values")
_PADDINGS = (("number", N_("a number")), ("same", N_("'same'")), ("valid", N_("'valid'")))

CONTROLS = (
    Slider("kernel_height", N_("kernel height"), *RANGES["kernel_height"], _WINDOW),
    Slider("kernel_width", N_("kernel width"), *RANGES["kernel_width"], _WINDOW),
    Toggle("square", N_("square kernel"), _WINDOW),
    Slider("stride", N_("stride"), *RANGES["stride"], _WINDOW),
    Choice("padding_kind", N_("padding is"), _PADDINGS, _WINDOW),
    Slider("padding", N_("padding"), *RANGES["padding"], _WINDOW),
    Slider("dilation", N_("dilation"), *RANGES["dilation"], _WINDOW),
    Slider("out_channels", N_("out_channels"), *RANGES["out_channels"], _MAPS),
    Toggle("bias", N_("bias"), _MAPS),
    Slider("channel", N_("feature map"), 0, 7, _MAPS),
    Slider("row", N_("row"), 0, 63, _MAPS),
    Slider("column", N_("column"), 0, 63, _MAPS),
    Choice("image", N_("image"), tuple((name, name) for name in IMAGES), _INPUT),
    Choice("size", N_("image size"), tuple((size, f"{size} × {size}") for size in SIZES), _INPUT),
    Choice("preset", N_("kernels"), tuple(PRESETS.items()), _INPUT),
    Slider("in_channel", N_("input channel"), 0, 2, _INPUT),
    Numbers("values", N_("Edit these kernel values"), _INPUT),
)
_SIZES = frozenset(control.name for control in CONTROLS if control.group == _WINDOW)  # what decides the output's size
_OF_LAYER = _SIZES | {"out_channels", "bias", "preset", "values"}
_OF_KERNEL = frozenset({"kernel_height", "kernel_width", "square", "out_channels", "preset"})


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the layer, and the output cell that is looked at.

    `x`, `padded` and `y` are (C, H, W); `before` counts the padding's cells above and left of x. `window` holds the rows
    and columns of `padded` that the cell's taps read, `group` the input channels that its map sees, and `products` their
    (channels, kernel height, kernel width) products; the sum of all, with the bias, is y[channel, row, column].
    """

    settings: Settings
    call: Conv2dCall
    x: Tensor
    padded: Tensor
    before: tuple[int, int]
    weight: Tensor
    bias: Tensor | None
    y: Tensor
    steps: tuple[SizeSteps, SizeSteps]
    window: tuple[range, range]
    group: range
    patch: Tensor
    products: Tensor


def compute(settings: Settings) -> Result | Problem:
    """Run the layer that the settings tell."""
    x = settings.input()
    call = settings.call(x.shape[0])
    weight, bias = parameters(settings, call)
    try:
        y = run(str(call), x[None], weight=weight, **({} if bias is None else {"bias": bias}))[0]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(str(call), _plain_reason(call, x), str(error))
    steps = call.steps(*x.shape[1:])
    before = (steps[0].before, steps[1].before)
    mode = "constant" if call.padding_mode == "zeros" else call.padding_mode
    padded = F.pad(x[None], (steps[1].before, steps[1].after, steps[0].before, steps[0].after), mode=mode)[0]
    rows, columns = (
        range(taps.start + cells, taps.stop + cells, taps.step)
        for taps, cells in zip(call.window(settings.row, settings.column), before, strict=True)
    )
    channels = call.in_channels // call.groups
    first = settings.channel // (call.out_channels // call.groups) * channels
    group = range(first, first + channels)
    patch = padded[
        group.start : group.stop, rows.start : rows.stop : rows.step, columns.start : columns.stop : columns.step
    ]
    products = patch * weight[settings.channel]
    return Result(settings, call, x, padded, before, weight, bias, y, steps, (rows, columns), group, patch, products)


def parameters(settings: Settings, call: Conv2dCall) -> tuple[Tensor, Tensor | None]:
    """The layer's weight and bias: the learner's own, or the preset's with the values that were edited."""
    layer = settings.own.layer
    if layer is not None:
        bias = None if layer.bias is None else layer.bias.detach().cpu().float()
        return layer.weight.detach().cpu().float(), bias
    weight, shift = bank(settings.preset, call.out_channels, call.in_channels, *call.kernel_size)
    if settings.own.kernel is not None:
        weight, shift = settings.own.kernel, shift * 0
    edits = [edit for edit in settings.edits if edit.kernel == settings.kernel]
    if edits:
        weight = weight.clone()
        for edit in edits:
            if all(index < size for index, size in zip(edit.place, weight.shape, strict=True)):
                weight[edit.place] = edit.value
    return weight, shift if call.bias else None


def change(settings: Settings, name: str, value: Any) -> Settings:
    """The settings after a control has been moved."""
    if name == "values":
        return _edited(settings, value)
    if name == "preset":
        settings = replace(settings, edits=())
    settings = replace(settings, **{name: value})
    if settings.square and name in ("kernel_height", "square"):
        settings = replace(settings, kernel_width=settings.kernel_height)
    return settings


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the output, and what the controls show of them."""
    x = settings.input()
    call = settings.call(x.shape[0])
    ranges = {"channel": (0, call.out_channels - 1), "in_channel": (0, call.in_channels // call.groups - 1)}
    try:
        rows, columns = call.steps(*x.shape[1:])
        ranges |= {"row": (0, rows.output - 1), "column": (0, columns.output - 1)}
    except ValueError:  # no output: the cell waits where it is
        pass
    inside = {name: min(max(getattr(settings, name), low), high) for name, (low, high) in ranges.items()}
    settings = replace(settings, **inside)
    weight, _bias = parameters(settings, call)
    values = table_of(weight[settings.channel, settings.in_channel].tolist())
    return settings, Shown(ranges, {"values": values}, _out_of_use(settings))


def _edited(settings: Settings, table: Any) -> Settings:
    """The settings with a table of kernel values for the present map and input channel."""
    call = settings.call(settings.input().shape[0])
    before = parameters(settings, call)[0][settings.channel, settings.in_channel].tolist()
    edits = {edit.place: edit for edit in settings.edits if edit.kernel == settings.kernel}
    others = tuple(edit for edit in settings.edits if edit.kernel != settings.kernel)
    for row, (old, new) in enumerate(zip(before, table, strict=True)):
        for column, (was, value) in enumerate(zip(old, new, strict=True)):
            if value != was:
                place = (settings.channel, settings.in_channel, row, column)
                edits[place] = Edit(settings.kernel, place, float(value))
    return replace(settings, edits=(*others, *edits.values()))


def _out_of_use(settings: Settings) -> frozenset[str]:
    own = settings.own
    names: set[str] = set()
    if own.layer is not None:
        names |= _OF_LAYER
    if own.kernel is not None:
        names |= _OF_KERNEL
    if own.image is not None:
        names |= {"image", "size"}
    if settings.square:
        names.add("kernel_width")
    if settings.padding_kind != "number":
        names.add("padding")
    return frozenset(names)


def _plain_reason(call: Conv2dCall, x: Tensor) -> str:
    try:
        call.steps(*x.shape[1:])
    except ValueError as reason:
        return str(reason)
    return _("The input is {shape}; torch's own words tell what does not go with it.").format(shape=tuple(x.shape))


def _judge(result: Result, guess: tuple[int, ...]) -> Verdict:
    return judge_sizes(guess, *result.steps)


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    words=words,
    change=change,
    fit=fit,
    question=Question(
        prompt=N_("How large will each feature map be?"),
        inputs=(N_("height"), N_("width")),
        judge=_judge,
        about=_SIZES | {"image", "size"},
        hides=frozenset({"row", "column"}),
    ),
)
