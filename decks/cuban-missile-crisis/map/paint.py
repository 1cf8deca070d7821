"""What the maps are made of: colours, signs, and words of a known length.

A picture on a card cannot see the card's style sheet, and looks the same by day and at night. The
colours are therefore those of a printed map: neither white nor dark, with an edge of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coast import Frame

    from outlines import Point

FONT = '-apple-system, "Segoe UI", Roboto, "Noto Sans", system-ui, sans-serif'
"""What the cards use for labels and captions."""

SEA, LAND, EDGE = "#cfdde5", "#efe9da", "#8496a3"
INK, WATER, SOVIET, AMERICAN = "#1d2733", "#35566b", "#9c2f1f", "#1d5a86"

STYLE = f"""
.sea {{ fill: {SEA} }} .land {{ fill: {LAND}; stroke: {EDGE}; stroke-width: .6 }}
.paper {{ fill: {LAND} }} .frame {{ fill: none; stroke: {EDGE} }}
.paper.frame {{ fill: {LAND} }} .bar {{ fill: none; stroke: {INK} }}
.ring {{ fill-opacity: .06; stroke-width: 1.5 }} .way {{ stroke-width: 1; stroke-dasharray: 2 2 }}
.soviet {{ fill: {SOVIET}; stroke: {SOVIET} }} .american {{ fill: {AMERICAN}; stroke: {AMERICAN} }}
.sign {{ stroke: {LAND}; paint-order: stroke; stroke-width: 2; stroke-linejoin: round }}
.open {{ fill: {LAND}; stroke: {SOVIET}; stroke-width: 1.6 }}
.cross {{ fill: none; stroke: {INK}; stroke-width: 2.2 }}
.place {{ fill: {INK} }}
text {{ font-family: {FONT}; fill: {INK}; stroke: {LAND}; stroke-opacity: .8;
  stroke-width: 2.5; stroke-linejoin: round; paint-order: stroke }}
.head {{ font-weight: 600 }} .head, .plain {{ stroke: none }}
.water {{ font-style: italic; fill: {WATER}; stroke: none }}
"""

_DOT = "M-{0} 0a{0} {0} 0 1 0 {1} 0a{0} {0} 0 1 0-{1} 0z"
SIGNS = {
    "place": ("place", _DOT.format(2.6, 5.2)),
    "base-soviet": ("soviet", _DOT.format(3, 6)),
    "base-american": ("american", _DOT.format(3, 6)),
    # Each kind of place in Cuba has a shape of its own, so that nobody needs the colours.
    "mrbm": ("soviet", "M0-5 4.8 3.6H-4.8z"),
    "irbm": ("open", "M0-4.6 4.6 0 0 4.6-4.6 0z"),
    "bombers": (
        "soviet",
        "M0-6 1-4V-2L6 1V3L1 2V4L3 5V6L0 5-3 6V5L-1 4V2L-6 3V1L-1-2V-4z",
    ),
    "port": ("place", "M-3.3-3.3H3.3V3.3H-3.3z"),
    "lost": ("cross", "M-3.4-3.4 3.4 3.4M3.4-3.4-3.4 3.4"),
    "us-base": (
        "american",
        "M0-5.4 1.3-1.8 5.1-1.7 2.1.7 3.2 4.4 0 2.2-3.2 4.4-2.1.7-5.1-1.7-1.3-1.8z",
    ),
    "capital": ("place", _DOT.format(1.8, 3.6) + "M-4.3 0a4.3 4.3 0 1 0 8.6 0a4.3 4.3 0 1 0-8.6 0"
                "m1.3 0a3 3 0 1 1 6 0a3 3 0 1 1-6 0z"),
}  # fmt: skip
"""Look and outline, around nothing."""


class Words(NamedTuple):
    """A label: its lines, the first one's baseline, and where they begin, are centred or end.

    `at` is a place in the drawing, or how far away from a sign.
    """

    lines: Sequence[str]
    at: Point
    anchor: str = "start"
    size: float = 12.5
    look: str = ""

    def moved(self, start: Point) -> Words:
        """The label of the sign that stands there."""
        return self._replace(at=(start[0] + self.at[0], start[1] + self.at[1]))


class Spot(NamedTuple):
    """A place on Earth, its sign, and its label. What is asked for is covered with the label."""

    where: Point
    sign: str
    words: Words


WIDTHS = {
    "ijlí.,:’ ": 0.26, "ftIİ-": 0.35, "r": 0.41, "csz": 0.48, "kvxyFL": 0.52,
    "aáeSTEYZ0123456789": 0.56, "ABCKPR": 0.63, "DGHNUO": 0.74, "w": 0.79, "mMW": 0.92,
}  # fmt: skip
"""How wide letters are in Noto Sans, in parts of the size; the others are like an o."""


def length(line: str, size: float, *, bold: bool = False) -> int:
    """How long a line is drawn in any font, in whole units."""
    known = {letter: width for letters, width in WIDTHS.items() for letter in letters}
    return round(sum(known.get(letter, 0.61) for letter in line) * size * (1.06 if bold else 1))


def text(words: Words, key: str = "") -> str:
    """Words in lines, each of a length that does not depend on the font."""
    x, y = words.at
    lines = []
    for at, line in enumerate(words.lines):
        long = length(line, words.size, bold=words.look == "head")
        left = x - {"start": 0, "middle": long / 2, "end": long}[words.anchor]
        place = f'x="{left:.1f}" y="{y + at * words.size * 1.12:.1f}" textLength="{long}"'
        lines.append(f'<tspan {place} lengthAdjust="spacingAndGlyphs">{line}</tspan>')
    start = f'<text id="{key}"' if key else "<text"
    look = f' class="{words.look}"' if words.look else ""
    return f'{start}{look} font-size="{words.size}">{"".join(lines)}</text>'


def sign(kind: str, place: Point, key: str = "") -> str:
    """A sign that stands somewhere in the drawing."""
    look, outline = SIGNS[kind]
    known = f' id="{key}"' if key else ""
    x, y = place
    return (
        f'<path{known} class="{look} sign" transform="translate({x:.2f} {y:.2f})" d="{outline}"/>'
    )


def spot(frame: Frame, key: str, it: Spot) -> list[str]:
    """A place on the map, and its label."""
    place = frame.place(*it.where)
    return [sign(it.sign, place, key), text(it.words.moved(place), f"name-{key}")]


def ring(frame: Frame, reach: float, look: str, key: str, dashes: str = "") -> str:
    """A circle as many nautical miles around the frame's centre."""
    x, y = frame.at
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    where = f'cx="{x}" cy="{y}" r="{reach / frame.scale:.2f}"'
    return f'<circle id="{key}" class="ring {look}" {where}{dashed}/>'


