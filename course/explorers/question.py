"""Predict, then reveal: a question about the picture, asked before its answer is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Generic, TypeVar

import ipywidgets as widgets

from course.language import _

R = TypeVar("R")


@dataclass(frozen=True)
class Feedback:
    """Whether a guess is right, and the text that says why."""

    right: bool
    text: str


@dataclass(frozen=True)
class Question(Generic[R]):
    """A prediction that a learner is asked for before the reveal.

    Args:
        prompt: the question, a message.
        inputs: the label of each whole number to be guessed, messages.
        judge: result, guess -> whether it is right, and why not.
        about: the settings that the answer depends on: changing one of them asks again.
        hides: the controls that would give the answer away, out of use until the reveal.
    """

    prompt: str
    inputs: tuple[str, ...]
    judge: Callable[[R, tuple[int, ...]], Feedback]
    about: frozenset[str]
    hides: frozenset[str] = frozenset()


class QuestionPanel:
    """The widgets of a question. `hidden` tells whether the answer must not be seen now."""

    def __init__(self, question: Question[Any], asked: bool, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._asked, self._answered = asked, False
        self.toggle = widgets.Checkbox(
            value=asked, description=_("Predict first"), indent=False, layout=widgets.Layout(width="130px")
        )
        self.inputs = [
            widgets.Text(
                description=_(label),
                placeholder="?",
                continuous_update=True,
                style={"description_width": "initial"},
                layout=widgets.Layout(width="120px"),
            )
            for label in question.inputs
        ]
        self.reveal = widgets.Button(
            description=_("Reveal"), button_style="primary", layout=widgets.Layout(width="90px")
        )
        prompt = widgets.HTML(f'<span class="cx">{escape(_(question.prompt))}</span>')
        self._form = widgets.HBox(
            [prompt, *self.inputs, self.reveal], layout=widgets.Layout(flex_flow="row wrap", align_items="center")
        )
        self.feedback = widgets.HTML()
        self.widget = widgets.VBox([widgets.HBox([self.toggle, self._form]), self.feedback])
        self.toggle.observe(self._toggled, names="value")
        self.reveal.on_click(lambda _button: self._reveal())
        self._show()

    @property
    def hidden(self) -> bool:
        """Whether a guess is still due."""
        return self._asked and not self._answered

    @property
    def answered(self) -> bool:
        """Whether a guess has been made and revealed."""
        return self._asked and self._answered

    @property
    def guess(self) -> tuple[int, ...] | None:
        """The numbers entered; None unless all of them are whole numbers."""
        try:
            return tuple(int(entry.value) for entry in self.inputs)
        except ValueError:
            return None

    def ask_again(self) -> None:
        """Forget the guess: the question has changed."""
        if self._answered:
            self._answered = False
            self._show()

    def say(self, feedback: Feedback | None) -> None:
        """Show the feedback, or take it away."""
        if feedback is None:
            self.feedback.value = ""
            return
        kind = "cx-problem cx-right" if feedback.right else "cx-problem"
        self.feedback.value = f'<div class="cx {kind}" role="status">{escape(feedback.text)}</div>'

    def _toggled(self, change: Any) -> None:
        self._asked, self._answered = change["new"], False
        self._show()
        self._changed()

    def _reveal(self) -> None:
        if self.guess is None:
            self.say(Feedback(False, _("Write your guess as whole numbers first.")))
        elif self.hidden:
            self._answered = True
            self._show()
            self._changed()

    def _show(self) -> None:
        self._form.layout.visibility = "visible" if self._asked else "hidden"
        self.feedback.layout.min_height = "48px" if self._asked else "0"  # so that the picture stays where it is
        for entry in self.inputs:
            entry.disabled = not self.hidden
            if self.hidden or not self._asked:
                entry.value = ""
        self.reveal.disabled = not self.hidden
