"""Which tensor of a model plays which part, whatever the learner's names: by its shape, and among equal shapes by a formula.

A role is the name that a check gives to a tensor, such as "conv1", "conv1.bias" or "norm1.gamma"; "X.bias" belongs to
the weight "X". Formulas work on values by role. A check loads random values into the model, each under the name that plays
the role, and compares what the model computes with what a formula computes. So neither names nor initial values matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.expect import close
from course.checking.models import expect_gradients, set_training
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]
Values = Mapping[str, Tensor]
"""Tensors by role, or by name in a state_dict."""

Formula = Callable[[Values, Tensor], Tensor]
"""The output of a model for an input, from its values by role."""

STATISTICS = (".mean", ".var")
"""How the roles of running statistics end: they have no gradients."""

_SHOWN = 12  # tensors in the message on a whole network

MISCONCEPTIONS: Misconceptions = {
    "parameter-missing": Misconception(
        "A parameter of the asked shape is not there.",
        N_(
            "Make the layer that holds it in `__init__`, and keep it as an attribute: `self.conv = …`. "
            "A plain tensor, or a layer made inside `forward`, is not registered. Look at the order of its arguments too."
        ),
    ),
    "parameter-twice": Misconception(
        "There are two parameters where one is asked.",
        N_("One convolution is enough here. What is the second one for?"),
    ),
    "bias-kept": Misconception(
        "bias=False is not handed on.", N_("Is the argument `bias` handed on to the layer that does the work?")
    ),
    "extra-parameters": Misconception("There are parameters that were not asked."),
}
"""What is raised here; an exercise's own hint for a key comes first."""


@dataclass(frozen=True)
class FilledModel:
    """A model that an answer built, after random values were loaded into it.

    Attributes:
        values: the values that were loaded, by role.
        names: the name of each role's tensor in the state_dict.
    """

    model: Answer
    values: dict[str, Tensor]
    names: dict[str, str]


@dataclass(frozen=True)
class TensorRoles:
    """The roles of a network: weights, each of a shape of its own, and vectors, in groups of one length.

    A group's roles stand in the order in which torch's own layers register their tensors.
    """

    weights: Shapes
    groups: Sequence[tuple[int, tuple[str, ...]]]

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each role's tensor."""
        return {**self.weights, **{role: (size,) for size, roles in self.groups for role in roles}}


def squeezed(shape: Shape) -> Shape:
    """A shape without its axes of size 1."""
    return tuple(size for size in shape if size != 1)


def names_of_shape(state: Values, shape: Shape, *, but_for_ones: bool = False) -> list[str]:
    """The names of the tensors of this shape, axes of size 1 aside if asked, in the order of the state_dict."""
    if but_for_ones:
        return [name for name, value in state.items() if squeezed(value.shape) == squeezed(shape)]
    return [name for name, value in state.items() if tuple(value.shape) == shape]


def held(state: Values) -> str:
    """The tensors of a state_dict by name and shape, for messages."""
    return ", ".join(f"{name} {tuple(value.shape)}" for name, value in state.items()) or _("nothing")


def held_in_short(state: Values) -> str:
    """As `held`, the weights first of all, then the vectors; cut where there are many."""
    ordered = [name for name, value in state.items() if value.ndim > 1]
    ordered += [name for name, value in state.items() if value.ndim == 1]
    shown = held({name: state[name] for name in ordered[:_SHOWN]})
    return f"{shown}, …" if len(ordered) > _SHOWN else shown


def only_name(state: Values, shape: Shape, role: str) -> str:
    """The name of the one tensor of this shape; `role` is the part it plays in plain words, such as "weight".

    Raises:
        Wrong: when there is none, or more than one.
    """
    names = names_of_shape(state, shape)
    if len(names) == 1:
        return names[0]
    if names:
        raise Wrong(
            _("Expected one {role} of shape {shape}, but the state_dict holds {held}.").format(
                role=_(role), shape=shape, held=held(state)
            ),
            "parameter-twice",
        )
    raise Wrong(
        _("Expected a {role} of shape {shape} in the state_dict, but it holds {held}.").format(
            role=_(role), shape=shape, held=held(state)
        ),
        "parameter-missing",
        _("A bias of one number for each output channel is asked. Does the layer have `bias=False`?")
        if role == "bias"
        else "",
    )