def box(frame: Frame, look: str) -> str:
    """A rectangle as large as a frame."""
    size = f'x="{frame.left}" y="{frame.top}" width="{frame.width}" height="{frame.height}"'
    return f'<rect class="{look}" {size}/>'


def outline(inner: Frame, frame: Frame) -> str:
    """Where on a map another one lies that shows more of it."""
    share = inner.scale / frame.scale
    (x, y), (inner_x, inner_y) = frame.place(*inner.centre), inner.at
    left, top = x + (inner.left - inner_x) * share, y + (inner.top - inner_y) * share
    size = f'width="{inner.width * share:.1f}" height="{inner.height * share:.1f}"'
    return f'<rect class="frame" x="{left:.1f}" y="{top:.1f}" {size}/>'


def scale(frame: Frame, miles: int, start: Point) -> str:
    """A line as long as so many nautical miles, and their number above it."""
    (x, y), long = start, miles / frame.scale
    words = Words([f"{miles} nautical miles"], (x, y - 6), "start", 11.5, "plain")
    return f'<path class="bar" d="M{x} {y - 3}v3h{long:.1f}v-3"/>' + text(words)


def part(frame: Frame, key: str, inside: Sequence[str]) -> list[str]:
    """What lies in a frame, cut off at its edges."""
    clip = f'<clipPath id="{key}">{box(frame, "sea")}</clipPath><g clip-path="url(#{key})">'
    return [clip, box(frame, "sea"), *inside, "</g>", box(frame, "frame")]


def picture(width: float, height: float, title: str, inside: Sequence[str]) -> str:
    """A whole SVG."""
    size = f'viewBox="0 0 {width} {height}" width="{width * 2.5:g}" height="{height * 2.5:g}"'
    edge = f'<rect class="frame" x=".5" y=".5" width="{width - 1}" height="{height - 1}"/>'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *inside,
        edge,
        "</svg>\n",
    ]
    return "\n".join(parts)
