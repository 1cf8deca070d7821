"""Borders and coasts of South America, and the projection in which the maps show them.

The projection is Lambert's azimuthal equal-area one: countries are as large as each other on the
map as on Earth.

borders.json holds the outlines, as TopoJSON in hundredths of a degree. They are a part of Natural
Earth (public domain, https://www.naturalearthdata.com/), Admin 0 at 1:50 million, which the npm
package world-atlas brings. This script makes it anew:

    npm install --prefix atlas world-atlas@2.0.2
    PYTHONPATH=tools python decks/south-america/map/borders.py atlas/node_modules/world-atlas
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from outlines import Edges, Point, Topology, arcs, needed, polygons, rings, size

HERE = Path(__file__).parent
CENTRE = (-21.5, -60.5)  # latitude and longitude in degrees
EARTH = 6371.007  # kilometres: the radius of a ball with the Earth's surface
SCALE = 16.4  # kilometres a unit
WIDTH, HEIGHT = 360, 480
AT = (164.6, 237.5)  # where the centre lies in the drawing
PICTURE = Edges(0, 0, WIDTH, HEIGHT)
FINEST = 0.45  # units that an outline may be off; islands smaller than four times that are left out


def place(latitude: float, longitude: float) -> Point:
    """Where a place on Earth lies in the drawing."""
    north, east = math.radians(latitude), math.radians(longitude - CENTRE[1])
    sin0, cos0 = math.sin(math.radians(CENTRE[0])), math.cos(math.radians(CENTRE[0]))
    near = sin0 * math.sin(north) + cos0 * math.cos(north) * math.cos(east)
    stretch = EARTH / SCALE * math.sqrt(2 / (1 + near))
    x = stretch * math.cos(north) * math.sin(east)
    y = stretch * (cos0 * math.sin(north) - sin0 * math.cos(north) * math.cos(east))
    return AT[0] + x, AT[1] - y


def shapes(topology: Topology) -> dict[str, list[list[Point]]]:
    """The outlines of each country in the drawing, by its name in Natural Earth."""
    lines = [[place(y, x) for x, y in line] for line in arcs(topology)]
    return {
        geometry["properties"]["name"]: list(rings(geometry, lines))
        for geometry in topology["objects"]["countries"]["geometries"]
    }


def part(atlas: Topology) -> Topology:
    """What the picture shows of the atlas: its own lines, without points that nobody would see."""
    degrees = arcs(atlas)
    lines = [[place(y, x) for x, y in line] for line in degrees]
    number: dict[int, int] = {}
    geometries: list[dict[str, Any]] = []
    for geometry in atlas["objects"]["countries"]["geometries"]:
        kept = []
        for polygon in polygons(geometry):
            (outline,) = rings({"type": "Polygon", "arcs": polygon[:1]}, lines)
            if any(map(PICTURE.holds, outline)) and size(outline) > 4 * FINEST:
                kept.append(
                    [
                        [number.setdefault(n, len(number)) if n >= 0 else
                         ~number.setdefault(~n, len(number)) for n in ring]
                        for ring in polygon
                    ]
                )  # fmt: skip
        if kept:
            name = {"name": geometry["properties"]["name"]}
            geometries.append({"type": "MultiPolygon", "arcs": kept, "properties": name})
    return {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [_steps([degrees[n][at] for at in needed(lines[n], FINEST)]) for n in number],
    }


def _steps(line: list[Point]) -> list[list[int]]:
    """A line as TopoJSON has it: every point by its distance from the one before."""
    steps, x, y = [], 0, 0
    for longitude, latitude in line:
        to_x, to_y = round(longitude * 100), round(latitude * 100)
        if not steps or (to_x, to_y) != (x, y):
            steps.append([to_x - x, to_y - y])
        x, y = to_x, to_y
    return steps


def read() -> Topology:
    """The outlines that stand beside this script."""
    found: Topology = json.loads((HERE / "borders.json").read_text(encoding="utf-8"))
    return found


def main(atlas: Path) -> None:
    """Writes borders.json, a line for every line on the map."""
    made = part(json.loads((atlas / "countries-50m.json").read_text(encoding="utf-8")))
    lines = made.pop("arcs")
    text = json.dumps(made, separators=(",", ":"), ensure_ascii=False)[:-1] + ',"arcs":[\n'
    text += ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines) + "\n]}\n"
    (HERE / "borders.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
