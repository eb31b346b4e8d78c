"""The residual explorer: both paths of a block, whether their sum works, and what the shortcut does to gradients."""

from __future__ import annotations

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.question import Feedback, Question
from course.explorers.residual.description import describe
from course.explorers.residual.result import Result, compute
from course.explorers.residual.settings import PATHS, Settings, settings_of
from course.explorers.residual.view import draw
from course.explorers.settings import controls_of, names_in
from course.language import N_, _

CONTROLS = controls_of(Settings)
_OF_PATHS = names_in(CONTROLS, PATHS)


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings as they are, and which controls are out of use."""
    out: set[str] = set()
    if settings.own.block is not None:
        out |= _OF_PATHS | {"relu", "zero_gamma"}
    if settings.own.batch is not None:
        out |= {"image", "size", "in_channels"}
    if not settings.norm:
        out.add("zero_gamma")
    return settings, Shown(disabled=frozenset(out))


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    """What is said of a guessed (channels, height, width) of the sum; (0, 0, 0) says that torch raises an error."""
    if result.run.main is None or result.run.shortcut is None:  # the learner's own block
        assert result.run.out is not None
        out = tuple(result.run.out.shape[1:])
        right = guess == out
        message = _("Right: {shape}.") if right else _("Not quite: you said {guess}, it is {shape}.")
        return Feedback(right, message.format(guess=guess, shape=out))
    paths = {"main": tuple(result.run.main.shape), "shortcut": tuple(result.run.shortcut.shape)}
    if result.run.error:
        if guess == (0, 0, 0):
            message = _("Right: torch raises an error. main(x) is {main}, shortcut(x) is {shortcut}.")
            return Feedback(True, message.format(**paths))
        message = _(
            "Not quite: you said {guess}, but torch raises an error: main(x) is {main}, shortcut(x) is {shortcut}."
        )
        if guess == tuple(result.run.main.shape[1:]):
            message += " " + _("You have told the main path; the shortcut must come out alike.")
        return Feedback(False, message.format(guess=guess, **paths))
    assert result.run.total is not None
    truth = tuple(result.run.total.shape[1:])
    numbers = {"shape": truth, "guess": guess, **paths}
    if guess == truth:
        message = _("Right: {shape}. main(x) is {main}, shortcut(x) is {shortcut}.")
    elif guess == (0, 0, 0):
        message = _(
            "Not quite: torch raises no error, the sum is {shape}. main(x) is {main}, shortcut(x) is {shortcut}."
        )
    else:
        message = _("Not quite: you said {guess}, it is {shape}. main(x) is {main}, shortcut(x) is {shortcut}.")
    text = message.format(**numbers)
    if result.spread:
        text += " " + _("An axis of size 1 is repeated without a word: this sum works, and is hardly what was meant.")
    return Feedback(guess == truth, text)


RECIPE = Recipe(
    settings_of=settings_of,
    controls=CONTROLS,
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("The shape of the sum? 0, 0, 0 if torch raises an error."),
        inputs=(N_("channels"), N_("height"), N_("width")),
        judge=_judge,
        about=_OF_PATHS | {"size"},
    ),
)
