"""The convolutions and BatchNorms that a block is made of, found in its state_dict by the names torch gives to a layer's tensors."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from torch import Tensor

from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Sample
from course.checking.models import parameter_sizes
from course.exercises.residual.plans import Plan
from course.language import _


@dataclass(frozen=True)
class Conv:
    """A convolution's tensors and where they stand in the state_dict."""

    name: str
    weight: Tensor
    bias: Tensor | None


@dataclass(frozen=True)
class Norm:
    """A BatchNorm's tensors and where they stand in the state_dict."""

    name: str
    gamma: Tensor
    beta: Tensor
    mean: Tensor
    variance: Tensor


@dataclass(frozen=True)
class Roles:
    """Which layer does what: the main path's pairs in order, and the shortcut's, which may have no BatchNorm or no layer."""

    main: tuple[tuple[Conv, Norm], ...]
    shortcut: Conv | None = None
    shortcut_norm: Norm | None = None


def fill(block: Answer, plan: Plan, sample: Sample) -> list[Roles]:
    """Load random values into a block's layers, and tell in which ways they may play the plan's roles.

    The state_dict does not tell which of two layers of equal shape comes first, so there can be several ways; the first
    takes them in the order of the state_dict. Raises Wrong when the block has other layers than the plan.
    """
    before = block.state()
    loaded = {
        name: _filling(name, value, sample) if value.is_floating_point() else value for name, value in before.items()
    }
    sizes = block.run(parameter_sizes, block)
    own = set(sizes) if isinstance(sizes, dict) else set(before)
    _require_layers(*_layers(before, own), plan, before)
    _require_no_more(*_layers(before, own), own, before)
    block.load_state(loaded)
    convs, norms = _layers(_kept(loaded, block.state()), own)
    return list(_assignments(convs, norms, plan))


