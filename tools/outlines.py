"""Outlines for the maps of the decks: read from TopoJSON, cut, simplified, and written as SVG.

Scripts of a deck import this: PYTHONPATH=tools python decks/…/map/draw.py
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Point = tuple[float, float]
Topology = dict[str, Any]
"""TopoJSON, read: https://github.com/topojson/topojson-specification"""


class Edges(NamedTuple):
    """A part of a drawing, in its units."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point) -> bool:
        x, y = point
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def arcs(topology: Topology) -> list[list[Point]]:
    """All lines of which outlines are made, as longitudes and latitudes in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        lines.append(points)
    return lines


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """The rings of each polygon, as the numbers of their lines: n, or ~n for one from its end."""
    found: list[list[list[int]]] = geometry["arcs"]
    return found if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def rings(geometry: dict[str, Any], lines: list[list[Point]]) -> Iterator[list[Point]]:
    """The closed outlines of a geometry, made of lines in whatever coordinates these have."""
    for polygon in polygons(geometry):
        for ring in polygon:
            points: list[Point] = []
            for at in ring:
                points += (lines[at] if at >= 0 else lines[~at][::-1])[bool(points) :]
            yield points


def clipped(points: list[Point], part: Edges) -> list[Point]:
    """The part of an outline between four edges (Sutherland and Hodgman)."""
    edges = ((0, part.left, 1), (0, part.right, -1), (1, part.top, 1), (1, part.bottom, -1))
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


def needed(points: list[Point], tolerance: float) -> list[int]:
    """Which points of a line to keep, so that none is farther off (Douglas-Peucker)."""
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
    return sorted(keep)


def size(shape: list[Point]) -> float:
    """How wide or high a shape is, whichever is more."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def path(shapes: Iterable[list[Point]]) -> str:
    """Closed outlines as the commands of an SVG path."""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shape) + "Z" for shape in shapes)
