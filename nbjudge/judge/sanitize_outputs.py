"""Outputs that came from a worker, made safe to keep and to show: right in form, bounded in size, with nothing that runs."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer

from nbjudge.language import _
from nbjudge.worker.outputs import Output

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
ATTRIBUTES = {
    "*": ["class", "style", "title", "role", "aria-label", "lang", "dir"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan", "scope"], "col": ["span"],
    "details": ["open"],
}  # fmt: skip
STYLES = CSSSanitizer(
    allowed_css_properties=frozenset(
        [
            "background",
            "background-color",
            "border",
            "border-bottom",
            "border-collapse",
            "border-color",
            "border-left",
            "border-radius",
            "border-right",
            "border-spacing",
            "border-style",
            "border-top",
            "border-width",
            "color",
            "display",
            "font",
            "font-family",
            "font-size",
            "font-style",
            "font-weight",
            "height",
            "letter-spacing",
            "line-height",
            "list-style",
            "margin",
            "margin-bottom",
            "margin-left",
            "margin-right",
            "margin-top",
            "max-height",
            "max-width",
            "min-width",
            "overflow",
            "padding",
            "padding-bottom",
            "padding-left",
            "padding-right",
            "padding-top",
            "text-align",
            "text-decoration",
            "vertical-align",
            "white-space",
            "width",
        ]
    )
)
PROTOCOLS = ["http", "https", "mailto"]
MARKUP = 1 << 20
ELEMENTS = 10_000
"""One cell's HTML may have so many characters, and tags and entities: cleaning takes longer than its length when they nest."""
_MATH = re.compile(r"\\(?:href|style|class|cssId|require)(?![a-zA-Z])")
"""What in a formula would become part of the page."""
_SCHEME = re.compile(r"(?:javascript|vbscript|livescript|data):", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\x00-\x20\x7f-\x9f\xad\u200b-\u200f\\]")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
_IMAGES = {"image/png", "image/jpeg", "image/gif"}
_TEXTS = {"text/plain", "text/latex"}
_MARKUP = {"text/html", "text/markdown"}


def cleaned(outputs: Sequence[Any], limit: int) -> list[Output]:
    """The outputs without what is no output, what runs in a browser, and what goes beyond the limit in bytes."""
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


def clean_markup(text: str) -> str:
    """HTML without scripts, handlers, frames, forms, and addresses that run something."""
    if len(text) > MARKUP or _marks(text) > ELEMENTS:
        return _too_long()
    try:
        clean: str = bleach.clean(
            text, tags=TAGS, attributes=ATTRIBUTES, css_sanitizer=STYLES, protocols=[*PROTOCOLS, "data"], strip=True
        )
    except Exception:  # whatever the parser makes of a text that is no HTML
        return ""
    clean = _MATH.sub("", clean)
    return re.sub(r"(?i)(href|src)=(\"|')\s*data:(?!image/(png|jpeg|gif);base64,)[^\"']*\2", r"\1=\2\2", clean)


def _elements(output: dict[str, Any]) -> int:
    data = output.get("data")
    texts = [data.get(each) for each in _MARKUP] if isinstance(data, dict) else []
    return sum(
        _marks(each) for text in texts for each in (text if isinstance(text, list) else [text]) if isinstance(each, str)
    )


def _marks(text: str) -> int:
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
            value = "".join(_text(each) for each in value)
        if not isinstance(value, str):
            continue
        if mimetype in _TEXTS:
            safe[mimetype] = _MATH.sub("", _text(value)) if mimetype == "text/latex" else _text(value)
        elif mimetype == "text/markdown" and _SCHEME.search(_NO_LETTER.sub("", html.unescape(_text(value)))):
            continue  # its links become a page's only later
        elif mimetype in _MARKUP:
            safe[mimetype] = clean_markup(_text(value))
        elif mimetype in _IMAGES and _BASE64.match(value):
            safe[mimetype] = value
    return safe


def _text(value: Any) -> str:
    """Text without lone surrogates, which no file can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _size(output: Output) -> int:
    parts = [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", ())]
    return sum(map(len, parts))
