"""The padding explorer: what each padding writes around the input, and what that does to the output's border."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from course import arithmetic
from course.arithmetic import SizeSteps
from course.explorers.base import Recipe
from course.explorers.calls import Conv2dCall, Pair, run
from course.explorers.controls import Shown
from course.explorers.kernels import bank
from course.explorers.padding.description import describe
from course.explorers.padding.settings import (
    IMAGES,
    MODES,
    PRESETS,
    RANGES,
    SIZES,
    SURROUNDINGS,
    Settings,
    settings_of,
    sides_of,
)
from course.explorers.padding.view import draw
from course.explorers.question import Feedback, Question
from course.explorers.settings import Choice, Slider
from course.explorers.sizes import judge_sizes
from course.explorers.text import Problem
from course.language import N_, _

_PADDING, _LAYER, _LOOK, _INPUT = N_("Padding"), N_("Layer"), N_("One output cell"), N_("Input and kernel values")
_KINDS = {
    "number": N_("a number"),
    "same": N_("'same'"),
    "valid": N_("'valid'"),
    "slip": N_("a slip, such as 'SAME'"),
}

CONTROLS = {
    "padding_kind": Choice(N_("padding is"), _KINDS, _PADDING),
    "padding_rows": Slider(N_("padding, rows"), *RANGES["padding"], _PADDING),
    "padding_columns": Slider(N_("padding, columns"), *RANGES["padding"], _PADDING),
    "padding_mode": Choice(N_("padding_mode"), {mode: f"'{mode}'" for mode in MODES}, _PADDING),
    "kernel_height": Slider(N_("kernel height"), *RANGES["kernel_height"], _LAYER),
    "kernel_width": Slider(N_("kernel width"), *RANGES["kernel_width"], _LAYER),
    "stride": Slider(N_("stride"), *RANGES["stride"], _LAYER),
    "dilation": Slider(N_("dilation"), *RANGES["dilation"], _LAYER),
    "row": Slider(N_("row"), 0, 31, _LOOK),
    "column": Slider(N_("column"), 0, 31, _LOOK),
    "image": Choice(N_("image"), {name: name for name in IMAGES}, _INPUT),
    "size": Choice(N_("image size"), {size: f"{size[0]} × {size[1]}" for size in SIZES}, _INPUT),
    "preset": Choice(N_("kernel"), PRESETS, _INPUT),
}
_OF_KERNEL = frozenset({"kernel_height", "kernel_width", "preset"})
_OF_LAYER = frozenset(name for name, control in CONTROLS.items() if control.group in (_PADDING, _LAYER))


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the layer, and of the same layer where the true surroundings stand in place of the padding.

    `x` and `padded` are (C, H, W), `y` and `seen` are (height, width): the output channel shown, and how many taps of
    each of its cells read the input itself, out of `taps`. `real` is `padded` with what really lies around the input
    and `y_real` its output, by the call `real_code`; None where the surroundings are unknown. `errors` has the mean
    |y − y_real| over the cells that see padding for each mode, None where torch refuses the mode; it is empty where
    nothing is known or no cell sees padding. `worst` is the largest |y − y_real| of all modes. `window` holds the rows
    and columns of `padded` that the chosen cell's taps read.
    """

    settings: Settings
    call: Conv2dCall
    code: str
    x: Tensor
    padded: Tensor
    y: Tensor
    steps: tuple[SizeSteps, SizeSteps]
    window: tuple[range, range]
    seen: Tensor
    taps: int
    real: Tensor | None
    y_real: Tensor | None
    real_code: str
    errors: dict[str, float | None]
    worst: float


def compute(settings: Settings) -> Result | Problem:
    """Run the layer that the settings tell, and measure what its padding does to the border."""
    x = settings.input()
    call = settings.call(x.shape[0])
    code, parameters = settings.code(call), parameters_of(settings, call)
    try:
        y = run(code, x[None], **parameters)[0, settings.channel]
    except (RuntimeError, ValueError, TypeError) as error:
        return Problem(code, _plain_reason(settings, call, x), str(error))
    if settings.padding_kind == "slip":  # torch takes it in this mode, such as padding=-1, which cuts cells off
        return Problem(code, _plain_reason(settings, call, x))
    steps = call.steps(*x.shape[1:])
    window = tuple(
        range(taps.start + axis.before, taps.stop + axis.before, taps.step)
        for taps, axis in zip(call.window(settings.row, settings.column), steps, strict=True)
    )
    bare = replace(call, padding=(0, 0), padding_mode="zeros")
    taps = call.kernel_size[0] * call.kernel_size[1]
    inside = padded_input(torch.ones_like(x[:1]), sides_of(call), "zeros")
    seen = F.conv2d(inside[None], torch.ones(1, 1, *call.kernel_size), stride=call.stride, dilation=call.dilation)[0, 0]
    real, y_real, worst = _real(settings, sides_of(call)), None, 0.0
    errors: dict[str, float | None] = {}
    if real is not None:
        y_real = run(str(bare), real[None], **parameters)[0, settings.channel]
        errors, worst = _errors(settings, x, sides_of(call), str(bare), parameters, y_real, seen < taps)
    return Result(
        settings,
        call,
        code,
        x,
        padded_input(x, sides_of(call), call.padding_mode),
        y,
        steps,
        (window[0], window[1]),
        seen,
        taps,
        real,
        y_real,
        str(bare),
        errors,
        worst,
    )


