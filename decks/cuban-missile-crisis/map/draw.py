"""Draws ../media/reach.svg: how far the missiles in Cuba reached, by Kennedy's address.

The coastlines are Natural Earth's (public domain) in the TopoJSON of the npm package world-atlas:

    npm install --prefix atlas world-atlas@2.0.2
    pip install geographiclib
    python draw.py atlas/node_modules/world-atlas/land-50m.json

The projection is azimuthal and equidistant around Havana: every distance from there is true, so
that the reach of a missile is a circle. Distances and directions are geodesics on the WGS84
ellipsoid. Havana lies between the sites in the west and in the middle of the island.

From the address of October 22, 1962: medium-range missiles carry "more than 1,000 nautical miles",
to Washington, the Panama Canal, Cape Canaveral and Mexico City; intermediate-range ones "more than
twice as far", as far north as Hudson Bay and as far south as Lima.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from geographiclib.geodesic import Geodesic

TARGET = Path(__file__).parent.parent / "media" / "reach.svg"
MILE = 1852.0  # metres in a nautical mile

Point = tuple[float, float]


class Frame(NamedTuple):
    """A part of the drawing, in its units, and the map in it.

    `centre` is a latitude and longitude in degrees, `at` its place, `scale` nautical miles a unit.
    """

    centre: Point
    at: Point
    scale: float
    left: float
    top: float
    width: float
    height: float

    def place(self, latitude: float, longitude: float) -> Point:
        """Where a place on Earth lies in the drawing."""
        line = Geodesic.WGS84.Inverse(*self.centre, latitude, longitude)
        distance = line["s12"] / MILE / self.scale
        direction = math.radians(line["azi1"])
        x, y = self.at
        return x + distance * math.sin(direction), y - distance * math.cos(direction)


WIDTH, HEIGHT = 360, 372
AMERICAS = Frame((23.137, -82.359), (174, 186), 13.0, 0, 0, WIDTH, HEIGHT)
TURKEY = Frame((38.513, 27.010), (42, 335), 15.0, 6, 286, 116, 80)

RINGS = {"mrbm": 1000, "irbm": 2000}  # nautical miles
PLACES = {
    "Washington, D.C.": (38.895, -77.036),
    "Cape Canaveral": (28.456, -80.528),
    "Mexico City": (19.433, -99.133),
    "Panama Canal": (9.08, -79.68),
    "Hudson Bay": (55.27, -83.0),  # a point of its southern shore
    "Lima": (-12.046, -77.043),
}
# Where the left end of each name lies from its dot, and how long it is in any font: the regions
# of a card that covers the names fit them.
NAMES = {
    "Washington, D.C.": (6, -1, 104),
    "Cape Canaveral": (7, 4, 94),
    "Mexico City": (-44, 17, 72),
    "Panama Canal": (8, 10, 87),
    "Hudson Bay": (-37, -9, 74),
    "Lima": (-36, 5, 29),
}

STYLE = """
.sea { fill: #d3e1ea } .land { fill: #f6f1e4; stroke: #8d9aa5; stroke-width: .5 }
.reach { fill: #9c2f1f; fill-opacity: .1; stroke: #9c2f1f; stroke-width: 1.6 }
#irbm { stroke-dasharray: 5 3 }
.box { fill: none; stroke: #4a5663 }
.place { fill: #1d2733 } .base { fill: #9c2f1f }
text { font: 13px Arial, Helvetica, "Liberation Sans", "Noto Sans", sans-serif; fill: #1d2733;
  stroke: #f6f1e4; stroke-width: 3px; stroke-linejoin: round; paint-order: stroke }
.far { font-size: 12px; fill: #84220f; font-weight: bold } .small { font-size: 11.5px }
"""


def rings(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """The outlines of all land as longitudes and latitudes, from TopoJSON."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"]
        for polygon in polygons if geometry["type"] == "MultiPolygon" else [polygons]:
            for ring in polygon:
                points = []
                for at in ring:
                    points += (arcs[at] if at >= 0 else arcs[~at][::-1])[bool(points) :]
                yield points


def clipped(points: list[Point], frame: Frame, margin: float = 3) -> list[Point]:
    """The part of an outline inside a frame and a little around it (Sutherland and Hodgman)."""
    edges = (
        (0, frame.left - margin, 1), (0, frame.left + frame.width + margin, -1),
        (1, frame.top - margin, 1), (1, frame.top + frame.height + margin, -1),
    )  # fmt: skip
    for axis, edge, sign in edges:
        kept: list[Point] = []
        for one, other in zip(points, [*points[1:], *points[:1]], strict=True):
            inside = [(point[axis] - edge) * sign >= 0 for point in (one, other)]
            if inside[0]:
                kept.append(one)
            if inside[0] != inside[1]:
                share = (edge - one[axis]) / (other[axis] - one[axis])
                x, y = (a + share * (b - a) for a, b in zip(one, other, strict=True))
                kept.append((x, y))
        points = kept
        if not points:
            break
    return points


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """An outline without the points that lie on a line between others, nearly (Douglas-Peucker)."""
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        (x1, y1), (x2, y2) = points[first], points[last]
        length = math.hypot(x2 - x1, y2 - y1)
        widest, at = tolerance, 0
        for n in range(first + 1, last):
            x, y = points[n]
            if length:
                off = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length
            else:
                off = math.hypot(x - x1, y - y1)
            if off > widest:
                widest, at = off, n
        if at:
            keep.add(at)
            waiting += [(first, at), (at, last)]
    return [points[n] for n in sorted(keep)]


def land(frame: Frame, topology: dict[str, Any]) -> str:
    """The land of a frame as the commands of an SVG path."""
    parts = []
    for ring in rings(topology):
        shape = clipped([frame.place(latitude, longitude) for longitude, latitude in ring], frame)
        shape = simplified(shape, 0.3) if shape else []
        if len(shape) > 3:
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shape) + "Z")
    return "".join(parts)


def name(place: str) -> str:
    """The name of a place, as an element."""
    (x, y), (dx, dy, length) = AMERICAS.place(*PLACES[place]), NAMES[place]
    return f'<text x="{x + dx:.1f}" y="{y + dy:.1f}" textLength="{length}">{place}</text>'


def text(x: float, y: float, words: Iterable[str], anchor: str, look: str) -> str:
    """Words in lines."""
    lines = "".join(
        f'<tspan x="{x:.1f}" y="{y + 13.5 * at:.1f}">{line}</tspan>'
        for at, line in enumerate(words)
    )
    return f'<text text-anchor="{anchor}" class="{look}">{lines}</text>'


def dot(frame: Frame, place: Point, look: str, key: str) -> str:
    """A place on Earth as a dot."""
    x, y = frame.place(*place)
    return f'<circle id="{key}" class="{look}" cx="{x:.2f}" cy="{y:.2f}" r="2.6"/>'


def drawing(topology: dict[str, Any]) -> str:
    """The whole picture as SVG."""
    x, y = AMERICAS.at
    box = TURKEY
    inset = f'x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}" rx="3"'
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH * 2}" height="{HEIGHT * 2}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>Reach of the missiles in Cuba by Kennedy’s address of October 22, 1962</title>",
        f"<style>{STYLE}</style>",
        f'<clipPath id="inset"><rect {inset}/></clipPath>',
        f'<rect class="sea" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<path class="land" d="{land(AMERICAS, topology)}"/>',
    ]
    for missile, miles in RINGS.items():
        radius = miles / AMERICAS.scale
        parts.append(f'<circle id="{missile}" class="reach" cx="{x}" cy="{y}" r="{radius:.2f}"/>')
    parts.append(dot(AMERICAS, AMERICAS.centre, "base", "havana"))
    parts.append(text(x - 6, y + 1, ["Havana"], "end", "small"))
    for place, where in PLACES.items():
        key = place.split(",")[0].lower().replace(" ", "-")
        parts += [dot(AMERICAS, where, "place", key), name(place)]
    parts += [
        text(255, 193, ["MRBM: more", "than 1,000", "nautical miles"], "start", "far"),
        text(355, 32, ["IRBM: more", "than twice", "as far"], "end", "far"),
        f'<g clip-path="url(#inset)"><rect class="sea" {inset}/>',
        f'<path class="land" d="{land(TURKEY, topology)}"/>',
        dot(TURKEY, TURKEY.centre, "base", "cigli"),
        f"</g><rect class='box' {inset}/>".replace("'", '"'),
        text(box.left + 5, box.top + 13, ["Turkey: U.S. Jupiters"], "start", "small"),
        text(TURKEY.at[0] + 6, TURKEY.at[1] + 14, ["near İzmir"], "start", "small"),
        "</svg>\n",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    made = drawing(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    TARGET.write_text(made, encoding="utf-8")
