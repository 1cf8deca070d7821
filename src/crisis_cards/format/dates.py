"""Dates of all history: EDTF, the format of ISO 8601-2:2019, levels 0 and 1.

`1962`, `1962-07`, `1962-11-20` and spans of them with a `/`; `-0043` is 44 BC, as ISO has a year 0.
`~` is about, `?` uncertain, `%` both; `196X` is a decade, `18XX` a century; `1962-21` to `-24` are
spring to winter; `1962/..` has no end, and nobody knows that of `1962/`. Dates are as the source
has them: no calendar is converted.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ..yaml.tree import Text

Parts = tuple[int, ...]
"""Year, month, day, hour and minute, second, as far as known; 0 is 1 BC, month 21 is spring."""
SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}

_PLAIN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_POINT = re.compile(
    r"(?P<year>-?\d{4}|Y-?\d{5,9}|-?\d\d(?:\dX|XX))"
    r"(?:(?:-XX){1,2}|-(?P<month>\d\d)(?:-XX|-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<zone>Z|[+-]\d\d(?::\d\d)?)?)?)?)?"
    r"(?P<mark>[~?%]?)",
    re.ASCII,
)
_ENDLESS = float("inf")
_YEAR_1 = 306  # days from March 1 of the year 0 to January 1 of the year 1


class Point(NamedTuple):
    """A date of any precision, of a decade or a century its first year.

    `years` are how many it may be in: 1, 10 or 100. `mark` is `~`, `?`, `%` or empty, `zone` that
    of a time of day: `Z`, `+02:00` or empty.
    """

    parts: Parts
    years: int = 1
    mark: str = ""
    zone: str = ""

    @property
    def is_season(self) -> bool:
        """Whether it is a quarter of a year."""
        return len(self.parts) == 2 and self.parts[1] in SEASONS

    @property
    def is_exact(self) -> bool:
        """Whether its numbers are all that there is to know of it."""
        return self.years == 1 and not self.mark and not self.is_season

    @property
    def is_about(self) -> bool:
        """Whether it is approximate."""
        return self.mark in ("~", "%")


class When(NamedTuple):
    """A date or, with `end`, a span whose both ends belong to it.

    Of a span with one end, the other is None, and `missing` says why: `..` that there is none, `?`
    that nobody knows it. Elsewhere it is empty, and there is a start.
    """

    start: Point | None
    end: Point | None = None
    missing: str = ""

    @property
    def is_span(self) -> bool:
        """Whether it is more than one date."""
        return bool(self.end or self.missing)

    @property
    def only(self) -> Point | None:
        """The date, if it is one."""
        return None if self.is_span else self.start

    @property
    def known(self) -> Parts:
        """The numbers of one date of which nothing is in doubt; of any other, none."""
        return self.only.parts if self.only and self.only.is_exact else ()

    @property
    def precision(self) -> str:
        """What a learner has to know: the end of the name of a label."""
        if not self.start:
            return "until"
        if self.is_span:
            return "since" if self.missing else "span"
        parts, years, *_ = self.start
        if self.start.is_about:
            return "about"
        if years > 1:
            return "decade" if years == 10 else "century"
        if self.start.is_season:
            return "season"
        return ("year", "month", "day", "", "minute", "minute")[len(parts) - 1]


Reader: TypeAlias = Callable[[str], "Point | str | None"]


class Dated(NamedTuple):
    """A date and where it is written."""

    text: Text
    when: When


def parse(text: str, point: Reader | None = None) -> When | str | None:
    """A date as EDTF writes it; what is wrong with it, for a message; None where it is no EDTF.

    `point` reads the ends of a span, and what is none, where more than EDTF is taken.
    """
    if found := _PLAIN.fullmatch(text):
        parts = tuple([int(number) for number in found.groups() if number])
        return fault(parts, text) or When(Point(parts))
    point = point or exactly
    first, slash, last = (part.strip() for part in text.partition("/"))
    if slash:
        return _span(first, last, point)
    only = point(first)
    return When(only) if isinstance(only, Point) else only


def exactly(text: str) -> Point | str | None:
    """A date that is no span, as EDTF writes it; see `parse`."""
    found = _POINT.fullmatch(text)
    if not found:
        return None
    year = found["year"].lstrip("Y")
    years = 10 ** year.count("X")
    first = int(year.replace("X", "0"))
    if years > 1 and year.startswith("-"):
        first -= years - 1  # -04XX: from -0499
    numbers = found.group("month", "day", "hour", "minute", "second")
    parts = (first, *(int(number) for number in numbers if number))
    if years > 1 and len(parts) > 1:
        return f"{text} has a month of a year that nobody knows: leave the month out"
    return fault(parts, text, years) or Point(parts, years, found["mark"], found["zone"] or "")


def _span(first: str, last: str, point: Reader) -> When | str | None:
    ends: list[Point | None] = []
    for text in (first, last):
        end = None if text in ("", "..") else point(text)
        if isinstance(end, str):
            return end
        if end is None and text not in ("", ".."):
            return None
        ends.append(end)
    start, end = ends
    if start is None or end is None:
        if start is end:
            return "a span needs a date, as in 1962/.. or ../1962"
        return When(start, end, ".." if ".." in (first, last) else "?")
    return between(start, end)


def between(start: Point, end: Point) -> When | str:
    """A span, if its end lies behind its start."""
    if start == end:
        return f"the span begins and ends on one date: write {edtf(When(start))}"
    if _limits(end)[1] <= _limits(start)[0]:
        return "the span ends before it begins: write the earlier date first"
    return When(start, end)


def fault(parts: Parts, text: str, years: int = 1, *, is_bc: bool = False) -> str:
    """What the calendar has against the numbers of a date, if anything.

    A year 0 is one only if an author wrote it as 1 BC.
    """
    year, month, day, hour, minute, second = (*parts, *(1, 1, 1, 0, 0, 0)[len(parts) :])
    if year == 0 and years == 1 and not is_bc:
        return 'there is no year 0: write the year before 1 as "1 BC"'
    if not (1 <= day <= _length(year, month) if len(parts) != 2 else _is_month(month)):
        return f"{text} is not in the calendar: check the month and the day"
    if hour > 23 or minute > 59 or second > 59:
        return f"{text} is no time of a day: hours go to 23, minutes to 59"
    return ""


def _is_month(month: int) -> bool:
    return 1 <= month <= 12 or month in SEASONS


def _length(year: int, month: int) -> int:
    """The days of a month; of none, 0. Until 1752 Julian leap days are in some sources."""
    if not 1 <= month <= 12:
        return 0
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0 or year <= 1752)
    return monthrange(2000 if leap else 2001, month)[1]


@lru_cache(maxsize=4096)
def days(when: When) -> tuple[float, float]:
    """When a date or span begins and ends, in days as `date.toordinal` numbers them.

    What has no end goes on for ever; an end that nobody knows is as good as none was written.
    """
    start, end, missing = when
    known = start or end
    assert known
    first, after = _limits(known)
    if missing == "..":
        return (first, _ENDLESS) if start else (-_ENDLESS, after)
    return first, _limits(end)[1] if end else after


def _limits(point: Point) -> tuple[float, float]:
    """The day on which it begins, and the one after it; of a time of day, its fraction."""
    (year, *rest), years = point.parts, point.years
    if not rest:
        return _day(year, 1, 1), _day(year + years, 1, 1)
    if len(rest) == 1:
        # Winter is December and the two months of the next year.
        first, months = ((rest[0] - 20) * 3, 3) if point.is_season else (rest[0], 1)
        return _day(year, first, 1), _day(year, first + months, 1)
    day = _day(year, *rest[:2])
    if len(rest) == 2:
        return day, day + 1
    hours, minutes, *seconds = rest[2:]
    at = day + (hours * 3600 + minutes * 60 + sum(seconds)) / 86400
    return at, at + (1 if seconds else 60) / 86400


def _day(year: int, month: int, day: int) -> int:
    """The number of a day; months go on over the end of a year.

    Years begin with March here, so that a leap day is the last one, and months last 30.6 days.
    """
    since_march = 12 * year + month - 3
    year, month = divmod(since_march, 12)
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * month + 2) // 5 + day - _YEAR_1


def identity(when: When, *, marks: bool = True) -> str:
    """What is equal for equal dates only; without marks, also where these alone differ.

    It is hashed into locks: that of exact dates and spans stays as it is for ever.
    """
    ends = [_identity(end, marks) if end else when.missing for end in when[:2]]
    return "/".join(end for end in ends if end)


def _identity(point: Point, marks: bool) -> str:
    parts, years, mark, zone = point
    text = "-".join(map(str, parts)) + "X" * (len(str(years)) - 1)
    return f"{text}{zone}{mark}" if marks else text + zone


def edtf(when: When) -> str:
    """A date as an author can write it."""
    if when.is_span:
        gap = "" if when.missing == "?" else ".."
        return "/".join(_written(end) if end else gap for end in when[:2])
    assert when.start
    return _written(when.start)


def _written(point: Point) -> str:
    (year, *rest), years, mark, zone = point
    first = max(-year - years + 1, 0) if year < 0 else year
    text = f"{first:04}"[: 4 - len(str(years)) + 1] + "X" * (len(str(years)) - 1)
    text = f"Y{year}" if abs(year) > 9999 else f"-{text}" if year < 0 else text
    text += "".join(f"-{number:02}" for number in rest[:2])
    if rest[2:]:
        text += f"T{':'.join(f'{number:02}' for number in rest[2:])}{zone}"
    # ISO calls it 0000, which people take for a slip.
    return (f"0001{text[4:]} BC" if year == 0 and years == 1 else text) + mark
