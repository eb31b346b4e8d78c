"""The folder of one marked submission: written as a whole or not at all, and read back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree
from traitlets.config import Config

from nbjudge.record.notebook import METADATA

SUFFIX = ".ipynb"


class Folders:
    """Where a course keeps what is marked, and with which permissions, as its settings say.

    Args:
        course: nbgrader's course directory.
        config: the course's settings.
    """

    def __init__(self, course: CourseDirectory, config: Config) -> None:
        self._course = course
        self._file_mode = int(str(Autograde(coursedir=course, config=config).permissions), 8)
        self._shared = bool(course.groupshared)

    def autograded(self, student: str, assignment: str) -> Path:
        """The folder of a student's marked submission."""
        return Path(self._course.format_path(self._course.autograded_directory, student, assignment))

    def write(self, place: Path, files: Mapping[str, bytes]) -> None:
        """Make `place` a folder that holds these files and nothing else.

        The files are written into a hidden folder beside it, which then takes its name; whoever looks finds the old files
        or the new ones. What an earlier run that was killed has left beside it is removed.

        Args:
            place: the folder.
            files: content by path inside the folder, with "/" between folders.

        Raises:
            ValueError: when a path leads out of the folder.
            OSError: when the disk is full or may not be written; the old folder is as it was.
        """
        for name in files:
            parts = PurePosixPath(name)
            if parts.is_absolute() or not parts.parts or ".." in parts.parts:
                raise ValueError(f"{name!r} is no path inside a folder")
        place.parent.mkdir(parents=True, exist_ok=True)
        self._share(place.parent)
        clean_up(place)
        fresh = _beside(place, "new")
        try:
            fresh.mkdir()
            for name, content in files.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                path.chmod(self._file_mode)
            for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
                self._share(folder)
            put(fresh, place)
        except BaseException:
            if fresh.exists():
                rmtree(fresh)
            raise

    def _share(self, folder: Path) -> None:
        """What nbgrader's `groupshared` asks of a folder."""
        if self._shared:
            mode = folder.stat().st_mode
            if mode & 0o2770 != 0o2770:
                with contextlib.suppress(PermissionError):
                    os.chmod(folder, (mode | 0o2770) & 0o2777)


def put(fresh: Path, place: Path) -> None:
    """Give the folder `fresh` the name `place`; a folder that had it is removed. Both lie on the same disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(place):
        fresh.rename(place)
        return
    old = _beside(place, "old")
    place.rename(old)
    try:
        fresh.rename(place)
    except BaseException:
        old.rename(place)
        raise
    remove(old)


def remove(path: Path) -> None:
    """Remove a folder, a file or a link; nothing is fine."""
    if path.is_dir() and not path.is_symlink():
        rmtree(path)
    else:
        path.unlink(missing_ok=True)


def clean_up(place: Path) -> None:
    """Remove what a run that was killed has left beside a folder. Its old folder is put back when it has no other."""
    if not place.parent.is_dir():
        return
    for left in sorted(place.parent.glob(f"{_prefix(place)}*")):
        if left.name.endswith(".old") and not os.path.lexists(place):
            left.rename(place)
        else:
            remove(left)


def read(place: Path) -> dict[str, NotebookNode]:
    """The notebooks of a marked submission by their ids; those that are no notebooks of ours are left out."""
    notebooks: dict[str, NotebookNode] = {}
    if not place.is_dir():
        return notebooks
    for path in sorted(place.glob(f"*{SUFFIX}")):
        with contextlib.suppress(OSError, ValueError, AttributeError, KeyError, TypeError):
            notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
            if notebook.metadata.get(METADATA, {}).get("key") and isinstance(notebook.cells, list):
                notebooks[path.name.removesuffix(SUFFIX)] = notebook
    return notebooks


def content_of(notebook: NotebookNode) -> bytes:
    """A notebook as bytes, in the form in which nbgrader writes it."""
    text: str = nbformat.v4.writes(notebook)
    return f"{text}\n".encode()


def _beside(place: Path, suffix: str) -> Path:
    return place.parent / f"{_prefix(place)}{uuid.uuid4().hex[:8]}.{suffix}"


def _prefix(place: Path) -> str:
    """Short, so that the longest names of folders still have a hidden one beside them."""
    return f".grading-{hashlib.sha256(os.fsencode(place.name)).hexdigest()[:12]}-"
