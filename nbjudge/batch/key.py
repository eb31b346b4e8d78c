"""When a result is still good: the hash of all that was marked, and of what marks. The same key gives the same marks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from nbjudge.limits import Limits
from nbjudge.repair.submission import Submitted
from nbjudge.repair.template import Assignment


def assignment_key(
    versions: Mapping[str, str], assignment: Assignment, limits: Limits, settings: Mapping[str, Any]
) -> str:
    """The hash of what is the same for every submission.

    Args:
        versions: of what marks, see `nbjudge.versions`.
        assignment: its notebooks with hidden tests and points, and its data files.
        limits: what a submission may use.
        settings: what else changes an autograded notebook, such as the language of the fixes.
    """
    return _hash([versions, replace(assignment, modules=frozenset()), limits, dict(settings)])


def try_key(base: str, fixed: Mapping[str, Enum]) -> str:
    """The hash of a try of the source: `base` from assignment_key, and where the settings want test cells to be run."""
    return _hash([base, dict(fixed)])


def key_with_ways(base: str, in_process: Mapping[str, AbstractSet[str]]) -> str:
    """The hash of `base` and of the test cells of each notebook that run in the student's process; `base` where none does."""
    cells = {notebook: set(names) for notebook, names in in_process.items() if names}
    return _hash([base, cells]) if cells else base


def submission_key(base: str, assignment: Assignment, submitted: Submitted) -> str:
    """The hash of one submission to be marked: `base` from key_with_ways, and its files by name and content.

    The time of handing in is left out: it changes the late penalty and no mark. Of the modules that are installed only
    those count whose names the submission's files have.
    """
    names = {part.partition(".")[0] for name in submitted.files for part in name.split("/")}
    return _hash([base, submitted.files, names & assignment.modules])


def _hash(value: object) -> str:
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: Any, value: object) -> None:
    """Add a value with its kind and its length, so that different values never give the same bytes."""
    if isinstance(value, Enum):
        value = f"{type(value).__name__}.{value.name}"
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        digest.update(b"map %d;" % len(value))
        for name in sorted(value):
            _feed(digest, name)
            _feed(digest, value[name])
    elif isinstance(value, AbstractSet):
        _feed(digest, sorted(value))
    elif isinstance(value, list | tuple):
        digest.update(b"list %d;" % len(value))
        for item in value:
            _feed(digest, item)
    else:
        content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        digest.update(b"%s %d;" % (type(value).__name__.encode(), len(content)))
        digest.update(content)
