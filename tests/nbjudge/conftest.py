"""What takes seconds to make, once for all tests of a process: an engine's fork servers, and the small course.

Each conftest.py that imports a fixture has a fixture of its own, so those of the small course are imported here alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nbjudge.engine import Engine, EngineSettings
from tests.nbjudge.record.fixtures import fresh, postgres, released, stock

__all__ = ["engine", "fresh", "postgres", "released", "stock"]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine with the sandbox of this machine."""
    with Engine(EngineSettings(plugins=("course.judge_plugin",))) as made:
        yield made
