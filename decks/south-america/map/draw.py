"""Draws the pictures of the deck into ../media: a map for every country, and the flags.

    PYTHONPATH=tools python decks/south-america/map/draw.py

A picture on a card cannot see the card's style sheet, and looks the same by day and at night. The
colours are therefore those of a printed map: neither white nor dark, with an edge of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from borders import HEIGHT, PICTURE, WIDTH, read, shapes
from flags import EDGE, FLAGS, flag

from outlines import Edges, Point, clipped, path

TARGET = Path(__file__).parent.parent / "media"
COUNTRIES = (
    "Argentina", "Bolivia", "Brazil", "Chile", "Colombia", "Ecuador", "Guyana", "Paraguay", "Peru",
    "Suriname", "Uruguay", "Venezuela",
)  # fmt: skip
"""The sovereign states of the continent, as Natural Earth names them."""

SEA, LAND, BEYOND, ASKED = "#cfdde5", "#efe9da", "#d3d4cb", "#b5401f"
STYLE = f"""
path {{ stroke: {EDGE}; stroke-width: .8; stroke-linejoin: round }}
.beyond {{ fill: {BEYOND} }} .country {{ fill: {LAND} }}
.asked {{ fill: {ASKED}; stroke: {LAND} }}
"""
AROUND = Edges(PICTURE.left - 3, PICTURE.top - 3, PICTURE.right + 3, PICTURE.bottom + 3)


def land(look: str, outlines: Sequence[list[Point]]) -> str:
    """Outlines that look alike, and no farther than the picture."""
    inside = (clipped(outline, AROUND) for outline in outlines)
    return f'<path class="{look}" d="{path(shape for shape in inside if len(shape) > 2)}"/>'


def country(asked: str, known: dict[str, list[list[Point]]]) -> str:
    """The continent with one country filled, and in grey what is no country of it."""
    beyond = [ring for name in known if name not in COUNTRIES for ring in known[name]]
    others = [ring for name in COUNTRIES if name != asked for ring in known[name]]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH * 2}" height="{HEIGHT * 2}"'
    edge = f'x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" stroke="{EDGE}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>A country of South America</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{SEA}"/>',
        land("beyond", beyond),
        land("country", others),
        land("asked", known[asked]),
        f'<rect {edge} fill="none"/>',
        "</svg>\n",
    ]
    return "\n".join(parts)


def pictures() -> dict[str, str]:
    """All pictures, by the names of their files."""
    known = shapes(read())
    maps = {f"map-{name.lower()}.svg": country(name, known) for name in COUNTRIES}
    return maps | {f"flag-{name.lower()}.svg": flag(it) for name, it in FLAGS.items()}


def main() -> None:
    """Draws all pictures."""
    for name, made in pictures().items():
        (TARGET / name).write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
