"""Exercise start-as-identity: the last gamma of a block's main path becomes zero, and nothing else changes."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import Tensor, nn

from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.expect import failures_explained
from course.checking.models import modes, modes_changed
from course.exercises.residual.inspect_model import trainable
from course.exercises.residual.sample_models import PlainShortcut, ShortcutFirst, ShortcutLast, TwoConvs
from course.language import N_, _
from course.misconceptions import Misconception

exercise = Exercise(
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
    misconceptions={
        "in-place-on-leaf": Misconception(
            "A parameter is changed in place while gradients are recorded.",
            N_("autograd watches parameters. Write into one under `with torch.no_grad():`, or with `nn.init.zeros_`."),
        ),
        "parameter-removed": Misconception(
            "The parameter is removed.",
            N_("A BatchNorm without gamma multiplies by 1. Keep it, and write zeros into it."),
        ),
        "nothing-changed": Misconception(
            "The block is not changed.",
            N_("Was a copy changed, or a name only? `norm.weight` itself must hold zeros: write into it."),
        ),
        "every-norm": Misconception(
            "Every BatchNorm is changed.",
            N_("One gamma is enough. Which BatchNorm comes last on the main path?"),
        ),
        "shortcut-norm": Misconception(
            "The shortcut's BatchNorm is changed.",
            N_(
                "That one is on the shortcut: now the input is cut off, and the main path is not. Which BatchNorm is the last on the main path?"
            ),
        ),
        "first-norm": Misconception(
            "Another BatchNorm than the last is changed.",
            N_(
                "Further layers come after that BatchNorm, and they turn its zeros into something else. Which BatchNorm is the last?"
            ),
        ),
        "beta-too": Misconception(
            "The BatchNorm's bias is changed.",
            N_("Leave the bias, beta, as it is: only gamma becomes 0."),
        ),
        "more-than-gamma": Misconception(
            "Gamma is 0 as it should be, and another tensor is changed with it.",
            N_(
                "That gamma is right. Leave the rest as it is: with gamma at 0 the main path gives 0 whatever its weights are."
            ),
        ),
        "by-name": Misconception(
            "The layer is looked for by a name that only some blocks have.",
            N_(
                "The layers of another block have other names. Find the BatchNorms by their kind, `isinstance(layer, nn.BatchNorm2d)`, "
                "and tell the shortcut's by their name in `block.named_modules()`."
            ),
        ),
        "none-found": Misconception(
            "No BatchNorm is found, for instance because only the first level is searched.",
            N_(
                "You found no BatchNorm in this block. `named_children()` shows the first level only, names differ from block to block, and the "
                "shortcut may come first: go through all of `named_modules()` and ask `isinstance(layer, nn.BatchNorm2d)`."
            ),
        ),
        "not-zero": Misconception("Gamma is not 0 throughout.", N_("Each of its numbers must be 0.")),
        "other-tensor": Misconception(
            "Another tensor is changed.", N_("gamma is what a BatchNorm calls its `weight`.")
        ),
        "missing-return": N_("Is there a `return block` at the end?"),
        "type:block": N_("`return block` gives back the whole block."),
        "copy-returned": Misconception(
            "Something other than the block itself is returned.",
            N_("Do not copy: change the block that you got, and return it."),
        ),
        "parameter-replaced": Misconception(
            "The parameter is replaced, so that an optimizer holds the old one.",
            N_(
                "Do not put a new `nn.Parameter` in its place: write zeros into the one that is there, with `nn.init.zeros_` or under `no_grad`."
            ),
        ),
        "parameter-replaced:refused": N_(
            "A parameter cannot be replaced by a tensor or a number. Write zeros into the one that is there, with `nn.init.zeros_` or under `no_grad`."
        ),
        "frozen": Misconception(
            "The parameter does not learn any more.",
            N_("It starts at 0, and from there it learns: leave `requires_grad` as it is."),
        ),
        "no-gradient": N_(
            "Only the number in gamma changes. The layer stays in its place, and so does its `requires_grad`."
        ),
        "mode-changed": N_("Whoever calls you has chosen the mode: leave `train()` and `eval()` alone."),
    },
)

_BLOCKS = (
    (partial(TwoConvs, 3), "bn2.weight"),
    (partial(ShortcutLast, 2, 4), "norm_b.weight"),
    (partial(ShortcutFirst, 4, 3, 5), "path.2.1.weight"),
    (partial(PlainShortcut, 3, 4), "layers.3.weight"),
)
"""Blocks of several makes, each with the name of the gamma in question."""


@exercise.step("zero", N_("The last gamma of the main path is 0"))
def _zero(answer: Answer, sample: Sample) -> None:
    for build, gamma in _BLOCKS[:1]:
        _expect_zeroed(answer, sample, build, gamma)


@exercise.step("shortcut", N_("The shortcut's BatchNorm is left alone, wherever it is registered"))
def _shortcut(answer: Answer, sample: Sample) -> None:
    for build, gamma in _BLOCKS[1:]:
        _expect_zeroed(answer, sample, build, gamma)


@exercise.step("returns", N_("The block itself comes back"))
def _returns(answer: Answer, sample: Sample) -> None:
    for build, _gamma in _BLOCKS:
        block = _filled(build(), sample)
        (placed,) = answer.place(block)
        returned = answer(placed)
        if returned is None:
            raise Wrong(
                _("Expected the block, but your code returned None."),
                "missing-return",
            )
        back = Answer(returned)
        if back.describe().kind != "module":
            raise Wrong(
                _("Expected the block, but got {type_name}.").format(type_name=back.describe().type_name),
                "type:block",
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
            )


@exercise.step("trainable", N_("The same parameter as before holds the zeros, and it still learns"))
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
            )
        x = sample.floats(3, _in_channels(block), 5, 6)
        gradient = placed.gradients(x, weight=sample.floats(*block(x).shape)).parameters.get(gamma)
        if gradient is None or not bool(gradient.any()):
            raise Wrong(
                _("After the call {name} gets no gradient, so it would stay 0 for ever.").format(name=gamma),
                "no-gradient",
            )


@exercise.step("nothing-else", N_("Nothing else changes"))
def _nothing_else(answer: Answer, sample: Sample) -> None:
    for build, _gamma in _BLOCKS:
        for training in (True, False):
            block = _filled(build(), sample).train(training)
            (placed,) = answer.place(block)
            answer(placed)
            if modes_changed(modes(block), placed.run(modes, placed)):
                raise Wrong(_("After the call the block is in another mode than before."), "mode-changed")


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


_REFUSED = (
    ("leaf Variable that requires grad", "in-place-on-leaf"),
    ("cannot assign", "parameter-replaced:refused"),
    ("Variable data has to be a tensor", "parameter-replaced:refused"),
    ("list index out of range", "none-found"),
    ("'NoneType' object has no attribute", "none-found"),
    ("object has no attribute", "by-name"),
)
"""Words of an error, and the mistake that they tell of."""


def _expect_zeroed(answer: Answer, sample: Sample, build: Any, gamma: str) -> None:
    """Expect that this gamma is zero and that all else is as before."""
    block = _filled(build(), sample)
    (placed,) = answer.place(block)
    with failures_explained(_REFUSED):
        answer(placed)
    before, after = block.state_dict(), placed.state()
    changed = [name for name, value in before.items() if name not in after or not same_data(after[name], value)]
    zeros = [name for name in changed if name in after and not bool(after[name].any())]
    if changed == [gamma] == zeros:
        return
    if gamma not in after:
        raise Wrong(_("After the call the block has no {gamma} any more.").format(gamma=gamma), "parameter-removed")
    raise Wrong(
        _("{gamma} should become 0, and nothing else should change. What changed: {changed}.").format(
            gamma=gamma, changed=", ".join(changed) or _("nothing")
        ),
        _explain_changes(block, gamma, changed, zeros),
    )


def _explain_changes(block: nn.Module, gamma: str, changed: list[str], zeros: list[str]) -> str:
    """The key of the mistake that changes these tensors, of which some became zero."""
    norms = [f"{name}.weight" for name, module in block.named_modules() if isinstance(module, nn.BatchNorm2d)]
    gammas = [name for name in changed if name in norms]
    if not changed:
        return "nothing-changed"
    if len(gammas) > 1:
        return "every-norm"
    if gamma in zeros and gamma.replace("weight", "bias") not in changed:
        return "more-than-gamma"
    if gammas == changed == zeros and gammas != [gamma]:
        return "shortcut-norm" if gammas[0].startswith("shortcut") else "first-norm"
    if gamma.replace("weight", "bias") in changed:
        return "beta-too"
    return "not-zero" if gammas == [gamma] == changed else "other-tensor"
