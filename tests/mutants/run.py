"""Runs all mutants of some exercises, and gathers what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from course.exercises.catalogue import LESSONS, exercises
from tests import lessons
from tests.mutants import processes
from tests.mutants.judge import CALL_SECONDS, Fate, Job, Verdict, judge
from tests.mutants.mutate import Mutant, mutants
from tests.mutants.reviewed import Entry

LATE = Verdict(Fate.KILLED, "time")
DIED = Verdict(Fate.KILLED, "crash")

PATIENCE = 3
"""How many times as long as the whole judgement of the solution one call of a mutant may take."""

SECONDS = 60.0
"""How long the judgement of a mutant may take at least, so that a busy machine changes no verdict."""


class NotASolution(Exception):
    """A solution that does not earn full marks, or is not the same twice: nothing can be told of its mutants."""


@dataclass
class Result:
    """What became of the mutants of one exercise, in the order of the text."""

    assignment: str
    exercise: str
    mutants: list[Mutant]
    verdicts: dict[int, Verdict] = field(default_factory=dict)

    def judged(self, fate: Fate) -> list[tuple[Mutant, Verdict]]:
        """The mutants with this fate, and their verdicts."""
        return [
            (mutant, self.verdicts[number])
            for number, mutant in enumerate(self.mutants)
            if self.verdicts[number].fate is fate
        ]

    def unexplained(self, entries: Iterable[Entry]) -> list[tuple[Mutant, Verdict]]:
        """The survivors that no entry of the reviewed list explains."""
        known = {each.change for each in entries if each.exercise == self.exercise}
        return [each for each in self.judged(Fate.SURVIVED) if each[0].change not in known]


def choose(words: Sequence[str]) -> list[tuple[str, str]]:
    """The assignments with exercises that these words name; all that have a source notebook when there are no words.

    Raises:
        ValueError: when a word names neither an assignment nor an exercise.
    """
    known = [
        (assignment, each.id)
        for assignment, notebook in LESSONS.items()
        if (lessons.ROOT / "source" / assignment / f"{notebook}.ipynb").exists()
        for each in exercises(assignment)
    ]
    for word in words:
        if not any(word in pair for pair in known):
            raise ValueError(
                f"there is no assignment or exercise {word!r}; there are: {', '.join(id for _, id in known)}"
            )
    return [pair for pair in known if not words or set(words) & set(pair)]


def run(chosen: Sequence[tuple[str, str]], *, workers: int, progress: Callable[[int, int], None]) -> list[Result]:
    """Judge every mutant of these exercises.

    Args:
        chosen: assignments with exercises.
        progress: is told how many mutants are judged, and of how many.

    Raises:
        NotASolution: when a solution itself does not pass.
    """
    jobs: list[Job] = []
    owners: list[tuple[Result, int]] = []
    results: list[Result] = []
    for assignment, exercise in chosen:
        code = str(lessons.solution_cell(assignment, exercise).source)
        took = _judge_solution(assignment, exercise, code)
        result = Result(assignment, exercise, mutants(code))
        results.append(result)
        for number, mutant in enumerate(result.mutants):
            limits = max(CALL_SECONDS, PATIENCE * took), max(SECONDS, 10 * PATIENCE * took)
            jobs.append(Job(assignment, exercise, code, mutant.code, *limits))
            owners.append((result, number))
    judged = processes.run(judge, jobs, workers=workers, seconds=lambda job: job.seconds, late=LATE, died=DIED)
    for done, (number, verdict) in enumerate(judged, start=1):
        result, own_number = owners[number]
        result.verdicts[own_number] = verdict
        progress(done, len(jobs))
    return results


def _judge_solution(assignment: str, exercise: str, code: str) -> float:
    """How many seconds it takes to judge the solution as if it were a mutant. It also loads here what mutants will need."""
    began = time.monotonic()
    verdict = judge(Job(assignment, exercise, code, code, call_seconds=60.0))
    if verdict.fate is Fate.KILLED:
        raise NotASolution(f"{assignment}/{exercise}: the solution itself does not pass: {verdict.by}")
    return time.monotonic() - began
