"""The folder of a submission as plain values. Nothing that lies in it is followed, waited for or able to stop us."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatch
from pathlib import Path

from nbjudge.limits import MIB

TIMESTAMP = "timestamp.txt"
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
"""nbgrader's own default for `CourseDirectory.ignore`."""
LEFT_BY_SYSTEMS = ("__MACOSX", ".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".git", ".Trash-*", ".~lock.*")


class Skipped(Enum):
    """Why a file was not read; the value is a word for logs."""

    LINK = "link"
    TOO_LARGE = "too large"
    TOO_MANY = "too many files"
    TOO_DEEP = "too many folders in each other"
    NOT_A_FILE = "not a file"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Caps:
    """How much of a folder is read: one file's bytes, all files' together, how many, and how deep."""

    file_bytes: int = 64 * MIB
    total_bytes: int = 256 * MIB
    files: int = 1000
    depth: int = 16


@dataclass(frozen=True)
class Submitted:
    """What a student handed in.

    Attributes:
        files: content, or why it was not read, by name ("/" between folders); in the order of their names.
        timestamp: what nbgrader noted as the time of handing in; "" where there is no note.
    """

    files: Mapping[str, bytes | Skipped] = field(default_factory=dict)
    timestamp: str = ""


def read_submission(folder: Path, ignore: Sequence[str] = IGNORED, caps: Caps = Caps()) -> Submitted:
    """Read a submission's folder. Links in it are not followed; a folder that is missing has no files.

    Args:
        folder: where the submission lies.
        ignore: names that are passed over, as in `CourseDirectory.ignore`.
        caps: how much is read.
    """
    files: dict[str, bytes | Skipped] = {}
    left = caps.total_bytes
    for name, entry in _entries(folder, "", (*ignore, *LEFT_BY_SYSTEMS), caps.depth):
        if len(files) >= caps.files:
            files[name] = Skipped.TOO_MANY
            break
        content = entry if isinstance(entry, Skipped) else _read(entry, min(left, caps.file_bytes))
        files[name] = content
        left -= len(content) if isinstance(content, bytes) else 0
    timestamp = files.pop(TIMESTAMP, b"")
    return Submitted(files, timestamp.decode(errors="replace").strip() if isinstance(timestamp, bytes) else "")


def _entries(folder: Path, above: str, ignore: Sequence[str], depth: int) -> Iterator[tuple[str, Path | Skipped]]:
    """The files below a folder: those of the folder itself first, so that caps meet what lies deep in others."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        if above:
            yield above.rstrip("/"), Skipped.UNREADABLE
        return
    folders = []
    for entry in entries:
        if any(fnmatch(entry.name, pattern) for pattern in ignore):
            continue
        name = f"{above}{entry.name}"
        if entry.is_symlink():
            yield name, Skipped.LINK
        elif entry.is_dir(follow_symlinks=False):
            folders.append(entry)
        elif entry.is_file(follow_symlinks=False):
            yield name, Path(entry.path)
        else:
            yield name, Skipped.NOT_A_FILE
    for entry in folders:
        name = f"{above}{entry.name}"
        if depth > 1:
            yield from _entries(Path(entry.path), f"{name}/", ignore, depth - 1)
        else:
            yield name, Skipped.TOO_DEEP


def _read(path: Path, most: int) -> bytes | Skipped:
    """A file's content. It is opened so that neither a link nor a pipe that came in its place matters."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        return Skipped.LINK if path.is_symlink() and error.errno else Skipped.UNREADABLE
    try:
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return Skipped.NOT_A_FILE
            content = file.read(most + 1)
    except OSError:
        return Skipped.UNREADABLE
    return content if len(content) <= most else Skipped.TOO_LARGE
