"""The verbs that notebooks call. Here, at the edge, a report becomes something shown, raised and remembered."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, TypeVar

from course.achievements import (
    ACHIEVEMENTS,
    LEVELS,
    Lessons,
    State,
    load,
    merged,
    read,
    record_hint,
    record_pass,
    save,
    write,
)
from course.checking.card import CHECK_MIMETYPE, Card, report_card, report_data
from course.checking.exercise import advice_for, run_check
from course.checking.prediction import judge
from course.checking.report import Outcome, Report
from course.checking.torch_errors import KNOWN_ERRORS, known_error, message_of
from course.checking.world import Failure, TooSlow, guarded
from course.exercises.catalogue import LESSONS, exercises, find_exercise, find_prediction
from course.exercises.own_answers import keep, revive
from course.language import _

_Answer = TypeVar("_Answer")

HIDDEN_SECONDS = 60.0
"""How much processor time one hidden check may use, in seconds."""

VALIDATE_WIDTH = 84
"""Characters in a line: `nbgrader validate` cuts off what is longer."""

_tiers_shown: Counter[str] = Counter()
_passing: set[str] = set()
"""The exercises whose newest check in this kernel passed."""


class CheckFailed(Exception):
    """A check or a hidden check did not pass. In a notebook it shows as its sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def check(id: str, answer: object, part: str = "") -> Report:
    """Check an answer, show what was found, and return it.

    Args:
        id: the exercise's id, such as "to-nchw".
        answer: the function or class that the exercise asks for, itself.
        part: which of the answers, for an exercise that asks for several.

    Returns:
        The report; its `credit` is the share that is right, from 0 to 1.

    Raises:
        CheckFailed: when the check did not pass and there is no partial credit for what holds.
        ValueError: when there is no such exercise or part.
    """
    exercise = find_exercise(id)
    _passing.discard(exercise.id)
    report = run_check(exercise, answer, part)
    earned = ""
    if report.outcome is Outcome.PASSED and part == exercise.parts()[-1]:
        _passing.add(exercise.id)
        earned = record_pass(exercise.id, exercise.difficulty, keep(answer))
    card = report_card(report, earned)
    if report.credit == 0:
        raise _failed(card, {CHECK_MIMETYPE: report_data(report)}) from None
    _show(card, {CHECK_MIMETYPE: report_data(report)})
    return report


def hint(id: str) -> None:
    """Show the next hint for an exercise: each call goes one tier further, the last tier stays.

    Raises:
        ValueError: when there is no such exercise.
    """
    exercise = find_exercise(id)
    tier = min(_tiers_shown[id], len(exercise.hints) - 1)
    _tiers_shown[id] += 1
    record_hint(id)
    heading = _("Hint {tier} of {tiers} for {exercise}").format(tier=tier + 1, tiers=len(exercise.hints), exercise=id)
    _show(Card(heading, "calm", (), (_(exercise.hints[tier]),)))


def predict(id: str, guess: Any = ...) -> None:
    """Say what will happen, then see it happen. Nothing is graded; without a guess the question is asked.

    Raises:
        ValueError: when there is no such prediction.
    """
    _show(judge(find_prediction(id), guess))


def errors(said: str = "") -> None:
    """Show what errors of PyTorch mean: those whose message or class contains `said`, or all that these lessons meet.

    Args:
        said: the last line of a traceback, or a part of it.
    """
    lines = said.strip().splitlines()
    type_name, message = "", lines[-1] if lines else ""
    if re.match(r"\w+(Error|Exception): ", message):
        type_name, message = message.split(": ", 1)
    known = known_error(type_name, message) if message else None
    found = (known,) if known is not None else () if message else KNOWN_ERRORS
    told = [f"{message_of(each)}\n→ {_(each.because)}\n→ {_(each.advice)}" for each in found]
    heading = _("PyTorch said … because … so do this") if told else _("These lessons do not know this error: {said}")
    _show(Card(heading.format(said=said.strip()), "calm", (), tuple(told)))


