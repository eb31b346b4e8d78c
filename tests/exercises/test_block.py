"""A residual block as formulas agrees with torch's layers, and each known mistake is another block."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Sample
from course.exercises.residual import block_layers
from course.exercises.residual.block import Block, BlockSpec, bottleneck_spec, projection_spec, residual_spec
from course.exercises.residual.block_mistakes import RULES, BlockRun
from course.exercises.residual.expect_block import MISCONCEPTIONS
from course.exercises.residual.sample_models import PlainShortcut, ShortcutFirst, ShortcutLast, TwoConvs
from course.misconceptions import undeclared

BLOCKS: tuple[tuple[Callable[[], nn.Module], BlockSpec], ...] = (
    (lambda: TwoConvs(3), residual_spec(3)),
    (lambda: ShortcutLast(2, 4), projection_spec(2, 4)),
    (lambda: PlainShortcut(3, 4), projection_spec(3, 4)),
    (lambda: ShortcutFirst(4, 3, 5), bottleneck_spec(4, 3, 5)),
)


def filled(make: Callable[[], nn.Module], spec: BlockSpec, *, training: bool) -> tuple[nn.Module, list[Block]]:
    model = make().train(training)
    return model, block_layers.fill(Answer(model), spec, Sample(1), training=training)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("make", "spec"), BLOCKS)
def test_a_formula_gives_what_the_layers_give_and_moves_the_same_statistics(
    make: Callable[[], nn.Module], spec: BlockSpec, training: bool
) -> None:
    model, blocks = filled(make, spec, training=training)
    x = Sample(2).floats(3, spec.in_channels, 6, 7)
    expected = model(x)
    (right,) = [block for block in blocks if torch.allclose(block(x), expected, atol=1e-4)]
    if training:
        state = model.state_dict()
        for role, value in right.statistics(x).items():
            assert torch.allclose(value, state[right.names[role]], atol=1e-4), role


@pytest.mark.parametrize(
    ("spec", "convolutions", "norms", "strides"),
    [
        (residual_spec(3), ["conv1", "conv2"], ["norm1", "norm2"], (1, 1)),
        (projection_spec(3, 3), ["conv1", "conv2"], ["norm1", "norm2"], (1, 1)),
        (projection_spec(3, 3, 2), ["conv1", "conv2", "shortcut"], ["norm1", "norm2", "shortcut.norm"], (2, 1)),
        (
            bottleneck_spec(4, 2, 6, 3),
            ["conv1", "conv2", "conv3", "shortcut"],
            ["norm1", "norm2", "norm3", "shortcut.norm"],
            (1, 3, 1),
        ),
    ],
)
def test_a_block_has_a_projection_where_its_shape_changes(
    spec: BlockSpec, convolutions: list[str], norms: list[str], strides: tuple[int, ...]
) -> None:
    assert [*spec.convolutions] == convolutions
    assert [*spec.norms] == norms
    assert spec.strides == strides


def test_layers_of_another_block_are_refused() -> None:
    with pytest.raises(Wrong) as wrong:
        block_layers.fill(Answer(TwoConvs(3)), projection_spec(3, 4), Sample(1), training=False)
    assert wrong.value.misconception == "parameter-missing"
    with pytest.raises(Wrong) as wrong:
        block_layers.fill(Answer(PlainShortcut(3, 3)), residual_spec(3), Sample(1), training=False)
    assert wrong.value.misconception == "projection-not-needed"


def test_every_known_mistake_has_its_hint_and_gives_another_output_in_some_block() -> None:
    assert not undeclared(RULES, MISCONCEPTIONS)
    specs = (residual_spec(3), projection_spec(2, 4, 2), bottleneck_spec(4, 3, 5, 2), bottleneck_spec(4, 3, 4))
    told = set()
    for spec in specs:
        for training in (False, True):
            block = _random_block(spec, training=training)
            x = Sample(4).floats(3, spec.in_channels, 7, 6)
            for key, rule in RULES:
                try:
                    value = rule(BlockRun(block, x))
                except RuntimeError:
                    continue
                if value.shape != block(x).shape or not torch.allclose(value, block(x), atol=1e-3):
                    told.add(key)
    assert told == {key for key, _rule in RULES}


def _random_block(spec: BlockSpec, *, training: bool) -> Block:
    sample = Sample(3)
    values = {role: sample.floats(*shape) / 3 for role, shape in spec.convolutions.items()}
    for role, shape in spec.norms.items():
        values |= {f"{role}.{tensor}": 0.5 + sample.floats(*shape).abs() for tensor in ("gamma", "beta", "mean", "var")}
    return Block(spec, values, training)
