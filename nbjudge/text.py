"""Texts of cells and of errors: how they are compared, quoted and split into lines, and which names a cell binds."""

from __future__ import annotations

import re
import unicodedata

LONGEST_QUOTE = 60
_MARKUP = str.maketrans(dict.fromkeys("`<>$", "?"))
_LINE_END = re.compile(r"\r\n|\r|\n")
_DEFINED = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)|^class[ \t]+(\w+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


def bare(text: str) -> str:
    """The text without what editors change on their own: white space at the ends of lines, empty lines around."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def encodable(text: str) -> str:
    """The text with half characters (surrogates without their pair), which no file can hold, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def quoted(text: str) -> str:
    """A student's words as a code span: one line, not long, without control characters and markup."""
    printable = "".join(
        character if unicodedata.category(character)[0] not in "CZ" else " " if character.isspace() else ""
        for character in text[:1000]
    )
    words = " ".join(printable.translate(_MARKUP).split())
    if len(words) > LONGEST_QUOTE:
        half = LONGEST_QUOTE // 2
        words = f"{words[:half]}…{words[-half:]}"
    return f"`{words or '?'}`"


def lines_of(source: str) -> list[str]:
    """The lines of a text, by the numbers of tracebacks: `str.splitlines` ends one at a form feed too, and elsewhere."""
    return _LINE_END.split(source)


def message_of(error: BaseException) -> str:
    """The message of an error; "" where its own `__str__`, which may be a student's code, raises."""
    try:
        return str(error)
    except Exception:
        return ""


def defined_names(text: str, *, assigned: bool = True) -> frozenset[str]:
    """The functions and classes that the text defines at its top level, and the names that it assigns.

    It is not parsed: it may be broken or hold magics.
    """
    names = {function or of_class for function, of_class in _DEFINED.findall(text)}
    if assigned:
        names.update(_ASSIGNED.findall(text))
    return frozenset(names)
