"""Lesson 08: random networks and stacks."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from course.training.two_parts import TwoParts
from tests.mutants.compare import Draw, Names, called, layer, probe


@probe("simple-cnn", runs=8)
def _simple_cnn(names: Names, draw: Draw) -> Any:
    given = draw.choice(((), (draw.integer(1, 12),), (draw.integer(1, 12), draw.integer(1, 4))))
    x = draw.floats(2, given[1] if len(given) > 1 else 3, *draw.integers(2, 8, 15))
    return layer(names["SimpleCNN"], [x], draw, *given)


@probe("cnn-with-residual", runs=6)
def _cnn_with_residual(names: Names, draw: Draw) -> Any:
    given = draw.choice(((), (draw.integer(1, 12),)))
    return layer(names["CNNWithResidual"], [draw.floats(draw.integer(1, 2), 1, 28, 28)], draw, *given)


def network(draw: Draw, channels: int) -> nn.Module:
    """Maps (N, channels, H, W) to (N, …), its modules in drawn modes."""
    made = draw.integer(1, 5)
    model = nn.Sequential(
        nn.Conv2d(channels, made, draw.integer(1, 3), draw.integer(1, 2), draw.integer(0, 1)),
        nn.BatchNorm2d(made),
        nn.Sequential(
            nn.ReLU(), nn.Dropout(0.4), draw.choice((nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Identity()))
        ),
        nn.BatchNorm2d(made),
    )
    for module in model.modules():
        module.training = bool(draw.integer(0, 1))
    return model


def condition(model: nn.Module) -> Any:
    modes = [module.training for module in model.modules()]
    return modes, torch.is_grad_enabled(), {name: value.clone() for name, value in model.state_dict().items()}


@probe("flatten-size", runs=60)
def _flatten_size(names: Names, draw: Draw) -> Any:
    shape = draw.integer(1, 3), draw.integer(4, 12), draw.integer(4, 12)
    model = network(draw, shape[0])
    return names["flatten_size"](model, shape), condition(model)


@probe("case-mixed-rows")
def _as_rows(names: Names, draw: Draw) -> Any:
    shape = draw.integers(4, 1, 4)
    x = draw.choice((draw.floats(*shape), draw.floats(*shape).to(memory_format=torch.channels_last)))
    size = shape[1] * shape[2] * shape[3]
    return called(
        names["as_rows"], x, draw.choice((size, size, 2 * size, size + 1, max(size // 2, 1), shape[0] * size))
    )


@probe("capstone", runs=2)
def _design(names: Names, draw: Draw) -> Any:
    """Any design will do that keeps to its budget and learns: the check has trained it already, and here it is weighed."""
    first, second = names["design"](), names["design"]()
    x = draw.floats(draw.integer(2, 5), 1, 28, 28).abs().clamp(max=1)
    logits = first(x)
    own = {id(value) for value in first.parameters()}
    wanted = torch.autograd.grad(logits.square().sum(), list(first.parameters()), allow_unused=True)
    count = sum(value.numel() for value in first.parameters())
    anew = not any(id(value) in own for value in second.parameters())
    return tuple(logits.shape), logits.dtype, count <= 20_000, anew, all(each is not None for each in wanted)


def two_parts(draw: Draw, classes: int) -> TwoParts:
    """A network in two parts for images (N, 2, H, W), its running statistics moved."""
    rows = draw.integer(3, 8)
    features = nn.Sequential(
        nn.Conv2d(2, rows, 3), nn.BatchNorm2d(rows), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    )
    features(draw.floats(9, 2, 6, 6))
    return TwoParts(features, nn.Linear(rows, classes))


@probe("fine-tune", runs=6)
def _fine_tune(names: Names, draw: Draw) -> Any:
    """Any head that has learned will do, and the check has seen that it has: here is compared what must stay."""
    model, classes = two_parts(draw, 5), draw.integer(2, 3)
    before = {name: value.clone() for name, value in model.features.state_dict().items()}
    labels = torch.arange(12) % classes
    images = 3 * torch.stack([labels - 1.0, 1 - 2.0 * labels], 1)[:, :, None, None] + draw.floats(12, 2, 6, 6) / 5
    tuned = names["fine_tune"](model, [(images, labels), (images[:5], labels[:5])], classes)
    after = tuned.features.state_dict()
    kept = all(torch.equal(before[name], after[name]) for name in before)
    modes = [module.training for module in tuned.modules()]
    return kept, modes, tuple(tuned.classifier.weight.shape)


def colour_model(draw: Draw, classes: int) -> nn.Module:
    """Colour images of any size to logits, in evaluation mode."""
    model = nn.Sequential(nn.Conv2d(3, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, classes))
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(draw.floats(*value.shape))
    return model.eval()


@probe("hunt-scale")
def _classify(names: Names, draw: Draw) -> Any:
    photo = draw.bytes(*draw.integers(2, 4, 9), 3)
    return called(lambda x: names["classify"](colour_model(draw, 12), x), photo)


@probe("hunt-axis", runs=60)
def _most_likely(names: Names, draw: Draw) -> Any:
    x = draw.floats(draw.integer(1, 6), 3, 5, 6)
    return tuple(called(names["most_likely"], colour_model(draw, draw.integer(2, 6)), x)[0])


@probe("hunt-softmax", runs=60)
def _batch_loss(names: Names, draw: Draw) -> Any:
    count = draw.integer(1, 6)
    x = draw.floats(count, 3, 5, 6).requires_grad_()
    loss = names["batch_loss"](colour_model(draw, 4), x, torch.tensor(draw.integers(count, 0, 3)))
    return loss.detach(), torch.autograd.grad(loss, x)


@probe("hunt-labels", runs=20)
def _shuffled(names: Names, draw: Draw) -> Any:
    count = draw.integer(30, 40)
    images, labels = torch.arange(float(count))[:, None, None, None], torch.arange(count)
    orders = [names["shuffled"](images, labels) for _call in range(2)]
    pairs = [torch.equal(moved.flatten(), theirs.float()) for moved, theirs in orders]
    return pairs, sorted(orders[0][1].tolist()), orders[0][1].tolist() != orders[1][1].tolist()


@probe("hunt-frozen", runs=20)
def _tower(names: Names, draw: Draw) -> Any:
    channels = draw.integer(1, 3)
    given = channels, *draw.integers(3, 1, 5)
    return layer(names["Tower"], [draw.floats(2, channels, 5, 6)], draw, *given)


@probe("hunt-mode", runs=20)
def _train_and_watch(names: Names, draw: Draw) -> Any:
    model = nn.Sequential(nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3))
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(draw.floats(*value.shape))
    model.train(bool(draw.integer(0, 1)))
    batches = [(draw.floats(5, 2, 2, 2), torch.tensor(draw.integers(5, 0, 2))) for _batch in range(3)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    shares = names["train_and_watch"](model, batches[:2], batches[2], optimizer, draw.integer(1, 3))
    return shares, {name: value.clone() for name, value in model.state_dict().items()}
