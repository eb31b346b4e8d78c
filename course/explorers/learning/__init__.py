"""The learning explorer: gradient descent finds a kernel again from an image and what the kernel made of it."""

from __future__ import annotations

from course.explorers.base import Recipe
from course.explorers.controls import Shown
from course.explorers.learning.description import describe
from course.explorers.learning.result import Result, compute
from course.explorers.learning.settings import Settings, settings_of
from course.explorers.learning.view import draw
from course.explorers.question import Feedback, Question
from course.explorers.settings import controls_of
from course.language import N_, _


def fit(settings: Settings) -> tuple[Settings, Shown]:
    """The settings as they are; the controls of what a learner gave are out of use."""
    names: set[str] = set()
    if settings.given.image is not None:
        names |= {"image", "size"}
    if settings.given.kernel is not None:
        names |= {"target", "kernel"}
    return settings, Shown(disabled=frozenset(names))


def _judge(result: Result, guess: tuple[int, ...]) -> Feedback:
    (height, width), guessed = result.true.shape, guess[0]
    truth = height * width
    arithmetic = _("The kernel has {height} · {width} = {count} numbers, and bias=False.")
    said = arithmetic.format(height=height, width=width, count=truth)
    if guessed == truth:
        return Feedback(True, _("Right. {arithmetic}").format(arithmetic=said))
    if guessed == truth + 1:
        said += " " + _("So there is no bias to be learned.")
    elif guessed in (result.x.numel(), result.y.numel()):
        said += " " + _("They are the same at every place of the image: a convolution shares its weights.")
    return Feedback(False, _("Not quite: you said {guess}. {arithmetic}").format(guess=guessed, arithmetic=said))


RECIPE = Recipe(
    settings_of=settings_of,
    controls=controls_of(Settings),
    compute=compute,
    draw=draw,
    describe=describe,
    fit=fit,
    question=Question(
        prompt=N_("How many numbers does this layer learn?"),
        inputs=(N_("numbers"),),
        judge=_judge,
        about=frozenset({"kernel"}),
    ),
)
