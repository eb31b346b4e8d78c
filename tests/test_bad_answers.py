"""Whatever an answer is or returns, a check ends in a report with a sentence, never in an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from course.checking.card import report_card
from course.checking.exercise import Exercise, run_check
from course.checking.report import Outcome
from course.exercises.catalogue import LESSONS, exercises


class Odd:
    """An object whose every use raises."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"no {name} here")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = object.__hash__


RETURNED: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "True": lambda: True,
    "text": lambda: "42",
    "nan": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "complex": lambda: 1j,
    "large int": lambda: 10**400,
    "empty tuple": tuple,
    "nested": lambda: [[(), {}], [None]],
    "strings in a tuple": lambda: ("a", "b", "c", "d"),
    "tensors in a tuple": lambda: (torch.ones(2), torch.ones(3)),
    "a dict": lambda: {"a": torch.ones(1)},
    "an object": Odd,
    "a class": lambda: Odd,
    "a generator": lambda: (number for number in range(3)),
    "a layer": lambda: nn.Conv2d(1, 1, 1),
    "a lambda": lambda: lambda: 1,
    "an array": lambda: np.ones((2, 3), np.float32),
    "an array of objects": lambda: np.array([None, "x"], dtype=object),
    "an empty tensor": lambda: torch.ones(0),
    "a scalar": lambda: torch.tensor(1.0),
    "a one-cell tensor": lambda: torch.ones(1, 1, 1, 1),
    "nan tensor": lambda: torch.full((3, 3), float("nan")),
    "infinite tensor": lambda: torch.full((3, 3), float("inf")),
    "complex tensor": lambda: torch.ones(3, 3, dtype=torch.complex64),
    "a complex scalar": lambda: torch.tensor(1j),
    "a scalar without a value": lambda: torch.tensor(1.0, device="meta"),
    "bool tensor": lambda: torch.ones(3, 3, dtype=torch.bool),
    "half tensor": lambda: torch.ones(3, 3, dtype=torch.float16),
    "meta tensor": lambda: torch.ones(3, 3, device="meta"),
    "sparse tensor": lambda: torch.eye(3).to_sparse(),
    "quantized tensor": lambda: torch.quantize_per_tensor(torch.ones(3, 3), 0.1, 0, torch.quint8),
    "ten axes": lambda: torch.ones([1] * 10),
    "expanded tensor": lambda: torch.ones(1).expand(3, 3),
}

EXERCISES = [each for lesson in LESSONS for each in exercises(lesson)]


def class_returning(value: Callable[[], Any]) -> type[nn.Module]:
    """A layer with a weight and a bias of plausible shape, whose every call gives this value."""

    class Answer(nn.Module):
        def __init__(self, in_channels: int, out_channels: int, kernel_size: Any, *rest: Any, **more: Any) -> None:
            super().__init__()
            self.layer = nn.Conv2d(in_channels, out_channels, kernel_size)

        def forward(self, *arguments: Any) -> Any:
            return value()

    return Answer


def answers(exercise: Exercise, value: Callable[[], Any]) -> list[object]:
    def function(*arguments: Any, **keywords: Any) -> Any:
        return value()

    return [function] if exercise.asks == "function" else [class_returning(value), function]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_wrong_kind_of_value_is_told_in_words(exercise: Exercise, subtests: pytest.Subtests) -> None:
    for name, value in RETURNED.items():
        with subtests.test(name):
            for part in exercise.parts():
                for answer in answers(exercise, value):
                    report = run_check(exercise, answer, part)
                    assert report.outcome in {Outcome.WRONG, Outcome.RAISED}
                    assert report.message
                    assert report_card(report).text()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_value_in_place_of_the_answer_is_told_in_words(exercise: Exercise, subtests: pytest.Subtests) -> None:
    for name, value in RETURNED.items():
        with subtests.test(name):
            report = run_check(exercise, value(), exercise.parts()[0])
            assert report.outcome in {Outcome.WRONG, Outcome.RAISED, Outcome.NOT_ATTEMPTED}
            assert report.message


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_an_error_is_told_with_its_type(exercise: Exercise, subtests: pytest.Subtests) -> None:
    for error in (SystemExit, MemoryError, RecursionError, StopIteration, AssertionError, OSError):
        with subtests.test(error.__name__):
            report = run_check(exercise, raising(exercise, error), exercise.parts()[0])
            assert report.outcome is Outcome.RAISED
            assert error.__name__ in report.message


def raising(exercise: Exercise, error: type[BaseException]) -> object:
    """An answer whose every call raises."""

    def answer(*arguments: Any, **keywords: Any) -> Any:
        raise error

    class Answer:
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            raise error

    return answer if exercise.asks == "function" else Answer
