"""What a step expects of a residual block: its outputs in both modes, the statistics that it keeps, its gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from course.checking import models, tensors_by_role
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.expect import expect_tensor
from course.checking.models import expect_gradients, same_gradient, set_training
from course.checking.tensors_by_role import agrees, gradients_by_role
from course.checking.world import Failure
from course.exercises.residual import block_layers, block_mistakes
from course.exercises.residual.block import MOMENTUM, Block, BlockSpec
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

Path = Callable[[Tensor], Tensor]
"""One of a block's two paths: its output for the block's input."""

_CUT_OFF = N_("Look for `detach`, `.data`, `no_grad`, or a way through NumPy.")

MISCONCEPTIONS: Misconceptions = {
    **tensors_by_role.MISCONCEPTIONS,
    **models.MISCONCEPTIONS,
    **block_layers.MISCONCEPTIONS,
    **block_mistakes.MISCONCEPTIONS,
    "paths-do-not-fit": Misconception(
        "The two paths have different shapes, so the sum fails.",
        N_(
            "Print the shapes of both paths before the sum. A 3 × 3 convolution keeps the size with `padding=1`, a 1 × 1 without any; "
            "a stride on one path must be on the other as well (a pooling may round to another size); and the channels must be equal."
        ),
    ),
    "running-statistics": Misconception(
        "The running statistics move in another way.",
        N_(
            "Each BatchNorm sees the batch once, in training mode. Is one called twice, left out, or put into another mode?"
        ),
    ),
    "no-gradient": _CUT_OFF,
    "wrong-gradient": _CUT_OFF,
    "shortcut-detached": Misconception("No gradient flows through the shortcut.", _CUT_OFF),
    "main-detached": Misconception("No gradient flows through the main path.", _CUT_OFF),
    "in-place-on-saved": Misconception(
        "A tensor that the backward pass needs is changed in place.",
        N_(
            "A layer keeps its input for the backward pass, and an in-place operation (`x += …`, `x.add_(…)`, `inplace=True`) overwrote "
            "it. `x + y` makes a new tensor."
        ),
    ),
}
"""The known mistakes in a residual block."""


def build_filled(
    answer: Answer, spec: BlockSpec, sample: Sample, *, training: bool = False
) -> tuple[Answer, list[Block]]:
    """A block with random values in its layers, and what it may be by formulas, in the order of its state_dict first."""
    built = answer.build(*spec.arguments)
    blocks = block_layers.fill(built, spec, sample, training=training)
    built.run(set_training, built, training)
    return built, blocks


def _pictures(spec: BlockSpec, sample: Sample) -> Tensor:
    """A batch of pictures of odd and unequal sides."""
    height, width = sample.choice(((7, 10), (9, 6), (8, 11), (11, 9)))
    return sample.floats(sample.integer(2, 3), spec.in_channels, height, width)


def expect_block(answer: Answer, spec: BlockSpec, sample: Sample) -> None:
    """Expect the outputs in evaluation mode, for two inputs and one single image."""
    built, blocks = build_filled(answer, spec, sample)
    for x in (_pictures(spec, sample), _pictures(spec, sample)[:1]):
        blocks = _expect_values(built, blocks, x)


def _expect_values(built: Answer, blocks: list[Block], x: Tensor) -> list[Block]:
    """Expect the outputs of one of the blocks; returns those that gave them."""
    mode = _("in training mode") if blocks[0].training else _("in evaluation mode")
    what = _("{block} {mode}, for an input of shape {shape}").format(
        block=blocks[0].spec.call, mode=mode, shape=tuple(x.shape)
    )
    try:
        got = built(x)
    except Failure as failure:
        if "object has no attribute" in failure.message and failure.message.startswith(
            f"'{_class_name(blocks[0].spec)}'"
        ):
            raise Wrong(
                _("Your code raised {failure} ({what}).").format(failure=failure, what=what), "attribute-missing"
            ) from None
        if "size of tensor" in failure.message and "must match" in failure.message:
            raise Wrong(
                _("Your code raised {failure} ({what}).").format(failure=failure, what=what), "paths-do-not-fit"
            ) from None
        raise
    matching = [block for block in blocks if agrees(got, block(x)) and got.dtype == x.dtype]
    if not matching:
        try:
            expect_tensor(got, blocks[0](x), block_mistakes.block_mistakes(blocks, x), what=what)
        except Wrong as wrong:
            if wrong.key == "values" and not wrong.advice:
                raise Wrong(wrong.message, _hidden_reason(built, x, got)) from None
            raise
    return matching or blocks


def _class_name(spec: BlockSpec) -> str:
    """The name that a student's class has in the docstring, such as "ProjectionBlock"."""
    return spec.call.partition("(")[0]