def filled_layer(layer: Answer, sample: Sample, weight_shape: Shape, *, bias: bool = True) -> FilledModel:
    """Load random values into a convolution layer's "weight" of this shape, and into its "bias" of shape (weight_shape[0],).

    Raises:
        Wrong: when the state_dict does not hold just these.
    """
    state = layer.state()
    shapes = {N_("weight"): weight_shape, N_("bias"): weight_shape[:1]}
    if not bias:
        del shapes["bias"]
    names = {role: only_name(state, shape, role) for role, shape in shapes.items()}
    if not bias and (extra := names_of_shape(state, weight_shape[:1])):
        raise Wrong(
            _("bias=False was asked, but the state_dict holds a bias all the same: {name}.").format(name=extra[0]),
            "bias-kept",
        )
    values = {role: sample.floats(*shape) for role, shape in shapes.items()}
    load(layer, names, values)
    return FilledModel(layer, values, names)


def weight_names(state: Values, weights: Shapes) -> dict[str, str]:
    """The name of each weight of a network, by role.

    Raises:
        Wrong: when there is not just one tensor of its shape.
    """
    names = {}
    for role, shape in weights.items():
        same = names_of_shape(state, shape)
        if not same:
            raise Wrong(
                _("Expected a weight of shape {shape} ({role}) in the state_dict, but it holds {held}.").format(
                    shape=shape, role=role, held=held_in_short(state)
                ),
                "parameter-missing",
            )
        if len(same) > 1:
            raise Wrong(
                _("Expected one weight of shape {shape} ({role}), but the state_dict holds {held}.").format(
                    shape=shape, role=role, held=held_in_short({name: state[name] for name in same})
                ),
                "parameter-twice",
            )
        names[role] = same[0]
    return names


def natural_names(state: Values, roles: TensorRoles) -> dict[str, str]:
    """The name of each tensor by role, if the network is made of torch's own layers.

    Raises:
        Wrong: when a weight or a vector is missing, or when there are more than the roles.
    """
    names = weight_names(state, roles.weights)
    for size, group in roles.groups:
        vectors = names_of_shape(state, (size,))
        if len(vectors) != len(group):
            raise Wrong(
                _("Expected {count} vectors of length {size} ({roles}), but the state_dict holds {held}.").format(
                    count=len(group),
                    size=size,
                    roles=", ".join(group),
                    held=held_in_short({name: state[name] for name in vectors}),
                ),
                "parameter-missing:vectors" if len(vectors) < len(group) else "extra-parameters:vectors",
            )
        names |= _natural_group(list(state), names, group, vectors)
    _require_no_more(state, names)
    return names


def _require_no_more(state: Values, names: Mapping[str, str]) -> None:
    """Raise Wrong when the network holds tensors of floats that play no part."""
    roles = set(names.values())
    extra = {
        name: value
        for name, value in state.items()
        if name not in roles and value.is_floating_point() and value.numel() > 1
    }
    if extra:
        raise Wrong(
            _("The state_dict holds more than the docstring asks for: {held}.").format(held=held_in_short(extra)),
            "extra-parameters",
        )


def _natural_group(
    order: list[str], weights: Mapping[str, str], roles: Sequence[str], vectors: Sequence[str]
) -> dict[str, str]:
    """A layer's bias comes right after its weight; the others keep their order."""
    names, free = {}, list(vectors)
    for role in roles:
        weight = weights.get(role.removesuffix(".bias"))
        position = order.index(weight) + 1 if role.endswith(".bias") and weight else len(order)
        if position < len(order) and order[position] in free:
            names[role] = order[position]
            free.remove(order[position])
    return names | dict(zip((role for role in roles if role not in names), free, strict=True))


