"""The bank: accepted and wrong answers to every exercise, one file an exercise, `tests/bank/<assignment>/<exercise>.py`.

A file is cut into cells, one an answer. The lesson's imports cell runs before an answer, so an answer does not repeat it.

    # %% accepted: star
    def product(a, b):
        return a * b

A wrong answer also names what must happen to it: the step of the check that must catch it ("hidden": only a hidden check
does), the key of the hint that it must earn, and for an exercise with partial credit the share of the points (0 otherwise).
It is written out, or as an edit of an accepted answer of the same file, in the lines of a diff behind a `#`: lines that stay,
`-` lines that go, `+` lines that come. The lines that stay or go must stand in the accepted answer together, and only once;
`# ...` parts one such place from the next.

    # %% wrong: sum, an edit of star
    # step: values, misconception: sum-for-product, credit: 0.5
    #-     return a * b
    #+     return a + b
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

BANK = Path(__file__).with_name("bank")

_TITLE = re.compile(r"# %% (?P<kind>accepted|wrong): (?P<name>\w+)(?:, an edit of (?P<base>\w+))?")
_MARKS = re.compile(
    r"# step: (?P<step>[\w-]+)(?:, misconception: (?P<misconception>[\w-]+))?(?:, credit: (?P<credit>[\d.]+))?"
)
_NEXT_PLACE = "# ..."


class BankError(ValueError):
    """A file of the bank that cannot be read; the message names the file and the cell."""


@dataclass(frozen=True)
class BankedAnswer:
    """One answer of the bank, and what must happen to it; its name says of which kind it is, as in `wrong_sum`."""

    assignment: str
    exercise: str
    name: str
    code: str
    step: str | None
    misconception: str | None
    credit: float

    @property
    def accepted(self) -> bool:
        """Whether it earns full marks."""
        return self.name.startswith("accepted_")

    def __str__(self) -> str:
        return f"{self.assignment}/{self.exercise}/{self.name}"


@cache
def bank() -> tuple[BankedAnswer, ...]:
    """All answers of the bank, in the order of their names."""
    return tuple(sorted((each for path in BANK.glob("*/*.py") for each in read_answers(path)), key=str))


def file_of(assignment: str, exercise: str) -> Path:
    """The file of an exercise's answers."""
    return BANK / assignment / f"{exercise.replace('-', '_')}.py"


def read_answers(path: Path) -> list[BankedAnswer]:
    """The answers of one file, in its order.

    Raises:
        BankError: when a cell is not an answer as this module's docstring describes it, or has the name of another one.
    """
    head, *cells = re.split(r"^(?=# %%)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if head.strip():
        raise BankError(f"{path}: expected a first cell '# %% accepted: …', found {head.splitlines()[0]!r}")
    accepted: dict[str, str] = {}
    answers: dict[str, BankedAnswer] = {}
    for cell in cells:
        title, _, body = cell.strip("\n").partition("\n")
        try:
            answer = _read_cell(path, title, body, accepted)
            if answer.name in answers:
                raise BankError("there is another answer of this name")
        except BankError as error:
            raise BankError(f"{path}, {title!r}: {error}") from None
        answers[answer.name] = answer
        if answer.accepted:
            accepted[answer.name.removeprefix("accepted_")] = answer.code
    return list(answers.values())


def _read_cell(path: Path, title: str, body: str, accepted: dict[str, str]) -> BankedAnswer:
    head = _TITLE.fullmatch(title)
    if head is None:
        raise BankError("expected '# %% accepted: <name>' or '# %% wrong: <name>', perhaps with ', an edit of <name>'")
    kind, name, base = head["kind"], head["name"], head["base"]
    answer = path.parent.name, path.stem.replace("_", "-"), f"{kind}_{name}"
    if kind == "accepted":
        if base is not None:
            raise BankError("an accepted answer is written out")
        return BankedAnswer(*answer, body, None, None, 1.0)
    first, _, rest = body.partition("\n")
    marks = _MARKS.fullmatch(first)
    if marks is None:
        raise BankError(f"expected '# step: …, misconception: …, credit: …' under its title, found {first!r}")
    if base is None:
        code = rest.strip("\n")
    elif base in accepted:
        code = apply_edit(accepted[base], rest.split("\n"))
    else:
        raise BankError(f"no accepted answer above it is called {base!r}")
    return BankedAnswer(*answer, code, marks["step"], marks["misconception"], float(marks["credit"] or 0))


def apply_edit(code: str, edit: Sequence[str]) -> str:
    """The code after an edit, given as the lines of a diff behind a `#`; each place is looked for in the code as it was.

    Raises:
        BankError: when a line is no line of an edit, or when what stays or goes at a place does not stand there just once.
    """
    lines = code.split("\n")
    places: list[tuple[int, int, list[str]]] = []
    for place in _places(edit):
        old = [text for sign, text in place if sign != "+"]
        new = [text for sign, text in place if sign != "-"]
        starts = [start for start in range(len(lines)) if lines[start : start + len(old)] == old]
        if old == new or len(starts) != 1:
            found = "changes nothing" if old == new else f"stands there {len(starts)} times"
            raise BankError(f"the edit does not apply, this {found}:\n" + "\n".join(old))
        places.append((starts[0], starts[0] + len(old), new))
    places.sort()
    if any(end > start for (_, end, _), (start, _, _) in pairwise(places)):
        raise BankError("two places of the edit share a line")
    for start, end, new in reversed(places):
        lines[start:end] = new
    return "\n".join(lines)


def _places(edit: Sequence[str]) -> list[list[tuple[str, str]]]:
    """The lines of each place of an edit, as a sign (" ", "-" or "+") and a text."""
    places: list[list[tuple[str, str]]] = [[]]
    for line in edit:
        if line == _NEXT_PLACE:
            places.append([])
        elif re.fullmatch(r"#(?:[-+ ] .*|[-+]?)", line):
            places[-1].append((line[1:2] or " ", line[3:]))
        else:
            raise BankError(f"expected a line of an edit ('#- …', '#+ …', '#  …' or '# ...'), found {line!r}")
    return places