def progress(*, save_as: str | os.PathLike[str] = "", load_from: str | os.PathLike[str] = "") -> None:
    """Show what has been reached: XP, level, exercises by lesson, achievements. It is kept on this computer only.

    Args:
        save_as: a file to write all of it to, to take it to another computer (or out of Colab).
        load_from: a file written so, to be added to what this computer remembers.

    Raises:
        OSError: when the file cannot be read or written.
        ValueError: when the file to load holds no progress.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        _show(Card(_("Your progress is kept where you work, not where you are graded."), "calm"))
        return
    if load_from:
        save(merged(load(), read(Path(load_from))))
    state = load()
    if save_as:
        write(state, Path(save_as))
    _show(_board(state, {lesson: [each.id for each in exercises(lesson)] for lesson in LESSONS}))


def _board(state: State, lessons: Lessons) -> Card:
    """The state as a card: the level, how much of the whole is done, each lesson, each achievement."""
    earned = [achievement.earned(state, lessons) for achievement in ACHIEVEMENTS]
    done = {lesson: sum(id in state.passed for id in ids) for lesson, ids in lessons.items()}
    ticks = []
    for lesson, ids in lessons.items():
        line = _("{lesson}: {done} of {total} exercises").format(lesson=lesson, done=done[lesson], total=len(ids))
        ticks.append((True if done[lesson] == len(ids) else None, line))
    for achievement, has in zip(ACHIEVEMENTS, earned, strict=True):
        line = _("{name} ({how})").format(name=_(achievement.name), how=_(achievement.how))
        ticks.append((True if has else None, line))
    exercises_in_all = sum(map(len, lessons.values()))
    whole = _(
        "{percent} % of the course: {lessons} lessons, {exercises} exercises, {achievements} achievements."
    ).format(
        percent=100 * sum(done.values()) // exercises_in_all,
        lessons=_of(sum(done[lesson] == len(ids) for lesson, ids in lessons.items()), len(lessons)),
        exercises=_of(sum(done.values()), exercises_in_all),
        achievements=_of(sum(earned), len(ACHIEVEMENTS)),
    )
    more = _("{xp} XP to the next level.").format(xp=state.xp_to_next_level) if state.xp_to_next_level else ""
    heading = _("Level {level}, {name}: {xp} XP").format(level=state.level, name=_(LEVELS[state.level]), xp=state.xp)
    return Card(heading, "calm", tuple(ticks), tuple(filter(None, (whole, more))))


def _of(done: int, total: int) -> str:
    return _("{done} of {total}").format(done=done, total=total)


def uses(*ids: str, shows: str) -> Callable[[Callable[[], object]], None]:
    """Run the decorated function at once, if the answers to these exercises have passed; else say what it will show.

    Nothing runs while nbgrader grades: nobody looks.

    Args:
        ids: the exercises whose answers the function uses.
        shows: what will be seen, as the end of a sentence that begins with "Here you will see".

    Raises:
        ValueError: when there is no such exercise.
    """
    missing = [id for id in ids if find_exercise(id).id not in _passing]

    def run(function: Callable[[], object]) -> None:
        if os.environ.get("NBGRADER_EXECUTION"):
            return
        if not missing:
            function()
            return
        told = _("Here you will see {shows}. It needs your answer to {exercises}, and its check.")
        _show(Card(told.format(shows=shows, exercises=", ".join(missing)), "calm"))

    return run


def mine(id: str, otherwise: _Answer) -> _Answer:
    """Your own answer to an exercise of an earlier lesson, as it was when it passed on this computer.

    Args:
        id: the exercise's id.
        otherwise: what is taken where no answer is kept, where it does not run, and while nbgrader grades.

    Raises:
        ValueError: when there is no such exercise.
    """
    exercise = find_exercise(id)
    if os.environ.get("NBGRADER_EXECUTION"):
        return otherwise
    kept = load().answers.get(exercise.id)
    if kept is None:
        print(_("This computer keeps no answer of yours to {exercise}. The course's own is used.").format(exercise=id))
        return otherwise
    try:
        answer: _Answer = revive(kept)
    except Exception as error:
        told = _("Your answer to {exercise} does not run by itself ({error}). The course's own is used.")
        print(told.format(exercise=id, error=type(error).__name__))
        return otherwise
    print(_("Your own {name} is used, your answer to {exercise}.").format(name=kept.name, exercise=id))
    return answer


def hidden(id: str, name: str, cases: Sequence[Any] = ((),)) -> Callable[[Callable[..., bool]], float]:
    """Run the decorated function as a hidden check, at once; its name then stands for the share of cases that hold.

    The function returns True where the answer is right. Whatever else it returns, and whatever it raises, is a failed
    case. Its lines never show: a student reads the hidden check's name and its hint.

    Args:
        id: the exercise's id.
        name: the hidden check's name, one of the exercise's `hidden`.
        cases: one argument, or one tuple of arguments, for each run.

    Raises:
        CheckFailed: when a case fails; for an exercise with partial credit only when every case fails.
        ValueError: when there is no such exercise or hidden check.
    """
    exercise = find_exercise(id)
    if name not in exercise.hidden:
        raise ValueError(f"{id!r} has no hidden check {name!r}; it has: {', '.join(map(repr, exercise.hidden))}")

    def run(function: Callable[..., bool]) -> float:
        found = [_run_hidden(function, case if isinstance(case, tuple) else (case,)) for case in cases]
        held = sum(each is None for each in found)
        if held == len(found):
            return 1.0
        card = _hidden_card(
            exercise.id, name, _(exercise.hidden[name]), next(each for each in found if each is not None)
        )
        if exercise.partial and held:
            _show(card)
            return held / len(found)
        raise _failed(card) from None

    return run


def _run_hidden(function: Callable[..., bool], case: tuple[Any, ...]) -> Failure | TooSlow | bool | None:
    """None when the case holds; else the error, or False."""
    try:
        with guarded(HIDDEN_SECONDS):
            return None if function(*case) is True else False
    except (Failure, TooSlow) as error:
        return error


def _hidden_card(id: str, name: str, advice: str, found: Failure | TooSlow | bool) -> Card:
    heading = _('{exercise}: the hidden check "{name}" does not pass').format(exercise=id, name=_(name))
    said: tuple[str, ...] = ()
    if isinstance(found, TooSlow):
        said = (
            _("Your code was still running after {seconds:g} seconds, so it was stopped.").format(
                seconds=HIDDEN_SECONDS
            ),
        )
    if isinstance(found, Failure):
        # The message may hold what the hidden check tried.
        said = tuple(filter(None, (_("Your code raised {error}").format(error=found.type_name), advice_for(found))))
    return Card(heading, "bad", (), (*said, _("Hint: {advice}").format(advice=advice)))


def _failed(card: Card, extra: dict[str, object] | None = None) -> CheckFailed:
    """The error for a card: in a notebook its heading, below the card that is shown; elsewhere the whole text."""
    if not _shows_html():
        return CheckFailed("\n".join(fill(line, VALIDATE_WIDTH) for line in card.text().splitlines()))
    _show(card, extra)
    return CheckFailed(card.heading)


def _shows_html() -> bool:
    """Whether a person will see HTML: a kernel is there, and no validation that prints errors as text."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel") and os.environ.get("NBGRADER_EXECUTION") != "validate"


def _show(card: Card, extra: dict[str, object] | None = None) -> None:
    if _shows_html():
        from IPython.display import display

        display({**card.bundle(), **(extra or {})}, raw=True)
    else:
        print(card.text())
