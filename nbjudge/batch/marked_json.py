"""Results on their way from another machine: plain JSON, checked like everything else that comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nbjudge.job import CellRun, End, Marked


def to_bytes(found: Sequence[Marked]) -> bytes:
    """What was marked, as JSON."""
    return json.dumps(
        [
            {
                "runs": [{"outputs": run.outputs, "execution_count": run.execution_count} for run in marked.runs],
                "end": marked.end.value,
                "detail": marked.detail,
                "cpu_seconds": marked.cpu_seconds,
            }
            for marked in found
        ]
    ).encode()


def from_bytes(content: bytes) -> list[Marked]:
    """The results in JSON that `to_bytes` made.

    Raises:
        ValueError: when it is anything else.
    """
    try:
        found = json.loads(content)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"a result is no JSON: {error}") from error
    return [_marked(_checked(each, dict)) for each in _checked(found, list)]


def _marked(found: dict[str, Any]) -> Marked:
    return Marked(
        runs=tuple(_run(_checked(run, dict)) for run in _checked(found.get("runs"), list)),
        end=End(found.get("end")),
        detail=_checked(found.get("detail"), str),
        cpu_seconds=float(_checked(found.get("cpu_seconds"), int, float)),
    )


def _run(found: dict[str, Any]) -> CellRun:
    count = found.get("execution_count")
    return CellRun(
        outputs=[_checked(output, dict) for output in _checked(found.get("outputs"), list)],
        execution_count=None if count is None else _checked(count, int),
    )


def _checked(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise ValueError(f"a result holds {type(value).__name__} where {kinds[0].__name__} was expected")
    return value
