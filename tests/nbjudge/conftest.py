"""One engine for all tests of a process: fork servers take seconds to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nbjudge.engine import Engine, EngineSettings


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine with the sandbox of this machine."""
    with Engine(EngineSettings(plugins=("course.judge_plugin",))) as made:
        yield made
