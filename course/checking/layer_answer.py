"""An answer that is a convolution layer: its weight and bias, found by their shapes, whatever their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.expect import close
from course.language import _


@dataclass(frozen=True)
class FilledLayer:
    """A layer that was built by an answer, and the values that its weight and bias were given."""

    layer: Answer
    weight: Tensor
    bias: Tensor | None
    weight_name: str
    bias_name: str | None


def fill(layer: Answer, sample: Sample, weight_shape: Sequence[int], *, bias: bool = True) -> FilledLayer:
    """Load random values into the layer's weight of this shape, and into its bias of shape (weight_shape[0],).

    So a layer whose weights start at zero is checked as well as any other. Raises Wrong when there are not just these.
    """
    state = layer.state()
    weight_name = _only(state, tuple(weight_shape), _("weight"))
    bias_name = _only(state, (weight_shape[0],), _("bias")) if bias else None
    values = {weight_name: sample.floats(*weight_shape)}
    if bias_name is not None:
        values[bias_name] = sample.floats(weight_shape[0])
    elif extra := [name for name, value in state.items() if tuple(value.shape) == (weight_shape[0],)]:
        raise Wrong(
            _("bias=False was asked, but the state_dict holds a bias all the same: {name}.").format(name=extra[0]),
            "bias-kept",
            _("Is the argument `bias` handed on to the layer that does the work?"),
        )
    layer.load_state({**state, **values})
    return FilledLayer(layer, values[weight_name], values[bias_name] if bias_name else None, weight_name, bias_name)


def expect_trainable(filled: FilledLayer, x: Tensor, expected: dict[str, Tensor]) -> None:
    """Expect that the sum of the outputs has these gradients with respect to the weight and the bias.

    Args:
        expected: the gradients by "weight" and "bias".
    """
    found = filled.layer.gradients(x).parameters
    for role, name in (("weight", filled.weight_name), ("bias", filled.bias_name)):
        if name is None:
            continue
        gradient = found.get(name)
        if gradient is None:
            raise Wrong(
                _("The {role} ({name}) gets no gradient, so it could never learn.").format(role=role, name=name),
                "no-gradient",
                _(
                    "Is it an `nn.Parameter`, or part of a layer such as `nn.Conv2d`? "
                    "And does `forward` use it without `detach`, `.data`, `no_grad` or a way through NumPy?"
                ),
            )
        if gradient.shape != expected[role].shape or not close(gradient, expected[role]):
            raise Wrong(
                _("The gradient of the {role} ({name}) is not what it should be.").format(role=role, name=name),
                "wrong-gradient",
                _("Is the {role} used once for each output, and nowhere else?").format(role=role),
            )


def _only(state: dict[str, Tensor], shape: tuple[int, ...], role: str) -> str:
    """The name of the one tensor of this shape."""
    names = [name for name, value in state.items() if tuple(value.shape) == shape]
    if len(names) == 1:
        return names[0]
    held = ", ".join(f"{name} {tuple(value.shape)}" for name, value in state.items()) or _("nothing")
    if names:
        raise Wrong(
            _("Expected one {role} of shape {shape}, but the state_dict holds {held}.").format(
                role=role, shape=shape, held=held
            ),
            "parameter-twice",
            _("One convolution is enough here. What is the second one for?"),
        )
    raise Wrong(
        _("Expected a {role} of shape {shape} in the state_dict, but it holds {held}.").format(
            role=role, shape=shape, held=held
        ),
        "parameter-missing",
        _(
            "Make the layer that holds it in `__init__`, and keep it as an attribute: `self.conv = …`. "
            "A plain tensor, or a layer made inside `forward`, is not registered. Look at the order of its arguments too."
        ),
    )
