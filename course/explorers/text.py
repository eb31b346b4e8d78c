"""The texts of an explorer beside its picture: description, problem, legends, as plain text and as HTML; and both as a figure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from textwrap import wrap
from typing import Any, Protocol

import numpy as np
from matplotlib.figure import Figure

from course.figures import Colour, Picture, Scale, drawable, figure_of, with_lines
from course.language import N_, _

_LINE_WIDTH = 108  # characters of a line in a picture


class Block(Protocol):
    """A part of a description with a plain and an HTML form."""

    def plain(self) -> Iterator[str]:
        """Its lines."""

    def html(self) -> str:
        """Its HTML."""


@dataclass(frozen=True)
class Section:
    """A titled block of lines; code keeps its columns."""

    title: str
    lines: tuple[str, ...]
    code: bool = True

    def plain(self) -> Iterator[str]:
        """The title, and the lines below it."""
        yield self.title
        yield from (f"  {line}" for line in self.lines)

    def html(self) -> str:
        """The same as HTML."""
        body, tag = escape("\n".join(self.lines)), "pre" if self.code else "p"
        return f"<div class='cx-section'><b>{escape(self.title)}</b><{tag}>{body}</{tag}></div>"


@dataclass(frozen=True)
class Legend:
    """What the colours of a scale mean."""

    label: str
    scale: Scale

    def html(self) -> str:
        """The label with the scale's ends, and its colours between them."""
        scale = self.scale
        bar = f'<i style="background:linear-gradient(90deg,{_gradient(scale.signed)})"></i>'
        return f'<span class="cx-legend">{escape(self.label)} {scale.low:.3g} {bar} {scale.high:.3g}</span>'


@dataclass(frozen=True)
class Swatch:
    """What one colour means."""

    label: str
    colour: Colour

    def html(self) -> str:
        """The colour, and its label."""
        block = '<i style="width:12px;background:rgb({},{},{})"></i>'.format(*self.colour)
        return f'<span class="cx-legend">{block} {escape(self.label)}</span>'


@dataclass(frozen=True)
class Problem:
    """Why a setting cannot be: in plain words with what to do, and in torch's own words for the call that was tried."""

    call: str
    plain: str
    torch: str = ""

    @property
    def state(self) -> str:
        """The text alternative."""
        return _("This setting has no output; the reason stands below.")

    def __str__(self) -> str:
        return "\n".join(filter(None, (self.call, self.plain, self.torch)))

    def html(self) -> str:
        """Both tellings as HTML."""
        said = ""
        if self.torch:
            said = f"<div>{escape(_('torch says:'))}</div><pre>{escape(self.torch)}</pre>"
        return (
            f'<div class="cx">{_call_html(self.call)}'
            f'<div class="cx-problem" role="alert"><b>{escape(_("No output."))}</b> {escape(self.plain)}{said}</div></div>'
        )


@dataclass(frozen=True)
class Description:
    """The texts of one result.

    `call` is the exact torch call, as Python text, of several lines perhaps; `state` says what the picture shows, in one
    sentence: its text alternative. A `problem` is why the call failed, where there is something to see all the same;
    `failed` is the message that begins it in plain text. A `table` stands above the sections.
    """

    call: str
    state: str
    sections: tuple[Section, ...] = ()
    legends: tuple[Legend | Swatch, ...] = ()
    problem: Problem | None = None
    table: Block | None = None
    failed: str = N_("This setting does not work.")

    def lines(self) -> Iterator[str]:
        """Everything as plain text, line by line."""
        yield from self.call.splitlines()
        if self.problem:
            yield ""
            yield _(self.failed)
            yield from (f"  {line}" for line in (self.problem.plain, _("torch says:"), self.problem.torch))
        for block in self._blocks():
            yield ""
            yield from block.plain()
        yield ""
        yield self.state

    def drawn_lines(self) -> Iterator[str]:
        """The lines as a figure can write them: short enough, without what the installed fonts lack."""
        for line in self.lines():
            written = line if drawable(line) else "".join(c for c in line if drawable(c))
            yield from wrap(written, _LINE_WIDTH, subsequent_indent="    ", drop_whitespace=False) or [""]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def html(self) -> str:
        """The texts as HTML, apart from the state, which has its own place."""
        call = self.problem.html() if self.problem else f'<div class="cx">{_call_html(self.call)}</div>'
        sections = "".join(section.html() for section in self.sections)
        legends = "".join(legend.html() for legend in self.legends)
        table = self.table.html() if self.table else ""
        return f'{call}{table}<div class="cx">{sections}<div>{legends}</div></div>'

    def _blocks(self) -> Iterator[Block]:
        if self.table:
            yield self.table
        yield from self.sections


