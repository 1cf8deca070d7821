"""The shipped deck's maps, measured with a geodesic library: what they show is true and legible."""

from __future__ import annotations

import math
import re
import sys
from itertools import combinations
from types import ModuleType
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from geographiclib.geodesic import Geodesic

import written
from conftest import ROOT, SHIPPED
from crisis_cards.format.keys import IMAGE
from crisis_cards.format.kinds.picture import REGIONS
from crisis_cards.format.media import Picture, find
from drawings import SVG, Point, contrast, inside, light, outlines, script

MILE = 1852  # metres
MAPS = ("reach.svg", "symmetry.svg", "cuba.svg")
HAVANA, IZMIR = (23.137, -82.359), (38.513, 27.010)
PLACES = {
    "reach.svg": {
        "washington": (38.9, -77.04),
        "cape-canaveral": (28.46, -80.53),
        "mexico-city": (19.43, -99.13),
        "panama-canal": (9.1, -79.7),
        "hudson-bay": (55.3, -83.0),
        "lima": (-12.05, -77.04),
    },
    "symmetry.svg": {"washington": (38.9, -77.04), "moscow": (55.75, 37.62)},
    # Degrees and minutes as gazetteers have them.
    "cuba.svg": {
        "san-julian": (22 + 6 / 60, -84 - 9 / 60),
        "sagua-la-grande": (22 + 48 / 60, -80 - 4 / 60),
        "remedios": (22 + 30 / 60, -79 - 33 / 60),
        "holguin": (20 + 47 / 60, -76 - 19 / 60),
        "banes": (20 + 58 / 60, -75 - 43 / 60),
        "guantanamo": (19 + 55 / 60, -75 - 9 / 60),
    },
}
NEAR_HAVANA = {
    "havana": (23 + 8 / 60, -82 - 22 / 60),
    "mariel": (22 + 59 / 60, -82 - 45 / 60),
    "guanajay": (22 + 56 / 60, -82 - 41 / 60),
    "san-cristobal": (22 + 43 / 60, -83 - 3 / 60),
}
RINGS = (
    ("reach.svg", "mrbm", HAVANA, 1000),
    ("reach.svg", "irbm", HAVANA, 2000),
    ("symmetry.svg", "ring-havana", HAVANA, 1000),
    ("symmetry.svg", "ring-izmir", IZMIR, 1500),
)
PHONE = 360 - 2 * 18  # pixels between the edges of a card


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def crosses(self, centre: Point, radius: float) -> bool:
        x, y = centre
        near = math.hypot(
            max(self.left - x, 0, x - self.right), max(self.top - y, 0, y - self.bottom)
        )
        far = math.hypot(max(x - self.left, self.right - x), max(y - self.top, self.bottom - y))
        return near <= radius <= far


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    """The script that lives with the deck."""
    return script(SHIPPED)


def _drawing(name: str) -> ElementTree.Element:
    return ElementTree.parse(SHIPPED / "media" / name).getroot()


def _whole(name: str) -> Box:
    return Box(*(float(number) for number in _drawing(name).attrib["viewBox"].split()))


def _signs(name: str) -> dict[str, Point]:
    """Where the signs of places stand. The legend's have no id."""
    found = {}
    for path in _drawing(name).iter(f"{SVG}path"):
        if "sign" in path.get("class", "") and "id" in path.attrib:
            x, y = re.findall(r"-?[\d.]+", path.attrib["transform"])
            found[path.attrib["id"]] = float(x), float(y)
    return found


def _labels(name: str) -> list[tuple[str, Box]]:
    """All words and how much room they take: above the line they stand on, and a little below."""
    found = []
    for text in _drawing(name).iter(f"{SVG}text"):
        size = float(text.attrib["font-size"])
        lines = [
            (float(line.attrib["x"]), float(line.attrib["y"]), float(line.attrib["textLength"]))
            for line in text
        ]
        left, right = min(x for x, _, _ in lines), max(x + long for x, _, long in lines)
        box = Box(left, lines[0][1] - 0.75 * size, right, lines[-1][1] + 0.22 * size)
        words = " ".join(line.text or "" for line in text)
        found.append((text.get("id", "").removeprefix("name-") or words, box))
    return found


