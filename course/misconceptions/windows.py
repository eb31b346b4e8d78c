"""Known mistakes in what is made of the numbers of a window and a kernel."""

from __future__ import annotations

from course.language import N_
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "patch-not-weighted": Misconception(
        "The window is summed without the kernel's weights.",
        N_("That is the sum of the patch alone: where is the kernel?"),
    ),
    "mean-for-sum": Misconception(
        "The mean is taken where the sum is asked.",
        N_("That is the mean of the products. A convolution adds them up."),
    ),
    "sum-for-mean": Misconception("The sum is taken where the mean is asked."),
    "kernel-flipped": Misconception(
        "The kernel is flipped: that is the convolution of mathematics, not of deep learning.",
        N_("The kernel is flipped. In deep learning it is laid on as it is."),
    ),
    "matrix-product": Misconception(
        "A matrix product is taken in place of the product cell by cell.",
        N_("`@` is a matrix product: rows times columns. Here each pixel meets one number."),
    ),
}
