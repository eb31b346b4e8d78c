"""The result of the variants explorer: every kind of convolution run on its input, with its output and its costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from course import arithmetic
from course.explorers.calls import run
from course.explorers.text import Problem
from course.explorers.variants.settings import KINDS, SIGNAL, Settings
from course.explorers.variants.weights import parameters_of
from course.language import _
from course.layers import Axes, Layer


@dataclass(frozen=True, eq=False)
class Variant:
    """One kind's layers, one after the other, and what they make of the input.

    `code` is the call that was run; `shape` the input's spatial shape, `y` the output, (C, H, W) or (C, L), or None,
    and then `problem` tells why. `parameters` and `multiply_adds` count all layers; None where there is no output.
    """

    kind: str
    layers: tuple[Layer, ...]
    code: str
    shape: Axes
    y: Tensor | None
    parameters: int | None
    multiply_adds: int | None
    problem: Problem | None = None

    @property
    def spatial(self) -> Layer:
        """The layer that looks at neighbours: the first one."""
        return self.layers[0]

    @property
    def output(self) -> Tensor:
        """y, where it is known that there is one."""
        assert self.y is not None
        return self.y


@dataclass(frozen=True, eq=False)
class Result:
    """All kinds on one input: `x` is (C, H, W), `signal` (C, L); `variants` holds them by name, in the order shown."""

    settings: Settings
    x: Tensor
    signal: Tensor
    variants: Mapping[str, Variant]

    @property
    def chosen(self) -> Variant:
        """The kind that is looked at."""
        return self.variants[self.settings.kind]


def compute(settings: Settings) -> Result | Problem:
    """Run every kind. A kind without output tells why while the others go on; it is a Problem when none has any."""
    variants = {kind: variant_of(settings, kind) for kind in KINDS}
    problem = variants[settings.kind].problem
    if problem is not None and all(variant.problem for variant in variants.values()):
        return problem
    return Result(settings, settings.input(), settings.signal_input(), variants)


def variant_of(settings: Settings, kind: str) -> Variant:
    """One kind, run on its input."""
    layers, shape = settings.layers(kind), settings.shape(kind)
    x = settings.signal_input() if kind == SIGNAL else settings.input()
    code = code_of(layers)
    try:
        y = run(code, x[None], **weights_of(settings, kind))[0]
    except (RuntimeError, ValueError, TypeError) as error:
        problem = Problem(code, _plain_reason(layers, tuple(x.shape)), str(error))
        return Variant(kind, layers, code, shape, None, None, None, problem)
    parameters, multiply_adds = 0, 0
    between = shape
    for layer in layers:
        parameters += layer.parameters
        multiply_adds += layer.multiply_adds((layer.in_channels, *between))
        between = layer.output_shape(between)[1:]
    return Variant(kind, layers, code, shape, y, parameters, multiply_adds)


def code_of(layers: tuple[Layer, ...]) -> str:
    """The torch call that makes these layers."""
    return str(layers[0]) if len(layers) == 1 else f"nn.Sequential({', '.join(map(str, layers))})"


def weights_of(settings: Settings, kind: str) -> dict[str, Tensor]:
    """The parameters of a kind, by their names in its state_dict: the learner's own, or the preset's."""
    layer = settings.own.layer
    if layer is not None and kind == settings.own_kind:
        return {name: parameter.detach().cpu().float() for name, parameter in layer.named_parameters()}
    return parameters_of(settings.layers(kind), settings.preset)


def _plain_reason(layers: tuple[Layer, ...], shape: tuple[int, ...]) -> str:
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
