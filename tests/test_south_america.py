"""The maps and flags of the deck on South America: what they show is true, and told apart."""

from __future__ import annotations

import csv
import math
import re
import sys
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from geographiclib.geodesic import Geodesic

from conftest import ROOT, sound
from crisis_cards import pipeline
from crisis_cards.format.media import Picture, find
from drawings import SVG, Point, contrast, inside, light, outlines, script
from outlines import arcs, rings

DECK = ROOT / "decks" / "south-america"
SOURCES = (DECK / "deck.yaml").read_text(encoding="utf-8").partition("sources:")[2]
COUNTRIES = {
    row["country"]: row
    for row in csv.DictReader((DECK / "countries.csv").read_text(encoding="utf-8").splitlines())
}
# Degrees and minutes as the World Factbook has them; it gives La Paz for Bolivia.
CAPITALS = {
    "Buenos Aires": (-34 - 36 / 60, -58 - 22 / 60),
    "Sucre": (-19 - 3 / 60, -65 - 16 / 60),
    "Brasília": (-15 - 47 / 60, -47 - 55 / 60),
    "Santiago": (-33 - 27 / 60, -70 - 40 / 60),
    "Bogotá": (4 + 36 / 60, -74 - 5 / 60),
    "Quito": (-13 / 60, -78 - 30 / 60),
    "Georgetown": (6 + 48 / 60, -58 - 9 / 60),
    "Asunción": (-25 - 16 / 60, -57 - 40 / 60),
    "Lima": (-12 - 3 / 60, -77 - 3 / 60),
    "Paramaribo": (5 + 50 / 60, -55 - 10 / 60),
    "Montevideo": (-34 - 51 / 60, -56 - 10 / 60),
    "Caracas": (10 + 29 / 60, -66 - 52 / 60),
}
LA_PAZ = (-16 - 30 / 60, -68 - 9 / 60)
# Where on the flag a colour begins and ends, in parts of its length and height, as the laws say.
STRIPES = {
    "Bolivia": ["0 0 1 1/3 red", "0 1/3 1 2/3 yellow", "0 2/3 1 1 green"],
    "Chile": ["0 0 1 1/2 white", "0 1/2 1 1 red", "0 0 1/3 1/2 blue"],
    "Colombia": ["0 0 1 1/2 yellow", "0 1/2 1 3/4 blue", "0 3/4 1 1 red"],
    "Peru": ["0 0 1/3 1 red", "1/3 0 2/3 1 white", "2/3 0 1 1 red"],
    "Suriname": [
        "0 0 1 2/10 green", "0 2/10 1 3/10 white", "0 3/10 1 7/10 red", "0 7/10 1 8/10 white",
        "0 8/10 1 1 green",
    ],
}  # fmt: skip
LENGTHS = {"Bolivia": 11 / 7.5, "Chile": 1.5, "Colombia": 1.5, "Peru": 1.5, "Suriname": 1.5}
HUES = {"red": (345, 10), "yellow": (45, 60), "green": (110, 160), "blue": (205, 235)}


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    return script(DECK)


@pytest.fixture(scope="module")
def borders(draw: ModuleType) -> ModuleType:
    """What the script has its outlines and its projection from."""
    return sys.modules[draw.shapes.__module__]


def _root(name: str) -> ElementTree.Element:
    return ElementTree.parse(DECK / "media" / name).getroot()


def _map(country: str) -> str:
    return f"map-{country.lower()}.svg"


def _shown(country: str, look: str = "asked") -> list[list[Point]]:
    """The outlines that a country's map fills in one way."""
    (path,) = _root(_map(country)).findall(f"{SVG}path[@class='{look}']")
    return outlines(path.attrib["d"])


def _area(shape: list[Point]) -> float:
    closed = [*shape, shape[0]]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(closed))) / 2


def _off(place: Point, shapes: list[list[Point]]) -> float:
    """How far a place lies outside of outlines."""
    if inside(place, shapes):
        return 0
    return min(math.dist(place, point) for shape in shapes for point in shape)


def test_the_pictures_are_those_that_the_script_draws(draw: ModuleType) -> None:
    shipped = {path.name: path.read_text(encoding="utf-8") for path in DECK.glob("media/*")}
    assert shipped == draw.pictures()


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_capital_lies_in_its_country_and_in_no_other(borders: ModuleType, country: str) -> None:
    """Ports lie at the edge, which is simplified: they may be off by a unit."""
    cities = [CAPITALS[COUNTRIES[country]["capital"]], *([LA_PAZ] if country == "Bolivia" else [])]
    for city in cities:
        place = borders.place(*city)
        assert _off(place, _shown(country)) < 1
        assert not inside(place, _shown(country, "country"))
        assert not inside(place, _shown(country, "beyond"))


