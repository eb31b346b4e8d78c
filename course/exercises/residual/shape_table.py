"""Exercise shape-table: what each layer of a model gets and gives, without a trace left on the model."""

from __future__ import annotations

from typing import Any

from torch import nn

from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Exercise, Sample
from course.checking.expect import failures_explained, mistakes
from course.checking.models import expect_state_kept, modes, modes_changed
from course.exercises.residual.inspect_model import traces
from course.exercises.residual.model_table import Row, Shape, Table
from course.exercises.residual.sample_models import OutOfOrder, ShortcutLast, Small
from course.language import N_, _
from course.misconceptions import Misconception, Rules

_EVALUATE = N_(
    "A BatchNorm in training mode keeps statistics of whatever runs through it, under `no_grad()` too. "
    "`model.eval()` stops that; or run a copy of the model."
)
_EACH_ITS_MODE = N_(
    "Each module has a `training` of its own, and they need not be equal. Note each one before, and restore it afterwards."
)
_ROW = N_("A row is a tuple: (name, input shape, output shape, parameters). The shapes are tuples of ints.")
_QUALIFIED_NAME = N_("A layer's qualified name is that of `model.named_modules()`, such as 'block.conv1'.")

exercise = Exercise(
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
    misconceptions={
        "containers-too": Misconception(
            "Containers are listed as layers.",
            N_("Only modules without children have a row: `not list(module.children())`."),
        ),
        "registration-order": Misconception(
            "The layers are in the order in which they were made, not in which they run.",
            N_(
                "These rows are in the order of `model.named_modules()`, in which the layers were registered. A hook is called when its "
                "layer runs: let it append the row to a list, and return that list as it is."
            ),
        ),
        "reversed": N_("These rows go from the last layer to the first. Begin with the one that runs first."),
        "once-per-layer": Misconception(
            "A layer that runs twice is listed once.",
            N_("A layer that runs twice has two rows. Collect the rows in a list; a dict keeps one for each name."),
        ),
        "run-by-hand": Misconception(
            "The layers are called one after another, each with the output of the one registered before.",
            N_(
                "Here a layer got an input that does not fit it. Only `model.forward` knows which layer gets what: call `model(…)` once, and let "
                "a hook on each layer note the shapes."
            ),
        ),
        "inputs-are-a-tuple": Misconception(
            "The tuple of a layer's inputs is taken for a tensor.",
            N_("A hook gets the layer's inputs as a tuple, even when there is only one: `inputs[0].shape`."),
        ),
        "hook-arguments": Misconception(
            "The hook does not take the three arguments that torch gives it.",
            N_(
                "torch calls a hook with three arguments: the layer, its inputs, its output. If a function of yours *makes* the hook, "
                "register what that function returns: `register_forward_hook(watch(name))`."
            ),
        ),
        "hook-returns": Misconception(
            "The hook returns something, and that takes the place of the layer's output.",
            N_(
                "What a hook returns takes the place of the layer's output, and the next layer gets it. Append the row, and return nothing."
            ),
        ),
        "batch-added": Misconception(
            "A batch axis is added to the input shape, which has one already.",
            N_("`input_shape` already includes the batch: `torch.zeros(input_shape)`."),
        ),
        "batch-left-out": Misconception(
            "The batch is left out of the shapes.", N_("The shapes are whole, with the batch first.")
        ),
        "batch-left-out:input": N_(
            "`input_shape` begins with the batch. Hand all of it to the model: `torch.zeros(input_shape)`."
        ),
        "type-for-name": Misconception("The layer's type is given for its name.", _QUALIFIED_NAME),
        "last-part-of-name": Misconception("Only the last part of the name is given.", _QUALIFIED_NAME),
        "one-name-for-all": Misconception(
            "All rows get the last name: a closure in a loop.",
            N_(
                "Every row has the last name of the loop: the hooks look `name` up when they run, and by then the loop is over."
            ),
        ),
        "bias-left-out": N_("A bias is a parameter too."),
        "buffers-counted": Misconception(
            "Buffers are counted as parameters.",
            N_("The running statistics are buffers, not parameters: nothing learns them."),
        ),
        "trainable-only": Misconception(
            "Frozen parameters are left out.", N_("A frozen parameter is a parameter too.")
        ),
        "swapped-shapes": Misconception("Input and output shape are swapped.", N_("The input's shape comes first.")),
        "values:name": N_("Compare with `for name, module in model.named_modules()`: which of them have no children?"),
        "values:input": N_(
            "The input shape is that of the tensor which this layer got, the batch included: `inputs[0].shape`."
        ),
        "values:output": N_("The output shape is that of the tensor which this layer gave, the batch included."),
        "values:count": N_(
            "Count the numbers in `layer.parameters()`, all of them, and as an int: `parameter.numel()`."
        ),
        "values:rows": N_("One row for each time that a layer without children runs."),
        "type:rows": _ROW,
        "missing-return": _ROW,
        "one-value-per-channel": Misconception(
            "In training mode BatchNorm fails with one value for each channel.",
            N_(
                "In training mode a BatchNorm takes the statistics of the batch, and one value has no spread. In `eval()` it uses the running ones."
            ),
        ),
        "no-grad-for-eval:statistics": _EVALUATE,
        "parameters-changed": _EVALUATE,
        "parameters-changed:outputs": N_("Only look at the model; or run a copy of it."),
        "mode-changed": _EACH_ITS_MODE,
        "all-to-training": _EACH_ITS_MODE,
        "hooks-left": Misconception(
            "The hooks are left on the model.",
            N_("`register_forward_hook` returns a handle. Keep all of them, and call `remove()` on each at the end."),
        ),
        "other-rows-later": N_("What is left over from the first call?"),
        "no-error": N_("Let the error go through: whoever calls you needs to know that this shape does not fit."),
        "not-cleaned-up": Misconception(
            "After an error the model is not as it was.",
            N_("What must happen in any case belongs in `finally:`, after `try:`."),
        ),
    },
)