def assignments(roles: Shapes, shapes: Shapes) -> Iterator[dict[str, str]]:
    """Every way to give each role a name of its shape, each name once. The order of the names comes first."""
    for names in permutations(shapes, len(roles)):
        if all(shapes[name] == shape for name, shape in zip(names, roles.values(), strict=True)):
            yield dict(zip(roles, names, strict=True))


def random_values(shape: Shape, sample: Sample, *, positive: bool = False) -> Tensor:
    """Random values that keep the numbers in a network near 1: a weight's by the number of inputs that it sums.

    Args:
        positive: for variances: 0.5 and more.
    """
    values = sample.floats(*shape)
    return 0.5 + values.abs() if positive else values / max(prod(shape[1:]), 1) ** 0.5


def load(model: Answer, names: Mapping[str, str], values: Values) -> None:
    """Load values by role into a model; its other tensors stay as they are."""
    model.load_state({**model.state(), **{names[role]: value for role, value in values.items()}})


def filled(model: Answer, roles: TensorRoles, sample: Sample, x: Tensor, formula: Formula) -> FilledModel:
    """Load random values into a network, in evaluation mode, each tensor by its role.

    Where the order of torch's own layers does not explain what the network gives for x, every order within a group is tried.
    """
    model.run(set_training, model, False)
    names = natural_names(model.state(), roles)
    values = {
        role: random_values(shape, sample, positive=role.endswith(".var")) for role, shape in roles.shapes.items()
    }
    load(model, names, values)
    if not agrees(model(x), formula(values, x)):
        names |= _searched(model, roles, names, values, x, formula)
        load(model, names, values)
    return FilledModel(model, values, names)


def _searched(
    model: Answer, roles: TensorRoles, names: Mapping[str, str], values: Values, x: Tensor, formula: Formula
) -> dict[str, str]:
    """Names by role, of the groups where another order than torch's explains what the network gives.

    All other vectors are ones meanwhile, so that their own order does not matter.
    """
    better: dict[str, str] = {}
    probe = {role: values[role] if role in roles.weights else torch.ones(shape) for role, shape in roles.shapes.items()}
    for size, group in roles.groups:
        if len(group) == 1:
            continue
        vectors = {
            names[role]: 0.5 + torch.rand(size, generator=torch.Generator().manual_seed(number))
            for number, role in enumerate(group)
        }
        load(model, names, probe | {role: vectors[names[role]] for role in group})
        got = model(x)
        for chosen in assignments(dict.fromkeys(group, (size,)), dict.fromkeys(vectors, (size,))):
            if agrees(got, formula(probe | {role: vectors[name] for role, name in chosen.items()}, x)):
                better |= chosen
                break
    return better


def agrees(got: object, expected: Tensor) -> bool:
    """Whether an output is an ordinary tensor of floats of this shape, with these values to single precision."""
    if type(got) is not Tensor or got.shape != expected.shape or not got.is_floating_point():
        return False
    return got.layout is torch.strided and got.device.type == "cpu" and close(got, expected)


def gradients_by_role(total: Callable[[Values], Tensor], values: Values) -> dict[str, Tensor]:
    """The gradients of a number that is computed from values, by role; running statistics have none."""
    leaves = {role: value.clone().requires_grad_() for role, value in values.items() if not role.endswith(STATISTICS)}
    gradients = torch.autograd.grad(total({**values, **leaves}), list(leaves.values()))
    return dict(zip(leaves, gradients, strict=True))


def expect_formula_gradients(filled: FilledModel, formula: Formula, x: Tensor, weight: Tensor) -> None:
    """Expect that the sum of the outputs for x, times a weight of their shape, has the gradients of a formula.

    Raises:
        Wrong: for the first parameter, in the order of the values, whose gradient is missing or another.
    """
    expected = gradients_by_role(lambda values: (formula(values, x) * weight).sum(), filled.values)
    gradients = filled.model.gradients(x, weight=weight).parameters
    expect_gradients(gradients, {filled.names[role]: gradient for role, gradient in expected.items()})
