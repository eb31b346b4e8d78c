"""A notebook file's bytes -> cells. Any nbformat, any damage: what can be read is read, and nothing raises but Unreadable."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbjudge.language import N_, _
from nbjudge.text import encodable

MOST_CELLS = 5000
MOST_PARTS = 2_000_000
"""Lists and dicts in a file: each takes far more memory than its two characters."""
SHOWN_OF_A_BROKEN_CELL = 40
CELL_TYPES = ("code", "markdown", "raw")
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_ATTACHED = 8 * 1024 * 1024
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_CONFLICT = re.compile(r"^\s*(<{7} |={7}\s*$|>{7} )", re.MULTILINE)

EMPTY = N_("the file is empty")
ARCHIVE = N_("it is an archive; unpack it and hand in the notebook inside")
WEB_PAGE = N_("it is a web page; hand in the notebook itself (.ipynb)")
CONFLICT = N_("git could not merge it, and left conflict marks in it; hand in the notebook without them")
NOT_JSON = N_("its text breaks off or is damaged")
NOT_A_NOTEBOOK = N_("it holds something else than a notebook")
TOO_DEEP = N_("its parts are nested too deeply")
TOO_MANY_PARTS = N_("it has millions of parts")


class Unreadable(Exception):
    """A file is no notebook; the message says what it is."""


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in.

    Attributes:
        cell_type: code, markdown or raw.
        source: its text.
        cell_id: the cell's id, or the one that Colab keeps in its metadata; "" without.
        marks: its nbgrader metadata; None without.
        skipped: whether it is tagged to be skipped when the notebook runs.
        attachments: pictures inside it.
    """

    cell_type: str
    source: str
    cell_id: str = ""
    marks: Mapping[str, Any] | None = None
    skipped: bool = False
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def grade_id(self) -> str:
        """The nbgrader id that it claims; "" without."""
        claimed = self.marks.get("grade_id") if self.marks is not None else None
        return claimed if isinstance(claimed, str) else ""


@dataclass(frozen=True)
class Document:
    """A notebook as it was handed in: its cells, and what was fixed while reading (key, what it was done to)."""

    cells: tuple[Cell, ...]
    fixed: tuple[tuple[str, str], ...] = ()


def read_document(content: bytes) -> Document:
    """Read a notebook file.

    Raises:
        Unreadable: when there is no notebook in it.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise Unreadable(_(EMPTY))
    if content[:4] in (b"PK\3\4", b"PK\5\6") or content[:2] == b"\x1f\x8b" or content[:4] == b"Rar!":
        raise Unreadable(_(ARCHIVE))
    if content.count(b"[") + content.count(b"{") > MOST_PARTS:
        raise Unreadable(_(TOO_MANY_PARTS))
    text, encoding = _decoded(content)
    fixed = [] if encoding == "utf-8" else [("encoding", encoding)]
    value, rest = _parsed(text)
    if rest:
        fixed.append(("trailing-text", rest[:SHOWN_OF_A_BROKEN_CELL]))
    document = _document(value)
    return Document(document.cells, (*fixed, *document.fixed))


def _document(value: Any) -> Document:
    cells, is_old = _cells_of(value)
    fixed = [("old-format", "nbformat 3")] if is_old else []
    if len(cells) > MOST_CELLS:
        fixed.append(("too-many-cells", str(len(cells))))
    read = [_read_cell(cell, fixed) for cell in cells[:MOST_CELLS]]
    return Document(tuple(cell for cell in read if cell is not None), tuple(fixed))


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the encoding it was in. UTF-8's mark at the beginning is no matter."""
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding), "utf-8" if encoding.startswith("utf-8") else encoding
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _parsed(text: str) -> tuple[Any, str]:
    """The JSON value that the text begins with, and what comes after it."""
    text = text.lstrip(" \t\r\n\0\ufeff")
    try:
        value, end = json.JSONDecoder(parse_int=_number).raw_decode(text)
    except (ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, RecursionError):
            raise Unreadable(_(TOO_DEEP)) from None
        if _CONFLICT.search(text):
            raise Unreadable(_(CONFLICT)) from None
        if text.startswith("<"):
            raise Unreadable(_(WEB_PAGE)) from None
        raise Unreadable(_(NOT_JSON)) from None
    return value, text[end : end + 1000].strip(" \t\r\n\0")


