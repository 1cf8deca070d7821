"""Dates as a language writes them: the patterns are those of CLDR, the few words our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import DateTimeFormat, DateTimePattern, parse_pattern

from .dates import SEASONS, Parts, Point, When

if TYPE_CHECKING:
    from babel import Locale

_UNCERTAIN = "{} (?)"  # no word in any language
_EARLY = 100  # before this year, nobody knows a year without its era
_TOKENS = re.compile(r"[A-Za-z]+|(?:'[^']*'|[^A-Za-z'])+")
"""What a pattern consists of: fields, and what stands between them."""
_NAMES = ("MMM", "LLL")
"""How fields begin that are names of months."""


def needs_words(when: When) -> bool:
    """Whether there is more to say than CLDR knows in every language."""
    ends = [point for point in when[:2] if point]
    return when.missing == ".." or any(
        point.is_about or point.is_season or point.years > 1 for point in ends
    )


def in_full(when: When, locale: Locale, words: Mapping[str, str], *, brief: bool = False) -> str:
    """A date with the precision it has; `words` are those for dates in the locale's language.

    In a `brief` span of days, the names of the months are short.
    """
    start, end, missing = when
    if start and end:
        return _span(start, end, locale, words, brief=brief)
    known = start or end
    assert known
    text = _point(known, locale, words)
    if not missing:
        return text
    pattern = _words(words, "since" if start else "until", known)
    if pattern and missing == ".." and not known.mark:
        return pattern.format(text)
    other = "…" if missing == ".." else "?"
    return _joined(text, other, locale) if start else _joined(other, text, locale)


def _words(words: Mapping[str, str], name: str, point: Point) -> str | None:
    """What a language says with a date of some kind; None if that is not known."""
    if point.years > 1 or point.is_season:
        kind = "season" if point.is_season else "decade" if point.years == 10 else "century"
        return words.get(f"{name}-{kind}", words.get(name) if name == "about" else None)
    kind = ("year", "month", "day")[min(len(point.parts), 3) - 1]
    return words.get(f"{name}-{kind}", words.get(name))


def in_short(point: Point, locale: Locale, words: Mapping[str, str], *, era: bool = False) -> str:
    """A date in the few characters that fit beside a line: `Oct 14, 1962`."""
    parts = point.parts
    if not point.is_exact or len(parts) > 3:
        return _point(point, locale, words, era=era)
    skeleton = ("G" if era or parts[0] < _EARLY else "") + ("y", "yMMM", "yMMMd")[len(parts) - 1]
    return str(locale.datetime_skeletons[skeleton] % _Numbers(parts, locale))


def _point(point: Point, locale: Locale, words: Mapping[str, str], *, era: bool = False) -> str:
    parts, years, mark, zone = point
    year = parts[0]
    if years == 100:
        text = _century(year, locale, words)
    elif years == 10 and year < 10:  # nobody counts decades there
        text = _span(Point((year or 1,)), Point((year + 9,)), locale, words)
    elif years == 10:
        text = words["decade"].format(year)
    elif point.is_season:
        text = words[SEASONS[parts[1]]].format(_exact((year,), locale))
    else:
        text = _exact(parts, locale, zone, era=era)
    if point.is_about:
        text = (_words(words, "about", point) or "{}").format(text)
    return _UNCERTAIN.format(text) if mark in ("?", "%") else text


def _century(year: int, locale: Locale, words: Mapping[str, str]) -> str:
    number = abs(year) // 100 + 1
    pattern = words.get(f"century-{locale.ordinal_form(number)}", words["century"])
    text = pattern.format(number=number, roman=roman(number))
    if year >= 0:
        return text
    era = locale.eras["abbreviated"][0]
    return f"{era}{text}" if str(locale.datetime_skeletons["Gy"])[0] == "G" else f"{text} {era}"


def roman(number: int) -> str:
    """A number below 400 in capital letters."""
    signs = {100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}
    text = ""
    for value, sign in signs.items():
        text += sign * (number // value)
        number %= value
    return text


def _exact(parts: Parts, locale: Locale, zone: str = "", *, era: bool = False) -> str:
    era = era or parts[0] < _EARLY
    text = _pattern(locale, min(len(parts), 3), era) % _Numbers(parts, locale)
    if len(parts) > 3:
        both = locale.datetime_formats["long"].replace("'", "")
        text = both.format(_time(parts, zone, locale), text)
    return text


def _time(parts: Parts, zone: str, locale: Locale) -> str:
    pattern = locale.time_formats["medium" if len(parts) > 5 else "short"]
    hour, minute, second = (*parts[3:], 0)[:3]
    text = str(pattern.apply(time(hour, minute, second), locale))
    return f"{text} UTC{zone.lstrip('Z')}" if zone else text


def _span(
    start: Point, end: Point, locale: Locale, words: Mapping[str, str], *, brief: bool = False
) -> str:
    era = min(start.parts[0], end.parts[0]) < _EARLY
    length = len(start.parts)
    if start.is_exact and end.is_exact and length == len(end.parts):
        if length > 3 and start.parts[:3] == end.parts[:3]:
            last = _time(end.parts, end.zone, locale)
            return _joined(_exact(start.parts, locale, start.zone), last, locale)
        patterns = _patterns(locale, length, era, _differing(start.parts, end.parts), brief)
        pairs = zip(patterns, (start, end), strict=False)
        if patterns:
            return "".join(pattern % _Numbers(point.parts, locale) for pattern, point in pairs)
    first, last = (_point(point, locale, words, era=era) for point in (start, end))
    return _joined(first, last, locale)


def _joined(start: str, end: str, locale: Locale) -> str:
    return str(locale.interval_formats[None]).format(start, end)


def _differing(start: Parts, end: Parts) -> str:
    """The largest part in which two dates differ, by its letter in a pattern."""
    if (start[0] > 0) != (end[0] > 0):
        return "G"
    return next((sign for sign, a, b in zip("yMd", start, end, strict=False) if a != b), "")


@lru_cache(maxsize=256)
def _pattern(locale: Locale, length: int, era: bool) -> DateTimePattern:
    """For years, months or days, with the names of months in full."""
    pattern: DateTimePattern = (
        locale.datetime_skeletons["y"],
        locale.datetime_skeletons["yMMMM"],
        locale.date_formats["long"],
    )[length - 1]
    if not era:
        return pattern
    short = locale.datetime_skeletons[("Gy", "GyMMM", "GyMMMd")[length - 1]]
    return parse_pattern(_filled(str(short), str(pattern)))


@lru_cache(maxsize=256)
def _patterns(
    locale: Locale, length: int, era: bool, field: str, brief: bool
) -> tuple[DateTimePattern, ...]:
    """The two parts of a span; none where CLDR has no such span."""
    if not 1 <= length <= 3:
        return ()
    skeleton = ("Gy", "GyMMM", "GyMMMd") if era else ("y", "yMMMM", "yMMMd")
    parts = locale.interval_formats.get(skeleton[length - 1], {}).get(field, ())
    if len(parts) != 2:
        return ()
    full = "" if brief else str(_pattern(locale, length, era=False))
    return tuple(parse_pattern(_filled(part, full)) for part in parts)


def _filled(short: str, full: str) -> str:
    """A pattern with the names of months, and the words around them, that another one has."""
    known = _TOKENS.findall(full)
    month = next((token for token in known if token[:3] in _NAMES), "")
    if not month:
        return short
    around = {
        (before[0], after[0]): between
        for before, between, after in zip(known, known[1:], known[2:], strict=False)
        if before[0].isalpha()
    }
    day = next((token for token in known if token[0] == "d"), "")
    tokens = _TOKENS.findall(short)
    for at, token in enumerate(tokens):
        tokens[at] = day if token == "dd" else month if token[0] in "ML" else token
    for at in range(1, len(tokens)):
        before, after = tokens[at - 1][0], "".join(tokens[at + 1 : at + 2])[:1]
        # A number or a short name has a full stop behind it that a name has not.
        own = tokens[at].removeprefix(".") if before in "ML" else tokens[at]
        tokens[at] = around.get((before, after), own)
    return "".join(tokens)


class _Numbers(DateTimeFormat):
    """What a pattern takes for its fields. Python's dates know neither the years before 1 nor those
    after 9999, nor the leap days of Caesar's calendar: the year stands beside a date without one.
    """

    def __init__(self, parts: Parts, locale: Locale) -> None:
        self.year, *rest = parts
        super().__init__(date(2000, *(*rest, 1, 1)[:2]), locale)

    def format_era(self, char: str, num: int) -> str:
        return str(self.locale.eras["abbreviated"][int(self.year > 0)])

    def format_year(self, char: str, num: int) -> str:
        return str(self.format(self.year if self.year > 0 else 1 - self.year, num))
