"""`make demo`: a class hands in, is graded and gets feedback, in the folder demo/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from nbgrader.converters import BaseConverter, GenerateFeedback

from course.authoring.release import StepError, run_step
from nbjudge.files import read_config
from tests.classroom import findings
from tests.classroom.course_folder import hand_in_work, make_course
from tests.classroom.students import a_class
from tests.lessons import ROOT

DEMO = ROOT / "demo"
PROCESSES = 2


def main() -> None:
    """Make the class, grade it, show what came out."""
    started = time.monotonic()
    shutil.rmtree(DEMO, ignore_errors=True)
    students = a_class()
    assignments = sorted({assignment for student in students for assignment in student.work})

    _heading(f"A course folder in {DEMO.name}/, with {', '.join(assignments)}")
    make_course(DEMO, assignments)
    hand_in_work(DEMO, students)
    print(f"{len(students)} students hand in {sum(len(student.work) for student in students)} notebooks.")

    for assignment in assignments:
        _heading(f"course grade {assignment}")
        grade = Path(sys.executable).with_name("course")
        subprocess.run([grade, "grade", assignment], cwd=DEMO, check=True)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_alone_on_a_core) as pool:
        _heading("Feedback")
        _run(pool, [(GenerateFeedback, assignment, "*") for assignment in assignments])

    met = findings.met(DEMO)
    _heading("Marks")
    print(findings.table([student.id for student in students], findings.marks(DEMO), met))
    print("  * an answer in words waits for you: read it in formgrader")
    _heading("Misconceptions that most students have")
    print(findings.most_met(met))
    _heading("Look further")
    print(f"  what a student gets  {DEMO.name}/feedback/kernel-flipped/00-start/start.html")
    print("  the gradebook        make lab IN=demo, then the menu Nbgrader > Formgrader")
    print("  the course itself    make lab")
    print(f"\nDone in {time.monotonic() - started:.0f} seconds.")


def _run(pool: ProcessPoolExecutor, work: Sequence[tuple[type[BaseConverter], str, str]]) -> None:
    """Run steps of nbgrader side by side; says when each is done."""
    jobs = {pool.submit(_step, *each): each for each in work}
    for number, job in enumerate(as_completed(jobs), start=1):
        _, assignment, student = jobs[job]
        print(f"  [{number:2} of {len(work)}] {assignment}  {student.replace('*', 'all')}{job.result()}", flush=True)


def _step(step: type[BaseConverter], assignment: str, student: str) -> str:
    """Run one step in the demo's folder; returns what went wrong."""
    try:
        run_step(step, DEMO, read_config(DEMO), assignment, student)
    except StepError as error:
        return f"\n{error}"
    return ""


def _alone_on_a_core() -> None:
    """One thread for each kernel; what kernels log goes nowhere, since errors of grading come back as results."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _heading(text: str) -> None:
    print(f"\n== {text} ==", flush=True)


if __name__ == "__main__":
    main()