def _number(digits: str) -> int:
    """A whole number; one that no notebook needs is 0, since reading it could take long."""
    return int(digits) if len(digits) < 20 else 0


def _cells_of(value: Any) -> tuple[Sequence[Any], bool]:
    """The cells of a notebook, and whether it is in a format before 4."""
    if isinstance(value, Mapping):
        cells, sheets = value.get("cells"), value.get("worksheets")
        if isinstance(cells, list):
            return cells, False
        if isinstance(sheets, list):
            lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, Mapping)]
            return [cell for cells in lists if isinstance(cells, list) for cell in cells], True
    raise Unreadable(_(NOT_A_NOTEBOOK))


def _read_cell(cell: Any, fixed: list[tuple[str, str]]) -> Cell | None:
    if not isinstance(cell, Mapping):
        fixed.append(("broken-cell", cell[:SHOWN_OF_A_BROKEN_CELL] if isinstance(cell, str) else "…"))
        return None
    metadata = _mapping(cell.get("metadata"))
    cell_id = next((id for id in (cell.get("id"), metadata.get("id")) if isinstance(id, str)), "")
    cell_type, source = _type_and_source(cell, fixed)
    if cell_id == "view-in-github" and cell_type == "markdown":
        return None  # Colab puts its badge on top when it saves to GitHub
    marks = metadata.get("nbgrader")
    tags = metadata.get("tags")
    return Cell(
        cell_type,
        source,
        cell_id,
        marks if isinstance(marks, Mapping) and marks else None,
        isinstance(tags, list) and "skip-execution" in tags,
        _pictures(cell.get("attachments"), fixed) if cell_type != "code" else {},
    )


def _type_and_source(cell: Mapping[str, Any], fixed: list[tuple[str, str]]) -> tuple[str, str]:
    """The type and the text, whatever they are called: nbformat 3 has headings, HTML cells and `input`."""
    text, whole = _joined(next((cell[key] for key in ("source", "input") if key in cell), ""))
    cell_type = cell.get("cell_type")
    if cell_type == "heading":
        level = cell.get("level")
        return "markdown", f"{'#' * (level if isinstance(level, int) and 1 <= level <= 6 else 1)} {text}"
    if cell_type == "html":
        return "markdown", text
    if cell_type not in CELL_TYPES:
        cell_type = "code" if "outputs" in cell or "execution_count" in cell else "raw"
        whole = False
    if not whole:
        fixed.append(("broken-cell", text[:SHOWN_OF_A_BROKEN_CELL]))
    return str(cell_type), text


def _joined(source: Any) -> tuple[str, bool]:
    """A text that is stored as a string or as lines, and whether that was all there was."""
    whole = source is None or isinstance(source, str | list)
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        whole = len(lines) == len(source)
        source = "".join(lines)
    text = source if isinstance(source, str) else ""
    return encodable(text.replace("\r\n", "\n")), whole


def _pictures(attachments: Any, fixed: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """The attachments that are pictures and not too large."""
    kept: dict[str, dict[str, str]] = {}
    left = MOST_ATTACHED
    for name, bundle in _mapping(attachments).items():
        pictures = {}
        for mimetype, content in _mapping(bundle).items():
            data, whole = _joined(content)
            if mimetype in PICTURES and whole and len(data) <= left and _BASE64.fullmatch(data):
                pictures[mimetype] = data
                left -= len(data)
        if pictures:
            kept[encodable(name)] = pictures
        if not pictures or len(pictures) < len(_mapping(bundle)):
            fixed.append(("attachment", name))
    return kept


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
