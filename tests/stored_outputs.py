"""A pytest plugin for nbval: kernels get the environment in which `course outputs` stored what they must give again."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest

from course.authoring.outputs import kernel_environment, with_a_kernel

_homes: list[tempfile.TemporaryDirectory[str]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Each process of pytest has a home of its own: nothing is passed yet, and no hint read."""
    home = tempfile.TemporaryDirectory()
    _homes.append(home)
    os.environ.pop("MPLBACKEND", None)
    os.environ.update(kernel_environment(Path(home.name)))
    _start_kernels_again_that_die(nbval.kernel)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing is left behind."""
    while _homes:
        _homes.pop().cleanup()


def _start_kernels_again_that_die(nbval_kernel: Any) -> None:
    """nbval has no setting for it: one kernel whose port was taken in between fails a whole notebook."""
    start = nbval_kernel.start_new_kernel
    nbval_kernel.start_new_kernel = lambda *args, **kwargs: with_a_kernel(partial(start, *args, **kwargs))