@pytest.mark.parametrize("city", [*CAPITALS.values(), LA_PAZ])
def test_places_lie_in_their_direction_and_as_far_as_equal_areas_put_them(
    borders: ModuleType, city: Point
) -> None:
    """An arc of d is drawn as its chord, 2 r sin(d / 2 r), where the ball is as large as Earth."""
    line = Geodesic.WGS84.Inverse(*borders.CENTRE, *city)
    chord = 2 * 6371.0 * math.sin(line["s12"] / 1000 / 2 / 6371.0) / borders.SCALE
    (x0, y0), (x, y) = borders.place(*borders.CENTRE), borders.place(*city)
    assert math.hypot(x - x0, y - y0) == pytest.approx(chord, rel=0.01)
    turn = math.degrees(math.atan2(x - x0, y0 - y)) - line["azi1"]
    assert (turn + 180) % 360 - 180 == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("country", COUNTRIES)
def test_countries_are_as_large_as_each_other_on_the_map_as_on_earth(
    borders: ModuleType, country: str
) -> None:
    topology = borders.read()
    (geometry,) = (
        found
        for found in topology["objects"]["countries"]["geometries"]
        if found["properties"]["name"] == country
    )
    real = 0.0
    for ring in rings(geometry, arcs(topology)):
        polygon = Geodesic.WGS84.Polygon()
        for longitude, latitude in ring[:-1]:
            polygon.AddPoint(latitude, longitude)
        real += abs(polygon.Compute()[2]) / 1e6
    shown = sum(map(_area, _shown(country))) * borders.SCALE**2
    assert shown == pytest.approx(real, rel=0.015)


def test_every_map_fills_another_country_of_one_continent() -> None:
    asked = {country: {str(shape) for shape in _shown(country)} for country in COUNTRIES}
    whole = set().union(*asked.values())
    assert len(whole) == sum(map(len, asked.values()))
    for country in COUNTRIES:
        assert {str(shape) for shape in _shown(country, "country")} == whole - asked[country]
    assert len({str(_shown(country, "beyond")) for country in COUNTRIES}) == 1


@pytest.mark.parametrize("place", [(4.94, -52.33), (-51.69, -57.86), (8.98, -79.52)])
def test_cayenne_stanley_and_panama_are_in_no_country_of_the_continent(
    borders: ModuleType, place: Point
) -> None:
    at = borders.place(*place)
    assert _off(at, _shown("Suriname", "beyond")) < 1
    assert not inside(at, _shown("Suriname") + _shown("Suriname", "country"))


def test_colours_are_told_apart(draw: ModuleType) -> None:
    """As WCAG asks of pictures; and none is glaring at night."""
    for ground in (draw.LAND, draw.SEA, draw.BEYOND):
        assert contrast(draw.ASKED, ground) >= 3
        assert light(ground) < 0.85
    assert contrast(draw.EDGE, draw.LAND) >= 3
    assert contrast(draw.EDGE, "#ffffff") >= 3
    assert contrast(draw.EDGE, "#2c2c2c") >= 3


@pytest.mark.parametrize("name", sorted(path.name for path in DECK.glob("media/*")))
def test_a_picture_is_one_that_cards_may_show_and_gives_nothing_away(name: str) -> None:
    picture = find(DECK, name)
    assert isinstance(picture, Picture)
    assert not picture.size_to_write, "it says how large it is"
    assert picture.path.stat().st_size < 25_000
    root = _root(name)
    assert root.find(f".//{SVG}text") is None
    text = picture.path.read_text(encoding="utf-8").lower()
    assert not [country for country in COUNTRIES if country.lower() in text]
    if name.startswith("map-"):
        assert root.attrib["viewBox"] == "0 0 360 480"


def test_the_table_shows_each_country_its_own_pictures(draw: ModuleType) -> None:
    assert set(COUNTRIES) == set(draw.COUNTRIES)
    for country, row in COUNTRIES.items():
        assert re.fullmatch(r"!\[(.+)\]\((.+)\)", row["map"]), country
        assert row["map"].endswith(f"({_map(country)})")
        shown = f"(flag-{country.lower()}.svg)" if country in draw.FLAGS else ""
        assert row["flag"].endswith(shown)
        assert bool(row["flag"]) == bool(shown)
        described = re.sub(r"\(.*?\)", "", row["map"] + row["flag"]).replace("South America", "")
        assert not [name for name in COUNTRIES if name in described]


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    colour: str


