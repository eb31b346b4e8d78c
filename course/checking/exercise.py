"""An exercise: what it asks, the steps that check it in order, and its hints; and the run of a check, a pure function."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor

from course.checking.answer import Answer, NotAttempted, Wrong
from course.checking.expect import SLIPS
from course.checking.report import Outcome, Report, StepReport
from course.checking.torch_errors import known_error
from course.checking.world import SECONDS, Failure, usual_settings
from course.language import _
from course.misconceptions import Misconceptions, hint_of

SEEDS = 3
"""With how many seeds a step is run, unless it says otherwise."""

Option = TypeVar("Option")


class Sample:
    """Reproducible random inputs: the same exercise, step and seed give the same ones."""

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def integer(self, low: int, high: int) -> int:
        """An int from low to high, both included."""
        return int(torch.randint(low, high + 1, (), generator=self._generator))

    def choice(self, options: Sequence[Option]) -> Option:
        """One of the options."""
        return options[self.integer(0, len(options) - 1)]

    def floats(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Normally distributed values of this shape."""
        return torch.randn(shape, generator=self._generator, dtype=dtype)

    def bytes(self, *shape: int) -> Tensor:
        """Values from 0 to 255 of this shape, as uint8."""
        return torch.randint(0, 256, shape, generator=self._generator, dtype=torch.uint8)


class Partly(Wrong):
    """A step holds in part: Wrong as ever, and the share of it that is earned nevertheless, from 0 to 1."""

    def __init__(self, message: str, key: str | None = None, advice: str = "", *, share: float) -> None:
        super().__init__(message, key, advice)
        self.share = share


StepFunction = Callable[[Answer, Sample], None]


@dataclass(frozen=True)
class Step:
    """One thing that a check asks: a function that returns when it holds and raises Wrong when it does not."""

    name: str
    title: str
    run: StepFunction
    part: str
    seeds: int
    required: bool = False


class Exercise:
    """What an exercise asks and checks.

    Args:
        id: the exercise's id, which is also its nbgrader grade_id.
        asks: what the answer is: a function or a class.
        difficulty: 1 (easy) to 3 (hard).
        minutes: how long it takes a typical student.
        hints: the tiers of `hint(id)`, from a nudge to nearly the code; marked with N_.
        hidden: the names of the hidden checks, each with the hint shown when it fails; marked with N_.
        partial: whether each step that holds earns its share, one that holds in part (Partly) a part of it. Otherwise
            the first failing step ends the check.
        misconceptions: by its key, what is said of each known mistake. Slips that any exercise may meet need not be
            declared: see `expect.SLIPS`; what an exercise declares comes first.
    """

    def __init__(
        self,
        id: str,
        *,
        asks: Literal["function", "class"] = "function",
        difficulty: int,
        minutes: int,
        hints: Sequence[str],
        hidden: Mapping[str, str],
        partial: bool = False,
        misconceptions: Misconceptions | None = None,
    ) -> None:
        self.id = id
        self.asks = asks
        self.difficulty = difficulty
        self.minutes = minutes
        self.hints = tuple(hints)
        self.hidden = dict(hidden)
        self.partial = partial
        self.misconceptions = misconceptions or {}
        self.steps: list[Step] = []

    def step(
        self, name: str, title: str, *, part: str = "", seeds: int = SEEDS, required: bool = False
    ) -> Callable[[StepFunction], StepFunction]:
        """Add a step to the check.

        Args:
            name: the step's short name, such as "axes"; the bank of wrong answers names the step that catches each.
            title: what the step asks, one short sentence marked with N_; students see it with a tick or a cross.
            part: which of an exercise's answers it belongs to, when `check` gets them one by one.
            seeds: with how many seeds it is run.
            required: of an exercise with partial credit: the step earns nothing, and where it fails the check ends.
        """

        def add(run: StepFunction) -> StepFunction:
            self.steps.append(Step(name, title, run, part, seeds, required))
            return run

        return add

    def advice_on(self, key: str | None, numbers: object = None) -> str:
        """The translated hint for a misconception's key, with its variant if it has one; "" when there is none."""
        return hint_of(self.misconceptions if key in self.misconceptions else SLIPS, key or "", numbers)

    def parts(self) -> tuple[str, ...]:
        """The names of the exercise's parts in order; an exercise with one answer has the one part ""."""
        return tuple(dict.fromkeys(step.part for step in self.steps))


