"""What all tests share: a fresh home for progress, and nbgrader's helpers on the path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

from tests.stored_outputs import pytest_configure, pytest_unconfigure

__all__ = ["pytest_configure", "pytest_unconfigure"]

# The same examples in every run: one that fails can be run again, and CI says the same as the desk.
settings.register_profile("same examples", derandomize=True, database=None, deadline=None)
settings.load_profile("same examples")

# nbgrader calls alembic by its bare name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