class StaticFigure(Figure):
    """A matplotlib Figure that also knows its texts: `description`, and `course_text`, all of them as plain text."""

    description: Description
    course_text: str

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return mime_bundle(self)

    def __repr__(self) -> str:
        return self.course_text


def static_figure(picture: Picture, description: Description) -> StaticFigure:
    """The picture with its texts below it."""
    figure = figure_of(with_lines(picture, description.drawn_lines()), StaticFigure)
    figure.description, figure.course_text = description, str(description)
    return figure


def mime_bundle(figure: StaticFigure) -> tuple[dict[str, Any], dict[str, Any]]:
    """The data and metadata with which a notebook shows it: PNG, its text alternative, and all texts."""
    png = io.BytesIO()
    figure.savefig(png, format="png")
    data = {"image/png": png.getvalue(), "text/plain": figure.course_text}
    return data, {"image/png": {"alt": figure.description.state}}


def state_html(state: str) -> str:
    """The state as a live region, so that a screen reader tells of a change."""
    return f'<div class="cx cx-state" role="status" aria-live="polite">{escape(state)}</div>'


def failure_html(error: BaseException) -> str:
    """An exception inside an explorer, for its status line."""
    what = _("This picture could not be made: {type}: {error}. The last good one is kept, in grey.")
    message = what.format(type=type(error).__name__, error=error)
    return f'<div class="cx cx-problem" role="alert">{escape(message)}</div>'


def picture_text(message: str) -> str:
    """A message for a picture: translated when the installed fonts can write the translation."""
    translated = _(message)
    return translated if drawable(translated) else message


def in_columns(rows: Sequence[Sequence[str]], left: int = 1, gap: str = "   ") -> list[str]:
    """Rows of cells as lines in columns; the first `left` columns are flush left, the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = [str.ljust] * left + [str.rjust] * (len(widths) - left)
    return [gap.join(side(cell, width) for side, cell, width in zip(sides, row, widths, strict=True)) for row in rows]


def times(shape: Iterable[int]) -> str:
    """Sizes in words, such as 3 × 28 × 28."""
    return " × ".join(map(str, shape))


def number(value: float) -> str:
    """A number with three decimals, or three digits where it is large."""
    return (f"{value:.3f}" if abs(value) < 1e4 else f"{value:.3g}").replace("-", "−")


def _call_html(call: str) -> str:
    return f'<pre class="cx-call">{escape(call)}</pre>'


@cache
def _gradient(signed: bool) -> str:
    colours = Scale(0, 1, signed).colormap(np.linspace(0, 1, 9), bytes=True)[:, :3].tolist()
    return ",".join("rgb({},{},{})".format(*colour) for colour in colours)


STYLE = """<style>
.cx{font-size:13px;line-height:1.45;color:var(--jp-ui-font-color1,inherit);max-width:896px}
.cx pre{margin:2px 0 0;padding:0;font-size:12px;line-height:1.5;background:none;
  white-space:pre-wrap;word-break:normal;overflow-wrap:normal;
  color:inherit;font-family:var(--jp-code-font-family,monospace)}
.cx-section pre{font-size:11.5px}
.cx p{margin:2px 0 0;white-space:pre-line}
.cx pre.cx-call{padding:7px 10px;margin:0 0 6px;border-left:3px solid #1c7ed6;border-radius:3px;font-size:14px;
  background:var(--jp-layout-color2,rgba(128,128,128,.12))}
.cx-section{padding:4px 0 4px 12px}
.cx-section b,.cx-title{font-size:12px;letter-spacing:.02em;color:var(--jp-ui-font-color2,#666)}
.cx-problem{padding:8px 12px;margin:4px 0;border-left:3px solid #e8590c;border-radius:3px;
  background:rgba(232,89,12,.10)}
.cx-right{border-left-color:#1c7ed6;background:rgba(28,126,214,.10)}
.cx-state{min-height:38px;padding:2px 0}
.cx-legend{display:inline-block;margin:4px 24px 0 12px;font-size:12px}
.cx-legend i{display:inline-block;width:96px;height:10px;vertical-align:-1px;border:1px solid #adb5bd}
</style>"""
