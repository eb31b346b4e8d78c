"""Writes docs/errors.md: what PyTorch said, why, and what to do, from the table that the hints use."""

from __future__ import annotations

from course.checking.torch_errors import KNOWN_ERRORS, KnownError, message_of

_TOP = """\
# What PyTorch said

The errors that these lessons meet: what the last line of the traceback says, why, and what to do. In a notebook, `from course import errors` and
`errors("the last line")` finds the one that you have. `make errors` writes this page: it raises each error, and copies what it says.

| PyTorch said | because | so do this | it comes from |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page in Markdown."""
    return _TOP + "".join(f"{_row(known)}\n" for known in KNOWN_ERRORS)


def _row(known: KnownError) -> str:
    said = message_of(known).splitlines()[0]
    cells = (f"`{said}`", known.because, known.advice, "; ".join(f"`{line}`" for line in _lines(known)))
    return f"| {' | '.join(cells)} |"


def _lines(known: KnownError) -> list[str]:
    return [line.strip() for line in known.code.splitlines() if line]


if __name__ == "__main__":
    print(page(), end="")
