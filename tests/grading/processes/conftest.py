"""Warm processes that tests share; each test forks its own children."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from course.grading.processes.box import NoSandbox, choose_box
from course.grading.processes.nursery import Nursery
from tests.grading.processes.workers import Worker, warm, worker


@pytest.fixture(scope="session")
def sandbox() -> str:
    """The name of the box that is tried: this machine's, or the one that the environment asks for."""
    try:
        return os.environ.get("SANDBOX") or choose_box().name
    except NoSandbox as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def boxed(sandbox: str) -> Iterator[Nursery]:
    with warm(sandbox) as nursery:
        yield nursery


@pytest.fixture(scope="session")
def unboxed() -> Iterator[Nursery]:
    with warm("open") as nursery:
        yield nursery


@pytest.fixture
def inside(boxed: Nursery) -> Iterator[Worker]:
    """A worker in the sandbox of this machine."""
    with worker(boxed) as one:
        yield one


@pytest.fixture
def proc() -> Iterator[int]:
    """The machine's /proc, opened."""
    descriptor = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)
