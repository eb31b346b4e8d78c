"""The loop that all explorers share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from course import explore
from course.explorers import EXPLORERS
from course.explorers.base import Explorer, Recipe, TextOnlyExplorer, Verb
from course.explorers.controls import Shown
from course.explorers.settings import choice, controls_of, slider, toggle
from course.explorers.text import Description, Problem, StaticFigure
from course.figures import Label, Layout, Map, Picture, Scale
from tests.explorers.pictures import decoded, is_static_picture, picture_of, saved


@dataclass(frozen=True)
class Settings:
    rows: int = slider(3, 1, 9, "rows")
    both: bool = toggle(False, "both")
    columns: int = slider(3, 1, 6, "columns")
    mood: str = choice("fine", ("fine", "broken", "impossible"), "mood")


computed: list[Settings] = []


def compute(settings: Settings) -> np.ndarray | Problem:
    computed.append(settings)
    assert torch.is_inference_mode_enabled()
    if settings.mood == "broken":
        raise ZeroDivisionError("one <b>too</b> many")
    if settings.mood == "impossible":
        return Problem("nn.Nothing()", "there is nothing", "RuntimeError: nothing")
    return np.arange(settings.rows * settings.columns, dtype=float).reshape(settings.rows, settings.columns)


def draw(result: np.ndarray, revealed: bool) -> Picture:
    return Picture(Layout(120, 90, (Label("toy", 5, 15),)), (Map(result, Scale(0, 99), 5, 20, 4),))


def describe(result: np.ndarray, revealed: bool) -> Description:
    return Description("nn.Identity()", f"{result.shape[0]} rows of {result.shape[1]}")


def change(settings: Settings, name: str, value: Any) -> Settings:
    coupled = {"columns": value} if name == "rows" and settings.both else {}
    return Settings(**{**vars(settings), name: value, **coupled})


def fit(settings: Settings) -> tuple[Settings, Shown]:
    columns = min(settings.columns, settings.rows * 2)
    return Settings(settings.rows, settings.both, columns, settings.mood), Shown({"columns": (1, settings.rows * 2)})


TOY = Recipe(
    Settings,
    controls_of(Settings),
    compute,
    draw,
    describe,
    change,
    fit,
)


@pytest.fixture
def toy() -> Explorer[Any, Any]:
    return Explorer("toy", TOY, Settings())


def frames(explorer: Explorer[Any, Any]) -> list[bytes]:
    """The pictures shown from now on."""
    shown: list[bytes] = []
    explorer.image.observe(lambda change: shown.append(bytes(change["new"])), names="value")
    return shown


def test_moving_a_slider_changes_picture_and_texts(toy: Explorer[Any, Any]) -> None:
    before = picture_of(toy)
    toy.controls["rows"].value = 5
    assert toy.settings.rows == 5
    assert (picture_of(toy) != before).any()
    assert "5 rows of 3" in toy.state.value
    assert 'aria-live="polite"' in toy.state.value
    assert is_static_picture(toy)


def test_slider_and_number_input_go_together(toy: Explorer[Any, Any]) -> None:
    slider, number = toy.controls["rows"], toy._panel._live["rows"].row.children[0]
    assert number.description == "rows"
    number.value = 7
    assert slider.value == toy.settings.rows == 7
    slider.value = 2
    assert number.value == 2


def test_one_change_gives_one_frame(toy: Explorer[Any, Any]) -> None:
    toy.controls["both"].value = True
    shown = frames(toy)
    computed.clear()
    toy.controls["rows"].value = 1  # moves columns, and then clamps them
    assert (toy.settings.rows, toy.settings.columns) == (1, 1)
    assert toy.controls["columns"].value == 1
    assert toy.controls["columns"].max == 2
    assert len(shown) == len(computed) == 1


def test_a_range_that_shrinks_takes_its_value_along(toy: Explorer[Any, Any]) -> None:
    toy.controls["columns"].value = 6
    shown = frames(toy)
    toy.controls["rows"].value = 2
    assert toy.settings.columns == toy.controls["columns"].value == toy.controls["columns"].max == 4
    assert len(shown) == 1
    toy.controls["rows"].value = 9
    assert toy.controls["columns"].max == 18


def test_an_exception_is_shown_and_the_last_picture_kept_in_grey(toy: Explorer[Any, Any]) -> None:
    good = picture_of(toy)
    toy.controls["mood"].value = "broken"
    assert "ZeroDivisionError" in toy.status.value
    assert "one &lt;b&gt;too&lt;/b&gt; many" in toy.status.value
    assert 'role="alert"' in toy.status.value
    grey = picture_of(toy)
    assert grey.shape == good.shape
    assert (grey == grey[..., :1]).all()
    toy.controls["rows"].value = 4  # still broken, still shown
    assert "ZeroDivisionError" in toy.status.value
    toy.controls["mood"].value = "fine"
    assert toy.status.value == ""
    assert is_static_picture(toy)


def test_an_impossible_setting_is_told_in_both_ways(toy: Explorer[Any, Any]) -> None:
    toy.controls["mood"].value = "impossible"
    assert toy.result is None
    assert "there is nothing" in toy.text.value
    assert "RuntimeError: nothing" in toy.text.value
    assert "no output" in toy.state.value
    assert (picture_of(toy) == picture_of(toy)[..., :1]).all()
    with pytest.raises(ValueError, match="there is nothing"):
        toy.figure()
    assert "there is nothing" in toy._repr_mimebundle_()[0]["text/plain"]


def test_an_explorer_may_begin_with_an_impossible_setting() -> None:
    toy: Explorer[Any, Any] = Explorer("toy", TOY, Settings(mood="impossible"))
    assert picture_of(toy).size
    toy.controls["mood"].value = "fine"
    assert is_static_picture(toy)


def test_settling_shows_matplotlibs_own_picture_when_pasting_has_failed(toy: Explorer[Any, Any]) -> None:
    shown = frames(toy)
    toy.settle()
    assert shown == []  # the same pixels are not sent again
    assert toy._picture is not None
    frame = toy._painter._frame(toy._picture.layout)
    frame._background[:5] = 0  # as if pasting were wrong
    toy.controls["rows"].value = 4
    assert not is_static_picture(toy)
    toy.settle()
    assert is_static_picture(toy)
    toy.controls["rows"].value = 5  # and it is no longer trusted
    assert is_static_picture(toy)


def test_where_a_loop_runs_it_settles_by_itself(toy: Explorer[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    async def drag() -> list[Any]:
        later: list[Any] = []
        loop = asyncio.get_running_loop()

        def call_later(_delay: float, call: Any) -> _Timer:
            later.append(call)
            return _Timer()

        monkeypatch.setattr(loop, "call_later", call_later)
        toy.controls["rows"].value = 4
        toy.controls["rows"].value = 5
        return later

    assert asyncio.run(drag()) == [toy.settle, toy.settle]


class _Timer:
    def cancel(self) -> None:
        pass


def test_pages_without_widgets_get_the_plain_picture(toy: Explorer[Any, Any]) -> None:
    data, metadata = toy._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == toy.widget.model_id
    shown = picture_of(toy)
    height, width = shown.shape[:2]
    assert (decoded(data["image/png"])[:height, :width] == shown).all()
    assert metadata["image/png"]["alt"] == "3 rows of 3"
    assert "nn.Identity()" in data["text/plain"]


def test_a_plain_figure_knows_its_texts() -> None:
    figure = Verb("toy", TOY).figure(rows=2)
    assert isinstance(figure, StaticFigure)
    assert figure.description.call == "nn.Identity()"
    assert "2 rows of 3" in figure.course_text
    data, metadata = figure._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == "2 rows of 3"
    assert data["text/plain"] == figure.course_text
    with pytest.raises(ValueError, match="there is nothing"):
        Verb("toy", TOY).figure(mood="impossible")


def test_without_a_notebook_the_explorer_is_returned_and_points_to_the_figure() -> None:
    explorer = explore.convolution(size=32)
    assert isinstance(explorer, Explorer)
    assert ".figure()" in repr(explorer)


def test_pyplot_knows_nothing_of_our_figures() -> None:
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    explorer = explore.convolution(size=32)
    explorer.controls["stride"].value = 2
    explorer.figure()
    assert plt.get_fignums() == before


def test_the_namespace_tells_what_there_is() -> None:
    assert set(dir(explore)) == set(EXPLORERS)
    assert "convolution" in repr(explore)
    assert "figure" in repr(explore.convolution)
    assert explore.convolution is explore.convolution
    with pytest.raises(AttributeError, match="convolution"):
        explore.convolutoin  # noqa: B018


def test_in_a_notebook_it_is_shown_once() -> None:
    sources = [
        "from course import explore\nexplorer = explore.convolution(size=32)\nexplorer",
        "explorer",
        "explorer.controls['stride'].value = 2\nprint(explorer.status.value == '')",
        "explore.convolution.figure(size=32)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    called, again, moved, plain = (cell.outputs for cell in notebook.cells)
    for outputs in (called, again):
        assert len(outputs) == 1
        assert {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"} == set(outputs[0].data)
        assert "feature maps" in outputs[0].metadata["image/png"]["alt"]
    assert moved[0].text == "True\n"
    assert len(plain) == 1
    assert {"image/png", "text/plain"} == set(plain[0].data)


def test_an_explorer_that_starts_without_an_output_takes_no_room_for_a_picture() -> None:
    explorer = explore.padding(padding="SAME")
    assert (explorer.image.width, explorer.image.height) == ("640", "1")
    explorer.controls["padding_kind"].value = "same"
    assert int(explorer.image.height) > 100


def test_while_a_notebook_is_graded_the_words_come_without_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = explore.convolution(kernel=5, stride=2)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    unseen = explore.convolution(kernel=5, stride=2)
    assert type(unseen).__name__ == TextOnlyExplorer.__name__
    assert str(unseen) == str(seen.description)
    unseen.controls["stride"].value = 1
    assert unseen.settings.stride == 1
    assert (saved(unseen.figure()) == saved(explore.convolution.figure(kernel=5, stride=1))).all()
