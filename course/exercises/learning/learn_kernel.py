"""Exercise learn-kernel: the kernel that turns images into targets, found by gradient descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, failures_explained
from course.checking.world import Failure
from course.language import N_, _
from course.misconceptions import Misconception, windows

exercise = Exercise(
    "learn-kernel",
    difficulty=2,
    minutes=10,
    hints=(
        N_(
            "What learns is one tensor, `weight`, of shape (1, 1, kernel_size, kernel_size): random numbers at first, with `requires_grad=True`. An optimizer gets it in a list."
        ),
        N_(
            "In each step: the maps are `F.conv2d(images, weight)`, the loss is `F.mse_loss(maps, targets)`. Then the three calls of the cell above: forget, backward, step."
        ),
        N_(
            "`optimizer = torch.optim.Adam([weight], lr=0.1)` before the loop, and after it `return weight.detach()[0, 0]`."
        ),
    ),
    hidden={
        N_("other kernels"): N_("Try other kernel sizes, one image and many, and kernels with large numbers."),
        N_("step by step"): N_(
            "Each of `steps` is one step of an optimizer: with few steps the kernel is not there yet."
        ),
    },
    misconceptions={
        **windows.MISCONCEPTIONS,
        "kernel-flipped": N_("Your kernel is the right one turned around. Lay it on as `F.conv2d` does."),
        "kernel-transposed": N_("Rows and columns of your kernel are swapped."),
        "axes-kept": Misconception(
            "The axes for batch and channels are still there.",
            N_(
                "`F.conv2d` wants a weight of four axes; the answer is the kernel alone: `[0, 0]` takes the first two away."
            ),
        ),
        "weight-axes": Misconception(
            "The weight has two axes, and F.conv2d wants four.",
            N_("`F.conv2d` wants a weight of four axes: (1, 1, kernel_size, kernel_size)."),
        ),
        "optimizer-without-list": Misconception(
            "The optimizer gets a tensor, not a list of tensors.",
            N_("An optimizer gets a list of the tensors that learn, also when there is only one: `[weight]`."),
        ),
        "loss-returned": Misconception("The loss is returned, not the kernel.", N_("Return the kernel, not the loss.")),
        "graph-kept": Misconception(
            "What is returned is still recorded for gradients.",
            N_(
                "`.detach()` gives the numbers without the record. While the record is attached, every use of the kernel is recorded too."
            ),
        ),
        "nothing-learned": Misconception(
            "The kernel does not move.",
            N_(
                "With steps=0, steps=1 and steps=300 the same kernel comes out. Does the optimizer get `weight` itself? Does the loop run over `steps`, "
                "with `loss.backward()` and then `optimizer.step()` in it, parentheses included, and nothing between the two that forgets the gradients?"
            ),
        ),
        "nothing-learned:one-step": N_(
            "One step and 300 steps give the same kernel. Is `optimizer.step()` inside the loop, and `return` after it?"
        ),
        "diverged": Misconception(
            "The steps lead away: they are too large, or go uphill.",
            N_(
                "The steps led away from the target. Is each gradient forgotten before the next? (`backward` adds.) Or are the steps too large (`sum` in the loss, a large `lr`), or uphill? Is the difference squared before its mean is taken?"
            ),
        ),
        "no-zero-grad": N_(
            "The loss falls, and then it rises again. Is each gradient forgotten before the next is computed? `backward` adds. If it is, the steps are too large."
        ),
        "not-there-yet": Misconception(
            "The steps are too small to arrive.",
            N_(
                "The loss falls all the way, but it is not near 0 after 300 steps: the steps are too small. With Adam a number moves by about `lr` in each step."
            ),
        ),
        "steps-ignored": Misconception(
            "The number of steps is not the one that was asked.",
            N_(
                "With steps=2 the kernel is exact already. Make one step of the optimizer for each of `steps`: does your loop use it?"
            ),
        ),
        "target-shape": Misconception(
            "Maps and targets are of different sizes.",
            N_(
                "Targets are smaller than images: no padding was used, and the kernel is `kernel_size` in height and width. Is yours?"
            ),
        ),
        "no-grad-record": Misconception(
            "Nothing is recorded for the weight.",
            N_(
                "autograd records what is computed from a tensor with `requires_grad=True`. Does `F.conv2d` get such a tensor in every step? `w -= …` changes it; `w = w - …` under `no_grad` makes a new one that is not recorded."
            ),
        ),
        "non-leaf": Misconception(
            "The optimizer gets a tensor that was computed from another.",
            N_(
                "An optimizer moves only tensors that were *made*, such as `torch.randn(…, requires_grad=True)`. What `* 0.1` or `.reshape(…)` gives was *computed* from another tensor."
            ),
        ),
        "graph-used-twice": Misconception(
            "The maps are computed once, before the loop.",
            N_(
                "Each step needs new maps and a new loss, computed with the weight as it is then. Both lines belong in the loop."
            ),
        ),
    },
)

_REFUSED = (
    ("weight should have at least three dimensions", "weight-axes"),
    ("params argument given to the optimizer should be an iterable", "optimizer-without-list"),
    ("does not require grad", "no-grad-record"),
    ("can't optimize a non-leaf", "non-leaf"),
    ("backward through the graph a second time", "graph-used-twice"),
    ("must match the size of tensor", "target-shape"),
    ("modified by an inplace operation", "graph-used-twice"),
)

_NEAR = 0.05
"""How far each number of a learned kernel may be from the right one; white noise tells a kernel far more exactly."""


@exercise.step("kernel", N_("A tensor (kernel_size, kernel_size) of floats comes out"))
def _kernel(answer: Answer, sample: Sample) -> None:
    images, targets, true = _task(sample, 3, 4)
    _learned(answer, images, targets, true, 3)


@exercise.step("finds", N_("It is the kernel that made the targets"))
def _finds(answer: Answer, sample: Sample) -> None:
    _expect_learned(answer, sample, 3, 4)


@exercise.step("sizes", N_("Other kernel sizes, one image and many"))
def _sizes(answer: Answer, sample: Sample) -> None:
    for size, count in ((2, 1), (5, 6)):
        _expect_learned(answer, sample, size, count)


@exercise.step("steps", N_("As many steps as asked: with two of them it is not there yet"), seeds=1)
def _steps(answer: Answer, sample: Sample) -> None:
    images, targets, true = _task(sample, 3, 4)
    got = _learned(answer, images, targets, true, 3, steps=2)
    if _distance(got, true) < _NEAR:
        raise Wrong(
            _(
                "After steps=2 the kernel is right to {distance:.2g} already: more than two steps were made, or none was needed."
            ).format(distance=_distance(got, true)),
            "steps-ignored",
        )


@exercise.step("plain", N_("What comes out is no longer recorded for gradients"), seeds=1)
def _plain(answer: Answer, sample: Sample) -> None:
    images, targets, _true = _task(sample, 3, 2)
    if answer.run(is_recorded, answer, images, targets, 3) is not False:
        raise Wrong(_("The kernel that your code returns has `requires_grad=True`."), "graph-kept")


def is_recorded(learn: Callable[..., Any], images: Tensor, targets: Tensor, size: int) -> bool:
    """Whether what a learner returns is recorded for gradients. For `Answer.run`."""
    return bool(learn(images, targets, size, steps=2).requires_grad)


def _task(sample: Sample, size: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Images of white noise (count, 1, 14, 17), what a hidden kernel makes of them, and the kernel (size, size)."""
    images, true = sample.floats(count, 1, 14, 17), sample.floats(size, size)
    return images, F.conv2d(images, true[None, None]), true


