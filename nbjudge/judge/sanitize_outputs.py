"""Sanitizes the outputs of a worker: they have nbformat's form, are bounded in size, and hold nothing that runs in a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from nbjudge.html import has_running_scheme, sanitize, sanitize_markdown, without_math_commands
from nbjudge.language import _
from nbjudge.worker.outputs import Output

MARKUP = 1 << 20
ELEMENTS = 10_000
"""One cell's HTML may have so many characters, and tags and entities: a browser takes long to show tags that nest."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
_IMAGES = {"image/png", "image/jpeg", "image/gif"}
_MARKUP = {"text/html", "text/markdown"}


def sanitize_outputs(outputs: Sequence[Any], limit: int) -> list[Output]:
    """The outputs of a cell without what is no output, what runs in a browser, and what goes beyond the limit.

    Args:
        limit: of all outputs together, in characters; errors are kept beyond it.
    """
    kept: list[Output] = []
    left, elements = limit, ELEMENTS
    for output in outputs:
        if isinstance(output, dict) and (of_markup := _elements(output)):
            elements -= of_markup
            output = output if elements >= 0 else {**output, "data": {"text/html": _too_long()}}
        safe = _output(output) if isinstance(output, dict) else None
        if safe is None:
            continue
        left -= _size(safe)
        if left < 0 and safe["output_type"] != "error":
            continue
        kept.append(safe)
    return kept


def _elements(output: dict[str, Any]) -> int:
    data = output.get("data")
    texts = [data.get(mimetype) for mimetype in _MARKUP] if isinstance(data, dict) else []
    return sum(
        _tags_and_entities(part)
        for text in texts
        for part in (text if isinstance(text, list) else [text])
        if isinstance(part, str)
    )


def _tags_and_entities(text: str) -> int:
    return text.count("<") + text.count("&")


def _too_long() -> str:
    return f"<p>{_('[HTML that is too long to show]')}</p>"


def _output(output: dict[str, Any]) -> Output | None:
    kind = output.get("output_type")
    if kind == "stream":
        return {
            "output_type": "stream",
            "name": "stderr" if output.get("name") == "stderr" else "stdout",
            "text": _text(output.get("text")),
        }
    if kind == "error":
        lines = output.get("traceback")
        return {
            "output_type": "error",
            "ename": _text(output.get("ename"))[:200],
            "evalue": _text(output.get("evalue"))[:4000],
            "traceback": [_text(line)[:4000] for line in lines[:60]] if isinstance(lines, list) else [],
        }
    if kind not in {"display_data", "execute_result"}:
        return None
    data = _bundle(output.get("data"))
    if not data:
        return None
    safe: Output = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        safe["execution_count"] = count if isinstance(count, int) and 0 <= count < 1 << 31 else None
    return safe


def _bundle(data: Any) -> dict[str, str]:
    safe = {}
    for mimetype, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, list):
            value = "".join(map(_text, value))
        if not isinstance(value, str):
            continue
        if mimetype == "text/plain":
            safe[mimetype] = _text(value)
        elif mimetype == "text/latex":
            safe[mimetype] = without_math_commands(_text(value))
        elif mimetype in _MARKUP:
            markup = _markup(mimetype, _text(value))
            if markup is not None:
                safe[mimetype] = markup
        elif mimetype in _IMAGES and _BASE64.match(value):
            safe[mimetype] = value
    return safe


def _markup(mimetype: str, text: str) -> str | None:
    """HTML or Markdown that runs nothing; None for Markdown with a link that would: a page only makes it one later."""
    if len(text) > MARKUP or _tags_and_entities(text) > ELEMENTS:
        return _too_long()
    if mimetype == "text/html":
        return sanitize(text)
    return None if has_running_scheme(html.unescape(text).replace("\\", "")) else sanitize_markdown(text)


def _text(value: Any) -> str:
    """Text without lone surrogates, which no file can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _size(output: Output) -> int:
    parts = [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", ())]
    return sum(map(len, parts))