def _ring(name: str, key: str) -> tuple[float, float, float]:
    (found,) = _drawing(name).findall(f".//{SVG}circle[@id='{key}']")
    x, y, radius = (float(found.attrib[at]) for at in ("cx", "cy", "r"))
    return x, y, radius


def _miles(start: Point, end: Point) -> float:
    return float(Geodesic.WGS84.Inverse(*start, *end)["s12"]) / MILE


@pytest.mark.parametrize(
    ("name", "ring", "centre", "miles", "place"),
    [
        *((*RINGS[0], place) for place in PLACES["reach.svg"]),
        (*RINGS[2], "washington"),
        (*RINGS[3], "moscow"),
    ],
)
def test_places_lie_in_their_direction_and_at_their_distance(
    name: str, ring: str, centre: Point, miles: float, place: str
) -> None:
    x0, y0, radius = _ring(name, ring)
    x, y = _signs(name)[place]
    line = Geodesic.WGS84.Inverse(*centre, *PLACES[name][place])
    distance = math.hypot(x - x0, y - y0) * miles / radius
    assert distance == pytest.approx(line["s12"] / MILE, rel=0.005)
    assert math.degrees(math.atan2(x - x0, y0 - y)) == pytest.approx(line["azi1"], abs=0.6)


@pytest.mark.parametrize(("name", "ring", "centre", "miles"), RINGS)
def test_rings_are_the_points_that_geodesics_of_that_length_reach(
    draw: ModuleType, name: str, ring: str, centre: Point, miles: float
) -> None:
    """The script's projection puts them on the circle that is drawn, in every direction."""
    x0, y0, radius = _ring(name, ring)
    frames = {"reach.svg": [draw.AMERICAS], "symmetry.svg": [side.frame for side in draw.SIDES]}
    (frame,) = (frame for frame in frames[name] if frame.at == (x0, y0))
    for azimuth in range(0, 360, 10):
        end = Geodesic.WGS84.Direct(*centre, azimuth, miles * MILE)
        x, y = frame.place(end["lat2"], end["lon2"])
        assert math.hypot(x - x0, y - y0) == pytest.approx(radius, rel=0.001)
    assert _whole(name).holds(Box(x0 - radius, y0 - radius, x0 + radius, y0 + radius))


def test_both_sides_are_drawn_at_one_scale() -> None:
    (_, _, west), (_, _, east) = (_ring(name, key) for name, key, _, _ in RINGS[2:])
    assert west / 1000 == pytest.approx(east / 1500, rel=0.001)


def test_what_kennedy_said_is_what_is_shown() -> None:
    """The medium-range missiles reach four of the places; "more than" leaves room for Lima."""
    miles = {place: _miles(HAVANA, where) for place, where in PLACES["reach.svg"].items()}
    near = {place for place, far in miles.items() if far < 1000}
    assert near == {"washington", "cape-canaveral", "mexico-city", "panama-canal"}
    assert miles["hudson-bay"] < 2000
    assert round(miles["lima"]) == 2125, "as a card says"


def test_the_distances_that_are_written_are_those_on_earth() -> None:
    written_out = [words for words, _ in _labels("symmetry.svg")]
    for name, start, end in (
        ("Havana to Washington", HAVANA, (38.895, -77.036)),
        ("İzmir to Moscow", IZMIR, (55.752, 37.618)),
    ):
        assert f"{name}: {_miles(start, end):,.0f}" in written_out


