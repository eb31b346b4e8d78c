"""Models in a check: functions that run where a model lives, and what a call must leave as it was: state, modes, gradients.

Functions for `Answer.run` work in the world of the answer; what they return is the answer's word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from course.checking.answer import Answer, Wrong, same_data
from course.checking.expect import close
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "no-gradient": Misconception(
        "A parameter gets no gradient, so it can never learn.",
        N_(
            "Is it an `nn.Parameter`, or part of a layer such as `nn.Conv2d`? "
            "And does `forward` use it without `detach`, `.data`, `no_grad` or a way through NumPy?"
        ),
    ),
    "parameters-changed": Misconception("A parameter of the model is changed by a call that should only look at it."),
    "wrong-gradient": Misconception("The gradient is wrong, though the values are right."),
    "mode-changed": Misconception(
        "The model is left in, or run in, another mode.",
        N_("Whoever called you goes on training, or judging, in the mode they chose. Set that mode again at the end."),
    ),
    "all-to-training": Misconception(
        "All modules are set to training, whatever they were in.",
        N_(
            "`model.train()` sets all submodules at once, but somebody may have frozen one of them with `.eval()`. "
            "Remember the `training` of each of `model.modules()` before you change it."
        ),
    ),
    "no-grad-for-eval": Misconception("no_grad is taken for evaluation mode: the running statistics move."),
}
"""What the expectations here may find; an exercise's own hint for a key comes first."""

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def modes(module: nn.Module) -> dict[str, bool]:
    """Whether each submodule is in training mode, by its qualified name; "" is the module itself. For `Answer.run`."""
    return {name: each.training for name, each in module.named_modules()}


def parameter_sizes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter, by its qualified name; a shared one counts once. For `Answer.run`."""
    return {name: tuple(each.shape) for name, each in module.named_parameters()}


def set_training(module: nn.Module, training: bool) -> None:
    """Put a module, and all that is in it, into training or into evaluation mode. For `Answer.run`."""
    module.train(training)


@contextmanager
def modes_kept(model: nn.Module) -> Iterator[None]:
    """Put the training or evaluation mode of each submodule back at the end."""
    before = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def modes_changed(before: Mapping[str, bool], after: object) -> list[str]:
    """The submodules that are in another mode than before, by name; `after` is what `modes` returned in the answer's world."""
    if not isinstance(after, dict):
        return [""]
    return [name for name, training in before.items() if after.get(name) is not training] or (
        [] if after.keys() == before.keys() else [""]
    )


def expect_modes_kept(answer: Answer, model: nn.Module, *arguments: Any) -> None:
    """Expect that a call with this model, and these arguments after it, leaves each submodule in its mode."""
    (placed,) = answer.place(model)
    answer(placed, *arguments)
    before = modes(model)
    changed = modes_changed(before, answer.run(modes, placed))
    if changed:
        words = {True: _("training mode"), False: _("evaluation mode")}
        message = (
            _("The submodule '{name}' was in {mode} before the call, and is not after it.")
            if changed[0]
            else _("The model was in {mode} before the call, and is not after it.")
        )
        raise Wrong(
            message.format(name=changed[0], mode=words[before[changed[0]]]),
            "mode-changed" if len(set(before.values())) == 1 else "all-to-training",
        )


def expect_state_kept(
    answer: Answer,
    model: nn.Module,
    *arguments: Any,
    message: str = N_("After the call {name} of the model's state_dict is another than before."),
    names: Collection[str] | None = None,
) -> Answer:
    """Expect that a call with this model, and these arguments after it, changes nothing in its state_dict.

    Returns the copy of the model that the answer was called with.

    Args:
        message: marked with N_; {name} stands for the first tensor that is another.
        names: the tensors to compare; all of them when left out.
    """
    (placed,) = answer.place(model)
    before = placed.state()
    answer(placed, *arguments)
    after = placed.state()
    for name in before if names is None else names:
        if not same_data(before[name], after.get(name)):
            key = "no-grad-for-eval:statistics" if name.endswith(_STATISTICS) else "parameters-changed"
            raise Wrong(_(message).format(name=name), key)
    return placed


def no_gradient(name: str) -> Wrong:
    """The mistake of a parameter that the output does not depend on, as far as autograd knows."""
    return Wrong(_("{name} gets no gradient, so it could never learn.").format(name=name), "no-gradient")


def same_gradient(got: Tensor | None, expected: Tensor) -> bool:
    """Whether two gradients agree, axes of size 1 aside. Large terms may cancel, so the largest entry sets the scale."""
    if got is None or got.numel() != expected.numel():
        return False
    scale = max(1.0, float(expected.abs().max()))
    return bool((got.reshape(-1) - expected.reshape(-1)).abs().max() <= 1e-3 * scale)


def close_gradient(got: Tensor | None, expected: Tensor) -> bool:
    """Whether each entry of two gradients agrees to single precision, axes of size 1 aside."""
    return got is not None and got.numel() == expected.numel() and close(got.reshape(-1), expected.reshape(-1))


def expect_gradients(
    gradients: Mapping[str, Tensor | None],
    expected: Mapping[str, Tensor],
    roles: Mapping[str, str] | None = None,
    same: Callable[[Tensor | None, Tensor], bool] = close_gradient,
) -> None:
    """Expect these gradients of parameters, by their names in the state_dict.

    Args:
        roles: the part that a parameter plays, in a translated word such as "weight", where messages shall tell it.
        same: whether a gradient is the expected one.
    """
    for name, gradient in expected.items():
        got, role = gradients.get(name), (roles or {}).get(name)
        if got is None and role:
            raise Wrong(
                _("The {role} ({name}) gets no gradient, so it could never learn.").format(role=role, name=name),
                "no-gradient",
            )
        if got is None:
            raise no_gradient(name)
        if same(got, gradient):
            continue
        if role:
            raise Wrong(
                _("The gradient of the {role} ({name}) is not what it should be.").format(role=role, name=name),
                "wrong-gradient",
                _("Is the {role} used once for each output, and nowhere else?").format(role=role),
            )
        raise Wrong(_("The gradient of {name} is not what it should be.").format(name=name), "wrong-gradient")
