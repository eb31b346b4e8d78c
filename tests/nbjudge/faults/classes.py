"""Classes to be disturbed, and what there is to compare afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.nbjudge.record.small_course import HALF, LATE, RIGHT, Rows, rows, submission_folder

State = tuple[Rows, Mapping[str, bytes]]


def fill(folder: Path, students: int) -> None:
    """Hand in for so many students more, every one something else."""
    for number in range(students):
        answers = (RIGHT, HALF, RIGHT | {"double": HALF["double"]}, {"shout": RIGHT["shout"]})[number % 4]
        marked = answers | {"by-hand": f"answer = {number}"}
        submission_folder(folder, f"s{number:02}", marked, timestamp=LATE if number % 3 == 0 else "")


def state(folder: Path) -> State:
    """Every row of the gradebook, and every byte of the marked submissions."""
    return rows(f"sqlite:///{folder}/gradebook.db"), marked(folder / "marked")


def marked(place: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
