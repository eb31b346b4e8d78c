"""Exercise gradient-norms: how large the gradient is at each convolution's weight."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor
from course.checking.models import expect_state_kept, modes, modes_changed, modes_kept
from course.exercises.residual.inspect_model import leave_gradients
from course.exercises.residual.sample_models import Chain, OutOfOrder, Small, weight_gradients
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "gradient-norms",
    difficulty=2,
    minutes=10,
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
    misconceptions={
        "gradients-added-up": Misconception(
            "Gradients of earlier calls are added up.",
            N_(
                "`backward()` adds to what `.grad` holds. Set it to None before, or ask `torch.autograd.grad`, which adds nothing."
            ),
        ),
        "parameters-changed": N_(
            "A gradient is asked, no step of an optimizer. What in your function writes into the model?"
        ),
        "mode-changed": N_("Whoever calls you has chosen the mode: leave `train()` and `eval()` alone."),
        "mode-changed:inside": N_(
            "The model ran in another mode than it was in. Whoever calls you has chosen it: leave `train()` and `eval()` alone."
        ),
        "weights-for-gradients": Misconception(
            "The weights' norms are given, not those of the gradients.",
            N_("These are the sizes of the weights themselves. Their gradients are asked."),
        ),
        "not-only-convolutions": Misconception(
            "Other layers than convolutions are counted.",
            N_("Biases, BatchNorms and linear layers are among these. Only weights of convolutions are asked."),
        ),
        "not-only-convolutions:weights": N_(
            "A BatchNorm and a Linear layer have a `weight` too. Ask each layer what it is: `isinstance(layer, nn.Conv2d)`."
        ),
        "not-only-convolutions:matrices": N_(
            "A Linear layer is among these. Its weight has two axes, a convolution's has four."
        ),
        "reversed": Misconception(
            "The order is reversed.", N_("These come from the last to the first. Which end is asked first?")
        ),
        "mean-for-sum": N_("This is the gradient of the mean of the outputs. Their sum is asked."),
        "squared": Misconception("The root is missing.", N_("These are sums of squares. A norm is the root of it.")),
        "largest-for-norm": Misconception(
            "The largest value is taken for the norm.",
            N_("These are the largest entries. The Euclidean norm is the root of the sum of all squares."),
        ),
        "sum-for-norm": Misconception(
            "The sizes are added up; the norm is the root of the sum of squares.",
            N_("These are sums of absolute values. The Euclidean norm is the root of the sum of squares: `.norm()`."),
        ),
        "mean-for-norm": Misconception(
            "The mean size is taken for the norm.",
            N_("These are means of absolute values. The Euclidean norm is the root of the sum of squares: `.norm()`."),
        ),
        "unused-left-out": Misconception(
            "A layer without a gradient is left out of the list.",
            N_("A convolution is missing in the list. One that the model does not use has the norm 0."),
        ),
        "type:list": N_("Collect one number for each convolution in a list: `float(gradient.norm())`."),
        "shape:layers": N_(
            "Which layers did you visit? `model.children()` stops at the first level, `model.modules()` goes all the way."
        ),
    },
)


def _gradients(model: nn.Module, x: Tensor, *, training: bool) -> list[Tensor]:
    """The gradients at the convolutions' weights in this mode; the model stays as it was."""
    state = {name: value.clone() for name, value in model.state_dict().items()}
    with modes_kept(model):
        gradients = weight_gradients(model.train(training), x)
    model.load_state_dict(state)
    return gradients


def _norms(gradients: list[Tensor]) -> Tensor:
    return torch.stack([gradient.norm() for gradient in gradients])


def gradient_norms(model: nn.Module, x: Tensor) -> Tensor:
    """The norms that are asked, of a model whose modules are all in one mode."""
    return _norms(_gradients(model, x, training=model.training))


@dataclass(frozen=True)
class ModelRun:
    """A model, its input, and the gradients of the sum of its outputs."""

    model: nn.Module
    x: Tensor

    @cached_property
    def gradients(self) -> list[Tensor]:
        """At the convolutions' weights."""
        return _gradients(self.model, self.x, training=self.model.training)

    def of_each(self, function: Callable[[Tensor], Tensor]) -> Tensor:
        """A number for each of these gradients."""
        return torch.stack([function(gradient) for gradient in self.gradients])

    def norms_where(self, asked: Callable[[str, Tensor], bool]) -> Tensor:
        """The norms of the gradients at all parameters for whose name and value this holds."""
        model = copy.deepcopy(self.model)  # it runs, so that its running statistics move
        parameters = [value for name, value in model.named_parameters() if asked(name, value)]
        gradients = torch.autograd.grad(model(self.x).sum(), parameters, allow_unused=True)
        return torch.stack([torch.zeros(()) if each is None else each.norm() for each in gradients])

    @property
    def outputs(self) -> int:
        """How many numbers the model gives."""
        return int(copy.deepcopy(self.model)(self.x).numel())