@pytest.mark.parametrize("places", [PLACES["cuba.svg"], NEAR_HAVANA])
def test_places_in_cuba_are_as_far_apart_as_on_earth(places: dict[str, Point]) -> None:
    """At one scale for all, and with north at the top."""
    signs = _signs("cuba.svg")
    shown, real = {}, {}
    for pair in combinations(places, 2):
        (x1, y1), (x2, y2) = (signs[place] for place in pair)
        line = Geodesic.WGS84.Inverse(*places[pair[0]], *places[pair[1]])
        shown[pair], real[pair] = math.hypot(x2 - x1, y2 - y1), line["s12"] / MILE
        if real[pair] > 20:  # nearer than that, a minute of arc turns the line too much
            turn = math.degrees(math.atan2(x2 - x1, y1 - y2)) - line["azi1"]
            assert abs((turn + 180) % 360 - 180) < 3, pair
    farthest = max(real, key=lambda pair: real[pair])
    scale = real[farthest] / shown[farthest]
    for pair, miles in real.items():
        assert shown[pair] * scale == pytest.approx(miles, rel=0.005, abs=1.2), pair


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    (bar,) = _drawing("cuba.svg").findall(f".//{SVG}path[@class='bar']")
    (long,) = re.findall(r"h([\d.]+)", bar.attrib["d"])
    (x1, y1), (x2, y2) = (_signs("cuba.svg")[key] for key in ("san-julian", "guantanamo"))
    places = PLACES["cuba.svg"]
    far = _miles(places["san-julian"], places["guantanamo"])
    assert 100 / far * math.hypot(x2 - x1, y2 - y1) == pytest.approx(float(long), rel=0.02)


def _outlines(name: str, at: int) -> list[list[Point]]:
    """The coasts of one of a picture's maps."""
    return outlines(_drawing(name).findall(f".//{SVG}path[@class='land']")[at].attrib["d"])


@pytest.mark.parametrize(
    ("name", "at", "place", "units"),
    [
        *(("reach.svg", 0, place, 3) for place in ("cape-canaveral", "panama-canal", "lima")),
        *(("cuba.svg", 0, place, 3) for place in ("banes", "guantanamo")),
        ("cuba.svg", 1, "havana", 3),
        ("cuba.svg", 1, "mariel", 7),  # its bay is too small for the data
    ],
)
def test_the_coast_runs_where_the_ports_are(name: str, at: int, place: str, units: float) -> None:
    x, y = _signs(name)[place]
    points = [point for outline in _outlines(name, at) for point in outline]
    assert min(math.hypot(px - x, py - y) for px, py in points) < units


def test_what_stood_on_land_is_drawninside() -> None:
    signs = _signs("cuba.svg")
    for place in ("san-julian", "sagua-la-grande", "remedios", "holguin"):
        assert inside(signs[place], _outlines("cuba.svg", 0)), place
    for place in ("san-cristobal", "guanajay"):
        assert inside(signs[place], _outlines("cuba.svg", 1)), place
    assert not inside((60, 60), _outlines("cuba.svg", 0)), "the Gulf of Mexico"


@pytest.mark.parametrize("name", MAPS)
def test_words_keep_clear_of_each_other_and_of_signs_and_rings(name: str) -> None:
    labels, whole = _labels(name), _whole(name)
    for (one, box), (other, other_box) in combinations(labels, 2):
        assert not box.overlaps(other_box), (one, other)
    rings = [circle.attrib for circle in _drawing(name).iter(f"{SVG}circle")]
    for words, box in labels:
        assert whole.holds(box), words
        for key, (x, y) in _signs(name).items():
            assert not box.overlaps(Box(x - 3, y - 3, x + 3, y + 3)), (words, key)
        for ring in rings:
            centre = float(ring["cx"]), float(ring["cy"])
            assert not box.crosses(centre, float(ring["r"])), (words, ring["id"])


@pytest.mark.parametrize("name", MAPS)
def test_words_are_large_enough_on_a_phone(name: str) -> None:
    drawing = _drawing(name)
    _, _, width, _ = _whole(name)
    for text in drawing.iter(f"{SVG}text"):
        assert float(text.attrib["font-size"]) / width * PHONE >= 10


@pytest.mark.parametrize("name", MAPS)
def test_regions_cover_what_is_asked_and_nothing_else(draw: ModuleType, name: str) -> None:
    """Those that the script prints, and those of the deck's cards."""
    whole, signs, labels = _whole(name), _signs(name), dict(_labels(name))
    svg = (SHIPPED / "media" / name).read_text(encoding="utf-8")
    regions = [(key, key, Box(*at)) for key, at in draw.regions(svg).items()]
    _, sections = written.read(SHIPPED)
    facts = [fact.values for section in sections for fact in section.facts]
    shown = [fact for fact in facts if REGIONS in fact and fact[IMAGE].text.value == name]
    regions += [
        (region.id.value, region.answer.value, Box(*region.at))
        for fact in shown
        for region in fact[REGIONS]
    ]
    assert {key for key, _, _ in regions} >= signs.keys()
    for key, _, (left, top, width, height) in regions:
        box = Box(
            left * whole.right / 100, top * whole.bottom / 100,
            (left + width) * whole.right / 100, (top + height) * whole.bottom / 100,
        )  # fmt: skip
        assert box.holds(labels[key]), key
        for other, label in labels.items():
            assert other == key or not box.overlaps(label), (key, other)
        for place, (x, y) in signs.items():
            assert not box.overlaps(Box(x - 2.6, y - 2.6, x + 2.6, y + 2.6)), (key, place)


