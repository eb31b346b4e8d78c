"""The contract of every explorer: what holds for all of them, whatever they show."""

from __future__ import annotations

import inspect
import re
import sys
import threading
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import ipywidgets as widgets
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course import explore
from course.explorers import EXPLORERS
from course.explorers.base import Explorer, Recipe
from course.explorers.frame import Painter
from course.explorers.question import Question
from course.explorers.settings import Choice, Slider, Toggle
from course.explorers.text import Problem
from course.figures import Fill
from tests.explorers.asking import arguments_of, is_hidden, outcome_of, strategies
from tests.explorers.examples import EXAMPLES, examples_of
from tests.explorers.examples.kinds import Follow, Guess, Moved, Prediction, Refused
from tests.explorers.pictures import is_drawn, picture_of, saved, short


def recipe_of(name: str) -> Recipe[Any, Any]:
    recipe: Recipe[Any, Any] = getattr(explore, name).recipe
    return recipe


def question_of(name: str) -> Question[Any]:
    question = recipe_of(name).question
    assert question is not None
    return question


@cache
def painter_of(_name: str) -> Painter:
    """One painter for all pictures of an explorer: what their layouts have in common is drawn once."""
    return Painter()


def setting_of(explorer: Explorer[Any, Any], control: str) -> Any:
    """What an explorer's settings say that a control shows."""
    settings, shown = recipe_of(explorer.name).fit(explorer.settings)
    return shown.value(settings, control)


def words_of(explorer: Explorer[Any, Any]) -> str:
    """All texts that stand below the picture, as a page shows them, and as a static figure has them."""
    return f"{explorer.description}\n{unescape(re.sub('<[^>]*>', '', explorer.text.value + explorer.state.value))}"


