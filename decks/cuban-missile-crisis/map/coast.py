"""Coastlines and the projection in which the maps show them.

The projection is azimuthal and equidistant around the centre of each frame: every distance and
direction from there is true, so that the range of a missile is a circle. They are geodesics on the
WGS84 ellipsoid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from geographiclib.geodesic import Geodesic

MILE = 1852.0  # metres in a nautical mile

Point = tuple[float, float]


def miles(start: Point, end: Point) -> float:
    """Nautical miles between two latitudes and longitudes in degrees."""
    return float(Geodesic.WGS84.Inverse(*start, *end)["s12"]) / MILE


class Frame(NamedTuple):
    """A part of a drawing, in its units, and the map in it.

    `centre` is a latitude and longitude in degrees, `at` its place, `scale` nautical miles a unit.
    `finest` is how many units an outline may be off; islands of less than a few such are left out.
    """

    centre: Point
    at: Point
    scale: float
    left: float
    top: float
    width: float
    height: float
    finest: float = 0.3

    def place(self, latitude: float, longitude: float) -> Point:
        """Where a place on Earth lies in the drawing."""
        line = Geodesic.WGS84.Inverse(*self.centre, latitude, longitude)
        distance = line["s12"] / MILE / self.scale
        direction = math.radians(line["azi1"])
        x, y = self.at
        return x + distance * math.sin(direction), y - distance * math.cos(direction)

    def land(self, topology: dict[str, Any]) -> str:
        """The land of the frame as the commands of an SVG path."""
        parts = []
        for ring in rings(topology):
            shape = clipped([self.place(latitude, longitude) for longitude, latitude in ring], self)
            shape = simplified(shape, self.finest) if shape else []
            if len(shape) > 3 and _size(shape) > 4 * self.finest:
                parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shape) + "Z")
        return "".join(parts)


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


def _size(shape: list[Point]) -> float:
    """How wide or high a shape is, whichever is more."""
    return max(max(axis) - min(axis) for axis in zip(*shape, strict=True))
