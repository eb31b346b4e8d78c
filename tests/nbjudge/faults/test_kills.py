"""kill -9 of every process of a run: what was in work is marked once more, and a run that was killed itself goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.nbjudge.faults.classes import state
from tests.nbjudge.faults.running import ROLES, USERS, graded, running
from tests.nbjudge.record.small_course import ASSIGNMENT

_OURS = [role for role in ROLES if role != "worker" and (USERS or role != "judge")]
"""Processes that run no student's code."""


def soaked(first: int, last: int) -> list[object]:
    """Seeds: the first in every run of the tests, the others in long ones."""
    return [first, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(first + 1, last + 1))]


@pytest.mark.parametrize("seed", soaked(1, 4))
def test_a_process_that_is_killed_costs_no_student_anything(seed: int, course: Path, undisturbed: Path) -> None:
    chance = random.Random(seed)
    recorded = 1
    with running(course, ASSIGNMENT, "--workers", "1") as run:
        for role in chance.sample(ROLES, len(ROLES)):
            # What was hit before is done: a second hit would rightly be its second try.
            assert run.until_students(recorded), run.lines
            run.until_forks(chance.randrange(3))
            assert run.kill(role), run.lines
            recorded = len(run.students) + 2
        assert run.end() == 0, "\n".join(run.lines)
    assert state(course) == state(undisturbed)


@pytest.mark.parametrize("seed", soaked(1, 4))
def test_a_run_that_is_killed_goes_on(seed: int, course: Path, undisturbed: Path) -> None:
    chance = random.Random(seed)
    recorded: set[str] = set()
    for more in chance.sample(range(6), 2):
        with running(course, ASSIGNMENT, "--workers", "2") as run:
            assert run.until_students(len(recorded) + more), run.lines
            run.until_forks(chance.randrange(1, 4))
            run.kill_coordinator()
        assert run.process.returncode == -9
        recorded |= {line.split()[0] for line in run.students}
    lines = graded(course, ASSIGNMENT, "--workers", "2")
    unchanged = {line.split()[0] for line in lines if "(unchanged)" in line}
    assert recorded <= unchanged, "what was told as done is done again"
    assert state(course) == state(undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 6))
def test_whatever_happens_running_it_again_completes_it(seed: int, course: Path, undisturbed: Path) -> None:
    chance = random.Random(seed)
    for _ in range(6):
        with running(course, ASSIGNMENT, "--workers", "2") as run:
            # A worker last: of a notebook whose process ends twice in a run, that is rightly the verdict.
            victims = [chance.choice(_OURS) for _ in range(chance.randrange(4))] + [chance.choice(ROLES)]
            going = True
            for role in victims:
                going = going and run.until_forks(chance.randrange(1, 8)) and run.kill(role)
            if going and chance.random() < 0.5:
                run.kill_coordinator()
            elif run.end() == 0:
                break
    graded(course, ASSIGNMENT, "--workers", "2")
    assert state(course) == state(undisturbed)
