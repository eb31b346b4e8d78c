"""The trial of a design: fair, the same each time, and out of reach for what is brought along."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course import images
from course.checking.answer import Answer, Wrong
from course.checking.exercise import run_check
from course.checking.report import Outcome
from course.exercises.cnn.capstone import exercise as capstone
from course.training.limits import require_cost, require_logits, require_parameters
from course.training.trial import CONDITIONS, _trial, moved, run_trial, trial_credit, trial_of


def halfway() -> nn.Module:
    """Too little for full credit, enough for some."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 6, 3, stride=2, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(6 * 49, 10),
    )


def test_a_trial_is_the_same_each_time_and_another_for_another_seed() -> None:
    first, other = trial_of(5), trial_of(6)
    _trial.cache_clear()
    again = trial_of(5)
    for name in ("training_images", "training_labels", "images", "labels"):
        assert torch.equal(getattr(first, name), getattr(again, name))
        assert not torch.equal(getattr(first, name), getattr(other, name))


def test_training_and_judging_share_the_new_numbers_but_no_digit() -> None:
    found = trial_of(5)
    numbers = {}
    for part, labels in (("train", found.training_labels), ("test", found.labels)):
        old = images.digits(28, part)[1]
        pairs = set(zip(old.repeat(len(labels) // len(old)).tolist(), labels.tolist(), strict=True))
        assert len(pairs) == 10
        numbers[part] = pairs
    assert numbers["train"] == numbers["test"]
    assert len(found.training_images) == len(found.training_labels)
    assert found.images.dtype == torch.float32
    assert 0 <= float(found.images.min()) <= float(found.images.max()) <= 1


def test_each_digit_is_moved_in_its_own_way_and_little() -> None:
    digits = torch.zeros(50, 1, 28, 28)
    digits[:, :, 12:16, 12:16] = 1
    after = moved(digits, torch.Generator().manual_seed(0))
    assert after.shape == digits.shape
    assert len({tuple(each.flatten().tolist()) for each in after}) == 50
    rows = torch.arange(28.0)
    centres = (after.sum(3) * rows).sum((1, 2)) / after.sum((1, 2, 3))
    assert float((centres - 13.5).abs().max()) < 2.5
    assert float(centres.std()) > 0.5
    assert bool(torch.allclose(after.sum((1, 2, 3)), digits.sum((1, 2, 3)), rtol=0.35))


def test_the_credit_grows_evenly_from_90_to_97_percent() -> None:
    assert [CONDITIONS.credit(each) for each in (0.0, 0.5, 0.9, 0.97, 1.0)] == [0, 0, 0, 1, 1]
    assert CONDITIONS.credit(0.935) == pytest.approx(0.5)


def test_a_design_in_between_earns_a_share_the_same_each_time() -> None:
    chance, threads = torch.get_rng_state(), torch.get_num_threads()
    first = run_check(capstone, halfway)
    assert first.outcome is Outcome.WRONG
    assert first.step == "accuracy"
    assert 0 < first.credit < 1
    assert f"earns {100 * first.credit:.0f} %" in first.message
    assert first.misconception in {"underfits", "overfits"}
    torch.set_num_threads(1)
    try:
        torch.rand(3)
        assert run_check(capstone, halfway).credit == first.credit
    finally:
        torch.set_num_threads(threads)
    assert chance.shape == torch.get_rng_state().shape


def test_what_was_learnt_elsewhere_gains_little() -> None:
    """A nearest neighbour on the published digits with their published labels: on other numbers it only guesses."""

    class Remembers(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            digits, labels = images.digits(28)
            self.digits, self.labels = digits.flatten(1), nn.functional.one_hot(labels).float()
            self.scale = nn.Parameter(torch.ones(()))

        def forward(self, x: Tensor) -> Tensor:
            return self.scale * 10 * self.labels[torch.cdist(x.flatten(1), self.digits).argmin(1)]

    found = trial_of(5)
    known = Remembers()(found.images).argmax(1)
    assert (known == images.digits(28, "test")[1].repeat(2)).double().mean() > 0.9
    assert (known == found.labels).double().mean() < 0.5


@pytest.mark.parametrize(
    "made",
    [
        lambda: nn.Linear(784, 26),
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 9)),
        lambda: nn.Sequential(nn.Upsample(scale_factor=1000), nn.Conv2d(1, 2, 3)),
    ],
    ids=["parameters", "outputs", "memory"],
)
def test_a_hidden_trial_of_what_passes_a_limit_earns_nothing(made: Any) -> None:
    assert trial_credit(made, seed=5) == 0


def test_a_design_that_grows_after_the_check_is_held_to_the_limits_in_the_trial() -> None:
    calls: list[int] = []

    def design() -> nn.Module:
        calls.append(1)
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10 if len(calls) < 2 else 100))

    run_trial_calls = Answer(design)
    run_trial_calls()
    with pytest.raises(Wrong, match="78,500"):
        run_trial(run_trial_calls, trial_of(5))


@pytest.mark.parametrize(
    "value",
    [
        None,
        torch.zeros(3, 10, dtype=torch.int64),
        torch.zeros(3, 9),
        torch.zeros(2, 10),
        torch.full((3, 10), float("nan")),
        torch.zeros(3, 10, device="meta"),
        torch.zeros(3, 10).to_sparse(),
        [0.0] * 10,
    ],
    ids=str,
)
def test_what_comes_back_must_be_logits(value: object) -> None:
    with pytest.raises(Wrong):
        require_logits(value, 3)


@pytest.mark.parametrize("lie", [None, "no", {}, {"multiply_adds": "few"}, {"multiply_adds": True, "bytes": 1}, 3])
def test_what_a_world_tells_of_costs_may_be_anything(lie: object, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer(nn.Linear(3, 3))
    monkeypatch.setattr(Answer, "run", lambda *_, **__: lie)
    require_cost(answer)
    with pytest.raises(Wrong):
        require_parameters(answer)


def test_the_reference_of_the_last_hint_gets_full_credit_on_other_digits() -> None:
    def design() -> nn.Module:
        stages: list[nn.Module] = []
        for before, after in ((1, 8), (8, 16), (16, 24)):
            stages += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
        return nn.Sequential(*stages, nn.Flatten(), nn.Linear(24 * 3 * 3, 10))

    assert trial_credit(design, seed=11) == 1
