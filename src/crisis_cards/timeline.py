"""A note's date and the deck's span → the timeline on the back of its cards, as an SVG.

It is made of that date, the span and the language alone, so that another fact never changes it.
It needs no script. Time runs as the language is written: from right to left in Arabic and Hebrew.
The theme's style sheet knows the classes; without it, all is drawn in the colour of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import NamedTuple

from .dates import Point, When, days
from .language import Language

# In units of the drawing, which is as wide as a narrow phone shows it, so that its letters are
# about as large there as these numbers say.
_WIDTH = 300
_HEIGHT = 46
_START, _END = 18, 282  # the ends of the span
_LINE = 20  # the height of the line
_DOT = 6
_BAR = 10
_FONT = 12
_AXIS = (
    '<path class="line" fill="none" stroke="currentColor" '
    f'd="M{_START} {_LINE - 6}v12m0-6H{_END}m0-6v12"/>'
)


class Place(NamedTuple):
    """Where a date lies in a span, as shares of its length.

    Between 0 and 1, but for the dates that begin before the span or end after it: their shares are
    below 0 and above 1.
    """

    begin: float
    end: float

    @property
    def is_before(self) -> bool:
        return self.end <= 0

    @property
    def is_after(self) -> bool:
        return self.begin >= 1


def place(when: When, span: When) -> Place:
    """Where a date lies in a span. A day is as long as a day, a month as long as that month."""
    first, after = days(span)
    begin, end = days(when)
    return Place((begin - first) / (after - first), (end - first) / (after - first))


def drawing(span: When, language: Language) -> Callable[[When], str]:
    """What draws dates on the timeline of a deck; each date is drawn once."""
    return lru_cache(maxsize=None)(lambda when: draw(when, span, language))


def draw(when: When, span: When, language: Language) -> str:
    """The SVG for one date."""
    where = place(when, span)
    start, end = _ends(span)
    words = language.labels["timeline"].format(
        start=language.date(When(start)),
        end=language.date(When(end)),
        date=language.date(when),
        place=_in_words(when, where, language),
    )
    own = language.code.partition("-")[0] == language.label_code.partition("-")[0]
    lang = "" if own else f' lang="{language.label_code}"'
    turned = language.direction == "rtl"
    parts = (
        _AXIS,
        _mark(when, where, turned),
        _label(_START, escape(language.short_date(start)), turned),
        _label(_END, escape(language.short_date(end)), turned),
        _outside(where, language, turned),
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(words)}"{lang}>{"".join(parts)}</svg>'
    )


def _ends(span: When) -> tuple[Point, Point]:
    """The ends that are written below the line: of a year its months, of a month its days."""
    if span.end:
        return span.start, span.end
    if len(span.start) == 1:
        return (*span.start, 1), (*span.start, 12)
    first, after = days(span)
    return (*span.start[:2], 1), (*span.start[:2], after - first)


def _in_words(when: When, where: Place, language: Language) -> str:
    before, after = language.labels["before"], language.labels["after"]
    if where.is_before or where.is_after:
        return before if where.is_before else after
    if _is_dot(when, where):
        return language.percent((where.begin + where.end) / 2)
    begin = before if where.begin < 0 else language.percent(where.begin)
    end = after if where.end > 1 else language.percent(where.end)
    return f"{begin} – {end}"


def _is_dot(when: When, where: Place) -> bool:
    """Whether a date is drawn as a point: a day is, and what would make a very short bar."""
    return when.precision == "day" or (where.end - where.begin) * (_END - _START) < _BAR


def _mark(when: When, where: Place, turned: bool) -> str:
    """A dot for a short time, a bar for a long one, and arrows to what lies outside the span."""
    arrows = (_arrow(_START, -1, turned) if where.begin < 0 else "") + (
        _arrow(_END, 1, turned) if where.end > 1 else ""
    )
    if where.is_before or where.is_after:
        return arrows
    begin, end = _at(max(where.begin, 0)), _at(min(where.end, 1))
    if _is_dot(when, where):
        x = _x((begin + end) / 2, turned)
        return (
            f'{arrows}<circle class="mark" cx="{x:g}" cy="{_LINE}" r="{_DOT}" fill="currentColor"/>'
        )
    left = _x(end if turned else begin, turned)
    return (
        f'{arrows}<rect class="mark" x="{left:g}" y="{_LINE - _BAR / 2:g}" '
        f'width="{round(end - begin, 1):g}" height="{_BAR}" rx="{_BAR / 2:g}" fill="currentColor"/>'
    )


def _arrow(end: int, towards: int, turned: bool) -> str:
    foot, tip = _x(end + 6 * towards, turned), _x(end + 15 * towards, turned)
    return (
        f'<path class="mark" fill="currentColor" '
        f'd="M{tip:g} {_LINE}L{foot:g} {_LINE - 6}V{_LINE + 6}z"/>'
    )


def _outside(where: Place, language: Language, turned: bool) -> str:
    """The word above an arrow that stands alone."""
    if where.is_before:
        return _label(_START, escape(language.labels["before"]), turned, _LINE - 10)
    if where.is_after:
        return _label(_END, escape(language.labels["after"]), turned, _LINE - 10)
    return ""


def _label(end: int, text: str, turned: bool, y: int = _LINE + 21) -> str:
    """A text at an end of the line, in the drawing's corner rather than around that end."""
    corner = _x(3 if end == _START else _WIDTH - 3, turned)
    anchor = ' text-anchor="end"' if corner > _WIDTH / 2 else ""
    text = f"\u2068{text}\u2069" if turned else text  # a date reads in its own direction
    return (
        f'<text x="{corner:g}" y="{y}"{anchor} font-size="{_FONT}" fill="currentColor">'
        f"{text}</text>"
    )


def _at(share: float) -> float:
    return _START + share * (_END - _START)


def _x(x: float, turned: bool) -> float:
    return round(_WIDTH - x if turned else x, 1)
