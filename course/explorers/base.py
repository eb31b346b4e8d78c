"""The loop of every explorer: controls -> compute -> draw -> PNG, in one widget or one plain figure.

How to add an explorer, say `layout`: a folder `course/explorers/layout/`, whose files read in this order. No widgets, no
pyplot, no state in them.

    settings.py     @dataclass(frozen=True)
                    class Settings:                             # each setting once: default, range, label, group
                        rows: int = slider(3, 1, 8, N_("rows"))

                    @with_settings(Settings)
                    def settings_of(*, x: Any = None, **settings: Any) -> Settings: ...   # the rest that a call accepts

    result.py       class Result: ...
                    def compute(settings: Settings) -> Result | Problem: ...    # torch, under inference_mode
    view.py         def draw(result: Result, revealed: bool) -> Picture: ...    # maps, fills, labels of course.figures
    description.py  def describe(result: Result, revealed: bool) -> Description: ...  # the call, the numbers, one sentence
    __init__.py     RECIPE = Recipe(settings_of, controls_of(Settings), compute, draw, describe)

Then its name in `EXPLORERS` in `course/explorers/__init__.py`: one line.

While a slider moves, only maps and fills may change; put labels into the picture's `Layout`, and numbers that change
into the description: a new layout costs a full drawing. Optional parts of a recipe: `change` (the effect of a control's
new value on the settings, such as moving two of them together), `fit` (settings brought into range, and what the
controls show), `question` (predict, then reveal). In tests: `explore.layout(rows=2).controls["rows"].value = 3`.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import Parameter, Signature, cleandoc, signature
from typing import Any, Generic, TypeVar

import ipywidgets as widgets
import torch

from course.explorers.controls import ControlPanel, Shown
from course.explorers.frame import Image, Painter, blank
from course.explorers.question import Question, QuestionPanel
from course.explorers.settings import Control, controls_named
from course.explorers.text import (
    STYLE,
    Description,
    Problem,
    StaticFigure,
    failure_html,
    mime_bundle,
    state_html,
    static_figure,
)
from course.figures import Picture

S = TypeVar("S")
R = TypeVar("R")

_VIEW_ARGUMENTS = """\
    predict: whether you are asked for a prediction before the answer is shown.
    controls: the settings that get a slider or a menu, by name, such as ("kernel", "stride"); () for none. The others
        keep their values. "predict" is the box that switches the question on. Left out, everything is shown.
