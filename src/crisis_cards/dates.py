"""ISO dates of any precision, and spans of them."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date
from typing import NamedTuple

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[-./ ](\d{1,2})(?:[-./ ](\d{1,2}))?(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")
_YEARS = re.compile(r"(\d{4}) ?[-–—/] ?(\d{2}|\d{4})")

Point = tuple[int, ...]
"""Year; year and month; or year, month and day. Its length is its precision."""


class When(NamedTuple):
    """A date or, with `end`, a span whose both ends belong to it."""

    start: Point
    end: Point | None = None

    @property
    def precision(self) -> str:
        """What a learner has to know: `year`, `month`, `day` or `span`."""
        return "span" if self.end else ("year", "month", "day")[len(self.start) - 1]


def parse(text: str) -> When | str:
    """`1962`, `1962-07`, `1962-11-20` or two of these with a `/`.

    Where the text is none of these: what to write instead, for a message.
    """
    points = []
    for part in text.split("/"):
        point = _point(part.strip())
        if isinstance(point, str):
            return _suggestion(text.strip()) or point
        points.append(point)
    if len(points) > 2:
        return "write a span as start/end, for instance 1962-10-16/1962-10-28"
    start, end = points[0], points[1] if len(points) == 2 else None
    if end == start:
        return (
            f"the span begins and ends on one date: write {text.split('/', maxsplit=1)[0].strip()}"
        )
    shared = min(len(start), len(end)) if end else 0
    if end and end[:shared] < start[:shared]:
        return "the span ends before it begins: write the earlier date first"
    return When(start, end)


def first_day(point: Point) -> date:
    """The day on which a point of any precision begins."""
    return date(*point, *(1, 1)[len(point) - 1 :])


def days(when: When) -> tuple[int, int]:
    """The first day of a date or span, and the first after it, as `date.toordinal` numbers them."""
    end = when.end or when.start
    begun = first_day(end).toordinal()
    if len(end) == 3:
        length = 1
    elif len(end) == 2:
        length = monthrange(*end)[1]
    else:
        length = 366 if isleap(*end) else 365
    return first_day(when.start).toordinal(), begun + length


def _point(text: str) -> Point | str:
    found = _DATE.fullmatch(text)
    if not found or not text.isascii():
        if re.fullmatch(r"\d{3}", text) and text.isascii():
            return f"write the year with four digits: {text.zfill(4)}"
        if re.search(r"\b(?:BCE?|B\.C\.|v\. ?Chr\.)", text) or re.fullmatch(r"-\d+", text):
            return (
                'years before the year 1 cannot be a "when": ask for them with "ask" and "answer"'
            )
        return "write the year, month and day as 1962, 1962-07 or 1962-11-20"
    point = tuple(int(number) for number in found.groups() if number)
    try:
        first_day(point)
    except ValueError:
        return f"{text} is not in the calendar: check the month and the day"
    return point


def _suggestion(text: str) -> str | None:
    """What an author probably meant; day and month first are told apart only where they can be."""
    guess = ""
    if years := _YEARS.fullmatch(text):
        end = years[2] if len(years[2]) == 4 else years[1][:2] + years[2]
        if end > years[1]:
            guess = f"{years[1]}/{end}"
    if not guess and (found := _YEAR_FIRST.fullmatch(text)):
        guess = "-".join(number.zfill(2) for number in found.groups() if number)
    if not guess and (found := _YEAR_LAST.fullmatch(text)):
        first, second, year = int(found[1]), int(found[2]), found[3]
        day, month = (first, second) if first > 12 else (second, first)
        if day > 12:
            guess = f"{year}-{month:02}-{day:02}"
    parts = guess.split("/")
    return (
        f"write {guess}" if guess and not any(isinstance(_point(p), str) for p in parts) else None
    )
