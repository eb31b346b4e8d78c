"""Numbers as maps: readable where a label would stand, and the same to matplotlib and to the paster."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from course.explorers.drawing import lettering
from course.explorers.frame import Painter
from course.figures import Label, Layout, Picture, Pixels

_TEXT = "8 × 12 × 16, 1,536 ?"


def ink(pixels: Pixels) -> tuple[int, int, int, int]:
    """The box of what is not paper: left, right, top, bottom."""
    rows, columns = np.nonzero(pixels.min(axis=2) < 150)
    return columns.min(), columns.max(), rows.min(), rows.max()


@pytest.mark.parametrize("size", [12, 13, 20])
@pytest.mark.parametrize("bold", [False, True])
def test_it_stands_where_a_label_would(size: int, bold: bool) -> None:
    painter = Painter()
    label = painter.draw(Picture(Layout(300, 60, (Label(_TEXT, 20, 40, size, bold=bold),))))
    letters = painter.draw(Picture(Layout(300, 60), (lettering(_TEXT, 20, 40, size, bold=bold),)))
    assert np.abs(np.subtract(ink(label.rgb()), ink(letters.rgb()))).max() <= 1


def test_it_is_pasted_as_matplotlib_draws_it() -> None:
    painter = Painter()
    items = (lettering("8 × 47", 10, 20), lettering("—", 290, 40, anchor="right"), lettering("→?", 99, 55, muted=True))
    picture = Picture(Layout(300, 60), items)
    pasted = painter.paste(picture)
    assert pasted.palette is not None
    assert (pasted.rgb() == painter.draw(picture).rgb()).all()


def test_anchors() -> None:
    for anchor, left in (("left", 100), ("center", None), ("right", None)):
        item = lettering(_TEXT, 100, 20, anchor=anchor)
        width = item.values.shape[1]
        assert item.left == (left or (100 - width // 2 if anchor == "center" else 100 - width))


def test_muted_is_lighter_than_ink_and_paper_is_white() -> None:
    ink_map, muted = lettering("888", 0, 20), lettering("888", 0, 20, muted=True)
    assert ink_map.values.min() < muted.values.min() < muted.values.max() == ink_map.values.max() == 1.0


def test_another_thread_letters_the_same() -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(lettering("31,415", 5, 20, 17).values))
    thread.start()
    thread.join()
    assert (seen[0] == lettering("31,415", 5, 20, 17).values).all()
