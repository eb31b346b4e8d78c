"""What all tests share: a fresh home for progress, nbgrader's helpers on the path, and which tests one process runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.stored_outputs import pytest_configure, pytest_unconfigure

__all__ = ["pytest_configure", "pytest_unconfigure"]

# The same examples in every run: one that fails can be run again, and CI says the same as the desk.
settings.register_profile("same examples", derandomize=True, database=None, deadline=None)
settings.load_profile("same examples")

# nbgrader calls alembic by its bare name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

GROUPS = {
    # They look at the machine's mounts, or change them; the sandbox's tests share fork servers too.
    "tests/attacks": "mounts",
    "tests/nbjudge/sandbox": "mounts",
    "tests/nbjudge/faults/test_disk.py": "mounts",
    # They share a course that was released and marked once, or an engine.
    "tests/nbjudge/faults": "faults",
    "tests/nbjudge/batch": "gradebook",
    "tests/nbjudge/record": "gradebook",
    "tests/nbjudge/judge": "engine",
    "tests/nbjudge/test_engine.py": "engine",
    "tests/nbjudge/test_libraries.py": "numpy course",
    "tests/nbjudge/repair": "repair",
    "tests/test_nbgrader.py": "nbgrader",
}
"""Tests that one process runs one after the other, by their file or folder; the narrower one counts."""


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of a group go to one process, and the cells of a notebook to that of its kernel; others go wherever there is time.

    Groups are no marks: pytest-xdist 3.8 writes a mark into a test's id, where pytest 9.2 does not read it.
    """

    def _split_scope(self, nodeid: str) -> str:
        path, answer = Path(nodeid.partition("::")[0]), nodeid.partition("[")[2]
        if path.as_posix() in {"tests/test_bank.py", "tests/test_misconceptions.py"} and answer:
            return answer  # both look at the same report, which is made once in a process
        if path.suffix == ".ipynb":
            return str(path)
        places = (place.as_posix() for place in (path, *path.parents))
        return next((GROUPS[place] for place in places if place in GROUPS), nodeid)


@pytest.hookimpl(optionalhook=True)  # some tests run others in a pytest without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling | None:
    """Share tests out by group where `--dist loadgroup` asks for it."""
    return GroupScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