"""
_SETTLED_AFTER = 0.4  # seconds without a change
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def _replaced(settings: Any, name: str, value: Any) -> Any:
    return replace(settings, **{name: value})


def _as_it_is(settings: Any) -> tuple[Any, Shown]:
    return settings, Shown()


@dataclass(frozen=True)
class Recipe(Generic[S, R]):
    """What makes one explorer different from another; all functions are pure.

    Args:
        settings_of: keyword arguments of a call -> settings; ValueError or TypeError for what cannot be meant.
        controls: one for each setting that a person may change, by the setting's name.
        compute: settings -> result, or the Problem that there is none.
        draw, describe: result, and whether the question's answer may be seen -> picture, description.
        change: (settings, control's name, its new value) -> settings.
        fit: settings -> settings within range, and what the controls show of them.
        question: asked before the reveal, when the learner wants it.
    """

    settings_of: Callable[..., S]
    controls: Mapping[str, Control]
    compute: Callable[[S], R | Problem]
    draw: Callable[[R, bool], Picture]
    describe: Callable[[R, bool], Description]
    change: Callable[[S, str, Any], S] = _replaced
    fit: Callable[[S], tuple[S, Shown]] = _as_it_is
    question: Question[R] | None = None


class Verb(Generic[S, R]):
    """`explore.NAME`: called, it shows the live explorer; `.figure(...)` is the same picture without widgets."""

    def __init__(self, name: str, recipe: Recipe[S, R]) -> None:
        self.name, self.recipe = name, recipe
        self.__doc__ = _with_view_arguments(cleandoc(recipe.settings_of.__doc__ or ""))
        arguments = signature(recipe.settings_of).parameters.values()
        predict = Parameter("predict", Parameter.KEYWORD_ONLY, default=False, annotation="bool")
        controls = Parameter("controls", Parameter.KEYWORD_ONLY, default=None, annotation="Iterable[str] | None")
        self.__signature__ = Signature([*arguments, predict, controls], return_annotation="Explorer")

    def __call__(
        self, *, predict: bool = False, controls: Iterable[str] | None = None, **settings: Any
    ) -> Explorer[S, R]:
        """Show the explorer, below the cell in a notebook. Anywhere else, use `.figure(...)`.

        Raises:
            TypeError, ValueError: for settings that cannot be meant, and names of controls that there are not.
        """
        recipe = self.recipe_for(controls, predict)
        kind: Any = TextOnlyExplorer if os.environ.get("NBGRADER_EXECUTION") == "autograde" else Explorer
        explorer: Explorer[S, R] = kind(self.name, recipe, recipe.settings_of(**settings), predict)
        if _in_notebook():
            explorer._ipython_display_()
        return explorer

    def figure(self, *, predict: bool = False, controls: Iterable[str] | None = None, **settings: Any) -> StaticFigure:
        """The picture with its texts as a plain matplotlib figure. `predict` leaves the answer out.

        It has no controls: `controls` is taken, so that a live explorer's arguments can be copied, and changes nothing.

        Raises:
            ValueError: with torch's reason, when the setting has no output; for names of controls that there are not.
        """
        self.recipe_for(controls, predict)
        result = _computed(self.recipe, self.recipe.fit(self.recipe.settings_of(**settings))[0])
        if isinstance(result, Problem):
            raise ValueError(str(result))
        return static_figure(self.recipe.draw(result, not predict), self.recipe.describe(result, not predict))

    def recipe_for(self, names: Iterable[str] | None, predict: bool = False) -> Recipe[S, R]:
        """The recipe with only the controls of these names. Its question stays where it is asked, or named "predict".

        Raises:
            ValueError: for names of controls that there are not.
        """
        if names is None:
            return self.recipe
        names = (names,) if isinstance(names, str) or not isinstance(names, Iterable) else tuple(names)
        question = self.recipe.question if predict or "predict" in names else None
        return replace(self.recipe, controls=controls_named(self.recipe.controls, names, "predict"), question=question)

    def __repr__(self) -> str:
        return f"explore.{self.name}: call it for the live picture, or its .figure() for a plain one"


class Explorer(Generic[S, R]):
    """A live explorer.

    Attributes:
        controls: the widget of each setting that has one, by name; setting its `value` is moving it.
        image, state, text, status: the picture, its text alternative, the texts, and what went wrong.
        question: the panel of the prediction, if there is one.
        settings, result: those shown; the result is None while a setting has no output.
        widget: all of it, an ipywidgets box.
    """

    def __init__(self, name: str, recipe: Recipe[S, R], settings: S, predict: bool = False) -> None:
        self.name, self._recipe = name, recipe
        self._lock = threading.RLock()  # JupyterLab calls back on a thread of its own
        self._quiet = False  # while the explorer itself sets its widgets
        self._painter, self._trusts_pasting = Painter(), True
        self._picture: Picture | None = None
        self._good: Image | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._shown_in: object = None
        self.settings = settings
        self.result: R | None = None
        self.description: Description | Problem | None = None
        self._panel = ControlPanel(recipe.controls, *recipe.fit(settings), self._set)
        self.controls = self._panel.controls
        self.question = QuestionPanel(recipe.question, predict, self._asked) if recipe.question else None
        self.image = widgets.Image(format="png")
        self.state, self.text, self.status = widgets.HTML(), widgets.HTML(), widgets.HTML()
        asked = [self.question.widget] if self.question else []
        shown = widgets.VBox(
            [*asked, self.image, self.status, self.state, self.text], layout=widgets.Layout(flex="100 1 896px")
        )
        beside = [self._panel.widget] if self.controls else []  # an empty panel would leave a gap
        self.widget = widgets.VBox(
            [widgets.HTML(STYLE), widgets.Box([*beside, shown], layout=widgets.Layout(flex_flow="row wrap"))]
        )
        self._update()
        self.settle()

    def figure(self) -> StaticFigure:
        """What is shown now as a plain matplotlib figure.

        Raises:
            ValueError: when the present setting has no output.
        """
        with self._lock:
            if self._picture is None or not isinstance(self.description, Description):
                raise ValueError(str(self.description))
            return static_figure(self._picture, self.description)

    def settle(self) -> None:
        """Draw the picture shown by matplotlib from beginning to end, and show that, should pasting have differed."""
        with self._lock:
            if self._picture is None or self._good is None or self.result is None:
                return
            drawn = self._painter.draw(self._picture)
            if not (drawn.rgb() == self._good.rgb()).all():
                self._trusts_pasting = False
                self._show_image(drawn)

    def _set(self, name: str, value: Any) -> None:
        """A control has a new value."""
        with self._lock:
            if self._quiet:
                return
            try:
                self.settings = self._recipe.change(self.settings, name, value)
                if self.question and self._recipe.question and name in self._recipe.question.about:
                    self.question.ask_again()
                self._update()
            except Exception as error:  # in a widget's callback it would be lost
                self._fail(error)

    def _asked(self) -> None:
        """The question has been switched on or off, or answered."""
        with self._lock:
            try:
                self._update()
            except Exception as error:
                self._fail(error)

    def _update(self) -> None:
        """Compute and show everything: one frame, whatever number of controls has changed."""
        self.settings, shown = self._recipe.fit(self.settings)
        revealed = not (self.question and self.question.hidden)
        if not revealed and self._recipe.question:
            shown = replace(shown, disabled=shown.disabled | self._recipe.question.hides)
        self._quiet = True
        try:
            self._panel.show(self.settings, shown)
        finally:
            self._quiet = False
        result = _computed(self._recipe, self.settings)
        if isinstance(result, Problem):
            self.result, self.description = None, result
            self._fade()
        else:
            picture, description = self._recipe.draw(result, revealed), self._recipe.describe(result, revealed)
            self._show_image(self._painter.paste(picture) if self._trusts_pasting else self._painter.draw(picture))
            self.result, self._picture, self.description = result, picture, description
        _put(self.text, self.description.html())
        _put(self.state, state_html(self.description.state))
        _put(self.status, "")
        self._judge()
        self._settle_later()

    def _judge(self) -> None:
        if self.question and self._recipe.question:
            result, guess = self.result, self.question.guess
            if self.question.answered and result is not None and guess is not None:
                self.question.say(self._recipe.question.judge(result, guess))
            else:
                self.question.say(None)

    def _fail(self, error: Exception) -> None:
        self.result = None
        self._fade()
        self.status.value = failure_html(error)

    def _fade(self) -> None:
        self._put_image(self._good.faded() if self._good else blank())

    def _show_image(self, image: Image) -> None:
        self._put_image(image)
        self._good = image

    def _put_image(self, image: Image) -> None:
        size = str(image.pixels.shape[1]), str(image.pixels.shape[0])
        if (self.image.width, self.image.height) != size:
            # Fixed, so that nothing jumps; smaller only where the page is.
            self.image.width, self.image.height = size
            self.image.layout = widgets.Layout(max_width="100%", height="auto", object_fit="contain")
        self.image.value = image.png()

    def _settle_later(self) -> None:
        """Settle once no more changes come, where an event loop runs: in a kernel."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._timer = loop.call_later(_SETTLED_AFTER, self.settle)

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live widget, and for pages without widgets the plain picture."""
        with self._lock:
            shown = isinstance(self.description, Description) and self._picture is not None
            data, metadata = mime_bundle(self.figure()) if shown else ({"text/plain": str(self.description)}, {})
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return {_WIDGET_VIEW: view, **data}, metadata

    def _ipython_display_(self) -> None:
        """Show it once for each cell: when called, and not again as the cell's last value."""
        from IPython.display import display

        cell = _cell()
        if cell is None or cell != self._shown_in:
            self._shown_in = cell
            data, metadata = self._repr_mimebundle_()
            display(data, metadata=metadata, raw=True)

    def __repr__(self) -> str:
        return f"explore.{self.name}, live in a notebook; its .figure() is the plain picture\n{self.description}"


class TextOnlyExplorer(Generic[S, R]):
    """An explorer while a notebook is graded: nobody looks at it, so its description is enough.

    Any other attribute, such as its controls, is that of a live explorer, made when it is first asked for.
    """

    def __init__(self, name: str, recipe: Recipe[S, R], settings: S, predict: bool) -> None:
        self._make_live: Callable[[], Explorer[S, R]] = lambda: Explorer(name, recipe, settings, predict)
        self._live: Explorer[S, R] | None = None
        self._shown_in: object = None
        fitting, _shown = recipe.fit(settings)
        result = _computed(recipe, fitting)
        self._description = result if isinstance(result, Problem) else recipe.describe(result, not predict)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._live is None:
            self._live = self._make_live()
        return getattr(self._live, name)

    def _ipython_display_(self) -> None:
        """Show the texts once for each cell, as a live one shows itself."""
        from IPython.display import display

        cell = _cell()
        if cell is None or cell != self._shown_in:
            self._shown_in = cell
            display({"text/plain": str(self._description)}, raw=True)

    def __repr__(self) -> str:
        return str(self._description)


def _with_view_arguments(doc: str) -> str:
    """The docstring of a call's settings with the arguments that every explorer has after them."""
    settings, raises, errors = doc.partition("\nRaises:")
    return f"{settings.rstrip()}\n{_VIEW_ARGUMENTS}{raises}{errors}"


def _computed(recipe: Recipe[S, R], settings: S) -> R | Problem:
    with torch.inference_mode():  # grad mode belongs to a thread, and callbacks come on another one
        return recipe.compute(settings)


def _put(widget: Any, value: str) -> None:
    if widget.value != value:
        widget.value = value


def _in_notebook() -> bool:
    return getattr(_shell(), "kernel", None) is not None


def _cell() -> object:
    return getattr(_shell(), "execution_count", None)


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()