def _mixed(ground: str, over: str, share: float) -> str:
    parts = ((int(ground[at : at + 2], 16), int(over[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def test_colours_are_told_apart_on_the_maps_own_ground(draw: ModuleType) -> None:
    """Words as WCAG asks of small text at its stricter level, signs as it asks of pictures."""
    paint = sys.modules[draw.picture.__module__]
    (share,) = re.findall(r"\.ring \{ fill-opacity: ([\d.]+)", paint.STYLE)
    grounds = [paint.SEA, paint.LAND]
    grounds += [_mixed(ground, paint.SOVIET, float(share)) for ground in grounds]
    grounds += [_mixed(ground, paint.SOVIET, float(share)) for ground in grounds[2:]]
    grounds += [_mixed(ground, paint.AMERICAN, float(share)) for ground in grounds[:2]]
    for ground in grounds:
        assert contrast(paint.INK, ground) >= 7
        assert contrast(paint.SOVIET, ground) >= 3
        assert contrast(paint.AMERICAN, ground) >= 3
    assert contrast(paint.WATER, paint.SEA) >= 4.5
    assert all(light(ground) < 0.85 for ground in grounds), "none is glaring at night"


def test_kinds_of_places_differ_in_shape_and_not_in_colour_alone(draw: ModuleType) -> None:
    paint = sys.modules[draw.picture.__module__]
    kinds = [kind for kind, _ in draw.LEGEND]
    assert len({paint.SIGNS[kind][1] for kind in kinds}) == len(kinds)
    shown = {spot.sign for spot in (*draw.SITES.values(), *draw.SITES_NEAR_HAVANA.values())}
    assert shown - {"capital"} == set(kinds), "the legend says what each sign means"


def test_words_have_the_typeface_of_the_cards_labels(draw: ModuleType) -> None:
    style = ROOT / "src" / "crisis_cards" / "cards" / "theme" / "style.css"
    (stack,) = re.findall(r"--interface: (.*);", style.read_text(encoding="utf-8"))
    paint = sys.modules[draw.picture.__module__]
    assert stack == paint.FONT
    assert stack in paint.STYLE


@pytest.mark.parametrize("name", MAPS)
def test_the_script_draws_what_is_shipped(draw: ModuleType, name: str) -> None:
    """All but the coastlines, which need the data that the script names."""
    square = [[0, 0], [0, 3], [3, 0], [0, -3], [-3, 0]]
    corners = [(-95, 18), (-82, 21), (26, 37)]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[x, y], *square[1:]] for x, y in corners],
        "objects": {
            "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0]], [[1]], [[2]]]}]}
        },
    }
    coastline = re.compile(r'(class="land" d=)"[^"]*"')
    _, drawn = draw.PICTURES[name]
    made = drawn(topology)
    shipped = (draw.TARGET / name).read_text(encoding="utf-8")
    assert coastline.sub(r"\1", made) == coastline.sub(r"\1", shipped)
    assert 'class="land" d="M' in made


@pytest.mark.parametrize("name", MAPS)
def test_the_picture_is_one_that_cards_may_show(name: str) -> None:
    picture = find(SHIPPED, name)
    assert isinstance(picture, Picture)
    assert not picture.size_to_write, "it says how large it is"
    assert picture.path.stat().st_size < 60_000
    assert _drawing(name).find(f"{SVG}title") is not None


def test_all_maps_are_looked_at(draw: ModuleType) -> None:
    assert set(MAPS) == set(draw.PICTURES)
