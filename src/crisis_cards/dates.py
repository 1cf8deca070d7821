"""ISO dates of any precision, and spans of them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NEARLY = re.compile(
    r"(\d{4})[-./ ](\d{1,2})(?:[-./ ](\d{1,2}))?|(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})"
)

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
            return point
        points.append(point)
    if len(points) > 2:
        return "write a span as start/end, for instance 1962-10-16/1962-10-28"
    start, end = points[0], points[1] if len(points) == 2 else None
    shared = min(len(start), len(end)) if end else 0
    if end and end[:shared] < start[:shared]:
        return "the span ends before it begins: write the earlier date first"
    return When(start, end)


def first_day(point: Point) -> date:
    """The day on which a point of any precision begins."""
    return date(*point, *(1, 1)[len(point) - 1 :])


def _point(text: str) -> Point | str:
    found = _DATE.fullmatch(text)
    if not found or not text.isascii():
        return _suggestion(text)
    point = tuple(int(number) for number in found.groups() if number)
    try:
        first_day(point)
    except ValueError:
        return f"{text} is not in the calendar: check the month and the day"
    return point


def _suggestion(text: str) -> str:
    """What an author probably meant; day and month first are told apart only where they can be."""
    found = _NEARLY.fullmatch(text)
    if found and found[1]:
        parts = [found[1], found[2].zfill(2), *([found[3].zfill(2)] if found[3] else [])]
        if _DATE.fullmatch("-".join(parts)) and not isinstance(_point("-".join(parts)), str):
            return f"write {'-'.join(parts)}"
    if found and found[6] and int(found[4]) > 12 and int(found[5]) <= 12:
        return f"write {found[6]}-{found[5].zfill(2)}-{found[4].zfill(2)}"
    return "write the year, month and day as 1962, 1962-07 or 1962-11-20"
