"""Where a date lies in a deck's span: a small drawing, made from these two alone.

The drawing is SVG without scripts. Its width is the card's, so what lies along the line is in per
cent and the letters keep their size on a telephone; colours and heights are the style sheet's. Time
runs as the language is written: from right to left in Arabic.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import NamedTuple

from ..format.dates import When, days
from ..format.language import Language
from .markup import literal

LABELS = frozenset({"timeline", "before", "first-third", "middle-third", "last-third", "after"})
"""The names of the words in the drawing and in its text alternative."""

_EDGE = 6  # per cent at each end of the line, for what lies outside the span
_DOT = 0.1  # a date that takes less of the span than this is drawn as a dot, at its middle
_SPECK = 0.02  # so is what is long by its nature, as a span is, where a bar could not be seen
_SOFT = (
    ' style="fill-opacity: 0.5; stroke: var(--accent); stroke-opacity: 0.25; stroke-width: 10px"'
)


class Place(NamedTuple):
    """What a date takes of a line that is 100 long; `start` and `end` are one where it is a dot.

    The span itself lies between `_EDGE` and `100 - _EDGE`; what is outside lies before or behind.
    """

    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def drawing(span: When, language: Language) -> Callable[[When, bool], str]:
    """What draws dates on the timeline of a deck, named or not; each date is drawn once."""
    return lru_cache(maxsize=None)(lambda when, named: draw(span, when, language, named=named))


def draw(span: When, when: When, language: Language, *, named: bool = True) -> str:
    """The timeline of a date as HTML. `named` is false where the card itself says the date."""
    at = place(span, when)
    zones = _zones(at)
    outside = zones[0] if zones in (("before",), ("after",)) else ""
    return (
        f'<svg role="img" width="100%" lang="{language.label_code}"'
        f' aria-label="{literal(_in_words(span, when, zones, language), quote=True)}">'
        f"{_bar('outside', 0, 100, language)}"
        f"{_bar('span', _EDGE, 100 - _EDGE, language)}"
        f"{_mark(at, bool(outside), '' if outside else _soft(when), language)}"
        f'<g lang="{language.code}">{_texts(span, when if named else None, at, outside, language)}'
        "</g></svg>"
    )


def place(span: When, when: When) -> Place:
    """Where a date lies. Days count whole: a span ends with the end of its last day."""
    first, after = days(span)
    start, end = ((day - first) / (after - first) for day in days(when))
    known = when.start or when.end
    is_date = known and known.years == 1 and not (when.start and when.end)
    if end - start < (_DOT if is_date else _SPECK):
        start = end = (start + end) / 2
    # What ends where the span begins lies before it.
    return Place(_along(start if start < 1 else 2), _along(end if end > 0 else -1))


def _along(share: float) -> float:
    """Per cent of the line for a share of the span; all that is outside stands at one place."""
    if share < 0:
        return _EDGE / 2
    if share > 1:
        return 100 - _EDGE / 2
    return round(_EDGE + share * (100 - 2 * _EDGE), 2)


def _zones(at: Place) -> tuple[str, ...]:
    """In which parts of the line a date begins and ends; one name where that is the same part."""
    return tuple(dict.fromkeys(map(_zone, at)))


def _zone(edge: float) -> str:
    if edge < _EDGE:
        return "before"
    if edge > 100 - _EDGE:
        return "after"
    third = (100 - 2 * _EDGE) / 3
    return ("first-third", "middle-third", "last-third")[min(2, int((edge - _EDGE) / third))]


def _in_words(span: When, when: When, zones: tuple[str, ...], language: Language) -> str:
    """The text alternative, in the language of the labels as a whole, its dates included."""
    words = " – ".join(language.labels[zone] for zone in zones)
    dates = (language.brief_date(date, labels=True) for date in (span, when))
    return "{}, {}. {}: {}".format(language.labels["timeline"], *dates, words)


def _soft(when: When) -> str:
    """How that looks which nobody knows for certain; older style sheets of learners lack it."""
    unsure = when.missing == "?" or any(point and point.mark for point in when[:2])
    return _SOFT if unsure else ""


def _bar(name: str, start: float, end: float, language: Language, look: str = "") -> str:
    left = 100 - end if language.direction == "rtl" else start
    return f'<rect class="{name}" x="{left:g}%" width="{end - start:g}%"{look}/>'


def _mark(at: Place, outside: bool, look: str, language: Language) -> str:
    if at.start < at.end:
        return _bar("when", *at, language, look)
    name = "when outside" if outside else "when"
    return f'<circle class="{name}" cx="{_x(at.middle, language)}"{look}/>'


def _texts(span: When, when: When | None, at: Place, outside: str, language: Language) -> str:
    """The date above its mark, and the ends of the span below the line."""
    above = []
    if when:
        above.append(escape(language.date(when)))
    if outside:
        word = literal(language.labels[outside], quote=True)
        above.append(f'<tspan lang="{language.label_code}">{word}</tspan>')
    texts = [_text("when", at.middle, "1em", " · ".join(above), language)] if above else []
    places = (_EDGE, 100 - _EDGE) if span.end else (50,)
    across = bool(span.start and span.start.parts[0] < 1)
    for x, point in zip(places, span[:2], strict=False):
        assert point
        date = language.short_date(point, era=across)
        texts.append(_text("", x, "3.6em", escape(date), language))
    return "".join(texts)


def _text(name: str, at: float, y: str, content: str, language: Language) -> str:
    """A text that stays within the line: near an end it begins or ends there.

    `start` and `end` are those of the direction of writing.
    """
    anchor, x = ("start", _EDGE) if at < 30 else ("end", 100 - _EDGE) if at > 70 else ("middle", at)
    classed = f' class="{name}"' if name else ""
    return f'<text{classed} x="{_x(x, language)}" y="{y}" text-anchor="{anchor}">{content}</text>'


def _x(at: float, language: Language) -> str:
    return f"{100 - at if language.direction == 'rtl' else at:g}%"
