"""Markdown of a student, without what a browser would run when an instructor looks at it.

Text that is harmless stays byte for byte. Whether it is, its rendered page tells: so `<script>` between backticks is
harmless, and a link to `&#106;avascript:` is not. Raw cells go into nbconvert's pages as they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

import bleach
from bleach import html5lib_shim
from bleach.css_sanitizer import CSSSanitizer

from nbjudge.repair.pages import MOST_RENDERED, page_of

_SUSPICIOUS = re.compile(r"[<&:]|\\(?:href|style|cssId|require)")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*", re.IGNORECASE)
_MATH_COMMAND = re.compile(r"\\(?:href|style|cssId|require)(?![a-zA-Z])")
_SCHEMES = r"javascript|vbscript|livescript|mocha|blob|data(?!:image/(?:png|jpeg|gif|webp);base64,)"
_SCHEME = re.compile(rf"\b(?:{_SCHEMES})(?=\s*:)", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?:{_SCHEMES}):", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\xad\u200b-\u200f]")
_PAGE_TAGS = re.compile(
    r"<(?:html|head|body|frameset)[\s/>]", re.IGNORECASE
)  # they change the page that they come into
_STYLE = re.compile(r"url\s*\(|expression|position|import|binding|behavior|\\|/\*", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words(
    "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em figcaption figure font "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody "
    "td tfoot th thead tr tt u ul var"
)
_ATTRIBUTES = {
    "*": ["align", "class", "dir", "height", "id", "lang", "style", "title", "valign", "width"],
    "a": ["href", "name", "target"],
    "font": ["color", "face", "size"],
    "img": ["alt", "border", "src"],
    "ol": ["start", "type"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
}
_ACTIVE_TAGS = _words(
    "applet animate audio base basefont bgsound button dialog embed fieldset form frame frameset iframe ilayer input "
    "isindex keygen layer link listing marquee math meta noembed noframes noscript object option param plaintext portal "
    "script select slot source style svg template textarea title track video xml xmp html head body"
)
_ADDRESSES = _words(
    "action archive background cite classid codebase data dynsrc formaction href icon longdesc lowsrc manifest ping "
    "poster profile src srcdoc srcset usemap xlink:href"
)


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
        cleaned = _cleaned(text)
        if not _is_active(cleaned, is_html, attached, most):
            return cleaned
    return html.escape(text, quote=False) if is_html else _as_code(text)


def length_to_look_into(text: str) -> int:
    """How long a text is without the pictures in it."""
    return len(_PICTURE.sub("", text)) if "data:" in text else len(text)


def _is_active(text: str, is_html: bool, attached: Collection[str], most: int) -> bool:
    """Whether a browser would run something in the page of this text, or let it change the page around it."""
    if _SUSPICIOUS.search(text) is None or (is_html and "<" not in text) or text == _as_code(text):
        return False
    text = _PICTURE.sub("data:image/png;base64,", text)
    if len(text) > most:
        return True
    if "$" in text and _MATH_COMMAND.search(text):
        return True
    page = text if is_html else page_of(text, attached)
    if page is None or _PAGE_TAGS.search(page):
        return True
    try:
        return any(_runs(*tag) for tag in _tags(page))
    except RecursionError:  # tags in each other, thousands deep
        return True


def _tags(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The tags of a page as a browser reads them, each with its attributes."""
    parser = html5lib_shim.BleachHTMLParser(tags=None, strip=False, consume_entities=True, namespaceHTMLElements=False)
    for token in html5lib_shim.getTreeWalker("etree")(parser.parseFragment(page)):
        if token["type"] in ("StartTag", "EmptyTag"):
            yield token["name"].lower(), {name.lower(): value for (_, name), value in token["data"].items()}


def _runs(name: str, attributes: dict[str, str]) -> bool:
    """Whether a tag runs something or loads it into the page's place."""
    if name in _ACTIVE_TAGS:
        return True
    for attribute, value in attributes.items():
        if attribute.startswith("on"):
            return True
        if attribute in _ADDRESSES and _ADDRESS.match(_NOT_IN_ADDRESSES.sub("", value)):
            return True
        if attribute == "style" and _STYLE.search(value):
            return True
    return False


def _cleaned(text: str) -> str:
    """The text with tags that are not for text shown as text, and without attributes that are not for text."""
    text = _SCHEME.sub(r"unsafe-\g<0>", _MATH_COMMAND.sub(r"\\text", text))
    return str(
        bleach.clean(
            text,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            protocols={"http", "https", "mailto", "attachment", "data"},
            css_sanitizer=CSSSanitizer(),
        )
    )


def _as_code(text: str) -> str:
    """The text as an indented code block; a text that is one stays as it is."""
    return "\n".join(
        line if line.startswith("    ") or not line.strip() else f"    {line}" for line in text.split("\n")
    )
