"""How the tests of explorers read pictures: with a library that shares no code with the course."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from course import explore
from course.explorers.base import Explorer
from course.explorers.frame import Painter
from course.explorers.text import StaticFigure


def decoded(png: bytes) -> NDArray[np.uint8]:
    """PNG bytes as (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def picture_of(explorer: Explorer[Any, Any]) -> NDArray[np.uint8]:
    """What a live explorer shows."""
    return decoded(bytes(explorer.image.value))


def saved(figure: StaticFigure) -> NDArray[np.uint8]:
    """What matplotlib saves."""
    png = io.BytesIO()
    figure.savefig(png, format="png")
    return decoded(png.getvalue())


def is_static_picture(explorer: Explorer[Any, Any]) -> bool:
    """Whether the live picture is, pixel for pixel, what matplotlib saves of it."""
    shown = picture_of(explorer)
    height, width = shown.shape[:2]
    return bool((saved(explorer.figure())[:height, :width] == shown).all())


def is_drawn(explorer: Explorer[Any, Any]) -> bool:
    """Whether the live picture is, pixel for pixel, what matplotlib draws of its result."""
    assert explorer.result is not None
    hidden = explorer.question is not None and explorer.question.hidden
    picture = getattr(explore, explorer.name).recipe.draw(explorer.result, not hidden)
    return bool((Painter().draw(picture).rgb() == picture_of(explorer)).all())


def short(value: object) -> str:
    """A parameter's name in a test's id: the same in every process, unlike what holds an address or random numbers."""
    text = str(value)
    return text if len(text) < 60 and " at 0x" not in text and "tensor" not in text else type(value).__name__
