"""What all tests share: a fresh home for progress, and nbgrader's helpers on the path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.stored_outputs import pytest_configure, pytest_unconfigure

__all__ = ["pytest_configure", "pytest_unconfigure"]

# nbgrader calls alembic by its bare name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
