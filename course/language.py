"""The language of what a learner reads: English in the code, other languages from catalogues in `locale/`."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

DOMAIN = "course"
SOURCE_LANGUAGE = "en"
LOCALE = Path(__file__).with_name("locale")

_chosen: str | None = None


def language() -> str:
    """The language in force: what `use_language` chose, else the variable COURSE_LANG, else English."""
    return _chosen or os.environ.get("COURSE_LANG") or SOURCE_LANGUAGE


def use_language(code: str | None) -> None:
    """Choose the language of every message from now on, such as "ko". None goes back to COURSE_LANG or English.

    Raises:
        ValueError: when no catalogue of that language is installed.
    """
    global _chosen
    if code is not None and code not in available_languages():
        known = ", ".join(sorted(available_languages()))
        raise ValueError(f"no catalogue for the language {code!r}; there are: {known}")
    _chosen = code


def available_languages() -> set[str]:
    """The codes of the languages that messages can be shown in."""
    return {SOURCE_LANGUAGE, *(path.parts[-3] for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))}


def _(message: str) -> str:
    """The message in the language in force. Called when it is shown, so that a change of language takes effect."""
    return _catalogue(language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message for this count, in the language in force."""
    return _catalogue(language()).ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message that is defined now and translated when it is shown."""
    return message


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, localedir=LOCALE, languages=[code], fallback=True)
