"""Coastlines and the projection in which the maps show them.

The projection is azimuthal and equidistant around the centre of each frame: every distance and
direction from there is true, so that the range of a missile is a circle. They are geodesics on the
WGS84 ellipsoid.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from geographiclib.geodesic import Geodesic

from outlines import Edges, Point, Topology, arcs, clipped, needed, path, rings, size

MILE = 1852.0  # metres in a nautical mile
AROUND = 3  # units around a frame to which outlines are drawn, so that no stroke shows at its edge


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

    def land(self, topology: Topology) -> str:
        """The land of the frame as the commands of an SVG path."""
        edges = Edges(
            self.left - AROUND, self.top - AROUND,
            self.left + self.width + AROUND, self.top + self.height + AROUND,
        )  # fmt: skip
        lines = arcs(topology)
        shapes = []
        for geometry in topology["objects"]["land"]["geometries"]:
            for ring in rings(geometry, lines):
                placed = [self.place(latitude, longitude) for longitude, latitude in ring]
                shape = clipped(placed, edges)
                shape = [shape[at] for at in needed(shape, self.finest)] if shape else []
                if len(shape) > 3 and size(shape) > 4 * self.finest:
                    shapes.append(shape)
        return path(shapes)