def _learned(answer: Answer, images: Tensor, targets: Tensor, true: Tensor, size: int, **settings: Any) -> Tensor:
    """The kernel that comes out, once it is a finite tensor of the right shape."""
    with failures_explained(_REFUSED):
        got = answer(images, targets, size, **settings)
    if type(got) is float or (type(got) is Tensor and got.ndim == 0):
        raise Wrong(_("Expected a kernel, but got one number."), "loss-returned")
    what = _("for images of shape {images} and targets of shape {targets}").format(
        images=tuple(images.shape), targets=tuple(targets.shape)
    )
    if type(got) is Tensor and got.ndim > 2 and got.numel() == true.numel():
        message = _("Expected the shape {expected}, but got {got} ({what}).")
        raise Wrong(message.format(expected=tuple(true.shape), got=tuple(got.shape), what=what), "axes-kept")
    same_kind = type(got) is Tensor and got.shape == true.shape and got.is_floating_point() and not got.is_meta
    if same_kind and not bool(torch.isfinite(got).all()):
        raise Wrong(_("The kernel holds NaN or infinite numbers ({what}).").format(what=what), "diverged")
    expect_tensor(got, got if same_kind else true, what=what)
    return got  # type: ignore[no-any-return]


def _expect_learned(answer: Answer, sample: Sample, size: int, count: int) -> None:
    images, targets, true = _task(sample, size, count)
    got = _learned(answer, images, targets, true, size)
    if _distance(got, true) <= _NEAR:
        return
    loss, zeros = (_loss(kernel, images, targets) for kernel in (got.float(), 0 * true))
    message = _(
        "After 300 steps one number of the kernel is off by {distance:.2g}; the loss is {loss:.3g}, that of a kernel of zeros {zeros:.3g}."
    )
    raise Wrong(
        message.format(distance=_distance(got, true), loss=loss, zeros=zeros), _why(answer, images, targets, got, true)
    )