RULES: Rules[Table] = (
    ("containers-too", lambda t: [run.row for run in t.runs]),
    ("containers-too", lambda t: [run.row for run in t.runs if run.module is not t.model]),
    ("registration-order", lambda t: sorted(t.rows, key=lambda row: [*t.modules].index(row[0]))),
    ("registration-order", lambda t: [row for row in map(t.first, t.modules) if row]),
    ("registration-order", lambda t: [row for row in map(t.last, t.modules) if row]),
    ("reversed", lambda t: t.rows[::-1]),
    ("once-per-layer", lambda t: list(dict.fromkeys(t.first(row[0]) for row in t.rows))),
    ("once-per-layer", lambda t: list({row[0]: row for row in t.rows}.values())),
    ("batch-left-out", lambda t: [(name, before[1:], after[1:], count) for name, before, after, count in t.rows]),
    ("type-for-name", lambda t: t.renamed(lambda name: type(t.modules[name]).__name__)),
    ("last-part-of-name", lambda t: t.renamed(lambda name: name.rpartition(".")[2])),
    ("one-name-for-all", lambda t: t.renamed(lambda name: [*t.modules][-1])),
    (
        "bias-left-out",
        lambda t: t.counted(lambda m: sum(p.numel() for name, p in m.named_parameters() if name == "weight")),
    ),
    ("buffers-counted", lambda t: t.counted(lambda m: sum(each.numel() for each in m.state_dict().values()))),
    ("trainable-only", lambda t: t.counted(lambda m: sum(p.numel() for p in m.parameters() if p.requires_grad))),
    ("swapped-shapes", lambda t: [(name, after, before, count) for name, before, after, count in t.rows]),
)


@exercise.step("rows", N_("One row for each layer: name, input shape, output shape, parameters"))
def _rows(answer: Answer, sample: Sample) -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(24, 5)
    )
    _expect_table(answer, model, (sample.integer(2, 4), 3, 6, 8))
    _expect_table(answer, nn.Sequential(nn.Conv2d(2, 3, 3, bias=False)), (1, 2, 7, 5))


@exercise.step("names", N_("Qualified names, without the containers"))
def _names(answer: Answer, sample: Sample) -> None:
    _expect_table(
        answer,
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.ReLU(), nn.Sequential(nn.Conv2d(2, 3, 2)))),
        (2, 1, 6, 9),
    )
    _expect_table(answer, ShortcutLast(2, 3), (sample.integer(2, 4), 2, 5, 7))
    _expect_table(answer, nn.Conv2d(2, 4, 3, stride=2), (1, 2, 9, 8))


@exercise.step("order", N_("In the order run, once for each run"))
def _order(answer: Answer, sample: Sample) -> None:
    _expect_table(answer, OutOfOrder(), (sample.integer(1, 3), 3, 11, 12))


@exercise.step("batch-of-one", N_("A batch of one, in training mode: the table comes all the same"))
def _batch_of_one(answer: Answer, sample: Sample) -> None:
    _expect_table(answer, Small().train(), (1, 1, 6, 7))


