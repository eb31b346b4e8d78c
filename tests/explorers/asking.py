"""How tests ask an explorer: the result of some settings, its text, and settings drawn from what their fields declare."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from course.explorers.base import Explorer, Recipe
from course.explorers.settings import Choice, Control, Slider, Toggle
from course.explorers.text import Problem

R = TypeVar("R")


def outcome_of(recipe: Recipe[Any, R], given: Mapping[str, Any]) -> R | Problem:
    """What comes of a call's arguments; computed in inference mode, as in an explorer."""
    fitting, _shown = recipe.fit(recipe.settings_of(**given))
    with torch.inference_mode():
        return recipe.compute(fitting)


class Asked(Generic[R]):
    """A recipe, and the class of its results. `defaults` stand in for the call's own."""

    def __init__(self, recipe: Recipe[Any, R], kind: type[R], **defaults: Any) -> None:
        self._recipe, self._kind, self._defaults = recipe, kind, defaults

    def outcome(self, **given: Any) -> R | Problem:
        """What comes of a call's arguments."""
        return outcome_of(self._recipe, self._defaults | given)

    def result(self, **given: Any) -> R:
        """The same, where there is an output."""
        result = self.outcome(**given)
        assert isinstance(result, self._kind), str(result)
        return result

    def problem(self, **given: Any) -> Problem:
        """The same, where there is none."""
        problem = self.outcome(**given)
        assert isinstance(problem, Problem)
        return problem

    def text(self, result: R, revealed: bool = True) -> str:
        """The description of a result as plain text."""
        return str(self._recipe.describe(result, revealed))

    def shown_by(self, explorer: Explorer[Any, Any]) -> R:
        """The result that a live explorer shows."""
        assert isinstance(explorer.result, self._kind)
        return explorer.result


def loaded(call: str, weights: Mapping[str, Tensor]) -> Any:
    """The layer that a learner gets who copies a shown call and loads the weights."""
    layer: nn.Module = eval(call)
    layer.load_state_dict(weights)
    return layer.requires_grad_(False)


def is_hidden(explorer: Explorer[Any, Any]) -> bool:
    """Whether it waits for a prediction."""
    assert explorer.question is not None
    return explorer.question.hidden


def arguments_of(recipe: Recipe[Any, Any]) -> dict[str, Control]:
    """The arguments of an explorer's call that are settings with a control of the same name."""
    parameters = inspect.signature(recipe.settings_of).parameters
    return {name: control for name, control in recipe.controls.items() if name in parameters}


def strategies(
    recipe: Recipe[Any, Any], *names: str, without: Collection[str] = ()
) -> dict[str, st.SearchStrategy[Any]]:
    """For each of these arguments of a call, by default all, every value that its control can be set to."""
    controls = arguments_of(recipe)
    return {name: _strategy(controls[name]) for name in names or controls if name not in without}


def _strategy(control: Control) -> st.SearchStrategy[Any]:
    if isinstance(control, Slider):
        return st.integers(control.low, control.high)
    if isinstance(control, Toggle):
        return st.booleans()
    assert isinstance(control, Choice)
    return st.sampled_from(list(control.options))
