"""Languages: the label files and what a deck without one gets."""

from __future__ import annotations

import re

import pytest

from crisis_cards.cards.theme import parts
from crisis_cards.format import language
from crisis_cards.format.language import LABELS
from crisis_cards.format.prompt import Label

CODES = sorted(path.stem for path in LABELS.glob("*.yaml"))


def test_the_languages_that_were_promised() -> None:
    assert {"en", "de", "fr", "es"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_every_label(code: str) -> None:
    english, other = language.load("en"), language.load(code)
    assert english is not None
    assert other is not None
    assert other.label_code == code
    assert list(other.labels) == list(english.labels)
    assert all(label.strip() for label in other.labels.values())


@pytest.mark.parametrize(
    ("code", "direction", "label_code"),
    [
        ("en-US", "ltr", "en"),
        ("de-AT", "ltr", "de"),
        ("ar", "rtl", "en"),
        ("he", "rtl", "en"),
        ("ja", "ltr", "en"),
        ("zh-Hant-TW", "ltr", "en"),
        ("haw", "ltr", "en"),
        ("yue", "ltr", "en"),
        ("fil", "ltr", "en"),
        ("ckb", "rtl", "en"),
    ],
)
def test_direction_and_labels(code: str, direction: str, label_code: str) -> None:
    spoken = language.load(code)
    assert spoken is not None
    assert (spoken.code, spoken.direction) == (code, direction)
    assert (spoken.label_code, spoken.label_direction) == (label_code, "ltr")


@pytest.mark.parametrize("code", ["english", "xx", "en_US", "e", "de-", ""])
def test_unknown_languages(code: str) -> None:
    assert language.load(code) is None


WORDS = sorted(path.stem for path in language.DATE_WORDS.glob("*.yaml"))


def test_every_language_with_labels_has_words_for_dates() -> None:
    assert set(CODES) <= set(WORDS)


@pytest.mark.parametrize("code", WORDS)
def test_every_language_says_all_that_dates_need(code: str) -> None:
    """What differs by kind may be left out; no name is one that nothing reads."""
    words, english = language.date_words(code), language.date_words("en")
    assert words is not None
    assert english is not None
    needed = {name for name in english if name.startswith("read-") or "-" not in name}
    kinds = ("year", "month", "day", "season", "decade", "century")
    may = {f"{name}-{kind}" for name in ("about", "since", "until") for kind in kinds}
    may |= {f"century-{form}" for form in ("zero", "one", "two", "few", "many")}
    assert needed <= set(words) <= needed | may
    assert all(text.strip() for text in words.values())
    assert all("{" in text for name, text in words.items() if not name.startswith("read-"))


@pytest.mark.parametrize("code", CODES)
def test_every_label_of_a_prompt_and_every_other_word_is_there(code: str) -> None:
    spoken = language.load(code)
    assert spoken is not None
    around = ("to", "timeline", "before", "first-third", "middle-third", "last-third", "after")
    wanted = {*(label.value for label in Label), *parts._WORDS, *around}
    assert set(spoken.labels) == wanted


def test_every_label_is_used() -> None:
    """A label that no card shows is one that every translator translates for nothing."""
    package = LABELS.parent.parent
    sources = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    sources += "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.html"))
    english = language.load("en")
    assert english is not None
    unused = {
        name
        for name in english.labels
        if not re.search(rf'"{name}"|word_{name}\b', sources) and not name.startswith("when-")
    }
    assert unused == set()
