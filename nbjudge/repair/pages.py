"""How nbconvert shows Markdown, as far as it does: a picture that is missing or has a name it cannot read stops it."""

from __future__ import annotations

import re
from collections.abc import Collection

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MOST_RENDERED = 20_000
"""Characters. A longer text is not rendered to look at it, since that may take long."""

MOST_RENDERED_IN_ALL = 100_000
"""Characters of one notebook. With more, none of its texts is rendered."""

_REFERENCE = re.compile(r"(\]\(\s*<?|\]:\s*<?)attachment:([^\s<>()\"']*)")


def page_of(text: str, attached: Collection[str] = ()) -> str | None:
    """The HTML of a Markdown text; None when it cannot be rendered.

    Args:
        text: the Markdown.
        attached: the names of the pictures that the cell has.
    """
    pictures = {name: {"image/png": ""} for name in attached}
    try:
        return str(MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=pictures)).render(text))
    except Exception:  # a student's text must not stop us, whatever it meets in the renderer
        return None


def without_missing_pictures(text: str, attached: Collection[str], most: int = MOST_RENDERED) -> str:
    """The text, with references to pictures that the cell lacks changed so that the rest of it can be shown."""
    if "attachment:" not in text or len(text) > most or page_of(text, attached) is not None:
        return text
    named = _REFERENCE.sub(
        lambda found: found[0] if found[2] in attached else f"{found[1]}missing-attachment:{found[2]}", text
    )
    if page_of(named, attached) is not None:
        return named
    return text.replace("attachment:", "missing-attachment:")
