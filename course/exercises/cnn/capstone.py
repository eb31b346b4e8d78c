"""Exercise capstone: a design of one's own, trained on digits, within limits for its parameters and its cost."""

from __future__ import annotations

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Exercise, Partly, Sample
from course.language import N_, _
from course.misconceptions import Misconception
from course.training import limits, trial

SEED = 5
"""The digits of the public check. The hidden one has others."""

exercise = Exercise(
    "capstone",
    difficulty=3,
    minutes=25,
    partial=True,
    hints=(
        N_(
            "Begin with what works: the SimpleCNN of this lesson, made small. Then change one thing at a time, and check."
        ),
        N_(
            "Count before you train. A 3 × 3 convolution from 16 to 32 channels has 16 · 32 · 9 = 4,608 weights. A linear layer "
            "on 32 maps of 7 × 7 has already 15,680."
        ),
        N_(
            "Two or three stages of convolution, BatchNorm, ReLU and a pooling of 2, with more channels in each stage. The "
            "BatchNorm lets so short a training learn fast."
        ),
    ),
    hidden={
        N_("other digits"): N_(
            "On digits that you have not seen the same design gets less. Leave a margin: aim at 98 % in the check above."
        ),
    },
    misconceptions={
        **limits.MISCONCEPTIONS,
        **trial.MISCONCEPTIONS,
        "missing-return:model": N_("Is there a `return` in front of the model?"),
        "returns-the-class": Misconception(
            "The class is returned, not a model built from it.",
            N_("Build it: parentheses after the class's name."),
        ),
        "list-of-layers": Misconception(
            "A plain list of layers is returned, which is no module.",
            N_("Put the layers into `nn.Sequential(...)`: that is a model."),
        ),
        "returns-the-output": N_("Return the model itself, not what it computes."),
        "returns-a-function": N_("Layers in a plain function are not found by an optimizer: make it a module."),
        "type:model": N_("A model is an object of a class that inherits from `nn.Module`."),
        "shared-model": Misconception(
            "Two calls give the same model, or two stages share one layer, so they train each other's weights.",
            N_(
                "Build every layer inside `design`; what is built outside, or as a default argument, is built only once."
            ),
        ),
        "softmax-in-model": N_(
            "Each row of outputs adds up to 1: there is a softmax at the end. The loss applies its own to the logits, so "
            "leave yours out; otherwise gradients become small."
        ),
        "relu-on-logits": N_(
            "No output is below 0, and many are 0: there is a ReLU at the end. A logit must be free to be negative: end with the "
            "linear layer."
        ),
        "constant-output": Misconception(
            "The model gives the same answer to every image.",
            N_(
                "Every digit gets nearly the same logits: the gradient hardly reaches the first layers. Use ReLU instead of a "
                "sigmoid, put a BatchNorm after each convolution, and no ReLU right after another."
            ),
        ),
        "no-nonlinearity": Misconception(
            "There is no nonlinearity between the layers, so together they are one linear map.",
            N_(
                "The model is one linear map: the logits of the mean of two digits are the mean of their logits. Layers without "
                "a nonlinearity between them make no more than one layer: put a ReLU behind each convolution."
            ),
        ),
        "underfits": Misconception(
            "The model is too small for its task: it is not right even on the images that it was trained with."
        ),
    },
)


@exercise.step("model", N_("`design()` returns a model"), seeds=1, required=True)
def _model(answer: Answer, sample: Sample) -> None:
    made = Answer(answer()).describe()
    if made.kind == "module":
        return
    key = {
        "none": "missing-return:model",
        "class": "returns-the-class",
        "container": "list-of-layers",
        "tensor": "returns-the-output",
        "function": "returns-a-function",
    }.get(made.kind, "type:model")
    raise Wrong(
        _("Expected a model, an `nn.Module`, but `design()` returned {type_name}.").format(type_name=made.type_name),
        key,
    )