@exercise.step("statistics", N_("Parameters and running statistics stay as they were"))
def _statistics(answer: Answer, sample: Sample) -> None:
    message = N_("After the call {name} is not what it was.")
    for training in (True, False):
        expect_state_kept(answer, Small().train(training), (2, 1, 6, 7), message=message)


@exercise.step("modes", N_("Each module is in the mode in which it was"))
def _modes(answer: Answer, sample: Sample) -> None:
    mixed = Small().train()
    mixed.block.bn1.eval()
    mixed.drop.eval()
    for model in (Small().train(), Small().eval(), mixed):
        (placed,) = answer.place(model)
        answer(placed, (2, 1, 5, 4))
        before, after = modes(model), placed.run(modes, placed)
        changed = modes_changed(before, after)
        if not changed:
            continue
        known = after if isinstance(after, dict) else {}
        raise Wrong(
            _("Before the call the module {name!r} had training={before}, after it {after}.").format(
                name=changed[0], before=before[changed[0]], after=known.get(changed[0])
            ),
            "all-to-training" if all(known.get(name) is True for name in before) else "mode-changed",
        )


@exercise.step("no-trace", N_("No hook stays, a second call gives the same, and the model still works"))
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
        )
    if not same_data(rows, answer(placed, shape)):
        raise Wrong(
            _("A second call gives other rows than the first."),
            "other-rows-later",
        )
    if not same_data(placed(x), expected):
        raise Wrong(
            _("After the call the model gives other values than before."),
            "parameters-changed:outputs",
        )


@exercise.step(
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
        )
    if placed.run(traces, placed) != before or modes_changed(modes(model), placed.run(modes, placed)):
        raise Wrong(
            _(
                "The input did not fit and the model raised. After that it is not as before: a hook or another mode is left."
            ),
            "not-cleaned-up",
        )


_REFUSED = (
    ("Expected more than 1 value per channel", "one-value-per-channel"),
    ("'tuple' object has no attribute 'shape'", "inputs-are-a-tuple"),
    ("'tuple' object has no attribute 'size'", "inputs-are-a-tuple"),
    ("'tuple' object has no attribute", "hook-returns"),
    ("must be Tensor, not tuple", "hook-returns"),
    ("were given", "hook-arguments"),
    ("required positional argument", "hook-arguments"),
    ("(unbatched)", "batch-added"),
    ("got 3D input", "batch-left-out:input"),
)
_BY_HAND = (
    ("to have", "run-by-hand"),  # "expected input[…] to have 2 channels"
    ("shapes cannot be multiplied", "run-by-hand"),
    ('is missing the required "forward" function', "run-by-hand"),
)
"""Words of an error, and the mistake that they tell of; the model itself runs without an error."""


def _expect_table(answer: Answer, model: nn.Module, shape: Shape) -> None:
    """Expect the table of this model."""
    table = Table(model, shape)
    by_hand = () if type(model) is nn.Sequential else _BY_HAND  # its layers may run one after another
    with failures_explained((*_REFUSED, *by_hand)):
        got = answer(model, shape)
    rows = _as_rows(got)
    if rows is None:
        raise Wrong(
            _("Expected a list of rows with four entries each, but got {got}.").format(got=_in_short(got)),
            "missing-return" if got is None else "type:rows",
        )
    if same_data(rows, table.rows):
        return
    key = next((mistake.key for mistake in mistakes(RULES, table) if mistake.explains(rows)), None)
    raise Wrong(_difference(rows, table.rows), key or _wrong_entry(rows, table.rows))


def _as_rows(got: Any) -> list[Row] | None:
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


def _difference(rows: list[Row], expected: list[Row]) -> str:
    """The first row that is off."""
    for place, (row, right) in enumerate(zip(rows, expected, strict=False)):
        if not same_data(row, right):
            return _("Row {place} should be {expected}, but it is {got}.").format(
                place=place, expected=right, got=str(row)[:200]
            )
    return _("Expected {expected} rows, but got {got}.").format(expected=len(expected), got=len(rows))


def _wrong_entry(rows: list[Row], expected: list[Row]) -> str:
    """The key that tells which of the four entries is off in the first wrong row."""
    keys = ("values:name", "values:input", "values:output", "values:count")
    for row, right in zip(rows, expected, strict=False):
        for entry, right_entry, key in zip(row, right, keys, strict=True):
            if not same_data(entry, right_entry):
                return key
    return "values:rows"
