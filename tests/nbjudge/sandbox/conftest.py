"""Fork servers that tests share; each test has children of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from nbjudge.sandbox.choose import SandboxUnavailable, choose_sandbox
from nbjudge.sandbox.forkserver import ForkServer
from tests.nbjudge.sandbox.workers import Worker, started, worker


@pytest.fixture(scope="session")
def sandbox() -> str:
    """The name of the sandbox that is tried: this machine's, or the one that the environment asks for."""
    try:
        return os.environ.get("SANDBOX") or choose_sandbox().name
    except SandboxUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sandboxed(sandbox: str) -> Iterator[ForkServer]:
    with started(sandbox) as forkserver:
        yield forkserver


@pytest.fixture(scope="session")
def unsandboxed() -> Iterator[ForkServer]:
    with started("unsandboxed") as forkserver:
        yield forkserver


@pytest.fixture(scope="session")
def unlimited() -> Iterator[ForkServer]:
    with started("unlimited") as forkserver:
        yield forkserver


@pytest.fixture(params=["sandboxed", "unsandboxed"])
def forkserver(request: pytest.FixtureRequest) -> ForkServer:
    """Each of the two."""
    forkserver = request.getfixturevalue(request.param)
    assert isinstance(forkserver, ForkServer)
    return forkserver


@pytest.fixture
def inside(sandboxed: ForkServer) -> Iterator[Worker]:
    """A worker in the sandbox of this machine."""
    with worker(sandboxed) as one:
        yield one


@pytest.fixture
def proc() -> Iterator[int]:
    """The machine's /proc, opened."""
    descriptor = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)
