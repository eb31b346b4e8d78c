"""Display of a training: one picture and one progress bar below the cell, changed in place; elsewhere one line of text."""

from __future__ import annotations

import time
import uuid
from html import escape
from typing import Any

from course.language import _
from course.training.history import History

_PAUSE = 0.1  # seconds between two frames: drawing must not slow the training down
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Silent:
    """Shows nothing."""

    def show(self, history: History) -> None:
        """A step was made."""

    def batch(self, number: int) -> None:
        """So many batches were seen, all epochs together; for trainings that tell one loss for each epoch."""

    def end(self, history: History) -> None:
        """The training is over."""


class Line(Silent):
    """One line at the end, for consoles and scripts."""

    def end(self, history: History) -> None:
        """Print the summary of the training."""
        print(history.summary())


class Live(Silent):
    """The loss as it falls, in a notebook.

    The picture has a fixed size, so that nothing jumps. In stored outputs and exported pages its last frame stays as a
    PNG, with the measured numbers in it; the text beside it has none, and so is the same on every machine.

    Attributes:
        image, bar, state, widget: the widgets: the picture, the progress bar, the sentence below, and all of it.
    """

    def __init__(self, plan: History, epochs: int, *, judged: bool, batches: int = 1) -> None:
        import ipywidgets as widgets

        from course.explorers.frame import Painter

        self._epochs, self._judged, self._batches = epochs, judged, batches
        self._painter, self._drawn_at = Painter(), 0.0
        self._id = f"training-{uuid.uuid4().hex}"
        told = (
            _("Training of {epochs} epochs. The picture shows how it went.")
            if plan.by_epoch
            else _("Training of {epochs} epochs, {steps} steps. The picture shows how it went.")
        )
        self._text = told.format(epochs=epochs, steps=plan.steps)
        self.image = widgets.Image(format="png")
        self.bar = widgets.IntProgress(
            value=0, min=0, max=plan.steps * batches, description=_("steps"), layout=widgets.Layout(width="400px")
        )
        self.state = widgets.HTML(layout=widgets.Layout(min_height="28px"))
        self.widget = widgets.VBox([self.image, self.bar, self.state])
        self._draw(plan)

    def open(self, history: History) -> None:
        """Put it below the cell."""
        from IPython.display import display

        data, metadata = self.bundle(history)
        display(data, metadata=metadata, raw=True, display_id=self._id)

    def show(self, history: History) -> None:
        """Show the training so far, unless it was shown just now."""
        if time.monotonic() - self._drawn_at >= _PAUSE:
            self._draw(history)

    def batch(self, number: int) -> None:
        """Move the bar."""
        self.bar.value = number

    def end(self, history: History) -> None:
        """Show the end, and leave the picture in the cell's output."""
        from IPython.display import display

        self._draw(history)
        self.bar.bar_style = "warning" if history.stopped else "success"
        data, metadata = self.bundle(history)
        display(data, metadata=metadata, raw=True, display_id=self._id, update=True)

    def bundle(self, history: History) -> tuple[dict[str, Any], dict[str, Any]]:
        """Data and metadata of the output: the live widget, and for pages without widgets the picture and a text."""
        from course.training.picture import with_summary

        picture = self._picture(history)
        png = self._painter.draw(with_summary(picture, history) if history.losses else picture).png()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return (
            {_WIDGET_VIEW: view, "image/png": png, "text/plain": self._text},
            {"image/png": {"alt": history.summary()}},
        )

    def _picture(self, history: History) -> Any:
        from course.training.picture import picture_of

        return picture_of(history, judged=self._judged, epochs=self._epochs)

    def _draw(self, history: History) -> None:
        from course.training.picture import HEIGHT, WIDTH

        if not self.image.value:
            self.image.width, self.image.height = str(WIDTH), str(HEIGHT)
            self.image.layout.max_width, self.image.layout.height = "100%", "auto"
            self.image.layout.object_fit = "contain"
        self.image.value = self._painter.paste(self._picture(history)).png()
        self.bar.value = len(history.losses) * self._batches
        self.state.value = f'<div role="status" style="line-height:1.4">{escape(history.summary())}</div>'
        self._drawn_at = time.monotonic()


def view_of(plan: History, epochs: int, *, judged: bool, show: bool, batches: int = 1) -> Silent:
    """Choose the display of a training: in the notebook, on the console, or nowhere.

    Args:
        batches: how many batches make one of the history's losses.
    """
    if not show:
        return Silent()
    if not _in_notebook():
        return Line()
    live = Live(plan, epochs, judged=judged, batches=batches)
    live.open(plan)
    return live


def _in_notebook() -> bool:
    import sys

    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None
