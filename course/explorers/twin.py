"""The plain twin of an explorer: its picture and its texts as one matplotlib figure, for pages without widgets."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.figure import Figure

from course.explorers.words import Words
from course.figures import Picture, figure_of, with_lines


class Twin(Figure):
    """A matplotlib Figure that also knows its texts: `words`, and `course_text`, all of them as plain text."""

    words: Words
    course_text: str

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return bundle(self)

    def __repr__(self) -> str:
        return self.course_text


def twin_of(picture: Picture, words: Words) -> Twin:
    """The picture with its texts below it."""
    twin = figure_of(with_lines(picture, words.drawn_lines()), Twin)
    twin.words, twin.course_text = words, str(words)
    return twin


def bundle(twin: Twin) -> tuple[dict[str, Any], dict[str, Any]]:
    """The data and metadata with which a notebook shows it: PNG, its text alternative, and all texts."""
    png = io.BytesIO()
    twin.savefig(png, format="png")
    return {"image/png": png.getvalue(), "text/plain": twin.course_text}, {"image/png": {"alt": twin.words.state}}
