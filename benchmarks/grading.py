"""How fast `course grade` is, side by side with stock `nbgrader autograde`: the same submissions, the same scores.

    python -m benchmarks.grading [ASSIGNMENT …] [--submissions N] [--growth N] [--no-stock-x2]

For each lesson a class hands in answers of the bank. It is graded by stock nbgrader, one process and two, and by `course
grade` with one worker and two, in turn, each in a course folder of its own. All four must give the same scores. What both
cost at the start is part of the times. Beside them stands the processor time of the cells themselves, all in one process.
Then come how the time grows with the number of submissions, where a submission's processor time goes, and the memory of one
more worker.

Times are wall seconds where throughput is compared, and processor seconds of all processes where work is.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import psutil

from benchmarks.plain_run import cells_seconds
from course.authoring.release import choose_assignments
from nbjudge.batch.source import instructor_names_of
from nbjudge.engine import Engine
from nbjudge.files import CONFIG_FILE, read_config
from nbjudge.job import Job
from nbjudge.limits import MIB
from nbjudge.repair.repair import job_of, repair
from nbjudge.repair.source import read_source
from nbjudge.repair.submission import read_submission
from tests.bank_files import BankedAnswer, bank
from tests.classroom.course_folder import hand_in_work, make_course
from tests.classroom.findings import Mark, marks
from tests.classroom.students import Student
from tests.lessons import ROOT

LIGHT = ("00-start", "01-nchw", "02-conv2d", "03-padding", "04-learning", "05-variants", "06-upsampling", "07-residual")
GOALS = {
    "throughput against stock, one process": 40.0,
    "processor time against that of the cells": 2.0,
    "two workers against one": 1.8,
    "memory of one more worker, MiB": 60.0,
}
STOCK = """
# Stock nbgrader: its own preprocessors, in the student's kernel.
del c["Autograde"]
c.OverwriteCells.add_missing_cells = True
"""


@dataclass(frozen=True)
class Run:
    """One way of grading a class."""

    wall: float
    cpu: float
    marks: dict[str, Mark]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print; returns 0, or 1 when scores differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignments", nargs="*", default=LIGHT, metavar="ASSIGNMENT")
    parser.add_argument("--submissions", type=int, default=20, help="in each lesson (default: 20)")
    parser.add_argument("--growth", type=int, default=200, help="submissions of 00-start for the growth (default: 200)")
    parser.add_argument(
        "--no-stock-x2",
        action="store_true",
        help="leave out stock's two processes, which take 35 minutes for 07-residual",
    )
    chosen = parser.parse_args(words)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
    differ = 0
    print(f"{chosen.submissions} submissions of each lesson; seconds of wall time, from start to end of the command\n")
    print(
        f"{'lesson':12} {'stock':>7} {'stock x2':>8} {'ours':>7} {'ours x2':>7}   {'stock/ours':>10} "
        f"{'x2/x2':>6} {'x1/x2':>6}   {'cpu':>6} {'cells':>6} {'cpu/cells':>9}"
    )
    with tempfile.TemporaryDirectory() as home:
        for assignment in choose_assignments(ROOT, chosen.assignments):
            differ += _compare(Path(home) / assignment, assignment, chosen.submissions, not chosen.no_stock_x2)
        if chosen.growth:
            _growth(Path(home) / "growth", chosen.submissions, chosen.growth)
        _shares(Path(home) / "shares", 40)
        print("\nMemory of one more worker and its judge, at most, in MiB")
        for assignment in choose_assignments(ROOT, chosen.assignments):
            print(f"{assignment:12} {_memory(Path(home) / 'memory' / assignment, assignment):7.0f}", flush=True)
    print("\nGoals: " + "; ".join(f"{name}: {goal:g}" for name, goal in GOALS.items()))
    return 1 if differ else 0


def _compare(home: Path, assignment: str, count: int, with_stock_x2: bool) -> bool:
    class_ = _a_class(assignment, count)
    ways = {
        "stock": [["nbgrader", "autograde", assignment]],
        "ours": [["course", "grade", assignment, "--workers", "1"]],
        "stock x2": [["nbgrader", "autograde", assignment, f"--student={half}-*"] for half in ("a", "b")],
        "ours x2": [["course", "grade", assignment, "--workers", "2"]],
    }
    if not with_stock_x2:
        del ways["stock x2"]
    folders = {way: home / way.replace(" ", "-") for way in ways}
    for way, folder in folders.items():
        make_course(folder, [assignment])
        hand_in_work(folder, class_)
        if way.startswith("stock"):
            with (folder / CONFIG_FILE).open("a") as file:
                file.write(STOCK)
    runs = {way: _run(folders[way], commands) for way, commands in ways.items()}
    cells = cells_seconds(_jobs(folders["ours"], assignment, class_))
    stock, ours, ours_twice = runs["stock"], runs["ours"], runs["ours x2"]
    stock_twice = runs["stock x2"].wall if with_stock_x2 else math.nan
    print(
        f"{assignment:12} {stock.wall:7.1f} {stock_twice:8.1f} {ours.wall:7.1f} {ours_twice.wall:7.1f}   "
        f"{stock.wall / ours.wall:10.1f} {stock_twice / ours_twice.wall:6.1f} {ours.wall / ours_twice.wall:6.2f}   "
        f"{ours.cpu:6.1f} {cells:6.1f} {ours.cpu / cells:9.2f}",
        flush=True,
    )
    differing = [student for student in stock.marks if len({str(run.marks.get(student)) for run in runs.values()}) > 1]
    for student in differing:
        print(f"  {student}: " + ", ".join(f"{way} {run.marks.get(student)}" for way, run in runs.items()))
    shutil.rmtree(home)
    return bool(differing)


def _run(folder: Path, commands: Sequence[Sequence[str]]) -> Run:
    """Run commands side by side in a course folder, until the last has ended."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    log = folder / "log"
    with log.open("wb") as file:
        running = [subprocess.Popen(each, cwd=folder, stdout=file, stderr=file) for each in commands]
        codes = [each.wait() for each in running]
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if any(codes):
        raise SystemExit(f"{commands} ended with {codes}\n{log.read_text()[-4000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, {student: mark for (student, _), mark in marks(folder).items()})


def _a_class(assignment: str, count: int) -> list[Student]:
    """Students with the bank's right answers, each of another mixture; every third has one wrong answer too."""
    by_exercise: dict[str, list[BankedAnswer]] = {}
    wrong = cycle([each for each in bank() if each.assignment == assignment and _is_quick_and_wrong(each)])
    for each in bank():
        if each.assignment == assignment and each.accepted:
            by_exercise.setdefault(each.exercise, []).append(each)
    students = []
    for number in range(count):
        work = {exercise: answers[number % len(answers)].code for exercise, answers in by_exercise.items()}
        if number % 3 == 2:
            mistake = next(wrong)
            work[mistake.exercise] = mistake.code
        students.append(Student(f"{'ab'[number % 2]}-{number:03}", {assignment: work}))
    return students


def _is_quick_and_wrong(answer: BankedAnswer) -> bool:
    return not answer.accepted and answer.misconception != "endless"


def _jobs(folder: Path, assignment: str, students: Sequence[Student]) -> list[Job]:
    """What the coordinator would hand over."""
    found = read_source(folder, read_config(folder), assignment)
    (template,) = found.templates
    submitted = [read_submission(folder / "submitted" / student.id / assignment) for student in students]
    return [
        job_of(template, repair(template, each, found), instructor_names=instructor_names_of(template))
        for each in submitted
    ]


def _growth(home: Path, few: int, many: int) -> None:
    """Processor seconds for a small and a large class of the lightest lesson."""
    found = {}
    for count in (few, many):
        folder = home / str(count)
        make_course(folder, ["00-start"])
        hand_in_work(folder, _a_class("00-start", count))
        found[count] = _run(folder, [["course", "grade", "00-start", "--workers", "2"]])
    each = (found[many].cpu - found[few].cpu) / (many - few)
    start = found[few].cpu - few * each
    print(
        f"\nGrowth, 00-start with two workers: {few} submissions in {found[few].wall:.1f} s, {many} in "
        f"{found[many].wall:.1f} s of wall time.\nProcessor time: {start:.1f} s to start, then "
        f"{1000 * each:.0f} ms for each submission; {found[many].cpu / found[few].cpu:.1f} times for "
        f"{many / few:.0f} times as many."
    )


def _shares(home: Path, count: int) -> None:
    """Where the engine's processor time goes, for the lightest lesson."""
    assignment, students = "00-start", _a_class("00-start", count)
    make_course(home, [assignment])
    hand_in_work(home, students)
    jobs = _jobs(home, assignment, students)
    with Engine() as engine:
        engine.mark(jobs[0])
        before, own = _times(), time.process_time()
        cells = sum(engine.mark(job).cpu_seconds for job in jobs)
        own, after = time.process_time() - own, _times()
    warm, children = (later - earlier for later, earlier in zip(after, before, strict=True))
    alone = cells_seconds(jobs)
    print(
        f"\nWhere it goes, {assignment}, milliseconds for each submission: cells by themselves {1000 * alone / count:.0f}, that "
        f"tests run apart {1000 * (cells - alone) / count:.0f}, the two processes besides "
        f"{1000 * (children - cells) / count:.0f}, forking and burying {1000 * warm / count:.0f}, the engine's own process "
        f"{1000 * own / count:.0f}. The rest of the growth is the coordinator: repair, files, gradebook."
    )


def _times() -> tuple[float, float]:
    """Processor seconds of the fork servers, and of the children that they have reaped."""
    times = [process.cpu_times() for process in psutil.Process().children(recursive=True)]
    return sum(each.user + each.system for each in times), sum(
        each.children_user + each.children_system for each in times
    )


def _memory(home: Path, assignment: str) -> float:
    """Memory, in MiB, that a worker and its judge have for themselves, at most while they mark a lesson."""
    students = _a_class(assignment, 1)
    make_course(home, [assignment])
    hand_in_work(home, students)
    (job,) = _jobs(home, assignment, students)
    with Engine() as engine:
        engine.mark(job)
        idle = min(_memory_looked_at(20))  # the processes of the first submission take a moment to go
        seen, done = [0], threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                seen.append(_memory_of_all())

        watcher = threading.Thread(target=watch)
        watcher.start()
        for _ in range(3):  # a light one can be over between two looks
            engine.mark(job)
            time.sleep(0.5)
        done.set()
        watcher.join()
    return (max(seen) - idle) / MIB


def _memory_looked_at(times: int) -> Iterator[int]:
    for _ in range(times):
        time.sleep(0.05)
        yield _memory_of_all()


def _memory_of_all() -> int:
    """Bytes of memory that all our processes use; what they share counts once."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


if __name__ == "__main__":
    sys.exit(main())