def within(widget: Any) -> Iterator[Any]:
    """A widget and all that stand in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from within(child)


def test_every_explorer_has_examples() -> None:
    assert set(EXAMPLES) == set(EXPLORERS)


class TestPictures:
    @pytest.mark.parametrize(("name", "given"), examples_of("pictures"), ids=short)
    def test_pasted_and_drawn_by_matplotlib_are_the_same(self, name: str, given: dict[str, Any]) -> None:
        result, painter = outcome_of(recipe_of(name), given), painter_of(name)
        for revealed in (True, False):
            picture = recipe_of(name).draw(result, revealed)
            pasted = painter.paste(picture)
            assert pasted.palette is not None or not EXAMPLES[name].has_palette
            assert (pasted.rgb() == painter.draw(picture).rgb()).all()

    @pytest.mark.parametrize(("name", "figure"), examples_of("figures"), ids=short)
    def test_the_static_figure_is_the_live_picture(self, name: str, figure: Moved) -> None:
        verb = getattr(explore, name)
        explorer, static = verb(**figure.given), verb.figure(**figure.given)
        shown, drawn = picture_of(explorer), saved(explorer.figure())
        assert (drawn[: len(shown), : shown.shape[1]] == shown).all()
        assert (saved(static) == drawn).all()
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
        of_settings = set(inspect.signature(verb.recipe.settings_of).parameters)
        assert set(parameters) == of_settings | {"predict", "controls"}
        arguments = (verb.__doc__ or "").partition("Args:")[2].partition("Raises:")[0]
        described = re.findall(r"^ {4}([a-z_, ]+): ", arguments, re.MULTILINE)
        assert {argument for line in described for argument in line.split(", ")} == set(parameters)

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
    def test_what_cannot_be_meant_is_refused(self, name: str, refused: Refused) -> None:
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
            before, shown = explorer.description, picture_of(explorer)
            widget = explorer.controls[control]
            old = widget.value
            new = example.moves.get(control, 2 if old != 2 else 4)
            widget.value = new
            assert widget.value == setting_of(explorer, control) == new, control
            assert explorer.status.value == ""
            if control not in example.without_effect:
                assert explorer.description != before or (picture_of(explorer) != shown).any(), control
            if control in example.irreversible:
                explorer = getattr(explore, name)(**example.given)
            else:
                widget.value = old
                assert explorer.description == before, control
        assert is_drawn(explorer)

    @pytest.mark.parametrize(("name", "follow"), examples_of("follows"), ids=short)
    def test_controls_follow_the_one_that_is_moved(self, name: str, follow: Follow) -> None:
        explorer = getattr(explore, name)(**follow.given)
        for control, value in follow.moves:
            explorer.controls[control].value = value
        controls = explorer.controls
        assert {control: controls[control].value for control in follow.values} == follow.values
        assert {control: setting_of(explorer, control) for control in follow.values} == follow.values
        assert {control: controls[control].max for control in follow.highest} == follow.highest
        assert all(controls[control].disabled for control in follow.disabled)
        assert not any(controls[control].disabled for control in follow.enabled)
        assert follow.words in words_of(explorer)

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_another_thread_may_move_the_controls(self, name: str) -> None:
        drag = EXAMPLES[name].drag
        explorer, other = (getattr(explore, name)(**drag.given) for _explorer in range(2))
        failures: list[BaseException] = []

        def elsewhere() -> None:
            try:
                for control, value in drag.elsewhere:
                    explorer.controls[control].value = value
                    other.controls[control].value = value
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
        assert explorer.status.value == other.status.value == ""
        assert {control: explorer.controls[control].value for control in drag.end} == drag.end
        assert {control: setting_of(explorer, control) for control in drag.end} == drag.end
        assert is_drawn(explorer)
        assert is_drawn(other)

    @pytest.mark.parametrize(("name", "moved"), examples_of("global_state"), ids=short)
    def test_global_state_is_not_touched(self, name: str, moved: Moved) -> None:
        before, pyplot = torch.random.get_rng_state(), "matplotlib.pyplot" in sys.modules
        explorer = getattr(explore, name)(**moved.given)
        control, value = moved.move
        explorer.controls[control].value = value
        assert (torch.random.get_rng_state() == before).all()
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
        assert ("matplotlib.pyplot" in sys.modules) is pyplot


class TestFewerControls:
    @pytest.mark.parametrize("name", EXPLORERS)
    def test_without_controls_the_picture_is_the_same_and_nothing_can_be_moved(self, name: str) -> None:
        explorer, whole = getattr(explore, name)(controls=()), getattr(explore, name)()
        assert explorer.controls == {}
        assert explorer.question is None
        assert {type(widget) for widget in within(explorer.widget)} <= {
            widgets.Box,
            widgets.VBox,
            widgets.HTML,
            widgets.Image,
        }
        assert {type(widget) for widget in within(whole.widget)} > {type(widget) for widget in within(explorer.widget)}
        assert (picture_of(explorer) == picture_of(whole)).all()
        assert words_of(explorer) == words_of(whole)
        assert is_drawn(explorer)

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_without_controls_there_is_no_gap_beside_the_picture(self, name: str) -> None:
        _style, row = getattr(explore, name)(controls=()).widget.children
        assert len(row.children) == 1
        _style, row = getattr(explore, name)().widget.children
        assert len(row.children) == 2

    @pytest.mark.parametrize(("name", "follow"), examples_of("follows"), ids=short)
    def test_a_control_alone_does_what_it_does_among_all(self, name: str, follow: Follow) -> None:
        names = {control for control, _value in follow.moves}
        explorer, whole = getattr(explore, name)(controls=names, **follow.given), getattr(explore, name)(**follow.given)
        for control, value in follow.moves:
            explorer.controls[control].value = whole.controls[control].value = value
        assert explorer.settings == whole.settings  # those of hidden controls as well, which a preset may set
        assert words_of(explorer) == words_of(whole)
        assert explorer.status.value == whole.status.value

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_a_name_shows_the_setting_or_all_that_an_argument_sets(self, name: str) -> None:
        controls = recipe_of(name).controls
        for setting, control in controls.items():
            shown = getattr(explore, name).recipe_for([setting]).controls
            assert set(shown) == {setting} | {other for other in controls if controls[other].argument == setting}
            if control.argument:
                assert control.argument in inspect.signature(getattr(explore, name)).parameters
                assert setting in getattr(explore, name).recipe_for([control.argument]).controls
        everything = getattr(explore, name).recipe_for(list(controls)[::-1])
        assert list(everything.controls) == list(controls)

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_the_question_stays_where_it_is_asked_or_named(self, name: str) -> None:
        verb = getattr(explore, name)
        assert is_hidden(verb(controls=(), predict=True))
        switch = verb(controls=("predict",))
        assert switch.controls == {}
        assert not is_hidden(switch)
        switch.question.toggle.value = True
        assert is_hidden(switch)

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_an_unknown_name_is_refused_and_the_known_ones_are_told(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verb, first = getattr(explore, name), next(iter(recipe_of(name).controls))
        for call in (verb, verb.figure):
            for unknown in ((first, "kernal"), "kernal"):
                with pytest.raises(
                    ValueError, match=r"controls='kernal' is not known; there are: .*'predict'"
                ) as raised:
                    call(controls=unknown)
                assert [control for control in recipe_of(name).controls if repr(control) not in str(raised.value)] == []
            with pytest.raises(ValueError, match="controls=3 is not known"):
                call(controls=3)
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        with pytest.raises(ValueError, match="controls='kernal' is not known"):
            verb(controls=("kernal",))
        assert verb(controls=first).controls.keys() == {first}

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_the_static_figure_takes_a_live_ones_arguments(self, name: str) -> None:
        verb, first = getattr(explore, name), next(iter(recipe_of(name).controls))
        assert verb.figure(controls=(first,)).course_text == verb.figure().course_text


class TestPredicting:
    @pytest.mark.parametrize(("name", "asked"), examples_of("predictions"), ids=short)
    def test_the_answer_is_hidden_until_a_guess_is_revealed(self, name: str, asked: Prediction) -> None:
        explorer = getattr(explore, name)(predict=True, **asked.given)
        question = explorer.question
        assert question is not None
        hidden, words = picture_of(explorer), words_of(explorer)
        assert [secret for secret in asked.secrets if secret in words] == []
        assert is_drawn(explorer)
        controls = [explorer.controls[control] for control in asked.hides]
        assert all(control.disabled for control in controls)
        question.reveal.click()
        assert "whole numbers first" in question.feedback.value
        assert is_hidden(explorer)
        assert (picture_of(explorer) == hidden).all()
        for entry, number in zip(question.inputs, asked.guess, strict=True):
            entry.value = number
        question.reveal.click()
        assert all(sentence in question.feedback.value for sentence in asked.feedback)
        words = words_of(explorer)
        assert [secret for secret in asked.secrets if secret not in words] == []
        assert not any(control.disabled for control in controls)
        assert (picture_of(explorer) != hidden).any()
        assert is_drawn(explorer)
        control, value = asked.kept
        explorer.controls[control].value = value
        assert not is_hidden(explorer)
        control, value = asked.asked_again
        explorer.controls[control].value = value
        assert is_hidden(explorer)
        assert {entry.value for entry in question.inputs} == {""}
        assert question.feedback.value == ""

    @pytest.mark.parametrize(("name", "guessed"), examples_of("guesses"), ids=short)
    def test_a_guess_is_judged(self, name: str, guessed: Guess) -> None:
        given, guess, right, words = guessed
        verdict = question_of(name).judge(outcome_of(recipe_of(name), given), guess)
        assert verdict.right is right
        assert words in verdict.text

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_the_question_can_be_switched_on_and_off(self, name: str) -> None:
        explorer = getattr(explore, name)()
        assert explorer.question is not None
        shown = picture_of(explorer)
        explorer.question.toggle.value = True
        assert (picture_of(explorer) != shown).any()
        explorer.question.toggle.value = False
        assert (picture_of(explorer) == shown).all()

    @pytest.mark.parametrize("name", EXPLORERS)
    def test_the_question_hides_the_answer_from_the_static_figure_too(self, name: str) -> None:
        verb = getattr(explore, name)
        hidden, shown = verb.figure(predict=True), verb.figure()
        assert hidden.course_text != shown.course_text
        assert len(hidden.course_text) < len(shown.course_text)
        assert "hidden" in hidden.description.state
        assert (saved(verb(predict=True).figure()) == saved(hidden)).all()
