"""The static figure of an explorer: its picture and its texts as one matplotlib figure, for pages without widgets."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.figure import Figure

from course.explorers.text import Description
from course.figures import Picture, figure_of, with_lines


class StaticFigure(Figure):
    """A matplotlib Figure that also knows its texts: `description`, and `course_text`, all of them as plain text."""

    description: Description
    course_text: str

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return mime_bundle(self)

    def __repr__(self) -> str:
        return self.course_text


def static_figure(picture: Picture, description: Description) -> StaticFigure:
    """The picture with its texts below it."""
    figure = figure_of(with_lines(picture, description.drawn_lines()), StaticFigure)
    figure.description, figure.course_text = description, str(description)
    return figure


def mime_bundle(figure: StaticFigure) -> tuple[dict[str, Any], dict[str, Any]]:
    """The data and metadata with which a notebook shows it: PNG, its text alternative, and all texts."""
    png = io.BytesIO()
    figure.savefig(png, format="png")
    data = {"image/png": png.getvalue(), "text/plain": figure.course_text}
    return data, {"image/png": {"alt": figure.description.state}}
