"""The result of the network explorer: one run of the network, and what the chosen cell of the chosen layer sees."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from course.explorers.drawing import Floats, array
from course.explorers.network.gradient_reach import Measured
from course.explorers.network.reasons import FailureReason, failure_reason
from course.explorers.network.receptive_field import Box
from course.explorers.network.run import Row, Trace, measured
from course.explorers.network.settings import Settings, shown_index
from course.explorers.network.stack import Unbuilt

_MOST_SCORES = 20


@dataclass(frozen=True, eq=False)
class Result:
    """One run of the network, and the layer and the cell that are looked at.

    `index` is the row shown: the chosen layer's, or, where that did not run, the last one that did; None where none did.
    `place` is the cell in its output, (channel, row, column), or (element,) of a vector. `reached` is what its gradient
    tells, or why there is none; `formula_box` holds the input rows and columns that it sees by the formula, if there is one.
    `scores` is the network's output as probabilities, when it is a vector of 2 to 20 numbers. `failure` is where the run
    ended too soon.
    """

    settings: Settings
    texts: tuple[str, ...]
    x: Tensor
    trace: Trace
    index: int | None
    place: tuple[int, ...]
    reached: Measured | str
    formula_box: Box | None
    scores: Floats | None
    failure: FailureReason | None

    @property
    def row(self) -> Row | None:
        """The layer shown."""
        return None if self.index is None else self.trace.rows[self.index]

    @property
    def is_chosen(self) -> bool:
        """Whether the layer shown is the one that was chosen."""
        return self.index == self.settings.layer - 1

    @property
    def box(self) -> Box | None:
        """The input rows and columns that the chosen cell sees: by the formula, and where there is none as measured."""
        return self.formula_box or (self.reached.box if isinstance(self.reached, Measured) else None)


def compute(settings: Settings) -> Result:
    """Run the network that the settings describe, and measure what the chosen cell sees."""
    network, given, run = settings.network(), settings.input(), settings.trace()
    unbuilt = network if isinstance(network, Unbuilt) else None
    texts = () if settings.own.network else settings.texts()
    index = shown_index(settings.layer, run)
    row = None if index is None else run.rows[index]
    place = _place(settings, row)
    reached: Measured | str = ""
    if index is not None and row is not None and row.maps.numel():
        reached = measured(network.before if isinstance(network, Unbuilt) else network, given, index, place)
    return Result(
        settings=settings,
        texts=texts,
        x=given.x[0],
        trace=run,
        index=index,
        place=place,
        reached=reached,
        formula_box=row.sees.box(place) if row is not None and row.sees is not None else None,
        scores=_scores(run.output),
        failure=failure_reason(run, unbuilt, texts),
    )


def _place(settings: Settings, row: Row | None) -> tuple[int, ...]:
    place = (settings.channel or 0, settings.row or 0, settings.column or 0)
    if row is None:
        return ()
    if row.maps.dim() == 3:
        return place
    return (place[1], *(0,) * (row.maps.dim() - 1))


def _scores(output: Tensor | None) -> Floats | None:
    """The probabilities of an output (1, n). Numbers that already are probabilities stay, of others it is the softmax."""
    is_vector = output is not None and output.dim() == 2 and 2 <= output.shape[1] <= _MOST_SCORES
    if output is None or not is_vector or not output.isfinite().all():
        return None
    scores = output[0].float()
    if not (bool((scores >= 0).all()) and abs(float(scores.sum()) - 1) < 1e-4):
        scores = torch.softmax(scores, dim=0)
    return array(scores)
