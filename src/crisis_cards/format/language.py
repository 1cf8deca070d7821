"""The deck's language: dates, direction of writing, and the labels on the cards.

Babel (Unicode's CLDR) knows dates and directions of every language. The labels are one small file
a language in `labels/`; a language without one gets the English labels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from ..yaml import tree
from . import shown
from .dates import Point, When

LABELS = Path(__file__).parent / "labels"
DATE_WORDS = Path(__file__).parent / "date_words"


class Language(NamedTuple):
    """`code` is a BCP 47 tag such as `en-US`; `direction` is `ltr` or `rtl`.

    The labels' own language and direction differ where a language has no labels yet. `own` are the
    names of those that the deck itself has written.
    """

    code: str
    direction: str
    labels: Mapping[str, str]
    label_code: str
    label_direction: str
    own: frozenset[str] = frozenset()

    def with_labels(self, own: Mapping[str, str]) -> Language:
        """The same with labels of the deck's own, by name.

        They are in the deck's language. Where it has none yet, the others count as such too, though
        they are English: a template cannot tell which label it shows.
        """
        spoken = (self.label_code, self.label_direction)
        if self.label_code.split("-")[0] != self.code.split("-")[0]:
            spoken = (self.code, self.direction)
        labels = {**self.labels, **own}
        return Language(self.code, self.direction, labels, *spoken, frozenset(own))

    def date(self, when: When) -> str:
        """A date with the precision it has, as the language writes it."""
        return _written(when, self.code, brief=False)

    def brief_date(self, when: When, *, labels: bool = False) -> str:
        """The same with short names of months in a span of days, as older versions wrote all dates.

        With `labels`, as the language of the labels writes it.
        """
        return _written(when, self.label_code if labels else self.code, brief=True)

    def short_date(self, point: Point, *, era: bool = False) -> str:
        """A date in the few characters that fit beside a line: `Oct 14, 1962`."""
        return shown.in_short(point, *_words(self.code, When(point)), era=era)


def load(code: str) -> Language | None:
    """The language of a BCP 47 tag; None where there is no such language."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", code):
        return None
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    own = (_tag(locale), locale.language)
    label_code = next((code for code in own if (LABELS / f"{code}.yaml").is_file()), "en")
    labels, label_direction = _labels(label_code), _locale(label_code).text_direction
    if label_code not in own:  # a sign for the one who is spoken to
        labels = {**labels, "to": "←" if locale.text_direction == "rtl" else "→"}
    return Language(_tag(locale), locale.text_direction, labels, label_code, label_direction)


def english() -> Language:
    """The language of a deck that names none."""
    spoken = load("en")
    assert spoken is not None
    return spoken


def _tag(locale: Locale) -> str:
    return str(locale).replace("_", "-")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-")


@cache
def _labels(code: str) -> Mapping[str, str]:
    return _texts(LABELS / f"{code}.yaml")


def label_names() -> Mapping[str, str]:
    """The names of all labels, each with its English words."""
    return _labels("en")


@cache
def date_words(language: str) -> Mapping[str, str] | None:
    """What a language says and what its people type of dates; None where nobody has written it."""
    path = DATE_WORDS / f"{language}.yaml"
    return _texts(path) if path.is_file() else None


def _texts(path: Path) -> Mapping[str, str]:
    document, problems = tree.read(path)
    assert isinstance(document.root, tree.Mapping), problems
    return {key.value: text.value for key, text in document.root.items if type(text) is tree.Text}


def _words(code: str, when: When) -> tuple[Locale, Mapping[str, str]]:
    """What a date is written with: English throughout, where a language lacks the words."""
    words = date_words(code.partition("-")[0])
    if words is None and shown.needs_words(when):
        return _locale("en"), date_words("en") or {}
    return _locale(code), words or {}


@lru_cache(maxsize=4096)
def _written(when: When, code: str, brief: bool) -> str:
    return shown.in_full(when, *_words(code, when), brief=brief)
