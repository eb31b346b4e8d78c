"""What lies beside a notebook while it runs: the course's data files, and those of the student's that do no harm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from nbjudge.repair.fixes import Fixes
from nbjudge.repair.submission import Skipped, Submitted
from nbjudge.repair.template import Assignment

LONGEST_NAME = 200
NOTEBOOK = re.compile(r"\.ipynb(?:\.(?:txt|json))?$", re.IGNORECASE)
CODE = (".py", ".pyw", ".so", ".pyd", ".dll", ".dylib")
SETTINGS = re.compile(
    r"(?:sitecustomize|usercustomize|conftest|ipython\w*_config|jupyter\w*_config|nbgrader\w*_config|pyvenv)\.\w+$"
    r"|.*\.(?:pth|so|pyd|dll|dylib|pyc|pyo|egg|egg-link|whl)$"
    r"|profile_\w+$|matplotlibrc$|startup$",
    re.IGNORECASE,
)


def files_beside(assignment: Assignment, submitted: Submitted, fixes: Fixes) -> dict[str, bytes]:
    """The files by name. The course's win over a student's of the same name, but for those that students may edit."""
    kept: dict[str, bytes] = {}
    taken = _Places(assignment.files)
    modules = {module.casefold() for module in assignment.modules}
    for name, content in submitted.files.items():
        if NOTEBOOK.search(name):
            continue
        if isinstance(content, Skipped):
            _tell_skipped(name, content, fixes)
        elif not _is_usable(name):
            fixes.add("bad-name", name)
        elif name in assignment.students_own:
            kept[name] = content
        elif name in assignment.files:
            if content != assignment.files[name]:
                fixes.add("source-file", name)
        elif taken.conflict(name):
            fixes.add("source-file", name)
        elif _is_unsafe(name, modules):
            fixes.add("unsafe-file", name)
        else:
            kept[name] = content
    return {**kept, **assignment.files}


def tell_skipped(submitted: Submitted, fixes: Fixes) -> None:
    """Tell which notebooks were not read; files_beside tells the other files."""
    for name, content in submitted.files.items():
        if NOTEBOOK.search(name) and isinstance(content, Skipped):
            _tell_skipped(name, content, fixes)


def _tell_skipped(name: str, why: Skipped, fixes: Fixes) -> None:
    match why:
        case Skipped.LINK:
            fixes.add("link", name)
        case Skipped.TOO_LARGE | Skipped.TOO_MANY | Skipped.TOO_DEEP:
            fixes.add("large-file", name)
        case Skipped.NOT_A_FILE | Skipped.UNREADABLE:
            fixes.add("unread-file", name)


class _Places:
    """Whether a student's file would lie where the course has a folder, or in a folder where it has a file."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._folders = {str(folder) for name in files for folder in PurePosixPath(name).parents}

    def conflict(self, name: str) -> bool:
        return name in self._folders or any(str(folder) in self._files for folder in PurePosixPath(name).parents)


def _is_usable(name: str) -> bool:
    """Whether a name is one that every file system can hold, and lies inside the folder."""
    parts = name.split("/")
    return (
        len(name.encode(errors="replace")) <= LONGEST_NAME
        and not any(part in ("", ".", "..") for part in parts)
        and "\\" not in name
        and not any(unicodedata.category(character) in ("Cc", "Cs") for character in name)
    )


def _is_unsafe(name: str, modules: Collection[str]) -> bool:
    """Whether it could stand in for a module or change a setting: torch.py, numpy/…, conftest.py, dotfiles."""
    parts = name.split("/")
    if any(part.startswith(".") or SETTINGS.match(part) for part in parts):
        return True
    return name.casefold().endswith(CODE) and parts[0].partition(".")[0].casefold() in modules
