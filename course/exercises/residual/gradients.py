"""Lesson 05, gradients: how large they are at each convolution's weight."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.models import modes
from course.checking.prediction import Prediction
from course.exercises.residual.models import Chain, OutOfOrder, Small
from course.exercises.residual.remote import leave_gradients
from course.language import N_, _


def weight_gradients(model: nn.Module, x: Tensor) -> list[Tensor]:
    """The gradient of `model(x).sum()` at each Conv2d's weight, in the order of `model.modules()`; zeros where unused."""
    weights = [each.weight for each in model.modules() if isinstance(each, nn.Conv2d)]
    found = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
    return [torch.zeros_like(weight) if each is None else each for weight, each in zip(weights, found, strict=True)]


def _share_that_arrives(convolutions: int) -> float:
    """The first weight's gradient as a share of the last one's, in a plain chain with torch's own initial weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, x = Chain(convolutions, 8, residual=False, norm=False), torch.rand(8, 1, 8, 8)
    _stem, first, *_between, last = weight_gradients(model, x)
    return float(first.double().norm() / last.double().norm())


def _in_words(share: float) -> str:
    return "less than 1e-20" if share < 1e-20 else "a millionth" if share < 1e-3 else "a tenth"


sixty_layers = Prediction(
    "sixty-layers",
    N_(
        "A plain stack of 60 convolutions with ReLU, fresh from torch. How large is the gradient at its first convolution, compared with the last?"
    ),
    lambda: _in_words(_share_that_arrives(60)),
    N_(
        "Each layer multiplies the gradient by about 0.35, and 0.35 to the power of 59 is about 1e-27. Nothing can be learned from that."
    ),
    {
        N_(
            "That would be a factor of 0.96 for each layer. Sixty factors have to be very close to 1 for that."
        ): "a tenth",
        N_("The factors multiply sixty times: a millionth is reached after a fourth of the way."): "a millionth",
    },
    choices=("a tenth", "a millionth", "less than 1e-20"),
)


gradient_norms = Exercise(
    "gradient-norms",
    difficulty=2,
    minutes=12,
    hints=(
        N_(
            "Which layers count? `for layer in model.modules()` visits all of them; `isinstance(layer, nn.Conv2d)` tells."
        ),
        N_(
            "`torch.autograd.grad(total, weights)` returns the gradients without touching `.grad`. With `backward()`, set the old ones to None first."
        ),
        N_(
            "`weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]`, then "
            "`torch.autograd.grad(model(x).sum(), weights, allow_unused=True)`; an unused weight's gradient is None."
        ),
    ),
    hidden={
        N_("other models"): N_(
            "Try a model with a Linear layer, nested blocks, and gradients left from another batch."
        ),
        N_("a rule of its own"): N_(
            "Make the last layer ten times as large: every gradient before it grows ten times."
        ),
    },
)


@gradient_norms.step("numbers", N_("One number for each convolution"))
def _count(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, lambda: nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Conv2d(3, 1, 3)))
    _expect_norms(answer, model, sample.floats(2, 2, 6, 7))


@gradient_norms.step("convolutions", N_("Only weights of convolutions, in the order of model.modules()"))
def _convolutions(answer: Answer, sample: Sample) -> None:
    for build, channels in ((partial(Chain, 4, 3, residual=True, norm=True), 1), (OutOfOrder, 3)):
        model = _seeded(sample, build)
        _expect_norms(answer, model.eval(), sample.floats(3, channels, 11, 9))


@gradient_norms.step("old-gradients", N_("Gradients of an earlier batch do not count"))
def _old_gradients(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, partial(Chain, 2, 3, residual=False, norm=False))
    earlier, x = sample.floats(2, 1, 5, 6), sample.floats(3, 1, 6, 7)
    once = weight_gradients(model, x)
    mistake = Mistake(
        "gradients-added-up",
        _norms([old + new for old, new in zip(weight_gradients(model, earlier), once, strict=True)]),
        _(
            "`backward()` adds to what `.grad` holds. Set it to None before, or ask `torch.autograd.grad`, which adds nothing."
        ),
    )
    (placed,) = answer.place(model)
    placed.run(leave_gradients, placed, earlier)
    _expect_list(answer(placed, x), once, (mistake,), _("with gradients left from an earlier batch"))
    _expect_list(answer(placed, x), once, (), _("called twice"))


@gradient_norms.step("modes", N_("In training and in evaluation mode, as the model is"))
def _modes(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, partial(Chain, 4, 3, residual=False, norm=True))
    x = sample.floats(4, 1, 5, 6)
    model(3 + sample.floats(4, 1, 5, 6))  # so that the running statistics are not those of x
    for training in (False, True):
        _expect_norms(answer, model.train(training), x)


@gradient_norms.step("unused", N_("A convolution that the model does not use has the norm 0"))
def _unused(answer: Answer, sample: Sample) -> None:
    _expect_norms(answer, _seeded(sample, OutOfOrder), sample.floats(2, 3, 9, 11))


@gradient_norms.step("left-as-it-was", N_("The model's parameters and its mode stay as they were"))
def _untouched(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, Small)
    model.stem.weight.requires_grad_()
    for training in (False, True):
        (placed,) = answer.place(model.train(training))
        before = placed.state()
        answer(placed, sample.floats(2, 1, 6, 7))
        after = placed.state()
        for name, _parameter in model.named_parameters():
            if name not in after or not torch.equal(before[name], after[name]):
                raise Wrong(
                    _("After the call the parameter {name} is not what it was.").format(name=name),
                    "parameters-changed",
                    _("A gradient is asked, no step of an optimizer. What in your function writes into the model?"),
                )
        _require_mode(placed, training)


def _require_mode(placed: Answer, training: bool) -> None:
    held = placed.run(modes, placed)
    if not isinstance(held, dict) or set(held.values()) != {training}:
        raise Wrong(
            _("After the call the model is in another mode than before."),
            "mode-changed",
            _("Whoever calls you has chosen the mode: leave `train()` and `eval()` alone."),
        )


def _seeded(sample: Sample, build: Any) -> Any:
    """A model whose weights depend on the sample alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sample.integer(0, 2**31))
        return build()


