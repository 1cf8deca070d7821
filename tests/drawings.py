"""What the tests of the decks' pictures share: the scripts that draw them, and how SVG is read."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

SVG = "{http://www.w3.org/2000/svg}"

Point = tuple[float, float]


def script(deck: Path) -> ModuleType:
    """The script that lives with a deck. It finds its own modules, and those of tools/."""
    spec = importlib.util.spec_from_file_location("draw", deck / "map" / "draw.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(deck / "map"))
        patch.setattr(sys, "dont_write_bytecode", True)
        spec.loader.exec_module(module)
    return module


def outlines(path: str) -> list[list[Point]]:
    """The closed lines of an SVG path."""
    return [
        [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", part)]
        for part in path.split("Z")
        if part
    ]


def inside(place: Point, shapes: list[list[Point]]) -> bool:
    """Whether a place lies in outlines. What lies in two of them lies in a hole."""
    x, y = place
    crossed = 0
    for points in shapes:
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], *points[:1]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossed += 1
    return crossed % 2 == 1


def contrast(one: str, other: str) -> float:
    """Of two colours (WCAG 2): from 1 to 21."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def light(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
