"""Warm processes that tests share; each test forks its own children."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from nbjudge.sandbox.forkserver import ForkServer
from nbjudge.sandbox.isolation import SandboxUnavailable, choose_sandbox
from tests.nbjudge.sandbox.workers import Worker, warm, worker


@pytest.fixture(scope="session")
def sandbox() -> str:
    """The name of the box that is tried: this machine's, or the one that the environment asks for."""
    try:
        return os.environ.get("SANDBOX") or choose_sandbox().name
    except SandboxUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def boxed(sandbox: str) -> Iterator[ForkServer]:
    with warm(sandbox) as forkserver:
        yield forkserver


@pytest.fixture(scope="session")
def unboxed() -> Iterator[ForkServer]:
    with warm("open") as forkserver:
        yield forkserver


@pytest.fixture
def inside(boxed: ForkServer) -> Iterator[Worker]:
    """A worker in the sandbox of this machine."""
    with worker(boxed) as one:
        yield one


@pytest.fixture
def proc() -> Iterator[int]:
    """The machine's /proc, opened."""
    descriptor = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)
