"""Which names a cell's text binds at its top level, read without parsing: the text may be broken or hold magics."""

from __future__ import annotations

import re

_DEFINED = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)|^class[ \t]+(\w+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


def defined_names(text: str, *, assigned: bool = True) -> frozenset[str]:
    """The functions and classes that the text defines, and the names that it assigns."""
    names = {function or of_class for function, of_class in _DEFINED.findall(text)}
    if assigned:
        names.update(_ASSIGNED.findall(text))
    return frozenset(names)
