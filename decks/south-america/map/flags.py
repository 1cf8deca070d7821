"""Flags, drawn as the laws describe them.

Only flags that a law describes to the last line are here. Its colours are those of its words, such
as "turquoise blue"; which one of a screen comes nearest, nobody has laid down but for Bolivia.

- Bolivia: Supreme Decree 241 of August 5, 2009, articles 5 and 8: equal stripes, 7.5 by 11. Offices
  of the state add the coat of arms (article 9).
- Chile: Supreme Decree 1534 of October 18, 1967: 2 by 3; white above, red below, at the hoist a
  blue square as high as the white; the star stands in a circle half as wide as the square.
- Colombia: Decree 861 of May 17, 1924, articles 1 and 2: yellow takes half the height, blue and red
  a quarter each; 2 by 3.
- Peru: Decree-Law 11323 of March 31, 1950: three equal upright stripes, 2 by 3, without the arms;
  with them it is the flag of the state (pabellón nacional).
- Suriname: Decree of November 24, 1975, as the government's page on the flag has it: 2 by 3;
  stripes 2, 1, 4, 1, 2; the star stands in a circle with the green stripe's height for its radius,
  as far from the red stripe's upper edge as from its lower one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

HIGH = 300.0  # units, of every flag
EDGE = "#74868f"


class Stripe(NamedTuple):
    """A stripe across the whole flag: its colour, and how high or wide it is, in equal parts."""

    colour: str
    parts: float = 1


class Star(NamedTuple):
    """A star with five points, one of them at the top. `radius` is that of the circle around it."""

    colour: str
    x: float
    y: float
    radius: float


class Flag(NamedTuple):
    """A flag from back to front. `long` is its length, where its height is 1."""

    long: float
    stripes: Sequence[Stripe]
    upright: bool = False
    canton: str = ""
    star: Star | None = None


_UNIT = HIGH / 10
_LOWEST = math.cos(math.radians(36))  # how far below the middle a star ends, in radii

FLAGS = {
    "Bolivia": Flag(11 / 7.5, [Stripe("#d52b1e"), Stripe("#f9e300"), Stripe("#007a33")]),
    "Chile": Flag(
        3 / 2,
        [Stripe("#ffffff"), Stripe("#d52b1e")],
        canton="#0039a6",
        star=Star("#ffffff", HIGH / 4, HIGH / 4, HIGH / 8),
    ),
    "Colombia": Flag(3 / 2, [Stripe("#fcd116", 2), Stripe("#003893"), Stripe("#ce1126")]),
    "Peru": Flag(
        3 / 2, [Stripe("#d91023"), Stripe("#ffffff"), Stripe("#d91023")], upright=True
    ),
    "Suriname": Flag(
        3 / 2,
        [Stripe("#377e3f", 2), Stripe("#ffffff"), Stripe("#b40a2d", 4), Stripe("#ffffff"),
         Stripe("#377e3f", 2)],
        star=Star("#ecc81d", HIGH * 3 / 4, HIGH / 2 + _UNIT * (1 - _LOWEST), 2 * _UNIT),
    ),
}  # fmt: skip


def flag(it: Flag) -> str:
    """A flag as SVG, with a thin line around it, so that white ends somewhere on a white card."""
    wide = HIGH * it.long
    size = f'viewBox="0 0 {wide:g} {HIGH:g}" width="{wide:g}" height="{HIGH:g}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', "<title>A flag</title>"]
    whole, done = sum(stripe.parts for stripe in it.stripes), 0.0
    for colour, share in it.stripes:
        across = wide if it.upright else HIGH
        start, much = done / whole * across, share / whole * across
        x, y, width, height = (start, 0, much, HIGH) if it.upright else (0, start, wide, much)
        parts.append(_box(x, y, width, height, colour))
        done += share
    if it.canton:
        parts.append(_box(0, 0, HIGH / 2, HIGH / 2, it.canton))
    if it.star:
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners(it.star))
        parts.append(f'<polygon points="{points}" fill="{it.star.colour}"/>')
    edge = f'width="{wide - 2:g}" height="{HIGH - 2:g}" fill="none" stroke="{EDGE}"'
    parts.append(f'<rect x="1" y="1" {edge} stroke-width="2"/>')
    return "\n".join([*parts, "</svg>\n"])


def corners(star: Star) -> list[tuple[float, float]]:
    """The ten corners of a star whose edges go on in straight lines to the next but one point."""
    inner = star.radius * (3 - math.sqrt(5)) / 2
    found = []
    for at in range(10):
        far, turn = (inner if at % 2 else star.radius), math.radians(36 * at)
        found.append((star.x + far * math.sin(turn), star.y - far * math.cos(turn)))
    return found


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    where = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {where} fill="{colour}"/>'
