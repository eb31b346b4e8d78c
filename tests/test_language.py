"""Messages are translated when they are shown, in the language in force."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from course import language
from course.checking.card import report_card
from course.checking.exercise import run_check
from course.exercises.catalogue import find_exercise
from course.language import N_, _, ngettext, use_language


@pytest.fixture
def shouting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A catalogue of a made-up language, in which some messages are in capitals."""
    catalog = Catalog(locale="en")
    for message in ("{exercise}: passed", "One number comes out"):
        catalog.add(message, message.upper().replace("{EXERCISE}", "{exercise}"))
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "course.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    language._catalogue.cache_clear()
    yield "xx"
    use_language(None)
    language._catalogue.cache_clear()


def test_english_is_the_source() -> None:
    assert _("anything at all") == "anything at all"
    assert ngettext("one", "many", 2) == "many"
    assert N_("marked") == "marked"
    assert isinstance(language._catalogue("en"), gettext.NullTranslations)


def test_a_card_is_in_the_language_in_force(shouting: str) -> None:
    report = run_check(find_exercise("patch-response"), lambda patch, kernel: (patch * kernel).sum())
    use_language(shouting)
    text = report_card(report).text()
    assert "patch-response: PASSED" in text
    assert "ONE NUMBER COMES OUT" in text
    use_language(None)
    assert "patch-response: passed" in report_card(report).text()


def test_the_environment_chooses_a_language(shouting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LANG", shouting)
    assert _("One number comes out") == "ONE NUMBER COMES OUT"


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="there are: en"):
        use_language("tlh")
