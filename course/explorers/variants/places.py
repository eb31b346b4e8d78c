"""Where everything of the variants picture stands: the input on the left, a column for each 2-D kind, the signal below."""

from __future__ import annotations

from functools import cache
from textwrap import wrap

from course.explorers.drawing import hidden_panels
from course.explorers.text import picture_text
from course.explorers.variants.settings import KINDS, SIGNAL
from course.figures import LINE, MUTED, Colour, Fill, Label, Layout, Rectangle
from course.language import N_

WIDTH, HEIGHT = 896, 636
CHOSEN: Colour = (28, 126, 214)
COLUMNS = {kind: 166 + 147 * place for place, kind in enumerate(kind for kind in KINDS if kind != SIGNAL)}
LEFT, COLUMN = 10, 136  # where the input stands, and how wide it and the columns are

TITLE = 23
NUMBERS = (48, 66, 84)  # baselines: output, parameters, multiply-adds
LARGE, LARGE_HEIGHT = 114, 128
SMALL, SMALL_SIDE, SMALL_PITCH, SMALL_ACROSS = 268, 32, 34, 4
WHO, WHO_HEIGHT = 362, 64
COUNTS, COUNTS_HEIGHT = 454, 64
RULE = 530
SIGNALS, SIGNALS_HEIGHT = 566, 62
SIGNAL_NUMBERS = (578, 598, 618)
PLOTS = (188, 546)  # where input and output of the 1-D kind begin
PLOT_WIDTH = 340
_LONGEST_TITLE = 16
_CAPTION = 6  # from a caption's baseline to what it belongs to


def large(left: int) -> Rectangle:
    """The box of an input channel or an output map."""
    return Rectangle(left, LARGE, COLUMN, LARGE_HEIGHT)


def small(left: int, place: int) -> Rectangle:
    """The box of one of eight channels in a small size."""
    down, across = divmod(place, SMALL_ACROSS)
    return Rectangle(left + across * SMALL_PITCH, SMALL + down * SMALL_PITCH, SMALL_SIDE, SMALL_SIDE)


def counts(left: int) -> Rectangle:
    """The box of the map of counts."""
    return Rectangle(left, COUNTS, COLUMN, COUNTS_HEIGHT)


@cache
def layout(_language: str, refused: frozenset[str], revealed: bool) -> Layout:
    """The labels; `refused` are the kinds without output. One object for each, which is found sooner than an equal one."""
    labels = [Label(picture_text(N_("input")), LEFT, TITLE, 14, bold=True)]
    for kind, left in COLUMNS.items():
        lines = wrap(picture_text(KINDS[kind]), _LONGEST_TITLE)
        first = TITLE - 8 * (len(lines) - 1)
        labels += [Label(line, left, first + 16 * place, 14, bold=True) for place, line in enumerate(lines)]
    labels.append(Label(picture_text(KINDS[SIGNAL]), LEFT, SIGNALS - _CAPTION - 2, 14, bold=True))
    for baselines in (NUMBERS, SIGNAL_NUMBERS):
        names = (N_("output"), N_("parameters"), N_("multiply-adds"))
        labels += [Label(picture_text(name), LEFT, y, 13, MUTED) for name, y in zip(names, baselines, strict=True)]
    captions = (
        (N_("all input channels"), LEFT, SMALL),
        (N_("all output maps"), COLUMNS["regular"], SMALL),
        (N_("who reads whom"), LEFT, WHO),
        (N_("rows: output maps"), LEFT, WHO + 36),
        (N_("columns: channels"), LEFT, WHO + 54),
        (N_("input cells behind"), LEFT, COUNTS + 14),
        (N_("each output cell"), LEFT, COUNTS + 32),
        (N_("(large maps: a corner)"), LEFT, COUNTS + 50),
    )
    labels += [Label(picture_text(text), x, top - _CAPTION, 13, MUTED) for text, x, top in captions]
    rule = Fill(Rectangle(LEFT, RULE, WIDTH - 2 * LEFT, 1), LINE)
    for kind, left in COLUMNS.items():
        if kind in refused:
            labels.append(Label(picture_text(N_("torch refuses")), left, LARGE + 20, 13, MUTED))
    if SIGNAL in refused:
        labels.append(Label(picture_text(N_("torch refuses")), PLOTS[1], SIGNALS + 20, 13, MUTED))
    outputs = {kind: large(left) for kind, left in COLUMNS.items()}
    outputs[SIGNAL] = Rectangle(PLOTS[1], SIGNALS, PLOT_WIDTH, SIGNALS_HEIGHT)
    questions, frames = hidden_panels(() if revealed else (box for kind, box in outputs.items() if kind not in refused))
    return Layout(WIDTH, HEIGHT, (*labels, *questions), (rule, *frames))