RULES: Rules[ModelRun] = (
    ("mode-changed:inside", lambda m: _norms(_gradients(m.model, m.x, training=not m.model.training))),
    (
        "weights-for-gradients",
        lambda m: _norms([each.weight for each in m.model.modules() if isinstance(each, nn.Conv2d)]),
    ),
    ("not-only-convolutions", lambda m: m.norms_where(lambda name, value: True)),
    ("not-only-convolutions:weights", lambda m: m.norms_where(lambda name, value: name.endswith("weight"))),
    ("not-only-convolutions:matrices", lambda m: m.norms_where(lambda name, value: value.dim() > 1)),
    ("reversed", lambda m: _norms(m.gradients).flip(0)),
    ("mean-for-sum", lambda m: _norms(m.gradients) / m.outputs),
    ("squared", lambda m: _norms(m.gradients) ** 2),
    ("largest-for-norm", lambda m: m.of_each(lambda gradient: gradient.abs().max())),
    ("sum-for-norm", lambda m: m.of_each(lambda gradient: gradient.abs().sum())),
    ("mean-for-norm", lambda m: m.of_each(lambda gradient: gradient.abs().mean())),
    ("unused-left-out", lambda m: _norms([gradient for gradient in m.gradients if bool(gradient.any())])),
)


def expect_norms(got: Any, expected: Tensor, known: tuple[Mistake, ...] = (), *, what: str) -> None:
    """Expect these numbers in a list; a tensor of them, or tensors of one value each, will do."""
    numbers = list(got) if type(got) in (list, tuple) else got
    if type(numbers) is list and all(_is_number(each) for each in numbers):
        numbers = torch.tensor([float(each) for each in numbers])
    elif type(numbers) is not Tensor or numbers.dim() != 1:
        if got is None:
            expect_tensor(got, expected)
        raise Wrong(
            _("Expected a list of {count} numbers, but got {got}.").format(
                count=len(expected), got=Answer(got).describe().type_name
            ),
            "type:list",
        )
    if len(numbers) != len(expected) and not any(mistake.explains(numbers) for mistake in known):
        raise Wrong(
            _("Expected {expected} numbers, one for each convolution, but got {got} ({what}).").format(
                expected=len(expected), got=len(numbers), what=what
            ),
            "shape:layers",
        )
    expect_tensor(numbers, expected, known, what=what, any_dtype=True)


def _is_number(value: Any) -> bool:
    if type(value) is Tensor:
        return (
            value.numel() == 1
            and value.layout is torch.strided
            and value.device.type != "meta"
            and not value.is_complex()
        )
    return type(value) in (int, float)


def _in_words(bound: inspect.BoundArguments) -> str:
    model, x = bound.args
    return _("for a {model} and an input of shape {shape}").format(model=type(model).__name__, shape=tuple(x.shape))


compared = Compared(exercise, gradient_norms, ModelRun, RULES, expect=expect_norms, in_words=_in_words)


def _seeded(sample: Sample, build: Callable[[], Any]) -> Any:
    """A model whose weights depend on the sample alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sample.integer(0, 2**31))
        return build()


@compared.step("numbers", N_("One number for each convolution"))
def _numbers(sample: Sample) -> Iterator[Call]:
    model = _seeded(sample, lambda: nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Conv2d(3, 1, 3)))
    yield call(model, sample.floats(2, 2, 6, 7))


@compared.step("convolutions", N_("Only weights of convolutions, in the order of model.modules()"))
def _convolutions(sample: Sample) -> Iterator[Call]:
    for build, channels in ((partial(Chain, 4, 3, residual=True, norm=True), 1), (OutOfOrder, 3)):
        model = _seeded(sample, build)
        yield call(model.eval(), sample.floats(3, channels, 11, 9))


@exercise.step("old-gradients", N_("Gradients of an earlier batch do not count"))
def _old_gradients(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, partial(Chain, 2, 3, residual=False, norm=False))
    earlier, x = sample.floats(2, 1, 5, 6), sample.floats(3, 1, 6, 7)
    once, expected = weight_gradients(model, x), gradient_norms(model, x)
    twice = [old + new for old, new in zip(weight_gradients(model, earlier), once, strict=True)]
    (placed,) = answer.place(model)
    placed.run(leave_gradients, placed, earlier)
    added_up = Mistake("gradients-added-up", _norms(twice))
    expect_norms(answer(placed, x), expected, (added_up,), what=_("with gradients left from an earlier batch"))
    expect_norms(answer(placed, x), expected, what=_("called twice"))


@compared.step("modes", N_("In training and in evaluation mode, as the model is"))
def _modes(sample: Sample) -> Iterator[Call]:
    model = _seeded(sample, partial(Chain, 4, 3, residual=False, norm=True))
    x = sample.floats(4, 1, 5, 6)
    model(3 + sample.floats(4, 1, 5, 6))  # so that the running statistics are not those of x
    for training in (False, True):
        yield call(model.train(training), x)


@compared.step("unused", N_("A convolution that the model does not use has the norm 0"))
def _unused(sample: Sample) -> Iterator[Call]:
    yield call(_seeded(sample, OutOfOrder), sample.floats(2, 3, 9, 11))


@exercise.step("left-as-it-was", N_("The model's parameters and its mode stay as they were"))
def _left_as_it_was(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, Small)
    model.stem.weight.requires_grad_()
    for training in (False, True):
        model.train(training)
        placed = expect_state_kept(
            answer,
            model,
            sample.floats(2, 1, 6, 7),
            message=N_("After the call the parameter {name} is not what it was."),
            names=[name for name, _parameter in model.named_parameters()],
        )
        if modes_changed(modes(model), placed.run(modes, placed)):
            raise Wrong(_("After the call the model is in another mode than before."), "mode-changed")
