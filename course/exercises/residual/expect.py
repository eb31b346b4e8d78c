"""What a step may expect of a block: its values in both modes, the statistics that it keeps, its gradients."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.checking.expect import close, expect_tensor
from course.checking.models import set_training
from course.checking.world import Failure
from course.exercises.residual.formulas import Block
from course.exercises.residual.found import differentiable, fill
from course.exercises.residual.mistakes import block_mistakes
from course.exercises.residual.plans import Plan
from course.language import _


def build_filled(answer: Answer, plan: Plan, sample: Sample, *, training: bool = False) -> tuple[Answer, list[Block]]:
    """A block with random values in its layers, and what it may be by formulas, in the order of its state_dict first."""
    block = answer.build(*plan.arguments)
    roles = fill(block, plan, sample)
    block.run(set_training, block, training)
    return block, [Block(each, plan, training) for each in roles]


def _picture(plan: Plan, sample: Sample) -> Tensor:
    """A batch of pictures of odd and unequal sides."""
    height, width = sample.choice(((7, 10), (9, 6), (8, 11), (11, 9)))
    return sample.floats(sample.integer(2, 3), plan.in_channels, height, width)


def expect_block(answer: Answer, plan: Plan, sample: Sample) -> None:
    """Expect the outputs in evaluation mode, for two inputs and one single image."""
    block, blocks = build_filled(answer, plan, sample)
    for x in (_picture(plan, sample), _picture(plan, sample)[:1]):
        blocks = _expect_values(block, blocks, x)


def _expect_values(block: Answer, blocks: list[Block], x: Tensor) -> list[Block]:
    """Expect the outputs of one of the blocks; returns those that gave them."""
    plan, training = blocks[0].plan, blocks[0].training
    mode = _("in training mode") if training else _("in evaluation mode")
    what = _("{block} {mode}, for an input of shape {shape}").format(block=plan.call, mode=mode, shape=tuple(x.shape))
    try:
        got = block(x)
    except Failure as failure:
        _explain_shapes(failure, what)
        raise
    matching = [each for each in blocks if _agrees(got, each(x))]
    if matching:
        return matching
    expect_tensor(got, blocks[0](x), block_mistakes(blocks, x), what=what)
    return blocks


def _agrees(got: object, expected: Tensor) -> bool:
    return type(got) is Tensor and got.shape == expected.shape and got.dtype == expected.dtype and close(got, expected)


def _explain_shapes(failure: Failure, what: str) -> None:
    """Raise with a hint of its own when the two paths do not fit."""
    if "size of tensor" in failure.message and "must match" in failure.message:
        raise Wrong(
            _("Your code raised {failure} ({what}).").format(failure=failure, what=what),
            "paths-do-not-fit",
            _(
                "Print the shapes of both paths before the sum. A 3 × 3 convolution keeps the size with `padding=1`; "
                "a stride on one path must be on the other as well; and the channels must be equal."
            ),
        )


def expect_training(answer: Answer, plan: Plan, sample: Sample) -> None:
    """Expect the outputs in training mode, and the running statistics that they leave."""
    block, blocks = build_filled(answer, plan, sample, training=True)
    x = _picture(plan, sample)
    right = _expect_values(block, blocks, x)
    state = block.state()
    kept = []
    for each in right:
        kept = [
            (f"{name}.{tensor}", value)
            for name, pair in each.statistics(x).items()
            for tensor, value in zip(("running_mean", "running_var"), pair, strict=True)
        ]
        if all(_agrees(state.get(name), value) for name, value in kept):
            return
    name, value = next((name, value) for name, value in kept if not _agrees(state.get(name), value))
    raise Wrong(
        _(
            "After one call in training mode, {name} should start with {expected:.4g}, but it starts with {got:.4g}."
        ).format(
            name=name, expected=float(value[0]), got=float(state[name].flatten()[0]) if name in state else float("nan")
        ),
        "running-statistics",
        _(
            "Each BatchNorm sees the batch once, in training mode. Is one called twice, left out, or put into another mode?"
        ),
    )


def expect_gradients(answer: Answer, plan: Plan, sample: Sample) -> None:
    """Expect the gradients of a weighted sum of the outputs, with respect to the input and each parameter."""
    for training in (False, True):
        block, blocks = build_filled(answer, plan, sample, training=training)
        x = _picture(plan, sample)
        weight = sample.floats(*blocks[0](x).shape)
        try:
            found = block.gradients(x, weight=weight)
        except Failure as failure:
            _explain_in_place(failure)
            raise
        candidates = [_gradients(each, x, weight) for each in blocks]
        got = {"": found.arguments[0], **found.parameters}
        right = [_first_wrong(got, each) for each in candidates]
        if None in right:
            continue
        # Which block it is was known before the call: the values tell, and the gradients must be that block's.
        name = next(each for each in right if each is not None)
        _raise_gradient(name, got.get(name), partial(_single_path, blocks[0], x, weight))


def _gradients(block: Block, x: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """The gradients by formulas: of the input under "", of the parameters by their names."""
    roles, leaves = differentiable(block.roles)
    leaf = x.clone().requires_grad_()
    total = (replace(block, roles=roles)(leaf) * weight).sum()
    found = torch.autograd.grad(total, [leaf, *leaves.values()])
    return dict(zip(["", *leaves], found, strict=True))


def _first_wrong(got: dict[str, Tensor | None], expected: dict[str, Tensor]) -> str | None:
    """The name of the first gradient that is off; "" is the input."""
    return next((name for name, value in expected.items() if not _same_gradient(got.get(name), value)), None)


def _same_gradient(got: Tensor | None, expected: Tensor) -> bool:
    """Whether two gradients agree. Large terms may cancel, so the largest entry sets the scale."""
    if got is None or got.shape != expected.shape:
        return False
    scale = max(1.0, float(expected.abs().max()))
    return bool((got - expected).abs().max() <= 1e-3 * scale)


def _single_path(block: Block, x: Tensor, weight: Tensor, path: str) -> Tensor:
    """The input's gradient when one of the two paths is cut off from autograd."""
    leaf = x.clone().requires_grad_()
    main, shortcut = block.main(leaf), block.shortcut(leaf)
    total = torch.relu(main + shortcut.detach() if path == "main" else main.detach() + shortcut)
    (gradient,) = torch.autograd.grad((total * weight).sum(), leaf)
    return gradient


