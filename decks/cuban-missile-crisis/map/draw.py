"""Draws the deck's maps into ../media: reach.svg, symmetry.svg and cuba.svg.

The coastlines are Natural Earth's (public domain) in the TopoJSON of the npm package world-atlas,
at 1:50 million for the first two and at 1:10 million for Cuba:

    npm install --prefix atlas world-atlas@2.0.2
    pip install geographiclib
    PYTHONPATH=tools python decks/cuban-missile-crisis/map/draw.py atlas/node_modules/world-atlas

It prints where each label lies, in percent, as the regions of a card want it.

Where the numbers and places come from:

- Soviet ranges: Kennedy's address of October 22, 1962. Medium-range missiles carry "more than
  1,000 nautical miles", to Washington, the Panama Canal, Cape Canaveral and Mexico City;
  intermediate-range ones "more than twice as far", as far north as Hudson Bay and as far south as
  Lima. The CIA took 1,020 nautical miles for the former (Joint Evaluation of Soviet Missile Threat
  in Cuba, October 19, 1962).
- Range of the Jupiter, 1,500 nautical miles: Federation of American Scientists,
  https://www.fas.org/nuke/guide/usa/theater/jupiter.htm
- The missile sites have the names of towns, which U.S. intelligence gave them, and are marked at
  these towns; the launchers stood in the country around. No intermediate-range missile arrived, so
  that the sign of its sites is hollow. Bombers at San Julián and, in crates, at Holguín, nuclear
  warheads unloaded at Mariel, and the U-2 lost near Banes: M. Dobbs, One Minute to Midnight (2008).
- Positions: GeoNames for towns (San Cristóbal 3540680, Guanajay 3557801, Sagua la Grande 3541440,
  Remedios 3542455, Mariel 3547600, Banes 3567869, Havana 3553478, Moscow 524901, Guantánamo Bay
  13527055), OurAirports for airfields (MUSJ, MUHG, LTBL).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from coast import Frame, miles
from paint import Spot, Words, box, outline, part, picture, ring, scale, sign, spot, text

from outlines import Topology

TARGET = Path(__file__).parent.parent / "media"

HAVANA = (23.137, -82.359)  # between the sites in the west and in the middle of the island
CIGLI = (38.513, 27.010)  # the airfield near İzmir around which the Jupiters stood
WASHINGTON, MOSCOW = (38.895, -77.036), (55.752, 37.618)
MRBM, IRBM, JUPITER = 1000, 2000, 1500  # nautical miles


# How far the missiles in Cuba reached

AMERICAS = Frame(HAVANA, (178, 162), 13.0, 0, 0, 360, 336)
NAMED = {
    "havana": Spot(HAVANA, "base-soviet", Words(["Havana"], (-6, 9), "end", 11.5)),
    "washington": Spot(WASHINGTON, "place", Words(["Washington"], (8, -4))),
    "cape-canaveral": Spot(
        (28.456, -80.528), "place", Words(["Cape", "Canaveral"], (-9, -6), "end")
    ),
    "mexico-city": Spot((19.433, -99.133), "place", Words(["Mexico", "City"], (-10, 9), "end")),
    "panama-canal": Spot((9.08, -79.68), "place", Words(["Panama", "Canal"], (-6, -18), "end")),
    # A point of its southern shore.
    "hudson-bay": Spot((55.27, -83.0), "place", Words(["Hudson Bay"], (0, 17), "middle")),
    "lima": Spot((-12.046, -77.043), "place", Words(["Lima"], (-6, 6), "end")),
}


def reach(topology: Topology) -> str:
    """The places that Kennedy named, and two rings around Havana."""
    x, y = AMERICAS.at
    inside = [
        box(AMERICAS, "sea"),
        f'<path class="land" d="{AMERICAS.land(topology)}"/>',
        ring(AMERICAS, IRBM, "soviet", "irbm", "6 4"),
        ring(AMERICAS, MRBM, "soviet", "mrbm"),
        text(Words(["MRBM: more", "than 1,000", "nautical miles"], (x - 52, y + 92), "middle", 12)),
        text(Words(["IRBM: more than", "twice as far"], (7, 312), "start", 12)),
    ]
    for key, it in NAMED.items():
        inside += spot(AMERICAS, key, it)
    title = "Range of the Soviet missiles in Cuba, by Kennedy’s address of October 22, 1962"
    return picture(AMERICAS.width, AMERICAS.height, title, inside)


# How far the missiles of both sides reached, at one scale


class Side(NamedTuple):
    """Missiles of one side, and the capital of the other: their ids, and how they are named."""

    frame: Frame
    look: str
    title: str
    words: str
    reach: int  # nautical miles
    base: tuple[str, str]
    capital: tuple[str, Spot]


SIDES = (
    Side(
        Frame(HAVANA, (84, 142), 18, 5, 40, 173, 178),
        "soviet",
        "Soviet MRBMs in Cuba",
        "over 1,000 nautical miles",
        MRBM,
        ("havana", "Havana"),
        ("washington", Spot(WASHINGTON, "place", Words(["Washington"], (7, -3)))),
    ),
    Side(
        Frame(CIGLI, (268.5, 129), 18, 182, 40, 173, 178),
        "american",
        "U.S. Jupiters in Turkey",
        "1,500 nautical miles",
        JUPITER,
        ("izmir", "İzmir"),
        ("moscow", Spot(MOSCOW, "place", Words(["Moscow"], (-7, 4), "end"))),
    ),
)


def symmetry(topology: Topology) -> str:
    """Cuba and Turkey side by side."""
    inside = []
    for frame, look, title, words, reaches, (base, name), (capital, target) in SIDES:
        (x, y), (far_x, far_y), left = frame.at, frame.place(*target.where), frame.left + 3
        far = f"{miles(frame.centre, target.where):,.0f}"
        distance = f"{name} to {target.words.lines[0]}: {far}"
        at_base = Spot(frame.centre, f"base-{look}", Words([name], (-6, 10), "end"))
        seen = [
            f'<path class="land" d="{frame.land(topology)}"/>',
            ring(frame, reaches, look, f"ring-{base}"),
            f'<path class="way {look}" d="M{x} {y}L{far_x:.1f} {far_y:.1f}"/>',
            *spot(frame, base, at_base),
            *spot(frame, capital, target),
        ]
        inside += [
            text(Words([title], (left, 18), "start", 13, "head")),
            text(Words([words], (left, 33), "start", 11.5, "plain")),
            *part(frame, f"part-{base}", seen),
            text(Words([distance], (left, 234), "start", 12, "plain")),
        ]
    title = "Missiles in Cuba could reach Washington, missiles in Turkey Moscow"
    return picture(360, 242, title, inside)


# Cuba in October 1962

CUBA = Frame((21.6, -79.5), (180, 138), 1.74, 0, 0, 360, 211, 0.2)
NEAR_HAVANA = Frame((22.86, -82.78), (278, 58), 0.54, 204, 6, 150, 92, 0.3)
SITES = {
    "san-julian": Spot((22.095, -84.152), "bombers", Words(["San Julián"], (-4, 17), "start")),
    "sagua-la-grande": Spot(
        (22.806, -80.074), "mrbm", Words(["Sagua", "la Grande"], (-8, -25), "middle")
    ),
    "remedios": Spot((22.495, -79.545), "irbm", Words(["Remedios"], (0, 17), "middle")),
    "holguin": Spot((20.786, -76.315), "bombers", Words(["Holguín"], (-8, 4), "end")),
    "banes": Spot((20.961, -75.723), "lost", Words(["Banes"], (7, -4))),
    "guantanamo": Spot((19.916, -75.144), "us-base", Words(["Guantánamo"], (30, -9), "end")),
}  # fmt: skip
SITES_NEAR_HAVANA = {
    "havana": Spot(HAVANA, "capital", Words(["Havana"], (0, -8), "middle")),
    "mariel": Spot((22.990, -82.754), "port", Words(["Mariel"], (-7, 0), "end")),
    "guanajay": Spot((22.926, -82.687), "irbm", Words(["Guanajay"], (8, 6))),
    "san-cristobal": Spot((22.717, -83.056), "mrbm", Words(["San", "Cristóbal"], (9, 1))),
}
LEGEND = (
    ("mrbm", "MRBM site"), ("irbm", "IRBM site"), ("bombers", "bomber field"),
    ("port", "port"), ("us-base", "U.S. base"), ("lost", "U-2 shot down"),
)  # fmt: skip


def cuba(topology: Topology) -> str:
    """The island, and the surroundings of Havana five times as large."""
    inside = [
        box(CUBA, "sea"),
        f'<path class="land" d="{CUBA.land(topology)}"/>',
        text(Words(["Florida"], (158, 14), "start", 11.5, "water")),
        text(Words(["Caribbean Sea"], (134, 149), "middle", 11.5, "water")),
        outline(NEAR_HAVANA, CUBA),
        sign("capital", CUBA.place(*HAVANA)),
        scale(CUBA, 100, (254, 119)),
        '<rect class="paper frame" x="6" y="155" width="197" height="51"/>',
    ]
    for at, (kind, meaning) in enumerate(LEGEND):
        x, y = 16 + at // 3 * 92, 166 + at % 3 * 15
        inside += [
            sign(kind, (x, y)),
            text(Words([meaning], (x + 9, y + 4), "start", 11.5, "plain")),
        ]
    for key, it in SITES.items():
        inside += spot(CUBA, key, it)
    close = [f'<path class="land" d="{NEAR_HAVANA.land(topology)}"/>']
    for key, it in SITES_NEAR_HAVANA.items():
        close += spot(NEAR_HAVANA, key, it)
    inside += part(NEAR_HAVANA, "near-havana", close)
    return picture(CUBA.width, CUBA.height, "Cuba in October 1962", inside)


PICTURES: Mapping[str, tuple[str, Callable[[Topology], str]]] = {
    "reach.svg": ("land-50m.json", reach),
    "symmetry.svg": ("land-50m.json", symmetry),
    "cuba.svg": ("land-10m.json", cuba),
}
"""The data and the way to draw each."""


def regions(made: str) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, width and height in percent of what covers the name of each place."""
    width, height = (float(n) for n in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', made)[0])
    found = {}
    for key, size, lines in re.findall(
        r'<text id="name-(.*?)".*?size="([\d.]+)">(.*?)</text>', made
    ):
        parts = [
            tuple(float(n) for n in part)
            for part in re.findall(r'x="([\d.]+)" y="([\d.]+)" textLength="(\d+)"', lines)
        ]
        left, right = min(x for x, _, _ in parts) - 3, max(x + long for x, _, long in parts) + 3
        top, bottom = parts[0][1] - float(size) * 0.95, parts[-1][1] + float(size) * 0.4
        found[key] = (
            round(left / width * 100, 1), round(top / height * 100, 1),
            round((right - left) / width * 100, 1), round((bottom - top) / height * 100, 1),
        )  # fmt: skip
    return found


def main(atlas: Path) -> None:
    """Draws all maps."""
    for name, (data, draw) in PICTURES.items():
        made = draw(json.loads((atlas / data).read_text(encoding="utf-8")))
        (TARGET / name).write_text(made, encoding="utf-8")
        for key, at in regions(made).items():
            sys.stdout.write(f"{name}  {key}: {list(at)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
