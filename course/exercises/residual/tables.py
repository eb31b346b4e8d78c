"""Lesson 05, shape tables: what each layer of a model gets and gives, without a trace left on the model."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.models import modes
from course.checking.world import Failure
from course.exercises.residual.models import OutOfOrder, ShortcutLast, Small
from course.exercises.residual.remote import traces
from course.exercises.residual.table_mistakes import Row, table_mistakes, table_of
from course.language import N_, _

shape_table = Exercise(
    "shape-table",
    difficulty=3,
    minutes=20,
    hints=(
        N_(
            "A forward hook is a function that torch calls each time a layer has run, with the layer, its inputs and its output: "
            "`handle = layer.register_forward_hook(function)`; `handle.remove()` takes it off again."
        ),
        N_(
            "Put a hook on every module without children. It appends a row. Then run the model once, in `eval()` and under `no_grad()`, and clean up in a "
            "`finally`: remove the hooks, give each module the mode that it had."
        ),
        N_(
            "A hook needs its layer's name: make it in a function of its own, `def watch(name): def hook(layer, inputs, output): rows.append(...); return hook`. "
            "In a loop without that, every hook has the last name."
        ),
        N_(
            "`was = {module: module.training for module in model.modules()}` before; afterwards `for module, mode in was.items(): module.training = mode`. "
            "`model.train()` would put all of them into training."
        ),
    ),
    hidden={
        N_("other models"): N_("Try a model with nested names, and a layer that runs twice."),
        N_("a batch of one"): N_(
            "Try a model that pools to one pixel and then normalises, in training mode, with one image."
        ),
    },
)


@shape_table.step("rows", N_("One row for each layer: name, input shape, output shape, parameters"))
def _rows(answer: Answer, sample: Sample) -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(24, 5)
    )
    _expect_table(answer, model, (sample.integer(2, 4), 3, 6, 8))
    _expect_table(answer, nn.Sequential(nn.Conv2d(2, 3, 3, bias=False)), (1, 2, 7, 5))


@shape_table.step("names", N_("Qualified names, without the containers"))
def _names(answer: Answer, sample: Sample) -> None:
    _expect_table(
        answer,
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.ReLU(), nn.Sequential(nn.Conv2d(2, 3, 2)))),
        (2, 1, 6, 9),
    )
    _expect_table(answer, ShortcutLast(2, 3), (sample.integer(2, 4), 2, 5, 7))
    _expect_table(answer, nn.Conv2d(2, 4, 3, stride=2), (1, 2, 9, 8))


@shape_table.step("order", N_("In the order run, once for each run"))
def _order(answer: Answer, sample: Sample) -> None:
    _expect_table(answer, OutOfOrder(), (sample.integer(1, 3), 3, 11, 12))


@shape_table.step("batch-of-one", N_("A batch of one, in training mode: the table comes all the same"))
def _batch_of_one(answer: Answer, sample: Sample) -> None:
    _expect_table(answer, Small().train(), (1, 1, 6, 7))


@shape_table.step("statistics", N_("Parameters and running statistics stay as they were"))
def _statistics(answer: Answer, sample: Sample) -> None:
    for training in (True, False):
        (placed,) = answer.place(Small().train(training))
        before = placed.state()
        answer(placed, (2, 1, 6, 7))
        after = placed.state()
        changed = [name for name, value in before.items() if name not in after or not torch.equal(after[name], value)]
        if not changed:
            continue
        raise Wrong(
            _("After the call {name} is not what it was.").format(name=changed[0]),
            "no-grad-for-eval" if "running" in changed[0] or "tracked" in changed[0] else "parameters-changed",
            _(
                "A BatchNorm in training mode keeps statistics of whatever runs through it, under `no_grad()` too. "
                "`model.eval()` stops that; or let a copy of the model run."
            ),
        )


@shape_table.step("modes", N_("Each module is in the mode in which it was"))
def _modes(answer: Answer, sample: Sample) -> None:
    mixed = Small().train()
    mixed.block.bn1.eval()
    mixed.drop.eval()
    for model in (Small().train(), Small().eval(), mixed):
        (placed,) = answer.place(model)
        before = placed.run(modes, placed)
        answer(placed, (2, 1, 5, 4))
        after = placed.run(modes, placed)
        if before == after and before == modes(model):
            continue
        turned = next((name for name, mode in modes(model).items() if not _holds(after, name, mode)), "")
        everything = all(_holds(after, name, True) for name in modes(model))
        raise Wrong(
            _("Before the call the module {name!r} had training={before}, after it {after}.").format(
                name=turned,
                before=modes(model).get(turned),
                after=after.get(turned) if isinstance(after, dict) else None,
            ),
            "all-to-training" if everything else "mode-changed",
            _(
                "Each module has a `training` of its own, and they need not be equal. Note each one before, and give it back after."
            ),
        )


@shape_table.step("no-trace", N_("No hook stays, a second call gives the same, and the model still works"))
def _no_trace(answer: Answer, sample: Sample) -> None:
    (placed,) = answer.place(OutOfOrder().eval())
    shape, x = (2, 3, 9, 12), sample.floats(2, 3, 9, 12)
    expected, before = placed(x), placed.run(traces, placed)
    rows = answer(placed, shape)
    after = placed.run(traces, placed)
    if before != after:
        raise Wrong(
            _(
                "After the call there is still something on the model's layers that was not there before, such as a hook."
            ),
            "hooks-left",
            _("`register_forward_hook` returns a handle. Keep all of them, and call `remove()` on each in the end."),
        )
    if not same_data(rows, answer(placed, shape)):
        raise Wrong(
            _("A second call gives other rows than the first."),
            "other-rows-later",
            _("What is left over from the first call?"),
        )
    if not same_data(placed(x), expected):
        raise Wrong(
            _("After the call the model gives other values than before."),
            "parameters-changed",
            _("Only look at the model; or let a copy of it run."),
        )


@shape_table.step(
    "no-trace-after-error", N_("Nor when the input does not fit: the model's own error, and no trace"), seeds=1
)
def _no_trace_after_error(answer: Answer, sample: Sample) -> None:
    model = Small().train()
    (placed,) = answer.place(model)
    before = placed.run(traces, placed)
    failure = answer.failure(placed, (2, 5, 6, 7))
    if failure is None:
        raise Wrong(
            _("Expected the model's own error for an input of 5 channels, but your code returned a value."),
            "no-error",
            _("Let the error go through: who calls you must learn that this shape does not fit."),
        )
    if placed.run(traces, placed) != before or placed.run(modes, placed) != modes(model):
        raise Wrong(
            _(
                "The input did not fit and the model raised. After that it is not as before: a hook or another mode is left."
            ),
            "not-cleaned-up",
            _("What must happen in any case belongs into `finally:`, after `try:`."),
        )


def _expect_table(answer: Answer, model: nn.Module, shape: tuple[int, ...]) -> None:
    """Expect the table of this model."""
    expected = table_of(model, shape)
    try:
        got = answer(model, shape)
    except Failure as failure:
        if "Expected more than 1 value per channel" in failure.message:
            raise Wrong(
                _("Your code raised {failure}").format(failure=failure),
                "one-value-per-channel",
                _(
                    "In training mode a BatchNorm takes the statistics of the batch, and one value has no spread. In `eval()` it uses the running ones."
                ),
            ) from None
        raise
    rows = _as_rows(got)
    if rows is None:
        raise Wrong(
            _("Expected a list of rows with four entries each, but got {got}.").format(got=_in_short(got)),
            "missing-return" if got is None else "type",
            _("A row is a tuple: (name, input shape, output shape, parameters). The shapes are tuples of ints."),
        )
    if same_data(rows, expected):
        return
    for key, wrong, advice in table_mistakes(model, shape, expected):
        if same_data(rows, wrong):
            raise Wrong(_difference(rows, expected), key, advice)
    raise Wrong(_difference(rows, expected), "values", _advice_for_row(rows, expected))


def _as_rows(got: Any) -> list[tuple[Any, ...]] | None:
    """Rows as tuples all the way; None when these are no rows of four."""
    if type(got) not in (list, tuple):
        return None
    rows = [_as_tuples(row) for row in got]
    if not all(type(row) is tuple and len(row) == 4 and type(row[0]) is str for row in rows):
        return None
    return rows


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(each) for each in value) if type(value) in (list, tuple) else value


def _in_short(got: Any) -> str:
    return Answer(got).describe().type_name if type(got) not in (list, tuple) else str(got)[:80]


def _difference(rows: list[tuple[Any, ...]], expected: list[Row]) -> str:
    """The first row that is off."""
    for place, (row, right) in enumerate(zip(rows, expected, strict=False)):
        if not same_data(row, right):
            return _("Row {place} should be {expected}, but it is {got}.").format(
                place=place, expected=right, got=str(row)[:200]
            )
    return _("Expected {expected} rows, but got {got}.").format(expected=len(expected), got=len(rows))


def _advice_for_row(rows: list[tuple[Any, ...]], expected: list[Row]) -> str:
    """Which of the four entries is off in the first wrong row."""
    says = (
        _("Compare with `for name, module in model.named_modules()`: which of them have no children?"),
        _("The input shape is that of the tensor which this layer got, the batch included: `inputs[0].shape`."),
        _("The output shape is that of the tensor which this layer gave, the batch included."),
        _("Count the numbers in `layer.parameters()`, all of them, and as an int: `parameter.numel()`."),
    )
    for row, right in zip(rows, expected, strict=False):
        for entry, wanted, advice in zip(row, right, says, strict=True):
            if not same_data(entry, wanted):
                return advice
    return _("One row for each time that a layer without children runs.")


def _holds(held: Any, name: str, mode: bool) -> bool:
    return isinstance(held, dict) and held.get(name) is mode
