"""Exercise fine-tune: the features of a trained network are kept as they are, and a new head learns other classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking import models
from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, failures_explained
from course.checking.tensors_by_role import held_in_short
from course.exercises.cnn.sample_networks import tinted, trained_network
from course.exercises.learning.sample_models import Stream
from course.language import N_, _
from course.misconceptions import Misconception
from course.training.two_parts import TwoParts

_OLD_HEAD = N_(
    "The head knows the old classes. Replace it: `model.classifier = nn.Linear(model.classifier.in_features, num_classes)`."
)
_TRAINED_HEAD = N_(
    "Was the optimizer made from the parameters of the *new* head, after the head was made? Does each batch get its `zero_grad`, "
    "`backward` and `step`? And one pass over so few images is not enough."
)

exercise = Exercise(
    "fine-tune",
    difficulty=2,
    minutes=10,
    hints=(
        N_(
            "Three parts of a model can change: parameters, running statistics, modes. Which of them may change here, and where?"
        ),
        N_(
            "Put a new `nn.Linear` in place of `model.classifier`. Give the optimizer `model.classifier.parameters()` and nothing else. "
            "BatchNorm keeps its statistics only in evaluation mode."
        ),
        N_(
            "`model.eval()` once, then the five lines of training for each batch, over and over. `train_epoch` will not do: it "
            "puts the whole model into training mode."
        ),
    ),
    hidden={
        N_("features kept"): N_(
            "Compare `model.features.state_dict()` before and after: every tensor, running statistics too."
        ),
        N_("new classes"): N_("Try other numbers of classes, and judge the network on new images of these classes."),
    },
    misconceptions={
        "features-trained": Misconception(
            "The features are trained together with the head.",
            N_("Which parameters does your optimizer hold? Only those of the new head should learn."),
        ),
        "statistics-moved": Misconception(
            "The parameters are frozen, but BatchNorm's running statistics are not.",
            N_(
                "`requires_grad` and `no_grad` stop gradients. Running statistics have none: in training mode each batch moves them. "
                "In which mode do they stay? (`train_epoch` sets training mode for the whole model.)"
            ),
        ),
        "old-head": Misconception("The head of the old classes is still there.", _OLD_HEAD),
        "head-not-trained": Misconception("The new head has not learned.", _TRAINED_HEAD),
        "head-frozen": Misconception(
            "Everything is frozen, the new head too.",
            N_(
                "The loss does not depend on anything that learns. Was the new head frozen too (freeze first, make the head after that), "
                "or was it called inside `no_grad`?"
            ),
        ),
        "part-missing": Misconception(
            "The network that is returned does not have the two parts.",
            N_(
                "Return a network with the attributes `features` and `classifier`, such as the model that came in; `classifier` is one `nn.Linear`."
            ),
        ),
        "mode-changed": N_(
            "The network is meant to be used at once. Which mode is for that? `model.eval()` at the end."
        ),
        "missing-return:model": N_("Is there a `return` in front of the model?"),
        "type:model": N_("Return the network itself, with its new head, not what it computes."),
    },
)

_CLASSES = 5
"""The classes that the sample networks were trained for."""


@dataclass(frozen=True)
class Tuned:
    """A trained network, and what `fine_tune` made of it."""

    before: TwoParts
    network: Answer
    state: dict[str, Tensor]


def _tuned(answer: Answer, sample: Sample, classes: int, batches: Iterable[tuple[Tensor, Tensor]]) -> Tuned:
    """Call the answer with a trained network; expect a network with two parts."""
    model = trained_network(sample, _CLASSES)
    (placed,) = answer.place(model)
    explained = (("out of bounds", "old-head"), ("does not require grad", "head-frozen"))
    with failures_explained(explained, _("{classes} classes").format(classes=classes)):
        got = answer(placed, batches, classes)
    network = Answer(got)
    made = network.describe()
    if made.kind != "module":
        raise Wrong(
            _("Expected the network, an `nn.Module`, but got {type_name}.").format(type_name=made.type_name),
            "missing-return:model" if made.kind == "none" else "type:model",
        )
    state = network.state()
    missing = [name for name in model.state_dict() if name not in state]
    if missing:
        raise Wrong(
            _("Expected {name} in the state_dict of the network, but it holds {held}.").format(
                name=missing[0], held=held_in_short(state)
            ),
            "part-missing",
        )
    return Tuned(model, network, state)


@exercise.step("head", N_("The network has a new linear head for the new classes"))
def _head(answer: Answer, sample: Sample) -> None:
    for classes in (3, 4, 2):
        tuned = _tuned(answer, sample, classes, tinted(sample, classes, 12, 12))
        expected = (classes, tuned.before.classifier.in_features)
        got = tuple(tuned.state["classifier.weight"].shape)
        if got != expected:
            raise Wrong(
                _("Expected classifier.weight of shape {expected} for {classes} classes, but it is {got}.").format(
                    expected=expected, classes=classes, got=got
                ),
                "old-head" if got[0] == _CLASSES else "shape",
            )


@exercise.step("features", N_("Each parameter of the features is as it was"))
def _features(answer: Answer, sample: Sample) -> None:
    tuned = _tuned(answer, sample, 4, tinted(sample, 4, 12, 12, 12))
    for name, _parameter in tuned.before.features.named_parameters(prefix="features"):
        _expect_kept(tuned, name, "features-trained")


@exercise.step("statistics", N_("So is each running statistic"))
def _statistics(answer: Answer, sample: Sample) -> None:
    tuned = _tuned(answer, sample, 4, tinted(sample, 4, 12, 12, 12))
    for name, _buffer in tuned.before.features.named_buffers(prefix="features"):
        _expect_kept(tuned, name, "statistics-moved")


@exercise.step("learned", N_("The head has learned: it is right on 9 of 10 images"))
def _learned(answer: Answer, sample: Sample) -> None:
    batches = tinted(sample, 4, 12, 12, 12, 12)
    tuned = _tuned(answer, sample, 4, batches)
    _expect_learned(tuned, batches)


@exercise.step("logits", N_("The network gives the head's logits for the features' rows"), seeds=1)
def _logits(answer: Answer, sample: Sample) -> None:
    tuned = _tuned(answer, sample, 3, tinted(sample, 3, 12, 12))
    x = sample.floats(4, 3, 6, 7)
    tuned.network.run(models.set_training, tuned.network, False)
    expect_tensor(tuned.network(x), _expected_logits(tuned, x), what=_("in evaluation mode"))


@exercise.step("mode", N_("All of it is in evaluation mode, ready for use"), seeds=1)
def _mode(answer: Answer, sample: Sample) -> None:
    tuned = _tuned(answer, sample, 3, tinted(sample, 3, 12, 12))
    left = tuned.network.run(models.modes, tuned.network)
    training = [name for name, value in left.items() if value is not False] if isinstance(left, dict) else [""]
    if training:
        raise Wrong(
            _("The network was returned with '{name}' in training mode.").format(name=training[0] or _("the network")),
            "mode-changed",
        )


@exercise.step(
    "any-loader", N_("Any loader will do: a list, or something without a length, with a last batch of one"), seeds=1
)
def _any_loader(answer: Answer, sample: Sample) -> None:
    batches = tinted(sample, 3, 10, 10, 10, 1)
    for loader in (batches, Stream(batches)):
        _expect_learned(_tuned(answer, sample, 3, loader), batches)


def _expect_kept(tuned: Tuned, name: str, key: str) -> None:
    if not same_data(tuned.before.state_dict()[name], tuned.state[name]):
        raise Wrong(_("{name} is not what it was in the trained network.").format(name=name), key)


def _expected_logits(tuned: Tuned, x: Tensor) -> Tensor:
    """What the trained network's features give under the head that was learned."""
    with torch.no_grad():
        rows = tuned.before.eval().features(x)
    return F.linear(rows, tuned.state["classifier.weight"], tuned.state["classifier.bias"])


def _expect_learned(tuned: Tuned, batches: list[tuple[Tensor, Tensor]]) -> None:
    images, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    right: Any = (_expected_logits(tuned, images).argmax(dim=1) == labels).float().mean()
    if right < 0.9:
        raise Wrong(
            _("With your head the network is right on only {right:.0%} of the loader's images.").format(
                right=float(right)
            ),
            "head-not-trained",
        )
