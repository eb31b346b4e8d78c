"""Sanitizes HTML and Markdown that students' code and notebooks hold: nothing in it runs in a browser, or changes the page.

One list says which tags may stay, one which attributes, one which schemes of addresses. nh3 parses as a browser does.
"""

from __future__ import annotations

import re
import string

import nh3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _words(
    "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em figcaption figure font "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody "
    "td tfoot th thead tr tt u ul var"
)
ATTRIBUTES = {
    "*": _words("align aria-label class dir height id lang role style title valign width"),
    "a": _words("href name target"),
    "col": _words("span"),
    "details": _words("open"),
    "font": _words("color face size"),
    "img": _words("alt border src"),
    "ol": _words("start type"),
    "td": _words("colspan rowspan"),
    "th": _words("colspan rowspan scope"),
}
STYLES = _words(
    "background background-color border border-bottom border-bottom-color border-collapse border-color border-left "
    "border-left-color border-radius border-right border-right-color border-spacing border-style border-top "
    "border-top-color border-width clear color cursor direction display float font font-family font-size font-style "
    "font-variant font-weight height letter-spacing line-height list-style margin margin-bottom margin-left "
    "margin-right margin-top max-height max-width min-width overflow padding padding-bottom padding-left padding-right "
    "padding-top text-align text-decoration text-indent unicode-bidi vertical-align white-space width"
)
SCHEMES = _words("http https mailto attachment data")
"""Of `data` only pictures stay."""

_ACTIVE_TAGS = _words(
    "applet animate audio base basefont bgsound button dialog embed fieldset form frame frameset iframe ilayer input "
    "isindex keygen layer link listing marquee math meta noembed noframes noscript object option param plaintext portal "
    "script select slot source style svg template textarea title track video xml xmp html head body"
)
"""Tags that run or load something, or change the page around them. Text with other unknown tags may stay as it is."""

_ADDRESSES = _words(
    "action archive background cite classid codebase data dynsrc formaction href icon longdesc lowsrc manifest ping "
    "poster profile src srcdoc srcset usemap xlink:href"
)
_RUNNING_SCHEMES = _words("javascript vbscript livescript mocha blob data")
_SCHEMES = "|".join(sorted(_RUNNING_SCHEMES - {"data"})) + r"|data(?!:image/(?:png|jpeg|gif|webp);base64,)"
_SCHEME = re.compile(rf"\b(?:{_SCHEMES})(?=\s*:)", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?:{_SCHEMES}):", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\xad\u200b-\u200f]")
_RUNNING_STYLE = re.compile(r"url\s*\(|expression|position|import|binding|behavior|\\|/\*", re.IGNORECASE)
_MATH_COMMAND = re.compile(r"\\(?:href|style|cssId|require)(?![a-zA-Z])")

_TAG_NAME = re.compile(r"(?=<([a-zA-Z][^\t\n\f\r />]{0,63}))")
"""What can be the name of a tag; those inside of other names too."""
_LONG_TAG_NAME = re.compile(r"<[a-zA-Z][^\t\n\f\r />]{64}")
_PAGE_TAG = re.compile(r"<(?:html|head|body|frameset)[\s/>]", re.IGNORECASE)
"""Tags that a parser of fragments drops, and that change the page that they come into."""
_TAG_THAT_GOES = re.compile(rf"<(?=[a-zA-Z/!?])(?!!--|/?(?:{'|'.join(sorted(TAGS))})[\t\n\f\r />])", re.IGNORECASE)
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def sanitize(markup: str) -> str:
    """HTML without what may not stay. Of a tag that goes the content stays, other than that of scripts and style sheets."""
    end = markup.rfind(">") + 1  # a `<` after the last tag is a character
    return without_math_commands(_CLEANER.clean(markup[:end] + markup[end:].replace("<", "&lt;")))


def sanitize_markdown(text: str) -> str:
    """Markdown without what may not stay in HTML or in a link; a tag that goes is shown as text."""
    return _SCHEME.sub(r"unsafe-\g<0>", sanitize(_TAG_THAT_GOES.sub("&lt;", text)))


def without_math_commands(text: str) -> str:
    """Text without the commands of MathJax that make a part of the page out of a formula."""
    return _MATH_COMMAND.sub(r"\\text", text)


def has_math_command(text: str) -> bool:
    """Whether a command of MathJax in the text would make a part of the page out of a formula."""
    return _MATH_COMMAND.search(text) is not None


def has_running_scheme(text: str) -> bool:
    """Whether a text without white space and escapes has an address in it that runs something."""
    return _ADDRESS.search(_NOT_IN_ADDRESSES.sub("", text)) is not None


def is_active(page: str) -> bool:
    """Whether a browser would run something in this HTML, load something into its place, or let it change the page."""
    if _PAGE_TAG.search(page) or _LONG_TAG_NAME.search(page):
        return True
    page = page.replace("\0", "\ufffd")  # as a browser reads it in a tag
    active_attributes: list[str] = []

    def look_at(tag: str, name: str, value: str) -> None:
        if _is_active_attribute(name, value):
            active_attributes.append(name)

    tags = nh3.clean(
        page,
        tags=_tag_names(page),
        clean_content_tags=set(),
        attributes={},
        generic_attribute_prefixes={""},
        attribute_filter=look_at,
        link_rel=None,
        url_schemes=_RUNNING_SCHEMES,
    )
    return bool(active_attributes) or not _ACTIVE_TAGS.isdisjoint(_tag_names(tags))


def _tag_names(page: str) -> set[str]:
    return {name.translate(_ASCII_LOWER) for name in _TAG_NAME.findall(page)}


def _is_active_attribute(name: str, value: str) -> bool:
    if name in _ADDRESSES:
        return _ADDRESS.match(_NOT_IN_ADDRESSES.sub("", value)) is not None
    return name.startswith("on") or (name == "style" and _RUNNING_STYLE.search(value) is not None)


def _harmless_attribute(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute that may stay; of `style`, the declarations that may: nh3 then looks at their properties."""
    if name == "style":
        return ";".join(declaration for declaration in value.split(";") if not _RUNNING_STYLE.search(declaration))
    return None if _is_active_attribute(name, value) else value


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_harmless_attribute,
    link_rel=None,
    url_schemes=SCHEMES,
    filter_style_properties=STYLES,
)