def padded_input(x: Tensor, sides: tuple[Pair, Pair], mode: str) -> Tensor:
    """The input (C, H, W) as `nn.Conv2d` pads it. Raises what torch raises when the mode cannot go so far."""
    (top, bottom), (left, right) = sides
    return F.pad(x[None], (left, right, top, bottom), mode="constant" if mode == "zeros" else mode)[0]


def parameters_of(settings: Settings, call: Conv2dCall) -> dict[str, Tensor]:
    """The layer's weight and, if it has one, its bias: the learner's own, or the preset's."""
    layer = settings.own.layer
    if layer is not None:
        return {name: parameter.detach().cpu().float() for name, parameter in layer.named_parameters()}
    if settings.own.kernel is not None:
        return {"weight": settings.own.kernel}
    return {"weight": bank(settings.preset, 1, call.in_channels, *call.kernel_size)[0]}


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings with the chosen cell inside the output, and what the controls show of them."""
    x, ranges = settings.input(), {}
    try:
        rows, columns = settings.call(x.shape[0]).steps(*x.shape[1:])
        ranges = {"row": (0, rows.output - 1), "column": (0, columns.output - 1)}
    except ValueError:  # no output: the cell waits where it is
        pass
    inside = {name: min(max(getattr(settings, name), low), high) for name, (low, high) in ranges.items()}
    return replace(settings, **inside), Shown(ranges, disabled=_out_of_use(settings))


def _real(settings: Settings, sides: tuple[Pair, Pair]) -> Tensor | None:
    """The input with its real neighbours where padding would stand; None where they are unknown."""
    wide = settings.surroundings()
    if wide is None or max(map(max, sides)) > SURROUNDINGS:
        return None
    (top, bottom), (left, right) = ((SURROUNDINGS - before, SURROUNDINGS - after) for before, after in sides)
    return wide[:, top : wide.shape[1] - bottom, left : wide.shape[2] - right]


def _errors(
    settings: Settings,
    x: Tensor,
    sides: tuple[Pair, Pair],
    bare: str,
    parameters: dict[str, Tensor],
    y_real: Tensor,
    at_border: Tensor,
) -> tuple[dict[str, float | None], float]:
    """How far each mode is off: the mean over the cells at the border, and the largest of all."""
    errors: dict[str, float | None] = {}
    worst = 0.0
    for mode in MODES if at_border.any() else ():
        try:
            y = run(bare, padded_input(x, sides, mode)[None], **parameters)[0, settings.channel]
        except RuntimeError:
            errors[mode] = None
            continue
        off = (y - y_real).abs()
        errors[mode], worst = float(off[at_border].mean()), max(worst, float(off.max()))
    return errors, worst


def _out_of_use(settings: Settings) -> frozenset[str]:
    own = settings.own
    names: set[str] = set()
    if own.layer is not None:
        names |= _OF_LAYER | _OF_KERNEL
    if own.kernel is not None:
        names |= _OF_KERNEL
    if own.image is not None:
        names |= {"image", "size"}
    if settings.padding_kind != "number":
        names |= {"padding_rows", "padding_columns"}
    return frozenset(names)


def _plain_reason(settings: Settings, call: Conv2dCall, x: Tensor) -> str:
    """Why there is no output, in plain words with what to do."""
    height, width = x.shape[1:]
    if settings.padding_kind == "slip":
        return _slip_reason(settings.slip, call, (height, width))
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


def _slip_reason(slip: object, call: Conv2dCall, shape: Pair) -> str:
    try:
        arithmetic.output_shape(shape, call.kernel_size, call.stride, slip, call.dilation)  # type: ignore[arg-type]
    except (TypeError, ValueError) as reason:
        return str(reason)
    message = _(
        "padding={slip!r}: nn.Conv2d takes one number for each axis, used on both of its sides. To pad the sides "
        "differently, put F.pad(x, (left, right, top, bottom)) before a layer with padding=0."
    )
    return message.format(slip=slip)


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


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    verdict = judge_sizes(guess, *result.steps)
    for given, steps in zip(guess, result.steps, strict=True):
        if given == steps.size and steps.output == steps.size + 1 and steps.stride == 1:
            message = _(
                "A window of {cells} cells has no middle: padding {padding} on both sides makes the output one larger than "
                "the input. 'same' would pad {before} before and {padding} after."
            )
            hint = message.format(cells=steps.effective_kernel, padding=steps.after, before=steps.after - 1)
            return Feedback(False, f"{verdict.text} {hint}")
    return verdict


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("How large will the output be?"),
        inputs=(N_("height"), N_("width")),
        judge=_judge,
        about=_OF_LAYER - {"padding_mode"} | {"image", "size"},
        hides=frozenset({"row", "column"}),
    ),
)
