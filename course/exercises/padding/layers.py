"""What the checks of lesson 03's layers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from course import arithmetic
from course.checking import models, tensors_by_role
from course.checking.answer import Answer, Wrong
from course.checking.expect import arguments_text
from course.checking.models import expect_gradients
from course.checking.tensors_by_role import FilledModel, gradients_by_role
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions, paddings

MISCONCEPTIONS: Misconceptions = {
    **models.MISCONCEPTIONS,
    **tensors_by_role.MISCONCEPTIONS,
    **paddings.MISCONCEPTIONS,
    "dilation-adds-parameters": Misconception(
        "Dilation is taken to add parameters; it only sets the kernel's numbers apart.",
        N_(
            "Dilation sets the kernel's numbers apart and adds none: between them there is nothing to learn. Hand `dilation` on "
            "to the layer that does the work, and leave its `kernel_size` as it is."
        ),
    ),
    "dilation-ignored": N_("The kernel has no gaps. Is `dilation` handed on to the layer that does the work?"),
}


def for_input(x: Tensor, **settings: object) -> str:
    """A call of a layer in words for messages."""
    return _("for an input of shape {shape}, {settings}").format(
        shape=tuple(x.shape), settings=arguments_text(**settings)
    )


def expect_dilation_without_parameters(layer: Answer, kernel: Sequence[int], dilation: Sequence[int]) -> None:
    """Expect a layer from 2 to 3 channels whose weight does not fill the whole span of a dilated kernel."""
    asked = (3, 2, *kernel)
    span = (3, 2, *map(arithmetic.effective_kernel, kernel, dilation))
    shapes = {tuple(value.shape) for value in layer.state().values()}
    if asked not in shapes and span in shapes:
        raise Wrong(
            _("Expected a weight of shape {expected}, but it is {got}.").format(expected=asked, got=span),
            "dilation-adds-parameters",
        )


def expect_trainable(filled: FilledModel, x: Tensor, formula: Callable[[Mapping[str, Tensor]], Tensor]) -> None:
    """Expect that weight and bias get the gradients of the outputs' sum; the formula gives the outputs from both, by role."""
    by_role = gradients_by_role(lambda values: formula(values).sum(), filled.values)
    by_name = {filled.names[role]: gradient for role, gradient in by_role.items()}
    roles = {filled.names[role]: _(role) for role in by_role}
    expect_gradients(filled.model.gradients(x).parameters, by_name, roles)
