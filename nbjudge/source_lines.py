"""The lines of a source text, as Python counts them."""

from __future__ import annotations

import re

_END = re.compile(r"\r\n|\r|\n")


def lines_of(source: str) -> list[str]:
    """The lines of a text, by the numbers of tracebacks: `str.splitlines` ends one at a form feed too, and elsewhere."""
    return _END.split(source)
