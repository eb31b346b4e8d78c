"""source/ -> release/<language>/: student notebooks, built by nbgrader and compared with what is there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.converters import BaseConverter, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config

from nbjudge.files import CourseFolderError, read_config, write_whole

Files = Mapping[Path, bytes]
"""Files by their path below the course's folder."""


class StepError(Exception):
    """nbgrader did not finish a step; the message is what it logged."""


@dataclass(frozen=True)
class Changes:
    """How the files of a fresh build differ from those on disk."""

    missing: tuple[Path, ...]
    differing: tuple[Path, ...]
    left_over: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.differing or self.left_over)


def choose_assignments(root: Path, chosen: Sequence[str]) -> list[str]:
    """The chosen assignments of the folder, or all of them when none is named; sorted.

    Raises:
        CourseFolderError: when the folder lacks one of them; it names those that there are.
    """
    assignments = sorted({path.parent.name for path in (root / "source").glob("*/*.ipynb")})
    unknown = sorted(set(chosen) - set(assignments))
    if unknown:
        raise CourseFolderError(f"no assignment {', '.join(unknown)}; there are: {', '.join(assignments) or 'none'}")
    if not assignments:
        raise CourseFolderError(f"there is no notebook in {root / 'source'}")
    return sorted(set(chosen)) or assignments


def build(root: Path, assignments: Sequence[str], language: str = "en") -> dict[Path, bytes]:
    """The student files of the assignments. Nothing below `root` is changed; the same source gives the same bytes.

    nbgrader works in a folder of its own, without a gradebook: so a release does not depend on what was handed in.

    Raises:
        CourseFolderError: when the folder has no nbgrader_config.py.
        StepError: when nbgrader refuses a notebook.
    """
    config = read_config(root)
    config.CourseDirectory.release_directory = f"release/{language}"
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    with tempfile.TemporaryDirectory() as name:
        workshop = Path(name).resolve()
        for assignment in assignments:
            shutil.copytree(
                root / "source" / assignment,
                workshop / "source" / assignment,
                ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
            )
            run_step(GenerateAssignment, workshop, config, assignment)
        return _read(workshop, language)


def changes(root: Path, built: Files, assignments: Sequence[str], language: str = "en") -> Changes:
    """How a build of these assignments differs from what is on disk.

    Folders of assignments that have no source any more are left over too.
    """
    there = {
        path: content
        for path, content in _read(root, language).items()
        if path.parts[2] in assignments or not (root / "source" / path.parts[2]).exists()
    }
    return Changes(
        missing=tuple(sorted(built.keys() - there.keys())),
        differing=tuple(sorted(path for path in built.keys() & there.keys() if built[path] != there[path])),
        left_over=tuple(sorted(there.keys() - built.keys())),
    )


def write(root: Path, built: Files, found: Changes) -> None:
    """Make the files on disk those of the build. What is the same already is not touched."""
    for path in (*found.missing, *found.differing):
        write_whole(root / path, built[path])
    for path in found.left_over:
        (root / path).unlink()


def _read(root: Path, language: str) -> dict[Path, bytes]:
    """The files in the language's release folder; none where there is no such folder yet."""
    return {
        path.relative_to(root): path.read_bytes()
        for path in sorted((root / "release" / language).rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def run_step(step: type[BaseConverter], root: Path, config: Config, assignment: str, student: str = "*") -> None:
    """Run a converter of nbgrader, such as GenerateAssignment or Autograde, as its command and formgrader do.

    The process stands in `root` until the converter is done, so run one at a time in a process.

    Raises:
        StepError: when it could not finish.
    """
    course = CourseDirectory(config=config, root=str(root), assignment_id=assignment, student_id=student)
    result = capture_log(step(coursedir=course, config=config))
    if not result["success"]:
        log = str(result.get("log") or result["error"])
        raise StepError(f"{step.__name__} of {assignment} failed:\n{log}".replace(f"{root}/", ""))
