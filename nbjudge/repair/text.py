"""Small things about text: how cells are compared, and how a student's words are quoted."""

from __future__ import annotations

import unicodedata

LONGEST_QUOTE = 60
_MARKUP = str.maketrans(dict.fromkeys("`<>$", "?"))


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
        each if unicodedata.category(each)[0] not in "CZ" else " " if each.isspace() else "" for each in text[:1000]
    )
    words = " ".join(printable.translate(_MARKUP).split())
    if len(words) > LONGEST_QUOTE:
        half = LONGEST_QUOTE // 2
        words = f"{words[:half]}…{words[-half:]}"
    return f"`{words or '?'}`"