def _expect_norms(answer: Answer, model: nn.Module, x: Tensor) -> None:
    """Expect the gradients' norms of this model, whose modules are all in one mode."""
    gradients = _in_mode(model, model.training, x)
    what = _("for a {model} and an input of shape {shape}").format(model=type(model).__name__, shape=tuple(x.shape))
    _expect_list(answer(model, x), gradients, _norm_mistakes(model, x, gradients), what)


def _in_mode(model: nn.Module, training: bool, x: Tensor) -> list[Tensor]:
    """The gradients in this mode; the model's running statistics and its mode stay as they were."""
    state, mode = {name: value.clone() for name, value in model.state_dict().items()}, model.training
    gradients = weight_gradients(model.train(training), x)
    model.train(mode).load_state_dict(state)
    return gradients


def _norm_mistakes(model: nn.Module, x: Tensor, gradients: list[Tensor]) -> tuple[Mistake, ...]:
    """Wrong lists of norms."""
    other_mode = _in_mode(model, not model.training, x)
    model = copy.deepcopy(model)  # it runs, so that its running statistics move
    named = list(model.named_parameters())
    output = model(x)
    found = torch.autograd.grad(output.sum(), [each for _name, each in named], allow_unused=True)
    sizes = [torch.zeros(()) if each is None else each.norm() for each in found]
    everything = torch.stack(sizes)
    weights = torch.stack([size for size, (name, _each) in zip(sizes, named, strict=True) if name.endswith("weight")])
    matrices = torch.stack([size for size, (_name, each) in zip(sizes, named, strict=True) if each.dim() > 1])
    mean = [each / output.numel() for each in gradients]
    return (
        Mistake(
            "mode-changed",
            _norms(other_mode),
            _(
                "The model ran in another mode than it was in. Whoever calls you has chosen it: leave `train()` and `eval()` alone."
            ),
        ),
        Mistake(
            "weights-for-gradients",
            torch.stack([each.weight.detach().norm() for each in model.modules() if isinstance(each, nn.Conv2d)]),
            _("These are the sizes of the weights themselves. Their gradients are asked."),
        ),
        Mistake(
            "not-only-convolutions",
            everything,
            _("Biases, BatchNorms and linear layers are among these. Only weights of convolutions are asked."),
        ),
        Mistake(
            "not-only-convolutions",
            weights,
            _(
                "A BatchNorm and a Linear layer have a `weight` too. Ask each layer what it is: `isinstance(layer, nn.Conv2d)`."
            ),
        ),
        Mistake(
            "not-only-convolutions",
            matrices,
            _("A Linear layer is among these. Its weight has two axes, a convolution's has four."),
        ),
        Mistake(
            "reversed", _norms(gradients).flip(0), _("These come from the last to the first. Which end is asked first?")
        ),
        Mistake(
            "mean-for-sum", _norms(mean), _("This is the gradient of the mean of the outputs. Their sum is asked.")
        ),
        Mistake("squared", _norms(gradients) ** 2, _("These are sums of squares. A norm is the root of it.")),
        Mistake(
            "largest-for-norm",
            torch.stack([each.abs().max() for each in gradients]),
            _("These are the largest entries. The Euclidean norm is the root of the sum of all squares."),
        ),
        Mistake(
            "sum-for-norm",
            torch.stack([each.abs().sum() for each in gradients]),
            _("These are sums of absolute values. The Euclidean norm is the root of the sum of squares: `.norm()`."),
        ),
        Mistake(
            "mean-for-norm",
            torch.stack([each.abs().mean() for each in gradients]),
            _("These are means of absolute values. The Euclidean norm is the root of the sum of squares: `.norm()`."),
        ),
        Mistake(
            "unused-left-out",
            torch.stack([each.norm() for each in gradients if bool(each.any())] or [torch.zeros(())]),
            _("A convolution is missing in the list. One that the model does not use has the norm 0."),
        ),
    )


