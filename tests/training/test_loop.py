"""The loop: reproducible, quiet towards the global generator, and clear about what it cannot train."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course import images
from course.training import History, train
from course.training.loop import TrainingPlan, accuracy, learning_rate_at, training_steps
from tests.training.models import cnn_with_residual, simple_cnn, small

X, Y = images.digits(8, "train")
FEW = X[:100], Y[:100]


def losses(seed: int, first_weights: int = 0) -> tuple[float, ...]:
    torch.manual_seed(first_weights)
    return train(small(), *FEW, epochs=2, seed=seed, show=False).losses


def test_the_same_seed_gives_the_same_training_whatever_the_global_generator_did() -> None:
    first = losses(1)
    torch.rand(17)
    assert losses(1) == first
    assert losses(2) != first


def test_the_global_generator_is_left_as_it_was() -> None:
    model = small()
    before = torch.get_rng_state()
    for _step in training_steps(model, *FEW, TrainingPlan(epochs=1), held_out=FEW):
        assert torch.equal(torch.get_rng_state(), before)


def test_a_record_comes_for_each_step_and_the_accuracy_at_the_end_of_an_epoch() -> None:
    plan = TrainingPlan(epochs=2, batch_size=32)
    model = small()
    records = list(training_steps(model, *FEW, plan, held_out=(X[100:200], Y[100:200])))
    assert [each.number for each in records] == list(range(1, plan.steps(100) + 1))
    assert [each.epoch for each in records] == [1] * 4 + [2] * 4
    assert [each.ends_epoch for each in records] == [False, False, False, True] * 2
    assert [each.accuracy is not None for each in records] == [each.ends_epoch for each in records]
    assert records[-1].accuracy == accuracy(model, X[100:200], Y[100:200])


def test_a_last_batch_of_one_image_joins_the_one_before() -> None:
    sizes: list[int] = []

    class Watched(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(64, 10)

        def forward(self, x: Tensor) -> Tensor:
            sizes.append(len(x))
            return self.layer(x.flatten(1))  # type: ignore[no-any-return]

    train(Watched(), X[:65], Y[:65], epochs=1, batch_size=16, show=False)
    assert sizes == [16, 16, 16, 17]
    sizes.clear()
    train(Watched(), X[:1], Y[:1], epochs=1, batch_size=16, show=False)
    assert sizes == [1]


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [learning_rate_at(step, 50, 0.1) for step in range(50)]
    top = rates.index(max(rates))
    assert 8 <= top <= 12
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert max(rates) <= 0.1
    assert rates[-1] < 0.001
    assert 0 < learning_rate_at(0, 1, 0.1) <= 0.1


def test_the_modes_are_put_back_and_evaluation_changes_no_statistics() -> None:
    model = small()
    list(model.children())[1].eval()
    train(model, *FEW, epochs=1, held_out=FEW, show=False)
    assert [each.training for each in model.children()] == [True, False, True, True, True, True, True]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    accuracy(model, *FEW)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_it_trains_where_gradients_are_switched_off() -> None:
    with torch.no_grad():
        history = train(small(), *FEW, epochs=2, show=False)
    assert history.losses[-1] < history.losses[0]


def test_frozen_parameters_stay() -> None:
    model = small()
    first = next(model.parameters()).requires_grad_(False)
    before = first.clone()
    train(model, *FEW, epochs=1, show=False)
    assert torch.equal(first, before)


def test_other_shapes_than_images_will_do() -> None:
    history = train(nn.Linear(64, 10), X.flatten(1)[:100], Y[:100], epochs=3, show=False)
    assert history.losses[-1] < history.losses[0]


@pytest.mark.parametrize(
    ("error", "says", "call"),
    [
        (TypeError, "float32.*int64", lambda: train(small(), X, Y.float())),
        (TypeError, "int32.*int64", lambda: train(small(), X, Y.int())),
        (ValueError, r"argmax\(1\)", lambda: train(small(), X, nn.functional.one_hot(Y))),
        (ValueError, r"\(N,\).*flatten", lambda: train(small(), X, Y[:, None])),
        (ValueError, "1352 images.*100 labels", lambda: train(small(), X, Y[:100])),
        (ValueError, "smallest number is -1", lambda: train(small(), X, Y - 1)),
        (ValueError, "label 10.*11 outputs", lambda: train(small(), X, Y + 1)),
        (TypeError, "uint8.*255", lambda: train(small(), (255 * X).byte(), Y)),
        (TypeError, "float64.*float32", lambda: train(small(), X.double(), Y)),
        (TypeError, "must be a tensor.*ndarray", lambda: train(small(), X.numpy(), Y)),  # type: ignore[arg-type]
        (ValueError, "NaN or infinite", lambda: train(small(), X / 0, Y)),
        (ValueError, "batch", lambda: train(small(), X[:0], Y[:0])),
        (TypeError, "the class Linear itself", lambda: train(nn.Linear, X, Y)),  # type: ignore[arg-type]
        (TypeError, "got function", lambda: train(losses, X, Y)),  # type: ignore[arg-type]
        (ValueError, "no parameters", lambda: train(nn.Flatten(), X, Y)),
        (ValueError, "torch says: mat1 and mat2", lambda: train(nn.Linear(63, 10), X.flatten(1), Y)),
        (ValueError, r"\(32, 10, 8, 8\).*flatten\(1\)", lambda: train(nn.Conv2d(1, 10, 1), X, Y)),
        (ValueError, r"another size now", lambda: train(nn.Sequential(nn.Flatten(0), nn.Unflatten(0, (-1, 32)), nn.Linear(32, 10)), X, Y)),
        (ValueError, "epochs must be 1 or more", lambda: train(small(), X, Y, epochs=0)),
        (TypeError, "batch_size must be an int", lambda: train(small(), X, Y, batch_size=2.5)),  # type: ignore[arg-type]
        (ValueError, "learning_rate", lambda: train(small(), X, Y, learning_rate=-1)),
        (TypeError, r"held_out\[1\].*int64", lambda: train(small(), X, Y, held_out=(X, Y.float()))),
    ],
)  # fmt: skip
def test_an_error_says_what_came_and_what_to_do(error: type[Exception], says: str, call: Callable[[], Any]) -> None:
    with pytest.raises(error, match=says):
        call()


def test_a_model_that_gives_nothing_is_told_about_its_return() -> None:
    class Silent(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return None  # type: ignore[return-value]

    with pytest.raises(TypeError, match=r"NoneType.*return"):
        train(Silent(64, 10), X, Y, show=False)


def test_a_stub_says_so_itself() -> None:
    class Stub(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            raise NotImplementedError

    with pytest.raises(NotImplementedError):
        train(Stub(64, 10), X, Y, show=False)


class Nan(nn.Module):
    """Gives NaN from its third call on."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.calls = nn.Linear(64, 10), 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        y: Tensor = self.layer(x.flatten(1))
        return y * math.nan if self.calls > 2 else y


