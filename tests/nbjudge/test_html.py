"""HTML of students' outputs is shown without what a browser would run; honest HTML looks as it did."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from nbjudge.html import is_active, sanitize, sanitize_markdown
from tests.nbjudge.repair.test_pages import ACTIVE, RAW_ACTIVE, dangers

TABLE = (
    '<table class="dataframe" border="1"><caption>all</caption><colgroup><col span="2"></colgroup><thead>'
    '<tr style="text-align: right;"><th scope="col">a</th></tr></thead>'
    '<tbody><tr><td colspan="2" rowspan="1">1</td></tr></tbody></table>'
)
HONEST = [
    "plain words, 1 &lt; 2",
    TABLE,
    '<div class="cx" lang="en" dir="ltr" role="img" aria-label="a map" title="x"><p id="here">text</p></div>',
    '<p style="border-left:3px solid #36c;padding:2px 8px;margin:0;background:#eee">text</p>',
    '<a href="https://example.org/?a=1&amp;b=2">a</a> <a href="other.ipynb#part">b</a> <a href="mailto:me@example.org">c</a>',
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x" width="3" height="4"> <img src="picture.png">',
    '<details open=""><summary>more</summary><pre>  a\n  b</pre></details>',
    "<p>$\\frac{a}{b}$, \\(x\\)</p>",
    '<ol start="3" type="a"><li>x</li></ol> <font color="red">red</font>',
]


class _Tree(HTMLParser):
    """What a page says: tags with their attributes in any order, styles without white space, text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[object] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        styled = [
            (name, "".join((value or "").split()).rstrip(";") if name == "style" else value) for name, value in attrs
        ]
        self.parts.append((tag, frozenset(styled)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append([data])


def without_border(page: str) -> str:
    return page.replace(' border="1"', "")


@pytest.mark.parametrize("page", HONEST)
def test_honest_html_looks_the_same(page: str) -> None:
    assert _Tree(sanitize(page)).parts == _Tree(without_border(page)).parts
    assert not is_active(page)


@pytest.mark.parametrize("page", [*ACTIVE, *RAW_ACTIVE])
def test_nothing_runs_in_sanitized_html(page: str) -> None:
    clean = sanitize(page)
    assert not dangers(clean)
    assert not is_active(clean)
    assert sanitize(clean) == clean


@pytest.mark.parametrize(
    ("page", "clean"),
    [
        ("<style>td {color: red}</style><b>x</b>", "<b>x</b>"),
        ("<script>alert(1)</script>x", "x"),
        ("<unknown a=b>text</unknown>", "text"),
        ('<p style="position:fixed; color:red">x</p>', '<p style="color:red">x</p>'),
        ('<p style="color:red;background:url(javascript:x)">x</p>', '<p style="color:red">x</p>'),
        ('<img src="data:image/svg+xml;base64,PHN2Zz4=">', "<img>"),
        ('<a href="javascript:x">y</a> <a href="ftp://q">y</a>', "<a>y</a> <a>y</a>"),
        ("<!-- a comment -->x", "x"),
        ("a < b, and a<b", "a &lt; b, and a&lt;b"),
        ("$\\href{javascript:x}{y}$", "$\\text{javascript:x}{y}$"),
    ],
)
def test_of_other_html_the_text_stays(page: str, clean: str) -> None:
    assert sanitize(page) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("My **answer**\n<script>x()</script>", "My **answer**\n&lt;script&gt;x()&lt;/script&gt;"),
        ("<batch> of $a<b$", "&lt;batch&gt; of $a&lt;b$"),
        ("<b onclick=x()>bold</b>", "<b>bold</b>"),
        ("[x](javascript:alert(1))", "[x](unsafe-javascript:alert(1))"),
        ("[x](&#106;avascript:alert(1))", "[x](unsafe-javascript:alert(1))"),
    ],
)
def test_a_tag_that_goes_from_markdown_is_shown_as_text(text: str, clean: str) -> None:
    assert sanitize_markdown(text) == clean


@pytest.mark.parametrize(
    ("page", "active"),
    [
        ("<!-- <script> --><b>x</b>", False),
        ('<b title="<script>">x</b>', False),
        ("<batch size=3>", False),
        ("<b\0 onclick=x>", True),
        ("<\u212a onclick=x>", False),  # no tag: its name begins with a letter of ASCII
        ("<mar\u212a onclick=x>", True),
        (f"<{'b' * 100} onclick=x>", True),
        ('<!--<x--><b "<script>', False),  # never closed
        ("<p a=x<script>alert(1)</script>", False),
        ("<a href=' \x01java\nscript:x'>", True),
        ("<p background='data:text/html,x'>", True),
    ],
)
def test_what_is_active_is_decided_as_a_browser_reads_it(page: str, active: bool) -> None:
    assert is_active(page) is active


@pytest.mark.parametrize("part", ["<b>", "<b><i><a>", "<!--", "<a b='", "&", "<table><td>", "<svg><p>", '<b a="<b '])
def test_html_that_nests_deeply_has_an_end(part: str) -> None:
    page = part * 3000
    clean = sanitize(page)
    assert not dangers(clean)
    is_active(page)
