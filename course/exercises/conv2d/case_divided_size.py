"""Exercise case-divided-size: the size after each layer of a stack, by a rule that fits all layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course import arithmetic
from course.checking.compared import Call, Compared, call
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tuple
from course.language import N_
from course.misconceptions import Misconception, Rules, sizes

Layer = tuple[int, int, int]
"""(kernel, stride, padding)"""

exercise = Exercise(
    "case-divided-size",
    difficulty=1,
    minutes=4,
    hints=(
        N_("Which of the layers does the rule get right? What do its kernel and its stride have in common?"),
        N_("One rule is right for both kinds of layers. You have written it already, for the exercise output-size."),
        N_("For each layer: `size = (size + 2 * padding - kernel) // stride + 1`, then append the size."),
    ),
    hidden={N_("against torch"): N_("Build the stack with nn.Conv2d, send zeros through it, and compare each size.")},
    misconceptions={
        **sizes.MISCONCEPTIONS,
        "divided-size": N_(
            "The size is still divided by the kernel. Where does the stride come in, and where the padding?"
        ),
        "padding-after": Misconception(
            "The padding is added to the output, not to the input.",
            N_(
                "You added the padding to the size that comes out. It lies around what goes in, before the window moves."
            ),
        ),
        "returns-too-early": Misconception(
            "The function returns within the loop.",
            N_("Only the size after the first layer is there. Is the `return` inside the loop?"),
        ),
        "last-size-only": Misconception(
            "Only the size after the last layer is returned.",
            N_("That is the size after the last layer alone. Append each size to a list, and return the list."),
        ),
        "layers-not-chained": Misconception(
            "Each layer is computed from the input, not from the layer before.",
            N_("Every layer starts from the first size. What a layer gets is what the layer before it gave."),
        ),
        "input-size-included": Misconception(
            "The input's own size is in the list.",
            N_("The size of the input is in the list too. Give one size for each layer, the one after it."),
        ),
        "off-by-one-layer": Misconception(
            "The size before each layer is noted, not the one after it.",
            N_("These are the sizes before each layer. Give the size after each layer."),
        ),
    },
)


@dataclass(frozen=True)
class Walk:
    """A size that walks through layers."""

    size: int
    layers: Sequence[Layer]

    def by(self, rule: Callable[[Any, int, int, int], Any]) -> tuple[Any, ...]:
        """The size after each layer, by this rule for (size, kernel, stride, padding)."""
        walked: list[Any] = [self.size]
        for layer in self.layers:
            walked.append(rule(walked[-1], *layer))
        return tuple(walked[1:])

    def right(self) -> tuple[int, ...]:
        """The right sizes."""
        return self.by(arithmetic.output_size)


RULES: Rules[Walk] = (
    ("divided-size", lambda w: w.by(lambda n, k, s, p: n // k)),
    ("divided-by-stride", lambda w: w.by(lambda n, k, s, p: n // s)),
    ("padding-ignored", lambda w: w.by(lambda n, k, s, p: (n - k) // s + 1)),
    ("padding-on-one-side", lambda w: w.by(lambda n, k, s, p: (n + p - k) // s + 1)),
    ("padding-after", lambda w: w.by(lambda n, k, s, p: (n - k) // s + 1 + 2 * p)),
    ("no-plus-one", lambda w: w.by(lambda n, k, s, p: (n + 2 * p - k) // s)),
    ("ceil-for-floor", lambda w: w.by(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1)),
    ("stride-ignored", lambda w: w.by(lambda n, k, s, p: n + 2 * p - k + 1)),
    ("float-for-int:floor", lambda w: w.by(lambda n, k, s, p: (n + 2 * p - k) / s + 1)),
    ("returns-too-early", lambda w: w.right()[:1]),
    ("last-size-only", lambda w: w.right()[-1]),
    ("layers-not-chained", lambda w: tuple(arithmetic.output_size(w.size, *layer) for layer in w.layers)),
    ("input-size-included", lambda w: (w.size, *w.right())),
    ("off-by-one-layer", lambda w: (w.size, *w.right()[:-1])),
)


def sizes_after_layers(size: int, layers: Sequence[Layer]) -> tuple[int, ...]:
    """The right sizes; its arguments bear the names that messages show."""
    return Walk(size, layers).right()


compared = Compared(exercise, sizes_after_layers, Walk, RULES, expect=expect_tuple)


@compared.step("pooling", N_("Layers whose stride equals their kernel are still right"))
def _pooling(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(40, 60), [(2, 2, 0), (sample.integer(2, 3), 2, 0)])


@compared.step("convolutions", N_("Convolutions are right"))
def _convolutions(sample: Sample) -> Iterator[Call]:
    yield call(sample.integer(40, 60), [(5, 1, 0), (3, 1, 0), (sample.integer(3, 6), 1, 0)])


@compared.step("stack", N_("A stack with strides and padding is right"))
def _stack(sample: Sample) -> Iterator[Call]:
    for size in (95, 96, 97 + sample.integer(0, 20)):
        yield call(size, [(7, 2, 3), (3, 2, 1), (5, 1, 2), (2, 2, 0), (4, 3, 1)])