def run_check(
    exercise: Exercise, target: object, part: str = "", *, seconds: float = SECONDS, first_seed: int = 0
) -> Report:
    """Run the steps of a check against an answer. Touches nothing but the answer, through its world.

    Args:
        part: which of the exercise's answers the target is, for an exercise that asks for several.
        seconds: how long one call of the answer may take.
        first_seed: the first of the seeds that each step is run with; another one gives other inputs.

    Raises:
        ValueError: when the exercise has no such part.
    """
    steps = [step for step in exercise.steps if step.part == part]
    if not steps:
        parts = ", ".join(map(repr, exercise.parts()))
        raise ValueError(f"the exercise {exercise.id!r} has no part {part!r}; its parts are: {parts}")
    answer = Answer(target, seconds)
    failed: list[Report] = []
    passed: dict[str, bool] = {}
    shares: list[float] = []
    for number, step in enumerate(steps):
        report = _run_step(exercise, step, answer, first_seed, first=number == 0)
        passed[step.name] = report is None
        if not step.required:
            shares.append(1.0 if report is None else report.credit)
        if report is not None:
            failed.append(report)
            if not exercise.partial or step.required or report.misconception == "endless" or number == 0:
                break
    seen = tuple(StepReport(step.name, _(step.title), passed.get(step.name)) for step in steps)
    if not failed:
        return Report(exercise.id, Outcome.PASSED, seen, credit=1.0)
    earning = sum(not step.required for step in steps)
    credit = sum(shares) / earning if exercise.partial and earning else 0.0
    return replace(failed[0], steps=seen, credit=credit)


def _run_step(exercise: Exercise, step: Step, answer: Answer, first_seed: int, *, first: bool) -> Report | None:
    """The report of a step that failed, or None when it holds for every seed."""

    def report(outcome: Outcome, **found: Any) -> Report:
        return Report(exercise.id, outcome, (), step.name, **found)

    try:
        if first:
            _require_asked(exercise, answer)
        with usual_settings():
            for seed in range(first_seed, first_seed + step.seeds):
                step.run(answer, Sample(zlib.crc32(f"{exercise.id}/{step.name}/{seed}".encode())))
    except NotAttempted:
        if first:
            return report(
                Outcome.NOT_ATTEMPTED,
                message=_("This exercise still has its NotImplementedError: write your code there."),
            )
        return report(
            Outcome.RAISED,
            message=_("A NotImplementedError is still there for this case: replace it by your code."),
            misconception="unfinished",
        )
    except Wrong as wrong:
        share = wrong.share if isinstance(wrong, Partly) else 0.0
        return report(
            Outcome.WRONG,
            message=wrong.message,
            advice=wrong.advice or exercise.advice_on(wrong.key, wrong.numbers),
            misconception=wrong.misconception,
            credit=share,
        )
    except Failure as failure:
        return report(
            Outcome.RAISED,
            message=_raised(failure),
            advice=advice_for(failure),
            misconception="raised",
            failure=failure,
        )
    return None


def _raised(failure: Failure) -> str:
    if failure.call:
        return _("Called with ({call}), your code raised {error}").format(call=failure.call, error=failure)
    return _("Your code raised {error}").format(error=failure)


def _require_asked(exercise: Exercise, answer: Answer) -> None:
    """The answer must be the function or class itself."""
    came = answer.describe()
    if came.kind == exercise.asks:
        return
    if exercise.asks == "function":
        if came.kind in {"class", "module"}:  # anything that can be called with the arguments may answer
            return
        raise Wrong(
            _("Expected a function, but got {kind} ({type_name}).").format(
                kind=_kind_words(came.kind), type_name=came.type_name
            ),
            "not-the-function",
            _("Hand over the function itself, without calling it: no parentheses after its name."),
        )
    raise Wrong(
        _("Expected a class, but got {kind} ({type_name}).").format(
            kind=_kind_words(came.kind), type_name=came.type_name
        ),
        "not-the-class",
        _("Hand over the class itself, not an object made from it: no parentheses after its name."),
    )


def _kind_words(kind: str) -> str:
    return {
        "function": _("a function"),
        "class": _("a class"),
        "module": _("a layer that is built already"),
        "tensor": _("a tensor"),
        "array": _("an array"),
        "number": _("a number"),
        "string": _("a string"),
        "container": _("a list, tuple or dict"),
        "none": _("None"),
    }.get(kind, _("something else"))


def advice_for(failure: Failure) -> str:
    """The next thing to look at for an error that students of tensors often meet; empty when there is none."""
    known = known_error(failure.type_name, failure.message)
    if known is not None:
        return _(known.advice)
    last = failure.lines[-1].text if failure.lines else ""
    if last.startswith("raise ") or ": raise " in last:  # `if condition: raise` may stand on one line
        return _(
            "Your own `raise` stopped a call that is allowed. With the numbers of this call, why is the condition in front of it true?"
        )
    return ""
