"""Lesson 00's prediction."""

from __future__ import annotations

import torch

from course.checking.prediction import Prediction
from course.language import N_

flat_patch = Prediction(
    "flat-patch",
    N_("Every pixel of the patch is 1, and the kernel's numbers sum to 0. Which number does the window give?"),
    lambda: float((torch.ones(3, 3) * torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])).sum()),
    N_(
        "Each product is 1 times a kernel number, so the answer is the kernel's sum. A flat area tells an edge kernel nothing."
    ),
    {
        N_("9 would be the sum of the patch. The kernel's numbers multiply it first."): 9,
        N_("8 would be the sum without the minus signs."): 8,
    },
)
