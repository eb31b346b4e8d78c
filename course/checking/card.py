"""How a report, a hint or a revealed prediction looks: HTML for notebooks, plain text elsewhere, the same words in both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from course.checking.report import Outcome, Report
from course.language import _

CHECK_MIMETYPE = "application/vnd.conv-course.check+json"
"""The mimetype under which a check's outcome stands in a notebook's outputs, for reports over a class."""

_MARKS = {True: "✓", False: "✗", None: "·"}
_ACCENTS = {"good": "#1a7f4b", "bad": "#b5540a", "calm": "#3566a8"}


@dataclass(frozen=True)
class Card:
    """A small box: a heading, ticked lines, paragraphs, and lines of code. Text is plain, `code` in backquotes."""

    heading: str
    accent: str = "calm"
    ticks: tuple[tuple[bool | None, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    def text(self) -> str:
        """The card as plain text."""
        lines = [self.heading, *(f"  {_MARKS[passed]} {title}" for passed, title in self.ticks)]
        lines += [*self.paragraphs[:1], *(f"    {line}" for line in self.code), *self.paragraphs[1:]]
        return "\n".join(lines)

    def html(self) -> str:
        """The card as HTML that reads well on a light and on a dark page, and aloud."""
        colour = _ACCENTS[self.accent]
        ticks = "".join(
            f'<li style="list-style:none"><b aria-label="{_spoken(passed)}" style="display:inline-block;width:1.4em">'
            f"{_MARKS[passed]}</b>{_inline(title)}</li>"
            for passed, title in self.ticks
        )
        code = f'<pre style="margin:.4em 0 .4em 1em">{escape(chr(10).join(self.code))}</pre>' if self.code else ""
        paragraphs = [f'<p style="margin:.4em 0">{_inline(text)}</p>' for text in self.paragraphs]
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.2em 0 .2em .9em;margin:.3em 0;max-width:52em">'
            f'<p style="margin:.2em 0;font-weight:600">{_inline(self.heading)}</p>'
            + (f'<ul style="margin:.3em 0;padding:0">{ticks}</ul>' if ticks else "")
            + "".join([*paragraphs[:1], code, *paragraphs[1:]])
            + "</div>"
        )

    def bundle(self) -> dict[str, object]:
        """The card as a mime bundle."""
        return {"text/plain": self.text(), "text/html": self.html()}


def report_card(report: Report, earned: str = "") -> Card:
    """The card of a check's report.

    Args:
        earned: what a first pass earned, such as "+20 XP"; translated, may be empty.
    """
    ticks = tuple((step.passed, _(step.title)) for step in report.steps)
    done, total = sum(step.passed is True for step in report.steps), len(report.steps)
    if report.outcome is Outcome.PASSED:
        heading = _("{exercise}: passed").format(exercise=report.exercise)
        return Card(f"{heading} {earned}".strip(), "good", ticks)
    if report.outcome is Outcome.NOT_ATTEMPTED:
        heading = _("{exercise}: not attempted").format(exercise=report.exercise)
        return Card(heading, "calm", (), (report.message,))
    heading = (
        _("{exercise}: your code raised an error")
        if report.outcome is Outcome.RAISED
        else _("{exercise}: not right yet")
    ).format(exercise=report.exercise)
    if report.credit and report.credit == done / total:
        heading += " " + _("({done} of {total} steps hold, and each earns its share)").format(done=done, total=total)
    elif report.credit:
        heading += " " + _("(it earns {percent:.0f} % so far)").format(percent=100 * report.credit)
    code: tuple[str, ...] = ()
    if report.failure is not None:
        code = tuple(
            _("line {number} in {function}: {text}").format(number=line.number, function=line.function, text=line.text)
            for line in report.failure.lines
        )
    advice = (_("Hint: {advice}").format(advice=report.advice),) if report.advice else ()
    more = _('For more, run hint("{exercise}").').format(exercise=report.exercise)
    return Card(heading, "bad", ticks, (report.message, *advice, more), code)


def report_data(report: Report) -> dict[str, object]:
    """A report's outcome as JSON, without any translated text."""
    return {
        "exercise": report.exercise,
        "outcome": report.outcome.value,
        "step": report.step,
        "misconception": report.misconception,
        "credit": report.credit,
    }


def _spoken(passed: bool | None) -> str:
    return {True: _("holds"), False: _("does not hold"), None: _("not reached")}[passed]


def _inline(text: str) -> str:
    """Escaped text with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
