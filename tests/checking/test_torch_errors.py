"""Each error that the hints know is raised by its code, by this torch too; and docs/errors.md says what they say."""

from __future__ import annotations

import pytest

from course.authoring.errors_page import page
from course.checking.torch_errors import KNOWN_ERRORS, KnownError, known_error, message_of
from tests.lessons import ROOT


@pytest.mark.parametrize("known", KNOWN_ERRORS, ids=lambda known: known.code.splitlines()[0])
def test_the_code_raises_the_error_that_the_row_is_about(known: KnownError) -> None:
    type_name, message = message_of(known).split(": ", 1)
    assert known_error(type_name, message) is known
    assert known.because != known.advice


def test_an_error_that_nobody_knows_gets_no_advice() -> None:
    assert known_error("ValueError", "something of the student's own") is None


def test_code_that_raises_nothing_any_more_is_noticed() -> None:
    with pytest.raises(AssertionError, match="raises nothing any more"):
        message_of(KnownError("torch.zeros(1)", "", "", "", ""))


def test_the_page_says_what_this_torch_says() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == page(), "run `make errors`"