def _boxes(country: str) -> tuple[list[Box], float]:
    """The coloured rectangles of a flag, in parts of its length and height, and how long it is."""
    root = _root(f"flag-{country.lower()}.svg")
    wide, high = (float(root.attrib[side]) for side in ("width", "height"))
    found = []
    for rect in root.iter(f"{SVG}rect"):
        if (colour := rect.attrib["fill"]) != "none":
            x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
            found.append(Box(x / wide, y / high, (x + w) / wide, (y + h) / high, colour))
    return found, wide / high


def _is(colour: str, name: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    if name == "white":
        return colour == "#ffffff"
    hue = math.degrees(math.atan2(3**0.5 * (green - blue), 2 * red - green - blue)) % 360
    low, high = HUES[name]
    return low <= hue <= high if low < high else hue >= low or hue <= high


def test_flags_are_those_that_a_law_describes(draw: ModuleType) -> None:
    assert set(draw.FLAGS) == set(STRIPES)


@pytest.mark.parametrize("country", STRIPES)
def test_flags_are_drawn_as_their_laws_say(country: str) -> None:
    boxes, long = _boxes(country)
    assert long == pytest.approx(LENGTHS[country], rel=0.001)
    assert len(boxes) == len(STRIPES[country])
    for box, words in zip(boxes, STRIPES[country], strict=True):
        *edges, colour = words.split()
        parts = [
            float(top) / float(below or 1) for top, _, below in (e.partition("/") for e in edges)
        ]
        assert box[:4] == pytest.approx(tuple(parts), abs=0.001)
        assert _is(box.colour, colour), words


def _star(country: str) -> list[Point]:
    (polygon,) = _root(f"flag-{country.lower()}.svg").iter(f"{SVG}polygon")
    points = [point.split(",") for point in polygon.attrib["points"].split()]
    high = float(_root(f"flag-{country.lower()}.svg").attrib["height"])
    return [(float(x) / high, float(y) / high) for x, y in points]


@pytest.mark.parametrize(
    ("country", "middle", "radius"), [("Chile", 1 / 4, 1 / 8), ("Suriname", 3 / 4, 1 / 5)]
)
def test_stars_stand_upright_in_their_circle(country: str, middle: float, radius: float) -> None:
    """In parts of the flag's height."""
    points = _star(country)
    tips, notches = points[::2], points[1::2]
    x, y = middle, sum(y for _, y in tips) / 5
    assert tips[0] == pytest.approx((x, y - radius), abs=0.001)
    for tip in tips:
        assert math.dist(tip, (x, y)) == pytest.approx(radius, abs=0.001)
    for at, notch in enumerate(notches):  # it lies on the line between two tips that are no pair
        (x1, y1), (x2, y2) = tips[at], tips[(at + 2) % 5]
        across = (x2 - x1) * (notch[1] - y1) - (y2 - y1) * (notch[0] - x1)
        assert across == pytest.approx(0, abs=0.001)


def test_stars_lie_where_their_laws_put_them() -> None:
    tips = _star("Chile")[::2]
    assert sum(y for _, y in tips) / 5 == pytest.approx(1 / 4, abs=0.001), "the square's middle"
    heights = [y for _, y in _star("Suriname")]
    above, below = min(heights) - 3 / 10, 7 / 10 - max(heights)
    assert above == pytest.approx(below, abs=0.001), "as far from the red's upper edge as its lower"


def test_every_source_is_named_by_a_fact() -> None:
    named = {
        name
        for section in pipeline.read(DECK).sections
        for fact in section.facts
        for name in fact.sources
    }
    assert named == set(re.findall(r"(?m)^  ([\w-]+):$", SOURCES))


def test_a_country_has_a_card_for_each_thing_that_is_known_of_it() -> None:
    made = pipeline.release(sound(pipeline.read(DECK)), 1)
    numbers = {
        note.key: len(entry.parts) for note in made.notes if (entry := made.lock.notes[note.key])
    }
    for row in COUNTRIES.values():
        assert numbers[f"{row['id']}/type:country"] == 3 + bool(row["flag"])