def _hidden_reason(built: Answer, x: Tensor, got: Tensor) -> str:
    """The key of what may make a block's values wrong though its formula seems right: chance, or a BatchNorm's settings."""
    if not all(agrees(built(x), got) for _again in range(_RUNS)):
        return "random-inside"
    return "norm-settings" if _other_settings(built) else "values"


def _other_settings(built: Answer) -> bool:
    """Whether a BatchNorm of the block says that it has other settings than the default ones."""
    settings = built.run(norm_settings, built)
    return isinstance(settings, list) and any(each != _DEFAULTS for each in settings)


_DEFAULTS = (1e-5, MOMENTUM)
_RUNS = 8
"""How often a block runs again to show that it is random: a Dropout of whole channels gives the same twice now and then."""


def norm_settings(module: nn.Module) -> list[tuple[float, float | None]]:
    """The eps and the momentum of each BatchNorm, where the block lives. For `Answer.run`."""
    return [(each.eps, each.momentum) for each in module.modules() if isinstance(each, nn.BatchNorm2d)]


def expect_training(answer: Answer, spec: BlockSpec, sample: Sample) -> None:
    """Expect the outputs in training mode, and the running statistics that they leave."""
    built, blocks = build_filled(answer, spec, sample, training=True)
    x = _pictures(spec, sample)
    right = _expect_values(built, blocks, x)
    state = built.state()
    kept: dict[str, Tensor] = {}
    for block in right:
        kept = {block.names[role]: value for role, value in block.statistics(x).items()}
        if all(agrees(state.get(name), value) for name, value in kept.items()):
            return
    name, value = next((name, value) for name, value in kept.items() if not agrees(state.get(name), value))
    raise Wrong(
        _(
            "After one call in training mode, {name} should start with {expected:.4g}, but it starts with {got:.4g}."
        ).format(
            name=name, expected=float(value[0]), got=float(state[name].flatten()[0]) if name in state else float("nan")
        ),
        "norm-settings" if _other_settings(built) else "running-statistics",
    )


def expect_block_gradients(answer: Answer, spec: BlockSpec, sample: Sample) -> None:
    """Expect the gradients of a weighted sum of the outputs, with respect to the input and each parameter."""
    for training in (False, True):
        built, blocks = build_filled(answer, spec, sample, training=training)
        x = _pictures(spec, sample)
        weight = sample.floats(*blocks[0](x).shape)
        try:
            gradients = built.gradients(x, weight=weight)
        except Failure as failure:
            _explain_in_place(failure)
            raise
        got = {"": gradients.arguments[0], **gradients.parameters}
        candidates = [_gradients(block, x, weight) for block in blocks]
        if any(all(same_gradient(got.get(name), value) for name, value in each.items()) for each in candidates):
            continue
        # Which block it is was known before the call: the values tell, and the gradients must be that block's.
        _expect_input_gradient(got[""], candidates[0][""], blocks[0], x, weight)
        expect_gradients(got, candidates[0], same=same_gradient)


def _gradients(block: Block, x: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """The gradients by formulas: of the input under "", of the parameters by their names."""
    by_role = gradients_by_role(
        lambda values: (replace(block, values=values)(values[""]) * weight).sum(), {"": x, **block.values}
    )
    return {block.names.get(role, ""): gradient for role, gradient in by_role.items()}


def _expect_input_gradient(got: Tensor | None, expected: Tensor, block: Block, x: Tensor, weight: Tensor) -> None:
    """Expect the gradient with respect to the block's input, which comes through both paths."""
    if got is None:
        raise Wrong(_("No gradient comes back to the block's input."), "no-gradient")

    if same_gradient(got, expected):
        return
    if same_gradient(got, _gradient_through(block.main, block.shortcut, x, weight)):
        raise Wrong(
            _("The gradient comes back through the main path only, not through the shortcut."), "shortcut-detached"
        )
    if same_gradient(got, _gradient_through(block.shortcut, block.main, x, weight)):
        raise Wrong(_("The gradient comes back through the shortcut only, not through the main path."), "main-detached")
    raise Wrong(_("The gradient with respect to the block's input is not what it should be."), "wrong-gradient")


def _gradient_through(open: Path, cut_off: Path, x: Tensor, weight: Tensor) -> Tensor:
    """The input's gradient when one of a block's two paths is cut off from autograd."""
    leaf = x.clone().requires_grad_()
    total = torch.relu(open(leaf) + cut_off(leaf).detach())
    (gradient,) = torch.autograd.grad((total * weight).sum(), leaf)
    return gradient


def _explain_in_place(failure: Failure) -> None:
    """Raise with a hint of its own when autograd misses a value that was overwritten."""
    if "modified by an inplace operation" in failure.message:
        raise Wrong(
            _("Going backwards, your code raised {failure}").format(failure=str(failure).partition(":")[0]),
            "in-place-on-saved",
        )
