"""Which tensor of a network plays which part: weights found by their shapes, vectors by what they do, whatever their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.expect import close
from course.checking.models import set_training
from course.exercises.cnn.reference import Values
from course.language import _

Shapes = Mapping[str, tuple[int, ...]]
Logits = Callable[[Values, Tensor], Tensor]


@dataclass(frozen=True)
class Layout:
    """The tensors of a network by role: weights, each of a shape of its own, and vectors, in groups of one length.

    A group's roles stand in the order that torch's own layers give their tensors. "X.bias" belongs to the weight "X".
    """

    weights: Shapes
    groups: Sequence[tuple[int, tuple[str, ...]]]

    @property
    def sizes(self) -> dict[str, int]:
        """The length of each vector by role."""
        return {role: size for size, roles in self.groups for role in roles}


@dataclass(frozen=True)
class Network:
    """A network that was built by an answer, the values that it was given by role, and the name of each role's tensor."""

    model: Answer
    values: dict[str, Tensor]
    names: dict[str, str]


def weight_names(state: Mapping[str, Tensor], weights: Shapes) -> dict[str, str]:
    """The name of each weight, by role. Raises Wrong where there is not just one tensor of its shape."""
    names = {}
    for role, shape in weights.items():
        found = [name for name, value in state.items() if tuple(value.shape) == shape]
        if not found:
            raise Wrong(
                _("Expected a weight of shape {shape} ({role}) in the state_dict, but it holds {held}.").format(
                    shape=shape, role=role, held=_held(state)
                ),
                "parameter-missing",
                _(
                    "Compare the shapes with the docstring, layer by layer: kernels, channels in and out. A layer must be an attribute "
                    "that `__init__` sets, or in nn.Sequential; one in a plain list, or made in `forward`, is not registered."
                ),
            )
        if len(found) > 1:
            raise Wrong(
                _("Expected one weight of shape {shape} ({role}), but the state_dict holds {held}.").format(
                    shape=shape, role=role, held=_held({name: state[name] for name in found})
                ),
                "parameter-twice",
                _("One layer of this shape is enough. What is the other one for?"),
            )
        names[role] = found[0]
    return names


def vectors_of(state: Mapping[str, Tensor], size: int) -> list[str]:
    """The names of the vectors of this length, in the order of the state_dict."""
    return [name for name, value in state.items() if tuple(value.shape) == (size,)]


def require_no_more(state: Mapping[str, Tensor], names: Mapping[str, str]) -> None:
    """Raise Wrong when the network holds tensors of floats that play no part."""
    known = set(names.values())
    extra = {
        name: value
        for name, value in state.items()
        if name not in known and value.is_floating_point() and value.numel() > 1
    }
    if extra:
        raise Wrong(
            _("The state_dict holds more than the docstring asks for: {held}.").format(held=_held(extra)),
            "extra-parameters",
            _("Which layer do these belong to? Take it out, or compare its arguments with the docstring."),
        )


def natural_names(state: Mapping[str, Tensor], layout: Layout) -> dict[str, str]:
    """The name of each tensor by role, if the network is made of torch's own layers.

    Raises Wrong when a weight or a vector is missing, or when there are more than the layout has.
    """
    names = weight_names(state, layout.weights)
    for size, roles in layout.groups:
        free = vectors_of(state, size)
        if len(free) != len(roles):
            raise Wrong(
                _("Expected {count} vectors of length {size} ({roles}), but the state_dict holds {held}.").format(
                    count=len(roles),
                    size=size,
                    roles=", ".join(roles),
                    held=_held({name: state[name] for name in free}),
                ),
                "parameter-missing" if len(free) < len(roles) else "extra-parameters",
                _(
                    "Which layers have as many channels? Each convolution and linear layer has a bias, each batch normalisation a scale, a shift, "
                    "a running mean and a running variance. Compare with the docstring."
                ),
            )
        names |= _natural_group(list(state), names, roles, free)
    require_no_more(state, names)
    return names


