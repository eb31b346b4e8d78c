"""What is said of a guessed size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.arithmetic import output_steps
from course.explorers.sizes import judge_sizes, size_lines

SIZES = st.integers(8, 80)


@pytest.mark.parametrize(
    ("setting", "guess", "hint"),
    [
        ({"size": 64, "kernel": 5, "stride": 2, "padding": 1}, 30, "place before its first step"),
        ({"size": 64, "kernel": 3, "stride": 1, "padding": 2}, 64, "The padding counts once"),
        ({"size": 64, "kernel": 3, "stride": 2, "padding": 1}, 33, "Which way do you round?"),
        ({"size": 64, "kernel": 3, "stride": 2, "padding": 1}, 64, "The stride is missing"),
        ({"size": 64, "kernel": 3, "stride": 1, "padding": 3}, 62, "The padding is missing"),
        ({"size": 64, "kernel": 3, "stride": 1, "padding": 0, "dilation": 3}, 62, "The dilation is missing"),
        ({"size": 64, "kernel": 3, "stride": 1, "padding": 0, "dilation": 3}, 56, "how many gaps are there?"),
        ({"size": 64, "kernel": 5, "stride": 1, "padding": 0}, 12, "Dividing the size by the kernel"),
        ({"size": 64, "kernel": 5, "stride": 2, "padding": 0}, 32, "Only the stride is in this result"),
        ({"size": 64, "kernel": 5, "stride": 1, "padding": 0}, 64, "size is not kept"),
        ({"size": 64, "kernel": 5, "stride": 1, "padding": 0}, 7, "Count the places"),
    ],
)
def test_a_typical_wrong_guess_gets_its_hint(setting: dict[str, int], guess: int, hint: str) -> None:
    steps = output_steps(**setting)
    verdict = judge_sizes((guess, guess), steps, steps)
    assert not verdict.right
    assert hint in verdict.text
    assert str(steps) in verdict.text


def test_height_and_width_mixed_up() -> None:
    rows, columns = output_steps(32, 3), output_steps(64, 3)
    assert "mixed up" in judge_sizes((62, 30), rows, columns).text


def test_only_the_wrong_axis_is_explained() -> None:
    rows, columns = output_steps(32, 3, 2, 1), output_steps(64, 5, 2, 1)
    text = judge_sizes((16, 30), rows, columns).text
    assert text.count("place before its first step") == 1


@given(
    size=SIZES, kernel=st.integers(1, 5), stride=st.integers(1, 4), padding=st.integers(0, 3), guess=st.integers(0, 99)
)
def test_only_the_true_size_is_right(size: int, kernel: int, stride: int, padding: int, guess: int) -> None:
    steps = output_steps(size, kernel, stride, padding)
    verdict = judge_sizes((guess, steps.output), steps, steps)
    assert verdict.right is (guess == steps.output)
    assert str(steps) in verdict.text


def test_what_the_floor_drops_is_told() -> None:
    inside = output_steps(10, 3, 3)
    assert (inside.dropped, inside.dropped_input) == (1, 1)
    assert "drops 1 line" in "\n".join(size_lines(inside, inside))
    assert "1 of input" in "\n".join(size_lines(inside, inside))
    only_padding = output_steps(64, 3, 2, 1)
    assert "only padding" in "\n".join(size_lines(only_padding, only_padding))
    exact = output_steps(65, 3, 2, 1)
    assert "drops" not in "\n".join(size_lines(exact, exact))


def test_axes_that_differ_are_told_apart() -> None:
    lines = list(size_lines(output_steps(32, 3), output_steps(64, 3, dilation=2)))
    assert lines[0].startswith("height: ")
    assert any(line.startswith("width: ") for line in lines)
    assert any("2 · (3 − 1) + 1 = 5" in line for line in lines)
