"""The deck's language: dates, direction of writing, and the labels on the cards.

Babel (Unicode's CLDR) knows dates and directions of every language. The labels are one small file
a language in `theme/labels/`; a language without one gets the English labels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_interval, format_skeleton, get_date_format

from . import source
from .dates import Point, When, first_day

LABELS = Path(__file__).parent / "theme" / "labels"


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
        return _short(point, self.code)


def load(code: str) -> Language | None:
    """The language of a BCP 47 tag; None where there is no such language."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", code):
        return None
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    for label_code in (_tag(locale), locale.language, "en"):
        if (LABELS / f"{label_code}.yaml").is_file():
            break
    return Language(
        code=_tag(locale),
        direction=locale.text_direction,
        labels=_labels(label_code),
        label_code=label_code,
        label_direction=Locale.parse(label_code, sep="-").text_direction,
    )


def _tag(locale: Locale) -> str:
    return str(locale).replace("_", "-")


@cache
def _labels(code: str) -> Mapping[str, str]:
    document, problems = source.read(LABELS / f"{code}.yaml")
    assert isinstance(document.root, source.Mapping), problems
    return {key.value: text.value for key, text in document.root.items if type(text) is source.Text}


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-")


@lru_cache(maxsize=4096)
def _written(when: When, code: str) -> str:
    locale = _locale(code)
    if when.end is None:
        return _point(when.start, locale)
    skeleton = ("y", "yMMMM", "yMMMd")[len(when.start) - 1]
    if len(when.start) == len(when.end):
        start, end = first_day(when.start), first_day(when.end)
        return str(format_interval(start, end, skeleton, locale=locale))
    join = str(locale.interval_formats[None])
    return join.format(_point(when.start, locale), _point(when.end, locale))


@lru_cache(maxsize=256)
def _short(point: Point, code: str) -> str:
    return _by_skeleton(("y", "yMMM", "yMMMd")[len(point) - 1], point, _locale(code))


def _point(point: Point, locale: Locale) -> str:
    if len(point) == 3:
        return str(get_date_format("long", locale).apply(first_day(point), locale))
    return _by_skeleton("y" if len(point) == 1 else "yMMMM", point, locale)


def _by_skeleton(skeleton: str, point: Point, locale: Locale) -> str:
    """A date as a language arranges some of its parts."""
    pattern = locale.datetime_skeletons.get(skeleton)
    if pattern is None:  # Babel looks for the nearest one
        return str(format_skeleton(skeleton, first_day(point), locale=locale))
    return str(pattern.apply(first_day(point), locale))  # without the time of day and its zone
