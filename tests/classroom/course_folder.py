"""A course folder of its own for a class: settings, sources, released notebooks, gradebook, and what was handed in."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment

from course.authoring.release import run_step
from course.exercises.catalogue import LESSONS
from nbjudge.files import CONFIG_FILE, read_config
from tests.classroom.fill import fill, saved_by_colab, saved_by_jupyterlab
from tests.classroom.students import Student
from tests.lessons import ROOT


def make_course(folder: Path, assignments: Sequence[str]) -> None:
    """A course folder with this repository's settings and sources, released by nbgrader into its gradebook."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / CONFIG_FILE, folder)
    for assignment in assignments:
        shutil.copytree(ROOT / "source" / assignment, folder / "source" / assignment)
        run_step(GenerateAssignment, folder, read_config(folder), assignment)


def hand_in_work(folder: Path, students: Sequence[Student]) -> None:
    """Put what each student hands in where nbgrader collects it, and the students into the gradebook.

    nbgrader would add a student when it first meets one; two processes that do so at once collide.
    """
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "conv") as gradebook:
        for student in students:
            gradebook.add_student(student.id)
    for student in students:
        for assignment, answers in student.work.items():
            name = f"{LESSONS[assignment]}.ipynb"
            released = nbformat.read(folder / "release" / "en" / assignment / name, as_version=4)
            notebook = fill(released, answers)
            path = folder / "submitted" / student.id / assignment / name
            path.parent.mkdir(parents=True)
            path.write_text(saved_by_colab(notebook) if student.uses_colab else saved_by_jupyterlab(notebook))
