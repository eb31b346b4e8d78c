"""The language of what grading tells students: English in the code, other languages from catalogues in `locale/`."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

DOMAIN = "nbjudge"
LOCALE = Path(__file__).with_name("locale")


def language() -> str:
    """The language in force: that of the variable COURSE_LANG, such as "ko", else English."""
    return os.environ.get("COURSE_LANG") or "en"


def _(message: str) -> str:
    """The message in the language in force; in English where no catalogue has it."""
    return _catalogue(language()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message that is defined now and translated when it is shown."""
    return message


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, localedir=LOCALE, languages=[code], fallback=True)
