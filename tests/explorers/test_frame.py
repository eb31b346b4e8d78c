"""Pasted pictures against matplotlib's own: the same pixels, always."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from course.explorers.frame import Image, Painter
from course.figures import (
    INK,
    WINDOW,
    Fill,
    Grid,
    Label,
    Layout,
    Map,
    Picture,
    Rectangle,
    Scale,
    backing,
    drawable,
    figure_of,
    outline,
    place,
    scale_of,
    with_lines,
)
from tests.explorers.pictures import decoded

LABELS = tuple(Label(f"weight[{i}, 0] ×", 10 + i * 70, 20, 11 + i % 4, bold=i % 2 == 0) for i in range(5))


def random_picture(seed: int, width: int = 417, height: int = 303) -> Picture:
    random = np.random.default_rng(seed)
    items: list[Map | Fill] = []
    for index in range(4):
        rows, columns = random.integers(1, 150, 2).tolist()
        box = Rectangle(5 + index % 2 * 205, 30 + index // 2 * 135, 200 - index, 130)
        grid = place((rows, columns), box)
        values = random.normal(size=(rows, columns)) if index % 2 else random.random((rows, columns)).astype(np.float32)
        row, column = int(random.integers(rows)), int(random.integers(columns))
        items += [backing(grid.box()), grid.map(values, scale_of(values)), *outline(grid.box(row, column, 1, 1))]
    return Picture(Layout(width, height, LABELS, (Fill(Rectangle(3, 3, 30, 9), WINDOW),)), tuple(items))


def saved(picture: Picture) -> np.ndarray:
    png = io.BytesIO()
    figure_of(picture, Figure).savefig(png, format="png")
    return decoded(png.getvalue())


@given(seed=st.integers(0, 10**6), width=st.integers(410, 1300), height=st.integers(301, 700))
@settings(max_examples=12, deadline=None)
def test_pasting_gives_what_matplotlib_saves(seed: int, width: int, height: int) -> None:
    picture = random_picture(seed, width, height)
    painter = Painter()
    pasted, drawn = painter.paste(picture), painter.draw(picture)
    assert pasted.palette is not None
    assert (decoded(pasted.png()) == saved(picture)).all()
    assert (pasted.rgb() == drawn.rgb()).all()
    assert (decoded(drawn.png()) == drawn.rgb()).all()


def test_one_painter_paints_picture_after_picture() -> None:
    painter = Painter()
    for seed in (1, 2, 1, 3):
        picture = random_picture(seed)
        assert (painter.paste(picture).rgb() == painter.draw(picture).rgb()).all()


def test_too_many_colours_for_a_palette_are_written_as_rgb() -> None:
    colours = [Fill(Rectangle(i, 40, 1, 5), (i, 255 - i, 7)) for i in range(200)]
    picture = random_picture(4)
    picture = Picture(picture.layout, (*picture.items, *colours))
    painter = Painter()
    pasted = painter.paste(picture)
    assert pasted.palette is None
    assert (decoded(pasted.png()) == saved(picture)).all()
    assert (painter.paste(random_picture(4)).rgb() == saved(random_picture(4))).all()
    crowded = Picture(Layout(417, 303, LABELS, tuple(colours)), picture.items[:2])
    pasted = Painter().paste(crowded)
    assert pasted.palette is None
    assert (pasted.rgb() == saved(crowded)).all()


@pytest.mark.parametrize("signed", [False, True])
def test_values_at_and_beyond_the_ends_of_a_scale(signed: bool) -> None:
    scale = Scale(-1.0 if signed else 0.0, 1.0, signed)
    edges = np.array([[-9, -1, -1e-9, 0], [1e-9, 1, 1.0000001, 99]])
    picture = Picture(Layout(100, 100), (Map(edges, scale, 3, 4, 7),))
    assert (Painter().paste(picture).rgb() == saved(picture)).all()


def test_zero_is_white_where_values_have_signs() -> None:
    scale = scale_of(np.array([[-2.0, 0.0, 1.0]]))
    assert (scale.low, scale.high, scale.signed) == (-2.0, 2.0, True)
    red, green, blue = (
        Painter().paste(Picture(Layout(9, 9), (Map(np.zeros((1, 1)), scale, 0, 0, 1),))).rgb()[0, 0]
    ).tolist()
    assert min(red, green, blue) > 240
    assert scale_of(np.zeros((2, 2))) == Scale(0.0, 1.0)


def test_a_faded_picture_is_grey_and_has_the_same_size() -> None:
    for image in (Painter().paste(random_picture(5)), Image(Painter().paste(random_picture(5)).rgb(), None)):
        pale = image.faded().rgb()
        assert pale.shape == image.rgb().shape
        assert (pale == pale[..., :1]).all()
        assert pale.min() > 150


def test_maps_that_are_too_large_leave_cells_out() -> None:
    grid = place((300, 500), Rectangle(10, 20, 100, 100))
    assert grid == Grid(10, 20, 300, 500, zoom=1, step=5)
    assert grid.map(np.zeros((300, 500)), Scale(0, 1)).values.shape == (60, 100)
    assert grid.box() == Rectangle(10, 20, 100, 60)
    assert grid.box(299, 499, 1, 1) == Rectangle(109, 79, 1, 1)


def test_lines_below_a_picture_leave_it_as_it_is() -> None:
    picture = random_picture(6)
    longer = saved(with_lines(picture, ["nn.Conv2d(3, 4, 3)", "", "⌊(8 − 3) / 2⌋ + 1 = 3"]))
    assert (longer[: picture.layout.height] == saved(picture)).all()
    assert (longer[picture.layout.height :] == INK).all(axis=-1).any()


def test_text_that_no_font_can_write_is_known() -> None:
    assert drawable("⌊(64 + 1) / 2⌋ · 3 × 3 → y")
    assert not drawable("\U0001f9ff")