def _why(answer: Answer, images: Tensor, targets: Tensor, got: Tensor, true: Tensor) -> str:
    """The key of the mistake that a wrong kernel shows, or that the way from one fixed random start shows."""
    if _distance(got.flip(0, 1), true) <= _NEAR:
        return "kernel-flipped"
    if _distance(got.T, true) <= _NEAR:
        return "kernel-transposed"
    start, *way = (_after(answer, images, targets, got.shape[0], steps) for steps in (0, 1, 60, 120, 180, 240, 300))
    kernels = [kernel for kernel in way if kernel is not None]
    if len(kernels) < len(way):
        return "diverged"
    if torch.equal(kernels[0], kernels[-1]):
        still = start is not None and torch.equal(start, kernels[0])
        return "nothing-learned" if still else "nothing-learned:one-step"
    losses = [_loss(kernel, images, targets) for kernel in kernels]
    if not losses[-1] < 3 * losses[0]:
        return "diverged"
    return "not-there-yet" if losses == sorted(losses, reverse=True) else "no-zero-grad"


def _after(answer: Answer, images: Tensor, targets: Tensor, size: int, steps: int) -> Tensor | None:
    """The kernel after so many steps from a start that is the same each time; None when none of finite numbers comes out."""
    try:
        got = answer.run(from_fixed_start, answer, images, targets, size, steps)
    except Failure:
        return None
    usable = type(got) is Tensor and got.shape == (size, size) and bool(torch.isfinite(got).all())
    return got.float() if usable else None


def from_fixed_start(learn: Callable[..., Any], images: Tensor, targets: Tensor, size: int, steps: int) -> Any:
    """What a learner gives after so many steps, its random numbers being the same in each call. For `Answer.run`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return learn(images, targets, size, steps=steps)


def _loss(kernel: Tensor, images: Tensor, targets: Tensor) -> float:
    """The mean squared difference between the kernel's maps and the targets."""
    return float(F.mse_loss(F.conv2d(images, kernel[None, None]), targets))


def _distance(got: Tensor, true: Tensor) -> float:
    """The largest difference between two kernels."""
    return float((got - true).abs().max())
