"""The sentences that tell a student what was fixed: one for each kind of fix, with what it was done to."""

from __future__ import annotations

from collections.abc import Sequence

from nbjudge.language import N_, _
from nbjudge.text import quoted
from nbjudge.verdict import Fix

MESSAGES = {
    # which file
    "missing-notebook": N_("No notebook `{notebook}.ipynb` was handed in. There was: {those}."),
    "unreadable-file": N_("This file could not be read as a notebook: {those}."),
    "renamed-file": N_("`{notebook}.ipynb` was found under another name: {those}."),
    "found-by-content": N_("`{notebook}.ipynb` was found by its cells, under another name: {those}."),
    "extra-notebook": N_("Only one notebook is marked. This was left aside: {those}."),
    # the file itself
    "encoding": N_("The file was not stored as UTF-8. Characters may have changed: {those}."),
    "trailing-text": N_("What came after the end of the notebook was left out: {those}."),
    "old-format": N_("The notebook was in an old format, and was brought up to date: {those}."),
    "broken-cell": N_("Parts of the file that are no cells of a notebook were left out: {those}."),
    "too-many-cells": N_("The notebook has too many cells. Those at the end were left out: {those}."),
    # its cells
    "unknown-cell": N_("These cells were marked as graded, but this notebook has none of that name: {those}."),
    "duplicate-cell": N_("These graded cells were there more than once, and one of each was marked: {those}."),
    "lost-metadata": N_("These cells had lost their marks as graded cells, and got them back: {those}."),
    "retagged-cell": N_("The settings of these graded cells had changed, and were set back: {those}."),
    "cell-type": N_("These cells had become text or code, and were turned back: {those}."),
    "edited-cell": N_("The text of these locked cells had changed, and was set back: {those}."),
    "moved-cell": N_("These test cells came before their answers, and were put after them: {those}."),
    "missing-cell": N_("These locked cells were missing, and were put back: {those}."),
    "missing-answer": N_("These answer cells were missing, and were put back without an answer: {those}."),
    "attachment": N_("Pictures in text cells were missing or could not be shown, and were left out: {those}."),
    "active-html": N_("Text cells held code for the browser, which was made harmless: {those}."),
    # what lies beside it
    "source-file": N_("These files come with the lesson, and your changed copies were not used: {those}."),
    "unsafe-file": N_("These files could stand in for a library or a setting, and were not used: {those}."),
    "bad-name": N_("These files have names that cannot be used, and were left aside: {those}."),
    "link": N_("Links are not followed: {those}."),
    "large-file": N_("These files are too large or too many, and were left aside: {those}."),
    "unread-file": N_("These could not be read as files: {those}."),
}
"""By key, in the order in which fixes are told."""

MOST_NAMED = 8


class Fixes:
    """Fixes as they are collected: each kind is told once, with all that it was done to."""

    def __init__(self) -> None:
        self._named: dict[str, list[str]] = {}

    def add(self, key: str, thing: str, why: str = "") -> None:
        """Note a fix of this kind: the cell or file that it was done to, in the student's words, and why in ours."""
        named = f"{quoted(thing)} ({why})" if why else quoted(thing)
        noted = self._named.setdefault(key, [])
        if named not in noted:
            noted.append(named)

    def told(self, notebook: str) -> tuple[Fix, ...]:
        """One sentence for each kind, about the notebook of this id."""
        return tuple(
            Fix(key, _(message).format(notebook=notebook, those=_listed(self._named[key])))
            for key, message in MESSAGES.items()
            if key in self._named
        )


def _listed(named: Sequence[str]) -> str:
    if len(named) > MOST_NAMED:
        named = [*named[:MOST_NAMED], _("and {count} more").format(count=len(named) - MOST_NAMED)]
    return ", ".join(named)
