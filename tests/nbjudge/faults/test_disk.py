"""A disk that is full: the run stops and says so; with room again, the same command completes it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nbjudge.faults.classes import state
from tests.nbjudge.faults.running import graded
from tests.nbjudge.record.small_course import ASSIGNMENT


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "disk", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("left", [*(pytest.param(left, marks=pytest.mark.soak) for left in (0, 40_000)), 200_000])
def test_a_full_disk_under_the_course_loses_nothing(
    left: int, small_disk: Path, handed_in: Path, undisturbed: Path
) -> None:
    """Marked notebooks and the gradebook lie on it, so either may be what finds no room."""
    folder = small_disk / "course"
    shutil.copytree(handed_in, folder)
    filler = small_disk / "filler"
    free = os.statvfs(small_disk)
    filler.write_bytes(b"x" * (free.f_bavail * free.f_frsize - left))
    lines = graded(folder, ASSIGNMENT, "--workers", "2", status=2)
    said = "\n".join(lines)
    assert "o space left on device" in said or "disk is full" in said, said
    assert "Traceback" not in said
    filler.unlink()
    graded(folder, ASSIGNMENT, "--workers", "2")
    assert state(folder) == state(undisturbed)
