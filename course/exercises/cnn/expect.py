"""What lesson 06 expects of an answer that handles models: the number that it returns, and the model left as it was."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor, nn

from course.checking.answer import Answer, Wrong, same_data
from course.checking.expect import ATOL, RTOL, Mistake
from course.checking.models import modes
from course.language import _


def near(got: float, expected: float) -> bool:
    """Whether two floats agree to single precision (NaN agrees with nothing)."""
    return math.isclose(got, expected, rel_tol=RTOL, abs_tol=ATOL)


def expect_float(got: Any, expected: float, mistakes: tuple[Mistake, ...] = (), *, what: str) -> None:
    """Expect this float, or tell which known mistake gives what came.

    Args:
        mistakes: each `gives` a float, or a function that computes it.
    """
    if got is None:
        raise Wrong(
            _("Expected a float, but your code returned None."),
            "missing-return",
            _("Is there a `return` in front of the result, after the loop?"),
        )
    if type(got) is Tensor and got.numel() == 1:
        raise Wrong(
            _("Expected a float, but got a tensor with one number."),
            "tensor-for-float",
            _(
                "`.item()` makes a float of it. A loss that stays a tensor keeps its whole graph in memory, batch after batch."
            ),
        )
    if type(got) is not float:
        raise Wrong(
            _("Expected a float, but got {type_name}.").format(type_name=Answer(got).describe().type_name),
            "type",
            _("Look at what each line makes; `type(...)` tells you. `/` gives a float, `//` an int."),
        )
    if near(got, expected):
        return
    message = _("Expected {expected:.5g}, but got {got:.5g} ({what}).").format(expected=expected, got=got, what=what)
    if not math.isfinite(got):
        raise Wrong(message, "nan", _("Look for a division by zero, or a loss that has grown beyond all numbers."))
    for mistake in mistakes:
        if near(got, mistake.gives() if callable(mistake.gives) else mistake.gives):
            raise Wrong(message, mistake.key, mistake.advice)
    raise Wrong(message, "values")


def expect_state_kept(answer: Answer, model: nn.Module, *arguments: Any, advice: str) -> None:
    """Expect that a call with this model, and these arguments after it, changes none of its parameters and statistics."""
    (placed,) = answer.place(model)
    before = placed.state()
    answer(placed, *arguments)
    after = placed.state()
    changed = [name for name, value in before.items() if not same_data(value, after.get(name))]
    if changed:
        raise Wrong(
            _("After the call {name} of the model's state_dict is another than before.").format(name=changed[0]),
            "no-grad-for-eval" if changed[0].endswith(("_mean", "_var", "_tracked")) else "parameters-changed",
            advice,
        )


def expect_modes_kept(answer: Answer, model: nn.Module, *arguments: Any) -> None:
    """Expect that a call with this model, and these arguments after it, leaves each submodule in its mode."""
    (placed,) = answer.place(model)
    answer(placed, *arguments)
    before, after = modes(model), answer.run(modes, placed)
    if same_data(after, before):
        return
    changed = [name for name in before if not isinstance(after, dict) or after.get(name) is not before[name]] or [""]
    whole = len(set(before.values())) == 1
    words = {True: _("training mode"), False: _("evaluation mode")}
    raise Wrong(
        _("The submodule '{name}' was in {mode} before the call, and is not after it.").format(
            name=changed[0], mode=words[before[changed[0]]]
        ),
        "mode-changed" if whole else "all-to-training",
        _("Whoever called you goes on training, or judging, in the mode they chose. Set it again at the end.")
        if whole
        else _(
            "`model.train()` sets all submodules at once, but somebody may have frozen one of them with `.eval()`. "
            "Note `training` of each of `model.modules()`."
        ),
    )
