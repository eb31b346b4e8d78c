"""How a training is shown: one picture changed in place, a static one that stays, one line outside a notebook."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
import nbformat
import pytest
import torch
from nbclient import NotebookClient

from course import images
from course.training import History, train
from course.training.display import Live
from course.training.picture import HEIGHT, WIDTH, figure, picture_of, with_summary
from tests.training.models import small

FEW = images.digits(8, "train")[0][:100], images.digits(8, "train")[1][:100]
RUNNING = History((2.4, 2.0, 1.1), (0.5,), 1, 12, math.log(10))
DONE = History((2.4, 2.0, 1.1, 0.2), (0.5, 0.975), 2, 4, math.log(10))


@pytest.fixture(autouse=True)
def _no_pyplot_figures() -> Iterator[None]:
    yield
    assert plt.get_fignums() == []


def test_outside_a_notebook_one_line_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(0)
    history = train(small(), *FEW, epochs=1, held_out=FEW)
    out = capsys.readouterr().out
    assert out == history.summary() + "\n"
    assert "4 of 4 steps, 1 epochs" in out
    assert "held-out images are right" in out


def test_it_can_be_silent(capsys: pytest.CaptureFixture[str]) -> None:
    train(small(), *FEW, epochs=1, show=False)
    assert capsys.readouterr().out == ""


def test_the_picture_keeps_its_size_while_the_training_runs() -> None:
    live = Live(History((), (), 0, 12, 2.3), 4, judged=True)
    size = live.image.width, live.image.height
    assert size == (str(WIDTH), str(HEIGHT))
    frames = [bytes(live.image.value)]
    for history in (RUNNING, DONE):
        live._drawn_at = 0.0
        live.show(history)
        frames.append(bytes(live.image.value))
        assert (live.image.width, live.image.height) == size
        assert live.bar.value == len(history.losses)
        assert history.summary().split(":")[0] in live.state.value
    assert len(set(frames)) == 3
    assert all(frame.startswith(b"\x89PNG") for frame in frames)


def test_frames_that_come_too_fast_are_left_out() -> None:
    live = Live(History((), (), 0, 12, 2.3), 4, judged=False)
    live._drawn_at = math.inf
    before = bytes(live.image.value)
    live.show(RUNNING)
    assert bytes(live.image.value) == before


def test_the_text_beside_the_picture_has_no_measured_numbers() -> None:
    live = Live(History((), (), 0, 12, 2.3), 4, judged=True)
    texts = {live.bundle(history)[0]["text/plain"] for history in (RUNNING, DONE)}
    assert texts == {"Training of 4 epochs, 12 steps. The picture shows how it went."}
    assert "97.5" in live.bundle(DONE)[1]["image/png"]["alt"]
    assert "2.4" not in repr(DONE)


def test_a_picture_can_be_made_of_every_history() -> None:
    for history in (
        RUNNING,
        DONE,
        History((), (), 0, 12, 2.3),
        History((math.nan,), (), 0, 12, 2.3, "Stopped."),
        History((1e30, math.inf), (), 0, 12, 2.3, "Stopped."),
        History((0.0,), (0.0,), 1, 1, 0.7),
        History(tuple(2 / (1 + step) for step in range(5000)), (), 1, 5000, 2.3),
    ):
        picture = with_summary(picture_of(history, judged=True, epochs=3), history)
        assert picture.layout.width == WIDTH
        figure(history).canvas.draw()
        assert history.summary() or not history.losses


def test_a_figure_is_a_png_as_a_cell_s_last_value() -> None:
    done: Any = figure(DONE)
    data, metadata = done._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert "97.5" in metadata["image/png"]["alt"]
    assert " at 0x" not in data["text/plain"]


CELL = """
import torch
from torch import nn
from course import images
from course.training import train
x, y = images.digits(8, "train")
torch.manual_seed(0)
model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
train(model, x, y, epochs=2, held_out=(x[:50], y[:50]))
"""


def test_in_a_notebook_one_output_stays_with_a_picture_of_the_end() -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    shown, value = book.cells[0].outputs
    assert shown.output_type == "display_data"
    assert set(shown.data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert "86 of 86 steps" in shown.metadata["image/png"]["alt"]
    assert value.data == {"text/plain": "86 of 86 steps, 2 epochs"}
    assert "held-out" not in json.dumps(shown.data["text/plain"])


def test_the_widgets_are_those_of_ipywidgets_7_and_8() -> None:
    live = Live(History((), (), 0, 12, 2.3), 4, judged=False)
    assert isinstance(live.widget, ipywidgets.VBox)
    live.bar.bar_style = "success"
