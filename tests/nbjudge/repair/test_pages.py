"""A student's Markdown runs nothing in the page that an instructor reads; harmless text stays byte for byte."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from nbjudge.repair.pages import MOST_RENDERED, harmless, without_missing_pictures

HARMLESS = [
    "Plain words.",
    "**a** < b & c > d, 1<2",
    "$a<b$ and $$\\frac{a}{b}$$ and \\\\(x\\\\)",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "<object object at 0x7f>",
    "<https://example.org> and [a](https://example.org/?a=1&b=2) and [b](#part) and [c](other.ipynb)",
    '<b>bold</b> <span style="color:red">red</span> <details><summary>more</summary>x</details>',
    "![a](data:image/png;base64,iVBORw0KGgo=)",
    f'<img src="data:image/png;base64,{"A" * 100_000}" width="10">',
    "The javascript: scheme, and data: too. onclick=never",
    "C:\\style\\href",
    "&lt;script&gt;",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "> quoted\n> text",
    "한국어 ✓",
]
ACTIVE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x>",
    "text\n\n<script>\nalert(1)\n</script>\n\nmore",
    "<img src=x onerror=alert(1)>",
    '<p\nonclick = "alert(1)">x</p>',
    "<iframe src=https://example.org></iframe>",
    "<object data=x></object>",
    "<embed src=x>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></mtext></math>",
    "<link rel=stylesheet href=x>",
    "<meta http-equiv=refresh content=0>",
    "<style>body{display:none}</style>",
    "<form action=x><button>go</button></form>",
    "<base href=x>",
    "<body onload=alert(1)>",
    "<html onclick=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "<javascript:alert(1)>",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    "$\\href{javascript:alert(1)}{x}$",
    "$\\require{html}$",
    '<div style="position:fixed;top:0">x</div>',
    '<b style="background:url(x)">x</b>',
    "- item\n\n  <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "`a` <script>alert(1)</script> `b`",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
]
RAW_ACTIVE = [
    *(text for text in ACTIVE if text.startswith("<") and not text.startswith("<javascript")),
    "<img/src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays(text: str) -> None:
    assert harmless(text) is text


@pytest.mark.parametrize("text", ACTIVE)
def test_active_text_is_made_harmless(text: str) -> None:
    assert dangers(markdown2html_mistune(text))
    cleaned = harmless(text)
    assert harmless(cleaned) == cleaned
    assert not dangers(markdown2html_mistune(cleaned))


@pytest.mark.parametrize("text", RAW_ACTIVE)
def test_raw_cells_are_html(text: str) -> None:
    assert dangers(text)
    cleaned = harmless(text, is_html=True)
    assert harmless(cleaned, is_html=True) == cleaned
    assert not dangers(cleaned)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](attachment:a.png) ![y](attachment:b.png)", "![x](attachment:a.png) ![y](missing-attachment:b.png)"),
        ("![x](attachment:그림.png)", "![x](missing-attachment:그림.png)"),
        ("![x][r]\n\n[r]: attachment:b.png", "![x][r]\n\n[r]: missing-attachment:b.png"),
        ("`![x](attachment:b.png)`", "`![x](attachment:b.png)`"),
        ("See the attachment: it is good", "See the attachment: it is good"),
    ],
)
def test_a_picture_that_is_missing_does_not_hide_the_text(text: str, shown: str) -> None:
    assert without_missing_pictures(text, ["a.png"]) == shown
    assert without_missing_pictures(shown, ["a.png"]) == shown
    assert harmless(shown, attached=["a.png"]) == shown


def test_words_around_code_for_the_browser_stay_readable() -> None:
    assert (
        harmless("My **answer** is 4.\n<script>x()</script>") == "My **answer** is 4.\n&lt;script&gt;x()&lt;/script&gt;"
    )


@pytest.mark.parametrize("part", ["<b>", "[", "`a", "$a ", "<!--", "\\begin{a}", ">", "&", "<a b='", "<a><div>"])
def test_long_text_takes_no_long_look(part: str) -> None:
    text = part * MOST_RENDERED
    cleaned = harmless(text)
    assert harmless(cleaned) == cleaned
    assert cleaned in (text, f"    {text}")


class _Dangers(HTMLParser):
    """Collects what a browser would run, with another parser than the one that is tested."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DANGEROUS:
            self.found.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).strip("\x01").lower()
            if (
                name.startswith("on")
                or address.startswith(("javascript:", "data:text", "data:image/svg"))
                or (name == "style" and re.search("position|url", address))
            ):
                self.found.append(f"{tag} {name}")

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")


DANGEROUS = [
    "script",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "link",
    "meta",
    "style",
    "form",
    "button",
    "base",
    "body",
    "html",
    "noscript",
]


def dangers(page: str) -> list[str]:
    """What a browser would run in this page."""
    parser = _Dangers()
    parser.feed(page)
    parser.close()
    return parser.found + re.findall(r"\\(?:href|require)", page)
