"""Files of a course's folder: nbgrader's settings, and files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

CONFIG_FILE = "nbgrader_config.py"


class CourseFolderError(Exception):
    """The course's folder is not as it must be; the message says what to do."""


def read_config(root: Path) -> Config:
    """The settings in the folder's nbgrader_config.py.

    Raises:
        CourseFolderError: when the folder has none.
    """
    if not (root / CONFIG_FILE).is_file():
        raise CourseFolderError(f"there is no {CONFIG_FILE} in {root}: run this in the course's folder")
    return PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