def test_a_loss_that_is_no_number_ends_it_with_a_sentence_and_the_history_so_far() -> None:
    model = Nan()
    history = train(model, *FEW, show=False)
    assert len(history.losses) == 3
    assert math.isnan(history.losses[-1])
    assert "at step 3 the loss is NaN" in history.stopped
    assert history.epochs == 0
    assert all(bool(torch.isfinite(each).all()) for each in model.parameters())
    assert "Stopped" in repr(history)


def test_an_interruption_gives_the_model_as_it_is_and_the_history_so_far() -> None:
    class Interrupted(Nan):
        def forward(self, x: Tensor) -> Tensor:
            if self.calls == 5:
                raise KeyboardInterrupt
            self.calls += 1
            return self.layer(x.flatten(1))  # type: ignore[no-any-return]

    history = train(Interrupted(), *FEW, show=False)
    assert (len(history.losses), history.epochs) == (5, 1)
    assert "You stopped it" in history.stopped
    assert isinstance(history, History)


@pytest.mark.parametrize("make", [simple_cnn, cnn_with_residual])
def test_the_networks_of_the_course_learn_the_digits(make: Callable[[], nn.Module]) -> None:
    torch.manual_seed(0)
    model = make()
    history = train(model, *images.digits(28, "train"), epochs=4, held_out=images.digits(28, "test"), show=False)
    assert history.accuracies[-1] >= 0.97