def _kept(loaded: Mapping[str, Tensor], held: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What was loaded, as the block holds it: a layer with two names holds what was loaded under one of them."""
    kept = {}
    for name, value in loaded.items():
        now = held.get(name)
        same = next((each for each in (value, *loaded.values()) if now is not None and same_data(each, now)), None)
        if same is None:
            raise Wrong(
                _("After load_state_dict, {name} does not hold what was loaded.").format(name=name), "state-not-kept"
            )
        kept[name] = same
    return kept


def _filling(name: str, value: Tensor, sample: Sample) -> Tensor:
    """Values of moderate size, so that sums of them keep their digits; variances are positive."""
    random = sample.floats(*value.shape)
    if name.endswith("running_var"):
        return 0.5 + random.abs()
    return random / math.sqrt(max(value[0].numel(), 1)) if value.dim() == 4 else random


def _layers(state: Mapping[str, Tensor], own: Container[str]) -> tuple[list[Conv], list[Norm]]:
    """The layers in the order of the state_dict; one that has a second name comes once, by the name in `own`."""
    convs, norms = [], []
    for name, value in state.items():
        layer, _dot, tensor = name.rpartition(".")
        if f"{layer}.weight" not in own:
            continue
        beside = {role: state.get(f"{layer}.{role}") for role in ("weight", "bias", "running_mean", "running_var")}
        gamma, beta, _mean, variance = beside.values()
        if tensor == "weight" and value.dim() == 4:
            convs.append(Conv(layer, value, beta))
        elif tensor == "running_mean" and gamma is not None and beta is not None and variance is not None:
            norms.append(Norm(layer, gamma, beta, value, variance))
    return convs, norms


def _require_layers(convs: list[Conv], norms: list[Norm], plan: Plan, state: Mapping[str, Tensor]) -> None:
    """The plan's layers and no others, whatever their order."""
    held = ", ".join(f"{name} {tuple(value.shape)}" for name, value in state.items() if value.dim()) or _("nothing")
    wanted = [*plan.weights, *([plan.shortcut] if plan.shortcut else [])]
    missing = list(wanted)
    more = []
    for conv in convs:
        shape = tuple(conv.weight.shape)
        if shape in missing:
            missing.remove(shape)
        else:
            more.append(shape)
    if plan.shortcut in missing and len(missing) == 1:
        raise Wrong(
            _("{block} has no 1 × 1 convolution with a weight of shape {shape}; its state_dict holds {held}.").format(
                block=plan.call, shape=plan.shortcut, held=held
            ),
            "projection-missing",
            _(
                "The input has another shape than the output: other channels, other pixels, or both. Broadcasting may hide it, "
                "and pooling changes the pixels only. The shortcut needs a layer of its own here."
            ),
        )
    if missing and sum(value.dim() == 4 for value in state.values()) > len(convs):
        raise Wrong(
            _("One convolution stands in two places of {block}; its state_dict holds {held}.").format(
                block=plan.call, held=held
            ),
            "layer-shared",
            _("Two names for one layer are one layer: it learns one kernel. Build a layer for each place."),
        )
    if missing:
        raise Wrong(
            _("{block} has no convolution with a weight of shape {shape}; its state_dict holds {held}.").format(
                block=plan.call, shape=missing[0], held=held
            ),
            "parameter-missing",
            _(
                "Make each layer once, in `__init__`, and keep it as an attribute: `self.conv1 = …`. torch does not see into a plain list, "
                "and not into `forward`. Look at the layers' channels and kernels too."
            ),
        )
    if more:
        if not plan.shortcut and tuple(more[0][2:]) == (1, 1):
            raise Wrong(
                _(
                    "{block} has a 1 × 1 convolution with a weight of shape {shape}, though its input fits as it is."
                ).format(block=plan.call, shape=more[0]),
                "projection-not-needed",
                _("Same channels and stride 1: then the shortcut is the input itself, without a layer."),
            )
        raise Wrong(
            _("{block} has one convolution too many, with a weight of shape {shape}.").format(
                block=plan.call, shape=more[0]
            ),
            "parameter-twice",
            _("Count the convolutions in the docstring. What is this one for?"),
        )
    _require_norms(norms, plan, held)


def _require_norms(norms: list[Norm], plan: Plan, held: str) -> None:
    channels = [shape[0] for shape in plan.weights]
    found = [norm.mean.numel() for norm in norms]
    allowed = [channels, *([[*channels, plan.shortcut[0]]] if plan.shortcut else [])]
    if sorted(found) in [sorted(each) for each in allowed]:
        return
    raise Wrong(
        _(
            "{block} needs BatchNorms over {channels} channels, but has them over {found}; its state_dict holds {held}."
        ).format(block=plan.call, channels=channels, found=found, held=held),
        "norm-count",
        _(
            "Each convolution of the main path has a BatchNorm of its own behind it, over the channels that come out, "
            "with gamma, beta and running statistics. One that is used twice would mix up the statistics of two places."
        ),
    )


def _require_no_more(convs: list[Conv], norms: list[Norm], own: set[str], state: Mapping[str, Tensor]) -> None:
    names = [conv.name for conv in convs] + [norm.name for norm in norms]
    known = {f"{name}.{tensor}" for name in names for tensor in ("weight", "bias")}
    more = sorted(own - known)
    if more:
        shape = tuple(state[more[0]].shape) if more[0] in state else ()
        raise Wrong(
            _("There is a parameter that belongs to none of the layers asked for: {name}, of shape {shape}.").format(
                name=more[0], shape=shape
            ),
            "extra-parameters",
            _("What is this layer for? A shortcut whose shape fits needs none."),
        )


def _assignments(convs: list[Conv], norms: list[Norm], plan: Plan) -> Iterator[Roles]:
    """Every way in which the layers can play the roles; the shapes allow few."""
    wanted = [*plan.weights, *([plan.shortcut] if plan.shortcut else [])]
    channels = [shape[0] for shape in wanted][: len(norms)]
    for some in permutations(convs):
        if [tuple(conv.weight.shape) for conv in some] != wanted:
            continue
        for others in permutations(norms):
            if [norm.mean.numel() for norm in others] == channels:
                depth = len(plan.weights)
                yield Roles(
                    tuple(zip(some[:depth], others[:depth], strict=True)),
                    some[depth] if plan.shortcut else None,
                    others[depth] if len(norms) > depth else None,
                )


def differentiable(roles: Roles) -> tuple[Roles, dict[str, Tensor]]:
    """The same roles with parameters that can have gradients, and these by their names in the state_dict."""
    leaves: dict[str, Tensor] = {}

    def leaf(name: str, value: Tensor) -> Tensor:
        leaves[name] = value.clone().requires_grad_()
        return leaves[name]

    def conv(old: Conv) -> Conv:
        bias = None if old.bias is None else leaf(f"{old.name}.bias", old.bias)
        return Conv(old.name, leaf(f"{old.name}.weight", old.weight), bias)

    def norm(old: Norm) -> Norm:
        gamma, beta = leaf(f"{old.name}.weight", old.gamma), leaf(f"{old.name}.bias", old.beta)
        return Norm(old.name, gamma, beta, old.mean, old.variance)

    new = Roles(
        tuple((conv(one), norm(other)) for one, other in roles.main),
        conv(roles.shortcut) if roles.shortcut else None,
        norm(roles.shortcut_norm) if roles.shortcut_norm else None,
    )
    return new, leaves