def _raise_gradient(name: str, got: Tensor | None, single_path: partial[Tensor]) -> None:
    cut = _("Look for `detach`, `.data`, `no_grad`, or a way through NumPy.")
    if name:
        raise Wrong(
            _("The gradient of {name} is not what it should be.").format(name=name)
            if got is not None
            else _("{name} gets no gradient, so it could never learn.").format(name=name),
            "no-gradient" if got is None else "wrong-gradient",
            cut,
        )
    if got is None:
        raise Wrong(_("No gradient comes back to the block's input."), "no-gradient", cut)
    if _same_gradient(got, single_path("main")):
        raise Wrong(
            _("The gradient comes back through the main path only, not through the shortcut."), "shortcut-detached", cut
        )
    if _same_gradient(got, single_path("shortcut")):
        raise Wrong(
            _("The gradient comes back through the shortcut only, not through the main path."), "main-detached", cut
        )
    raise Wrong(_("The gradient with respect to the block's input is not what it should be."), "wrong-gradient", cut)


def _explain_in_place(failure: Failure) -> None:
    """Raise with a hint of its own when autograd misses a value that was overwritten."""
    if "modified by an inplace operation" in failure.message:
        raise Wrong(
            _("Going backwards, your code raised {failure}").format(failure=str(failure).partition(":")[0]),
            "in-place-on-saved",
            _(
                "A layer keeps its input for the backward pass, and an in-place operation (`x += …`, `x.add_(…)`, `inplace=True`) overwrote "
                "it. `x + y` makes a new tensor."
            ),
        )
