"""Exercise merge-kernels: the one kernel that two convolutions in a row are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor
from course.language import N_
from course.misconceptions import Misconception, Rules, windows

exercise = Exercise(
    "merge-kernels",
    difficulty=2,
    minutes=12,
    hints=(
        N_(
            "Which pixels does one number of the second map depend on? `second[u, v]` looks at the first map `u` rows down and `v` columns to the right. "
            "The window of `first` lies there."
        ),
        N_(
            "So each number of `second` adds one copy of `first`, times that number, shifted by its place. Begin with zeros of the merged size."
        ),
        N_(
            "Loop over `u` and `v`: `merged[u : u + kernel_height, v : v + kernel_width] += second[u, v] * first`, with the height and width of `first`."
        ),
    ),
    hidden={
        N_("two in a row"): N_(
            "Lay both kernels on a picture one after the other, then the merged one alone. Try a 1×4 after a 3×2."
        )
    },
    misconceptions={
        **windows.MISCONCEPTIONS,
        "kernel-flipped": N_(
            "One kernel is turned around: sliding one over the other lays it on as it is, but here each number of `second` puts a copy of `first` at its "
            "own place. The top left number must be `first[0, 0] * second[0, 0]`. What does yours have there?"
        ),
        "kernel-flipped:merged": N_(
            "Your merged kernel is turned around. What a dot leaves after two convolutions is the kernel turned by half a circle."
        ),
        "kernel-transposed": N_("Rows and columns of the merged kernel are swapped. Which index counts the rows?"),
        "inside-only": Misconception(
            "The merged kernel is cut down to where one kernel lies wholly on the other.",
            N_(
                "The merged kernel is larger than either: two 3×3 windows in a row see 5×5 pixels. Yours has only the places where one kernel lies wholly on the other."
            ),
        ),
        "same-size": Misconception(
            "The merged kernel is as large as one of the two.",
            N_("The merged kernel is larger than either: two 3×3 windows in a row see 5×5 pixels."),
        ),
        "sizes-added": Misconception(
            "The heights of the two kernels are added, which is one too many.",
            N_("3 and 3 give 5, not 6: the first number of each kernel lies on the same pixel."),
        ),
        "sum-of-kernels": Misconception(
            "The two kernels are added.",
            N_(
                "The sum of two kernels is what two convolutions *beside* each other give, their maps added. Here one comes after the other."
            ),
        ),
        "product-of-kernels": Misconception(
            "The two kernels are multiplied number by number.",
            N_("The kernels do not lie on each other: every number of one meets every number of the other."),
        ),
        "matrix-product": N_(
            "`@` is a matrix product: rows times columns. Here every number of one kernel meets every number of the other."
        ),
        "block-product": Misconception(
            "The copies of one kernel lie side by side.",
            N_(
                "Your copies of one kernel lie side by side. Their places are one cell apart, so they overlap, and what overlaps is added."
            ),
        ),
        "overwritten": Misconception(
            "Each copy overwrites the one before.",
            N_("The copies overlap. Where they do, numbers must be added: `+=`, not `=`."),
        ),
        "square-only": Misconception(
            "Both kernels are taken to be of one fixed size.",
            N_(
                "The kernels may have any two sizes. Read them from `first.shape` and `second.shape`, rows and columns apart."
            ),
        ),
        "axes-kept": N_("`F.conv2d` wants axes for batch and channels; the answer has none: `[0, 0]` takes them away."),
    },
)


@dataclass(frozen=True)
class Pair:
    """Two kernels (kH, kW) in the order in which they meet the picture."""

    first: Tensor
    second: Tensor

    def right(self) -> Tensor:
        """The merged kernel: a copy of the first for each number of the second, as a transposed convolution adds them."""
        return F.conv_transpose2d(self.first[None, None], self.second[None, None])[0, 0]

    def gathered(self, *, turned: bool = False) -> Tensor:
        """One kernel slid over the other with zeros around it, as it is."""
        image, kernel = (self.second, self.first) if turned else (self.first, self.second)
        tall, wide = kernel.shape
        return F.conv2d(F.pad(image, (wide - 1, wide - 1, tall - 1, tall - 1))[None, None], kernel[None, None])[0, 0]

    def inside(self, *, turned: bool = False) -> Tensor:
        """One kernel slid over the other without padding."""
        image, kernel = (self.second, self.first) if turned else (self.first, self.second)
        return F.conv2d(image[None, None], kernel[None, None])[0, 0]

    def inside_flipped(self) -> Tensor:
        """The second kernel, flipped, slid over the first without padding."""
        return F.conv2d(self.first[None, None], self.second.flip(0, 1)[None, None])[0, 0]

    def cropped(self) -> Tensor:
        """The middle of the merged kernel, as large as the first one."""
        tall, wide = self.second.shape
        rows, columns = self.first.shape
        return self.right()[(tall - 1) // 2 :][:rows, (wide - 1) // 2 :][:, :columns]

    def added_in_a_corner(self) -> Tensor:
        """Both kernels added at the top left of a tensor as large as the merged one."""
        total = torch.zeros_like(self.right())
        for kernel in (self.first, self.second):
            total[: kernel.shape[0], : kernel.shape[1]] += kernel
        return total

    def overwritten(self) -> Tensor:
        """The copies of the first, each over the ones before."""
        merged = torch.zeros_like(self.right())
        rows, columns = self.first.shape
        for u in range(self.second.shape[0]):
            for v in range(self.second.shape[1]):
                merged[u : u + rows, v : v + columns] = self.second[u, v] * self.first
        return merged


RULES: Rules[Pair] = (
    ("kernel-flipped", lambda p: p.gathered()),
    ("kernel-flipped", lambda p: p.gathered(turned=True)),
    ("kernel-flipped:merged", lambda p: p.right().flip(0, 1)),
    ("kernel-transposed", lambda p: p.right().T),
    ("inside-only", lambda p: p.inside()),
    ("inside-only", lambda p: p.inside(turned=True)),
    ("inside-only", lambda p: p.inside_flipped()),
    ("same-size", lambda p: F.conv2d(p.first[None, None], p.second[None, None], padding="same")[0, 0]),
    ("same-size", lambda p: p.cropped()),
    ("sizes-added", lambda p: F.pad(p.right(), (0, 1, 0, 1))),
    ("sum-of-kernels", lambda p: p.first + p.second),
    ("sum-of-kernels", lambda p: p.added_in_a_corner()),
    ("product-of-kernels", lambda p: p.first * p.second),
    ("matrix-product", lambda p: p.first @ p.second),
    ("matrix-product", lambda p: p.second @ p.first),
    ("block-product", lambda p: torch.kron(p.first, p.second)),
    ("block-product", lambda p: torch.kron(p.second, p.first)),
    ("overwritten", lambda p: p.overwritten()),
    ("axes-kept", lambda p: p.right()[None, None]),
    ("axes-kept", lambda p: p.right()[None]),
)


def merged(first: Tensor, second: Tensor) -> Tensor:
    """The merged kernel; its arguments bear the names that messages show."""
    return Pair(first, second).right()


_REFUSED = (("must match the size of tensor", "square-only"), ("must match the existing size", "square-only"))

compared = Compared(exercise, merged, Pair, RULES, expect=partial(expect_tensor, any_dtype=True), refused=_REFUSED)


@compared.step("squares", N_("Two 3×3 kernels become one of 5×5"))
def _squares(sample: Sample) -> Iterator[Call]:
    yield call(sample.floats(3, 3), sample.floats(3, 3))


@compared.step("rectangles", N_("Kernels of any two sizes"))
def _rectangles(sample: Sample) -> Iterator[Call]:
    for first, second in (((5, 5), (3, 3)), ((2, 4), (3, 1)), ((1, 1), (2, 3)), ((1, 5), (4, 1))):
        yield call(sample.floats(*first), sample.floats(*second))