def _natural_group(
    order: list[str], names: Mapping[str, str], roles: Sequence[str], vectors: Sequence[str]
) -> dict[str, str]:
    """A layer's bias comes right after its weight; the others keep their order."""
    found, free = {}, list(vectors)
    for role in roles:
        weight = names.get(role.removesuffix(".bias"))
        position = order.index(weight) + 1 if role.endswith(".bias") and weight else len(order)
        if position < len(order) and order[position] in free:
            found[role] = order[position]
            free.remove(order[position])
    return found | dict(zip((role for role in roles if role not in found), free, strict=True))


def filled(model: Answer, layout: Layout, sample: Sample, x: Tensor, logits: Logits) -> Network:
    """Load random values into a network, in evaluation mode, each tensor by its role.

    Where torch's order does not explain what the network gives for x, every order within a group is tried.

    Args:
        logits: what the network should give, from values by role and an input.
    """
    model.run(set_training, model, False)
    state = model.state()
    names = natural_names(state, layout)
    values = random_values(layout, sample)
    if not _explains(model, names, values, x, logits):
        names |= _searched(model, layout, names, values, x, logits)
        _load(model, state, names, values)
    return Network(model, values, names)


def random_values(layout: Layout, sample: Sample) -> dict[str, Tensor]:
    """Values by role that keep the numbers in a network near 1; variances are positive."""
    values = {role: sample.floats(*shape) / prod(shape[1:]) ** 0.5 for role, shape in layout.weights.items()}
    for role, size in layout.sizes.items():
        vector = sample.floats(size)
        values[role] = 0.5 + vector.abs() if role.endswith(".var") else vector
    return values


def _searched(
    model: Answer, layout: Layout, names: Mapping[str, str], values: Values, x: Tensor, logits: Logits
) -> dict[str, str]:
    """Names by role, of the groups where another order than torch's explains what the network gives.

    All other vectors are ones meanwhile, so that their own order does not matter.
    """
    better: dict[str, str] = {}
    for size, roles in layout.groups:
        if len(roles) == 1:
            continue
        probe = {role: torch.ones(length) for role, length in layout.sizes.items()}
        probe |= {role: values[role] for role in layout.weights}
        order = [names[role] for role in roles]
        vectors = [0.5 + torch.rand(size, generator=torch.Generator().manual_seed(k)) for k in range(len(roles))]
        state = {names[role]: value for role, value in probe.items()} | dict(zip(order, vectors, strict=True))
        model.load_state({**model.state(), **state})
        got = model(x)
        for numbers in permutations(range(len(roles))):
            expected = logits(probe | {role: vectors[k] for role, k in zip(roles, numbers, strict=True)}, x)
            if _agrees(got, expected):
                better |= {role: order[k] for role, k in zip(roles, numbers, strict=True)}
                break
    return better


def _explains(model: Answer, names: Mapping[str, str], values: Values, x: Tensor, logits: Logits) -> bool:
    """Whether these values, loaded under these names, give the expected logits. They stay loaded."""
    _load(model, model.state(), names, values)
    return _agrees(model(x), logits(values, x))


def _load(model: Answer, state: Mapping[str, Tensor], names: Mapping[str, str], values: Values) -> None:
    model.load_state({**state, **{names[role]: value for role, value in values.items()}})


def _agrees(got: object, expected: Tensor) -> bool:
    if type(got) is not Tensor or got.shape != expected.shape or not got.is_floating_point():
        return False
    return got.layout is torch.strided and got.device.type == "cpu" and close(got, expected)


def _held(state: Mapping[str, Tensor]) -> str:
    """Names and shapes for a message, the weights first of all; cut where it gets long."""
    shapes = [f"{name} {tuple(value.shape)}" for name, value in state.items() if value.ndim > 1]
    shapes += [f"{name} {tuple(value.shape)}" for name, value in state.items() if value.ndim == 1]
    most = 12
    return ", ".join([*shapes[:most], *(["…"] if len(shapes) > most else [])]) or _("nothing")
