"""Lesson 05, starting as the identity: the last gamma of the main path is zero."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.models import modes
from course.checking.prediction import Prediction
from course.checking.world import Failure
from course.exercises.residual.models import PlainShortcut, ShortcutFirst, ShortcutLast, TwoConvs
from course.exercises.residual.remote import trainable
from course.language import N_, _

zero_gamma = Prediction(
    "zero-gamma",
    N_(
        "In a residual block, gamma and beta of the last BatchNorm are 0. A pixel of the input is -1.5. What is this pixel in the block's output?"
    ),
    lambda: _zeroed(-1.5),
    N_("The main path gives 0, whatever its convolutions hold. The sum is −1.5, and the last ReLU makes 0 of it."),
    {N_("So it would be without the last ReLU. What comes after the sum?"): -1.5},
)


def _zeroed(value: float) -> float:
    block = TwoConvs(1)
    with torch.no_grad():
        block.bn2.weight.zero_()
        return float(block(torch.full((2, 1, 3, 3), value))[0, 0, 1, 1])


start_as_identity = Exercise(
    "start-as-identity",
    difficulty=2,
    minutes=10,
    hints=(
        N_("BatchNorm gives gamma · (something) + beta. With gamma = 0 and beta = 0, what does the main path give?"),
        N_(
            "`block.named_modules()` visits the layers in the order in which they are registered. Leave out those whose name starts with 'shortcut'; "
            "of the `nn.BatchNorm2d` that remain, take the last."
        ),
        N_("`nn.init.zeros_(norm.weight)` writes zeros into the parameter that is there. Then `return block`."),
    ),
    hidden={
        N_("other blocks"): N_(
            "Try a block whose shortcut has a BatchNorm that is registered first, and one where it is last."
        ),
        N_("the identity"): N_("After it, a fresh block in evaluation mode must give relu(shortcut(x))."),
    },
)

_BLOCKS = (
    (partial(TwoConvs, 3), "bn2.weight"),
    (partial(ShortcutLast, 2, 4), "norm_b.weight"),
    (partial(ShortcutFirst, 4, 3, 5), "path.2.1.weight"),
    (partial(PlainShortcut, 3, 4), "layers.3.weight"),
)
"""Blocks of several makes, each with the name of the gamma in question."""


@start_as_identity.step("zero", N_("The last gamma of the main path is 0"))
def _zero(answer: Answer, sample: Sample) -> None:
    for build, gamma in _BLOCKS[:1]:
        _expect_zeroed(answer, sample, build, gamma)


@start_as_identity.step("shortcut", N_("The shortcut's BatchNorm is left alone, wherever it is registered"))
def _shortcut(answer: Answer, sample: Sample) -> None:
    for build, gamma in _BLOCKS[1:]:
        _expect_zeroed(answer, sample, build, gamma)


@start_as_identity.step("returns", N_("The block itself comes back"))
def _returns(answer: Answer, sample: Sample) -> None:
    for build, _gamma in _BLOCKS:
        block = _filled(build(), sample)
        (placed,) = answer.place(block)
        returned = answer(placed)
        if returned is None:
            raise Wrong(
                _("Expected the block, but your code returned None."),
                "missing-return",
                _("Is there a `return block` at the end?"),
            )
        back = Answer(returned)
        if back.describe().kind != "module":
            raise Wrong(
                _("Expected the block, but got {type_name}.").format(type_name=back.describe().type_name),
                "type",
                _("`return block` gives back the whole block."),
            )
        mark = {
            name: sample.floats(*value.shape) if value.is_floating_point() else value
            for name, value in block.state_dict().items()
        }
        placed.load_state(mark)
        if not same_data(back.state(), placed.state()):
            raise Wrong(
                _("What came back is another block than the one that was handed over."),
                "copy-returned",
                _("Do not copy: change the block that you got, and return it."),
            )


@start_as_identity.step("trainable", N_("The same parameter as before holds the zeros, and it still learns"))
def _trainable(answer: Answer, sample: Sample) -> None:
    for build, gamma in _BLOCKS:
        block = _filled(build(), sample)
        placed, held = answer.place(block, block.get_parameter(gamma))
        answer(placed)
        value = held.value()
        if not (isinstance(value, Tensor) and not bool(value.any())):
            raise Wrong(
                _("An optimizer that was made before holds a gamma which your block does not use any more."),
                "parameter-replaced",
                _(
                    "Do not put a new `nn.Parameter` in its place: write zeros into the one that is there, with `nn.init.zeros_` or under `no_grad`."
                ),
            )
        learns = placed.run(trainable, placed)
        frozen = [
            name
            for name, asks in trainable(block).items()
            if not isinstance(learns, dict) or learns.get(name) is not asks
        ]
        if frozen:
            raise Wrong(
                _("After the call {name} does not ask for gradients any more.").format(name=frozen[0]),
                "frozen",
                _("It starts at 0, and from there it learns: leave `requires_grad` as it is."),
            )
        x = sample.floats(3, _in_channels(block), 5, 6)
        gradient = placed.gradients(x, weight=sample.floats(*block(x).shape)).parameters.get(gamma)
        if gradient is None or not bool(gradient.any()):
            raise Wrong(
                _("After the call {name} gets no gradient, so it would stay 0 for ever.").format(name=gamma),
                "no-gradient",
                _("Only the number in gamma changes. The layer stays in its place, and so does its `requires_grad`."),
            )


@start_as_identity.step("nothing-else", N_("Nothing else changes"))
def _nothing_else(answer: Answer, sample: Sample) -> None:
    for build, _gamma in _BLOCKS:
        for training in (True, False):
            block = _filled(build(), sample).train(training)
            (placed,) = answer.place(block)
            answer(placed)
            if placed.run(modes, placed) != modes(block):
                raise Wrong(
                    _("After the call the block is in another mode than before."),
                    "mode-changed",
                    _("Whoever calls you has chosen the mode: leave `train()` and `eval()` alone."),
                )


def _filled(block: Any, sample: Sample) -> Any:
    """The block with random values everywhere, so that every change can be seen."""
    state = {
        name: (0.5 + sample.floats(*value.shape).abs()) if value.is_floating_point() else value
        for name, value in block.state_dict().items()
    }
    block.load_state_dict(state)
    return block


def _in_channels(block: nn.Module) -> int:
    return next(each.in_channels for each in block.modules() if isinstance(each, nn.Conv2d))


def _expect_zeroed(answer: Answer, sample: Sample, build: Any, gamma: str) -> None:
    """Expect that this gamma is zero and that all else is as before."""
    block = _filled(build(), sample)
    (placed,) = answer.place(block)
    try:
        answer(placed)
    except Failure as failure:
        if "leaf Variable that requires grad" in failure.message:
            raise Wrong(
                _("Your code raised {failure}").format(failure=failure),
                "in-place-on-leaf",
                _("autograd watches parameters. Write into one under `with torch.no_grad():`, or by `nn.init.zeros_`."),
            ) from None
        raise
    before, after = block.state_dict(), placed.state()
    changed = [name for name, value in before.items() if name not in after or not same_data(after[name], value)]
    zeros = [name for name in changed if name in after and not bool(after[name].any())]
    if changed == [gamma] == zeros:
        return
    if gamma not in after:
        raise Wrong(
            _("After the call the block has no {gamma} any more.").format(gamma=gamma),
            "parameter-removed",
            _("A BatchNorm without gamma multiplies by 1. Let it stay, and write zeros into it."),
        )
    _explain_changes(block, gamma, changed, zeros)


def _explain_changes(block: nn.Module, gamma: str, changed: list[str], zeros: list[str]) -> None:
    norms = [f"{name}.weight" for name, each in block.named_modules() if isinstance(each, nn.BatchNorm2d)]
    listed = ", ".join(changed) or _("nothing")
    message = _("{gamma} should become 0, and nothing else should change. What changed: {changed}.").format(
        gamma=gamma, changed=listed
    )
    own = [name for name in changed if name in norms]
    beta = gamma.replace("weight", "bias")
    if not changed:
        raise Wrong(
            message,
            "nothing-changed",
            _("Was a copy changed, or a name only? `norm.weight` itself must hold zeros: write into it."),
        )
    if len(own) > 1:
        raise Wrong(
            message, "every-norm", _("One gamma is enough. Which is the last thing that happens on the main path?")
        )
    if own == changed == zeros and own != [gamma]:
        shortcut = own[0].startswith("shortcut")
        raise Wrong(
            message,
            "shortcut-norm" if shortcut else "first-norm",
            _(
                "That one is on the shortcut: now the input is cut off, and the main path is not. Which one is the last on the main path?"
            )
            if shortcut
            else _(
                "After that BatchNorm come further layers, and they make something out of zeros. Which one is the last?"
            ),
        )
    if beta in changed:
        raise Wrong(
            message,
            "beta-too",
            _("beta is 0 at the start anyway, and whoever set it had a reason. Gamma alone is asked."),
        )
    if own == [gamma] == changed:
        raise Wrong(message, "not-zero", _("Each of its numbers must be 0."))
    raise Wrong(message, "other-tensor", _("gamma is what a BatchNorm calls its `weight`."))
