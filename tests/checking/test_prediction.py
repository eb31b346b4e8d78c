"""Predictions count by value: never red when right, whatever the type; choices by value, by number or in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from course.checking.prediction import Prediction, judge
from course.exercises.catalogue import find_prediction

RIGHT = "that is right"


def asked(truth: object, *choices: object, slips: dict[str, object] | None = None) -> Prediction:
    return Prediction("p", "Which?", lambda: truth, "because", slips or {}, choices)


@pytest.mark.parametrize(
    ("id", "guess"),
    [
        ("third-pooling", "3"),
        ("third-pooling", 3.0),
        ("third-pooling", np.int64(3)),
        ("third-pooling", torch.tensor(3)),
        ("third-pooling", (3,)),
        ("permuted-shape", "(4, 3, 64, 48)"),
        ("permuted-shape", "4, 3, 64, 48"),
        ("permuted-shape", "torch.Size([4, 3, 64, 48])"),
        ("permuted-shape", [4, 3, 64, 48]),
        ("permuted-shape", torch.Size([4, 3, 64, 48])),
        ("permuted-shape", ("4", "3", "64", "48")),
        ("two-stamps", torch.tensor([1.0, 1, 2, 1, 1])),
        ("two-stamps", np.array([1, 1, 2, 1, 1])),
        ("two-stamps", "[1, 1, 2, 1, 1]"),
        ("loss-at-start", math.log(10)),
        ("loss-at-start", "2.3026"),
        ("loss-at-start", torch.log(torch.tensor(10.0))),
        ("strided-same", ValueError),
        ("strided-same", ValueError("padding='same'")),
        ("strided-same", "ValueError"),
        ("strided-same", "valueerror"),
        ("strided-same", "error"),
        ("strided-same", 3),
        ("strided-same", "3"),
        ("silent-layout", "result"),
        ("silent-layout", "a result"),
        ("silent-layout", 2),
        ("broadcast-axis", "column"),
        ("broadcast-axis", "Column i"),
        ("broadcast-axis", "mean[i] from colum i"),
        ("sixty-layers", "less"),
        ("heaviest-layer", "first linear"),
        ("bottleneck-weights", "69,632"),
        ("running-variance", 0.9 * 1 + 0.1 * 2),
        ("no-grad-moves", "True"),
        ("no-grad-moves", "yes"),
        ("no-grad-moves", torch.tensor(True)),
        ("no-grad-moves", np.True_),
        ("no-grad-moves", 1),
        ("one-channel-sum", "(8, 16, 28, 28)"),
    ],
)
def test_a_right_guess_of_any_type_is_right(id: str, guess: object) -> None:
    card = judge(find_prediction(id), guess)
    assert card.accent == "good"
    assert RIGHT in card.text()


@pytest.mark.parametrize(
    ("id", "guess", "said"),
    [
        ("third-pooling", "4", "3.5 rounded up would be 4"),
        ("third-pooling", 3.5, "no half rows"),
        ("third-pooling", 2.9999, "it is 3"),
        ("third-pooling", True, "it is 3"),
        ("permuted-shape", torch.Size([4, 3, 48, 64]), "permute(0, 3, 1, 2)"),
        ("one-channel-sum", RuntimeError, "3 channels against 16"),
        ("one-channel-sum", "an error", "3 channels against 16"),
        ("strided-same", "(16, 16)", "TensorFlow would give that"),
        ("strided-same", [32, 32], "The word promises that"),
        ("strided-same", 1, "The word promises that"),
        ("silent-layout", "error", "Axis 1 has the size 32"),
        ("loss-at-start", "0.1", "the probability of the right class"),
        ("no-grad-moves", "no", "are two different switches"),
    ],
)
def test_slips_are_known_by_value_too(id: str, guess: object, said: str) -> None:
    card = judge(find_prediction(id), guess)
    assert card.accent == "bad"
    assert said in card.text()


@pytest.mark.parametrize(
    ("truth", "guess"),
    [
        (0.3333333, 0.33),
        (0.3333333, "0.333"),
        (2.302585, 2.3),
        (1e-27, 1.0e-27),
        (float("nan"), float("nan")),
        (False, "False"),
        ((64,), 64),
        ("RuntimeError", "RuntimeError"),
        ("RuntimeError", Exception),
        ("a tenth", " A tenth. "),
        (True, torch.tensor([1 > 0]).all()),
    ],
)
def test_roundings_and_spellings_are_right(truth: object, guess: object) -> None:
    assert judge(asked(truth), guess).accent == "good"


@pytest.mark.parametrize(
    ("truth", "guess"),
    [
        (0.25, 0.3),
        (0.0, 0.4),
        (1152, 1151.9),
        (1, True),
        ("RuntimeError", ValueError),
        ((2, 3), (2, 3, 1)),
        ((2, 3), 2),
        (3, "three"),
        (3, float("inf")),
        (0.5, float("nan")),
        (5, {}),
        (5, object()),
        (5, "(" * 500),
    ],
)
def test_what_is_not_the_truth_is_not_right(truth: object, guess: object) -> None:
    assert judge(asked(truth), guess).accent == "bad"


def test_a_right_guess_of_another_type_learns_the_type() -> None:
    assert "as text" in judge(asked(3), "3").text()
    assert "(64,)" in judge(asked((64,)), 64).text()
    assert "without brackets" in judge(asked(64), (64,)).text()
    for truth, guess in ((3, 3.0), ((1, 2), [1, 2]), ("ValueError", ValueError), ((1, 2), torch.tensor([1, 2]))):
        assert judge(asked(truth), guess).paragraphs == ("because",)


def test_choices_are_numbered_unless_they_are_numbers() -> None:
    words, numbers = asked("one", "one", "the other"), asked(2, 1, 2, 3)
    assert "1: one" in judge(words, ...).text()
    assert "2: the other" in judge(words, None).text()
    assert "You predicted the other; it is one." in judge(words, "2").text()
    assert "Choose one of: 1, 2, 3." in judge(numbers, ...).text()
    assert judge(numbers, 1).accent == "bad"  # the number 1, not the first choice
    assert judge(numbers, "2").accent == "good"
    assert judge(asked(False, False, True), 1).accent == "bad"
    assert judge(asked(20, 4, 20), 1).accent == "calm"


@pytest.mark.parametrize(
    "guess", ["no error", "not column", "mean[i]", "dog", "", "an", 0, 4, -1, 2.5, (1, 2), {}, True]
)
def test_what_is_no_choice_is_asked_again(guess: object) -> None:
    card = judge(find_prediction("broadcast-axis"), guess)
    assert card.accent == "calm"
    assert "by its number" in card.text()


def test_what_could_be_two_choices_is_asked_again_with_these_two() -> None:
    text = judge(find_prediction("heaviest-layer"), "block").text()
    assert "more than one" in text
    assert "1: the first block" in text
    assert "2: the second block" in text
    assert "linear" not in text.split("more than one")[1]


def test_a_number_between_the_choices_is_asked_again() -> None:
    assert judge(find_prediction("loss-at-start"), 5).accent == "calm"
    assert judge(find_prediction("loss-at-start"), 0.14).paragraphs[0].startswith("That is the probability")
