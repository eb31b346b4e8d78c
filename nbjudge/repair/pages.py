"""A student's Markdown and raw cells, made so that nbconvert can show them and nothing in them runs in its page.

A picture that is missing, or has a name that nbconvert cannot read, stops it. Text that is harmless stays byte for byte. Whether
it is, its rendered page tells: so `<script>` between backticks is harmless, and a link to `&#106;avascript:` is not. Raw cells go
into nbconvert's pages as they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from nbjudge.html import has_math_command, is_active, sanitize_markdown

MOST_RENDERED = 20_000
"""Characters. A longer text is not rendered to look at it, since that may take long."""

MOST_RENDERED_IN_ALL = 100_000
"""Characters of one notebook. With more, none of its texts is rendered."""

_SUSPICIOUS = re.compile("[<&:]")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*", re.IGNORECASE)
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
        lambda link: link[0] if link[2] in attached else f"{link[1]}missing-attachment:{link[2]}", text
    )
    if page_of(named, attached) is not None:
        return named
    return text.replace("attachment:", "missing-attachment:")


def harmless(text: str, *, is_html: bool = False, attached: Collection[str] = (), most: int = MOST_RENDERED) -> str:
    """The text itself if it is harmless, else a form of it that is.

    Args:
        text: Markdown, or HTML for a raw cell.
        is_html: whether it goes into a page as it is.
        attached: the names of the pictures that the cell has.
        most: the length up to which it is looked into; a longer text that could be active counts as active.
    """
    if not _is_active(text, is_html, attached, most):
        return text
    if len(text) <= most:
        sanitized = sanitize_markdown(text)
        if not _is_active(sanitized, is_html, attached, most):
            return sanitized
    return html.escape(text, quote=False) if is_html else _as_code(text)


def length_to_look_into(text: str) -> int:
    """How long a text is without the pictures in it."""
    return len(_PICTURE.sub("", text)) if "data:" in text else len(text)


def _is_active(text: str, is_html: bool, attached: Collection[str], most: int) -> bool:
    """Whether a browser would run something in the page of this text, or let it change the page around it."""
    has_math = "$" in text and has_math_command(text)
    if not (_SUSPICIOUS.search(text) or has_math) or (is_html and "<" not in text) or text == _as_code(text):
        return False
    text = _PICTURE.sub("data:image/png;base64,", text)
    if len(text) > most or has_math:
        return True
    page = text if is_html else page_of(text, attached)
    return page is None or is_active(page)


def _as_code(text: str) -> str:
    """The text as an indented code block; a text that is one stays as it is."""
    return "\n".join(
        line if line.startswith("    ") or not line.strip() else f"    {line}" for line in text.split("\n")
    )
