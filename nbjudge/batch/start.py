"""How `course grade` starts: the warm processes first, and nbgrader is imported while they do.

So this module imports little itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from nbjudge.batch.options import Options
from nbjudge.engine import Engine
from nbjudge.sandbox.isolation import SandboxUnavailable


def grade(options: Options, folder: Path) -> int:
    """Grade an assignment of the course in a folder, see `command.grade`. Its engine starts at once."""
    if options.scheduler:  # the engines are elsewhere
        return _command()(options, folder)
    try:
        engine = Engine(sandbox=options.sandbox)
    except SandboxUnavailable as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    with engine:
        engine.start()
        return _command()(options, folder, lambda: engine)


def _command() -> Callable[..., int]:
    """The command, with nbgrader; without an optional import of jsonschema's that takes as long as all others together.

    It checks addresses in JSON, and the schema of notebooks has no such format.
    """
    unwanted = "rfc3987_syntax"
    hidden = unwanted not in sys.modules
    if hidden:
        sys.modules[unwanted] = None  # type: ignore[assignment]
    try:
        from nbjudge.batch import command
    finally:
        if hidden:
            del sys.modules[unwanted]
    return command.grade
