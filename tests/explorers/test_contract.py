"""The contract of every explorer: what holds for all of them, whatever they show."""

from __future__ import annotations

import inspect
import re
import sys
import threading
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course import explore
from course.explorers import EXPLORERS
from course.explorers.base import Explorer, Recipe
from course.explorers.frame import Painter
from course.explorers.settings import Choice, Slider, Toggle
from course.explorers.text import Problem
from course.figures import Fill
from tests.explorers.asking import arguments_of, strategies
from tests.explorers.examples import EXAMPLES, examples_of
from tests.explorers.pictures import is_static_picture, picture_of, saved, short


def recipe_of(name: str) -> Recipe[Any, Any]:
    recipe: Recipe[Any, Any] = getattr(explore, name).recipe
    return recipe


def outcome_of(name: str, given: dict[str, Any]) -> Any:
    recipe = recipe_of(name)
    with torch.inference_mode():
        return recipe.compute(recipe.fit(recipe.settings_of(**given))[0])


def is_drawn(explorer: Explorer[Any, Any]) -> bool:
    """Whether the live picture is, pixel for pixel, what matplotlib draws of its result."""
    assert explorer.result is not None
    hidden = explorer.question is not None and explorer.question.hidden
    drawn = Painter().draw(recipe_of(explorer.name).draw(explorer.result, not hidden))
    return bool((drawn.rgb() == picture_of(explorer)).all())


def test_every_explorer_has_examples() -> None:
    assert set(EXAMPLES) == set(EXPLORERS)


class TestPictures:
    @pytest.mark.parametrize(("name", "given"), examples_of("pictures"), ids=short)
    def test_pasted_and_drawn_by_matplotlib_are_the_same(self, name: str, given: dict[str, Any]) -> None:
        result, painter = outcome_of(name, given), Painter()
        for revealed in (True, False):
            picture = recipe_of(name).draw(result, revealed)
            pasted = painter.paste(picture)
            assert pasted.palette is not None or not EXAMPLES[name].has_palette
            assert (pasted.rgb() == painter.draw(picture).rgb()).all()

    @pytest.mark.parametrize(("name", "figure"), examples_of("figures"), ids=short)
    def test_the_static_figure_is_the_live_picture(self, name: str, figure: Any) -> None:
        verb = getattr(explore, name)
        explorer, static = verb(**figure.given), verb.figure(**figure.given)
        assert is_static_picture(explorer)
        assert (saved(static) == saved(explorer.figure())).all()
        assert static.course_text == str(explorer.description)
        control, value = figure.move
        explorer.controls[control].value = value
        assert is_drawn(explorer)

    @pytest.mark.parametrize("name", EXPLORERS)
    @given(data=st.data())
    @settings(max_examples=20, deadline=None)
    def test_whatever_is_set_is_drawn_inside_the_picture_or_refused_with_a_reason(
        self, name: str, data: st.DataObject
    ) -> None:
        recipe = recipe_of(name)
        given = data.draw(st.fixed_dictionaries({}, optional=strategies(recipe)))
        try:
            fitting, shown = recipe.fit(recipe.settings_of(**given))
        except ValueError:  # two arguments that do not go together
            return
        for setting, control in recipe.controls.items():
            if isinstance(control, Slider) and setting not in shown.values:
                low, high = shown.ranges.get(setting, (control.low, control.high))
                assert low <= getattr(fitting, setting) <= max(low, high), setting
        with torch.inference_mode():
            result = recipe.compute(fitting)
        if isinstance(result, Problem):
            assert result.plain
            return
        picture, description = recipe.draw(result, True), recipe.describe(result, True)
        assert description.call
        assert description.state
        for item in picture.items:
            if isinstance(item, Fill):
                left, top, width, height = item.box
            else:
                left, top, (height, width) = item.left, item.top, (side * item.zoom for side in item.values.shape)
            assert 0 <= left <= left + width <= picture.layout.width
            assert 0 <= top <= top + height <= picture.layout.height


