"""A pytest plugin for nbval: kernels get the environment in which `course outputs` stored what they must give again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from course.authoring.outputs import kernel_environment

_homes: list[tempfile.TemporaryDirectory[str]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Each process of pytest has a home of its own: nothing is passed yet, and no hint read."""
    home = tempfile.TemporaryDirectory()
    _homes.append(home)
    os.environ.pop("MPLBACKEND", None)
    os.environ.update(kernel_environment(Path(home.name)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing is left behind."""
    while _homes:
        _homes.pop().cleanup()