def _norms(gradients: list[Tensor]) -> Tensor:
    return torch.stack([each.norm() for each in gradients])


def _expect_list(got: Any, gradients: list[Tensor], mistakes: tuple[Mistake, ...], what: str) -> None:
    """Expect the norms as numbers in a list; a tensor of them, or tensors of one value each, will do."""
    expected = _norms(gradients)
    numbers = list(got) if type(got) in (list, tuple) else got
    if type(numbers) is list and all(_is_number(each) for each in numbers):
        numbers = torch.tensor([float(each) for each in numbers])
    elif type(numbers) is not Tensor or numbers.dim() != 1:
        if got is None:
            expect_tensor(got, expected)
        raise Wrong(
            _("Expected a list of {count} numbers, but got {got}.").format(
                count=len(gradients), got=Answer(got).describe().type_name
            ),
            "type",
            _("Collect one number for each convolution in a list: `float(gradient.norm())`."),
        )
    if len(numbers) != len(expected) and not any(each.explains(numbers) for each in mistakes):
        raise Wrong(
            _("Expected {expected} numbers, one for each convolution, but got {got} ({what}).").format(
                expected=len(expected), got=len(numbers), what=what
            ),
            "shape",
            _(
                "Which layers did you visit? `model.children()` stops at the first level, `model.modules()` goes all the way."
            ),
        )
    expect_tensor(numbers, expected, mistakes, what=what, any_dtype=True)


def _is_number(value: Any) -> bool:
    if type(value) is Tensor:
        return (
            value.numel() == 1
            and value.layout is torch.strided
            and value.device.type != "meta"
            and not value.is_complex()
        )
    return type(value) in (int, float)
