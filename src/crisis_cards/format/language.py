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
from babel.dates import format_interval, format_skeleton, get_date_format

from ..yaml import tree
from .dates import Point, When, first_day

LABELS = Path(__file__).parent / "labels"


class Language(NamedTuple):
    """`code` is a BCP 47 tag such as `en-US`; `direction` is `ltr` or `rtl`.

    The labels' own language and direction differ where a language has no labels yet.
    """

    code: str
    direction: str
    labels: Mapping[str, str]
    label_code: str
    label_direction: str

    def date(self, when: When, *, labels: bool = False) -> str:
        """A date as the language writes it, or that of the labels, with the precision it has."""
        return _written(when, self.label_code if labels else self.code)

    @property
    def has_labels(self) -> bool:
        """Whether the labels are in this language, and not in English instead."""
        return self.code.split("-")[0] == self.label_code.split("-")[0]

    def short_date(self, point: Point) -> str:
        """A date in the few characters that fit beside a line: `Oct 14, 1962`."""
        return _by_skeleton(("y", "yMMM", "yMMMd")[len(point) - 1], point, _locale(self.code))


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
    document, problems = tree.read(LABELS / f"{code}.yaml")
    assert isinstance(document.root, tree.Mapping), problems
    return {key.value: text.value for key, text in document.root.items if type(text) is tree.Text}


@lru_cache(maxsize=4096)
def _written(when: When, code: str) -> str:
    locale = _locale(code)
    if when.end is None:
        return _point(when.start, locale)
    if len(when.start) == len(when.end):
        start, end = first_day(when.start), first_day(when.end)
        skeleton = ("y", "yMMMM", "yMMMd")[len(when.start) - 1]
        return str(format_interval(start, end, skeleton, locale=locale))
    join = str(locale.interval_formats[None])
    return join.format(_point(when.start, locale), _point(when.end, locale))


def _point(point: Point, locale: Locale) -> str:
    if len(point) == 3:
        return str(get_date_format("long", locale).apply(first_day(point), locale))
    return _by_skeleton("y" if len(point) == 1 else "yMMMM", point, locale)


@lru_cache(maxsize=256)
def _by_skeleton(skeleton: str, point: Point, locale: Locale) -> str:
    """A date as a language arranges some of its parts."""
    pattern = locale.datetime_skeletons.get(skeleton)
    if pattern is None:  # Babel looks for the nearest one
        return str(format_skeleton(skeleton, first_day(point), locale=locale))
    return str(pattern.apply(first_day(point), locale))  # without the time of day and its zone
