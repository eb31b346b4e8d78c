"""What a student has reached: XP, levels and achievements, kept on the student's own disk and nowhere else."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from course.language import N_, _

XP_PER_DIFFICULTY = 10
XP_WITHOUT_HINTS = 5
XP_PER_LEVEL = 120

LEVELS = (
    N_("Pixel"),
    N_("Edge finder"),
    N_("Feature mapper"),
    N_("Layer builder"),
    N_("Kernel learner"),
    N_("Kernel tamer"),
    N_("Block architect"),
    N_("Network designer"),
    N_("Convolution master"),
)


@dataclass(frozen=True)
class Passed:
    """One exercise that was passed: what it earned, and how many hints were read before."""

    xp: int
    hints: int


@dataclass(frozen=True)
class KeptAnswer:
    """A student's own answer that passed: its name, and the source of the cell that defines it."""

    name: str
    source: str


@dataclass(frozen=True)
class State:
    """All that is remembered, by exercise id: what was passed, the hints read so far, the newest answer that passed."""

    passed: dict[str, Passed] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    answers: dict[str, KeptAnswer] = field(default_factory=dict)

    @property
    def xp(self) -> int:
        """The sum of what was earned."""
        return sum(each.xp for each in self.passed.values())

    @property
    def level(self) -> int:
        """The level, from 0; one for each XP_PER_LEVEL, up to the last."""
        return min(self.xp // XP_PER_LEVEL, len(LEVELS) - 1)

    @property
    def xp_to_next_level(self) -> int:
        """How much is missing for the next level; 0 on the last."""
        return 0 if self.level == len(LEVELS) - 1 else (self.level + 1) * XP_PER_LEVEL - self.xp


Lessons = Mapping[str, Sequence[str]]
"""The ids of the exercises of each assignment."""


@dataclass(frozen=True)
class Achievement:
    """A title, how one earns it, and whether a state of progress has earned it. Both texts are marked with N_."""

    name: str
    how: str
    earned: Callable[[State, Lessons], bool]


def _complete(assignment: str) -> Callable[[State, Lessons], bool]:
    return lambda state, lessons: assignment in lessons and all(id in state.passed for id in lessons[assignment])


ACHIEVEMENTS = (
    Achievement(N_("First window"), N_("pass your first exercise"), lambda state, lessons: bool(state.passed)),
    Achievement(
        N_("On your own"),
        N_("pass five exercises without a hint"),
        lambda state, lessons: sum(each.hints == 0 for each in state.passed.values()) >= 5,
    ),
    Achievement(
        N_("Asked and understood"),
        N_("pass an exercise after reading a hint"),
        lambda state, lessons: any(each.hints for each in state.passed.values()),
    ),
    Achievement(
        N_("Bug hunter"),
        N_("find the bug in every exercise that starts from a broken program"),
        lambda state, lessons: all(
            id in state.passed for ids in lessons.values() for id in ids if id.startswith(("case-", "hunt-"))
        ),
    ),
    Achievement(N_("Every axis in its place"), N_("pass all of lesson 01"), _complete("01-nchw")),
    Achievement(N_("Convolution by hand"), N_("pass all of lesson 02"), _complete("02-conv2d")),
    Achievement(N_("To the very border"), N_("pass all of lesson 03"), _complete("03-padding")),
    Achievement(N_("It learns"), N_("pass all of lesson 04"), _complete("04-learning")),
    Achievement(N_("Friends of Conv2d"), N_("pass all of lesson 05"), _complete("05-variants")),
    Achievement(N_("Up again"), N_("pass all of lesson 06"), _complete("06-upsampling")),
    Achievement(N_("A short way home"), N_("pass all of lesson 07"), _complete("07-residual")),
    Achievement(N_("A network that works"), N_("pass all of lesson 08"), _complete("08-cnn")),
    Achievement(
        N_("The whole way"),
        N_("pass every exercise of the course"),
        lambda state, lessons: all(_complete(each)(state, lessons) for each in lessons),
    ),
)


def after_pass(state: State, id: str, difficulty: int) -> State:
    """The state after an exercise was passed. A second pass changes nothing."""
    if id in state.passed:
        return state
    hints = state.hints.get(id, 0)
    xp = XP_PER_DIFFICULTY * difficulty + (XP_WITHOUT_HINTS if hints == 0 else 0)
    return replace(state, passed={**state.passed, id: Passed(xp, hints)})


def after_hint(state: State, id: str) -> State:
    """The state after a hint was read."""
    return replace(state, hints={**state.hints, id: state.hints.get(id, 0) + 1})


def record_pass(id: str, difficulty: int, answer: KeptAnswer | None = None) -> str:
    """Remember a pass and the answer; returns what it earned in words ("+25 XP"), empty when it was passed before.

    Nothing is remembered while nbgrader grades or validates: that is not the student at work.
    """
    if "NBGRADER_EXECUTION" in os.environ:
        return ""
    before = load()
    after = after_pass(before, id, difficulty)
    if answer is not None:
        after = replace(after, answers={**after.answers, id: answer})
    if after != before:
        save(after)
    return _("+{xp} XP").format(xp=after.xp - before.xp) if after.xp > before.xp else ""


def record_hint(id: str) -> None:
    """Remember that a hint was read."""
    if "NBGRADER_EXECUTION" not in os.environ:
        save(after_hint(load(), id))


def path() -> Path:
    """Where progress is kept: the folder COURSE_HOME, or `.conv-course` in the home folder."""
    home = os.environ.get("COURSE_HOME")
    return (Path(home) if home else Path.home() / ".conv-course") / "progress.json"


def load() -> State:
    """What is remembered. A file that cannot be read is put aside, and a fresh start made."""
    try:
        return read(path())
    except ValueError:
        with contextlib.suppress(OSError):
            path().replace(path().with_suffix(".unreadable.json"))
        return State()
    except OSError:
        return State()


def read(file: Path) -> State:
    """The progress that a file holds.

    Raises:
        OSError: when there is no such file, or it may not be read.
        ValueError: when it is no file of progress.
    """
    raw = file.read_bytes()
    try:
        data = json.loads(raw)
        passed = {str(id): Passed(int(each["xp"]), int(each["hints"])) for id, each in data["passed"].items()}
        hints = {str(id): int(count) for id, count in data["hints"].items()}
        kept = data.get("answers", {}).items()  # files of before 2026-12 have none
        return State(passed, hints, {str(id): KeptAnswer(str(each["name"]), str(each["source"])) for id, each in kept})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(
            f"{file} holds no progress of this course: no file that progress(save_as=…) has written"
        ) from None


def merged(here: State, other: State) -> State:
    """The progress of two computers together: what was passed on either; of what both hold, this computer's."""
    hints = {id: max(here.hints.get(id, 0), other.hints.get(id, 0)) for id in {**other.hints, **here.hints}}
    return State({**other.passed, **here.passed}, hints, {**other.answers, **here.answers})


def save(state: State) -> None:
    """Remember the state. A disk that cannot be written to costs the progress, never the exercise."""
    with contextlib.suppress(OSError):
        path().parent.mkdir(parents=True, exist_ok=True)
        write(state, path())


def write(state: State, file: Path) -> None:
    """Write the state to a file, whole or not at all.

    Raises:
        OSError: when the file cannot be written.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as whole:
        json.dump(asdict(state), whole, indent=1)
    os.replace(whole.name, file)