class TestCalls:
    @pytest.mark.parametrize("name", EXPLORERS)
    def test_the_signature_and_the_docstring_tell_every_argument(self, name: str) -> None:
        verb = getattr(explore, name)
        parameters = inspect.signature(verb).parameters
        assert set(parameters) - {"predict"} == set(inspect.signature(verb.recipe.settings_of).parameters)
        arguments = (verb.__doc__ or "").partition("Args:")[2].partition("Raises:")[0]
        described = re.findall(r"^ {8}([a-z_, ]+): ", arguments, re.MULTILINE)
        assert {argument for line in described for argument in line.split(", ")} == set(parameters) - {"predict"}

    @pytest.mark.parametrize(
        ("name", "argument"), [(name, argument) for name in EXPLORERS for argument in arguments_of(recipe_of(name))]
    )
    def test_what_a_control_cannot_be_set_to_is_refused_by_name(self, name: str, argument: str) -> None:
        control, verb = recipe_of(name).controls[argument], getattr(explore, name)
        if isinstance(control, Toggle):
            assert verb.recipe.settings_of(**{argument: 1}) == verb.recipe.settings_of(**{argument: True})
            return
        with pytest.raises((TypeError, ValueError), match=argument):
            verb(**{argument: object()})
        if isinstance(control, Choice):
            with pytest.raises(ValueError, match=rf"{argument}=.*nothing like it.* is not known; there are"):
                verb(**{argument: "nothing like it"})

    @pytest.mark.parametrize(("name", "refused"), examples_of("refused"), ids=short)
    def test_what_cannot_be_meant_is_refused(self, name: str, refused: Any) -> None:
        given, error, words = refused
        with pytest.raises(error) as raised:
            getattr(explore, name)(**given)
        assert words in str(raised.value)


class TestLive:
    @pytest.mark.parametrize("name", EXPLORERS)
    def test_every_control_changes_what_is_shown(self, name: str) -> None:
        example = EXAMPLES[name].controls
        explorer = getattr(explore, name)(**example.given)
        for control in explorer.controls:
            if example.afresh:
                explorer = getattr(explore, name)(**example.given)
            before, shown = explorer.description, picture_of(explorer)
            widget = explorer.controls[control]
            old = widget.value
            new = example.moves.get(control, 2 if old != 2 else 4)
            widget.value = new
            assert widget.value == new, control
            assert explorer.status.value == ""
            if control not in example.without_effect:
                assert explorer.description != before or (picture_of(explorer) != shown).any(), control
            if not example.afresh:
                widget.value = old
                assert explorer.description == before, control

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_another_thread_may_move_the_controls(self, name: str) -> None:
        drag = EXAMPLES[name].drag
        explorer = getattr(explore, name)(**drag.given)
        failures: list[BaseException] = []

        def elsewhere() -> None:
            try:
                for control, value in drag.elsewhere:
                    explorer.controls[control].value = value
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        for control, value in drag.here:
            explorer.controls[control].value = value
            explorer.figure()
            explorer.settle()
        thread.join()
        assert not failures
        assert explorer.status.value == ""
        assert {control: explorer.controls[control].value for control in drag.end} == drag.end
        assert is_drawn(explorer)

    @pytest.mark.parametrize(("name", "moved"), examples_of("global_state"), ids=short)
    def test_global_state_is_not_touched(self, name: str, moved: Any) -> None:
        before, pyplot = torch.random.get_rng_state(), "matplotlib.pyplot" in sys.modules
        explorer = getattr(explore, name)(**moved.given)
        control, value = moved.move
        explorer.controls[control].value = value
        assert (torch.random.get_rng_state() == before).all()
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
        assert ("matplotlib.pyplot" in sys.modules) is pyplot

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_the_question_hides_the_answer_from_the_static_figure_too(self, name: str) -> None:
        verb = getattr(explore, name)
        hidden, shown = verb.figure(predict=True), verb.figure()
        assert hidden.course_text != shown.course_text
        assert len(hidden.course_text) < len(shown.course_text)
        assert (saved(verb(predict=True).figure()) == saved(hidden)).all()
