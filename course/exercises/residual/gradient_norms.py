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

from course.checking.answer import Answer, Wrong, same_data
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_tensor, failures_explained
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
            "`torch.autograd.grad(total, weights)` returns the gradients and leaves `.grad` alone. With `backward()`, set the old ones to None first."
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
            "Only measure the gradients: this is no step of an optimizer. What in your function writes into the model?"
        ),
        "mode-changed": N_("Whoever calls you has chosen the mode: leave `train()` and `eval()` alone."),
        "mode-changed:inside": N_(
            "The model ran in another mode than it was in. Whoever calls you has chosen it: leave `train()` and `eval()` alone."
        ),
        "weights-for-gradients": Misconception(
            "The weights' norms are given, not those of the gradients.",
            N_("These are the norms of the weights themselves. The exercise asks for the norms of their gradients."),
        ),
        "not-only-convolutions": Misconception(
            "Other layers than convolutions are counted.",
            N_("Biases, BatchNorms and linear layers are among these. Only the weights of convolutions count."),
        ),
        "not-only-convolutions:weights": N_(
            "A BatchNorm and a Linear layer have a `weight` too. Ask each layer what it is: `isinstance(layer, nn.Conv2d)`."
        ),
        "not-only-convolutions:matrices": N_(
            "A Linear layer is among these. Its weight has two axes, a convolution's has four."
        ),
        "reversed": Misconception(
            "The order is reversed.", N_("These go from the last convolution to the first. Begin with the first.")
        ),
        "running-order": Misconception(
            "The numbers are in the order in which the layers run, not in that of `model.modules()`.",
            N_("These are in the order in which the layers run. The list follows `model.modules()`."),
        ),
        "mean-for-sum": N_("This is the gradient of the mean of the outputs. Start from their sum: `model(x).sum()`."),
        "squares-for-sum": Misconception(
            "The gradient of the squared outputs is taken.",
            N_("This is the gradient of the squares of the outputs. Start from their sum: `model(x).sum()`."),
        ),
        "sum-missing": Misconception(
            "The gradient is taken of many outputs at once, not of their sum.",
            N_("A gradient starts from one number. Here that is `model(x).sum()`."),
        ),
        "squared": Misconception(
            "The root is missing.", N_("These are sums of squares. The norm is the root of such a sum.")
        ),
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
        "gradients-lost": Misconception(
            "No gradient arrives: nothing was recorded, or the gradients were removed before they were read.",
            N_(
                "All norms are 0. Was the run recorded, outside `no_grad` and without `detach`? And are the gradients still there when you read "
                "them, or did `zero_grad()` remove them?"
            ),
        ),
        "largest-for-norm:singular": N_(
            "These are the largest singular values of the gradients. The Euclidean norm takes all entries: `gradient.norm()`."
        ),
        "mean-for-norm:deviation": N_(
            "These are standard deviations. The Euclidean norm is the root of the sum of squares: `.norm()`."
        ),
        "sum-for-norm:signed": N_(
            "These are sums, in which positive and negative entries cancel. The Euclidean norm is the root of the sum of squares: `.norm()`."
        ),
        "mean-for-norm:squares": N_(
            "These are roots of the *mean* of the squares. The Euclidean norm is the root of their sum: `.norm()`."
        ),
        "bias-too": Misconception(
            "The gradient of the bias is taken together with that of the weight.",
            N_("The gradient at the bias is in these numbers too. Only the weight counts: `layer.weight`."),
        ),
        "no-backward": Misconception(
            "The gradient is read before it is computed.",
            N_(
                "Something is None there. `.grad` is None until `backward()` has computed it, and `backward()` itself returns None."
            ),
        ),
        "unused-forgotten": Misconception(
            "A convolution that the model does not use has no gradient, and the code does not expect that.",
            N_(
                "This model has a convolution that `forward` does not use. Its gradient is None, not a tensor of zeros: its norm is 0.0. "
                "(`torch.autograd.grad` gives None only with `allow_unused=True`.)"
            ),
        ),
        "type:along-axes": N_("`gradient.norm()` without `dim` takes all entries together and gives one number."),
        "unused-left-out": Misconception(
            "A layer without a gradient is left out of the list.",
            N_("A convolution is missing from the list. One that the model does not use has the norm 0.0."),
        ),
        "type:list": N_("Collect one number for each convolution in a list: `float(gradient.norm())`."),
        "shape:layers": N_(
            "Which layers did you visit? `model.children()` stops at the first level, `model.modules()` goes all the way. And names differ from "
            "model to model: ask `isinstance(layer, nn.Conv2d)`."
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

    def norms_of(self, total: Callable[[Tensor], Tensor], *, bias: bool = False) -> Tensor:
        """The norms at the convolutions' weights of the gradient of another number than the sum; with their biases if asked."""
        model = copy.deepcopy(self.model)
        layers = [each for each in model.modules() if isinstance(each, nn.Conv2d)]
        asked = [[p for p in (layer.weight, layer.bias if bias else None) if p is not None] for layer in layers]
        gradients = iter(
            torch.autograd.grad(total(model(self.x)), [p for group in asked for p in group], allow_unused=True)
        )
        groups = [[next(gradients) for _parameter in group] for group in asked]
        return torch.stack([_norm_of_all([g for g in group if g is not None]) for group in groups])

    @property
    def run_order(self) -> list[int]:
        """The places in `model.modules()` of the convolutions, in the order in which they run."""
        model = copy.deepcopy(self.model)
        layers = [each for each in model.modules() if isinstance(each, nn.Conv2d)]
        order: list[int] = []
        for place, layer in enumerate(layers):
            layer.register_forward_hook(lambda *_call, place=place: order.append(place))
        model(self.x)
        return order

    @property
    def outputs(self) -> int:
        """How many numbers the model gives."""
        return int(copy.deepcopy(self.model)(self.x).numel())


def _norm_of_all(gradients: list[Tensor]) -> Tensor:
    """The norm of all entries of these gradients together; 0 when there are none."""
    return torch.cat([each.flatten() for each in gradients]).norm() if gradients else torch.zeros(())


RULES: Rules[ModelRun] = (
    ("mode-changed:inside", lambda m: _norms(_gradients(m.model, m.x, training=not m.model.training))),
    (
        "weights-for-gradients",
        lambda m: _norms([each.weight for each in m.model.modules() if isinstance(each, nn.Conv2d)]),
    ),
    ("not-only-convolutions", lambda m: m.norms_where(lambda name, value: True)),
    ("not-only-convolutions:weights", lambda m: m.norms_where(lambda name, value: name.endswith("weight"))),
    ("not-only-convolutions:matrices", lambda m: m.norms_where(lambda name, value: value.dim() > 1)),
    ("running-order", lambda m: _norms(m.gradients)[m.run_order]),
    ("reversed", lambda m: _norms(m.gradients).flip(0)),
    ("mean-for-sum", lambda m: _norms(m.gradients) / m.outputs),
    ("squares-for-sum", lambda m: m.norms_of(lambda y: y.square().sum())),
    ("squares-for-sum", lambda m: m.norms_of(lambda y: y.square().mean())),
    ("bias-too", lambda m: m.norms_of(torch.sum, bias=True)),
    ("gradients-added-up", lambda m: _norms(m.gradients) * torch.arange(1, len(m.gradients) + 1)),
    ("squared", lambda m: _norms(m.gradients) ** 2),
    ("largest-for-norm", lambda m: m.of_each(lambda gradient: gradient.abs().max())),
    ("sum-for-norm", lambda m: m.of_each(lambda gradient: gradient.abs().sum())),
    ("mean-for-norm", lambda m: m.of_each(lambda gradient: gradient.abs().mean())),
    ("mean-for-norm:squares", lambda m: m.of_each(lambda gradient: gradient.square().mean().sqrt())),
    ("gradients-lost", lambda m: m.of_each(lambda gradient: torch.zeros(()))),
    (
        "largest-for-norm:singular",
        lambda m: m.of_each(lambda gradient: torch.linalg.matrix_norm(gradient.flatten(1), 2)),
    ),
    ("mean-for-norm:deviation", lambda m: m.of_each(torch.std)),
    ("sum-for-norm:signed", lambda m: m.of_each(torch.sum)),
    ("sum-for-norm:signed", lambda m: m.of_each(lambda gradient: gradient.sum().abs())),
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
        raise _not_numbers(numbers, len(expected))
    if len(numbers) != len(expected) and not any(mistake.explains(numbers) for mistake in known):
        raise Wrong(
            _("Expected {expected} numbers, one for each convolution, but got {got} ({what}).").format(
                expected=len(expected), got=len(numbers), what=what
            ),
            "shape:layers",
        )
    expect_tensor(numbers, expected, known, what=what, any_dtype=True)


def _not_numbers(got: Any, count: int) -> Wrong:
    """The mistake of a result that is no list of numbers, with the first entry that is none if it is a list."""
    if type(got) is not list:
        return Wrong(
            _("Expected a list of {count} numbers, but got {got}.").format(
                count=count, got=Answer(got).describe().type_name
            ),
            "type:list",
        )
    place, entry = next((place, each) for place, each in enumerate(got) if not _is_number(each))
    if entry is None:
        return Wrong(
            _("Expected a list of {count} numbers, but entry {place} is None.").format(count=count, place=place),
            "unused-forgotten",
        )
    words = Answer(entry).describe().type_name if type(entry) is not Tensor else _("a tensor of shape {shape}")
    shape = tuple(entry.shape) if type(entry) is Tensor else ()
    return Wrong(
        _("Expected a list of {count} numbers, but entry {place} is {entry}.").format(
            count=count, place=place, entry=words.format(shape=shape)
        ),
        "type:list",
    )


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


_REFUSED = (
    ("grad can be implicitly created only for scalar", "sum-missing"),
    ("Set allow_unused=True", "unused-forgotten"),
    ("dim must be a 2-tuple", "type:along-axes"),
)
_NONE = ("'NoneType' object", "not NoneType", "not 'NoneType'")

compared = Compared(
    exercise, gradient_norms, ModelRun, RULES, expect=expect_norms, in_words=_in_words, refused=_REFUSED
)


def _seeded(sample: Sample, build: Callable[[], Any]) -> Any:
    """A model whose weights depend on the sample alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sample.integer(0, 2**31))
        return build()


@exercise.step("numbers", N_("One number for each convolution"))
def _numbers(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, lambda: nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Conv2d(3, 1, 3)))
    try:
        with failures_explained([(words, "no-backward") for words in _NONE]):
            compared.compare(answer, model, sample.floats(2, 2, 6, 7))
    except Wrong as wrong:  # every convolution of this model is used
        key = "no-backward" if wrong.key == "unused-forgotten" else wrong.key
        raise Wrong(wrong.message, key, wrong.advice) from None


@compared.step("convolutions", N_("Only weights of convolutions, in the order of model.modules()"))
def _convolutions(sample: Sample) -> Iterator[Call]:
    for build, channels in (
        (partial(Chain, 4, 3, residual=True, norm=True), 1),
        (partial(OutOfOrder, unused=False), 3),
    ):
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
    before = placed.state()
    expect_norms(answer(placed, x), expected, (added_up,), what=_("with gradients left from an earlier batch"))
    if not same_data(before, placed.state()):
        raise Wrong(_("After the call the model's parameters are not what they were."), "parameters-changed")
    expect_norms(answer(placed, x), expected, what=_("called twice"))


@compared.step("modes", N_("In training and in evaluation mode, as the model is"))
def _modes(sample: Sample) -> Iterator[Call]:
    model = _seeded(sample, partial(Chain, 4, 3, residual=False, norm=True))
    x = sample.floats(4, 1, 5, 6)
    model(3 + sample.floats(4, 1, 5, 6))  # so that the running statistics are not those of x
    for training in (False, True):
        yield call(model.train(training), x)


@exercise.step("unused", N_("A convolution that the model does not use has the norm 0"))
def _unused(answer: Answer, sample: Sample) -> None:
    model = _seeded(sample, OutOfOrder)
    try:
        with failures_explained([(words, "unused-forgotten") for words in _NONE]):
            compared.compare(answer, model, sample.floats(2, 3, 9, 11))
    except Wrong as wrong:
        raise Wrong(wrong.message, "unused-forgotten" if wrong.key == "nan" else wrong.key, wrong.advice) from None


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
