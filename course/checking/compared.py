"""Comparison of an exercise's answer, call by call, with the right function and with rules of known mistakes.

An exercise that asks for a function of numbers or tensors names the right function, a function that works out the
numbers which rules speak of, and the rules, one line each. Its steps yield calls:

    exercise = Exercise("area", …, misconceptions={"added": Misconception("The sides are added.", N_("Multiply."))})

    RULES: Rules[Rectangle] = (("added", lambda n: n.height + n.width),)

    compared = Compared(exercise, area, Rectangle, RULES)

    @compared.step("small", N_("Right for small rectangles"))
    def _small(sample: Sample) -> Iterator[Call]:
        yield call(sample.integer(2, 5), sample.integer(6, 9))
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Generic, NamedTuple

from torch import Tensor

from course.checking import variants
from course.checking.answer import Answer, NotAttempted, Wrong
from course.checking.exercise import SEEDS, Exercise, Sample
from course.checking.expect import SLIPS, arguments_text, close, expect_int, failures_explained, mistakes
from course.checking.world import Failure
from course.misconceptions import Numbers, Rules, undeclared


class Call(NamedTuple):
    """The arguments of one call of an answer."""

    arguments: tuple[Any, ...]
    settings: Mapping[str, Any]


def call(*arguments: Any, **settings: Any) -> Call:
    """A call of the answer with these arguments."""
    return Call(arguments, settings)


Calls = Callable[[Sample], Iterable[Call]]


def arguments_handed_over(bound: inspect.BoundArguments) -> str:
    """A call in words: the arguments that are handed over, tensors by their shape."""
    return arguments_text(**{name: _short(value) for name, value in bound.arguments.items()})


def all_arguments(bound: inspect.BoundArguments) -> str:
    """A call in words: every argument, those with their default too."""
    bound.apply_defaults()
    return arguments_handed_over(bound)


class Compared(Generic[Numbers]):
    """Steps of an exercise that compare calls of the answer with a right function.

    Args:
        exercise: what the steps are added to.
        right: the right function; its signature names the arguments in messages.
        numbers: takes the arguments of a call and works out the numbers that rules speak of.
        rules: the key of each known mistake and the value that it gives; the first that gives just the answer's value
            earns its hint. A rule that raises for some numbers is not looked for there.
        expect: how a value is compared with the right one.
        in_words: the call as a message shows it.
        refused: words of an error message, each with the key of the misconception that it tells of; see `failures_explained`.

    Raises:
        ValueError: when the exercise declares no misconception for the key of a rule.
    """

    def __init__(
        self,
        exercise: Exercise,
        right: Callable[..., Any],
        numbers: Callable[..., Numbers],
        rules: Rules[Numbers],
        *,
        expect: Callable[..., None] = expect_int,
        in_words: Callable[[inspect.BoundArguments], str] = arguments_handed_over,
        refused: Iterable[tuple[str, str]] = (),
    ) -> None:
        if missing := undeclared(rules, exercise.misconceptions, SLIPS):
            raise ValueError(f"the exercise {exercise.id!r} declares no misconception for: {', '.join(missing)}")
        self.exercise = exercise
        self.right = right
        self.numbers = numbers
        self.rules = rules
        self.expect = expect
        self.in_words = in_words
        self.refused = tuple(refused)

    def step(self, name: str, title: str, *, seeds: int = SEEDS) -> Callable[[Calls], Calls]:
        """Add a step that makes these calls, one after the other; arguments as `Exercise.step`."""

        def add(calls: Calls) -> Calls:
            def run(answer: Answer, sample: Sample) -> None:
                every = [Call(*each) for each in calls(sample)]
                for number, (arguments, settings) in enumerate(every):
                    try:
                        self.compare(answer, *arguments, **settings)
                    except Wrong as wrong:
                        if wrong.key in {"values", "shape"} and isinstance(self._right_value(every[number]), Tensor):
                            others = every[:number] + every[number + 1 :]
                            advice = self._variant(answer, every[number], others)
                            raise Wrong(wrong.message, wrong.key, advice) from None
                        raise

            self.exercise.step(name, title, seeds=seeds)(run)
            return calls

        return add

    def compare(self, answer: Answer, *arguments: Any, **settings: Any) -> None:
        """Compare one call: the value that the answer gives with the right one, and with what known mistakes give.

        Raises:
            Wrong: when the answer's value is not the right one.
        """
        bound = inspect.signature(self.right).bind(*arguments, **settings)
        expected = self.right(*bound.args, **bound.kwargs)
        known = mistakes(self.rules, self.numbers(*bound.args, **bound.kwargs))
        with failures_explained(self.refused):
            got = answer(*arguments, **settings)
        self.expect(got, expected, known, what=self.in_words(bound))

    def _variant(self, answer: Answer, wrong: Call, others: Sequence[Call]) -> str:
        """The sentence on a systematic variant of the right results that the answer gives for every call; "" when there is none.

        Args:
            wrong: the call whose value is not the right one; for the others a variant may be right too.
        """
        sentences = self._variants_equal_to(answer, wrong)
        for other in others:
            if not sentences:
                return ""
            equal = self._variants_equal_to(answer, other)
            sentences = {name: sentence for name, sentence in sentences.items() if name in equal}
        return next(iter(sentences.values()), "")

    def _variants_equal_to(self, answer: Answer, call: Call) -> dict[str, str]:
        """The sentences, by name, of the variants that equal what the answer gives for this call."""
        expected = self._right_value(call)
        try:
            got = answer(*call.arguments, **call.settings)
        except (Failure, NotAttempted, Wrong):
            return {}
        if type(got) is not Tensor or not isinstance(expected, Tensor):
            return {}
        bound = inspect.signature(self.right).bind(*call.arguments, **call.settings)
        candidates = chain(variants.of_result(got, expected), variants.of_arguments(self.right, bound))
        return variants.equal(got, expected, candidates, close)

    def _right_value(self, call: Call) -> Any:
        return self.right(*call.arguments, **call.settings)


def _short(value: Any) -> Any:
    return tuple(value.shape) if isinstance(value, Tensor) else value
