"""The shipped deck's map, measured with a geodesic library: what it shows is true."""

from __future__ import annotations

import importlib.util
import math
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from geographiclib.geodesic import Geodesic

import written
from conftest import SHIPPED
from crisis_cards.format.kinds.picture import REGIONS

SVG = "{http://www.w3.org/2000/svg}"
MILE = 1852  # metres
HAVANA = (23.137, -82.359)
PLACES = {
    "washington": (38.9, -77.04),
    "cape-canaveral": (28.46, -80.53),
    "mexico-city": (19.43, -99.13),
    "panama-canal": (9.1, -79.7),
    "hudson-bay": (55.3, -83.0),
    "lima": (-12.05, -77.04),
}
REACH = {"mrbm": 1000, "irbm": 2000}


@pytest.fixture(scope="module")
def drawing() -> ElementTree.Element:
    return ElementTree.parse(SHIPPED / "media" / "reach.svg").getroot()


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    """The script that lives with the deck."""
    spec = importlib.util.spec_from_file_location("draw", SHIPPED / "map" / "draw.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _circle(drawing: ElementTree.Element, key: str) -> tuple[float, float, float]:
    (found,) = drawing.findall(f".//{SVG}circle[@id='{key}']")
    x, y, radius = (float(found.attrib[name]) for name in ("cx", "cy", "r"))
    return x, y, radius


def _scale(drawing: ElementTree.Element) -> float:
    """Nautical miles a unit, from the farthest place."""
    (x, y, _), (x0, y0, _) = _circle(drawing, "lima"), _circle(drawing, "havana")
    return _miles(PLACES["lima"]) / math.hypot(x - x0, y - y0)


def _miles(place: tuple[float, float]) -> float:
    return float(Geodesic.WGS84.Inverse(*HAVANA, *place)["s12"]) / MILE


@pytest.mark.parametrize("place", PLACES)
def test_places_lie_in_their_direction_and_at_their_distance(
    drawing: ElementTree.Element, place: str
) -> None:
    (x, y, _), (x0, y0, _) = _circle(drawing, place), _circle(drawing, "havana")
    line = Geodesic.WGS84.Inverse(*HAVANA, *PLACES[place])
    assert math.hypot(x - x0, y - y0) * _scale(drawing) == pytest.approx(
        line["s12"] / MILE, rel=0.005
    )
    assert math.degrees(math.atan2(x - x0, y0 - y)) == pytest.approx(line["azi1"], abs=0.5)


@pytest.mark.parametrize("ring", REACH)
def test_rings_are_the_points_that_geodesics_of_that_length_reach(
    drawing: ElementTree.Element, draw: ModuleType, ring: str
) -> None:
    """The script's projection puts them on the circle that is drawn, in every direction."""
    x0, y0, radius = _circle(drawing, ring)
    assert (x0, y0) == pytest.approx(_circle(drawing, "havana")[:2])
    for azimuth in range(0, 360, 10):
        end = Geodesic.WGS84.Direct(*HAVANA, azimuth, REACH[ring] * MILE)
        x, y = draw.AMERICAS.place(end["lat2"], end["lon2"])
        assert math.hypot(x - x0, y - y0) == pytest.approx(radius, rel=0.001)
        assert radius * _scale(drawing) == pytest.approx(REACH[ring], rel=0.005)


def test_what_kennedy_said_is_what_is_shown() -> None:
    """The medium-range missiles reach four of the places; "more than" leaves room for Lima."""
    near = {place for place, where in PLACES.items() if _miles(where) < REACH["mrbm"]}
    assert near == {"washington", "cape-canaveral", "mexico-city", "panama-canal"}
    assert _miles(PLACES["hudson-bay"]) < REACH["irbm"]
    assert round(_miles(PLACES["lima"])) == 2125, "as a card says"


@pytest.mark.parametrize("port", ["cape-canaveral", "panama-canal", "lima"])
def test_the_coast_runs_where_the_ports_are(drawing: ElementTree.Element, port: str) -> None:
    x, y, _ = _circle(drawing, port)
    path = drawing.findall(f".//{SVG}path[@class='land']")[0].attrib["d"]
    points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)
    assert min(math.hypot(float(px) - x, float(py) - y) for px, py in points) < 3


def test_every_name_is_covered_when_its_place_is_asked(drawing: ElementTree.Element) -> None:
    _, sections = written.read(SHIPPED)
    facts = [fact for section in sections for fact in section.facts]
    (regions,) = (fact.values[REGIONS] for fact in facts if REGIONS in fact.values)
    _, _, width, height = (float(number) for number in drawing.attrib["viewBox"].split())
    names = [text for text in drawing.iter(f"{SVG}text") if "textLength" in text.attrib]
    assert len(names) == len(regions) == len(PLACES)
    for text in names:
        (box,) = (
            region.at
            for region in regions
            if (text.text or "").lower() in region.answer.value.lower()
        )
        x, y, length = (float(text.attrib[name]) for name in ("x", "y", "textLength"))
        assert box.left < x / width * 100
        assert (x + length) / width * 100 < box.left + box.width
        assert box.top < (y - 11) / height * 100
        assert (y + 4) / height * 100 < box.top + box.height


def test_the_script_draws_what_is_shipped(draw: ModuleType) -> None:
    """All but the coastlines, which need the data that the script names."""
    square = [[0, 0], [0, 9], [9, 0], [0, -9], [-9, 0]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [-95, 18]},
        "arcs": [square],
        "objects": {"land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0]]]}]}},
    }
    coastline = re.compile(r' d="[^"]*"')
    made = draw.drawing(topology)
    shipped = draw.TARGET.read_text(encoding="utf-8")
    assert coastline.sub("", made) == coastline.sub("", shipped)
    assert 'class="land" d="M' in made


def test_the_picture_is_small() -> None:
    assert Path(SHIPPED, "media", "reach.svg").stat().st_size < 60_000