@exercise.step("parameters", N_("it has at most 20,000 parameters"), seeds=1, required=True)
def _parameters(answer: Answer, sample: Sample) -> None:
    limits.require_parameters(_built(answer))


@exercise.step("fresh", N_("each call of `design()` makes a new model"), seeds=1, required=True)
def _fresh(answer: Answer, sample: Sample) -> None:
    first, second = _built(answer), _built(answer)
    before = second.state()
    first.load_state({name: _changed(value) for name, value in first.state().items()})
    after = second.state()
    if not same_data(before, after):
        raise Wrong(
            _("Two calls of `design()` gave models that share their weights: what one learns changes the other."),
            "shared-model",
        )


@exercise.step("cost", N_("digits of 28 × 28 go through it at a small cost"), seeds=1, required=True)
def _cost(answer: Answer, sample: Sample) -> None:
    limits.require_cost(_built(answer))


@exercise.step("logits", N_("it gives ten logits for each digit"), seeds=1, required=True)
def _logits(answer: Answer, sample: Sample) -> None:
    model = _built(answer)
    for count in (2, 5):
        trial.judge(model, sample.floats(count, *limits.SHAPE))


@exercise.step("accuracy", N_("after a short training, 97 % of new digits are right"), seeds=1)
def _accuracy(answer: Answer, sample: Sample) -> None:
    result = trial.run_trial(answer, trial.trial_of(SEED))
    conditions, share = result.trial.conditions, result.credit
    if share == 1:
        return
    key, advice = _shortfall(result)
    raise Partly(
        _(
            "After {epochs} epochs {right:.1f} % of {count} new digits are right. The credit grows from {none:.0%} to {full:.0%}: "
            "this earns {share:.0f} % of it."
        ).format(
            epochs=conditions.plan.epochs,
            right=100 * result.accuracy,
            count=len(result.logits),
            none=conditions.no_credit,
            full=conditions.full_credit,
            share=100 * share,
        ),
        key,
        advice,
        share=share,
    )


def _built(answer: Answer) -> Answer:
    return Answer(answer.run(trial.built, answer, trial.CONDITIONS.plan.seed))


def _changed(value: Tensor) -> Tensor:
    return value + 1 if value.is_floating_point() else value


def _shortfall(result: trial.Result) -> tuple[str, str]:
    """Why the accuracy is below what is asked: the misconception's key, and the hint where it has numbers in it."""
    logits = result.logits
    if bool((logits >= 0).all()) and bool(torch.allclose(logits.sum(1), logits.new_ones(len(logits)), atol=1e-4)):
        return "softmax-in-model", ""
    if bool((logits >= 0).all()) and bool((logits == 0).any()):
        return "relu-on-logits", ""
    if bool((logits.std(0) < 1e-2).all()):
        return "constant-output", ""
    if _is_affine(result):
        return "no-nonlinearity", ""
    learnt = result.training_accuracy
    if learnt >= result.trial.conditions.full_credit:
        return "overfits", _(
            "It knows {learnt:.1f} % of the digits that it was trained on, but fewer of the new ones: it learns the old ones by "
            "heart. Use small kernels, more stages and more pooling rather than a large linear layer."
        ).format(learnt=100 * learnt)
    return "underfits", _(
        "It knows no more than {learnt:.1f} % of the digits that it was trained on: it learns too slowly or is too small. A BatchNorm "
        "behind each convolution, more channels or one more stage will help."
    ).format(learnt=100 * learnt)


def _is_affine(result: trial.Result) -> bool:
    """Whether the logits of the middle of two digits are the middle of their logits."""
    digits = result.trial.images[:64]
    one, other = digits[:32], digits[32:]
    between = trial.judge(result.model, (one + other) / 2)
    middle = (result.logits[:32] + result.logits[32:64]) / 2
    return bool(torch.allclose(between, middle, rtol=1e-3, atol=1e-3 * float(result.logits.abs().max())))
