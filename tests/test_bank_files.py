"""The bank's files are read as they say, and a slip in one is told with the file and the cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bank_files import BankedAnswer, BankError, apply_edit, bank, file_of, read_answers

STAR = """\
# %% accepted: star
def product(a, b):
    if a == b:
        return a ** 2
    return a * b
"""


def read(folder: Path, text: str) -> list[BankedAnswer]:
    path = folder / "00-start" / "some_product.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_answers(path)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(BankError) as caught:
        read(folder, text)
    assert str(folder / "00-start" / "some_product.py") in str(caught.value)
    return str(caught.value)


def test_an_answer_is_the_text_of_its_cell(tmp_path: Path) -> None:
    text = (
        STAR
        + "\n# %% wrong: one\n# step: values, misconception: one-for-all, credit: 0.5\n\n\ndef product(a, b):\n    return 1\n"
    )
    assert read(tmp_path, text) == [
        BankedAnswer(
            "00-start",
            "some-product",
            "accepted_star",
            "def product(a, b):\n    if a == b:\n        return a ** 2\n    return a * b",
            None,
            None,
            1.0,
        ),
        BankedAnswer(
            "00-start", "some-product", "wrong_one", "def product(a, b):\n    return 1", "values", "one-for-all", 0.5
        ),
    ]


def test_without_a_credit_or_a_misconception_there_is_none(tmp_path: Path) -> None:
    [_, answer] = read(tmp_path, STAR + "\n# %% wrong: one\n# step: hidden\nproduct = max\n")
    assert (answer.step, answer.misconception, answer.credit, answer.accepted) == ("hidden", None, 0.0, False)


def test_an_edit_is_applied_to_the_accepted_answer_it_names(tmp_path: Path) -> None:
    edit = "# %% wrong: sum, an edit of star\n# step: values\n#-         return a ** 2\n# ...\n#-     return a * b\n#+     return a + b\n"
    [_, answer] = read(tmp_path, f"{STAR}\n# %% accepted: other\nproduct = min\n\n{edit}")[::2]
    assert answer.code == "def product(a, b):\n    if a == b:\n    return a + b"


def test_lines_that_stay_say_where_lines_come() -> None:
    code = "a\n\nb\na\nc"
    assert apply_edit(code, ["#  a", "#+ new", "#  c"]) == "a\n\nb\na\nnew\nc"
    assert apply_edit(code, ["#  a", "#", "#+     new", "#+"]) == "a\n\n    new\n\nb\na\nc"
    assert apply_edit(code, ["#-", "# ...", "#- a", "#- c"]) == "a\nb"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (["#- d", "#+ e"], "stands there 0 times"),
        (["#- a", "#+ e"], "stands there 2 times"),
        (["#+ e"], "stands there 5 times"),
        (["#- b"], "stands there 0 times"),
        (["#  c"], "changes nothing"),
        (["#- c", "#+ c"], "changes nothing"),
        ([""], "expected a line of an edit"),
        (["#-c"], "expected a line of an edit"),
        (["# c"], "expected a line of an edit"),
        (["return 1"], "expected a line of an edit"),
        (["#  a", "#- c", "# ...", "#  c", "#+ d"], "share a line"),
    ],
)
def test_an_edit_that_does_not_apply_just_once_is_refused(edit: list[str], reason: str) -> None:
    with pytest.raises(BankError, match=reason):
        apply_edit("a\n    b\na\nc\nlast", edit)


def test_a_bad_edit_is_told_with_its_cell(tmp_path: Path) -> None:
    told = refusal(tmp_path, STAR + "\n# %% wrong: sum, an edit of star\n# step: values\n#-     return b * a\n")
    assert "wrong: sum" in told
    assert "    return b * a" in told


def test_an_edit_of_an_answer_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "'start'" in refusal(tmp_path, STAR + "\n# %% wrong: sum, an edit of start\n# step: values\n#+ a\n")


def test_an_edit_of_a_wrong_answer_is_refused(tmp_path: Path) -> None:
    one = "\n# %% wrong: one\n# step: values\nproduct = max\n"
    two = "\n# %% wrong: two, an edit of one\n# step: values\n#- product = max\n#+ product = min\n"
    assert "no accepted answer" in refusal(tmp_path, STAR + one + two)


@pytest.mark.parametrize(
    "body", ["product = max", "# misconception: one-for-all\nproduct = max", "# step: Values!\nproduct = max", ""]
)
def test_a_wrong_answer_without_a_step_is_refused(tmp_path: Path, body: str) -> None:
    told = refusal(tmp_path, f"{STAR}\n# %% wrong: one\n{body}\n")
    assert "step" in told
    assert "wrong: one" in told


@pytest.mark.parametrize(
    "title",
    ["# %% accepted: star", "# %%", "# %% right: star", "# %% accepted: a star", "# %% accepted: b, an edit of star"],
)
def test_a_title_is_that_of_one_answer(tmp_path: Path, title: str) -> None:
    assert f"{title!r}" in refusal(tmp_path, f"{STAR}\n{title}\nproduct = max\n")


def test_nothing_stands_before_the_first_cell(tmp_path: Path) -> None:
    assert "import torch" in refusal(tmp_path, "import torch\n\n" + STAR)


def test_the_file_of_an_exercise_is_named_as_its_id() -> None:
    assert {file_of(each.assignment, each.exercise).is_file() for each in bank()} == {True}
