"""`make demo`: a class hands in, is graded and gets feedback, in the folder demo/."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from nbgrader.converters import Autograde, GenerateFeedback

from course.authoring.files import read_config
from course.authoring.steps import StepError, run_step
from tests.classroom import findings
from tests.classroom.course_folder import hand_in, make_course
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
    hand_in(DEMO, students)
    submissions = [(assignment, student.id) for student in students for assignment in student.work]
    print(f"{len(students)} students hand in {len(submissions)} notebooks.")

    _heading("Grading and feedback")
    for number, line in enumerate(_grade(submissions), start=1):
        print(f"  [{number:2} of {len(submissions)}] {line}", flush=True)

    met = findings.met(DEMO)
    _heading("Marks")
    print(findings.table(findings.marks(DEMO), met))
    print("  * an answer in words waits for you: read it in formgrader")
    _heading("Misconceptions that most students have")
    print(findings.most_met(met))
    _heading("Look further")
    print(f"  what a student gets  {DEMO.name}/feedback/kernel-flipped/00-start/start.html")
    print("  the gradebook        make lab IN=demo, then the menu Nbgrader > Formgrader")
    print("  the course itself    make lab")
    print(f"\nDone in {time.monotonic() - started:.0f} seconds.")


def _grade(submissions: list[tuple[str, str]]) -> Iterator[str]:
    """Grade submissions side by side; one line for each when it is done."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_quietly) as pool:
        jobs = {pool.submit(_grade_one, DEMO, *each): each for each in submissions}
        for job in as_completed(jobs):
            assignment, student = jobs[job]
            yield f"{assignment}  {student}{job.result()}"


def _grade_one(folder: Path, assignment: str, student: str) -> str:
    """Grade one submission and make its feedback; returns what went wrong."""
    try:
        for step in (Autograde, GenerateFeedback):
            run_step(step, folder, read_config(folder), assignment, student)
    except StepError as error:
        return f"\n{error}"
    return ""


def _quietly() -> None:
    """Kernels log to the process's stderr; errors of grading come back as results."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _heading(text: str) -> None:
    print(f"\n== {text} ==", flush=True)


if __name__ == "__main__":
    main()
