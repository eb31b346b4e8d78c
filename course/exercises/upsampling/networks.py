"""Answers that are a part of a network: expectations on kind, shape and gradients, and that samples are kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.expect import close, expect_no_nan, expect_ordinary, expect_tensor
from course.checking.models import no_gradient, set_training
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "not-a-module": N_("Write `class …(nn.Module)`, and call `super().__init__()` first in `__init__`."),
    "not-the-same-twice": Misconception(
        "The same input gives another output each time: a layer is made in forward.",
        N_("Are all layers made in `__init__`, none in `forward`? And is there no random number in `forward`?"),
    ),
    "batch-of-one": N_("Keep the axis of the batch, whatever its size. `squeeze()` without an axis takes it away."),
    "samples-mixed": Misconception(
        "The samples of a batch influence one another.",
        N_("No sample may leak into another one. Look for a `reshape` or a `cat` that touches axis 0."),
    ),
    "no-parameters": Misconception(
        "Layers in a plain list are not registered: there are no parameters.",
        N_(
            "Make the layers in `__init__` and keep them as attributes. A plain Python list hides them: use `nn.ModuleList`."
        ),
    ),
    "no-gradient": N_("Does `forward` use this layer, without `detach` and without `no_grad`?"),
    "no-activation": Misconception(
        "There is no activation between the layers.",
        N_("Layers without an activation between them are no more than one layer. Where do the ReLUs belong?"),
    ),
}
"""What the expectations here may find."""


def built(answer: Answer, *arguments: Any, evaluate: bool = True) -> Answer:
    """What the answer builds, which must be a module; in evaluation mode, where each sample stands for itself."""
    made = answer.build(*arguments)
    came = made.describe()
    if came.kind != "module":
        raise Wrong(
            _("Expected a class that builds an nn.Module, but it built {type_name}.").format(type_name=came.type_name),
            "not-a-module",
        )
    if evaluate:
        made.run(set_training, made, False)
    return made


def expect_floats(got: Any, shape: Sequence[int], what: str) -> Tensor:
    """Expect finite floats of this shape, whatever their values."""
    if type(got) is not Tensor:
        expect_tensor(got, torch.zeros(tuple(shape)))  # tells what came in place of a tensor
    expect_ordinary(got)
    if tuple(got.shape) != tuple(shape):
        raise Wrong(
            _("Expected the shape {expected}, but got {got} ({what}).").format(
                expected=tuple(shape), got=tuple(got.shape), what=what
            ),
            "shape",
        )
    if not got.is_floating_point():
        raise Wrong(_("Expected floats, but got the dtype {got} ({what}).").format(got=got.dtype, what=what), "dtype")
    expect_no_nan(got)
    return got  # type: ignore[no-any-return]


def expect_samples_apart(layer: Answer, *inputs: Tensor) -> None:
    """Expect the same output twice, and of each sample what it gives alone. For a layer in evaluation mode."""
    batch = layer(*inputs)
    if not close(layer(*inputs), batch):
        raise Wrong(
            _("Called twice with the same input, in evaluation mode, your layer gave two different outputs."),
            "not-the-same-twice",
        )
    for sample in (0, batch.shape[0] - 1):
        alone = layer(*(each[sample : sample + 1] for each in inputs))
        if type(alone) is not Tensor or alone.shape != batch[sample : sample + 1].shape:
            raise Wrong(
                _("A batch of one sample did not give one output."),
                "batch-of-one",
            )
        if not close(alone, batch[sample : sample + 1]):
            raise Wrong(
                _("Sample {sample} gives something else alone than among {count} samples, in evaluation mode.").format(
                    sample=sample, count=batch.shape[0]
                ),
                "samples-mixed",
            )


def expect_learning(layer: Answer, *inputs: Tensor) -> None:
    """Expect parameters, and that the sum of the outputs has a gradient for each of them."""
    gradients = layer.gradients(*inputs).parameters
    if not gradients:
        raise Wrong(_("Your layer has no parameters at all, so it could never learn."), "no-parameters")
    for name, gradient in gradients.items():
        if gradient is None:
            raise no_gradient(name)


def expect_nonlinear(first: Tensor, second: Tensor, neither: Tensor, both: Tensor) -> None:
    """Expect that a function is not linear, from what it gives for a, for b, for zero and for a + b."""
    off = (first + second - neither - both).abs().max()
    if not float(off) > 1e-3 * float((both - neither).abs().max()):
        raise Wrong(
            _("Your layer is linear: what it gives for a sum of two inputs is the sum of what it gives for each."),
            "no-activation",
        )
