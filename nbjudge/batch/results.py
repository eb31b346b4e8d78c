"""Where the results of a batch lie: the autograded folders, and what a preview keeps aside until it is applied."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nbformat import NotebookNode

from nbjudge.batch.course_folder import Course
from nbjudge.batch.submission_result import worst
from nbjudge.batch.try_source import SourceTry
from nbjudge.files import CourseFolderError, write_whole
from nbjudge.record.autograded import SUFFIX, Folders, clean_up, read, remove
from nbjudge.record.notebook import METADATA
from nbjudge.repair.submission import TIMESTAMP
from nbjudge.verdict import Verdict

try:
    import fcntl
except ImportError:  # Windows has none; two batches at once are then not told
    fcntl = None  # type: ignore[assignment]

ASIDE = ".grading"
"""A folder in the course's folder, ignored by git."""


class Results:
    """The results of one assignment.

    Args:
        course: the course.
        assignment: the assignment's name.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._folders = Folders(course.directory, course.config)
        self._assignment = assignment
        self._aside = course.root / ASIDE
        self._previews = self._aside / _short(assignment)
        self._try = self._aside / f"{_short(assignment)}.try.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else grades this course meanwhile, so that what lies half-written beside a folder is a killed run's.

        Raises:
            CourseFolderError: when somebody does.
        """
        self._make_aside()
        with (self._aside / "lock").open("w") as file:
            if fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise CourseFolderError(
                        "another run of `grade` is at work in this folder; wait until it is done"
                    ) from None
            yield

    def place(self, student: str) -> Path:
        """The folder of a student's marked submission."""
        return self._folders.autograded(student, self._assignment)

    def read(self, student: str) -> dict[str, NotebookNode]:
        """The notebooks of a student's marked submission by name; none when there is none of ours."""
        place = self.place(student)
        clean_up(place)
        return read(place)

    def verdict(self, student: str) -> Verdict | None:
        """The verdict of a student's marked submission; None when there is none of ours."""
        verdicts = [Verdict(book.metadata[METADATA]["verdict"]) for book in read(self.place(student)).values()]
        return worst(verdicts) if verdicts else None

    def write(self, student: str, files: Mapping[str, bytes]) -> None:
        """Make these files the student's marked submission; a preview of it is out of date then."""
        self._folders.write(self.place(student), files)
        remove(self._preview(student))

    def write_time(self, student: str, time: str) -> None:
        """Note a new time of handing in beside a result that is as it was."""
        path = self.place(student) / TIMESTAMP
        mode = next(path.parent.glob(f"*{SUFFIX}")).stat().st_mode
        write_whole(path, f"{time}\n".encode())
        path.chmod(stat.S_IMODE(mode))

    # -- the try of the source

    def read_try(self, key: str) -> SourceTry | None:
        """What the try of the source under this key has shown; None when it was not tried."""
        try:
            kept = json.loads(self._try.read_text(encoding="utf-8"))
            return SourceTry.from_json(kept["try"]) if kept["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_try(self, key: str, source_try: SourceTry) -> None:
        """Keep what the try of the source under this key has shown."""
        self._make_aside()
        write_whole(self._try, json.dumps({"key": key, "try": source_try.to_json()}, indent=1).encode())

    # -- previews

    def read_preview(self, student: str) -> dict[str, NotebookNode]:
        """The notebooks that a preview has kept of a student."""
        return read(self._preview(student))

    def write_preview(self, student: str, files: Mapping[str, bytes]) -> None:
        """Keep these files until they are applied."""
        self._make_aside()
        self._folders.write(self._preview(student), files)

    def apply_preview(self, student: str, time: str) -> None:
        """Make what a preview has kept the student's marked submission, with this time of handing in."""
        kept = self._preview(student)
        files = {
            path.relative_to(kept).as_posix(): path.read_bytes() for path in sorted(kept.rglob("*")) if path.is_file()
        }
        files.pop(TIMESTAMP, None)
        self.write(student, files | ({TIMESTAMP: f"{time}\n".encode()} if time else {}))

    def forget_previews(self) -> None:
        """Remove all that previews of this assignment have kept."""
        remove(self._previews)

    def _preview(self, student: str) -> Path:
        return self._previews / _short(student)

    def _make_aside(self) -> None:
        self._aside.mkdir(parents=True, exist_ok=True)
        ignore = self._aside / ".gitignore"
        if not ignore.exists():
            write_whole(ignore, b"*\n")


def _short(name: str) -> str:
    """A folder's name for any assignment or student."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:24]
