"""ISO dates of any precision, and spans of them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from ..yaml.tree import Text

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")

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


class Dated(NamedTuple):
    """A date and where it is written."""

    text: Text
    when: When


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
        return f"the span begins and ends on one date: write {text.partition('/')[0].strip()}"
    shared = min(len(start), len(end)) if end else 0
    if end and end[:shared] < start[:shared]:
        return "the span ends before it begins: write the earlier date first"
    return When(start, end)


def first_day(point: Point) -> date:
    """The day on which a point of any precision begins."""
    return date(*point, *(1, 1)[len(point) - 1 :])


def days(when: When) -> tuple[int, int]:
    """The first day of a date or span, and the first after it, as `date.toordinal` numbers them."""
    year, *rest = when.end or when.start
    if len(rest) == 2:
        after = date(year, *rest).toordinal() + 1
    elif rest and rest[0] < 12:
        after = date(year, rest[0] + 1, 1).toordinal()
    else:
        after = date(year, 12, 31).toordinal() + 1
    return first_day(when.start).toordinal(), after


def _point(text: str) -> Point | str:
    found = _DATE.fullmatch(text)
    if not found or not text.isascii():
        if re.fullmatch(r"\d{3}", text) and text.isascii():
            return f"write the year with four digits: {text.zfill(4)}"
        if re.search(r"\b(?:BCE?|B\.C\.|v\. ?Chr\.)", text) or re.fullmatch(r"-\d+", text):
            instead = 'ask for them with "ask" and "answer"'
            return f'years before the year 1 cannot be a "when": {instead}'
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
    if years := re.fullmatch(r"(\d{4}) ?[-–—/] ?(\d{2}|\d{4})", text):
        end = years[2] if len(years[2]) == 4 else years[1][:2] + years[2]
        if end > years[1]:
            guess = f"{years[1]}/{end}"
    year_first = r"(\d{4})[-./ ](\d{1,2})(?:[-./ ](\d{1,2}))?(?:[T ].*)?"
    if not guess and (found := re.fullmatch(year_first, text)):
        guess = "-".join(number.zfill(2) for number in found.groups() if number)
    if not guess and (found := re.fullmatch(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})", text)):
        first, second, year = int(found[1]), int(found[2]), found[3]
        day, month = (first, second) if first > 12 else (second, first)
        if day > 12:
            guess = f"{year}-{month:02}-{day:02}"
    read = [_point(part) for part in guess.split("/")]
    return None if any(isinstance(point, str) for point in read) else f"write {guess}"
